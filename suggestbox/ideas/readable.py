"""Which of some ideas a person may read: the same answer as `policy.visible_to`, asked the cheap way first.

Letters and digests ask for thousands of readers a day. Making the whole sieve for each takes far longer than running
it, and most often a plain look is enough: everybody may read the idea, or it is about the reader's own part or step.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.people.directory import Directory
from suggestbox.steps.models import Step

from .models import Idea, Submitter
from .parts import word, words
from .policy import READERS, Who, state_of, visible_in

_IDS: Any = sa.bindparam("ids", expanding=True)

_ROWS = sa.select(
    Idea.id, Idea.number, Idea.title, Idea.stage, Idea.outcome, Idea.shown_at, Idea.visibility, Idea.department_id,
    Idea.office_id,
).where(Idea.id.in_(_IDS))

_NEAR: Any = sa.union_all(
    sa.select(Submitter.idea_id, word("part"), Submitter.id)
    .where(Submitter.idea_id.in_(_IDS), Submitter.state.in_(words("accepted", "invited"))),
    sa.select(Step.idea_id, word("owner"), Step.owner_id).where(Step.idea_id.in_(_IDS), Step.done_at.is_(None)),
)

Near = dict[int, set[tuple[str, int | None]]]
"""{idea id: ("part", id of a submitter) and ("owner", id of a person with an open step)} of ideas not everybody reads."""


@dataclass(frozen=True)
class _Ahead:
    """What was read of ideas before anybody's letter asks for it."""

    rows: Mapping[int, Any]
    near: Near


_ahead: ContextVar[_Ahead | None] = ContextVar("ideas read ahead", default=None)


@contextmanager
def ideas_read_ahead(idea_ids: Iterable[int | None]) -> Iterator[None]:
    """Have `readable` take these ideas, and who is near to them, from two statements, while letters for many are written.

    Within one transaction, in which no idea is changed: nothing is known any more when it is left.
    """
    rows = _read(sorted({idea_id for idea_id in idea_ids if idea_id}))
    kept = _ahead.set(_Ahead(rows, _near(_not_for_everybody(rows))))
    try:
        yield
    finally:
        _ahead.reset(kept)


def _read(ids: list[int]) -> dict[int, Any]:
    return {row.id: row for row in db.session.execute(_ROWS, {"ids": ids})} if ids else {}


def _not_for_everybody(rows: Mapping[int, Any]) -> list[int]:
    return [idea_id for idea_id, row in rows.items() if state_of(row) != "open"]


def _near(ids: list[int]) -> Near:
    found: Near = {}
    for idea_id, what, near_id in db.session.execute(_NEAR, {"ids": ids}) if ids else ():
        found.setdefault(idea_id, set()).add((what, near_id))
    return found


def readable(
    idea_ids: Iterable[int | None], person_id: int, book: Directory, parts: Iterable[int | None] = ()
) -> dict[int, Any]:
    """Give {idea id: id, number, title, stage, outcome} of those among the ideas that the person may read.

    Takes   parts: ids of submitters the person is known to be
    """
    ids = sorted({idea_id for idea_id in idea_ids if idea_id})
    ahead = _ahead.get()
    if ahead is not None and ahead.rows.keys() >= set(ids):
        found = {idea_id: ahead.rows[idea_id] for idea_id in ids}
    else:
        ahead, found = None, _read(ids)
    closer = _not_for_everybody(found)
    if closer:
        near, mine = ahead.near if ahead is not None else _near(closer), {("part", part) for part in parts if part}
        left = [idea_id for idea_id in closer if not _is_near(found[idea_id], person_id, mine, near.get(idea_id, set()))
                and not _is_in_their_care(found[idea_id], person_id, book)]
        if left:
            unseen = set(left) - _sieved([found[idea_id] for idea_id in left], person_id, book)
            found = {idea_id: row for idea_id, row in found.items() if idea_id not in unseen}
    return found


def _sieved(rows: list[Any], person_id: int, book: Directory) -> set[int]:
    """The ids of those the person reads, asked of the database. One statement for each state there is among them."""
    found: set[int] = set()
    for state in sorted({state_of(row) for row in rows}):
        ids = [row.id for row in rows if state_of(row) == state]
        found.update(db.session.scalars(sa.select(Idea.id).where(Idea.id.in_(ids), visible_in(state, person_id, book))))
    return found


def _is_near(idea: Any, person_id: int, mine: set[tuple[str, int]], near: set[tuple[str, int | None]]) -> bool:
    """Say whether the person reads the idea for a part, an open step, or what was handed over to them."""
    if idea.stage == "draft":
        return False
    if not mine.isdisjoint(near):
        return True
    return bool(idea.office_id == person_id) if idea.outcome == "handed_over" else ("owner", person_id) in near


def _is_in_their_care(idea: Any, person_id: int, book: Directory) -> bool:
    """Say whether the person reads the idea for a role of theirs that reaches it."""
    readers, who = READERS[state_of(idea)], Who(person_id, book)
    if "idea_manager" in readers and book.has_role(person_id, "idea_manager", any_=True):
        return True
    departments = who.reach("coordinator") if "coordinator" in readers else set()
    return departments is None or idea.department_id in departments
