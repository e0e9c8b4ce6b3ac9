"""How commands talk: words to the terminal, JSON to programs, and one plain sentence when something is wrong.

Nothing heavy is imported before a command runs, so that `--help` answers at once.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from flask import Flask

UPGRADE_FIRST = "The database is not up to date. Bring it up to date with: suggestbox db upgrade"


@dataclass
class Instance:
    """Which installation a command works on, and how to open it; the front door (`cli.py`) puts it together."""

    open_app: Callable[..., "Flask"]
    folder: Path | None = None

    def app(self, **deployment: Any) -> "Flask":
        """Give the application of this installation.

        Takes   deployment: settings that win over the environment
        Raises  CannotGoOn when a deployment setting is wrong
        """
        from suggestbox.core.config import BadSettings, read_deployment

        try:
            return self.open_app(read_deployment(instance=self.folder, **deployment))
        except BadSettings as wrong:
            raise CannotGoOn(str(wrong), exit_code=2) from wrong


class CannotGoOn(click.ClickException):
    """The command stops with one sentence on standard error."""

    def __init__(self, sentence: str, *, exit_code: int = 1):
        super().__init__(sentence)
        self.exit_code = exit_code  # type: ignore[misc]


def this_instance() -> Instance:
    """Give the installation the running command was called for."""
    instance = click.get_current_context().find_root().obj
    assert isinstance(instance, Instance)
    return instance


def in_app(command: Callable[..., Any]) -> Callable[..., Any]:
    """Have a command's function run inside the application of the chosen installation.

    What goes wrong in a foreseeable way becomes one sentence: a wrong setting, a rule of the house, a database that
    cannot be reached or is not up to date.
    """

    @wraps(command)
    def run(*args: Any, **options: Any) -> Any:
        with inside(this_instance().app()):
            return command(*args, **options)

    return run


@contextmanager
def inside(app: "Flask") -> Iterator[None]:
    """Open the application's context, turn foreseeable errors into `CannotGoOn`, and leave no connection behind."""
    from suggestbox.core.database import db

    with app.app_context(), _plain_sentences():
        try:
            yield
        finally:
            db.session.remove()
            db.engine.dispose()


@contextmanager
def _plain_sentences() -> Iterator[None]:
    from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

    from suggestbox.core.errors import HouseError

    try:
        yield
    except HouseError as refused:
        raise CannotGoOn(sentence_of(refused)) from refused
    except DBAPIError as trouble:
        if _lacks_a_table(trouble):
            raise CannotGoOn(UPGRADE_FIRST) from trouble
        if isinstance(trouble, OperationalError | InterfaceError):
            reason = " ".join(str(trouble.orig).split())
            raise CannotGoOn(f"The database cannot be used: {reason}") from trouble
        raise


def sentence_of(error: Any) -> str:
    """Give what a house error says to people: its own text, else its reason and the fields concerned."""
    fields = getattr(error, "fields", {})
    wrong = [f"{name}: {what}" for name, what in fields.items()]
    details = [f"{name}: {what}" for name, what in error.details.items()]
    if error.text:
        return " ".join([str(error.text), *wrong])
    return ", ".join([error.reason.replace("_", " ").capitalize(), *wrong, *details]) + "."


def _lacks_a_table(trouble: Any) -> bool:
    state = getattr(trouble.orig, "sqlstate", "") or ""
    return state in ("42P01", "42703") or str(trouble.orig).startswith(("no such table", "no such column"))


def say(text: Any = "") -> None:
    """Tell the person at the terminal something; goes to standard error, out of the way of results."""
    click.echo(str(text), err=True)


def print_json(document: Any) -> None:
    """Print one JSON document on standard output."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, set | frozenset | tuple):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def print_table(heads: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    """Print a plain table on standard output: columns aligned, nothing cut, easy to grep."""
    lines = [list(heads), *([("" if cell is None else str(cell)) for cell in row] for row in rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(lines[0]))]
    for line in lines:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def progress(items: Iterable[Any], text: str, total: int | None = None) -> Iterator[Any]:
    """Go through `items` with a bar on standard error; without a terminal, silently."""
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, description=text, total=total, console=Console(stderr=True), transient=True)


def json_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--json` to a command; the function takes it as `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(function)
