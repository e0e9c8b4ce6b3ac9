"""What is said at each touchpoint: distinct customers and comments per theme, positive and negative apart.

A theme counts where it lies; one that lies nowhere counts with the nearest theme above it that does, so that nothing is
lost and nothing counts twice. A theme on several touchpoints counts at the one the item names, and at each of them when
the item names none of these.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db

from .figures import Figure, Slice, quotes_of, within
from .items import CUSTOMER, visible
from .landscape import Landscape, ThemeBrief
from .map_layout import Station, Voice
from .models import Assignment, Import, Item, Proposal, Rise, ThemeQuote, ThemeTouchpoint
from .slices import FEWEST_COLLEAGUES, Choice, shows_colleagues


@dataclass
class Spot:
    """A theme at a touchpoint; by polarity the distinct customers and the comments."""

    theme_id: int
    touchpoint_id: int
    customers: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    comments: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def silent(self) -> bool:
        """Say whether nobody spoke of it."""
        return not any(self.comments.values())


def home_of(lands: Landscape, theme_id: int) -> ThemeBrief | None:
    """Give the theme a theme counts with on the map: itself or the nearest above it that lies on a touchpoint."""
    for theme in reversed(lands.path(theme_id)):
        if not theme.gone and any(not lands.touchpoints[t].gone for t in theme.touchpoint_ids):
            return theme
    return None


def _lies(lands: Landscape, touchpoint_ids: Collection[int]) -> list[tuple[int, int, int, int]]:
    """(theme of an item, theme it counts with, touchpoint, 1 when that theme lies on several)."""
    wanted, found = set(touchpoint_ids), []
    for theme_id in lands.themes:
        home = home_of(lands, theme_id)
        if home is None:
            continue
        several = int(len(home.touchpoint_ids) > 1)
        found += [(theme_id, home.id, t, several) for t in home.touchpoint_ids if t in wanted]
    return found


def _table(rows: list[tuple[int, int, int, int]]) -> Any:
    columns = [sa.column(name, sa.Integer) for name in ("theme_id", "home_id", "touchpoint_id", "several")]
    return sa.values(*columns, name="lies", literal_binds=True).data(rows).cte("lies")


def _belongs(lies: Any, named: Any) -> sa.ColumnElement[bool]:
    """The item, which names this touchpoint or none, counts at this touchpoint of its theme."""
    elsewhere = sa.exists().where(ThemeTouchpoint.theme_id == lies.c.home_id, ThemeTouchpoint.touchpoint_id == named)
    return sa.or_(lies.c.several == 0, named.is_(None), named == lies.c.touchpoint_id, ~elsewhere)


def spots_at(choice: Choice, lands: Landscape, touchpoint_ids: Collection[int]) -> dict[int, list[Spot]]:
    """Give {touchpoint: its themes}, silent ones included, most customers first. One statement, however many there are.

    Of colleagues' voices a part is shown only where at least five people spoke.
    """
    rows = _lies(lands, touchpoint_ids)
    spots = {(home, t): Spot(home, t) for _theme, home, t, _several in rows}
    if rows:
        lies = _table(rows)
        # The items first and once: by themselves SQLite would look every assignment of every theme up.
        heard = (
            sa.select(Item.id, Item.touchpoint_id, Item.audience, CUSTOMER.label("customer")).where(*within(choice.slice))
            .cte("heard").prefix_with("MATERIALIZED")
        )
        query = (
            sa.select(lies.c.home_id, lies.c.touchpoint_id, Assignment.polarity,
                      sa.func.count(sa.distinct(heard.c.customer)), sa.func.count(sa.distinct(heard.c.id)),
                      sa.func.count(sa.distinct(sa.case((heard.c.audience == "employees", heard.c.customer)))))
            .select_from(heard)
            .join(Assignment, sa.and_(Assignment.item_id == heard.c.id, Assignment.state == "assigned"))
            .join(lies, lies.c.theme_id == Assignment.theme_id)
            .where(_belongs(lies, heard.c.touchpoint_id))
            .group_by(lies.c.home_id, lies.c.touchpoint_id, Assignment.polarity)
        )
        fewest = FEWEST_COLLEAGUES if choice.slice.audience != "customers" and choice.is_part else 1
        for home, touchpoint, polarity, customers, comments, colleagues in db.session.execute(query):
            if not 0 < colleagues < fewest:  # also among customers: the difference would tell
                spots[home, touchpoint].customers[polarity] = customers
                spots[home, touchpoint].comments[polarity] = comments
    found: dict[int, list[Spot]] = {t: [] for t in touchpoint_ids}
    for spot in spots.values():
        found[spot.touchpoint_id].append(spot)
    for touchpoint in found.values():
        touchpoint.sort(key=lambda s: (-sum(s.customers.values()), lands.themes[s.theme_id].name.casefold()))
    return found


def stations_of(
    journey_id: int, choice: Choice, lands: Landscape, notes: Mapping[int, str] | None = None
) -> list[Station]:
    """Give the touchpoints of a journey with what is said there, for the map. One statement.

    Takes   notes: {touchpoint: what stands below its name}
    """
    touchpoints, notes = lands.stations(journey_id), notes or {}
    spots = spots_at(choice, lands, [t.id for t in touchpoints])
    return [
        Station(t.id, t.name, side(spots[t.id], "positive", lands), side(spots[t.id], "negative", lands),
                notes.get(t.id, ""))
        for t in touchpoints
    ]


def side(spots: Iterable[Spot], polarity: str, lands: Landscape) -> list[Voice]:
    """Give what is said with one polarity, most customers first."""
    found = [
        Voice(s.theme_id, lands.themes[s.theme_id].name, s.customers[polarity], s.comments[polarity])
        for s in spots if s.comments[polarity]
    ]
    return sorted(found, key=lambda voice: (-voice.customers, -voice.comments, voice.name.casefold()))


def voices(slice_: Slice) -> Figure:
    """Give how many spoke, items without a theme included: distinct customers and comments only. One statement."""
    query = sa.select(sa.func.count(sa.distinct(CUSTOMER)), sa.func.count(Item.id)).where(*within(slice_))
    customers, comments = db.session.execute(query).one()
    return Figure(customers=customers, comments=comments)


def quotes_at(
    choice: Choice, lands: Landscape, touchpoint_id: int, theme_ids: Iterable[int], *, most: int = 2
) -> dict[tuple[int, str], list[Item]]:
    """Give {(theme, polarity): items that say well what it is about}: typical ones first, then the newest. One statement.

    Their texts are shown through `quotes.shown_text`.
    """
    wanted = set(theme_ids)
    rows = [row for row in _lies(lands, [touchpoint_id]) if row[1] in wanted]
    if not rows:
        return {}
    lies = _table(rows)
    typical = sa.and_(ThemeQuote.item_id == Item.id, ThemeQuote.theme_id == Assignment.theme_id)
    place = sa.func.row_number().over(
        partition_by=(lies.c.home_id, Assignment.polarity),
        order_by=(ThemeQuote.position.is_(None), ThemeQuote.position, Item.said_on.desc(), Item.id.desc()),
    )
    ranked = (
        sa.select(lies.c.home_id, Assignment.polarity, Item.id.label("item_id"), place.label("place"))
        .select_from(lies)
        .join(Assignment, sa.and_(Assignment.theme_id == lies.c.theme_id, Assignment.state == "assigned"))
        .join(Item, Item.id == Assignment.item_id)
        .outerjoin(ThemeQuote, typical)
        .where(_belongs(lies, Item.touchpoint_id), Assignment.polarity.in_(("positive", "negative")), *within(choice.slice))
        .subquery()
    )
    query = (
        sa.select(ranked.c.home_id, ranked.c.polarity, Item)
        .join(Item, Item.id == ranked.c.item_id)
        .where(ranked.c.place <= most)
        .order_by(ranked.c.home_id, ranked.c.polarity, ranked.c.place)
    )
    found: dict[tuple[int, str], list[Item]] = {}
    for home, polarity, item in db.session.execute(query):
        of_theme = found.setdefault((home, polarity), [])
        if item not in of_theme:  # one with two themes of the same tree
            of_theme.append(item)
    return found


@dataclass(frozen=True)
class Colleagues:
    """What colleagues say themselves: distinct people, comments, and some of these; none where too few spoke."""

    people: int
    comments: int
    items: list[Item]
    too_few: bool


def colleagues_at(choice: Choice, lands: Landscape, touchpoint_id: int, *, most: int = 5) -> Colleagues:
    """Give what colleagues say about a touchpoint: they named it, or speak of a theme that lies there. Two statements."""
    ours = replace(choice.slice, audience="employees", touchpoint_id=None)
    themes = {row[0] for row in _lies(lands, [touchpoint_id])}
    speaks = sa.exists().where(
        Assignment.item_id == Item.id, Assignment.state == "assigned", Assignment.theme_id.in_(sorted(themes))
    )
    here = sa.or_(Item.touchpoint_id == touchpoint_id, sa.and_(Item.touchpoint_id.is_(None), speaks))
    conditions = (here, *within(ours))
    counted = sa.select(sa.func.count(sa.distinct(CUSTOMER)), sa.func.count(Item.id)).where(*conditions)
    people, comments = db.session.execute(counted).one()
    if people and not shows_colleagues(choice, people):
        return Colleagues(0, 0, [], too_few=True)
    newest = sa.select(Item).where(*conditions).order_by(Item.said_on.desc(), Item.id.desc()).limit(4 * most)
    different: dict[str, Item] = {}
    for item in db.session.scalars(newest):
        different.setdefault(" ".join(item.text.casefold().split()), item)
    return Colleagues(people, comments, list(different.values())[:most], too_few=False)


def rises_at(theme_ids: Iterable[int], *, since: date) -> list[Rise]:
    """Give the unusual rises of these themes from a day on, the latest of each theme and polarity. One statement."""
    query = sa.select(Rise).where(Rise.theme_id.in_(sorted(theme_ids)), Rise.on >= since)
    latest: dict[tuple[int, str], Rise] = {}
    for rise in db.session.scalars(query.order_by(Rise.on.desc(), Rise.id.desc())):
        latest.setdefault((rise.theme_id, rise.polarity), rise)
    return list(latest.values())


@dataclass(frozen=True)
class Praised:
    """A theme of praise, with one voice that says it well."""

    theme: ThemeBrief
    customers: int
    comments: int
    item: Item | None


def praise_of(choice: Choice, lands: Landscape, *, most: int) -> list[Praised]:
    """Give the themes most different people speak well of. Two statements."""
    alive = [theme.id for theme in lands.alive()]
    customers = sa.func.count(sa.distinct(CUSTOMER))
    query = (
        sa.select(Assignment.theme_id, customers, sa.func.count(Item.id))
        .join(Item, Item.id == Assignment.item_id)
        .where(Assignment.state == "assigned", Assignment.polarity == "positive", Assignment.theme_id.in_(alive),
               *within(choice.slice))
        .group_by(Assignment.theme_id).order_by(customers.desc(), Assignment.theme_id).limit(most)
    )
    rows = db.session.execute(query).all() if alive else []
    first = quotes_of([row[0] for row in rows[:1]], "positive", choice.slice, 1) if rows else []
    return [
        Praised(lands.themes[theme_id], people, comments, first[0] if n == 0 and first else None)
        for n, (theme_id, people, comments) in enumerate(rows)
    ]


@dataclass(frozen=True)
class Waiting:
    """What waits for whoever looks after feedback."""

    unsure: int
    proposals: int
    uploaded: int
    failed: int

    @property
    def any(self) -> bool:
        """Say whether anything waits."""
        return bool(self.unsure or self.proposals or self.uploaded or self.failed)


def waiting() -> Waiting:
    """Give how much waits for whoever looks after feedback. One statement."""
    def count(of: Any, *conditions: Any) -> Any:
        return sa.select(sa.func.count(of)).where(*conditions).scalar_subquery()

    row = db.session.execute(sa.select(
        count(Item.id, Item.state == "unsure", visible()),
        count(Proposal.id, Proposal.state == "open"),
        count(Import.id, Import.state == "uploaded"),
        count(Import.id, Import.state == "failed"),
    )).one()
    return Waiting(*row)
