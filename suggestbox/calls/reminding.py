"""Until the results of a call are told, its sponsor is reminded by the days of the ladder, later the idea management too.

A call is no idea, so no next step stands for it; the days are the ones every step has (`reminders.*` of the rules).
"""

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.settings import rule
from suggestbox.mail.operations import tell_waiting
from suggestbox.people.book import Directory
from suggestbox.people.calendar import WorkCalendar

from .dates import results_due
from .models import Call
from .queries import state_of

NEVER = -1
"""As a number of days: the rung is switched off."""

NOBODY_WAITS = timedelta(days=366)
"""A year after the day that was promised. Calls from before the house knew of results are not asked about for ever."""


def unanswered_calls(today: date) -> list[Call]:
    """Give the published calls that are over and whose results nobody told, the oldest first."""
    query = sa.select(Call).where(Call.published_at.is_not(None), Call.results_at.is_(None)).order_by(Call.ends_on, Call.id)
    return [call for call in db.session.scalars(query) if state_of(call, today) == "ended"]


def rung_of(due_on: date, calendar: WorkCalendar, today: date) -> str:
    """Give the latest rung that has come: nothing, heads_up, due, idea_manager, or again1, again2, ..."""
    heads_up, due, manager = (int(rule(f"reminders.{name}_days")) for name in ("heads_up", "due", "idea_manager"))
    last = calendar.add_working_days(due_on, manager)
    every = int(rule("reminders.again_days"))
    if today >= last + timedelta(days=every):
        return f"again{(today - last).days // every}"
    if today >= last:
        return "idea_manager"
    if today >= calendar.add_working_days(due_on, due):
        return "due"
    if heads_up != NEVER and today >= calendar.add_working_days(due_on, -heads_up):
        return "heads_up"
    return ""


def who_answers(call: Call, book: Directory) -> int | None:
    """Give who tells the results: the sponsor, whoever drafted the call, or the idea management; the first who is here."""
    wanted = [call.sponsor_id, call.created_by_id, *book.holders("idea_manager", None)]
    return next((person_id for person_id in wanted if book.is_here(person_id)), None)


def remind_of_results(*, now: datetime, book: Directory) -> int:
    """Remind whoever owes results of a call by today's rung, once each; give how many calls wait. Flushes, never commits."""
    waiting = unanswered_calls(book.today)
    rows = []
    for call in waiting:
        due_on = results_due(call, book)
        if book.today > due_on + NOBODY_WAITS:
            continue
        rung = rung_of(due_on, book.calendar_of(call.sponsor_id), book.today)
        if not rung:
            continue
        people = [who_answers(call, book)]
        if rung not in ("heads_up", "due"):
            people += book.holders("idea_manager", None)[:1]
        rows += [
            {"key": f"calls.results_due:{call.id}:{due_on.isoformat()}:{rung}:p{person_id}", "person_id": person_id,
             "facts": {"call_id": call.id, "due_on": due_on.isoformat()}}
            for person_id in dict.fromkeys(people) if person_id is not None
        ]
    tell_waiting("calls.results_due", rows, now=now)
    return len(waiting)
