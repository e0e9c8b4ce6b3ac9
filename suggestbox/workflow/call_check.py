"""Proves what calls for ideas promise: their dates hold for open steps, and all their ideas are measured alike."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from suggestbox.calls.dates import DATE_OF_STEP
from suggestbox.calls.models import Call
from suggestbox.core.database import db
from suggestbox.core.language import gettext as _
from suggestbox.ideas.models import Idea
from suggestbox.people.directory import Directory
from suggestbox.reviews.models import Assignment
from suggestbox.steps.models import Step

from .check import Finding, also


def broken_calls(_book: Directory) -> Iterator[Finding]:
    """Give what breaks a promise of a call. Two statements.

    A body decides at a meeting, which may lie before the date of the call; its steps are left out.
    """
    own = sa.case(*((Step.kind == kind, getattr(Call, name)) for kind, name in DATE_OF_STEP.items()))
    early: Any = sa.select(Idea.number).distinct().join(Step, Step.idea_id == Idea.id).join(Call, Call.id == Idea.call_id)
    early = early.where(Step.done_at.is_(None), Step.round == 1, Step.body_id.is_(None), Step.due_on < own)
    for number in db.session.scalars(early.order_by(Idea.number)):
        yield Finding("no_black_hole", number or "", _("A next step is due before the date its call for ideas gives it."))
    other: Any = sa.select(Idea.number).distinct().join(Assignment, Assignment.idea_id == Idea.id)
    other = other.join(Call, Call.id == Idea.call_id).where(
        Call.criteria_set.is_not(None), Assignment.criteria_set != Call.criteria_set)
    for number in db.session.scalars(other.order_by(Idea.number)):
        text = _("Its reviewers were asked other questions than those of its call.")
        yield Finding("never_one_person", number or "", text)


def register_check() -> None:
    """Have the self-check prove it."""
    also(broken_calls)
