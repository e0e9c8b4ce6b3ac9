"""Files on their way in, for tests: plain functions; call them outside `work()`."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, let_go, work
from suggestbox.feedback import intake
from suggestbox.feedback.intake_run import run
from suggestbox.feedback.models import Import, Item


def queued(
    content: bytes | str, name: str = "voices.csv", *, source: str = "survey", mapping: dict[str, str] | None = None,
    by_id: int | None = None, **options: Any,
) -> int:
    """Give the id of a queued import of these bytes; columns are taken by their names unless `mapping` says so."""
    kept = intake.keep_file(io.BytesIO(content.encode() if isinstance(content, str) else content), name)
    chosen = intake.clean_options(options)
    if mapping is None:
        rows = intake.open_source(intake.path_of(Import(stored_name=kept.stored_name)), kept.kind, chosen)
        mapping = intake.propose_mapping(rows.columns)
    with work():
        row = intake.start_import(kept, intake.ensure_source(source, now=utc_now()), mapping=mapping, options=chosen,
                                  by_id=by_id, now=utc_now(), queued=True)
        return row.id


def bring(content: bytes | str, name: str = "voices.csv", **how: Any) -> Import:
    """Give the import after it ran; see `queued`."""
    import_id = queued(content, name, **how)
    run(import_id, clock=utc_now)
    return row_of(import_id)


def row_of(import_id: int) -> Import:
    """Give the import as it is now."""
    let_go()
    return db.session.get_one(Import, import_id)


def items() -> list[Item]:
    """Give all items there are, seen or not, in the order they came."""
    return list(db.session.scalars(sa.select(Item).order_by(Item.id)))


def texts() -> list[str]:
    """Give the texts of all items there are."""
    return [item.text for item in items()]


def counts(row: Import) -> tuple[str, int, int, int, int]:
    """Give state, rows, new, known and differing ones of an import."""
    return row.state, row.row_count, row.created_count, row.known_count, row.differing_count


def lines(*rows: dict[str, Any]) -> str:
    """Give rows as JSON, one object per line."""
    return "".join(json.dumps(row) + "\n" for row in rows)


def workbook(path: Path, rows: list[list[Any]]) -> bytes:
    """Give a workbook with these rows in its only sheet."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
    sheet = book.add_worksheet("Data")
    for n, row in enumerate(rows):
        sheet.write_row(n, 0, row)
    book.close()
    return path.read_bytes()


def repacked(raw: bytes, change: dict[str, bytes | None], **more: Any) -> bytes:
    """Give a workbook with some of its parts replaced, added, or (None) left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **more) as new:
        for name in old.namelist():
            if name not in change:
                new.writestr(name, old.read(name))
        for name, content in change.items():
            if content is not None:
                new.writestr(name, content)
    return out.getvalue()
