"""Proves that no declined idea is forgotten and nobody who said it first goes without a credit. Part of the self-check."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.ideas.models import ADOPTING, OPEN_STAGES, Idea
from suggestbox.priority.models import Credit, Likeness, Protection
from suggestbox.reviews.models import Decision
from suggestbox.steps.models import Step

A_NIGHT = timedelta(days=1)
"""The step of a second look opens by the clock: long before its day, and never later than the day after."""


def forgotten(today: date) -> Iterator[tuple[int, str]]:
    """Give (idea id, short key of what is wrong). Four statements.

    Keys: unprotected (declined and closed, without protection), unseen (its day has come, and nobody looks at it),
    uncompared (somebody is to compare it, and nobody has to), uncredited (found in a later idea that came to a yes in time)
    """
    closed = (Idea.stage == "closed", Idea.outcome == "declined")
    standing = sa.exists().where(
        Protection.idea_id == Idea.id, Protection.round == Idea.round, Protection.ended_at.is_(None)
    )
    for idea_id in db.session.scalars(sa.select(Idea.id).where(*closed, ~standing)):
        yield idea_id, "unprotected"
    due = sa.select(Idea.id).join(Protection).where(
        *closed, Protection.ended_at.is_(None), Protection.look_on <= today - A_NIGHT, ~_open(Idea.id, "second_look"))
    for idea_id in db.session.scalars(due):
        yield idea_id, "unseen"
    waits = sa.or_(Idea.stage.in_(OPEN_STAGES), sa.and_(Idea.stage == "closed", Idea.outcome.in_(ADOPTING)))
    alike = sa.select(Idea.id).join(Likeness, Likeness.idea_id == Idea.id).where(
        Likeness.answer == "", waits, sa.func.coalesce(Idea.outcome, "") != "handed_over",
        ~_open(Idea.id, "compare_earlier", Step.subject_id == Likeness.id))
    for idea_id in db.session.scalars(alike):
        yield idea_id, "uncompared"
    yield from _uncredited()


def _open(idea_id: Any, kind: str, *further: Any) -> sa.ColumnElement[bool]:
    return sa.exists().where(Step.idea_id == idea_id, Step.kind == kind, Step.done_at.is_(None), *further)


def _uncredited() -> Iterator[tuple[int, str]]:
    credited = sa.exists().where(Credit.idea_id == Likeness.earlier_id, Credit.later_id == Likeness.idea_id)
    query = (
        sa.select(Likeness.earlier_id, Decision.released_at, Protection.until)
        .join(Decision, Decision.idea_id == Likeness.idea_id).join(Idea, Idea.id == Likeness.idea_id)
        .join(Protection, Protection.idea_id == Likeness.earlier_id)
        .where(Likeness.answer.in_(("same", "partly")), Decision.outcome.in_(ADOPTING), Decision.released_at.is_not(None),
               Decision.revoked_at.is_(None), sa.func.coalesce(Idea.outcome, "") != "handed_over", Idea.stage != "withdrawn",
               sa.or_(Protection.ended_at.is_(None), Protection.ended_at > Decision.released_at), ~credited)
    )
    for earlier_id, released_at, until in db.session.execute(query):
        if released_at is not None and released_at.date() < until:  # on the very day it is a matter of the clock on the wall
            yield earlier_id, "uncredited"
