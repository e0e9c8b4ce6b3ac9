"""How many say what: distinct customers beside comments, positive and negative apart.

Everything is counted from one plain statement: SQL counts distinct customers of sixty themes, of the themes above them
and of each week no quicker than Python does from the same rows.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db

from .items import CUSTOMER, visible
from .landscape import Landscape
from .models import Assignment, Item, ThemeQuote
from .trends import Mean, mean_of

AT_A_TIME = 5_000
QUOTES_LOOKED_AT = 12
"""So many times as many items as quotes are wanted are looked at, to find different customers among them."""

PROMOTER, DETRACTOR = 9, 6
"""From here on somebody recommends the house; up to here somebody advises against it (Reichheld 2003)."""


@dataclass(frozen=True)
class Slice:
    """A part of what was said: from a day to a day (both included), and what else narrows it. Empty means all.

    `touchpoint_id` is the touchpoint the item itself names.
    """

    since: date | None = None
    until: date | None = None
    channel: str = ""
    segment: str = ""
    audience: str = ""
    touchpoint_id: int | None = None

    @property
    def days(self) -> int | None:
        """How many days it has; None when one end is open."""
        return (self.until - self.since).days + 1 if self.since and self.until else None

    def before(self, first: date | None) -> "Slice | None":
        """Give the same part of as many days right before; None when there is no such time.

        Takes   first: the day of the first feedback there is; what lies before it can be compared with nothing
        """
        if first is None or self.since is None or not self.days or self.days < 1:
            return None
        since = self.since - timedelta(days=self.days)
        return replace(self, since=since, until=self.since - timedelta(days=1)) if first <= since else None


@dataclass(frozen=True)
class Figure:
    """How many said something. Who says both counts in both; `loudest` is how often the one said it who said it most."""

    customers: int = 0
    comments: int = 0
    positive_customers: int = 0
    positive_comments: int = 0
    negative_customers: int = 0
    negative_comments: int = 0
    neutral_comments: int = 0
    loudest: int = 0
    csat: Mean | None = None  # 1 to 5, each customer once
    nps: Mean | None = None  # -100 to 100, each customer once


def within(slice_: Slice) -> list[Any]:
    """Give the conditions for items of this part that count."""
    return [visible(), *narrowed(slice_)]


def narrowed(slice_: Slice) -> list[Any]:
    """Give the conditions for items of this part, whether they count or not."""
    found: list[Any] = []
    if slice_.since:
        found.append(Item.said_on >= slice_.since)
    if slice_.until:
        found.append(Item.said_on <= slice_.until)
    if slice_.channel:
        found.append(Item.channel == slice_.channel)
    if slice_.segment:
        found.append(Item.segment == slice_.segment)
    if slice_.audience:
        found.append(Item.audience == slice_.audience)
    if slice_.touchpoint_id is not None:
        found.append(Item.touchpoint_id == slice_.touchpoint_id)
    return found


@dataclass
class Tally:
    """Counts as it goes along. Rows of one item come one after the other."""

    customers: dict[Any, int] = field(default_factory=dict)  # customer -> comments
    positive: set[Any] = field(default_factory=set)
    negative: set[Any] = field(default_factory=set)
    counted: dict[str, int] = field(default_factory=lambda: {"positive": 0, "negative": 0, "neutral": 0})
    marks: dict[Any, list[float]] = field(default_factory=dict)
    scores: dict[Any, list[float]] = field(default_factory=dict)
    comments: int = 0
    _item: int = 0
    _said: set[str] = field(default_factory=set)

    def add(
        self, item_id: int, customer: str, polarity: str | None, rating: float | None = None, nps: int | None = None
    ) -> None:
        """Count a theme of an item; an item with two themes of the same tree counts once."""
        if item_id != self._item:
            self._item = item_id
            self._said.clear()
            self.comments += 1
            self.customers[customer] = self.customers.get(customer, 0) + 1
            if rating is not None:
                self.marks.setdefault(customer, []).append(rating)
            if nps is not None:
                score = 100.0 if nps >= PROMOTER else -100.0 if nps <= DETRACTOR else 0.0
                self.scores.setdefault(customer, []).append(score)
        if polarity and polarity not in self._said:
            self._said.add(polarity)
            self.counted[polarity] += 1
            if polarity == "positive":
                self.positive.add(customer)
            elif polarity == "negative":
                self.negative.add(customer)

    def figure(self) -> Figure:
        """Give what was counted."""
        return Figure(
            len(self.customers), self.comments, len(self.positive), self.counted["positive"], len(self.negative),
            self.counted["negative"], self.counted["neutral"], max(self.customers.values(), default=0),
            mean_of([sum(marks) / len(marks) for marks in self.marks.values()], 1.0, 5.0),
            mean_of([sum(scores) / len(scores) for scores in self.scores.values()], -100.0, 100.0),
        )


def rows_of(slice_: Slice, theme_ids: Iterable[int] | None = None, *further: Any) -> Iterator[Any]:
    """Give (item id, customer, theme id, polarity, *further columns) for each theme of each item that counts.

    The rows of one item come one after the other. They are many: take them apart as tuples, names take three times as
    long. One statement.

    Takes   theme_ids: only these themes; further: columns of the item
    """
    # The items of the period first, then their themes: the other way round every theme of all times is looked at.
    items = sa.select(Item.id, CUSTOMER.label("customer"), *further).where(*within(slice_)).order_by(Item.id)
    if theme_ids is None and slice_.since:
        said = items.cte("said").prefix_with("MATERIALIZED")
        query = sa.select(said.c.id, said.c.customer, Assignment.theme_id, Assignment.polarity, *list(said.c)[2:])
        query = query.join(Assignment, Assignment.item_id == said.c.id).order_by(said.c.id)
    else:
        query = sa.select(Item.id, CUSTOMER, Assignment.theme_id, Assignment.polarity, *further).where(*within(slice_))
        query = query.join(Assignment, Assignment.item_id == Item.id).order_by(Item.id)
    query = query.where(Assignment.state == "assigned")
    if theme_ids is not None:
        query = query.where(Assignment.theme_id.in_(sorted(theme_ids)))
    return iter(db.session.connection().execute(query.execution_options(yield_per=AT_A_TIME)))


def theme_figures(slice_: Slice, lands: Landscape) -> dict[int, Figure]:
    """Give the figure of each theme that is not gone, with everything below it. One statement."""
    tallies = {theme.id: Tally() for theme in lands.alive()}
    above = tops(lands)
    for item_id, customer, theme_id, polarity, rating, nps in rows_of(slice_, None, Item.rating, Item.nps):
        for top in above.get(theme_id, ()):
            tallies[top].add(item_id, customer, polarity, rating, nps)
    return {theme_id: tally.figure() for theme_id, tally in tallies.items()}


def tops(lands: Landscape) -> dict[int, list[int]]:
    """Give {theme: those it counts for: itself and the ones above it, without gone ones}."""
    return {theme_id: [t.id for t in lands.path(theme_id) if not t.gone] for theme_id in lands.themes}


def totals(slice_: Slice) -> Figure:
    """Give the figure of everything that was said, items without a theme included. One statement."""
    query = (
        sa.select(Item.id, CUSTOMER, Assignment.polarity, Item.rating, Item.nps)
        .outerjoin(Assignment, sa.and_(Assignment.item_id == Item.id, Assignment.state == "assigned"))
        .where(*within(slice_))
        .order_by(Item.id)
    )
    tally = Tally()
    for row in db.session.connection().execute(query.execution_options(yield_per=AT_A_TIME)):
        tally.add(*row)
    return tally.figure()


def quotes_of(theme_ids: Iterable[int], polarity: str, slice_: Slice, most: int) -> list[Item]:
    """Give items that say well what these themes are about, of different customers: typical ones first, then the newest.

    Their texts are shown through `quotes.shown_text`. One statement.
    """
    ids = sorted(theme_ids)
    place = sa.func.min(ThemeQuote.position)
    query = (
        sa.select(Item, CUSTOMER)
        .join(Assignment, Assignment.item_id == Item.id)
        .outerjoin(ThemeQuote, sa.and_(ThemeQuote.item_id == Item.id, ThemeQuote.theme_id == Assignment.theme_id))
        .where(Assignment.theme_id.in_(ids), Assignment.state == "assigned", Assignment.polarity == polarity,
               *within(slice_))
        .group_by(Item.id)
        .order_by(place.is_(None), place, Item.said_on.desc(), Item.id.desc())
        .limit(most * QUOTES_LOOKED_AT)
    )
    return _of_different_customers(db.session.execute(query), most)


def _of_different_customers(rows: Iterable[Sequence[Any]], most: int) -> list[Item]:
    found: dict[Any, Item] = {}
    for item, customer in rows:
        found.setdefault(customer, item)
        if len(found) == most:
            break
    return list(found.values())
