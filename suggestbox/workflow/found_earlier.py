"""What other moves do for whoever said it first: a decline is protected, a new idea compared with those declined before."""

from datetime import date

from suggestbox.core.database import db
from suggestbox.ideas.models import Idea
from suggestbox.priority import due, finding, operations, queries
from suggestbox.priority.models import Likeness, Protection
from suggestbox.reviews.models import DuplicateProposal

from .case import Case


def after_closing(case: Case) -> None:
    """Protect an idea that was declined, from the day it is closed; another ending needs no protection."""
    if case.idea.outcome == "declined":
        operations.protect(case.idea, today=case.today, months=case.rule("priority.protection_months"),
                           look_months=case.rule("priority.look_after_months"))
    elif case.earlier.protection is not None:
        operations.end_protection(case.idea, case.now)


def after_withdrawal(case: Case) -> None:
    """What its submitters took back themselves needs no protection any more."""
    if case.earlier.protection is not None:
        operations.end_protection(case.idea, case.now)


def protect_closed(idea: Idea, *, today: date, closed_on: date, months: int, look_months: int) -> Protection:
    """Protect an idea that was declined before the house knew of protection, from the day it was closed.

    It is looked at on the next day it would have been anyway: the looks of many years do not all come in one week.
    """
    row = operations.protect(idea, today=closed_on, months=months, look_months=look_months)
    looks = 1
    while row.look_on is not None and row.look_on < today:
        looks += 1
        row.look_on = due.next_look(row, closed_on, looks * look_months)
    db.session.flush()
    return row


def look_for_earlier(case: Case) -> None:
    """Look whether it is an idea that was declined before; whoever can tell is asked by a step."""
    if "others_protected" in case.kinds:
        finding.find_earlier(case.idea, today=case.today, now=case.now)


def said_again(case: Case, proposal: DuplicateProposal) -> None:
    """A declined idea that somebody else has handed in as well is looked at again soon."""
    protection = queries.protection_of(proposal.first_id)
    if not due.is_protected(protection, case.today):
        return
    assert protection is not None
    known = next((one for one in case.earlier.likenesses if one.earlier_id == proposal.first_id), None)
    if known is None:
        known = Likeness(idea_id=case.idea.id, earlier_id=proposal.first_id, found_at=case.now,
                         found_by_id=proposal.proposed_by_id)
        db.session.add(known)
    known.answer, known.answered_at, known.answered_by_id, known.percent = "same", case.now, case.actor_id, 100
    calendar = case.book.calendar_of(case.actor_id)
    operations.look_sooner(protection, calendar.add_working_days(case.today, due.SAID_AGAIN_DAYS))


def ask_again(case: Case, first_id: int) -> None:
    """What was taken for the same is an idea of its own after all: whether it is like the first is an open question."""
    for one in case.earlier.likenesses:
        if one.earlier_id == first_id and one.answer:
            one.answer, one.answered_at, one.answered_by_id, one.words, one.percent = "", None, None, "", 100
