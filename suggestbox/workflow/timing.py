"""Which open ideas time alone, or a change among people or rules, can have changed since they last came to rest.

Every move settles its idea in the same transaction, so what is left for the clock is little. `TIMED` and `by_time` follow
from the automatic rows of the table and from `wanted`: whatever there looks at the day looks at one of these. A test
runs the whole over ideas in all stages for forty days and finds nothing that this left out; every night all open ideas
are settled anyway.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app

from suggestbox.conversations.models import Party, TalkGroup, TalkGroupMember
from suggestbox.core.clock import local_date
from suggestbox.core.settings import declared, rule
from suggestbox.ideas.models import Idea
from suggestbox.people.directory import Directory, directory
from suggestbox.priority.queries import look_is_near
from suggestbox.steps.models import Step

from .concerned import concerned

TIMED = ("answer", "short_check", "pick_time", "agree_group", "confirm")
"""Steps whose passing by starts something: question_silent, short_silence, offer_unanswered; ask_once_more and close."""


_EXAMINED = sa.exists().where(
    Step.idea_id == Idea.id, Step.done_at.is_(None), Step.kind.in_(("review", "reconsider"))).correlate(Idea)
"""Somebody examines it, or looks at it again: the review is not complete, however many days pass."""


def by_time(today: date) -> sa.ColumnElement[bool]:
    """Give the condition on `Idea` for those that time alone may move today.

    Takes   today: on headquarters' clock, as `Case.today`
    """
    passed: Any = sa.select(Step.idea_id).where(
        Step.done_at.is_(None), Step.kind.in_(TIMED),
        sa.or_(Step.due_on < today, Step.first_due_on < today),  # a date may have moved on; what is asked is the first
    )
    asked = sa.select(Party.idea_id).join(TalkGroupMember, TalkGroupMember.party_id == Party.id).join(
        TalkGroup, TalkGroup.id == TalkGroupMember.group_id).where(TalkGroup.state == "asked", TalkGroup.answer_by < today)
    return sa.or_(
        Idea.id.in_(passed),
        Idea.id.in_(asked),  # group_set, group_ends: everybody may have answered, and then no step is open
        sa.and_(Idea.stage == "in_review", Idea.discuss_since.is_not(None), ~_EXAMINED),  # review_complete: a day to read
        sa.and_(Idea.stage == "closed", Idea.return_on <= today),  # come_back
        sa.and_(Idea.stage == "closed", look_is_near(today)),  # the step of a second look
    )


@dataclass(frozen=True, eq=False)
class Stand:
    """How people and rules stood when all ideas were at rest."""

    book: Directory
    rules: tuple[tuple[str, str], ...]


def people_and_rules(book: Directory) -> Stand:
    """Give how people and rules stand: when they change, ideas may need other steps.

    Absences and deputies are left out on purpose: steps stay their owner's, who acts is worked out when it is read. An
    offer that waited for an absent submitter is among the passed ones every time.
    """
    rules = tuple((s.name, str(rule(s.name))) for s in declared() if s.name.startswith(("workflow.", "reviews.")))
    return Stand(book, rules)


def only_by_time(now: datetime) -> tuple[sa.ColumnElement[bool] | None, Stand]:
    """Give the condition for `settle_all`, and how people and rules stand, for `note_settled` afterwards.

    The condition is what time may move, and what people concern who changed since this process last brought all ideas
    to rest; None (all of them) when rules or the structure changed since, and when it did not yet.
    """
    today = local_date(now, current_app.config["HEADQUARTERS_ZONE"])
    stands = people_and_rules(directory(today))
    last: Stand | None = current_app.extensions.get("settled_with")
    if last is None or last.rules != stands.rules:
        return None, stands
    if last.book is stands.book:
        return by_time(today), stands
    people = concerned(last.book, stands.book)
    return (None if people is None else sa.or_(by_time(today), people)), stands


def note_settled(stands: Stand) -> None:
    """Note that every idea was brought to rest with people and rules as they stood before the run."""
    current_app.extensions["settled_with"] = stands
