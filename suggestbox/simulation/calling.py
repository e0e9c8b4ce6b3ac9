"""Calls for ideas: a few a year with dates, questions and reviewers of their own, moved, prolonged or ended, answered."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from suggestbox.calls.criteria import own_questions, remove_question, take_own
from suggestbox.calls.dates import NAMES, Plan, earliest, plan_of, results_due
from suggestbox.calls.models import Call
from suggestbox.calls.moving import move_dates
from suggestbox.calls.operations import draft_call, end_call, prolong_call, publish_call, tell_results
from suggestbox.calls.queries import calls_open_on, departments_of, state_of
from suggestbox.calls.reviewing import reviewers_of
from suggestbox.core.database import db
from suggestbox.ideas.models import Idea
from suggestbox.people.calendar import WorkCalendar

from .world import Event, World

A_YEAR, RUNS_DAYS, ASKED = 4, 28, 3
"""So many calls a year, each of so many days to so many departments."""

ANSWERS = 0.3
"""So many of the ideas that come while a call is open answer it."""

ROOM = 2
"""Working days its own dates leave beyond what the house asks for."""


def plan_calls(w: World) -> None:
    """Have the idea management call for ideas now and then."""
    count = max(1, round(A_YEAR * w.days / 365))
    for n in range(count):
        day = w.start + timedelta(days=6 + n * w.days // count)
        day -= timedelta(days=max(0, day.weekday() - 4))
        w.put(datetime.combine(day, time(8), UTC), "call", n)


def call(w: World, event: Event) -> None:
    """A call is written and published: to a few departments, most with dates of their own for all their steps."""
    (n,) = event.args
    dice = w.dice("call", n)
    asked = sorted(dice.sample(w.company.departments, min(ASKED, len(w.company.departments))))
    manager_id, sponsor_id = w.company.offices["idea_manager"][0], w.company.head_of[asked[0]]
    ends_on, calendar = w.today + timedelta(days=RUNS_DAYS), w.book.calendar_of(sponsor_id)
    experts = dice.sample(w.company.experts, 2)
    members = [p for p in (w.choose(dice, w.members(d), *experts) for d in asked) if p is not None]
    own_dates: dict[str, Any] = _own_dates(ends_on, calendar, NAMES[-1:] if n % 4 == 1 else NAMES).days
    row = draft_call(
        by_id=manager_id, now=w.now, book=w.book, question=f"Was hält uns im Alltag auf? ({n + 1})", background="",
        sponsor_id=sponsor_id, starts_on=w.today, ends_on=ends_on, department_ids=asked,
        reviewers=[*((p, "expert") for p in experts), *((p, "department") for p in members)],
        **own_dates,
    )
    if n % 2 == 0:
        take_own(row, by_id=manager_id, now=w.now)
        remove_question(row, own_questions(row)[-1].id, by_id=manager_id, now=w.now)
    publish_call(row, by_id=manager_id, now=w.now, book=w.book)
    w.note("call_published")
    what, after = (("move", RUNS_DAYS + 5), ("prolong", 20), ("", 0), ("end", 20))[n % 4]
    if what:
        w.put(w.now + timedelta(days=after), "call_changes", row.id, what)
    told_on = calendar.add_working_days(results_due(row, w.book), 18 if n % 4 == 2 else -2)
    w.put(datetime.combine(told_on, time(9), UTC), "call_results", row.id)


def _own_dates(ends_on: date, calendar: WorkCalendar, names: tuple[str, ...]) -> Plan:
    plan = Plan()
    for name in names:
        plan = replace(plan, **{name: calendar.add_working_days(getattr(earliest(plan, ends_on, calendar), name), ROOM)})
    return plan


def changes(w: World, event: Event) -> None:
    """Its dates move, it goes on for longer, or ends early: always with a reason."""
    call_id, what = event.args
    row, manager_id = db.session.get_one(Call, call_id), w.company.offices["idea_manager"][0]
    calendar = w.book.calendar_of(row.sponsor_id)
    if what == "move":
        days = {name: calendar.add_working_days(on, 6) for name, on in plan_of(row).days.items() if name != "triage_on"}
        move_dates(row, replace(plan_of(row), **days), reason="Es kamen viel mehr Ideen als erwartet.", by_id=manager_id,
                   now=w.now, book=w.book)
    elif what == "prolong":
        prolong_call(row, ends_on=row.ends_on + timedelta(days=10), reason="Die Ferien kamen dazwischen.", by_id=manager_id,
                     now=w.now, book=w.book)
    else:
        end_call(row, reason="Es ist genug da.", by_id=manager_id, now=w.now, book=w.book)
    w.note({"move": "call_moved", "prolong": "call_prolonged"}.get(what, "call_ended_early"))


def results(w: World, event: Event) -> None:
    """What came of it, mostly in time; once somebody needs to be reminded."""
    row = db.session.get_one(Call, event.args[0])
    due_on = results_due(row, w.book)
    if state_of(row, w.today) == "ended" and (w.today >= due_on or event.attempt == 0):
        tell_results(row, words="Drei Ideen werden umgesetzt, zwei erprobt.", by_id=row.sponsor_id, now=w.now, book=w.book)
        w.note("call_answered_late" if w.today > due_on else "call_answered")


def waits_for_its_date(idea: Idea, today: date) -> float:
    """Give how many days whoever decides waits: the ideas of a call are decided together, about the day it promised."""
    row = db.session.get(Call, idea.call_id) if idea.call_id and idea.round == 1 else None
    return (row.decide_on - today).days / 7 * 5 - 2 if row is not None and row.decide_on else 0


# -- ideas that answer one -------------------------------------------------------------------------------------------


def answered(w: World, dice: Random) -> tuple[int, int] | None:
    """Give (call, one of the departments it asks) when somebody there answers a call that is open; else None."""
    if dice.random() >= ANSWERS:
        return None
    open_calls = calls_open_on(w.today)
    if not open_calls:
        return None
    row = dice.choice(open_calls)
    return row.id, dice.choice(departments_of([row.id])[row.id])


def named_reviewers(idea: Idea, capacity: str) -> list[int]:
    """Give whom the call of an idea names in this capacity."""
    return [row.person_id for row in reviewers_of(idea.call_id) if row.capacity == capacity] if idea.call_id else []
