"""`suggestbox feedback export`: everything customers said, with its themes, as a file that comes in again elsewhere."""

from pathlib import Path
from typing import Any

import click

from suggestbox.core.terminal import CannotGoOn, in_app, json_option, print_json, progress, say

DAY = click.DateTime(["%Y-%m-%d", "%d.%m.%Y"])


@click.command("export")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Ends in .csv or .xlsx.")
@click.option("--source", "source_key", metavar="KEY", help="Only of this source; keys are then those it gave.")
@click.option("--from", "since", type=DAY, help="Said on this day or later.")
@click.option("--until", type=DAY, help="Said on this day or before.")
@click.option("--mask", is_flag=True, help="Take names, addresses and numbers out of the texts.")
@click.option("--separator", default=",", type=click.Choice([",", ";", "\t"]), help="Of a CSV file.", show_default=True)
@json_option
@in_app
def export_command(
    out: Path, source_key: str | None, since: Any, until: Any, mask: bool, separator: str, as_json: bool
) -> None:
    """Write items with their themes and polarities into a CSV file or a workbook.

    The columns are called like the fields of an import, so the file comes in elsewhere without a mapping. Customers are
    keyed hashes, which stay the same. Nothing in it is a formula; the export is noted in the journal.
    """
    import os

    from suggestbox.core.clock import utc_now
    from suggestbox.core.database import work
    from suggestbox.people.queries import here

    from . import export, intake
    from .masking import staff_names

    kind = out.suffix.lower().lstrip(".")
    if kind not in ("csv", "xlsx"):
        raise CannotGoOn("The file has to end in .csv or .xlsx.")
    source = intake.find_source(source_key.strip().lower()) if source_key else None
    if source_key and source is None:
        raise CannotGoOn(f"There is no source '{source_key}'. See: suggestbox feedback sources")
    which = export.Which(
        source.id if source else None, since.date() if since else None, until.date() if until else None, mask,
        staff_names(here()) if mask else frozenset(),
    )
    rows = iter(progress(export.rows_of(which), "Writing", export.count_items(which)))
    beside = out.with_name(f".{out.name}.{os.getpid()}.new")
    try:
        if kind == "csv":
            with beside.open("w", encoding="utf-8-sig", newline="") as file:
                count = export.write_csv(file, rows, separator=separator)
        else:
            count = export.write_xlsx(beside, rows)
        with work():
            export.note_export(which, count, kind=kind, by_id=None, now=utc_now())
        beside.replace(out)
    except OSError as trouble:
        raise CannotGoOn(f"The file {out} cannot be written: {trouble.strerror}.") from trouble
    finally:
        beside.unlink(missing_ok=True)
    if as_json:
        print_json({"file": out, "items": count, "masked": mask})
    else:
        say(f"{count} items are in {out}.")
