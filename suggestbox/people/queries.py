"""Looking people up: by what they sign in with, for pickers, for the list; and which day it is for the reader."""

import unicodedata
from datetime import date, timedelta

import sqlalchemy as sa
from flask import current_app, g, has_request_context

from suggestbox.core.clock import local_date, utc_now
from suggestbox.core.database import db
from suggestbox.core.language import current_language
from suggestbox.core.paging import PAGE_SIZE, Page, page_of

from .directory import Brief, DepartmentBrief, Directory, directory
from .models import Absence, Membership, Person

STATES = ("active", "left", "all")
"""Which people a list shows: those who are here, those who are not, or both."""


def today_for(zone: str | None = None) -> date:
    """Give today's date on the reader's clock, or on that of `zone`.

    Outside a request, and for somebody signed out, headquarters' clock counts.
    """
    if zone is None and has_request_context():
        zone = g.get("zone")
    return local_date(utc_now(), zone or current_app.config["HEADQUARTERS_ZONE"])


def here() -> Directory:
    """Give the directory of the reader's today."""
    return directory(today_for())


def person_by_id(person_id: int) -> Person | None:
    """Give the person, or None."""
    return db.session.get(Person, person_id)


def person_by_email(email: str) -> Person | None:
    """Give the person with this e-mail address, whatever its capitals, or None."""
    wanted = email.strip().lower()
    if not wanted:
        return None
    return db.session.scalars(sa.select(Person).where(sa.func.lower(Person.email) == wanted)).first()


def person_by_personnel_no(number: str) -> Person | None:
    """Give the person with this personnel number, or None."""
    wanted = number.strip()
    if not wanted:
        return None
    return db.session.scalars(sa.select(Person).where(Person.personnel_no == wanted)).first()


def person_by_login(text: str) -> Person | None:
    """Give who signs in with this e-mail address (whatever its capitals) or personnel number, or None."""
    wanted = text.replace("\x00", "").strip()
    if not wanted:
        return None
    found = db.session.scalars(
        sa.select(Person)
        .where(sa.or_(sa.func.lower(Person.email) == wanted.lower(), Person.personnel_no == wanted))
        .order_by(sa.case((sa.func.lower(Person.email) == wanted.lower(), 0), else_=1))
        .limit(1)
    )
    return found.first()


def mailbox_of(book: Directory, person_id: int) -> int | None:
    """Give who is told when this person is to be told something by mail: the person, or who hands it on to them.

    Somebody without an e-mail address is told by the coordinator of the department (else of the nearest one above),
    else by its head, else by the idea management; None when nobody of these can be reached.
    """
    brief = book.person(person_id)
    if brief is None:
        return None
    if brief.email:
        return person_id
    for role in ("coordinator", "head", "idea_manager"):
        for above in (*book.upwards(brief.department_id), None):
            for holder_id in book.holders(role, above):
                holder = book.person(holder_id)
                if holder is not None and holder.active and holder.email and holder_id != person_id:
                    return holder_id
    return None


def last_department(person_id: int, book: Directory | None = None) -> int | None:
    """Give the department somebody belongs to; of somebody who left, the one they belonged to last."""
    known = (book or here()).department_of(person_id)
    if known is not None:
        return known
    query = sa.select(Membership.department_id).where(Membership.person_id == person_id)
    return db.session.scalars(query.order_by(Membership.from_on.desc(), Membership.id.desc()).limit(1)).first()


def folded(text: str) -> str:
    """Give the text as searches compare it: without capitals and accents, so that "ozd" finds "Özdemir"."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(ch for ch in plain if not unicodedata.combining(ch))


def departments_by_name(book: Directory) -> tuple[DepartmentBrief, ...]:
    """Give the active departments in the order of their names in the reader's language."""
    found = (department for department in book.departments.values() if department.active)
    return book.keep(("departments_by_name", current_language()), lambda: tuple(sorted(found, key=lambda d: folded(d.name))))


def _matches(brief: Brief, words: list[str]) -> bool:
    german = (brief.name.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue"))
    text = f"{folded(brief.name)} {german} {folded(brief.email or '')} {(brief.personnel_no or '').casefold()}"
    return all(word in text for word in words)


def search_people(
    text: str, *, limit: int = 20, entitled: bool | None = None, book: Directory | None = None
) -> list[Brief]:
    """Give active people for a picker: every word occurs in the name, e-mail address or personnel number.

    Takes   entitled: only those who may (True) or may not (False) hand in ideas; None means both
    Gives   at most `limit`, those whose name starts with the text first, then by family name
    """
    words = folded(text).split()
    book = book or here()
    found = [
        brief
        for brief in book.people.values()
        if brief.active and (entitled is None or brief.entitled == entitled) and _matches(brief, words)
    ]

    def rank(brief: Brief) -> tuple[bool, str, str, int]:
        family, given = folded(brief.family_name), folded(brief.given_name)
        starts = bool(words) and (family.startswith(words[0]) or given.startswith(words[0]))
        return (not starts, family, given, brief.id)

    return sorted(found, key=rank)[:limit]


def list_people(
    *,
    text: str = "",
    department_id: int | None = None,
    role: str = "",
    state: str = "active",
    key: str | None = None,
    size: int = PAGE_SIZE,
    book: Directory | None = None,
) -> Page:
    """Give one page of people by family name.

    Takes   department_id: only people of this department and those below it
            role: only holders of this role, wherever it is granted; with a department, only where it reaches there
            state: one of STATES
    Gives   a page whose rows are `Person`; filters look into the directory, the page is one statement
    """
    book = book or here()
    query = sa.select(Person)
    if text.strip() or department_id is not None or role or state != "all":
        ids = matching_people(text=text, department_id=department_id, role=role, state=state, book=book)
        # Literal numbers: a list of thousands would exceed what a statement may have as parameters.
        query = query.where(Person.id.in_(sa.bindparam("ids", ids, expanding=True, literal_execute=True)))
    return page_of(
        query, [(Person.family_name, False), (Person.given_name, False), (Person.id, False)], key=key, size=size
    )


def matching_people(
    *,
    text: str = "",
    department_id: int | None = None,
    role: str = "",
    state: str = "active",
    book: Directory | None = None,
) -> list[int]:
    """Give the ids of the people that the filters of `list_people` let through."""
    book = book or here()
    words = folded(text).split()
    within = book.below(department_id) if department_id is not None else None

    def fits(brief: Brief) -> bool:
        if state != "all" and brief.active != (state == "active"):
            return False
        if role:
            if not book.has_role(brief.id, role, department_id, any_=department_id is None):
                return False
        elif within is not None and brief.department_id not in within:
            return False
        return _matches(brief, words)

    return [brief.id for brief in book.people.values() if fits(brief)]


def absent_days(person_id: int, start: date, end: date) -> set[date]:
    """Give the days from `start` to `end`, both included, on which the person is noted as away."""
    query = sa.select(Absence.from_on, Absence.until_on).where(
        Absence.person_id == person_id, Absence.from_on <= end, Absence.until_on >= start
    )
    found: set[date] = set()
    for first, last in db.session.execute(query):
        day = max(first, start)
        while day <= min(last, end):
            found.add(day)
            day += timedelta(days=1)
    return found
