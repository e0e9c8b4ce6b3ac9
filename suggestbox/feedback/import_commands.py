"""`suggestbox feedback import`, `export`, `undo`, `sources`, `imports`: getting feedback in and out."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from suggestbox.core.terminal import CannotGoOn, in_app, json_option, print_json, print_table, say

from .models import CHANNELS

DAY = click.DateTime(["%Y-%m-%d", "%d.%m.%Y"])
OFF = "Customer feedback is switched off. Switch it on with: suggestbox settings set modules.feedback yes"


def _must_be_on() -> None:
    from suggestbox.core.modules import is_on

    if not is_on("feedback"):
        raise CannotGoOn(OFF)


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--source", "source_key", required=True, metavar="KEY", help="Where it comes from, such as survey-2026.")
@click.option("--source-name", default="", metavar="NAME", help="What a new source is called on pages.")
@click.option("--map", "pairs", multiple=True, metavar="FIELD=COLUMN", help="Which column holds a field; repeat it.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.option("--mask/--no-mask", default=None, help="Take names, addresses and numbers out of the texts.")
@click.option("--channel", type=click.Choice(CHANNELS), help="Where no column says it.")
@click.option("--audience", type=click.Choice(["customers", "employees"]), help="Who is heard, where no column says it.")
@click.option("--create-themes/--no-create-themes", default=None, help="Add themes that are not there yet.")
@click.option("--empty-open/--empty-settled", default=None,
              help="A row without a theme was not looked at; otherwise it says that no theme fits.")
@click.option("--date", "said_on", type=DAY, help="Of all rows, where no column says it; else today.")
@click.option("--date-order", type=click.Choice(["dmy", "mdy"]), help="For dates like 03/04/2026.")
@click.option("--scale", "rating_scale", metavar="WORST-BEST", help="Of ratings: 1-10, or 6-1 for German school marks.")
@click.option("--language", help="Where no column says it; else told by the words.")
@click.option("--touchpoint", metavar="KEY", help="Of all rows, where no column says it.")
@click.option("--kind", type=click.Choice(["csv", "xlsx", "mail", "json"]), help="Else told by the file itself.")
@click.option("--sheet", help="Of a workbook; else the first one.")
@click.option("--encoding", help="Else recognised.")
@click.option("--separator", help="Else recognised.")
@json_option
@in_app
def import_command(
    file: Path, source_key: str, source_name: str, pairs: tuple[str, ...], dry_run: bool, kind: str | None, as_json: bool,
    said_on: Any, **given: Any,
) -> None:
    """Bring feedback in from a file, all rows or none.

    FILE is CSV, Excel (.xlsx), mail (mbox, EML) or JSON (a list, or an object per line); - reads standard input.
    Columns called like a field are taken by themselves, and those chosen for this source the last time. Fields: text,
    key (what the source calls the row: it never comes in twice), date, channel, rating, nps, customer (only a keyed
    hash is kept), segment, language, touchpoint, audience, themes ("a|b"), polarities ("a:negative|b:positive"),
    settled. With themes or polarities a row is settled. A field is left out with --map FIELD= alone.
    """
    from suggestbox.core.clock import utc_now
    from suggestbox.core.database import work

    from . import intake

    _must_be_on()
    given["said_on"] = said_on.date().isoformat() if said_on else None
    kept = _kept(file, kind)
    started = False
    try:
        known = intake.find_source(source_key.strip().lower())
        remembered = dict(known.options) if known else {}
        chosen = {name: value for name, value in given.items() if value is not None}
        if "said_on" not in chosen:
            remembered.pop("said_on", None)
        options = _options(intake, {**remembered, **chosen})
        mapping = _mapping(intake, kept, options, pairs, known.mapping if known else {})
        if dry_run:
            _tell_dry_run(kept, known.id if known else 0, mapping, options, as_json)
            return
        with work():
            now = utc_now()
            source = intake.ensure_source(source_key, source_name, now=now)
            row = intake.start_import(kept, source, mapping=mapping, options=options, by_id=None, now=now, queued=True)
            import_id, started = row.id, True
    finally:
        if not started:
            intake.forget_file(kept.stored_name)
    _carry_out(import_id, mapping, as_json)


def _kept(file: Path, kind: str | None) -> Any:
    from . import intake

    try:
        if str(file) == "-":
            return intake.keep_file(sys.stdin.buffer, "standard input", kind=kind or "")
        return intake.keep_path(file, kind=kind or "")
    except OSError as trouble:
        raise CannotGoOn(f"The file {file} cannot be read: {trouble.strerror}.") from trouble


def _options(intake: Any, raw: dict[str, Any]) -> dict[str, Any]:
    from .intake_fields import OPTIONS

    cleaned: dict[str, Any] = intake.clean_options({name: value for name, value in raw.items() if name in OPTIONS})
    return cleaned


def _mapping(intake: Any, kept: Any, options: dict[str, Any], pairs: tuple[str, ...], before: Any) -> dict[str, str]:
    from .intake_files import folder

    rows = intake.open_source(folder() / kept.stored_name, kept.kind, options)
    mapping: dict[str, str] = {}
    for pair in pairs:
        name, sign, column = pair.partition("=")
        name = name.strip().lower().replace("-", "_")
        if not sign or not name:
            raise CannotGoOn(f"'{pair}' has another shape than FIELD=COLUMN, for example text=Comment.")
        if name in mapping:
            raise CannotGoOn(f"The field {name} is named twice.")
        mapping[name] = column.strip()
    taken = set(mapping.values())
    proposed = {name: column for name, column in intake.propose_mapping(rows.columns, before).items() if column not in taken}
    found: dict[str, str] = intake.check_mapping({**proposed, **mapping}, rows.columns)
    return found


def _tell_dry_run(kept: Any, source_id: int, mapping: dict[str, str], options: dict[str, Any], as_json: bool) -> None:
    from suggestbox.people.queries import today_for

    from . import intake
    from .models import Import

    row = Import(source_id=source_id, kind=kept.kind, stored_name=kept.stored_name, mapping=mapping, options=options)
    preview = intake.check(row, today=today_for(), whole=True)
    tally = preview.tally
    facts = {
        "dry_run": True, "state": "failed" if tally.problems else "would_come_in", "rows": tally.rows, "new": tally.created,
        "known": tally.known, "differing": tally.differing, "wrong_rows": tally.wrong_rows, "errors": tally.problems,
        "mapping": mapping, "encoding": preview.encoding, "separator": preview.separator,
        "new_themes": preview.new_themes,
    }
    _tell(facts, mapping, as_json)


def _tell(facts: dict[str, Any], mapping: dict[str, str], as_json: bool) -> None:
    if as_json:
        print_json(facts)
    else:
        say("Columns: " + ", ".join(f"{name} = {column}" for name, column in mapping.items()))
        for problem in facts["errors"]:
            say(f"Line {problem['line']}: {problem['error']}" if problem["line"] else problem["error"])
    if facts["errors"]:
        would = "would come in" if facts["dry_run"] else "came in"
        raise CannotGoOn(f"Nothing {would}. Please correct what is named above and import the file again.")
    if not as_json:
        would = "would be" if facts["dry_run"] else "are"
        click.echo(f"{facts['rows']} rows: {facts['new']} {would} new, {facts['known']} known, "
                   f"{facts['differing']} known with other words (left as they are).")


def _carry_out(import_id: int, mapping: dict[str, str], as_json: bool) -> None:
    from suggestbox.core.clock import utc_now
    from suggestbox.core.database import db

    from .intake_run import run
    from .models import Import

    with _bar() as tell:
        state = run(import_id, clock=utc_now, progress=tell)
    if state not in ("visible", "failed"):
        raise CannotGoOn(f"Import {import_id} waits: another file of this source is coming in. It follows by itself.")
    row = db.session.get_one(Import, import_id)
    facts = {
        "dry_run": False, "import": row.id, "state": row.state, "rows": row.row_count, "new": row.created_count,
        "known": row.known_count, "differing": row.differing_count, "errors": row.errors, "mapping": mapping,
        "seconds": round((row.ended_at - row.started_at).total_seconds(), 1) if row.ended_at and row.started_at else 0,
    }
    _tell(facts, mapping, as_json)
    if not as_json and row.created_count:
        say(f"Import {row.id}. It can be taken back with: suggestbox feedback undo {row.id}")


@contextmanager
def _bar() -> Iterator[Callable[[str, int, int], None] | None]:
    """Two bars on a terminal, checking and bringing in; without a terminal nothing."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bars:
        tasks = {"check": bars.add_task("Checking", total=None), "import": bars.add_task("Bringing in", total=None)}

        def tell(part: str, done: int, count: int) -> None:
            if part == "import":  # how many rows there are was only estimated until now
                bars.update(tasks["check"], completed=count, total=count)
            bars.update(tasks[part], completed=done, total=count)

        yield tell


@click.command("import-waiting", hidden=True)
@in_app
def import_waiting_command() -> None:
    """Bring in the files that wait; the clockwork starts this."""
    import os

    from suggestbox.core.clock import utc_now

    from .intake_run import next_to_run, run
    from .learning_commands import POLITE

    if hasattr(os, "nice"):
        os.nice(POLITE)
    seen: set[int] = set()
    while (import_id := next_to_run(utc_now())) is not None and import_id not in seen:
        seen.add(import_id)
        run(import_id, clock=utc_now)


@click.command("undo")
@click.argument("number", type=click.IntRange(1, 2**31 - 1), metavar="IMPORT")
@in_app
def undo_command(number: int) -> None:
    """Take an import back: everything that came in with it is gone."""
    from suggestbox.core.clock import utc_now
    from suggestbox.core.database import db, work

    from . import intake
    from .intake_sweep import remove_leftovers, remove_new_themes
    from .models import Import

    with work():
        row = db.session.get(Import, number)
        if row is None:
            raise CannotGoOn(f"There is no import {number}. See: suggestbox feedback imports")
        intake.undo(row, by_id=None, now=utc_now())
        source_id = row.source_id
    removed = remove_leftovers(source_id)
    remove_new_themes()
    say(f"Import {number} is taken back: {removed} items removed.")


@click.command("sources")
@json_option
@in_app
def sources_command(as_json: bool) -> None:
    """List where feedback comes from, with how much of it there is and how its columns are mapped."""
    import sqlalchemy as sa

    from suggestbox.core.database import db

    from .items import visible
    from .models import Item, Source

    counted = (
        sa.select(Item.source_id, sa.func.count().label("item_count"), sa.func.max(Item.said_on).label("latest"))
        .where(visible()).group_by(Item.source_id).subquery()
    )
    facts = [
        {"key": source.key, "name": source.name, "items": items or 0, "latest": latest, "mapping": source.mapping}
        for source, items, latest in db.session.execute(
            sa.select(Source, counted.c.item_count, counted.c.latest)
            .outerjoin(counted, counted.c.source_id == Source.id).order_by(Source.key)
        )
    ]
    if as_json:
        print_json(facts)
        return
    print_table(("KEY", "NAME", "ITEMS", "LATEST", "COLUMNS"), (
        (f["key"], f["name"], f["items"], f["latest"], ", ".join(f"{n}={c}" for n, c in f["mapping"].items()))
        for f in facts
    ))


@click.command("imports")
@click.option("--most", default=50, show_default=True, type=click.IntRange(1, 10_000), help="The newest so many.")
@json_option
@in_app
def imports_command(most: int, as_json: bool) -> None:
    """List imports, the newest first."""
    import sqlalchemy as sa

    from suggestbox.core.database import db

    from .models import Import, Source

    rows = db.session.execute(
        sa.select(Import, Source.key).join(Source, Source.id == Import.source_id).order_by(Import.id.desc()).limit(most)
    )
    facts = [
        {"import": row.id, "source": key, "file": row.file_name, "state": row.state, "new": row.created_count,
         "known": row.known_count, "differing": row.differing_count, "errors": row.errors, "at": row.created_at}
        for row, key in rows
    ]
    if as_json:
        print_json(facts)
        return
    print_table(("IMPORT", "SOURCE", "FILE", "STATE", "NEW", "KNOWN", "DIFFERING", "AT"), (
        (f["import"], f["source"], f["file"], f["state"], f["new"], f["known"], f["differing"], f"{f['at']:%Y-%m-%d %H:%M}")
        for f in facts
    ))


IMPORT_COMMANDS = (import_command, import_waiting_command, undo_command, sources_command, imports_command)
