"""The scratch company: departments that are all built alike, so that an idea of one could as well be of another."""

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.people.directory import bump_stamp
from suggestbox.people.models import Absence, Department, Membership, Person, RoleGrant, Site
from tests.cast import Cast

SEATS = 60
"""People of a department."""

HEAD, COORDINATOR, TEAM_LEAD, EXPERT, OFFICES = range(5)
"""Seats with an office, superiors before the others; from `OFFICES` on sit colleagues without one."""

BOARD = ("Lea Lorenz", "Ida Ihde", "Ivo Irmer", "Dot Dorn", "Wes Weber")
"""Who is there for all departments: leadership, two idea managers, administrator, works council."""

FIRST_SEAT = 101
"""The id of the first person of the first department; smaller ids belong to the board."""

FIRST_DEPARTMENT = 11
"""The id of the first department; a smaller one belongs to the direction above all of them."""

DIRECTION = 1
SINCE = date(2005, 1, 1)

GIVEN = (
    "Anna Bernd Carla David Elif Farid Greta Hasan Irina Jonas Katja Lukas Maren Nils Olga Pawel Ruth Stefan Tanja Umut "
    "Vera Walter Xenia Yusuf Zoe Armin Birte Claus Dunja Emil"
).split()
FAMILY = (
    "Ahrens Becker Celik Demir Eggers Fischer Graf Hansen Ivanov Jansen Keller Lehmann Meyer Nowak Otto Petersen Quast "
    "Richter Schulz Thiel Ulrich Vogel Weiss Yilmaz Ziegler Albrecht Brandt Conrad Dietz Ebert Frank Gruber Huber Kaiser"
).split()
FIELDS = (
    "Logistik Einkauf Vertrieb IT Personal Fertigung Montage Qualität Entwicklung Kundendienst Finanzen Recht Marketing "
    "Instandhaltung Versand Labor Planung Export Werkschutz Ausbildung"
).split()


@dataclass(frozen=True)
class Company:
    """How many departments there are, and where everybody sits."""

    departments: int

    @property
    def people(self) -> int:
        """How many people sit in the departments."""
        return self.departments * SEATS

    def person(self, department: int, seat: int) -> int:
        """Give the id of who sits there; departments are counted from 0, in a circle."""
        return FIRST_SEAT + department % self.departments * SEATS + seat

    def moved_person(self, person_id: int, departments: int, seats: int) -> int:
        """Give who is to the other department what the person is to the own one.

        Takes   departments: so many further round the circle
                seats: so many further among the colleagues without an office
        """
        if person_id < FIRST_SEAT:
            return person_id
        department, seat = divmod(person_id - FIRST_SEAT, SEATS)
        if seat >= OFFICES:
            seat = OFFICES + (seat - OFFICES + seats) % (SEATS - OFFICES)
        return self.person(department + departments, seat)

    def moved_department(self, department_id: int, departments: int) -> int:
        """Give the department so many further round the circle."""
        if department_id < FIRST_DEPARTMENT:
            return department_id
        return FIRST_DEPARTMENT + (department_id - FIRST_DEPARTMENT + departments) % self.departments

    def cast(self) -> Cast:
        """Give the parts of the tests' cast, played by people of the first three departments."""
        cast, find = Cast(), db.session.get_one
        for name, seat in (("bob", COORDINATOR), ("cat", HEAD), ("dan", TEAM_LEAD), ("ann", OFFICES), ("eve", OFFICES + 1)):
            setattr(cast, name, find(Person, self.person(0, seat)))
        cast.rex = find(Person, self.person(1, EXPERT))
        cast.ria = find(Person, self.person(2, COORDINATOR))
        cast.pia = find(Person, self.person(2, HEAD))
        cast.sam = find(Person, self.person(2, OFFICES))
        cast.lea, cast.ida, cast.ivo, cast.dot, cast.wes = (find(Person, n) for n in range(1, len(BOARD) + 1))
        cast.logistics, cast.it, cast.purchasing = (find(Department, FIRST_DEPARTMENT + n) for n in range(3))
        return cast


def build(company: Company, today: date) -> None:
    """Put the company into the empty database; about every thirtieth person is away today. Inside `work()`."""
    run = db.session.execute
    run(sa.insert(Site).values(id=1, key="main", name="Bremen", time_zone="Europe/Berlin", subdivision="HB", language="de"))
    run(sa.insert(Department), [
        {"id": DIRECTION, "key": "direction", "name": "Geschäftsleitung", "name_en": "Direction", "parent_id": None},
        *({"id": FIRST_DEPARTMENT + n, "key": f"d{n}", "name": _field(n), "name_en": f"Department {n + 1}",
           "parent_id": DIRECTION} for n in range(company.departments)),
    ])
    board = range(1, len(BOARD) + 1)
    seats = [(n, seat) for n in range(company.departments) for seat in range(SEATS)]
    run(sa.insert(Person), [
        *(_person(n, *BOARD[n - 1].split(), None) for n in board),
        *(_person(company.person(n, seat), GIVEN[(n * 7 + seat) % len(GIVEN)], FAMILY[(n * 11 + seat * 3) % len(FAMILY)],
                  _superior(company, n, seat), seat) for n, seat in seats),
    ])
    run(sa.insert(Membership), [
        *({"person_id": n, "department_id": DIRECTION, "from_on": SINCE} for n in board),
        *({"person_id": company.person(n, seat), "department_id": FIRST_DEPARTMENT + n, "from_on": SINCE}
          for n, seat in seats),
    ])
    run(sa.insert(RoleGrant), [*_roles(company)])
    run(sa.insert(Absence), [
        {"person_id": company.person(n, seat), "from_on": today - timedelta(days=2), "until_on": today + timedelta(days=5)}
        for n, seat in seats if n and (n * SEATS + seat) % 31 == 17
    ])
    bump_stamp(db.session())


def _field(n: int) -> str:
    return FIELDS[n % len(FIELDS)] + (f" {n // len(FIELDS) + 1}" if n >= len(FIELDS) else "")


def _person(person_id: int, given: str, family: str, superior_id: int | None, seat: int = OFFICES) -> dict[str, object]:
    return {
        "id": person_id, "given_name": given, "family_name": family, "email": f"p{person_id}@example.com",
        "language": "de", "site_id": 1, "superior_id": superior_id,
        "topics": "scanners, software" if seat == EXPERT else "",
        "open_reviews_at_most": 1000,  # the queue that is measured is longer than a good one
    }


def _superior(company: Company, department: int, seat: int) -> int:
    if seat == HEAD:
        return 1
    return company.person(department, TEAM_LEAD if seat >= OFFICES else HEAD)


def _roles(company: Company) -> list[dict[str, object]]:
    found: list[tuple[int, str, int | None]] = [
        (1, "leadership", None), (1, "decision_maker", None), (2, "idea_manager", None), (3, "idea_manager", None),
        (4, "admin", None), (5, "works_council", None),
    ]
    for n in range(company.departments):
        here = FIRST_DEPARTMENT + n
        found += [
            (company.person(n, COORDINATOR), "coordinator", here), (company.person(n, HEAD), "head", here),
            (company.person(n, HEAD), "decision_maker", here), (company.person(n, TEAM_LEAD), "team_lead", here),
            (company.person(n, EXPERT), "expert", None),
        ]
    return [{"person_id": p, "role": role, "department_id": where, "from_on": SINCE} for p, role, where in found]
