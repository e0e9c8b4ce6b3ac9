"""Themes in the order of what they mean: by distinct customers, never by how loud a few of them are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from suggestbox.core.language import lazy_gettext as _l

from .figures import Figure, Slice, Tally, rows_of, tops
from .landscape import Landscape, ThemeBrief
from .models import Item
from .spans import even_spans
from .trends import Change, compare, interval

BARS = 12

ORDERS: dict[str, Any] = {
    "customers": _l("Most customers"), "negative": _l("Most complaints"), "positive": _l("Most praise"),
    "rising": _l("Rising fastest"), "name": _l("By name"),
}


@dataclass(frozen=True)
class Ranked:
    """A theme in the list. `change` is None where there is no time before to compare with."""

    theme: ThemeBrief
    figure: Figure
    change: Change | None
    ups: tuple[int, ...]
    downs: tuple[int, ...]


@dataclass
class _Watched:
    now: Tally
    before: set[str]
    ups: list[set[str]]
    downs: list[set[str]]


def themes_seen(slice_: Slice, lands: Landscape, *, first: date | None, today: date) -> list[Ranked]:
    """Give every theme that is not gone, with what was said of it and of everything below it. One statement.

    Takes   first: the first day of all feedback of this part (`theme_sight.first_day`)
    """
    since, until = slice_.since or first or today, slice_.until or today
    spans = even_spans(since, max(since, until), BARS)
    earlier = slice_.before(first)
    watched = {
        theme.id: _Watched(Tally(), set(), [set() for _s in spans], [set() for _s in spans]) for theme in lands.alive()
    }
    above = {theme_id: [watched[top] for top in found] for theme_id, found in tops(lands).items()}
    asked = replace(slice_, since=earlier.since if earlier else slice_.since)
    places: dict[date, int] = {}
    for item_id, customer, theme_id, polarity, on in rows_of(asked, None, Item.said_on):
        if on < since:
            for one in above.get(theme_id, ()):
                one.before.add(customer)
            continue
        place = places.get(on)
        if place is None:
            place = places[on] = spans.place(on)
        for one in above.get(theme_id, ()):
            one.now.add(item_id, customer, polarity)
            if polarity == "positive":
                one.ups[place].add(customer)
            elif polarity == "negative":
                one.downs[place].add(customer)
    return [
        Ranked(lands.themes[theme_id], one.now.figure(),
               compare(len(one.before), len(one.now.customers)) if earlier else None,
               tuple(map(len, one.ups)), tuple(map(len, one.downs)))
        for theme_id, one in watched.items()
    ]


def in_order(rows: Sequence[Ranked], order: str) -> list[Ranked]:
    """Give the themes in one of ORDERS; an unknown one counts as the first.

    Counts are taken at the lower end of their interval, a rise too: two customers after none never stand above forty
    after twenty.
    """
    by_name = sorted(rows, key=lambda row: (row.theme.name.casefold(), row.theme.id))
    if order == "name":
        return by_name
    worth = {
        "negative": lambda row: (interval(row.figure.negative_customers)[0], row.figure.negative_customers),
        "positive": lambda row: (interval(row.figure.positive_customers)[0], row.figure.positive_customers),
        "rising": lambda row: (row.change.low if row.change else 0.0, interval(row.figure.customers)[0]),
    }.get(order, lambda row: (interval(row.figure.customers)[0], row.figure.customers))
    return sorted(by_name, key=worth, reverse=True)
