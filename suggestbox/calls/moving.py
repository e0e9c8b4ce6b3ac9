"""Moving the dates of a published call: later only, with a reason, and with every open step of its ideas. Flush only."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db, hold
from suggestbox.core.errors import Faults, Invalid, Refused
from suggestbox.core.language import gettext as _
from suggestbox.core.typed import typed_text
from suggestbox.ideas.models import Idea, Submitter
from suggestbox.ideas.parts import person_behind
from suggestbox.journal import operations as journal
from suggestbox.mail.operations import tell_waiting
from suggestbox.people.book import Directory
from suggestbox.steps.models import Step

from .dates import DATE_OF_STEP, NAMES, Plan, check_plan, due_of, plan_of, pushed, results_due
from .models import Call
from .queries import parts_in

REASON_LENGTH = 1000


def move_dates(
    call: Call, plan: Plan, *, reason: str, by_id: int, now: datetime, book: Directory, version: int | None = None
) -> None:
    """Move own dates of a published call to later days, with a reason everybody reads; open steps move along.

    None comes earlier: people have planned with them. One that was never set may be added: no step is due earlier by it.

    Raises  Stale, Refused (a draft, or answered already), Invalid
    """
    hold(call, version)
    if call.published_at is None:
        raise Refused(_("This call is still a draft: its dates are changed with it."), reason="draft")
    if call.results_at is not None:
        raise Refused(_("The results of this call are told; its dates are over."), reason="answered")
    before, faults = plan_of(call), Faults()
    with faults:
        reason = typed_text("reason", reason, REASON_LENGTH)
    if before.results_due_on is None and plan.results_due_on == results_due(call, book):
        plan = replace(plan, results_due_on=None)  # as it is anyway
    if plan == before:
        raise Invalid(_("No date was changed."))
    with faults:
        _check_later(before, plan, results_due(call, book), book.today)
    with faults:
        check_plan(plan, call.ends_on, book.calendar_of(call.sponsor_id))
    faults.tell()
    call.dates_reason = reason
    apply_plan(call, plan, reason=reason, by_id=by_id, now=now, book=book)


def _check_later(before: Plan, plan: Plan, results_on: date, today: date) -> None:
    wrong = {}
    for name in NAMES:
        old, new = getattr(before, name), getattr(plan, name)
        least = results_on if name == "results_due_on" else old
        if new is None:
            if old is not None:
                wrong[name] = _("Please give a date, like 2026-03-31.")
        elif least is not None and new < least:
            wrong[name] = _("People have planned with this date. It can only move to a later day.")
        elif new != old and new < today:
            wrong[name] = _("This day is over already.")
    if wrong:
        raise Invalid(fields=wrong)


def prolonged(call: Call, *, reason: str, by_id: int, now: datetime, book: Directory) -> None:
    """Move the dates behind a call's last day as far as the new last day needs it."""
    plan = pushed(plan_of(call), call.ends_on, book.calendar_of(call.sponsor_id))
    if plan != plan_of(call):
        apply_plan(call, plan, reason=reason, by_id=by_id, now=now, book=book)


def apply_plan(call: Call, plan: Plan, *, reason: str, by_id: int, now: datetime, book: Directory) -> None:
    """Write the dates down, move open steps of the call's ideas to them, and tell the submitters."""
    before = plan_of(call)
    for name in NAMES:
        setattr(call, name, getattr(plan, name))
    db.session.flush()
    changed: dict[str, Any] = {name: on.isoformat() for name, on in plan.days.items() if on != getattr(before, name)}
    journal.write("move_call_dates", now=now, actor_id=by_id, call_id=call.id, **changed)
    moved = _move_steps(call, reason, book)
    for idea in moved.values():
        journal.write("move_call_dates", now=now, actor_id=by_id, idea_id=idea.id, audience="submitters", call_id=call.id,
                      reason=reason)
    _tell(call, list(moved.values()), results="results_due_on" in changed, now=now, by_id=by_id)
    db.session.flush()


def _move_steps(call: Call, reason: str, book: Directory) -> dict[int, Idea]:
    """Move the steps of the first round that a date of the call holds for, resting ones too; give the ideas concerned.

    The two moves everybody has for a step of their own stay untouched: this was not the owner's doing.
    """
    rests: Any = sa.and_(Step.outcome == "rests", Idea.stage == "waiting")
    query = (
        sa.select(Step, Idea).join(Idea, Idea.id == Step.idea_id)
        .where(Idea.call_id == call.id, Step.round == 1, Step.kind.in_(tuple(DATE_OF_STEP)),
               sa.or_(Step.done_at.is_(None), rests))
        .order_by(Step.id)
    )
    moved: dict[int, Idea] = {}
    for step, idea in db.session.execute(query):
        due_on = moved_due(step, call, book)
        if due_on > step.due_on:
            step.due_on, step.due_reason = due_on, reason
            moved[idea.id] = idea
    return moved


def moved_due(step: Step, call: Call, book: Directory) -> date:
    """Give the date a standing step has by the call's dates as they are now; never earlier than it had."""
    meetings = book.meetings.get(step.body_id, []) if step.body_id else None
    return due_of(step.kind, call, step.due_on, book.calendar_of(step.owner_id), meetings)


def _tell(call: Call, ideas: list[Idea], *, results: bool, now: datetime, by_id: int) -> None:
    """Tell the submitters of ideas whose steps moved; where the day of the results moved, everybody else who took part."""
    told: set[int | None] = {by_id}
    rows: list[dict[str, Any]] = []
    key = f"calls.moved:{call.id}:{call.version}"
    parts: list[tuple[Submitter, int | None]] = [(part, idea.id) for idea in ideas for part in idea.submitters
                                                 if part.state == "accepted"]
    for part, idea_id in parts:
        if person_behind(part) == by_id:
            continue
        told.add(person_behind(part))
        rows.append({"key": f"{key}:s{part.id}", "submitter_id": part.id, "idea_id": idea_id,
                     "facts": {"call_id": call.id, "version": call.version}})
    if results:
        rows += [{"key": f"{key}:s{part.id}", "submitter_id": part.id, "facts": {"call_id": call.id}}
                 for part in parts_in(call.id) if person_behind(part) not in told]
    tell_waiting("calls.moved", rows, now=now)
