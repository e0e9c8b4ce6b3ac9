"""Where templates, static files, migrations and words lie: in a checkout or in an installed wheel."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def _beside_or_inside(name: str) -> Path:
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


def templates() -> Path:
    """Give the folder of the templates."""
    return _beside_or_inside("templates")


def static() -> Path:
    """Give the folder of style sheets and scripts."""
    return _beside_or_inside("static")


def migrations() -> Path:
    """Give the folder of the Alembic migrations; it ships inside the package."""
    return PACKAGE / "migrations"


def translations() -> Path:
    """Give the folder of the language catalogues."""
    return PACKAGE / "translations"
