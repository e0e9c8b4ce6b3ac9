"""What became of the ideas of a call, as far as the reader may know: in numbers, and idea by idea."""

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.ideas.models import ADOPTING, Idea
from suggestbox.ideas.policy import handed_in_and_visible_to, reads_outcome
from suggestbox.people.book import Directory

from .models import Call

FATES = ("adopted", "declined", "otherwise", "under_way")
"""Answered with yes, with no, in another way (parked, planned already, handed in before), not answered yet."""

LISTED = 60


@dataclass
class Fates:
    """How many ideas there are of each fate, and the ideas that were answered: number, title, outcome."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FATES, 0))
    answered: list[Any] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def more(self) -> bool:
        return self.total - self.counts["under_way"] > len(self.answered)


def fate_of(outcome: str | None) -> str:
    """Give the fate of an idea with this outcome; None for one the reader knows no outcome of."""
    if not outcome:
        return "under_way"
    return "adopted" if outcome in ADOPTING else "declined" if outcome == "declined" else "otherwise"


def fates_of(call: Call, person_id: int, book: Directory) -> Fates:
    """Give what became of the ideas handed in to a call that the reader may see. Two statements."""
    reads = reads_outcome(person_id, book)
    known = sa.case((reads, Idea.outcome), else_=None)
    seen = (Idea.call_id == call.id, Idea.stage != "withdrawn", handed_in_and_visible_to(person_id, book))
    fates = Fates()
    # The outcome is a column of its own first: a database would not know again a condition that names people.
    each = sa.select(known.label("outcome")).where(*seen).subquery()
    for outcome, count in db.session.execute(sa.select(each.c.outcome, sa.func.count()).group_by(each.c.outcome)):
        fates.counts[fate_of(outcome)] += count
    first = sa.case((Idea.outcome.in_(ADOPTING), 0), (Idea.outcome == "declined", 2), else_=1)
    query = sa.select(Idea.number, Idea.title, Idea.outcome).where(*seen, reads)
    fates.answered = list(db.session.execute(query.order_by(first, Idea.closed_at.desc(), Idea.id.desc()).limit(LISTED)))
    return fates


def under_way(call: Call, person_id: int, book: Directory, most: int) -> list[Idea]:
    """Give the ideas of a call that are not answered yet, as far as the reader may know, the newest first."""
    query = sa.select(Idea).where(
        Idea.call_id == call.id, Idea.stage != "withdrawn", handed_in_and_visible_to(person_id, book),
        sa.not_(reads_outcome(person_id, book)),
    )
    return list(db.session.scalars(query.order_by(Idea.submitted_at.desc(), Idea.id.desc()).limit(most)))


def ideas_to_read(call_ids: list[int], person_id: int, book: Directory) -> dict[int, int]:
    """Give {call id: how many of its ideas the reader may see}. One statement."""
    query = (
        sa.select(Idea.call_id, sa.func.count())
        .where(Idea.call_id.in_(call_ids), Idea.stage != "withdrawn", handed_in_and_visible_to(person_id, book))
        .group_by(Idea.call_id)
    )
    counted = db.session.execute(query) if call_ids else ()
    return {call_id: count for call_id, count in counted if call_id is not None}
