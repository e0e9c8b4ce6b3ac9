"""`suggestbox reports export`: a kept report, or the ideas of a period, as a file."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from suggestbox.core.terminal import CannotGoOn, in_app, json_option, print_json, say

from .models import FORMATS, KINDS

OFF = "Reports are switched off. Switch them on with: suggestbox settings set modules.reports yes"
POLITE = 10
"""Files are made more politely than pages are served."""


@click.command("export")
@click.argument("kind", type=click.Choice(KINDS))
@click.option("--period", required=True, metavar="PERIOD",
              help="2026-09, 2026-Q3, 2026, last-month, last-quarter or last-year.")
@click.option("--format", "form", type=click.Choice(FORMATS), help="Else told by the name of the file.")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option("--version", type=click.IntRange(0, 10_000), help="Of a corrected report; else the latest.")
@click.option("--language", type=click.Choice(["de", "en"]), default="en", show_default=True, help="Of words and numbers.")
@click.option("--separator", type=click.Choice(["comma", "semicolon", "tab"]), help="Of a CSV file; else by the language.")
@click.option("--bom", is_flag=True, help="Begin a CSV file with the mark by which Excel knows UTF-8.")
@click.option("--with-ideas", is_flag=True, help="With kind flow: the ideas handed in, one row each, instead of figures.")
@click.option("--for", "reader", metavar="WHO", help="With --with-ideas: an idea manager, whose rights count.")
@json_option
@in_app
def export_command(
    kind: str, period: str, form: str | None, out: Path, version: int | None, language: str, separator: str | None,
    bom: bool, with_ideas: bool, reader: str | None, as_json: bool,
) -> None:
    """Write figures into an Excel workbook, a CSV file or a PDF, with the definition beside each.

    KIND is participation, flow, closings, benefit, awards or customers. Figures of a period that is over are those that
    were kept then. Text is never a formula. Every export is noted in the journal.
    """
    import os

    from suggestbox.core.clock import utc_now
    from suggestbox.core.language import force_locale
    from suggestbox.core.modules import is_on
    from suggestbox.people.queries import here, today_for

    from .making import Order, checked
    from .periods import parse

    if not is_on("reports"):
        raise CannotGoOn(OFF)
    form = form or out.suffix.lower().lstrip(".")
    if form not in FORMATS:
        raise CannotGoOn("Name the kind of file with --format, or end its name in .xlsx, .csv or .pdf.")
    order = checked(Order(kind, parse(period, today_for()).key, form, version, with_ideas, bom, separator or ""))
    by_id = _reader(order, reader)
    beside = out.with_name(f".{out.name}.{os.getpid()}.new")
    try:
        with force_locale(language), _bar(order, by_id) as tell:
            made = _made(order, beside, by_id, here(), utc_now(), tell, language)
        beside.replace(out)
    except OSError as trouble:
        raise CannotGoOn(f"The file {out} cannot be written: {trouble.strerror}.") from trouble
    finally:
        beside.unlink(missing_ok=True)
    if as_json:
        print_json({"file": out, "report": kind, "period": order.period, "version": made.version, "rows": made.row_count})
    else:
        say(f"{made.row_count} rows are in {out}.")


def _reader(order: Any, reader: str | None) -> int | None:
    """Whose rights decide which ideas go out; figures go out by right of whoever has the terminal."""
    from suggestbox.people.queries import person_by_login

    from .exports import may_export

    if not order.ideas:
        if reader:
            raise CannotGoOn("--for goes with --with-ideas.")
        return None
    person = person_by_login(reader or "")
    if person is None:
        raise CannotGoOn("Say whose rights count: --for with the e-mail address of an idea manager.")
    if not (person.active and may_export(person, order)):
        raise CannotGoOn(f"{person.name} does not look after the ideas of the whole house, and so may not export them.")
    return person.id


def _made(order: Any, path: Path, by_id: int | None, book: Any, now: Any, tell: Any, language: str) -> Any:
    from suggestbox.core.database import let_go, work

    from .exports import note
    from .making import make_file

    made = make_file(order, path, person_id=by_id, book=book, now=now, tell=tell)
    let_go()
    with work():
        note(order, made, by_id=by_id, language=language, now=now)
    return made


@contextmanager
def _bar(order: Any, by_id: int | None) -> Iterator[Callable[[int], None] | None]:
    """A bar while ideas go out to a terminal; figures take no time, and without a terminal there is nothing to see."""
    if by_id is None or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    from suggestbox.people.queries import here

    from .idea_rows import count_ideas
    from .periods import Period

    with Progress(console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("Writing", total=count_ideas(Period(order.period), by_id, here()))
        yield lambda count: bars.update(task, completed=count)


@click.command("export-waiting", hidden=True)
@in_app
def export_waiting_command() -> None:
    """Make the files that wait; the clockwork starts this."""
    import os

    from suggestbox.core.clock import utc_now

    from .export_run import make, next_to_make

    if hasattr(os, "nice"):
        os.nice(POLITE)
    seen: set[int] = set()
    while (run_id := next_to_make(utc_now())) is not None and run_id not in seen:
        seen.add(run_id)
        make(run_id, clock=utc_now)


EXPORT_COMMANDS = (export_command, export_waiting_command)
