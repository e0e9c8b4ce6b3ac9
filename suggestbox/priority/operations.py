"""Protecting declined ideas, looking at them again, and crediting them when they are done after all. Flush, never commit."""

from datetime import date, datetime

from suggestbox.core.clock import months_later
from suggestbox.core.database import db, touch
from suggestbox.core.errors import Refused
from suggestbox.core.language import gettext as _
from suggestbox.ideas.models import Idea
from suggestbox.journal import operations as journal
from suggestbox.mail.operations import tell

from . import due, queries
from .models import Credit, Likeness, Protection, SecondLook


def protect(idea: Idea, *, today: date, months: int, look_months: int) -> Protection:
    """Note that a declined idea stays first; one that was closed in this round before keeps its dates.

    A second decline never shortens what was promised at the first.
    """
    row = queries.protection_of(idea.id)
    if row is not None and row.round == idea.round and row.ended_at is None:
        return row
    until = months_later(today, months)
    if row is None:
        row = Protection(idea_id=idea.id, round=idea.round, since=today, until=until)
        db.session.add(row)
    elif row.ended_at is None:
        row.until = max(row.until, until)
    else:
        row.since, row.until, row.ended_at = today, until, None
    row.round, row.look_reason = idea.round, "planned"
    row.look_on = due.next_look(row, today, look_months)
    db.session.flush()
    return row


def end_protection(idea: Idea, now: datetime) -> None:
    """Note that nothing has to be kept for the idea any more: it came to another end, or was taken back."""
    row = queries.protection_of(idea.id)
    if row is not None and row.ended_at is None:
        row.ended_at, row.look_on = now, None
        db.session.flush()


def note_look(idea: Idea, protection: Protection, answer: str, words: str, *, by_id: int, now: datetime, today: date,
              look_months: int) -> SecondLook:
    """Note what somebody found who looked at a declined idea again; where it stands, the next look is planned."""
    look = SecondLook(idea_id=idea.id, round=idea.round, by_id=by_id, at=now, answer=answer, words=words)
    db.session.add(look)
    protection.look_on = due.next_look(protection, today, look_months) if answer == "stands" else None
    protection.look_reason = "planned" if protection.look_on else ""
    db.session.flush()
    return look


def look_sooner(protection: Protection, on: date) -> None:
    """Look at a declined idea again sooner: somebody else has said the same. The idea is settled before the commit."""
    if protection.look_on is None or on < protection.look_on:
        protection.look_on, protection.look_reason = on, "said_again"
        db.session.flush()
    touch(protection.idea_id)


def answer_likeness(likeness: Likeness, answer: str, *, percent: int, words: str, by_id: int, now: datetime) -> None:
    """Note whether a later idea is the earlier one.

    Raises  Refused when somebody has said so already
    """
    if likeness.answer:
        raise Refused(_("Somebody has compared the two already."), reason="compared_already")
    likeness.answer, likeness.answered_at, likeness.answered_by_id = answer, now, by_id
    likeness.percent, likeness.words = percent, words
    db.session.flush()


def credit(earlier: Idea, *, now: datetime, later: Idea | None = None, percent: int = 100, words: str = "",
           by_id: int | None = None) -> Credit:
    """Credit a declined idea: its submitters are told at once, its steps follow when it is settled. Flushes.

    Takes   later: the idea that came to a yes; None where the house simply did it, with words saying what
            by_id: who says so; None when it followed by itself
    """
    row = Credit(idea_id=earlier.id, later_id=later.id if later else None, at=now, by_id=by_id, percent=percent, words=words)
    db.session.add(row)
    protection = queries.protection_of(earlier.id)
    if protection is not None and percent == 100:  # there is nothing left to look at again
        protection.look_on, protection.look_reason = None, ""
    db.session.flush()
    if by_id is None:
        journal.write("credited", now=now, role="house", idea_id=earlier.id, audience="all", credit_id=row.id)
    touch(earlier.id)
    for part in earlier.submitters:
        if part.state == "accepted":
            tell("priority.credit", f"priority.credit:{row.id}:s{part.id}", now=now, submitter=part, idea_id=earlier.id,
                 credit_id=row.id)
    return row
