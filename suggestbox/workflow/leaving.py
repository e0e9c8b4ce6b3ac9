"""Somebody leaves: what they still have to do, who gets it by the rules, and bringing to rest what they left behind."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import selectinload

from suggestbox.core.database import db
from suggestbox.ideas.models import Idea, Submitter
from suggestbox.ideas.policy import visible_to
from suggestbox.people.directory import Directory
from suggestbox.steps.models import Step
from suggestbox.steps.queries import NOBODY_ELSE, REVIEWER_KINDS

from . import owners
from .belongings import ReadAhead
from .case import Case
from .operations import settle
from .wanted import wanted

AT_ONCE_AT_MOST = 40
"""Steps one page hands over; the next ones follow when these are done."""

TALKS = ("offer_talk", "hold_talk", "write_closing")


def _owned(person_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return Step.owner_id == person_id, Step.done_at.is_(None)


def owned_steps(person_id: int, reader_id: int, book: Directory) -> list[tuple[Step, Idea]]:
    """Give the open steps somebody owns, with their ideas, as far as the reader may read those; the most urgent first."""
    query = (
        sa.select(Step, Idea).join(Idea, Idea.id == Step.idea_id)
        .where(*_owned(person_id), Step.kind.not_in(NOBODY_ELSE), visible_to(reader_id, book))
        .order_by(Step.due_on, Step.id).limit(AT_ONCE_AT_MOST)
        .options(selectinload(Idea.submitters).selectinload(Submitter.identity))
    )
    return [(step, idea) for step, idea in db.session.execute(query)]


@dataclass(frozen=True)
class Heir:
    """Who gets a step by the rules when its owner leaves. `how` is "same" when they do the very step, else what they do."""

    person_id: int | None
    how: str  # same, find_reviewers, find_host, others_vote, nobody


def without(book: Directory, person_id: int) -> Directory:
    """Give the directory as it will be when this person does not work here any more."""
    gone = {person_id: replace(brief, active=False)} if (brief := book.person(person_id)) else {}
    return replace(book, people={**book.people, **gone}, _kept={})


def heirs(rows: Sequence[tuple[Step, Idea]], later: Directory, now: datetime) -> dict[int, Heir]:
    """Give {step id: who gets it}. A fixed number of statements, however many there are.

    Takes   later: the directory without the person who leaves
    """
    zone = current_app.config["HEADQUARTERS_ZONE"]
    ideas = {idea.id: idea for _step, idea in rows}
    ahead = ReadAhead(ideas.values())
    cases = {i: Case(idea, actor_id=None, now=now, zone=zone, ahead=ahead) for i, idea in ideas.items()}
    must: dict[int, dict[tuple[str, int], int | None]] = {}
    for idea_id, case in cases.items():
        case.__dict__["book"] = later
        must[idea_id] = {(want.kind, want.subject_id): want.owner_id for want in wanted(case)}
    return {step.id: _heir(cases[idea.id], step, must[idea.id]) for step, idea in rows}


def _heir(case: Case, step: Step, must: dict[tuple[str, int], int | None]) -> Heir:
    if step.kind == "vote":
        return Heir(None, "others_vote")
    if step.kind in REVIEWER_KINDS:
        return Heir(owners.coordinator(case, "find_reviewers"), "find_reviewers")
    if step.kind in TALKS:
        return Heir(owners.idea_manager(case, "find_host"), "find_host")
    owner_id = must.get((step.kind, step.subject_id))
    return Heir(owner_id, "same" if owner_id else "nobody")


def ideas_of_owner(person_id: int) -> list[int]:
    """Give the ids of the ideas in which somebody owns an open step."""
    return sorted(set(db.session.scalars(sa.select(Step.idea_id).where(*_owned(person_id)))))


def ideas_left_behind(book: Directory) -> list[int]:
    """Give the ids of ideas in which somebody who does not work here any more owns an open step."""
    query = sa.select(Step.idea_id, Step.owner_id).where(Step.done_at.is_(None), Step.owner_id.is_not(None))
    return sorted({idea_id for idea_id, owner_id in db.session.execute(query) if not book.is_here(owner_id)})


def settle_idea(idea_id: int, *, now: datetime) -> None:
    """Bring one idea to rest, so that its steps are with people who work here. Inside `work()`."""
    idea = db.session.get(Idea, idea_id, with_for_update=True)
    if idea is not None:
        settle(idea, now=now)
