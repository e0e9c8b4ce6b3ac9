"""Adopted ideas with measures, for tests: plain functions; call them inside `work()`."""

from datetime import date, datetime, timedelta
from typing import Any

from suggestbox.core.database import db
from suggestbox.ideas.models import Idea
from suggestbox.measures.figures import record_figure
from suggestbox.measures.models import Measure, MeasureFigure
from suggestbox.measures.operations import abandon_measure, finish_measure, plan_measure, start_measure
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
    measure = planned(cast, idea, owner, now=now, **facts)
    finish(cast, measure, now=now + timedelta(hours=3), words=words)
    return measure


def finish(cast: Cast, measure: Measure, *, now: datetime = CLOSED_AT + timedelta(hours=3), words: str = "The printer stands.",
           **facts: Any) -> None:
    """Finish a measure, as its owner."""
    finish_measure(measure, words=words, done_on=now.date(), by_id=measure.owner_id, now=now, book=directory(now.date()), **facts)
    settle(db.session.get_one(Idea, measure.idea_id), now=now)


def abandoned(cast: Cast, idea: Idea, *, now: datetime = CLOSED_AT, reasons: str = "The ramp is torn down.", **facts: Any) -> Measure:
    """Plan a measure, and let bob give it up three hours later."""
    measure = planned(cast, idea, now=now, **facts)
    abandon_measure(measure, reasons=reasons, by_id=cast.bob.id, now=now + timedelta(hours=3))
    settle(idea, now=now + timedelta(hours=3))
    return measure


def line(euros: int, column: str = "savings", *, amount: str = "1", per_year: str = "1") -> dict[str, Any]:
    """Give a line of a calculation sheet of so many whole euros a unit."""
    return {"what": column, "amount": amount, "unit": "", "unit_cents": euros * 100, "per_year": per_year, "column": column}


def figure(cast: Cast, measure: Measure, kind: str = "expected", euros: int = 1200, *, by: Person | None = None,
           now: datetime = CLOSED_AT, **facts: Any) -> MeasureFigure:
    """Write down a figure of a measure: bob does so, and the measure saves so many euros."""
    given = {"lines": [line(euros)], **facts}
    return record_figure(measure, kind=kind, by_id=(by or cast.bob).id, now=now, **given)
