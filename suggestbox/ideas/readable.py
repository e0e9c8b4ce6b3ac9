"""Which of some ideas a person may read: the same answer as `policy.visible_to`, asked the cheap way first.

Letters and digests ask for thousands of readers a day. Making the whole sieve for each takes far longer than running
it, and most often a plain look is enough: everybody may read the idea, or it is about the reader's own part or step.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.people.directory import Directory
from suggestbox.steps.models import Step

from .models import Idea, Submitter
from .policy import state_of, visible_to

_IDS: Any = sa.bindparam("ids", expanding=True)
_PERSON: Any = sa.bindparam("person_id")

_ROWS = sa.select(
    Idea.id, Idea.number, Idea.title, Idea.stage, Idea.outcome, Idea.shown_at, Idea.visibility
).where(Idea.id.in_(_IDS))

_MY_PART = sa.exists().where(
    Submitter.idea_id == Idea.id, Submitter.id.in_(sa.bindparam("parts", expanding=True)),
    Submitter.state.in_(("accepted", "invited")),
)
_MY_STEP = sa.exists().where(Step.idea_id == Idea.id, Step.done_at.is_(None), Step.owner_id == _PERSON)
_HANDED_OVER = sa.func.coalesce(Idea.outcome, "") == "handed_over"

_MINE = sa.select(Idea.id).where(
    Idea.id.in_(_IDS), Idea.stage != "draft",
    sa.or_(_MY_PART, sa.and_(~_HANDED_OVER, _MY_STEP), sa.and_(_HANDED_OVER, Idea.office_id == _PERSON)),
)


_ahead: ContextVar[dict[int, Any] | None] = ContextVar("ideas read ahead", default=None)


@contextmanager
def ideas_read_ahead(idea_ids: Iterable[int | None]) -> Iterator[None]:
    """Have `readable` take the rows of these ideas from one statement, while letters for many readers are written.

    Within one transaction, in which no idea is changed: nothing is known any more when it is left.
    """
    kept = _ahead.set(_read(sorted({idea_id for idea_id in idea_ids if idea_id})))
    try:
        yield
    finally:
        _ahead.reset(kept)


def _read(ids: list[int]) -> dict[int, Any]:
    return {row.id: row for row in db.session.execute(_ROWS, {"ids": ids})} if ids else {}


def readable(
    idea_ids: Iterable[int | None], person_id: int, book: Directory, parts: Iterable[int | None] = ()
) -> dict[int, Any]:
    """Give {idea id: id, number, title, stage, outcome} of those among the ideas that the person may read.

    Takes   parts: ids of submitters the person is known to be
    """
    ids = sorted({idea_id for idea_id in idea_ids if idea_id})
    ahead = _ahead.get()
    if ahead is not None and ahead.keys() >= set(ids):
        found = {idea_id: ahead[idea_id] for idea_id in ids}
    else:
        found = _read(ids)
    closer = [row.id for row in found.values() if state_of(row) != "open"]
    if closer:
        mine = {"ids": closer, "person_id": person_id, "parts": sorted({part for part in parts if part})}
        allowed = set(db.session.scalars(_MINE, mine))
        left = [idea_id for idea_id in closer if idea_id not in allowed]
        if left:
            allowed.update(db.session.scalars(sa.select(Idea.id).where(Idea.id.in_(left), visible_to(person_id, book))))
        found = {idea_id: row for idea_id, row in found.items() if idea_id not in closer or idea_id in allowed}
    return found
