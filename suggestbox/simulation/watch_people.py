"""When the people of the simulation work, as the watch sees it: worked out from plain rows and the calendar of holidays."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import sqlalchemy as sa

from suggestbox.people.models import Absence, ClosingDay, Person, Site

site: Any = Site.__table__
person: Any = Person.__table__
absence: Any = Absence.__table__
closing: Any = ClosingDay.__table__


@lru_cache(maxsize=64)
def _free_days(country: str, state: str, year: int) -> frozenset[date]:
    found: Any = holidays.country_holidays(country, subdiv=state or None, years=year)
    return frozenset(found.keys())


@dataclass(frozen=True)
class Worker:
    """What the watch knows of a person."""

    id: int
    name: str
    email: str | None
    site_id: int
    weekdays: frozenset[int]
    begins: time
    ends: time
    zone: ZoneInfo
    here: bool
    left_on: date | None


class Staff:
    """Takes a connection and a day: everybody, and who is away on that day or the one before."""

    def __init__(self, connection: sa.Connection, today: date):
        self.sites = {row.id: row for row in connection.execute(sa.select(site))}
        self.closed: dict[int, set[date]] = defaultdict(set)
        for row in connection.execute(sa.select(closing.c.site_id, closing.c.closed_on)):
            self.closed[row.site_id].add(row.closed_on)
        self.people: dict[int, Worker] = {}
        columns = (person.c.id, person.c.given_name, person.c.family_name, person.c.email, person.c.site_id,
                   person.c.working_weekdays, person.c.works_from, person.c.works_until, person.c.active,
                   person.c.left_on)
        zones = {row.id: ZoneInfo(row.time_zone) for row in self.sites.values()}
        for row in connection.execute(sa.select(*columns)):
            place = self.sites[row.site_id]
            own = bool(row.works_from and row.works_until)
            self.people[row.id] = Worker(
                row.id, f"{row.given_name} {row.family_name}", row.email, row.site_id,
                _weekdays(row.working_weekdays or place.working_weekdays),
                _clock(row.works_from if own else place.works_from), _clock(row.works_until if own else place.works_until),
                zones[row.site_id], row.active and (row.left_on is None or row.left_on >= today), row.left_on,
            )
        self.by_email = {worker.email: worker for worker in self.people.values() if worker.email}
        self.away: dict[int, list[tuple[date, date]]] = defaultdict(list)
        near = (absence.c.from_on <= today + timedelta(days=1), absence.c.until_on >= today - timedelta(days=40))
        for row in connection.execute(sa.select(absence.c.person_id, absence.c.from_on, absence.c.until_on).where(*near)):
            self.away[row.person_id].append((row.from_on, row.until_on))

    def was_here(self, worker: Worker, moment: datetime) -> bool:
        """Say whether the person still worked here at a moment of the last days."""
        return worker.here or (worker.left_on is not None and worker.left_on >= moment.astimezone(worker.zone).date())

    def is_away(self, person_id: int, day: date) -> bool:
        """Say whether the person is on holiday or sick that day."""
        return any(first <= day <= last for first, last in self.away.get(person_id, ()))

    def is_working_day(self, worker: Worker, day: date) -> bool:
        """Say whether it is a day of work for the person, there or not."""
        place = self.sites[worker.site_id]
        return (day.weekday() in worker.weekdays and day not in self.closed[worker.site_id]
                and day not in _free_days(place.country, place.subdivision, day.year))

    def at_work(self, worker: Worker, moment: datetime) -> bool:
        """Say whether the person is at work at that moment, by the clock on their wall; night shifts end next morning."""
        local = moment.astimezone(worker.zone)
        night = worker.ends <= worker.begins
        shifts = [(local.date(), local.time() >= worker.begins and (night or local.time() < worker.ends))]
        if night:
            shifts.append((local.date() - timedelta(days=1), local.time() < worker.ends))
        return any(fits and self.is_working_day(worker, day) and not self.is_away(worker.id, day) for day, fits in shifts)

    def days_overdue(self, worker: Worker, due_on: date, today: date) -> int:
        """Give how many working days of the person have passed since the date, today included."""
        day, count = due_on, 0
        while day < today and count < 60:
            day += timedelta(days=1)
            count += self.is_working_day(worker, day)
        return count


@lru_cache(maxsize=64)
def _weekdays(text: str) -> frozenset[int]:
    return frozenset(int(digit) for digit in text)


@lru_cache(maxsize=64)
def _clock(text: str) -> time:
    return time.fromisoformat(text)
