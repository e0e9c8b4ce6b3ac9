"""What ideas bring in the first year of use: sums over their measures that are done, each figure counted once.

Net first-year benefit = savings + additional revenue - running cost - one-off cost in the first year of use. Of each
measure the best figure counts: measured, else agreed, else expected; and of each kind the latest version that counts,
which above a threshold is one that a second person confirmed. What was doubted never counts.
Source: the definition of the figures of idea management in Germany (dib report, Zentrum Ideenmanagement).
"""

import calendar
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.settings import rule

from . import settings as _settings  # noqa: F401 -- declares the rule asked for below
from .models import FIGURE_KINDS, Measure, MeasureFigure

CHUNK = 5000
"""So many ideas are asked for in one statement."""

COUNTS: sa.ColumnElement[bool] = sa.and_(
    MeasureFigure.doubted_at.is_(None),
    sa.or_(MeasureFigure.needs_second.is_(False), MeasureFigure.confirmed_at.is_not(None)),
)
"""The condition for figures that count."""


@dataclass(frozen=True)
class FirstYear:
    """What one measure brings in its first year, by the figure that counts."""

    measure_id: int
    idea_id: int
    done_on: date | None
    kind: str
    version: int
    figure_id: int
    savings_cents: int
    revenue_cents: int
    running_cost_cents: int
    one_off_first_year_cents: int
    net_cents: int


@dataclass
class Net:
    """What one idea brings in the first year of use, and by which figures."""

    idea_id: int
    cents: int = 0
    savings_cents: int = 0
    revenue_cents: int = 0
    cost_cents: int = 0  # running cost, and the one-off cost of the first year
    measures: list[FirstYear] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """The weakest kind of figure the sum rests on."""
        return min((m.kind for m in self.measures), key=FIGURE_KINDS.index)

    @property
    def figure_ids(self) -> list[int]:
        return [m.figure_id for m in self.measures]


_COLUMNS: tuple[Any, ...] = (
    Measure.id, Measure.idea_id, Measure.done_on, MeasureFigure.kind, MeasureFigure.version, MeasureFigure.id,
    MeasureFigure.savings_cents, MeasureFigure.revenue_cents, MeasureFigure.running_cost_cents,
    MeasureFigure.one_off_first_year_cents, MeasureFigure.net_cents,
)


def _counting(*conditions: Any) -> dict[int, FirstYear]:
    query = sa.select(*_COLUMNS).join(Measure, Measure.id == MeasureFigure.measure_id).where(COUNTS, *conditions)
    found: dict[int, FirstYear] = {}
    for row in db.session.execute(query.order_by(MeasureFigure.version)):
        one, known = FirstYear(*row), found.get(row[0])
        if known is None or FIGURE_KINDS.index(one.kind) >= FIGURE_KINDS.index(known.kind):
            found[one.measure_id] = one
    return found


def first_year_of(measure_ids: Collection[int]) -> dict[int, FirstYear]:
    """Give {measure id: the figure that counts}, whatever the state of the measure; without one it is left out."""
    found: dict[int, FirstYear] = {}
    for ids in _chunks(measure_ids):
        found |= _counting(Measure.id.in_(ids))
    return found


def done_between(since: date, until: date) -> list[FirstYear]:
    """Give what every measure that was done between two days (both included) brings. One statement."""
    found = _counting(Measure.state == "done", Measure.done_on.between(since, until))
    return [found[key] for key in sorted(found)]


def net_first_year(idea_ids: Collection[int]) -> dict[int, Net]:
    """Give {idea id: its net first-year benefit} of measures that are done; an idea without any figure is left out."""
    found: dict[int, Net] = {}
    for ids in _chunks(idea_ids):
        rows = _counting(Measure.state == "done", Measure.idea_id.in_(ids))
        for _measure_id, one in sorted(rows.items()):
            net = found.setdefault(one.idea_id, Net(one.idea_id))
            net.cents += one.net_cents
            net.savings_cents += one.savings_cents
            net.revenue_cents += one.revenue_cents
            net.cost_cents += one.running_cost_cents + one.one_off_first_year_cents
            net.measures.append(one)
    return found


def first_year_over(done_on: date) -> date:
    """Give the day from which on can be said what the first year of use brought."""
    years, month = divmod(done_on.month - 1 + int(rule("measures.prove_months")), 12)
    last = calendar.monthrange(done_on.year + years, month + 1)[1]
    return date(done_on.year + years, month + 1, min(done_on.day, last))


def _chunks(ids: Collection[int]) -> Iterable[list[int]]:
    ordered = sorted(set(ids))
    return (ordered[n:n + CHUNK] for n in range(0, len(ordered), CHUNK))
