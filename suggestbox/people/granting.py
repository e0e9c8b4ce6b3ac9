"""Roles, deputies and absences: who may, who stands in, who is away. Operations flush and never commit."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.errors import Invalid, Refused
from suggestbox.core.language import gettext as _
from suggestbox.journal.operations import write

from .models import ROLES, Absence, Deputy, Person, RoleGrant


def _note(kind: str, person_id: int, *, actor: Person | None, now: datetime, **facts: Any) -> None:
    role = "house" if actor is None else "person" if actor.id == person_id else "admin"
    write(kind, now=now, actor_id=actor.id if actor else None, role=role, person_id=person_id, **facts)


def refuse_losing_the_last_admin(person_id: int, *, after: date) -> None:
    """Stop an operation after which nobody could administer the house.

    Raises  Refused when no other active person is an admin after the day `after`
    """
    lasting = sa.or_(RoleGrant.until_on.is_(None), RoleGrant.until_on > after)
    admins = set(
        db.session.scalars(
            sa.select(RoleGrant.person_id)
            .join(Person, Person.id == RoleGrant.person_id)
            .where(RoleGrant.role == "admin", RoleGrant.department_id.is_(None), lasting, Person.active)
            .where(sa.or_(Person.left_on.is_(None), Person.left_on > after))
            .with_for_update()  # two who take the role from each other at once come one after the other
        )
    )
    if admins == {person_id}:
        raise Refused(
            _("Nobody else administers this system. Please give the role to somebody else first."), reason="last_admin"
        )


def grant_role(
    person: Person,
    role: str,
    *,
    now: datetime,
    actor: Person | None,
    department_id: int | None = None,
    from_on: date | None = None,
    until_on: date | None = None,
) -> RoleGrant:
    """Give the person a role for a department and those below it, or for all; a grant that reaches as far is kept.

    Raises  Invalid for an unknown role or an end before the beginning
    """
    if role not in ROLES:
        raise Invalid(_("This role does not exist."), reason="unknown_role", fields={"role": _("Unknown role")})
    if from_on and until_on and until_on < from_on:
        words = _("The last day lies before the first day.")
        raise Invalid(words, reason="wrong_order", fields={"until_on": words})
    same = sa.select(RoleGrant).where(
        RoleGrant.person_id == person.id,
        RoleGrant.role == role,
        RoleGrant.department_id.is_(None) if department_id is None else RoleGrant.department_id == department_id,
    )
    for known in db.session.scalars(same):
        begins = known.from_on is None or (from_on is not None and known.from_on <= from_on)
        if not begins and from_on is None:
            begins = known.from_on is not None and known.from_on <= now.date()
        lasts = known.until_on is None or (until_on is not None and known.until_on >= until_on)
        if begins and lasts:
            return known
    grant = RoleGrant(
        person_id=person.id, role=role, department_id=department_id, from_on=from_on, until_on=until_on
    )
    db.session.add(grant)
    _note("role.granted", person.id, actor=actor, now=now, role_name=role, department_id=department_id)
    db.session.flush()
    return grant


def end_role(grant: RoleGrant, *, last_day: date, now: datetime, actor: Person | None) -> None:
    """Let a role end after `last_day`; one that has not begun by then is dropped.

    Raises  Refused when nobody would be left to administer the house
    """
    if grant.role == "admin" and grant.department_id is None:
        refuse_losing_the_last_admin(grant.person_id, after=last_day)
    _note(
        "role.ended", grant.person_id, actor=actor, now=now,
        role_name=grant.role, department_id=grant.department_id, last_day=last_day.isoformat(),
    )  # fmt: skip
    if grant.from_on is not None and grant.from_on > last_day:
        db.session.delete(grant)
    elif grant.until_on is None or grant.until_on > last_day:
        grant.until_on = last_day
    db.session.flush()


def add_deputy(person: Person, deputy: Person, *, now: datetime, actor: Person | None) -> Deputy:
    """Let `deputy` stand in for the person, after those who already do; a second time changes nothing.

    Raises  Invalid when the two are the same
    """
    if person.id == deputy.id:
        words = _("Nobody can stand in for themselves. Please choose somebody else.")
        raise Invalid(words, reason="own_deputy", fields={"deputy": words})
    rows = list(db.session.scalars(sa.select(Deputy).where(Deputy.person_id == person.id)))
    for row in rows:
        if row.deputy_id == deputy.id:
            return row
    last = max((row.position for row in rows), default=0)
    row = Deputy(person_id=person.id, deputy_id=deputy.id, position=last + 1)
    db.session.add(row)
    _note("deputy.added", person.id, actor=actor, now=now, deputy_id=deputy.id)
    db.session.flush()
    return row


def remove_deputy(row: Deputy, *, now: datetime, actor: Person | None) -> None:
    """Let somebody no longer stand in."""
    _note("deputy.removed", row.person_id, actor=actor, now=now, deputy_id=row.deputy_id)
    db.session.delete(row)
    db.session.flush()


def add_absence(person: Person, from_on: date, until_on: date, *, now: datetime, actor: Person | None) -> Absence:
    """Note the days on which the person is away, both included.

    Raises  Invalid when the end lies before the beginning
    """
    if until_on < from_on:
        words = _("The last day lies before the first day.")
        raise Invalid(words, reason="wrong_order", fields={"until_on": words})
    absence = Absence(person_id=person.id, from_on=from_on, until_on=until_on)
    db.session.add(absence)
    _note("absence.added", person.id, actor=actor, now=now)
    db.session.flush()
    return absence


def remove_absence(absence: Absence, *, now: datetime, actor: Person | None) -> None:
    """Take days of absence back: the person is there after all."""
    _note("absence.removed", absence.person_id, actor=actor, now=now)
    db.session.delete(absence)
    db.session.flush()
