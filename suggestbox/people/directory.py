"""The directory: who works where, who is there today, who stands in for whom; kept in memory until something changes.

Lists and pages name people without a join, and the acting owner of a step is computed when it is read. The copy is
good for one version of the people room (`PeopleStamp`) and one day; asking costs one small statement.
"""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy import event
from sqlalchemy.orm import Session

from suggestbox.core.database import db

from .book import Brief, DepartmentBrief, Directory
from .calendar import WorkCalendar
from .models import (
    Absence,
    Body,
    BodyMeeting,
    BodyMember,
    ClosingDay,
    Department,
    Deputy,
    Membership,
    PeopleStamp,
    Person,
    RoleGrant,
    Site,
)

__all__ = ["Brief", "DepartmentBrief", "Directory", "bump_stamp", "directory", "read_directory"]

WATCHED = frozenset({
    Absence, Body, BodyMeeting, BodyMember, ClosingDay, Department, Deputy, Membership, Person, RoleGrant, Site,
})


_PEOPLE = sa.select(
    Person.id, Person.active, Person.left_on, Person.given_name, Person.family_name, Person.salutation, Person.email,
    Person.site_id, Person.superior_id, Person.employment_group, Person.entitled, Person.language, Person.topics,
    Person.has_desk, Person.open_reviews_at_most, Person.personnel_no, Person.working_weekdays, Person.works_from,
    Person.works_until, Person.mail_news,
)


def _valid(model: Any, today: date) -> list[Any]:
    return [
        sa.or_(model.from_on.is_(None), model.from_on <= today),
        sa.or_(model.until_on.is_(None), model.until_on >= today),
    ]


def read_directory(version: int, today: date, before: Directory | None = None) -> Directory:
    """Read the whole people room, in a fixed number of statements.

    Takes   before: an earlier one; of people whose rows are as they were then its briefs are taken over
    """
    session = db.session()
    if session.autoflush:
        session.flush()
    connection = session.connection()

    def run(statement: sa.Executable) -> Any:
        return connection.execute(statement).all()  # plain rows, fetched at once: everybody is read

    book = Directory(version, today)
    closing: dict[int, set[date]] = defaultdict(set)
    for site_id, on in run(sa.select(ClosingDay.site_id, ClosingDay.on)):
        closing[site_id].add(on)
    for site in run(sa.select(Site.id, Site.time_zone, Site.country, Site.subdivision, Site.working_weekdays,
                              Site.works_from, Site.works_until, Site.language).order_by(Site.id)):
        weekdays = frozenset(int(d) for d in site.working_weekdays)
        book.zones[site.id] = site.time_zone
        book.site_hours[site.id] = (site.works_from, site.works_until)
        book.site_languages[site.id] = site.language
        book.calendars[site.id] = WorkCalendar(site.country, site.subdivision, weekdays, frozenset(closing[site.id]))
    for row in run(sa.select(Department.id, Department.key, Department.name, Department.name_en, Department.parent_id,
                             Department.body_id, Department.active)):
        book.departments[row.id] = DepartmentBrief(*row)
    member = dict(
        run(
            sa.select(Membership.person_id, Membership.department_id)
            .where(*_valid(Membership, today))
            .order_by(Membership.from_on, Membership.id)
        )
    )
    known = before.rows_read if before else {}
    for p in run(_PEOPLE):
        person_id, active, left_on = p[:3]
        here = active and (left_on is None or left_on >= today)
        department_id = member.get(person_id)
        book.rows_read[person_id] = read = (*p, department_id, here)  # a tuple: rows compare themselves slowly
        if before is not None and known.get(person_id) == read:
            book.people[person_id] = before.people[person_id]
            continue
        topics = tuple(word.strip() for word in p.topics.split(",") if word.strip())
        book.people[person_id] = Brief(
            person_id, p.given_name, p.family_name, p.salutation, p.email, p.site_id, p.superior_id, department_id,
            p.employment_group, here, p.entitled, p.language, topics, p.has_desk, p.open_reviews_at_most,
            p.personnel_no, frozenset(map(int, p.working_weekdays)) if p.working_weekdays else None,
            (p.works_from, p.works_until), p.mail_news,
        )
    yesterday = today - timedelta(days=1)
    for person_id, since, until in run(
        sa.select(Absence.person_id, Absence.from_on, Absence.until_on)
        .where(Absence.from_on <= today, Absence.until_on >= yesterday)
    ):
        if until >= today:
            book.absent[person_id] = max(until, book.absent.get(person_id, until))
        if since <= yesterday:
            book.absent_yesterday.add(person_id)
    for person_id, deputy_id in run(
        sa.select(Deputy.person_id, Deputy.deputy_id).order_by(Deputy.position, Deputy.id)
    ):
        book.deputies.setdefault(person_id, []).append(deputy_id)
    for person_id, role, department_id in run(
        sa.select(RoleGrant.person_id, RoleGrant.role, RoleGrant.department_id)
        .where(*_valid(RoleGrant, today))
        .order_by(RoleGrant.id)
    ):
        book.roles.setdefault((role, department_id), []).append(person_id)
        book.roles_of.setdefault(person_id, []).append((role, department_id))
    for body in run(sa.select(Body.id, Body.name, Body.name_en)):
        book.bodies[body.id] = (body.name, body.name_en)
    seats = sa.case((BodyMember.seat == "chair", 0), else_=1)
    for body_id, person_id, seat in run(
        sa.select(BodyMember.body_id, BodyMember.person_id, BodyMember.seat)
        .where(*_valid(BodyMember, today))
        .order_by(seats, BodyMember.id)
    ):
        book.seats.setdefault(body_id, []).append((person_id, seat))
    for body_id, on in run(sa.select(BodyMeeting.body_id, BodyMeeting.on).order_by(BodyMeeting.on)):
        book.meetings.setdefault(body_id, []).append(on)
    return book


_STAMP = sa.select(PeopleStamp.version)
_COUNT_UP = sa.update(PeopleStamp).values(version=PeopleStamp.version + 1)

KEPT_DAYS = 3
"""Around midnight readers of different sites are on different days; a third is for good measure."""


def directory(today: date) -> Directory:
    """Give the directory of the day, from memory when nothing changed since.

    Within one transaction the stamp is asked once per day; a change in the same transaction is seen at once.
    """
    session = db.session()
    transaction = session.get_transaction()
    mine: dict[date, Directory] = session.info.get("directory", {})
    if transaction is None or session.info.get("directory_of") is not transaction:
        mine = {}
    if today in mine:
        mine[today] = mine.pop(today)  # the one asked for longest ago goes first
        return mine[today]
    if session.autoflush:
        session.flush()  # what changed in this transaction counts
    version = session.connection().execute(_STAMP).scalar() or 0
    shelf: dict[date, Directory] = current_app.extensions.setdefault("directories", {})
    unsaved = session.info.get("people_changed", False)
    kept = shelf.get(today)
    if unsaved or kept is None or kept.version != version:
        kept = read_directory(version, today, next(reversed(shelf.values()), None))
        if not unsaved:
            current_app.extensions["directories"] = _with(shelf, kept)
    session.info["directory"] = _with(mine, kept)
    session.info["directory_of"] = session.get_transaction()
    return kept


def _with(kept: dict[date, Directory], new: Directory) -> dict[date, Directory]:
    """Give a copy with the new one in it, without the first one where there are too many."""
    others = [book for book in list(kept.values()) if book.today != new.today]
    return {book.today: book for book in [*others[1 - KEPT_DAYS:], new]}


def bump_stamp(session: Session) -> None:
    """Count the people room's version up, in the transaction of the change."""
    session.info["people_changed"] = True
    session.info.pop("directory", None)
    counted = session.execute(_COUNT_UP)
    if counted.rowcount == 0:  # type: ignore[attr-defined]
        session.execute(sa.insert(PeopleStamp).values(id=1, version=1))


@event.listens_for(Session, "after_flush")
def _notice_changes(session: Session, _context: Any) -> None:
    if not WATCHED.isdisjoint(map(type, (*session.new, *session.deleted))) or any(
            type(row) in WATCHED and session.is_modified(row) for row in session.dirty):
        bump_stamp(session)


@event.listens_for(Session, "after_commit")
@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("people_changed", None)
    session.info.pop("directory", None)
    session.info.pop("directory_of", None)
