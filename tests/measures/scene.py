"""Adopted ideas with measures, for tests: plain functions; call them inside `work()`."""

from datetime import date, datetime, timedelta
from typing import Any

from suggestbox.ideas.models import Idea
from suggestbox.measures.models import Measure
from suggestbox.measures.operations import finish_measure, plan_measure, start_measure
from suggestbox.people.directory import directory
from suggestbox.people.models import Person
from suggestbox.workflow.operations import settle
from tests.cast import Cast
from tests.factories import START

CLOSED_AT = START + timedelta(days=9)
"""A Friday after the talk of the factories' ideas."""

DUE = date(2026, 12, 4)
MEASURE_TITLE = "A printer at the ramp"


def planned(cast: Cast, idea: Idea, owner: Person | None = None, *, by: Person | None = None, now: datetime = CLOSED_AT,
            **facts: Any) -> Measure:
    """Plan a measure of an idea: eve sees to it, bob planned it."""
    given = {"title": MEASURE_TITLE, "due_on": DUE, **facts}
    measure = plan_measure(idea, owner_id=(owner or cast.eve).id, by_id=(by or cast.bob).id, now=now,
                           book=directory(now.date()), **given)
    settle(idea, now=now)
    return measure


def running(cast: Cast, idea: Idea, owner: Person | None = None, *, now: datetime = CLOSED_AT, **facts: Any) -> Measure:
    """Plan a measure and begin with it."""
    measure = planned(cast, idea, owner, now=now, **facts)
    start_measure(measure, by_id=(owner or cast.eve).id, now=now + timedelta(hours=1))
    return measure


def done(cast: Cast, idea: Idea, owner: Person | None = None, *, now: datetime = CLOSED_AT, words: str = "The printer stands.",
         **facts: Any) -> Measure:
    """Plan a measure and finish it the next day."""
    measure, at = planned(cast, idea, owner, now=now, **facts), now + timedelta(hours=3)
    finish_measure(measure, words=words, done_on=at.date(), by_id=(owner or cast.eve).id, now=at, book=directory(at.date()))
    settle(idea, now=at)
    return measure
