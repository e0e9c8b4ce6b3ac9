"""A theme before and since a measure was done: equal periods, distinct customers, and how sure one can be.

Nothing here says why something changed. What else happened in the same time is pointed out.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.settings import rule
from suggestbox.feedback.figures import Slice, rows_of
from suggestbox.feedback.items import CUSTOMER, visible
from suggestbox.feedback.landscape import Landscape, ThemeBrief
from suggestbox.feedback.models import Assignment, Item, ThemeChange
from suggestbox.feedback.trends import FEWEST, Mean, mean_of
from suggestbox.ideas.policy import Somebody
from suggestbox.measures.queries import MeasureLine, done_for_theme

from . import settings  # noqa: F401 -- declares the rules asked for below
from .rates import Span, count_interval, ratio_interval
from .voices import with_below

COUNTED = ("all", "negative", "positive")
LONGEST_DAYS = 365
RATE_DAYS = 30
SHIFTS = ("merged", "took_in", "split", "split_off", "moved", "ruled")
"""Changes of a theme after which it is raised more or less often without anybody speaking differently."""


@dataclass(frozen=True)
class Side:
    """Distinct customers in one of the two periods, and per 30 days with the interval."""

    customers: int
    comments: int
    per_month: Span


@dataclass(frozen=True)
class Comparison:
    """The same counted before and since. `ratio` is None where there was nobody in either."""

    name: str  # all, negative, positive, others
    before: Side
    since: Side
    ratio: Span | None

    @property
    def word(self) -> str:
        """Give fewer, more, unclear (it may be chance), or few (too few to say anything)."""
        if self.before.customers + self.since.customers < FEWEST or self.ratio is None:
            return "few"
        if self.ratio.holds(1.0):
            return "unclear"
        return "fewer" if self.ratio.high < 1 else "more"


@dataclass(frozen=True)
class Bar:
    """A part of one of the periods, for the picture."""

    first: date
    last: date
    customers: int
    is_since: bool


@dataclass
class Since:
    """What customers said about a theme before and since a measure.

    Verdict: none_before (no feedback from before), early (too soon), few, unclear, fewer, more, with_all (fewer or more,
    but so are those who spoke of something else: beside them there is no clear difference).
    """

    measure: MeasureLine
    theme: ThemeBrief
    days: int
    judged: str = "negative"
    verdict: str = "early"
    rows: list[Comparison] = field(default_factory=list)
    rest: Comparison | None = None
    relative: Span | None = None  # the judged ratio beside that of the customers who spoke of something else
    csat: tuple[Mean | None, Mean | None] = (None, None)
    bars: list[Bar] = field(default_factory=list)
    others: list[MeasureLine] = field(default_factory=list)
    redefined: bool = False
    shortened: bool = False  # there is less feedback from before than the measure is old

    @property
    def start(self) -> date:
        """The first day of the time since."""
        assert self.measure.done_on is not None
        return self.measure.done_on

    @property
    def since_last(self) -> date:
        """The last day of the time since."""
        return self.start + timedelta(days=self.days - 1)

    @property
    def before_first(self) -> date:
        """The first day of the time before."""
        return self.start - timedelta(days=self.days)

    @property
    def rest_changed(self) -> bool:
        """Say whether the number of customers who spoke of something else changed clearly."""
        return self.rest is not None and self.rest.word in ("fewer", "more")

    def row(self, name: str) -> Comparison:
        """Give a row of the table by its name."""
        return next(row for row in self.rows if row.name == name)


def heard_between(audience: str) -> tuple[date, date] | None:
    """Give the first and the last day of which there is feedback; None without any. One statement."""
    query = sa.select(sa.func.min(Item.said_on), sa.func.max(Item.said_on)).where(visible(), Item.audience == audience)
    first, last = db.session.execute(query).one()
    return (first, last) if first is not None else None


def compare_since(
    measure: MeasureLine, theme: ThemeBrief, lands: Landscape, me: Somebody, *, today: date,
    heard: tuple[date, date] | None = None,
) -> Since:
    """Give the theme before and since a measure that is done, in five statements.

    Both periods are equally long: from the day the measure was done to yesterday, or to the last day of which there is
    any feedback (an import that is late must not look like a change), a year at most; before, no longer than there is
    feedback.

    Takes   heard: what `heard_between` gives, where several are compared
    """
    start = measure.done_on
    assert start is not None
    heard = heard or heard_between(theme.audience)
    if heard is None or heard[0] >= start:
        days = (today - start).days
        return Since(measure, theme, max(0, days), verdict="none_before" if days >= rule("feedback.since_days") else "early")
    last = min(today - timedelta(days=1), heard[1])
    passed = min((last - start).days + 1, LONGEST_DAYS)
    days = min(passed, (start - heard[0]).days)
    if passed < rule("feedback.since_days"):
        return Since(measure, theme, max(0, passed))
    found = Since(measure, theme, days, shortened=days < passed)
    if days < rule("feedback.since_days"):
        found.verdict = "none_before"
        return found
    _count(found, with_below(theme, lands))
    _weigh(found)
    _what_else(found, with_below(theme, lands), me)
    return found


def _count(found: Since, theme_ids: Collection[int]) -> None:
    start, days = found.start, found.days
    slice_ = Slice(found.before_first, found.since_last, audience=found.theme.audience)
    people: dict[tuple[str, bool], set[Any]] = {(n, s): set() for n in COUNTED for s in (False, True)}
    comments: dict[tuple[str, bool], set[int]] = {key: set() for key in people}
    marks: tuple[dict[Any, list[float]], dict[Any, list[float]]] = ({}, {})
    rows = list(rows_of(slice_, theme_ids, Item.said_on, Item.rating))
    rated: set[int] = set()
    for item_id, customer, _theme_id, polarity, said_on, rating in rows:
        is_since = said_on >= start
        for name in {"all", polarity} & {*COUNTED}:
            people[name, is_since].add(customer)
            comments[name, is_since].add(item_id)
        if rating is not None and item_id not in rated:
            rated.add(item_id)
            marks[is_since].setdefault(customer, []).append(rating)

    def side(name: str, is_since: bool) -> Side:
        return _side(len(people[name, is_since]), len(comments[name, is_since]), days)

    found.rows = [_comparison(n, side(n, False), side(n, True)) for n in COUNTED]
    negative, positive = found.row("negative"), found.row("positive")
    found.judged = "negative" if _both(negative) >= _both(positive) else "positive"
    if not _both(found.row(found.judged)):
        found.judged = "all"
    found.csat = tuple(  # type: ignore[assignment]
        mean_of([sum(given) / len(given) for given in side_marks.values()], 1.0, 5.0) for side_marks in marks
    )
    found.rest = _rest(found, theme_ids)
    found.bars = _bars(found, rows)


def _both(row: Comparison) -> int:
    return row.before.customers + row.since.customers


def _side(customers: int, comments: int, days: int) -> Side:
    span, month = count_interval(customers), RATE_DAYS / days
    return Side(customers, comments, Span(span.low * month, span.value * month, span.high * month))


def _comparison(name: str, before: Side, since: Side) -> Comparison:
    return Comparison(name, before, since, ratio_interval(before.customers, since.customers))


def _rest(found: Since, theme_ids: Collection[int]) -> Comparison:
    """Customers who spoke of anything else, with a theme or without: what changed for them has nothing to do with it."""
    about = sa.exists().where(
        Assignment.item_id == Item.id, Assignment.state == "assigned", Assignment.theme_id.in_(sorted(theme_ids))
    ).correlate(Item)

    def half(first: date, last: date) -> Side:
        query = sa.select(sa.func.count(sa.distinct(CUSTOMER)), sa.func.count(Item.id)).where(
            visible(), sa.not_(about), Item.audience == found.theme.audience, Item.said_on >= first, Item.said_on <= last
        )
        customers, comments = db.session.execute(query).one()
        return _side(customers, comments, found.days)

    before = half(found.before_first, found.start - timedelta(days=1))
    return _comparison("others", before, half(found.start, found.since_last))


def _weigh(found: Since) -> None:
    judged, rest = found.row(found.judged), found.rest
    found.verdict = judged.word
    if rest is None or judged.ratio is None or not (rest.before.customers and rest.since.customers):
        return
    exposure = rest.before.customers / rest.since.customers
    found.relative = Span(judged.ratio.low * exposure, judged.ratio.value * exposure, judged.ratio.high * exposure)
    if found.rest_changed and judged.word in ("fewer", "more") and found.relative.holds(1.0):
        found.verdict = "with_all"


def _what_else(found: Since, theme_ids: Collection[int], me: Somebody) -> None:
    """Other measures for the theme in the same time, and changes of the theme itself."""
    found.others = [
        line for line in done_for_theme(theme_ids, me)
        if line.id != found.measure.id and line.done_on and found.before_first <= line.done_on <= found.since_last
    ]
    changed = sa.select(ThemeChange.at).where(ThemeChange.theme_id.in_(sorted(theme_ids)), ThemeChange.kind.in_(SHIFTS))
    found.redefined = any(found.before_first <= at.date() <= found.since_last for at in db.session.scalars(changed))


MOST_BARS = 12


def _bars(found: Since, rows: list[Any]) -> list[Bar]:
    """Both periods in parts of the same length: about months, in short periods weeks."""
    count = max(1, min(MOST_BARS, found.days // (RATE_DAYS if found.days > 3 * RATE_DAYS else 7)))
    width = found.days / count
    bars = []
    for n in range(-count, count):
        first = found.start + timedelta(days=round(n * width))
        last = found.start + timedelta(days=round((n + 1) * width) - 1)
        customers = {customer for _item, customer, _theme, polarity, said_on, _rating in rows
                     if first <= said_on <= last and found.judged in ("all", polarity)}
        bars.append(Bar(first, last, len(customers), n >= 0))
    return bars


def since_for_theme(theme: ThemeBrief, lands: Landscape, me: Somebody, *, today: date, most: int = 3) -> list[Since]:
    """Give the theme before and since each measure that is done for it and that the reader sees, the last one first."""
    measures = [line for line in done_for_theme(with_below(theme, lands), me) if line.done_on and line.done_on <= today]
    if not measures:
        return []
    heard = heard_between(theme.audience)
    return [compare_since(line, theme, lands, me, today=today, heard=heard) for line in measures[:most]]
