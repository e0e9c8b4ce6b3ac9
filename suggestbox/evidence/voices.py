"""How many customers say it, and in which words: the evidence beside an idea, for a few themes at a time."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.feedback.items import CUSTOMER, visible
from suggestbox.feedback.landscape import Landscape, ThemeBrief
from suggestbox.feedback.models import Assignment, Item, ThemeQuote
from suggestbox.feedback.quotes import shown_text
from suggestbox.feedback.theme_words import stems_in
from suggestbox.feedback.trends import compare

YEAR_DAYS, QUARTER_DAYS = 365, 90
READABLE = (20, 320)
"""Letters of a text that can stand as a quote by itself."""


@dataclass(frozen=True)
class Voices:
    """Distinct customers and their comments about a theme and all below it, in a period."""

    customers: int = 0
    comments: int = 0
    positive_customers: int = 0
    positive_comments: int = 0
    negative_customers: int = 0
    negative_comments: int = 0
    lately: int = 0  # customers of the last 90 days
    earlier: int = 0  # of the 90 days before them

    @property
    def trend(self) -> str:
        """Give how the last three months compare with those before: a key of `trends.WORDS`."""
        return compare(self.earlier, self.lately).word


@dataclass(frozen=True)
class Said:
    """A quote, with names and numbers masked."""

    text: str
    polarity: str
    channel: str
    said_on: date
    language: str


@dataclass(frozen=True)
class Evidence:
    """A theme with what customers say about it."""

    theme: ThemeBrief
    voices: Voices
    quotes: tuple[Said, ...] = ()


def _about(theme: ThemeBrief, theme_ids: Iterable[int]) -> Any:
    """Assigned, seen, and of those the theme listens to: colleagues do not count as customers."""
    return sa.and_(
        Assignment.theme_id.in_(sorted(theme_ids)), Assignment.state == "assigned", Item.audience == theme.audience,
        visible(),
    )


def with_below(theme: ThemeBrief, lands: Landscape) -> set[int]:
    """Give the ids that count for a theme: all below it, and what was merged into one of them."""
    found = lands.below(theme.id)
    before = 0
    while len(found) != before:
        before = len(found)
        found |= {t.id for t in lands.themes.values() if t.merged_into_id in found}
    return found


def voices_of(themes: Collection[ThemeBrief], lands: Landscape, *, today: date) -> dict[int, Voices]:
    """Give {theme id: who said it in the last 12 months}. One statement, however many themes."""
    if not themes:
        return {}
    year, quarter = today - timedelta(days=YEAR_DAYS), today - timedelta(days=QUARTER_DAYS)
    half = quarter - timedelta(days=QUARTER_DAYS)

    def people(condition: Any) -> Any:
        return sa.func.count(sa.distinct(sa.case((condition, CUSTOMER))))

    def comments(condition: Any) -> Any:
        return sa.func.count(sa.distinct(sa.case((condition, Item.id))))

    good, bad = Assignment.polarity == "positive", Assignment.polarity == "negative"
    statements = [
        sa.select(
            sa.literal(theme.id), sa.func.count(sa.distinct(CUSTOMER)), sa.func.count(sa.distinct(Item.id)),
            people(good), comments(good), people(bad), comments(bad), people(Item.said_on > quarter),
            people(sa.and_(Item.said_on <= quarter, Item.said_on > half)),
        )
        .select_from(Assignment).join(Item, Item.id == Assignment.item_id)
        .where(_about(theme, with_below(theme, lands)), Item.said_on > year, Item.said_on <= today)
        for theme in themes
    ]
    return {row[0]: Voices(*row[1:]) for row in db.session.execute(sa.union_all(*statements))}


def quotes_of(
    themes: Collection[ThemeBrief], lands: Landscape, *, today: date, most: int = 2,
    names: Callable[[], frozenset[str]] = frozenset,
) -> dict[int, tuple[Said, ...]]:
    """Give {theme id: what typical customers said, masked, each of another customer in other words}.

    First what the model found typical, then what was said last. Complaints first: they are why somebody has an idea.

    Takes   names: gives the names of staff to be masked; asked only where there is something to mask
    """
    found: dict[int, list[tuple[Item, str]]] = {theme.id: [] for theme in themes}
    seen: dict[int, set[str]] = {theme.id: set() for theme in themes}
    words: dict[int, list[set[str]]] = {theme.id: [] for theme in themes}
    for fetch in (_typical, _latest):
        left = [theme for theme in themes if len(found[theme.id]) < most]
        for theme_id, item, polarity, customer in fetch(left, lands, today, most) if left else ():
            if len(found[theme_id]) == most or customer in seen[theme_id]:
                continue
            own = stems_in(item.text)
            if not any(_alike(own, other) for other in words[theme_id]):
                seen[theme_id].add(customer)
                words[theme_id].append(own)
                found[theme_id].append((item, polarity))
    masked_names = names() if any(found.values()) else frozenset()
    return {
        theme_id: tuple(
            Said(shown_text(item, whole=False, names=masked_names), polarity, item.channel, item.said_on, item.language)
            for item, polarity in items
        )
        for theme_id, items in found.items()
    }


ALIKE = 0.5
"""Two texts that share so great a part of their words say the same."""


def _alike(one: set[str], other: set[str]) -> bool:
    return len(one & other) >= ALIKE * max(1, len(one | other)) or one == other


_COMPLAINTS_FIRST = sa.case({"negative": 0, "neutral": 1}, value=Assignment.polarity, else_=2)


def _typical(themes: list[ThemeBrief], lands: Landscape, today: date, most: int) -> Iterable[tuple[int, Item, str, str]]:
    typical = sa.and_(ThemeQuote.item_id == Item.id, ThemeQuote.theme_id == Assignment.theme_id)
    return _rows(themes, lands, today, most, lambda query: query.join(ThemeQuote, typical),
                 (_COMPLAINTS_FIRST, ThemeQuote.position, Item.id.desc()))


def _latest(themes: list[ThemeBrief], lands: Landscape, today: date, most: int) -> Iterable[tuple[int, Item, str, str]]:
    length = sa.func.length(Item.text).between(*READABLE)
    return _rows(themes, lands, today, most, lambda query: query.where(length),
                 (_COMPLAINTS_FIRST, Item.said_on.desc(), Item.id.desc()))


def _rows(
    themes: list[ThemeBrief], lands: Landscape, today: date, most: int, narrow: Callable[[Any], Any], order: tuple[Any, ...]
) -> Iterable[tuple[int, Item, str, str]]:
    """(theme id, item, polarity, customer), some more than needed: one customer may have said several of them."""
    ways, year = [], today - timedelta(days=YEAR_DAYS)
    for theme in themes:
        query = (
            sa.select(sa.literal(theme.id).label("theme_id"), Item.id.label("item_id"),
                      Assignment.polarity.label("polarity"), CUSTOMER.label("customer"),
                      sa.func.row_number().over(order_by=order).label("place"))
            .select_from(Assignment).join(Item, Item.id == Assignment.item_id)
            .where(_about(theme, with_below(theme, lands)), Item.said_on > year, Item.said_on <= today)
        )
        ways.append(sa.select(narrow(query).order_by(*order).limit(most + 6).subquery()))
    hits = sorted(db.session.execute(sa.union_all(*ways)), key=lambda hit: (hit.theme_id, hit.place))
    items = {item.id: item for item in db.session.scalars(
        sa.select(Item).where(Item.id.in_({hit.item_id for hit in hits})))} if hits else {}
    return [(hit.theme_id, items[hit.item_id], hit.polarity, hit.customer) for hit in hits]


def evidence_for(
    themes: Collection[ThemeBrief], lands: Landscape, *, today: date, most: int = 2,
    names: Callable[[], frozenset[str]] = frozenset,
) -> dict[int, Evidence]:
    """Give {theme id: what customers say about it}, with so many quotes each."""
    voices = voices_of(themes, lands, today=today)
    quotes = quotes_of(themes, lands, today=today, most=most, names=names)
    return {t.id: Evidence(t, voices.get(t.id, Voices()), quotes.get(t.id, ())) for t in themes}
