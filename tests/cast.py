"""The cast: the same few people in every test, in a small company with two sites.

    Direction            lea heads it, decides for all and is the leadership
      Logistics          cat heads it and decides, bob coordinates, dan leads ann's team; ann hands ideas in, eve is
                         a colleague of hers
      Purchasing         pia coordinates, ria reviews for it, sam has nothing to do with anything
      IT                 kim heads it and decides, coo coordinates, rex is its expert
    ida and ivo run the programme, dot administers, wes sits on the works council.
"""

from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

import sqlalchemy as sa

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.modules import MODULES
from suggestbox.core.settings import set_rule
from suggestbox.people.models import Department, Membership, Person, RoleGrant, Site
from suggestbox.reviews.operations import ensure_criteria

SINCE = date(2020, 1, 1)

SITES = (
    # attribute, key, name, time zone, country, subdivision, language
    ("home", "bremen", "Bremen", "Europe/Berlin", "DE", "HB", "de"),
    ("abroad", "leeds", "Leeds", "Europe/London", "GB", "ENG", "en"),
)

DEPARTMENTS = (
    # attribute, German name, English name, attribute of the one above
    ("direction", "Geschäftsleitung", "Direction", None),
    ("logistics", "Logistik", "Logistics", "direction"),
    ("purchasing", "Einkauf", "Purchasing", "direction"),
    ("it", "IT", "IT", "direction"),
)

PEOPLE = (
    # attribute, given and family name, salutation, site, department, superior, further columns
    ("lea", "Lea", "Lorenz", "Frau", "home", "direction", None, {}),
    ("cat", "Cat", "Conrad", "Frau", "home", "logistics", "lea", {}),
    ("dan", "Dan", "Dietz", "Herr", "home", "logistics", "cat", {}),
    ("ann", "Ann", "Albers", "Frau", "home", "logistics", "dan", {}),
    ("eve", "Eve", "Ebert", "Frau", "home", "logistics", "dan", {}),
    ("bob", "Bob", "Brandt", "Herr", "home", "logistics", "cat", {}),
    ("pia", "Pia", "Peters", "Frau", "home", "purchasing", "lea", {}),
    ("ria", "Ria", "Richter", "Frau", "home", "purchasing", "pia", {}),
    ("sam", "Sam", "Simon", "Herr", "home", "purchasing", "pia", {}),
    ("kim", "Kim", "Keller", "Frau", "home", "it", "lea", {}),
    ("coo", "Coo", "Cooper", "", "abroad", "it", "kim", {"language": "en"}),
    ("rex", "Rex", "Reed", "", "abroad", "it", "kim", {"language": "en", "topics": "scanners, software"}),
    ("ida", "Ida", "Ihde", "Frau", "home", "direction", "lea", {}),
    ("ivo", "Ivo", "Irmer", "Herr", "home", "direction", "lea", {}),
    ("dot", "Dot", "Dorn", "Frau", "home", "it", "kim", {}),
    ("wes", "Wes", "Weber", "Herr", "home", "purchasing", "pia", {}),
)

ROLES = (
    # who, role, department (None: for all)
    ("bob", "coordinator", "logistics"),
    ("pia", "coordinator", "purchasing"),
    ("coo", "coordinator", "it"),
    ("cat", "head", "logistics"),
    ("cat", "decision_maker", "logistics"),
    ("kim", "head", "it"),
    ("kim", "decision_maker", "it"),
    ("lea", "head", "direction"),
    ("lea", "decision_maker", None),
    ("lea", "leadership", None),
    ("dan", "team_lead", "logistics"),
    ("rex", "expert", None),
    ("ida", "idea_manager", None),
    ("ivo", "idea_manager", None),
    ("dot", "admin", None),
    ("wes", "works_council", None),
)


@dataclass
class Cast:
    """The people by their first names, their departments and sites."""

    home: Site = field(init=False)
    abroad: Site = field(init=False)
    direction: Department = field(init=False)
    logistics: Department = field(init=False)
    purchasing: Department = field(init=False)
    it: Department = field(init=False)
    lea: Person = field(init=False)
    cat: Person = field(init=False)
    dan: Person = field(init=False)
    ann: Person = field(init=False)
    eve: Person = field(init=False)
    bob: Person = field(init=False)
    pia: Person = field(init=False)
    ria: Person = field(init=False)
    sam: Person = field(init=False)
    kim: Person = field(init=False)
    coo: Person = field(init=False)
    rex: Person = field(init=False)
    ida: Person = field(init=False)
    ivo: Person = field(init=False)
    dot: Person = field(init=False)
    wes: Person = field(init=False)

    def people(self) -> dict[str, Person]:
        """Give everybody by first name."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name in NAMES}


NAMES = tuple(row[0] for row in PEOPLE)


def gather() -> Cast:
    """Put the cast into the empty database and give it."""
    cast = Cast()
    with work():
        _add(
            cast,
            {
                attribute: Site(
                    key=key, name=name, time_zone=zone, country=country, subdivision=subdivision, language=language
                )
                for attribute, key, name, zone, country, subdivision, language in SITES
            },
        )
        _add(cast, {row[0]: Department(key=row[0], name=row[1], name_en=row[2]) for row in DEPARTMENTS})
        _add(cast, {row[0]: _person(cast, *row) for row in PEOPLE})
        for attribute, _german, _english, above in DEPARTMENTS:
            getattr(cast, attribute).parent_id = getattr(cast, above).id if above else None
        for row in PEOPLE:
            person, department, superior = (getattr(cast, name) if name else None for name in (row[0], row[5], row[6]))
            person.superior_id = superior.id if superior else None
            db.session.add(Membership(person_id=person.id, department_id=department.id, from_on=SINCE))
        for who, role, where in ROLES:
            grant(getattr(cast, who), role, getattr(cast, where) if where else None)
        ensure_criteria(now=utc_now())
        for module in MODULES:
            set_rule(f"modules.{module}", True, now=utc_now())
    return cast


def find_cast() -> Cast:
    """Give the cast that is in the database already."""
    cast = Cast()
    rows = [*db.session.scalars(sa.select(Site)), *db.session.scalars(sa.select(Department))]
    keys = {row[1]: row[0] for row in SITES} | {row[0]: row[0] for row in DEPARTMENTS}
    for row in rows:
        setattr(cast, keys[row.key], row)
    for person in db.session.scalars(sa.select(Person)):
        setattr(cast, (person.email or "").partition("@")[0], person)
    return cast


def _add(cast: Cast, rows: dict[str, Any]) -> None:
    db.session.add_all(rows.values())
    db.session.flush()
    for attribute, row in rows.items():
        setattr(cast, attribute, row)


def _person(
    cast: Cast, attribute: str, given: str, family: str, salutation: str, site: str, *rest: Any
) -> Person:
    return Person(
        given_name=given, family_name=family, salutation=salutation, email=f"{attribute}@example.com",
        site_id=getattr(cast, site).id, **{"language": "de", **rest[-1]},
    )


def newcomer(site: Site, given: str, department: Department | None = None, **columns: Any) -> Person:
    """Add somebody who is not of the cast, with a membership since 2020; inside `work()`."""
    columns = {"family_name": "Neu", "email": f"{given.lower()}@example.com", "language": "de", **columns}
    person = Person(given_name=given, site_id=site.id, **columns)
    db.session.add(person)
    db.session.flush()
    if department is not None:
        db.session.add(Membership(person_id=person.id, department_id=department.id, from_on=SINCE))
        db.session.flush()
    return person


def grant(person: Person, role: str, department: Department | None = None) -> RoleGrant:
    """Give somebody a role since 2020; inside `work()`."""
    given = RoleGrant(
        person_id=person.id, role=role, department_id=department.id if department else None, from_on=SINCE
    )
    db.session.add(given)
    return given
