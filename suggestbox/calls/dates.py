"""The dates of a call: what they must leave room for, the due dates steps get from them, and the line they are drawn as.

A call may say until when its ideas are looked at, assessed and decided. Each date leaves at least the house's own working
days after the one before it, so it is kept whenever the step before it was on time; and nobody ever has less time for a
step than the house gives everybody. Why so: docs/decisions/0030_calls_with_own_dates.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from suggestbox.core.clock import local_date
from suggestbox.core.database import db
from suggestbox.core.errors import Invalid
from suggestbox.core.language import full_date
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.core.settings import rule
from suggestbox.ideas.models import Idea
from suggestbox.people.book import Directory
from suggestbox.people.calendar import WorkCalendar
from suggestbox.steps.models import Step

from . import settings as _settings  # noqa: F401 -- declares the rule asked for below
from .models import Call

FARTHEST_DAYS = 366
"""So many days after its last day a call is answered at the latest."""

DATE_OF_STEP = {
    "triage": "triage_on", "team_answer": "triage_on",
    "review": "review_on", "reconsider": "review_on", "end_review": "review_on",
    "decide": "decide_on", "vote": "decide_on",
}
"""Which of the dates holds for a step. Small duties between (a missing reviewer, a second person) keep the house's days."""

OWN = tuple(dict.fromkeys(DATE_OF_STEP.values()))
"""The dates that hold for steps."""


@dataclass(frozen=True)
class Plan:
    """The own dates of a call; None where the house's days count."""

    triage_on: date | None = None
    review_on: date | None = None
    decide_on: date | None = None
    results_due_on: date | None = None

    @property
    def days(self) -> dict[str, date]:
        """{name: date} of those that are set, in their order."""
        return {name: on for name in NAMES if (on := getattr(self, name)) is not None}


NAMES = tuple(field.name for field in fields(Plan))


def plan_of(call: Call) -> Plan:
    """Give the own dates of a call."""
    return Plan(*(getattr(call, name) for name in NAMES))


def earliest(plan: Plan, ends_on: date, calendar: WorkCalendar) -> Plan:
    """Give the earliest day each date may have, counted from the one before it; the last day of the call is the first."""
    triage = calendar.add_working_days(ends_on, rule("workflow.triage_days"))
    review = calendar.add_working_days(plan.triage_on or triage, rule("workflow.review_days"))
    reading = rule("workflow.discuss_days") + rule("workflow.decide_days")
    decide = calendar.add_working_days(plan.review_on or review, reading)
    results = calendar.add_working_days(plan.decide_on or decide, 1)
    return Plan(triage, review, decide, results)


def check_plan(plan: Plan, ends_on: date, calendar: WorkCalendar) -> None:
    """Refuse dates that leave less time than the house gives everybody.

    Raises  Invalid with a sentence at each date: too early, no working day, more than a year away
    """
    far = [name for name, on in plan.days.items() if (on - ends_on).days > FARTHEST_DAYS]
    if far:  # nothing is counted from there on: no calendar goes that far
        raise Invalid(fields=dict.fromkeys(far, _("This is more than a year after the last day of the call.")))
    least, wrong = earliest(plan, ends_on, calendar), {}
    for name, on in plan.days.items():
        first: date = getattr(least, name)
        if on < first:
            wrong[name] = _("This is too early. With the days the house gives for it, %(date)s is the first possible.",
                            date=full_date(first))
        elif not calendar.is_working_day(on):
            wrong[name] = _("This is not a working day.")
    if wrong:
        raise Invalid(fields=wrong)


def pushed(plan: Plan, ends_on: date, calendar: WorkCalendar) -> Plan:
    """Give the plan when a call goes on until another day: dates that would come too early move, the others stay."""
    for name in plan.days:
        plan = replace(plan, **{name: max(getattr(plan, name), getattr(earliest(plan, ends_on, calendar), name))})
    return plan


# -- steps -----------------------------------------------------------------------------------------------------------


def call_of(call_id: int | None) -> Call | None:
    """Give the call an idea answers, or None; read once per transaction."""
    if call_id is None:
        return None
    session = db.session()
    transaction: Any
    kept: dict[int, Call | None]
    transaction, kept = session.info.get("calls") or (None, {})
    if transaction is None or transaction is not session.get_transaction():
        kept = {}
    if call_id not in kept:
        kept[call_id] = session.get(Call, call_id)
        session.info["calls"] = (session.get_transaction(), kept)
    return kept[call_id]


def due_of(
    kind: str, call: Call | None, ordinary: date, calendar: WorkCalendar, meetings: Iterable[date] | None = None
) -> date:
    """Give the due date of a step of an idea handed in to a call: the call's date, never earlier than the house's days.

    Takes   ordinary: the date by the house's days; calendar: the owner's working days
            meetings: where a body decides, the days it meets; then its last meeting up to the call's date counts
    """
    own: date | None = getattr(call, DATE_OF_STEP[kind]) if call is not None and kind in DATE_OF_STEP else None
    if own is not None and meetings is not None:
        own = max((day for day in meetings if day <= own), default=None)
    elif own is not None:
        own = calendar.add_working_days(own, 0)
    return max(ordinary, own) if own is not None else ordinary


# -- results ---------------------------------------------------------------------------------------------------------


def results_due(call: Call, book: Directory) -> date:
    """Give the day until which those who took part are to hear what came of the call: its own, or by the house's days."""
    if call.results_due_on is not None:
        return call.results_due_on
    plan, calendar = plan_of(call), book.calendar_of(call.sponsor_id)
    decided = plan.decide_on or earliest(plan, call.ends_on, calendar).decide_on or call.ends_on
    return calendar.add_working_days(decided, rule("calls.results_days"))


def results_late(call: Call, book: Directory) -> bool:
    """Say whether that day has passed, and nobody told the results."""
    return call.published_at is not None and call.results_at is None and results_due(call, book) < book.today


# -- the line of stations --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Station:
    """A date of a call as it is drawn: state "done", "now" (the next to come), "ahead", "late"."""

    name: str
    words: str
    on: date
    state: str


WORDS = {
    "starts_on": _l("First day"), "ends_on": _l("Last day for ideas"), "triage_on": _l("First look by"),
    "review_on": _l("Assessed by"), "decide_on": _l("Decided by"), "results": _l("Results by"),
}


def stations(call: Call, book: Directory) -> list[Station]:
    """Give the dates of a call in their order, the next to come marked; those it has, and its results: when they
    are due, and once they are told, when that was.

    A date that has passed while something due by it still waits is late, not done. One statement at most.
    """
    ended_on = local_date(call.ended_at, book.zone_of(call.sponsor_id)) if call.ended_at else call.ends_on
    days = {"starts_on": call.starts_on, "ends_on": ended_on, **plan_of(call).days}
    days.pop("results_due_on", None)
    passed = any(on < book.today for name, on in days.items() if name in OWN)
    waits = _still_waiting(call, book.today) if passed else set()
    over = {name for name, on in days.items() if on < book.today}
    if call.ended_at:
        over |= {"starts_on", "ends_on"}
    elif call.published_at is not None and call.starts_on <= book.today:
        over.add("starts_on")
    days["results"] = results_due(call, book)
    if call.results_at is not None:
        days["results"] = local_date(call.results_at, book.zone_of(call.sponsor_id))
        over.add("results")
    found: list[Station] = []
    waiting = True
    for name, on in days.items():
        late = name in waits or (name not in over and on < book.today)
        state = "late" if late else "done" if name in over else "now" if waiting else "ahead"
        waiting = waiting and state in ("done", "late")
        told = name == "results" and call.results_at is not None
        found.append(Station(name, _("Results") if told else str(WORDS[name]), on, state))
    return found


def _still_waiting(call: Call, today: date) -> set[str]:
    """The dates by which something should have been done that is still open and overdue."""
    query = sa.select(Step.kind).distinct().join(Idea, Idea.id == Step.idea_id).where(
        Idea.call_id == call.id, Step.done_at.is_(None), Step.round == 1, Step.kind.in_(tuple(DATE_OF_STEP)),
        Step.due_on < today)
    return {DATE_OF_STEP[kind] for kind in db.session.scalars(query)}
