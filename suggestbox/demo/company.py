"""Puts the demo company into an empty house: sites, departments, people, offices, bodies, deputies, absences."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from suggestbox.core.clock import local_date
from suggestbox.core.database import db
from suggestbox.people import granting, operations, structure
from suggestbox.people.directory import directory
from suggestbox.people.models import Body, Department, Person, Site

from .cast import cast_members, email_of
from .script import Company, Row, company

EARLIER_MEETINGS = 13
"""So many meetings of each body lie in the past, in the rhythm of those to come: they reach back to the first idea."""


@dataclass(frozen=True)
class House:
    """The rows of the company, by the keys of the content."""

    people: dict[str, Person]
    departments: dict[str, Department]
    bodies: dict[str, Body]
    absences: dict[int, list[tuple[date, date]]]


def found_company(*, now: datetime, founded: datetime, zone: str, password_hash: str) -> House:
    """Write the whole company into the database and give it. Flushes, never commits.

    Takes   now: the day that all days of the content count from, on the clock of `zone`
            founded: when suggestbox was introduced there, before the first idea
            password_hash: of the one password everybody of the cast has
    """
    told, today = company(), local_date(now, zone)
    sites = {row["key"]: structure.create_site(now=founded, actor=None, **row) for row in told.sites}
    bodies = {row["key"]: _body(row, founded) for row in told.bodies}
    departments = _departments(told, bodies, founded)
    people = _people(told, sites, departments, founded, today)
    _offices(told, people, departments, founded, today)
    for row in told.bodies:
        _seats(bodies[row["key"]], row, people, founded, today)
    for row in told.deputies:
        granting.add_deputy(people[row["person"]], people[row["deputy"]], now=founded, actor=None)
    absences: dict[int, list[tuple[date, date]]] = {}
    for row in told.absences:
        person = people[row["person"]]
        days = today + timedelta(days=row["from_days"]), today + timedelta(days=row["until_days"])
        granting.add_absence(person, *days, now=founded, actor=person)
        absences.setdefault(person.id, []).append(days)
    for member in cast_members():
        operations.set_password(people[member.key], password_hash, now=founded, actor=None)
    return House(people, departments, bodies, absences)


def _body(row: Row, founded: datetime) -> Body:
    return structure.create_body(
        key=row["key"], name=row["name"], name_en=row["name_en"], now=founded, actor=None
    )


def _departments(told: Company, bodies: dict[str, Body], founded: datetime) -> dict[str, Department]:
    made: dict[str, Department] = {}
    for row in told.departments:
        made[row["key"]] = structure.create_department(
            key=row["key"], name=row["name"], name_en=row["name_en"], now=founded, actor=None,
            parent_id=made[row["parent"]].id if row["parent"] else None,
            body_id=bodies[row["body"]].id if row["body"] else None,
        )
    return made


def _people(
    told: Company, sites: dict[str, Site], departments: dict[str, Department], founded: datetime, today: date
) -> dict[str, Person]:
    made: dict[str, Person] = {}
    for row in told.people:
        entered_on = today - timedelta(days=round(row["entered_years"] * 365.25))
        made[row["key"]] = operations.create_person(
            given_name=row["given"], family_name=row["family"], salutation=row["salutation"],
            email=email_of(row["email"]), personnel_no=row["personnel_no"], language=row["language"],
            site_id=sites[row["site"]].id, department_id=departments[row["department"]].id,
            employment_group=row["group"], topics=", ".join(row["experts"]), has_desk=row["desk"],
            entitled=row["entitled"], entered_on=entered_on, now=founded, actor=None,
        )
    for row in told.people:
        if row["superior"]:
            made[row["key"]].superior_id = made[row["superior"]].id
    db.session.flush()
    return made


def _offices(
    told: Company, people: dict[str, Person], departments: dict[str, Department], founded: datetime, today: date
) -> None:
    def grant(key: str, role: str, department: str = "") -> None:
        since = max(people[key].entered_on or today, local_date(founded, "UTC"))
        department_id = departments[department].id if department else None
        granting.grant_role(
            people[key], role, department_id=department_id, from_on=since, now=founded, actor=None
        )

    for row in told.departments:
        for role in ("head", "coordinator", "decision_maker"):
            if row[role]:
                grant(row[role], role, row["key"])
    for row in told.roles:
        grant(row["person"], row["role"], row["department"])
    for row in told.people:
        if row["experts"]:
            grant(row["key"], "expert")


def _seats(body: Body, row: Row, people: dict[str, Person], founded: datetime, today: date) -> None:
    seats = dict.fromkeys(row["members"], "member") | dict.fromkeys(row["works_council"], "works_council")
    seats[row["chair"]] = "chair"
    for key, seat in seats.items():
        structure.seat_member(body, people[key], seat, now=founded, actor=None)
    calendar = directory(today).calendar_of(people[row["chair"]].id)
    for day in _meeting_days(row["meetings"]):
        on = calendar.add_working_days(today + timedelta(days=day), 0)
        structure.add_meeting(body, on, now=founded, actor=None)


def _meeting_days(to_come: list[int]) -> list[int]:
    rhythm = to_come[1] - to_come[0]
    return [to_come[0] - rhythm * n for n in range(EARLIER_MEETINGS, 0, -1)] + list(to_come)
