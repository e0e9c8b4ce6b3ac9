"""Who said it first, on the page of an idea: what is kept for a declined one, and whom an adopted one owes a name."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.modules import is_on
from suggestbox.ideas import policy
from suggestbox.ideas.models import Idea
from suggestbox.people.directory import Directory
from suggestbox.people.policy import Somebody

from . import queries
from .due import wants_answer
from .lists import known_to
from .models import Credit, Likeness, Protection, SecondLook


@dataclass
class CreditLine:
    """That it is done after all: as which idea (None where the reader may not know), how much of it, in which words."""

    at: datetime
    percent: int
    words: str
    other: Any = None
    names: list[str] = field(default_factory=list)
    handed_in: datetime | None = None


@dataclass
class Panel:
    """What the page draws."""

    protection: Protection | None = None
    looks: list[tuple[SecondLook, str]] = field(default_factory=list)  # with who looked
    done_as: list[CreditLine] = field(default_factory=list)  # of a declined idea
    first: list[CreditLine] = field(default_factory=list)  # of an adopted one: whom it owes a name
    alike: list[tuple[Likeness, Any, str]] = field(default_factory=list)  # for its handlers: what it may be; who said so
    awards: bool = False  # whether the house knows any


KINDS = frozenset({"protection", "credit", "likeness", "credits_others"})
"""Names of `workflow.belongings.kinds_of`: without one of these there is nothing to draw, and nothing is asked."""


def panel_of(
    idea: Idea, me: Somebody, book: Directory, *, kinds: Collection[str], parts: frozenset[str], today: date,
) -> Panel | None:
    """Give what the reader sees of who said it first; None when that is nothing.

    Takes   kinds: what there is of the idea, see `KINDS`; parts: what the reader is for it
    """
    if me is None or not KINDS & set(kinds):
        return None
    found = Panel(awards=is_on("awards"))
    outcome = policy.may_read_outcome(idea, me, book, parts=parts)
    if outcome and "protection" in kinds:
        row = queries.protection_of(idea.id)
        if row is not None and row.ended_at is None and row.until >= today and idea.stage == "closed":
            found.protection = row
        found.looks = [(look, brief.polite if (brief := book.person(look.by_id)) else "")
                       for look in queries.looks_of(idea.id)]
    if outcome and "credit" in kinds:
        found.done_as = _done_as(queries.credits_of(idea.id), me.id, book)
    if outcome and "credits_others" in kinds:
        found.first = _first(queries.credits_by(idea.id), me, book)
    if "likeness" in kinds and policy.may_read_handlers_comments(idea, me, book, parts=parts):
        rows = [one for one in queries.likenesses_of(idea.id) if one.answer or wants_answer(one, idea.stage, idea.outcome)]
        known = known_to([one.earlier_id for one in rows], me.id, book, outcome=True)
        found.alike = [(one, known[one.earlier_id], brief.polite if (brief := book.person(one.answered_by_id)) else "")
                       for one in rows if one.earlier_id in known]
    there = found.protection or found.looks or found.done_as or found.first or found.alike
    return found if there else None


def _done_as(rows: list[Credit], person_id: int, book: Directory) -> list[CreditLine]:
    known = known_to([row.later_id for row in rows], person_id, book, outcome=True)
    return [CreditLine(row.at, row.percent, row.words, known.get(row.later_id or 0)) for row in rows]


def _first(rows: list[Credit], me: Any, book: Directory) -> list[CreditLine]:
    """Earlier ideas the reader may see, with the names they may know; what they may not see is not there."""
    known = known_to([row.idea_id for row in rows], me.id, book, outcome=False)
    ideas = {row.id: row for row in db.session.scalars(sa.select(Idea).where(Idea.id.in_(sorted(known))))} if known else {}
    found = []
    for row in rows:
        earlier = ideas.get(row.idea_id)
        if earlier is not None:
            names = [brief.name for brief in policy.named_submitters(earlier, me, book)]
            found.append(CreditLine(row.at, row.percent, "", known[row.idea_id], names, earlier.submitted_at))
    return found
