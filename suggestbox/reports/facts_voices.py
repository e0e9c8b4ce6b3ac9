"""What customers and colleagues said in a period, as figures count it: two statements and the landscape, plain rows."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.feedback.figures import AT_A_TIME, Slice, rows_of, within
from suggestbox.feedback.items import CUSTOMER
from suggestbox.feedback.landscape import Landscape
from suggestbox.feedback.models import Item
from suggestbox.feedback.stations import home_of


@dataclass(slots=True)
class Voice:
    """One comment: who said it (a number that stands for a customer), when, where it counts, and what it is about.

    `themes`: (theme, polarity), each theme the one that stands for it today.
    """

    person: int
    on: date
    audience: str
    touchpoint_id: int | None
    segment: str
    rating: float | None
    nps: int | None
    themes: list[tuple[int, str]] = field(default_factory=list)


def voices(since: date, until: date, lands: Landscape) -> list[Voice]:
    """Give every comment of the period that counts, in the order in which they came in. Two statements."""
    slice_ = Slice(since, until)
    said = sa.select(
        Item.id, CUSTOMER, Item.said_on, Item.audience, Item.touchpoint_id, Item.segment, Item.rating, Item.nps,
    ).where(*within(slice_)).order_by(Item.id)
    numbers: dict[str, int] = {}
    found: dict[int, Voice] = {}
    for item_id, customer, on, audience, touchpoint_id, segment, rating, nps in db.session.connection().execute(
        said.execution_options(yield_per=AT_A_TIME)
    ):
        person = numbers.setdefault(customer, len(numbers) + 1)
        found[item_id] = Voice(person, on, audience, touchpoint_id, segment, rating, nps)
    told: dict[int, list[int]] = {}
    alive = _alive(lands)
    for item_id, _customer, theme_id, polarity in rows_of(slice_):
        voice = found[item_id]
        told.setdefault(item_id, []).append(theme_id)
        pair = alive.get(theme_id, 0), polarity
        if pair not in voice.themes:
            voice.themes.append(pair)
    places = _places(lands)
    for item_id, theme_ids in told.items():
        voice = found[item_id]
        if voice.touchpoint_id is None:
            voice.touchpoint_id = _only(theme_ids, places)
    return list(found.values())


def _alive(lands: Landscape) -> dict[int, int]:
    """{theme: itself, or the nearest above it that is not gone}; one that has none is not in it."""
    found = {}
    for theme_id in lands.themes:
        path = [theme.id for theme in lands.path(theme_id) if not theme.gone]
        if path:
            found[theme_id] = path[-1]
    return found


def _places(lands: Landscape) -> dict[int, frozenset[int]]:
    """{theme: the touchpoints it lies on, or the nearest above it that lies on one}."""
    found = {}
    for theme_id in lands.themes:
        home = home_of(lands, theme_id)
        if home is not None:
            found[theme_id] = frozenset(t for t in home.touchpoint_ids if not lands.touchpoints[t].gone)
    return found


def _only(theme_ids: Iterable[int], places: dict[int, frozenset[int]]) -> int | None:
    """The touchpoint all these themes lie on, if it is only one."""
    where = frozenset[int]().union(*(places.get(theme_id, frozenset()) for theme_id in theme_ids))
    return next(iter(where)) if len(where) == 1 else None
