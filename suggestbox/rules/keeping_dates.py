"""Saying that a date of the law was kept, and taking that back. Flush, never commit."""

from datetime import datetime

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.errors import NotFound, Refused
from suggestbox.core.language import gettext as _
from suggestbox.core.typed import typed_text
from suggestbox.ideas.models import Idea
from suggestbox.journal import operations as journal
from suggestbox.steps.models import Step

from .clocks import KEYS, clocks_of
from .models import ClockKept

LONGEST_WORDS = 1000


def keep_date(idea: Idea, key: str, *, words: str, by_id: int, now: datetime) -> ClockKept:
    """Say that a date was kept, and how: the step of it is done.

    Raises  NotFound when no such date applies, Refused when somebody said so before, Invalid without words
    """
    _must_apply(idea, key)
    words = typed_text("words", words, LONGEST_WORDS)
    if db.session.get(ClockKept, (idea.id, key)) is not None:
        raise Refused(_("Somebody has said so already."), reason="date_kept")
    row = ClockKept(idea_id=idea.id, clock=key, at=now, by_id=by_id, words=words)
    db.session.add(row)
    steps = sa.select(Step).where(Step.idea_id == idea.id, Step.kind == "law_date", Step.done_at.is_(None),
                                  Step.subject_id == KEYS.index(key) + 1)
    for step in db.session.scalars(steps):
        step.done_at, step.outcome, step.done_by_id = now, "done", by_id
    db.session.flush()
    journal.write("keep_law_date", now=now, actor_id=by_id, idea_id=idea.id, audience="handlers", clock=key)
    return row


def take_date_back(idea: Idea, key: str, *, by_id: int, now: datetime) -> None:
    """Say that it was not kept after all: it is somebody's next step again.

    Raises  NotFound when nobody had said so
    """
    _must_apply(idea, key)
    row = db.session.get(ClockKept, (idea.id, key))
    if row is None:
        raise NotFound(reason="date_not_kept")
    db.session.delete(row)
    db.session.flush()
    journal.write("take_law_date_back", now=now, actor_id=by_id, idea_id=idea.id, audience="handlers", clock=key)


def _must_apply(idea: Idea, key: str) -> None:
    if key not in {clock.key for clock in clocks_of(idea)}:
        raise NotFound(reason="no_such_date")
