"""One theme looked at closely: how many say it, since when, through which channels, with which marks."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db

from .figures import DETRACTOR, Figure, Slice, Tally, rows_of, within
from .items import CUSTOMER
from .landscape import Landscape
from .models import CHANNELS, Assignment, Item
from .spans import Span, spans_of
from .trends import Change, compare

LOW_MARK = 2
"""A mark up to here is a low one, of 5."""

LOUD_SHARE, LOUD_COUNT = 0.2, 4
"""So many comments, and such a part of all, from one customer are pointed out."""


@dataclass(frozen=True)
class SpanFigure:
    """What was said in one span."""

    span: Span
    positive: int  # distinct customers
    negative: int
    comments: int


@dataclass(frozen=True)
class Sight:
    """A theme with everything below it, in one part of the feedback.

    `changes` compares distinct customers with the time of the same length before, for all, "positive" and "negative"; it
    is empty where that time was before the first feedback.
    """

    figure: Figure
    changes: dict[str, Change] = field(default_factory=dict)
    spans: tuple[SpanFigure, ...] = ()
    channels: tuple[tuple[str, Figure], ...] = ()
    below: dict[int, Figure] = field(default_factory=dict)  # each theme right below, with what lies below that


@dataclass(frozen=True)
class Reasons:
    """What customers with low marks speak of besides: (theme id, how many of them), the commonest first."""

    customers: int
    themes: tuple[tuple[int, int], ...]


def is_loud(figure: Figure) -> bool:
    """Say whether one customer said so much of it that it has to be told beside the numbers."""
    return figure.loudest >= LOUD_COUNT and figure.loudest >= LOUD_SHARE * figure.comments \
        and figure.customers < figure.comments


def first_day(slice_: Slice) -> date | None:
    """Give the first day something was said in this part, whatever its period; None when nothing was. One statement."""
    everything = replace(slice_, since=None, until=None)
    found: date | None = db.session.scalar(sa.select(sa.func.min(Item.said_on)).where(*within(everything)))
    return found


def look_at_theme(theme_id: int, slice_: Slice, lands: Landscape, *, first: date | None, today: date) -> Sight:
    """Give how a theme was spoken of. One statement.

    Takes   first: the first day of all feedback of this part, see `first_day`
    """
    since, until = slice_.since or first or today, slice_.until or today
    until = max(since, until)
    earlier = slice_.before(first)
    spans = spans_of(since, until)
    now, before = Tally(), Tally()
    up: list[set[str]] = [set() for _span in spans]
    down: list[set[str]] = [set() for _span in spans]
    comments: list[set[int]] = [set() for _span in spans]
    channels = {channel: Tally() for channel in CHANNELS}
    branch = _branches(theme_id, lands)
    below = {child.id: Tally() for child in lands.children(theme_id)}
    asked = replace(slice_, since=earlier.since if earlier else slice_.since)
    columns = (Item.rating, Item.nps, Item.said_on, Item.channel)
    for item_id, customer, told, polarity, rating, nps, on, channel in rows_of(asked, lands.below(theme_id), *columns):
        if on < since:
            before.add(item_id, customer, polarity)
            continue
        now.add(item_id, customer, polarity, rating, nps)
        channels[channel].add(item_id, customer, polarity)
        if told in branch:
            below[branch[told]].add(item_id, customer, polarity, rating, nps)
        place = spans.place(on)
        comments[place].add(item_id)
        if polarity == "positive":
            up[place].add(customer)
        elif polarity == "negative":
            down[place].add(customer)
    used = [(name, tally.figure()) for name, tally in channels.items() if tally.comments]
    return Sight(
        now.figure(), _changes(now, before) if earlier else {},
        tuple(SpanFigure(span, len(up[n]), len(down[n]), len(comments[n])) for n, span in enumerate(spans)),
        tuple(sorted(used, key=lambda pair: -pair[1].customers)),
        {child_id: tally.figure() for child_id, tally in below.items()},
    )


def _branches(theme_id: int, lands: Landscape) -> dict[int, int]:
    """{theme somewhere below: the one right below this one it belongs to}."""
    return {told: child.id for child in lands.children(theme_id) for told in lands.below(child.id)}


def _changes(now: Tally, before: Tally) -> dict[str, Change]:
    return {
        "": compare(len(before.customers), len(now.customers)),
        "positive": compare(len(before.positive), len(now.positive)),
        "negative": compare(len(before.negative), len(now.negative)),
    }


def reasons_for_low_marks(theme_id: int, slice_: Slice, lands: Landscape, most: int = 5) -> Reasons:
    """Give what else customers speak of who gave low marks in items about this theme: themes below it, or others.

    One statement; a customer counts once for each theme.
    """
    below = lands.below(theme_id)
    about = sa.select(Assignment.item_id).where(Assignment.theme_id.in_(sorted(below)), Assignment.state == "assigned")
    query = (
        sa.select(CUSTOMER, Assignment.theme_id)
        .join(Assignment, sa.and_(Assignment.item_id == Item.id, Assignment.state == "assigned"))
        .where(Item.id.in_(about), sa.or_(Item.rating <= LOW_MARK, Item.nps <= DETRACTOR), *within(slice_))
        .distinct()
    )
    customers: set[str] = set()
    found: dict[int, set[str]] = {}
    above = {t.id for t in lands.path(theme_id)}
    for customer, told in db.session.connection().execute(query):
        customers.add(customer)
        if told not in above and told in lands.themes and not lands.themes[told].gone:
            found.setdefault(told, set()).add(customer)
    ranked = sorted(((told, len(who)) for told, who in found.items()), key=lambda pair: (-pair[1], pair[0]))
    return Reasons(len(customers), tuple(ranked[:most]))


def touchpoints_of(theme_ids: Iterable[int], lands: Landscape) -> list[Any]:
    """Give the touchpoints the themes lie on, in the order of their journeys, without gone ones."""
    wanted = {tp for theme_id in theme_ids for tp in lands.themes[theme_id].touchpoint_ids}
    return [tp for tp in lands.touchpoints.values() if tp.id in wanted and not tp.gone]
