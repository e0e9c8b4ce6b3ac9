"""Calls, found: open ones that are meant for somebody, all of them by their time, and who took part in numbers."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.ideas.models import Idea, Submitter, SubmitterIdentity
from suggestbox.people.book import Directory
from suggestbox.people.queries import here

from .models import Call, CallDepartment

SHOWN_FROM_PEOPLE = 5
"""So many people have to take part before anything is said about them: of fewer, one could be told."""

STATES = ("draft", "coming", "open", "ended")


def state_of(call: Call, today: date) -> str:
    """Give where a call stands on a day: draft, coming, open, ended."""
    if call.published_at is None:
        return "draft"
    if call.ended_at is not None or call.ends_on < today:
        return "ended"
    return "coming" if call.starts_on > today else "open"


def departments_of(call_ids: Collection[int]) -> dict[int, list[int]]:
    """Give {call id: departments that are asked}; calls that ask everybody are missing. One statement."""
    found: dict[int, list[int]] = {}
    if call_ids:
        query = sa.select(CallDepartment.call_id, CallDepartment.department_id)
        query = query.where(CallDepartment.call_id.in_(sorted(call_ids)))
        for call_id, department_id in db.session.execute(query.order_by(CallDepartment.department_id)):
            found.setdefault(call_id, []).append(department_id)
    return found


def is_asked(person_id: int, department_ids: Collection[int], book: Directory) -> bool:
    """Say whether a call for these departments (none: for everybody) asks this person, who may hand in ideas."""
    brief = book.person(person_id)
    if brief is None or not brief.active or not brief.entitled:
        return False
    return not department_ids or not set(department_ids).isdisjoint(book.upwards(brief.department_id))


def audience(department_ids: Collection[int], book: Directory) -> list[int]:
    """Give everybody a call for these departments asks."""
    return [person_id for person_id in book.people if is_asked(person_id, department_ids, book)]


def _open(today: date) -> list[Any]:
    return [Call.published_at.is_not(None), Call.ended_at.is_(None), Call.starts_on <= today, Call.ends_on >= today]


def calls_open_on(today: date) -> list[Call]:
    """Give the calls that are open on a day, whomever they ask; those that end first come first."""
    query = sa.select(Call).where(*_open(today)).order_by(Call.ends_on, Call.id)
    return list(db.session.scalars(query))


ANSWERED_LATELY = timedelta(days=21)


def calls_at_home(me: Any, today: date) -> tuple[list[Call], list[Call]]:
    """Give the open calls that ask this person, those that end first at the top, and those that were answered lately.

    Two statements at most.
    """
    lately = datetime.combine(today - ANSWERED_LATELY, time(), UTC)
    query = sa.select(Call).where(sa.or_(sa.and_(*_open(today)), Call.results_at >= lately)).order_by(Call.ends_on, Call.id)
    calls = list(db.session.scalars(query)) if me is not None else []
    asked, book = departments_of([call.id for call in calls]), here()
    running = [call for call in calls if call.results_at is None and is_asked(me.id, asked.get(call.id, ()), book)]
    answered = [call for call in calls if call.results_at is not None]
    return running, sorted(answered, key=lambda call: (call.results_at, call.id), reverse=True)


def calls_of_theme(theme_id: int) -> list[Call]:
    """Give the published calls that ask about a theme, the newest first."""
    query = sa.select(Call).where(Call.theme_id == theme_id, Call.published_at.is_not(None))
    return list(db.session.scalars(query.order_by(Call.starts_on.desc(), Call.id.desc())))


MOST_LISTED = 200


def all_calls(today: date) -> dict[str, list[Call]]:
    """Give {state: calls}: open and coming ones by date, ended ones the last first. One statement."""
    found: dict[str, list[Call]] = {state: [] for state in STATES}
    for call in db.session.scalars(sa.select(Call).order_by(Call.ends_on.desc(), Call.id.desc()).limit(MOST_LISTED)):
        found[state_of(call, today)].append(call)
    found["open"].reverse()
    found["coming"].sort(key=lambda call: (call.starts_on, call.id))
    return found


_PERSON = sa.func.coalesce(Submitter.person_id, SubmitterIdentity.person_id)


def parts_in(call_id: int) -> list[Submitter]:
    """Give one part of everybody who took part, the first each; how they are told. Never show it to anybody."""
    return list(parts_by_person(call_id).values())


def parts_by_person(call_id: int) -> dict[int, Submitter]:
    """Give {person: their first part} of everybody who took part; how results are told. Never show it to anybody."""
    query = (
        sa.select(Submitter, _PERSON).join(Idea, Idea.id == Submitter.idea_id)
        .outerjoin(SubmitterIdentity, SubmitterIdentity.submitter_id == Submitter.id)
        .where(Idea.call_id == call_id, Idea.stage.not_in(("draft", "withdrawn")), Submitter.state == "accepted")
        .order_by(Submitter.id)
    )
    first: dict[int, Submitter] = {}
    for part, person_id in db.session.execute(query):
        first.setdefault(person_id, part)
    return first


def call_with(call_id: int | None) -> Call | None:
    """Give a published call, or None."""
    call = db.session.get(Call, call_id) if call_id else None
    return call if call is not None and call.published_at is not None else None


