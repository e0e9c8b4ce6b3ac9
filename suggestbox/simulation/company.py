"""The simulated company: sites with shifts, a tree of departments, people with superiors and offices, two bodies."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from suggestbox.core.database import db
from suggestbox.people.models import (
    Body,
    BodyMeeting,
    BodyMember,
    ClosingDay,
    Department,
    Deputy,
    Membership,
    Person,
    RoleGrant,
    Site,
)

from .names import BRANCHES, DIVISIONS, STAFF, TOPICS, names

SITES: tuple[tuple[str, str, str, str, str, str, float], ...] = (
    ("muc", "München", "Europe/Berlin", "DE", "BY", "de", 0.42),
    ("ham", "Hamburg", "Europe/Berlin", "DE", "HH", "de", 0.2),
    ("drs", "Dresden", "Europe/Berlin", "DE", "SN", "de", 0.12),
    ("vie", "Wien", "Europe/Vienna", "AT", "9", "de", 0.1),
    ("zrh", "Zürich", "Europe/Zurich", "CH", "ZH", "de", 0.08),
    ("opo", "Porto", "Europe/Lisbon", "PT", "", "en", 0.08),
)
"""(key, name, zone, country, state, language, share of the people)."""

SHIFTS = (("06:00", "14:00"), ("14:00", "22:00"), ("22:00", "06:00"))
PEOPLE_PER_DEPARTMENT, DEPARTMENTS_PER_DIVISION, PEOPLE_PER_TEAM = 45, 6, 14
MEETS_EVERY_DAYS = 14


@dataclass
class Company:
    """Who is who, by ids; kept up to date as people come, move and leave."""

    departments: list[int] = field(default_factory=list)
    """Those people work in, from the ground."""
    staff: list[int] = field(default_factory=list)
    head_of: dict[int, int] = field(default_factory=dict)
    sites: list[int] = field(default_factory=list)
    experts: list[int] = field(default_factory=list)
    offices: dict[str, list[int]] = field(default_factory=dict)
    """People by role without a department: idea_manager, hr_analyst, works_council, leadership, admin."""
    next_number: int = 1


class Founder:
    """Makes the company, person by person, with dice that give the same company for the same seed."""

    def __init__(self, *, people: int, start: date, random: Random):
        self.people, self.start, self.random = people, start, random
        self.company = Company()
        self.names = names(random)
        self.founded = start - timedelta(days=400)
        self._hangs_on: list[Any] | None = None
        """While the company is founded: what refers to people, written after all of them."""

    # -- one person ----------------------------------------------------------------------------------------------------

    def person(self, department_id: int, *, site_id: int, superior_id: int | None, desk: bool = True,
               entered_on: date | None = None, **columns: Any) -> Person:
        """Add a person to a department; without a desk they work in shifts, and some have no e-mail.

        Nobody else adds people to a simulated house, so the number is the id, and known before the row is written.
        """
        random, company = self.random, self.company
        number = company.next_number
        company.next_number += 1
        given, family, salutation = self.names[number % len(self.names)]
        if number >= len(self.names):
            family = f"{family}-{number // len(self.names) + 1}"
        mail = desk or random.random() < 0.75
        person = Person(
            id=number, given_name=given, family_name=family, salutation=salutation, personnel_no=f"{100000 + number}",
            email=f"p{number}@feldrath.example" if mail else None, site_id=site_id, superior_id=superior_id,
            employment_group="office" if desk else random.choice(("production", "logistics")), has_desk=desk,
            entered_on=entered_on or self.founded, **columns,
        )
        if not desk:
            person.works_from, person.works_until = random.choices(SHIFTS, (5, 4, 1))[0]
        if random.random() < 0.12:
            person.working_weekdays = random.choice(("012", "234", "0123", "01"))
        person.mail_news = random.random() < 0.6
        if random.random() < 0.3:
            person.private_contact = f"privat{number}@example.org"
        db.session.add(person)
        if self._hangs_on is None:
            db.session.flush()
        self._refer(Membership(person_id=number, department_id=department_id, from_on=person.entered_on))
        return person

    def _refer(self, row: Membership | RoleGrant) -> None:
        if self._hangs_on is None:
            db.session.add(row)
        else:
            self._hangs_on.append(row)

    def grant(self, person: Person, role: str, department_id: int | None = None) -> None:
        """Give somebody an office."""
        self._refer(RoleGrant(person_id=person.id, role=role, department_id=department_id, from_on=person.entered_on))
        if department_id is None:
            self.company.offices.setdefault(role, []).append(person.id)

    # -- the whole -----------------------------------------------------------------------------------------------------

    def found(self) -> Company:
        """Write the company into the empty database and give it. Flushes, never commits."""
        random, company = self.random, self.company
        rows: list[Any] = []
        self._hangs_on = rows
        self._sites()
        leaves = max(4, min(60, round(self.people / PEOPLE_PER_DEPARTMENT)))
        top = self._department("top", "Feldrath Gruppe", None)
        chief = self.person(top, site_id=company.sites[0], superior_id=None)
        company.head_of[top] = chief.id
        for role in ("decision_maker", "head"):
            self.grant(chief, role, top)
        self.grant(chief, "leadership")
        staff = [self._department(f"staff{n}", name, top) for n, name in enumerate(STAFF)]
        company.staff = staff
        bodies = [self._body(n) for n in range(2)]
        divisions = []
        for n in range(max(2, round(leaves / DEPARTMENTS_PER_DIVISION))):
            name = DIVISIONS[n % len(DIVISIONS)] + (f" {n // len(DIVISIONS) + 1}" if n >= len(DIVISIONS) else "")
            division = self._department(f"div{n}", name, top)
            head = self.person(division, site_id=company.sites[0], superior_id=chief.id)
            company.head_of[division] = head.id
            for role in ("decision_maker", "head"):
                self.grant(head, role, division)
            if n < 2:
                self.grant(head, "leadership")
            self.grant(self.person(division, site_id=company.sites[0], superior_id=head.id), "coordinator", division)
            divisions.append((division, head, name))
        self._central(top, chief)
        company.departments = list(staff)
        for n in range(leaves):
            division, head, name = divisions[n % len(divisions)]
            branch = BRANCHES[n // len(divisions) % len(BRANCHES)]
            body = bodies[n % 2] if n % 7 == 3 else None
            company.departments.append(self._department(f"dep{n}", f"{name} {branch}", division, body))
        for n, department_id in enumerate(staff):
            self._team(department_id, chief.id, 6 if self.people > 300 else 3, n, decides=False)
        left = self.people - (company.next_number - 1)
        for n, department_id in enumerate(company.departments[len(staff):]):
            size = left // (leaves - n)
            left -= size
            division, head, _name = divisions[n % len(divisions)]
            self._team(department_id, head.id, size, n, decides=n % 7 != 3 and n % 5 != 4)
        db.session.flush()
        db.session.add_all(rows)
        self._hangs_on = None
        self._seats(bodies)
        for head_id in list(company.head_of.values()):
            stands_in = random.choice([p for p in company.head_of.values() if p != head_id])
            db.session.add(Deputy(person_id=head_id, deputy_id=stands_in))
        db.session.flush()
        return company

    def _sites(self) -> None:
        for key, name, zone, country, state, language, _share in SITES:
            site = Site(key=key, name=name, time_zone=zone, country=country, subdivision=state, language=language)
            db.session.add(site)
            db.session.flush()
            self.company.sites.append(site.id)
            for year in range(self.start.year, self.start.year + 3):  # between the years nobody works
                for day in (24, 27, 28, 29, 30, 31):
                    db.session.add(ClosingDay(site_id=site.id, on=date(year, 12, day), name="Betriebsruhe"))

    def _department(self, key: str, name: str, parent_id: int | None, body: Body | None = None) -> int:
        row = Department(key=key, name=name, parent_id=parent_id, body_id=body.id if body else None)
        db.session.add(row)
        db.session.flush()
        return row.id

    def _body(self, n: int) -> Body:
        body = Body(key=f"body{n}", name=f"Ideenkommission {n + 1}", name_en=f"Ideas commission {n + 1}")
        db.session.add(body)
        db.session.flush()
        for meeting in range(60):
            on = self.start + timedelta(days=3 + n * 5 + meeting * MEETS_EVERY_DAYS)
            db.session.add(BodyMeeting(body_id=body.id, on=on))
        return body

    def _central(self, top: int, chief: Person) -> None:
        """The programme itself, works council, HR, safety, the admins: people of the whole house."""
        offices = {"idea_manager": 2, "works_council": 3, "hr_analyst": 2, "admin": 2}
        for role, count in offices.items():
            for _n in range(count):
                self.grant(self.person(top, site_id=self.company.sites[0], superior_id=chief.id), role)

    def _team(self, department_id: int, superior_id: int, size: int, n: int, *, decides: bool) -> None:
        """People of one department: a head, team leads, an ambassador, experts, everybody else."""
        random, company = self.random, self.company
        site_id = random.choices(company.sites, [row[-1] for row in SITES])[0]
        desk = n % 3 != 0
        head = self.person(department_id, site_id=site_id, superior_id=superior_id)
        company.head_of[department_id] = head.id
        self.grant(head, "head", department_id)
        if decides:
            self.grant(head, "decision_maker", department_id)
        lead = head
        for number in range(size - 1):
            if number % PEOPLE_PER_TEAM == 0:
                lead = self.person(department_id, site_id=site_id, superior_id=head.id)
                self.grant(lead, "team_lead", department_id)
                continue
            person = self.person(department_id, site_id=site_id, superior_id=lead.id,
                                 desk=desk or random.random() < 0.3 or number < 4)
            if number == 1 and n % 12 != 11:
                self.grant(person, "coordinator", department_id)
            elif number in (2, 3) or number % 16 == 5:
                self.make_expert(person)

    def make_expert(self, person: Person) -> None:
        """Let somebody be asked about two topics."""
        person.topics = ", ".join(self.random.sample(TOPICS, 2))
        self.grant(person, "expert", None)
        self.company.experts.append(person.id)

    def _seats(self, bodies: list[Body]) -> None:
        heads = [p for d, p in self.company.head_of.items() if d in self.company.departments]
        for n, body in enumerate(bodies):
            members = [heads[(n * 5 + k * 3) % len(heads)] for k in range(4)]
            members = list(dict.fromkeys(members))
            for position, person_id in enumerate(members):
                seat = "chair" if position == 0 else "member"
                db.session.add(BodyMember(body_id=body.id, person_id=person_id, seat=seat))
            council = self.company.offices["works_council"][n]
            db.session.add(BodyMember(body_id=body.id, person_id=council, seat="works_council"))
