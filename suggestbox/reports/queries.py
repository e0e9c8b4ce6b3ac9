"""Kept reports as pages, exports and mails read them: one or two statements each."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.language import current_language

from .figures import WHILE_RUNNING, figures_of
from .memory import Cell, Cells, Head, cells_of
from .models import Report, ReportCell
from .periods import Period, open_period

NOT_YET = "running"
"""Why a figure is not shown that is not kept before its period is over."""

Place = tuple[str, str, str]
"""(figure, dimension, row)."""


@dataclass(frozen=True)
class RowName:
    """A row of a dimension, with its name in the reader's language. `depth` is 0 at the top of the tree."""

    key: str
    parent: str
    depth: int
    name: str


def not_yet(kind: str, length: str) -> Cells:
    """Give the figures of a kind of report that are not kept before a period of this length is over, as hidden cells."""
    later = [figure.key for figure in figures_of(kind) if figure.group not in WHILE_RUNNING]
    return {
        (key, "all", "all"): Cell(key, "all", "all", None, None, None, {}, NOT_YET)
        for key in later if key != "roi" or length == "year"
    }


@dataclass
class Sheet:
    """One kept report with its cells; what is not there was never counted. Cells may be given by who reads them first."""

    report: Report | Head
    given: Cells | Callable[[], Cells] = field(default_factory=dict)

    @cached_property
    def cells(self) -> Cells:
        """Give {(figure, dimension, row): cell}; read when somebody asks for the first time."""
        given = self.given() if callable(self.given) else self.given
        return {**given, **not_yet(self.report.kind, self.period.kind)} if self.is_open else given

    @property
    def period(self) -> Period:
        return Period(self.report.period)

    @property
    def is_open(self) -> bool:
        """Whether the period was still running when this was counted."""
        return self.report.version == 0

    def cell(self, figure: str, dimension: str = "all", row: str = "all") -> Cell | None:
        """Give a cell, or None where the figure is not counted for the row."""
        return self.cells.get((figure, dimension, row))

    def rows(self, dimension: str) -> list[RowName]:
        """Give the rows of a dimension in their order, named in the reader's language."""
        german = current_language() == "de"
        return [
            RowName(key, parent, depth, (name_de if german else name_en) or name_de)
            for key, parent, depth, name_de, name_en in self.report.rows.get(dimension, [])
        ]

    def rows_with(self, dimension: str, figures: Iterable[str]) -> list[RowName]:
        """Give the rows that have a cell of one of these figures, shown or hidden."""
        asked = set(figures)
        wanted = {row for figure, where, row in self.cells if where == dimension and figure in asked}
        return [row for row in self.rows(dimension) if row.key in wanted]


def kept(kind: str, period_key: str, version: int | None = None) -> Sheet | None:
    """Give a kept report with its cells; the latest version unless one is named. Two statements."""
    query = sa.select(Report).where(Report.kind == kind, Report.period == period_key)
    if version is None:
        query = query.order_by(Report.version.desc()).limit(1)
    else:
        query = query.where(Report.version == version)
    report = db.session.scalar(query)
    return sheet_of(report) if report else None


def sheet_of(report: Report) -> Sheet:
    """Give a report with its cells. One statement."""
    return Sheet(report, cells_of(report.id))


def versions(kind: str, period_key: str) -> list[Report]:
    """Give all versions of a report, the first one first; the one of a period still running alone."""
    return list(db.session.scalars(
        sa.select(Report).where(Report.kind == kind, Report.period == period_key).order_by(Report.version)
    ))


def trend(
    figure: str, kind_of_period: str, n: int, dimension: str = "all", row: str = "all", *, today: date | None = None,
    until: Period | None = None,
) -> list[tuple[Period, Cell | None]]:
    """Give one figure over the last `n` periods, the earliest first; None where nothing is kept. One statement.

    Takes   until: the last of them; else the one `today` lies in; else the latest of this kind that is kept
    """
    found = trends([figure], kind_of_period, n, dimension, row, today=today, until=until)
    return [(period, cells.get(figure)) for period, cells in found]


def trends(
    figures: Iterable[str], kind_of_period: str, n: int, dimension: str = "all", row: str = "all", *,
    today: date | None = None, until: Period | None = None,
) -> list[tuple[Period, dict[str, Cell]]]:
    """Give several figures over the last `n` periods, as `trend` does for one. One statement."""
    of_kind: dict[str, Any] = {
        "year": sa.func.length(Report.period) == 4, "quarter": Report.period.like("%Q%"),
        "month": sa.and_(sa.func.length(Report.period) == 7, Report.period.not_like("%Q%")),
    }
    query = (
        sa.select(Report.period, *(ReportCell.__table__.c[name] for name in Cell._fields))
        .join(Report, Report.id == ReportCell.report_id)
        .where(ReportCell.figure.in_(list(figures)), ReportCell.dimension == dimension, ReportCell.row == row,
               of_kind[kind_of_period])
    )
    last = until or (open_period(kind_of_period, today) if today else None)
    if last is not None:
        query = query.where(Report.until <= last.until, Report.since >= _back(last, n - 1).since)
    cells: dict[str, dict[str, Cell]] = {}
    for key, *columns in db.session.connection().execute(query.order_by(Report.version)):
        cell = Cell(*columns)
        cells.setdefault(key, {})[cell.figure] = cell
    if last is None:
        if not cells:
            return []
        last = max((Period(key) for key in cells), key=lambda period: period.until)
    periods = [last]
    while len(periods) < n:
        periods.insert(0, periods[0].before())
    return [(period, cells.get(period.key, {})) for period in periods]


def _back(period: Period, times: int) -> Period:
    for _ in range(times):
        period = period.before()
    return period
