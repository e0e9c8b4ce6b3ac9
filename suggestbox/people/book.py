"""The directory's pages: people, departments, roles and absences of one day as plain data, with what follows from them."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from suggestbox.core.language import current_language, is_familiar

from .calendar import WorkCalendar

Worked = TypeVar("Worked")

MOST_KEPT = 500
"""Of what was worked out from a directory; a person's conditions on ideas take some 100 kB."""


@dataclass(frozen=True)
class Brief:
    """What others need to know of a person."""

    id: int
    given_name: str
    family_name: str
    salutation: str
    email: str | None
    site_id: int
    superior_id: int | None
    department_id: int | None
    group: str
    active: bool
    entitled: bool
    language: str
    topics: tuple[str, ...]
    has_desk: bool
    open_reviews_at_most: int | None = None
    personnel_no: str | None = None
    weekdays: frozenset[int] | None = None
    hours: tuple[str, str] = ("", "")
    mail_news: bool = True

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def initials(self) -> str:
        return (self.given_name[:1] + self.family_name[:1]).upper() or "?"

    @property
    def polite(self) -> str:
        """As one speaks of somebody: "Frau Yildiz" in German; the full name in English, and where people say du."""
        if self.salutation and current_language() == "de" and not is_familiar():
            return f"{self.salutation} {self.family_name}"
        return self.name


@dataclass(frozen=True)
class DepartmentBrief:
    """A department as pages need it."""

    id: int
    key: str
    german: str
    english: str
    parent_id: int | None
    body_id: int | None
    active: bool

    @property
    def name(self) -> str:
        return self.english if self.english and current_language() == "en" else self.german


@dataclass
class Directory:
    """A snapshot of the people room on one day."""

    version: int
    today: date
    people: dict[int, Brief] = field(default_factory=dict)
    departments: dict[int, DepartmentBrief] = field(default_factory=dict)
    calendars: dict[int, WorkCalendar] = field(default_factory=dict)
    zones: dict[int, str] = field(default_factory=dict)
    site_hours: dict[int, tuple[str, str]] = field(default_factory=dict)
    site_languages: dict[int, str] = field(default_factory=dict)
    absent: dict[int, date] = field(default_factory=dict)
    absent_yesterday: set[int] = field(default_factory=set)  # a night shift of yesterday ends today
    deputies: dict[int, list[int]] = field(default_factory=dict)
    roles: dict[tuple[str, int | None], list[int]] = field(default_factory=dict)
    roles_of: dict[int, list[tuple[str, int | None]]] = field(default_factory=dict)
    seats: dict[int, list[tuple[int, str]]] = field(default_factory=dict)
    meetings: dict[int, list[date]] = field(default_factory=dict)
    bodies: dict[int, tuple[str, str]] = field(default_factory=dict)
    rows_read: dict[int, tuple[Any, ...]] = field(default_factory=dict, repr=False, compare=False)
    """What each person's brief was made from: the next directory takes over those that would be made the same."""
    _kept: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)

    def keep(self, key: Hashable, work_out: Callable[[], Worked]) -> Worked:
        """Give what `work_out` gives; it must follow from this snapshot and the key alone, and is worked out once."""
        found: Worked | None = self._kept.get(key)
        if found is None:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[key] = found = work_out()
        return found

    @cached_property
    def away(self) -> frozenset[int]:
        """Who cannot act today: not here any more, or absent."""
        return frozenset(person_id for person_id in self.people if not self.is_available(person_id))

    def person(self, person_id: int | None) -> Brief | None:
        """Give a person's brief, or None."""
        return self.people.get(person_id) if person_id is not None else None

    def department(self, department_id: int | None) -> DepartmentBrief | None:
        """Give a department's brief, or None."""
        return self.departments.get(department_id) if department_id is not None else None

    def department_of(self, person_id: int | None) -> int | None:
        """Give the id of the department the person belongs to today."""
        brief = self.person(person_id)
        return brief.department_id if brief else None

    def is_here(self, person_id: int | None) -> bool:
        """Say whether the person is with the organisation today, present or away."""
        brief = self.person(person_id)
        return brief is not None and brief.active

    def is_available(self, person_id: int | None) -> bool:
        """Say whether the person is active and present today."""
        brief = self.person(person_id)
        return brief is not None and brief.active and brief.id not in self.absent

    def upwards(self, department_id: int | None) -> list[int]:
        """Give the department and those above it, from the bottom up."""
        path: list[int] = []
        while department_id is not None and department_id in self.departments and department_id not in path:
            path.append(department_id)
            department_id = self.departments[department_id].parent_id
        return path

    def below(self, department_id: int) -> set[int]:
        """Give the department and all below it."""
        found = {department_id}
        grew = True
        while grew:
            more = {d.id for d in self.departments.values() if d.parent_id in found} - found
            found |= more
            grew = bool(more)
        return found

    def holders(self, role: str, department_id: int | None = None) -> list[int]:
        """Give who holds the role for exactly this department (None: for all), the first granted first."""
        return self.roles.get((role, department_id), [])

    def nearest_holders(self, role: str, department_id: int | None) -> list[int]:
        """Give who holds the role for the department, else for the nearest one above, else for all."""
        for step in self.upwards(department_id):
            found = self.holders(role, step)
            if found:
                return found
        return self.holders(role, None)

    def has_role(
        self, person_id: int | None, role: str, department_id: int | None = None, *, any_: bool = False
    ) -> bool:
        """Say whether the person holds the role for all, or for the department or one above it.

        With `any_` it is enough to hold it anywhere.
        """
        granted = {where for name, where in self.roles_of.get(person_id or 0, []) if name == role}
        if any_:
            return bool(granted)
        return None in granted or not granted.isdisjoint(self.upwards(department_id))

    def superiors(self, person_id: int | None) -> list[int]:
        """Give the line above a person, nearest first."""
        path: list[int] = []
        brief = self.person(person_id)
        while brief and brief.superior_id and brief.superior_id not in path and brief.superior_id != person_id:
            path.append(brief.superior_id)
            brief = self.person(brief.superior_id)
        return path

    @cached_property
    def _teams(self) -> dict[int, list[int]]:
        """{person: those who report to them directly}."""
        found: dict[int, list[int]] = defaultdict(list)
        for brief in self.people.values():
            if brief.superior_id and brief.superior_id != brief.id:
                found[brief.superior_id].append(brief.id)
        return dict(found)

    def everybody_below(self, person_id: int) -> set[int]:
        """Give those in whose line the person stands."""
        found: set[int] = set()
        further = [person_id]
        while further:
            team = [p for p in self._teams.get(further.pop(), ()) if p not in found and p != person_id]
            found.update(team)
            further += team
        return found

    def reporting_to(self, others: Iterable[int]) -> frozenset[int]:
        """Give everybody of whom `reports_to` says that they report to one of the others."""
        found: set[int] = set()
        for other in others:
            found.update(self.everybody_below(other) if self.superiors(other) else self._teams.get(other, ()))
        return frozenset(found)

    def reports_to(self, person_id: int | None, others: Iterable[int]) -> bool:
        """Say whether one of the others stands above the person in line.

        Everybody reports to the head of the house in the end; for that one only the direct line counts, else nobody
        could look at an idea of theirs.
        """
        line = self.superiors(person_id)
        return any(other in line[:1] or (other in line and self.superiors(other)) for other in others)

    def calendar_of(self, person_id: int | None) -> WorkCalendar:
        """Give the person's working days: the site's, on their own weekdays; without a person those of the first site."""
        brief = self.person(person_id)
        if brief and brief.site_id in self.calendars:
            calendar = self.calendars[brief.site_id]
            if brief.weekdays is None or brief.weekdays == calendar.weekdays:
                return calendar
            return self.keep(("calendar", brief.site_id, brief.weekdays),
                             lambda: replace(calendar, weekdays=brief.weekdays or frozenset()))
        return next(iter(self.calendars.values()), WorkCalendar())

    def hours_of(self, person_id: int | None) -> tuple[str, str]:
        """Give when the person's working day begins and ends ("06:00", "14:00"), on the clock of their site."""
        brief = self.person(person_id)
        if brief and brief.hours[0] and brief.hours[1]:
            return brief.hours
        return self.site_hours.get(brief.site_id if brief else 0, ("08:00", "17:00"))

    def zone_of(self, person_id: int | None) -> str:
        """Give the name of the person's time zone."""
        brief = self.person(person_id)
        return self.zones.get(brief.site_id, "UTC") if brief else next(iter(self.zones.values()), "UTC")

    def body_members(self, body_id: int) -> list[int]:
        """Give the people of a body, the chair first."""
        return [person_id for person_id, _ in self.seats.get(body_id, [])]

    def body_name(self, body_id: int | None) -> str:
        """Give the body's name in the reader's language."""
        german, english = self.bodies.get(body_id or 0, ("", ""))
        return english if english and current_language() == "en" else german

    def next_meeting(self, body_id: int, after: date) -> date | None:
        """Give the body's next date on or after `after`."""
        return next((day for day in self.meetings.get(body_id, []) if day >= after), None)

    def experts(self) -> tuple[int, ...]:
        """Give the active people who are experts in something, by topic or by role."""
        return self.keep("experts", self._experts)

    def _experts(self) -> tuple[int, ...]:
        by_role = {p for (role, _), people in self.roles.items() if role == "expert" for p in people}
        return tuple(b.id for b in self.people.values() if b.active and (b.topics or b.id in by_role))
