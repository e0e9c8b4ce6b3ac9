"""Unusual rises: many more customers than usual raise a theme, and whoever answers for its touchpoint is told.

Distinct customers of the last seven days are compared with each of the eight times seven days before: whole weeks, so
that a quiet Sunday is compared with Sundays. A week counts as unusual when chance alone, with weeks as different from
each other as these were, would hardly bring it about, and when the theme also took a larger part of all that was said:
a file that came in, a new survey, a busy season raise everything and are no rise of a theme.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import sqrt

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.mail.operations import tell
from suggestbox.people.directory import Directory

from .figures import Slice, rows_of, tops
from .landscape import Landscape
from .models import AUDIENCES, Item, Rise, Theme
from .trends import share_interval

KIND = "feedback.rise"
DAYS, WEEKS = 7, 8
FEWEST = 5
"""So many distinct customers at least: with fewer there is nothing to look into."""

TIMES = 1.5
"""So many times the usual at least."""

UNLIKELY = 3.0
"""Standard deviations above the usual. Measured: tests/feedback/test_rises.py."""

SHARE_SURE = 2.0
QUIET_DAYS = 14
"""A theme that rose is not told again so soon."""

SHOWN_DAYS = 14
WATCHED = ("negative", "positive")


@dataclass(frozen=True)
class Found:
    """A theme raised unusually often."""

    theme_id: int
    polarity: str
    customers: int
    usual: float


def is_unusual(count: int, weeks: list[int]) -> bool:
    """Say whether a week stands out from the ones before it.

    Source  Anscombe 1948, Biometrika 35 (square roots of Poisson counts have a variance of a quarter), widened where the
            weeks differ more from each other than Poisson counts do
    """
    usual = sum(weeks) / len(weeks)
    if count < FEWEST or count < TIMES * usual:
        return False
    spread = sum((week - usual) ** 2 for week in weeks) / (len(weeks) - 1)
    widened = max(1.0, spread / usual) if usual else 1.0
    apart = 2 * (sqrt(count + 0.375) - sqrt(usual + 0.375))
    return apart / sqrt(widened * (1 + 1 / len(weeks))) > UNLIKELY


def takes_more(count: int, all_now: int, weeks: list[int], all_weeks: list[int]) -> bool:
    """Say whether a theme takes a larger part of all customers than usual, and surely so."""
    before, everybody = sum(weeks), sum(all_weeks)
    if everybody == 0 or all_now == 0:
        return False
    return share_interval(count, all_now, SHARE_SURE)[0] > before / everybody


def find_rises(on: date, lands: Landscape) -> list[Found]:
    """Give the themes raised unusually often in the seven days before `on`; two statements.

    A theme above one that rose is left out: the finer one says more. Only sources count that brought something in every
    week of the time before, or at least in its first one: a new survey is new, not a rise.
    """
    start = on - timedelta(days=DAYS * (WEEKS + 1))
    slice_ = Slice(start, on - timedelta(days=1))
    known = _steady_sources(start)
    said: dict[tuple[int, str], list[set[str]]] = defaultdict(_weeks)
    everybody: dict[str, list[set[str]]] = {audience: _weeks() for audience in AUDIENCES}
    above = tops(lands)
    for _item, customer, theme_id, polarity, day, source_id, audience in rows_of(
        slice_, None, Item.said_on, Item.source_id, Item.audience
    ):
        if source_id not in known:
            continue
        week = (day - start).days // DAYS
        everybody[audience][week].add(customer)
        if polarity in WATCHED:
            for top in above.get(theme_id, ()):
                said[top, polarity][week].add(customer)
    found = []
    for (theme_id, polarity), sets in sorted(said.items()):
        *weeks, count = map(len, sets)
        *all_weeks, all_now = map(len, everybody[lands.themes[theme_id].audience])
        if is_unusual(count, weeks) and takes_more(count, all_now, weeks, all_weeks):
            found.append(Found(theme_id, polarity, count, sum(weeks) / len(weeks)))
    return [one for one in found if not _says_it_finer(one, found, lands)]


def _weeks() -> list[set[str]]:
    return [set() for _week in range(WEEKS + 1)]


def _steady_sources(start: date) -> set[int | None]:
    """The sources (None: heard by colleagues) that had begun before the first week was over."""
    began = sa.func.min(Item.said_on) < start + timedelta(days=DAYS)
    return set(db.session.scalars(sa.select(Item.source_id).group_by(Item.source_id).having(began)))


def _says_it_finer(one: Found, found: list[Found], lands: Landscape) -> bool:
    below = lands.below(one.theme_id) - {one.theme_id}
    return any(other.theme_id in below and other.polarity == one.polarity for other in found)


def note_rises(*, on: date, lands: Landscape, book: Directory, now: datetime) -> list[Rise]:
    """Write down what rose, and tell whoever answers for it; nothing twice. Inside `work()`."""
    rows = []
    for one in find_rises(on, lands):
        recently = sa.exists().where(Rise.theme_id == one.theme_id, Rise.polarity == one.polarity,
                                     Rise.on > on - timedelta(days=QUIET_DAYS))
        if db.session.scalar(sa.select(recently)):
            continue
        row = Rise(theme_id=one.theme_id, polarity=one.polarity, on=on, days=DAYS, customer_count=one.customers,
                   usual=one.usual)
        db.session.add(row)
        db.session.flush()
        rows.append(row)
        for person_id in told_of(one.theme_id, lands, book):
            tell(KIND, f"rise:{row.id}:{person_id}", now=now, person_id=person_id, rise_id=row.id)
    return rows


def told_of(theme_id: int, lands: Landscape, book: Directory) -> list[int]:
    """Give who is told of a rise: for each touchpoint of the theme (else of the nearest one above it that lies on one)
    its owner, else head, then coordinator of its department; the theme's owner where it lies on none; else a CX manager.
    """
    found: list[int] = []
    for theme in reversed(lands.path(theme_id)):
        places = [lands.touchpoints[tp] for tp in theme.touchpoint_ids if not lands.touchpoints[tp].gone]
        for place in places:
            found += _first_here(_answering(place.owner_id, place.department_id, book), book)
        if places:
            break
    if not found:
        found = _first_here((lands.themes[theme_id].owner_id,), book)
    return list(dict.fromkeys(found or _first_here(book.holders("cx_manager"), book)))


def _answering(owner_id: int | None, department_id: int | None, book: Directory) -> Iterator[int | None]:
    """Who answers for a touchpoint, in order; somebody who is away comes after their deputies."""
    for person_id in (
        owner_id, *book.nearest_holders("head", department_id), *book.nearest_holders("coordinator", department_id),
    ):
        yield person_id
        yield from book.deputies.get(person_id or 0, ())


def _first_here(candidates: Iterable[int | None], book: Directory) -> list[int]:
    """The first who is present, else the first who still works here, else nobody."""
    known = [person_id for person_id in candidates if person_id is not None and book.is_here(person_id)]
    present = [person_id for person_id in known if book.is_available(person_id)]
    return (present or known)[:1]


def recent_of(theme_id: int, *, today: date) -> list[Rise]:
    """Give what rose lately, to be said on the theme's page; the last first. One statement."""
    query = sa.select(Rise).where(Rise.theme_id == theme_id, Rise.on > today - timedelta(days=SHOWN_DAYS))
    return list(db.session.scalars(query.order_by(Rise.on.desc(), Rise.id.desc())))


def mark_seen(rise: Rise, *, by_id: int, now: datetime) -> None:
    """Note that somebody looks into it; what is not sent yet need not go out any more."""
    if rise.seen_at is None:
        rise.seen_at, rise.seen_by_id = now, by_id


def rise_by_id(rise_id: int) -> Rise | None:
    """Give a rise, unless its theme is gone."""
    query = sa.select(Rise).join(Theme, Theme.id == Rise.theme_id).where(Rise.id == rise_id)
    return db.session.scalars(query).first()
