"""Taking feedback out: a CSV file or a workbook with everything that comes in again elsewhere.

Rows are read and written in small portions, so memory stays the same however many there are. No cell is a formula.
"""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from suggestbox.core.cells import guarded
from suggestbox.core.database import db
from suggestbox.journal.operations import write

from .customer_key import KEPT
from .items import visible
from .landscape import landscape
from .masking import masked
from .models import Assignment, Item, Source
from .tables_in import EXPORTED

COLUMNS = EXPORTED
"""Called like the fields of an import, so that the file comes in again without a mapping."""

PORTION = 1_000
LONGEST_CELL = 32_767
"""More letters a cell of a workbook does not hold; texts are shorter since they came in."""


@dataclass(frozen=True)
class Which:
    """Which items go out: all that count, of one source, or of a time. `mask`: without names, addresses and numbers."""

    source_id: int | None = None
    since: date | None = None
    until: date | None = None
    mask: bool = False
    names: frozenset[str] = frozenset()

    def conditions(self) -> list[Any]:
        """Give what the items have to fulfil."""
        asked = [
            None if self.source_id is None else Item.source_id == self.source_id,
            None if self.since is None else Item.said_on >= self.since,
            None if self.until is None else Item.said_on <= self.until,
        ]
        return [visible(), *(one for one in asked if one is not None)]


def count_items(which: Which) -> int:
    """Give how many items would go out."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(Item).where(*which.conditions())) or 0


def rows_of(which: Which) -> Iterator[dict[str, Any]]:
    """Give the items, in the order they came, as cells by column."""
    lands = landscape()
    theme_keys = {theme.id: theme.key for theme in lands.themes.values()}
    touchpoint_keys = {touchpoint.id: touchpoint.key for touchpoint in lands.touchpoints.values()}
    sources = {row.id: row.key for row in db.session.execute(sa.select(Source.id, Source.key))}
    columns = (
        Item.id, Item.source_id, Item.source_key, Item.said_on, Item.channel, Item.audience, Item.touchpoint_id, Item.rating,
        Item.nps, Item.language, Item.segment, Item.customer_hash, Item.text, Item.state,
    )
    reached = 0
    while portion := db.session.execute(
        sa.select(*columns).where(Item.id > reached, *which.conditions()).order_by(Item.id).limit(PORTION)
    ).all():
        reached = portion[-1].id
        labels = _labels([row.id for row in portion], theme_keys)
        for row in portion:
            themes = labels.get(row.id, [])
            source = sources.get(row.source_id or 0, "")
            key = row.source_key or f"item-{row.id}"
            yield {
                "key": key if which.source_id is not None else f"{source}/{key}", "date": row.said_on.isoformat(),
                "channel": row.channel, "audience": row.audience,
                "touchpoint": touchpoint_keys.get(row.touchpoint_id or 0, ""),
                "rating": "" if row.rating is None else row.rating, "nps": "" if row.nps is None else row.nps,
                "language": row.language, "segment": row.segment,
                "customer": f"{KEPT}{row.customer_hash}" if row.customer_hash else "",
                "text": masked(row.text, which.names) if which.mask else row.text,
                "themes": "|".join(key for key, _polarity in themes),
                "polarities": "|".join(f"{key}:{polarity}" for key, polarity in themes),
                "settled": "yes" if row.state == "settled" else "no", "source": source,
            }


def _labels(ids: list[int], theme_keys: dict[int, str]) -> dict[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = {}
    for item_id, theme_id, polarity in db.session.execute(
        sa.select(Assignment.item_id, Assignment.theme_id, Assignment.polarity)
        .where(Assignment.item_id.in_(ids), Assignment.state == "assigned").order_by(Assignment.id)
    ):
        found.setdefault(item_id, []).append((theme_keys[theme_id], polarity))
    return found


def write_csv(out: Any, rows: Iterator[dict[str, Any]], *, separator: str = ",") -> int:
    """Write rows as CSV into an open text file (newline=""); give how many."""
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    count = 0
    for row in rows:
        writer.writerow([guarded(str(row[column])) for column in COLUMNS])
        count += 1
    return count


def write_xlsx(path: Path | Any, rows: Iterator[dict[str, Any]]) -> int:
    """Write rows as a workbook; give how many. Every cell is a text or a number, never a formula or a link."""
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    with _closing(book):
        sheet, bold = book.add_worksheet("feedback"), book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        sheet.set_column(COLUMNS.index("text"), COLUMNS.index("text"), 80)
        for n, column in enumerate(COLUMNS):
            sheet.write_string(0, n, column, bold)
        count = 0
        for count, row in enumerate(rows, 1):
            for n, column in enumerate(COLUMNS):
                cell = row[column]
                if isinstance(cell, int | float):
                    sheet.write_number(count, n, cell)
                elif cell:
                    sheet.write_string(count, n, cell[:LONGEST_CELL])
    return count


@contextmanager
def _closing(book: Any) -> Iterator[None]:
    try:
        yield
    finally:
        book.close()


def note_export(which: Which, count: int, *, kind: str, by_id: int | None, now: datetime) -> None:
    """Note in the journal that feedback went out: how much of what, and whether masked."""
    write("feedback.exported", now=now, actor_id=by_id, role="person" if by_id else "admin", items=count, form=kind,
          masked=which.mask, source_id=which.source_id, since=which.since.isoformat() if which.since else "",
          until=which.until.isoformat() if which.until else "")
