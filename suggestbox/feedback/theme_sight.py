"""One theme looked at closely: how many say it, since when, through which channels, with which marks."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db

from .figures import AT_A_TIME, DETRACTOR, Figure, Slice, Tally, narrowed, rows_of
from .landscape import Landscape
from .models import CHANNELS, Assignment, Import, Item, ThemeQuote
from .spans import Span, Spans, spans_of
from .trends import Change, compare

LOW_MARK = 2
"""A mark up to here is a low one, of 5."""

NOT_TYPICAL = 1_000_000
"""Place of an item nobody chose as a typical quote."""

LOOKED_AT = 4
"""So many times as many items as quotes are wanted are looked at, to find different words among them."""

LOUD_SHARE, LOUD_COUNT = 0.2, 4
"""So many comments, and such a part of all, from one customer are pointed out."""


@dataclass(frozen=True)
class SpanFigure:
    """What was said in one span."""

    span: Span
    positive: int  # distinct customers
    negative: int
    comments: int


@dataclass(frozen=True, slots=True)
class Said:
    """That an item speaks of the theme."""

    on: date
    item_id: int
    customer: str
    polarity: str


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
    said: tuple[Said, ...] = ()
    low: tuple[int, ...] = ()  # items with low marks


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
    # What `visible()` says, the other way round: so the database walks along the days and stops at the first.
    hidden = sa.select(Import.id).where(Import.state != "visible")
    counts = sa.and_(sa.or_(Item.import_id.is_(None), Item.import_id.not_in(hidden)), Item.hidden_at.is_(None))
    query = sa.select(Item.said_on).where(counts, *narrowed(replace(slice_, since=None, until=None)))
    found: date | None = db.session.scalar(query.order_by(Item.said_on, Item.id).limit(1))
    return found


def look_at_theme(theme_id: int, slice_: Slice, lands: Landscape, *, first: date | None, today: date) -> Sight:
    """Give how a theme was spoken of. One statement.

    Takes   first: the first day of all feedback of this part, see `first_day`
    """
    since, until = slice_.since or first or today, slice_.until or today
    until = max(since, until)
    earlier = slice_.before(first)
    now, before = Tally(), Tally()
    channels = {channel: Tally() for channel in CHANNELS}
    branch = _branches(theme_id, lands)
    below = {child.id: Tally() for child in lands.children(theme_id)}
    said: list[Said] = []
    low: dict[int, None] = {}
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
        said.append(Said(on, item_id, customer, polarity))
        if (rating is not None and rating <= LOW_MARK) or (nps is not None and nps <= DETRACTOR):
            low[item_id] = None
    used = [(name, tally.figure()) for name, tally in channels.items() if tally.comments]
    return Sight(
        now.figure(), _changes(now, before) if earlier else {},
        _over_time(spans_of(since, until, voices=len(now.customers)), said),
        tuple(sorted(used, key=lambda pair: -pair[1].customers)),
        {child_id: tally.figure() for child_id, tally in below.items()},
        tuple(said), tuple(low),
    )


def _over_time(spans: Spans, said: list[Said]) -> tuple[SpanFigure, ...]:
    counted: list[dict[str, set[Any]]] = [
        {"items": set(), "positive": set(), "negative": set(), "neutral": set()} for _span in spans
    ]
    for one in said:
        here = counted[spans.place(one.on)]
        here["items"].add(one.item_id)
        here[one.polarity].add(one.customer)
    return tuple(
        SpanFigure(span, len(here["positive"]), len(here["negative"]), len(here["items"]))
        for span, here in zip(spans, counted, strict=True)
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


def reasons_for_low_marks(theme_id: int, sight: Sight, lands: Landscape, most: int = 5) -> Reasons:
    """Give what else customers speak of who gave low marks in items about this theme: themes below it, or others.

    One statement for each 5,000 such items; a customer counts once for each theme.
    """
    who = {one.item_id: one.customer for one in sight.said}
    found: dict[int, set[str]] = {}
    above = {t.id for t in lands.path(theme_id)}
    for start in range(0, max(1, len(sight.low)), AT_A_TIME):
        query = sa.select(Assignment.item_id, Assignment.theme_id).where(
            Assignment.item_id.in_(sight.low[start : start + AT_A_TIME]), Assignment.state == "assigned"
        )
        for item_id, told in db.session.connection().execute(query):
            if told not in above and told in lands.themes and not lands.themes[told].gone:
                found.setdefault(told, set()).add(who[item_id])
    ranked = sorted(((told, len(customers)) for told, customers in found.items()), key=lambda pair: (-pair[1], pair[0]))
    return Reasons(len({who[item_id] for item_id in sight.low}), tuple(ranked[:most]))


def quotes_in(sight: Sight, theme_ids: Iterable[int], most: dict[str, int]) -> dict[str, list[Item]]:
    """Give {polarity: items of different customers}, typical ones first, then the newest, as `figures.quotes_of` does;
    the same words stand there once. Two statements.

    Takes   most: {polarity: how many}
    """
    query = sa.select(ThemeQuote.item_id, sa.func.min(ThemeQuote.position)).where(
        ThemeQuote.theme_id.in_(sorted(theme_ids))
    )
    typical = {item_id: place for item_id, place in db.session.execute(query.group_by(ThemeQuote.item_id))}
    chosen: dict[str, list[int]] = {}
    for polarity, many in most.items():
        said = [one for one in sight.said if one.polarity == polarity]
        said.sort(key=lambda one: (typical.get(one.item_id, NOT_TYPICAL), -one.on.toordinal(), -one.item_id))
        of: dict[str, int] = {}
        for one in said:
            of.setdefault(one.customer, one.item_id)
            if len(of) == many * LOOKED_AT:
                break
        chosen[polarity] = list(of.values())
    wanted = {item_id for ids in chosen.values() for item_id in ids}
    items = {item.id: item for item in db.session.scalars(sa.select(Item).where(Item.id.in_(wanted)))}
    return {
        polarity: _of_different_words([items[item_id] for item_id in ids])[: most[polarity]]
        for polarity, ids in chosen.items()
    }


def _of_different_words(items: list[Item]) -> list[Item]:
    found: dict[str, Item] = {}
    for item in items:
        found.setdefault(" ".join(item.text.casefold().split()), item)
    return list(found.values())


def touchpoints_of(theme_ids: Iterable[int], lands: Landscape) -> list[Any]:
    """Give the touchpoints the themes lie on, in the order of their journeys, without gone ones."""
    wanted = {tp for theme_id in theme_ids for tp in lands.themes[theme_id].touchpoint_ids}
    return [tp for tp in lands.touchpoints.values() if tp.id in wanted and not tp.gone]
