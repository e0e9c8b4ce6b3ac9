"""Who has to do what: of one idea, and of one person."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from suggestbox.core.database import db
from suggestbox.people.acting import acting_owner, covers
from suggestbox.people.directory import Directory

from .models import Step

REVIEWER_KINDS = ("review", "reconsider", "short_check", "vote")
"""Never done by a deputy: somebody's own judgement is asked, so the step is reassigned instead."""

NOBODY_ELSE = ("agree_story",)
"""Said by this very person or not at all: nobody stands in, and nobody gives it to somebody else."""

OUT_OF_LINE = ("decide", "vote", "sit_on_panel", "offer_talk", "propose_award", "grant_award", "confirm_benefit")
"""Never done by somebody who reports to a submitter, nor by a deputy who does."""


@dataclass(frozen=True)
class Acting:
    """Who acts on a step today. `may_do` is False for an admin, who may only reassign it."""

    person_id: int | None
    may_do: bool


def acting_on(step: Step, book: Directory, excluded: Iterable[int]) -> Acting:
    """Give who acts on the step today; `excluded` are people who may not (submitters, conflicts)."""
    if step.submitter_id is not None:
        return Acting(None, False)
    if step.kind in NOBODY_ELSE:
        return Acting(step.owner_id, True)
    person_id, may_do = acting_owner(
        book,
        owner_id=step.owner_id,
        role=step.role,
        department_id=step.department_id,
        excluded=frozenset(excluded),
        kind_is_review=step.kind in REVIEWER_KINDS,
    )
    return Acting(person_id, may_do)


def open_steps(idea_id: int) -> list[Step]:
    """Give the open steps of an idea, the most urgent first."""
    query = sa.select(Step).where(Step.idea_id == idea_id, Step.done_at.is_(None)).order_by(Step.due_on, Step.id)
    return list(db.session.scalars(query))


def absent_colleagues(person_id: int, book: Directory) -> frozenset[int]:
    """Give who owns an open step, cannot act today, and might be stood in for by this person."""
    others = covers(book, person_id)
    return absent_owners(book) & others if others else frozenset()


def mine(person_id: int, others: Iterable[int], submitter_ids: sa.ScalarSelect[int]) -> sa.ColumnElement[bool]:
    """Give the condition for steps that are, or may today be, this person's: own ones and those stood in for.

    Takes   others: as `absent_colleagues` gives them
    """
    # Searches of their own: a database that is asked for either of two columns reads all open steps.
    searches = [sa.select(Step.id).where(Step.done_at.is_(None), Step.owner_id == person_id),
                sa.select(Step.id).where(Step.done_at.is_(None), Step.submitter_id.in_(submitter_ids))]
    if others:
        stood_in = (Step.owner_id.in_(sorted(others)), Step.kind.not_in(REVIEWER_KINDS))
        searches.append(sa.select(Step.id).where(Step.done_at.is_(None), *stood_in))
    return Step.id.in_(sa.union_all(*searches))


_OPEN_OWNERS: Any = sa.select(Step.owner_id).where(Step.done_at.is_(None), Step.owner_id.is_not(None)).distinct()


def absent_owners(book: Directory) -> frozenset[int]:
    """Give who owns an open step and cannot act today: few, however many left over the years. Read once per transaction."""
    session = db.session()
    kept = session.info.get("open_owners")
    if kept is None or kept[0] is not session.get_transaction():
        owners = frozenset(session.scalars(_OPEN_OWNERS))
        session.info["open_owners"] = kept = (session.get_transaction(), owners)
    found: frozenset[int] = kept[1] & book.away
    return found


@event.listens_for(Session, "after_flush")
def _forget_owners(session: Session, _context: Any) -> None:
    if any(isinstance(row, Step) for row in (*session.new, *session.dirty, *session.deleted)):
        forget_owners(session)


def forget_owners(session: Session) -> None:
    """Have `absent_owners` ask again: a step was opened or ended."""
    session.info.pop("open_owners", None)


def is_mine(step: Step, person_id: int, book: Directory, excluded: Iterable[int]) -> bool:
    """Say whether a step found by `mine` is this person's today."""
    if step.submitter_id is not None or step.owner_id == person_id:
        return True
    return acting_on(step, book, excluded).person_id == person_id


_HAS_WORK = sa.select(sa.exists().where(Step.owner_id == sa.bindparam("person_id"), Step.done_at.is_(None)))


def count_owned(person_id: int) -> int:
    """Give how many open steps somebody owns as a handler."""
    query = sa.select(sa.func.count()).select_from(Step).where(Step.owner_id == person_id, Step.done_at.is_(None))
    return db.session.scalar(query) or 0


def has_work(person_id: int) -> bool:
    """Say whether somebody owns an open step as a handler, whatever roles they hold."""
    return bool(db.session.scalar(_HAS_WORK, {"person_id": person_id}))
