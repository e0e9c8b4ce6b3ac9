"""What each process keeps in memory of kept reports, so that nobody waits for what does not change.

Every request asks with one small statement which reports there are (`marks`): id, when it was counted, and the digest of
its rows and cells, of all of them in one line, so that it costs the same after ten years of reports. Whatever is
remembered is remembered under such marks and only found under the very same ones: a correction, or a running period
counted anew, is seen at once, also when another process made it.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import current_app, g, request
from markupsafe import Markup

from suggestbox.core.database import db
from suggestbox.core.language import current_language, is_familiar
from suggestbox.core.modules import is_on

from .models import Report, ReportCell

MOST_SHEETS, MOST_HEADS, MOST_PARTS, MOST_MARKS = 12, 200, 800, 20
MOST_LETTERS = 200_000
"""A longer part of a page is written anew each time: many of them would fill the memory."""

LIVE = timedelta(seconds=90)
"""So long what is counted of this moment may be old; the page says at what time it was counted. It is counted anew every
minute (warm_jobs), so that mostly nobody waits for it."""


class Mark(NamedTuple):
    """Which report, counted when, with what in it."""

    id: int
    kind: str
    period: str
    version: int
    since: date
    until: date
    as_of: datetime
    digest: str


class Cell(NamedTuple):
    """A kept figure of one row; plain data, never written to. See models.ReportCell."""

    figure: str
    dimension: str
    row: str
    numerator: int | None
    denominator: int | None
    value: float | None
    more: dict[str, Any]
    hidden: str


Cells = dict[tuple[str, str, str], Cell]
Counted = dict[tuple[Any, ...], tuple[datetime, Any]]
"""What was counted of this moment, and when."""


@dataclass(frozen=True)
class Head:
    """A kept report without its cells; plain data. See models.Report."""

    id: int
    kind: str
    period: str
    version: int
    since: date
    until: date
    as_of: datetime
    made_at: datetime
    made_by_id: int | None
    reason: str
    rules: dict[str, Any]
    rows: dict[str, Any]
    protection: dict[str, Any]
    digest: str


class _Shelf:
    """The things used last, so many of them; threads share it."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, Lock()
        self._things: OrderedDict[Any, Any] = OrderedDict()

    def get(self, key: Any) -> Any:
        with self._lock:
            if key in self._things:
                self._things.move_to_end(key)
            return self._things.get(key)

    def put(self, key: Any, thing: Any) -> None:
        with self._lock:
            self._things[key] = thing
            self._things.move_to_end(key)
            while len(self._things) > self._most:
                self._things.popitem(last=False)


def _shelf(name: str, most: int) -> _Shelf:
    shelves: dict[str, _Shelf] = current_app.extensions.setdefault("kept_reports", {})
    return shelves.setdefault(name, _Shelf(most))


# -- reports -----------------------------------------------------------------------------------------------------------

_COLUMNS = Report.__table__.c
_MARK = [_COLUMNS[name] for name in Mark._fields]
_HEAD = [_COLUMNS[name] for name in Head.__dataclass_fields__]
_ALL_IN_ONE: list[Any] = [
    sa.func.count(), sa.func.aggregate_strings(
        sa.cast(_COLUMNS.id, sa.String).concat(" ").concat(sa.cast(_COLUMNS.as_of, sa.String)).concat(_COLUMNS.digest), ","),
]
_CELL = [ReportCell.__table__.c[name] for name in Cell._fields]


def marks(kinds: Iterable[str]) -> list[Mark]:
    """Give which reports of some kinds there are now, the first version first.

    One small statement as long as nothing was kept since it was asked for the last time, else two.
    """
    shelf, connection, of_kinds = _shelf("marks", MOST_MARKS), db.session.connection(), _COLUMNS.kind.in_(sorted(set(kinds)))
    key = tuple(connection.execute(sa.select(*_ALL_IN_ONE).where(of_kinds)).one())
    found: list[Mark] | None = shelf.get(key)
    if found is None:
        rows = connection.execute(
            sa.select(*_MARK).where(of_kinds).order_by(_COLUMNS.kind, _COLUMNS.until, _COLUMNS.version))
        found = [Mark(*row) for row in rows]
        if all(mark.digest for mark in found):
            shelf.put(key, found)
    return list(found)


def heads(wanted: Iterable[Mark]) -> list[Head]:
    """Give reports without their cells. One statement, or none when they are all remembered."""
    shelf, asked = _shelf("heads", MOST_HEADS), list(wanted)
    found = {mark.id: head for mark in asked if (head := shelf.get(mark)) is not None}
    missing = [mark for mark in asked if mark.id not in found]
    if missing:
        rows = db.session.connection().execute(sa.select(*_HEAD).where(_COLUMNS.id.in_([mark.id for mark in missing])))
        read = {row.id: Head(*row) for row in rows}
        for mark in missing:
            found[mark.id] = read[mark.id]
            if mark.digest:
                shelf.put(mark, read[mark.id])
    return [found[mark.id] for mark in asked]


def cells_of(report_id: int, dimension: str | None = None) -> Cells:
    """Read the cells of a report, or those of one dimension. One statement."""
    columns = ReportCell.__table__.c
    query = sa.select(*_CELL).where(columns.report_id == report_id)
    if dimension is not None:
        query = query.where(columns.dimension == dimension)
    return {(row[0], row[1], row[2]): Cell(*row) for row in db.session.connection().execute(query)}


def cells(mark: Mark) -> Cells:
    """Give all cells of a report. One statement, or none when they are remembered."""
    shelf = _shelf("sheets", MOST_SHEETS)
    found: Cells | None = shelf.get(mark)
    if found is None:
        found = cells_of(mark.id)
        if mark.digest:
            shelf.put(mark, found)
    return found


# -- parts of pages ----------------------------------------------------------------------------------------------------


@dataclass
class Part:
    """A part of a page that says nothing but what kept reports say: the same for everybody who reads it so."""

    key: tuple[Any, ...]
    words: Markup | None = None

    def __bool__(self) -> bool:
        """Say whether it is there already."""
        return self.words is not None


def part(name: str, found: Iterable[Mark], *facts: Any) -> Part:
    """Give a part of a page, with its words when they are remembered.

    Takes   found: what `marks` gave of every kind of report the part reads; facts: whatever else it depends on
    """
    reader = current_language(), is_familiar(), g.get("zone"), request.script_root, is_on("awards")
    key = name, tuple(found), reader, *facts
    return Part(key, _shelf("parts", MOST_PARTS).get(key))


def remembered(wanted: Part, caller: Callable[[], Markup]) -> Markup:
    """Write a part of a page, or give what was written: {% call remembered(part) %} … {% endcall %}."""
    if wanted.words is None:
        wanted.words = caller()
        if len(wanted.words) <= MOST_LETTERS and all(mark.digest for mark in wanted.key[1]):
            _shelf("parts", MOST_PARTS).put(wanted.key, wanted.words)
    return wanted.words


def once(name: str, report: Head | Report, make: Callable[[], Any]) -> Any:
    """Give what follows from a report's rows and cells alone, in the reader's language: worked out once."""
    key = name, current_language(), is_familiar(), is_on("awards"), report.id, report.as_of, report.digest
    shelf = _shelf("parts", MOST_PARTS)
    found = shelf.get(key)
    if found is None:
        found = make()
        if report.digest:
            shelf.put(key, found)
    return found


def once_for(person_id: int, stand: tuple[Any, ...], make: Callable[[], Any]) -> Any:
    """Give what follows from a person's roles and the house's modules: worked out once while these stand."""
    shelf, key = _shelf("people", MOST_PARTS), (person_id, *stand)
    found = shelf.get(key)
    if found is None:
        shelf.put(key, found := make())
    return found


def for_a_moment(key: tuple[Any, ...], now: datetime, count: Callable[[], Any]) -> tuple[datetime, Any]:
    """Give what was counted a moment ago at most, and when.

    While pages are written ahead it is counted anew, and kept apart until all of them are written: whoever asks meanwhile
    reads the pages of before.
    """
    ahead: Counted | None = g.get("written_ahead")
    if ahead is not None:
        if key not in ahead:
            ahead[key] = now, count()
        return ahead[key]
    shelf = _shelf("live", MOST_SHEETS)
    kept: tuple[datetime, Any] | None = shelf.get(key)
    if kept is None or not LIVE > now - kept[0] >= timedelta(0):
        kept = now, count()
        shelf.put(key, kept)
    return kept


def publish(ahead: Counted) -> None:
    """Let everybody read what was counted while pages were written ahead."""
    shelf = _shelf("live", MOST_SHEETS)
    for key, counted in ahead.items():
        shelf.put(key, counted)


def is_news(name: str, stand: Any) -> bool:
    """Say whether something is not as it was when this process asked for the last time."""
    shelf = _shelf("news", MOST_MARKS)
    before = shelf.get(name)
    shelf.put(name, stand)
    return bool(before != stand)
