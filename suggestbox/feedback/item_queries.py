"""Finding items: filters, pages, and what is known about those on a page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.forms import whole_number
from suggestbox.core.paging import Page, page_of

from . import items
from .landscape import Landscape
from .models import AUDIENCES, CHANNELS, ITEM_STATES, POLARITIES, Assignment, Item, Source

MOST_COUNTED = 10_000
"""Further than this nobody counts: the list says "more than 10,000"."""

LONGEST_SEARCH = 200


@dataclass(frozen=True)
class Filters:
    """What the reader looks for; everything may be left open."""

    words: str = ""
    state: str = ""  # one of ITEM_STATES, or "hidden"
    theme_id: int | None = None
    no_theme: bool = False
    polarity: str = ""
    channel: str = ""
    audience: str = ""
    source_id: int | None = None
    import_id: int | None = None
    touchpoint_id: int | None = None
    customer_of: int | None = None  # everything the customer of this item said
    since: date | None = None
    until: date | None = None

    @property
    def narrowed(self) -> bool:
        """Whether anything is looked for at all."""
        return self != Filters()


KEYS = ("q", "state", "theme", "polarity", "channel", "audience", "source", "import", "touchpoint", "customer_of", "from",
        "until")
"""What an address of the list says; anything else in it is nobody's."""


def filters_of(arguments: Any) -> Filters:
    """Give the filters in an address; what makes no sense counts as not there."""
    theme = arguments.get("theme", "")
    return Filters(
        words=" ".join(arguments.get("q", "").replace("\x00", "").split())[:LONGEST_SEARCH],
        state=_one_of(arguments.get("state"), (*ITEM_STATES, "hidden")),
        theme_id=whole_number(theme), no_theme=theme == "none",
        polarity=_one_of(arguments.get("polarity"), POLARITIES),
        channel=_one_of(arguments.get("channel"), CHANNELS),
        audience=_one_of(arguments.get("audience"), AUDIENCES),
        source_id=whole_number(arguments.get("source")), import_id=whole_number(arguments.get("import")),
        touchpoint_id=whole_number(arguments.get("touchpoint")), customer_of=whole_number(arguments.get("customer_of")),
        since=_day(arguments.get("from")), until=_day(arguments.get("until")),
    )


def _one_of(value: str | None, known: tuple[str, ...]) -> str:
    return value if value in known and value is not None else ""


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def list_items(filters: Filters, lands: Landscape, *, key: str | None = None) -> Page:
    """Give one page of the items that fit, the latest first.

    Raises  Invalid for a mark that is not one of ours
    """
    query = sa.select(Item).where(*_conditions(filters, lands))
    return page_of(query, [(Item.said_on, True), (Item.id, True)], key=key)


def count_items(filters: Filters, lands: Landscape, page: Page) -> int:
    """Give how many items fit, counted up to one more than MOST_COUNTED; where one page holds all, without asking."""
    if page.next_key is None and page.prev_key is None:
        return len(page)
    found = sa.select(Item.id).where(*_conditions(filters, lands)).limit(MOST_COUNTED + 1).subquery()
    return db.session.execute(sa.select(sa.func.count()).select_from(found)).scalar_one()


def _conditions(filters: Filters, lands: Landscape) -> list[Any]:
    hidden = filters.state == "hidden"
    found: list[Any] = [items.came_in(), _few(Item.hidden_at.is_not(None)) if hidden else Item.hidden_at.is_(None)]
    if filters.state and not hidden:
        found.append(Item.state == filters.state)
    found += [
        column == value
        for column, value in (
            (Item.channel, filters.channel), (Item.audience, filters.audience), (Item.source_id, filters.source_id),
            (Item.import_id, filters.import_id), (Item.touchpoint_id, filters.touchpoint_id),
        )
        if value not in ("", None)
    ]
    if filters.since:
        found.append(Item.said_on >= filters.since)
    if filters.until:
        found.append(Item.said_on <= filters.until)
    if filters.customer_of is not None:
        customer = sa.select(Item.customer_hash).where(
            Item.id == filters.customer_of, Item.audience == "customers"  # colleagues could be known by all they said
        ).scalar_subquery()
        found.append(_few(sa.or_(Item.customer_hash == customer, Item.id == filters.customer_of)))
    found += [_says(word) for word in filters.words.split()]
    return found + _about(filters, lands)


def _few(condition: Any) -> sa.ColumnElement[bool]:
    """A condition that holds for a handful of items: they are found first, instead of on the way through all days."""
    return Item.id.in_(sa.select(Item.id).where(condition))


def _about(filters: Filters, lands: Landscape) -> list[Any]:
    told = sa.select(Assignment.item_id).where(Assignment.state == "assigned")
    if filters.polarity:
        told = told.where(Assignment.polarity == filters.polarity)
    if filters.theme_id is not None:
        return [Item.id.in_(told.where(Assignment.theme_id.in_(lands.below(filters.theme_id))))]
    if filters.no_theme:
        return [Item.id.not_in(told)]
    return [Item.id.in_(told)] if filters.polarity else []


def _says(word: str) -> sa.ColumnElement[bool]:
    """The text holds the word. One of the two databases knows capitals of plain letters only, hence the spellings."""
    spellings = dict.fromkeys((word, word.lower(), word.upper(), word.capitalize())) if not word.isascii() else (word,)
    return sa.or_(*(Item.text.icontains(spelling, autoescape=True) for spelling in spellings))


def assignments_of(item_ids: Iterable[int]) -> dict[int, list[Assignment]]:
    """Give {item id: its assignments, those that count first}, in one statement."""
    order = sa.case({"assigned": 0, "guess": 1}, value=Assignment.state, else_=2)
    query = sa.select(Assignment).where(Assignment.item_id.in_(list(item_ids)))
    found: dict[int, list[Assignment]] = {}
    for row in db.session.scalars(query.order_by(order, Assignment.confidence.desc(), Assignment.id)):
        found.setdefault(row.item_id, []).append(row)
    return found


def sources_by_name(but: str = "") -> list[tuple[int, str]]:
    """Give the sources there are, by name, but the one with this key."""
    query = sa.select(Source.id, Source.name).where(Source.key != but)
    return [(source_id, name) for source_id, name in db.session.execute(
        query.order_by(sa.func.lower(Source.name), Source.id)
    )]


def said_by_the_same(item: Item) -> int:
    """Give how many other visible items there are of the same customer; colleagues are not followed like that."""
    if item.customer_hash is None or item.audience != "customers":
        return 0
    query = sa.select(sa.func.count()).where(Item.customer_hash == item.customer_hash, Item.id != item.id, items.visible())
    return db.session.execute(query).scalar_one()
