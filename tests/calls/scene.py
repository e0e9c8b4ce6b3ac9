"""Calls in every state, for tests: plain functions; call them inside `work()`."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from suggestbox.calls.models import Call
from suggestbox.calls.operations import draft_call, publish_call
from suggestbox.ideas.models import Idea
from suggestbox.people.directory import directory
from suggestbox.people.models import Department, Person
from tests import factories as f
from tests.cast import Cast

NOW = datetime(2026, 11, 4, 8, 0, tzinfo=UTC)
"""A Wednesday morning, an hour before the factories' ideas begin."""

TODAY = NOW.date()
QUESTION = "How do parcels arrive dry?"


def draft(cast: Cast, *departments: Department, by: Person | None = None, now: datetime = NOW, **facts: Any) -> Call:
    """Draft a call: lea stands behind it, ida wrote it; it runs for four weeks."""
    given: dict[str, Any] = {
        "question": QUESTION, "background": "It rains more than it used to.", "sponsor_id": cast.lea.id,
        "starts_on": now.date(), "ends_on": now.date() + timedelta(days=28),
        "department_ids": [d.id for d in departments], **facts,
    }
    return draft_call(by_id=(by or cast.ida).id, now=now, book=directory(now.date()), **given)


def opened(cast: Cast, *departments: Department, now: datetime = NOW, **facts: Any) -> Call:
    """Draft a call and publish it; it is open."""
    call = draft(cast, *departments, now=now, **facts)
    publish_call(call, by_id=cast.ida.id, now=now, book=directory(now.date()))
    return call


def coming(cast: Cast, *departments: Department, **facts: Any) -> Call:
    """Publish a call that begins in a week."""
    return opened(cast, *departments, starts_on=TODAY + timedelta(days=7), **facts)


def ended(cast: Cast, *departments: Department, **facts: Any) -> Call:
    """Publish a call that ran for a week, two weeks ago."""
    return opened(cast, *departments, now=NOW - timedelta(days=21), ends_on=TODAY - timedelta(days=14), **facts)


IN_STATE = {"draft": draft, "coming": coming, "open": opened, "ended": ended}


def answered(cast: Cast, call: Call, *people: Person, **columns: Any) -> list[Idea]:
    """Have each of the people hand an idea in to the call."""
    return [f.submitted(cast, person, call_id=call.id, **columns) for person in people]


def on(day: date) -> Any:
    """Give the directory of a day."""
    return directory(day)
