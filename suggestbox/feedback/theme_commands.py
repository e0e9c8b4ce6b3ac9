"""The landscape from the terminal: journeys, touchpoints, themes and rules from a file and into one."""

from pathlib import Path

import click

from suggestbox.core.terminal import CannotGoOn, in_app, json_option, print_json, print_table, say

MOST_ERRORS = 50


@click.group("themes")
def themes() -> None:
    """Bring journeys, touchpoints, themes and rules in from a file, or write them into one."""


@themes.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what the file would do.")
@json_option
@in_app
def import_command(file: Path, dry_run: bool, as_json: bool) -> None:
    """Bring the landscape in from a CSV or JSON file: everything or nothing.

    Rows are known by their keys: what is there already is changed where the file says something else, and nothing is
    removed. `suggestbox feedback themes export` writes such a file.
    """
    from suggestbox.core.clock import utc_now
    from suggestbox.core.database import work
    from suggestbox.people.queries import here

    from .tree_files import read_entries
    from .tree_imports import LandscapeImport

    entries = read_entries(file)
    outcome = None
    try:
        with work():
            bringing_in = LandscapeImport(entries, here())
            errors = bringing_in.check()
            if errors:
                for where, sentence in errors[:MOST_ERRORS]:
                    say(f"{file.name}, {where}: {sentence}")
                raise CannotGoOn(f"{len(errors)} errors; nothing was brought in.")
            outcome = bringing_in.run(now=utc_now())
            if dry_run:
                raise _OnlyTried
    except _OnlyTried:
        pass
    assert outcome is not None
    if as_json:
        counts = {"created": outcome.created, "changed": outcome.changed, "same": outcome.same}
        print_json({"dry_run": dry_run, **counts})
        return
    print_table(["", "new", "changed", "as before"], [
        [f"{kind}s", outcome.created[kind], outcome.changed[kind], outcome.same[kind]] for kind in outcome.created
    ])  # fmt: skip
    if dry_run:
        say("Nothing was written.")


class _OnlyTried(Exception):
    """Leaves `work()` without a commit."""


@themes.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@in_app
def export_command(file: Path) -> None:
    """Write the landscape into a file: JSON when its name ends so, else CSV."""
    from suggestbox.people.queries import here

    from .tree_files import as_csv, as_json, landscape_rows

    rows = landscape_rows(here())
    text = as_json(rows) if file.suffix.lower() == ".json" else as_csv(rows)
    try:
        file.write_text(text, encoding="utf-8", newline="")
    except OSError as trouble:
        raise CannotGoOn(f"{file} cannot be written: {trouble.strerror}") from trouble
    say(f"{len(rows)} rows")
