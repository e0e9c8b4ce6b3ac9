"""What every template may use: dates, icons, the page's own facts."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import flask_bootstrap
from flask import Flask, current_app, request
from markupsafe import Markup

from . import language


@lru_cache(maxsize=1)
def _icons() -> dict[str, str]:
    sprite = Path(flask_bootstrap.__file__).parent / "static" / "bootstrap5" / "icons" / "bootstrap-icons.svg"
    if not sprite.exists():
        sprite = next(Path(flask_bootstrap.__file__).parent.rglob("bootstrap-icons.svg"))
    text = sprite.read_text(encoding="utf-8")
    return dict(re.findall(r'<symbol[^>]* id="([^"]+)"[^>]*>(.*?)</symbol>', text, re.S))


def icon_svg(name: str) -> Markup:
    """Give the inside of one icon's drawing. Source: Bootstrap Icons, from the dependency's sprite."""
    return Markup(_icons()[name].strip())


def file_size(size: int) -> str:
    """Give the size of a file in words: "340 kB", "1.2 MB"."""
    return f"{language.decimal(size / 1_000_000)} MB" if size >= 1_000_000 else f"{max(size // 1000, 1)} kB"


def current_address() -> str:
    """Give path and query of this page, to come back to."""
    return request.full_path.rstrip("?") if request.method == "GET" else request.path


def init_pages(app: Flask) -> None:
    """Make dates, icons and the reader's language known to the templates."""
    app.jinja_env.filters["oblique"] = language.oblique
    app.jinja_env.globals.update(
        icon_svg=icon_svg,
        date_words=language.date_words,
        full_date=language.full_date,
        short_date=language.short_date,
        clock_time=language.clock_time,
        appointment_time=language.appointment_time,
        due_words=language.due_words,
        decimal=language.decimal,
        file_size=file_size,
    )

    @app.context_processor
    def _page() -> dict[str, Any]:
        return {"here": current_address(), "demo": current_app.config["DEMO"]}
