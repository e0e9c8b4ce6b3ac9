"""People as figures count them: who is entitled on a day, and in which department, site, group and length of service."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.people.models import Department, Membership, Person, Site

from .figures import SERVICE_BANDS

NONE = "none"
"""Key of the row of what has no department, no area, or a length of service nobody knows."""


@dataclass(frozen=True)
class Trait:
    """What a person counts in: keys of rows. `department_id`: on the last day of the period, or at hand-in."""

    department_id: int | None
    site: str
    group: str
    service: str


@dataclass
class People:
    """Everybody the house knows, and who of them is entitled on the last day of the period."""

    traits: dict[int, Trait] = field(default_factory=dict)
    entitled: frozenset[int] = frozenset()
    left: frozenset[int] = frozenset()  # entitled on some day of the period, and no more on its last one


@dataclass(frozen=True)
class Unit:
    """A department or a site, by both its names."""

    id: int
    name: str
    name_en: str
    parent_id: int | None = None


def bounds(since: date, until: date, zone: str) -> tuple[datetime, datetime]:
    """Give the moments between which the days lie in a time zone; the second one is not in them any more."""
    where = ZoneInfo(zone)
    first = datetime.combine(since, time.min, where)
    last = datetime.combine(until + timedelta(days=1), time.min, where)
    return first.astimezone(UTC), last.astimezone(UTC)


def service_of(entered_on: date | None, on: date) -> str:
    """Give the key of somebody's length of service on a day, in full years."""
    if entered_on is None or entered_on > on:
        return NONE
    years = on.year - entered_on.year - ((on.month, on.day) < (entered_on.month, entered_on.day))
    return next(key for key, least, most in SERVICE_BANDS if years >= least and (most is None or years <= most))


def departments_on(day: date) -> dict[int, int]:
    """Give {person: department} on a day; with two memberships the one that began later. One statement."""
    rows = db.session.execute(
        sa.select(Membership.person_id, Membership.department_id)
        .where(Membership.from_on <= day, sa.or_(Membership.until_on.is_(None), Membership.until_on >= day))
        .order_by(Membership.from_on, Membership.id)
    )
    return {person_id: department_id for person_id, department_id in rows}


def read_people(since: date, until: date) -> People:
    """Give everybody, as they count in a period. Two statements."""
    where = departments_on(until)
    found = People()
    entitled, left = set(), set()
    columns = (Person.id, Person.site_id, Person.employment_group, Person.entered_on, Person.left_on, Person.entitled,
               Person.active)
    for row in db.session.execute(sa.select(*columns).order_by(Person.id)):
        found.traits[row.id] = Trait(where.get(row.id), str(row.site_id), row.employment_group,
                                     service_of(row.entered_on, until))
        begun = row.entered_on is None or row.entered_on <= until
        if not (row.entitled and begun):
            continue
        if row.left_on >= until if row.left_on else row.active:
            entitled.add(row.id)
        elif row.left_on and row.left_on >= since - timedelta(days=1):
            left.add(row.id)
    found.entitled, found.left = frozenset(entitled), frozenset(left)
    return found


def read_departments() -> dict[int, Unit]:
    """Give all departments, those given up too."""
    columns = (Department.id, Department.name, Department.name_en, Department.parent_id)
    return {row.id: Unit(*row) for row in db.session.execute(sa.select(*columns).order_by(Department.id))}


def read_sites() -> dict[int, Unit]:
    """Give all sites."""
    rows = db.session.execute(sa.select(Site.id, Site.name).order_by(Site.id))
    return {row.id: Unit(row.id, row.name, "") for row in rows}


def chunks(ids: Iterable[int], size: int = 5000) -> Iterable[list[int]]:
    """Give ids in portions that fit into one statement."""
    ordered = sorted(set(ids))
    return (ordered[n:n + size] for n in range(0, len(ordered), size))
