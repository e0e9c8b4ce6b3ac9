"""The first day of an installation: one site, one department, one person who can do the rest."""

from datetime import datetime

import sqlalchemy as sa

from suggestbox.core.clock import local_date
from suggestbox.core.database import db
from suggestbox.journal import operations as journal

from .models import Department, Membership, Person, RoleGrant, Site

FIRST_ROLES = ("admin", "idea_manager")


def first_admin() -> Person | None:
    """Give the person who was made administrator first, or None in a house that is not founded yet."""
    query = sa.select(Person).join(RoleGrant, RoleGrant.person_id == Person.id).where(RoleGrant.role == "admin")
    return db.session.scalars(query.order_by(RoleGrant.id).limit(1)).first()


def found_house(
    *,
    email: str,
    given_name: str,
    family_name: str,
    organisation: str,
    time_zone: str,
    country: str,
    language: str,
    password_hash: str,
    now: datetime,
) -> Person:
    """Make the first site, a department for the whole organisation and the first administrator; give that person."""
    site = Site(
        key="main", name=organisation, time_zone=time_zone, country=country, language=language
    )
    top = Department(key="all", name=organisation)
    db.session.add_all([site, top])
    db.session.flush()
    person = Person(
        email=email.lower(), given_name=given_name, family_name=family_name, site_id=site.id, language=language,
        password_hash=password_hash,
    )
    db.session.add(person)
    db.session.flush()
    today = local_date(now, time_zone)
    db.session.add(Membership(person_id=person.id, department_id=top.id, from_on=today))
    db.session.add_all([RoleGrant(person_id=person.id, role=role, from_on=today) for role in FIRST_ROLES])
    journal.write("house_founded", now=now, actor_id=person.id, role="admin", site=site.id)
    db.session.flush()
    return person
