"""Ideas as figures count them: handed in, decided, closed, answered, implemented; few statements, plain rows."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from suggestbox.core.clock import local_date
from suggestbox.core.database import db
from suggestbox.ideas.models import MERIT_OUTCOMES, Idea, Submitter, SubmitterIdentity
from suggestbox.journal.models import Entry
from suggestbox.measures.models import Measure
from suggestbox.reviews.models import Decision

from .facts_people import bounds, chunks

ANSWERS = ("assign", "ask", "team_does_it", "have_it_examined", "hand_over", "pass_on_fault", "offer_talk",
           "record_talk", "write_closing")
"""Moves by which a person answers the submitters for the first time."""


@dataclass(slots=True)
class IdeaFact:
    """One idea: when it was handed in (a day of headquarters), where it counts, and who handed it in.

    `submitters` holds (person, department of hand-in), the first submitter first: confidential ones too, as people to
    be counted and never to be named.
    """

    id: int
    on: date
    way: str
    area: str
    department_id: int | None  # the one that decides
    submitters: list[tuple[int, int | None]] = field(default_factory=list)

    @property
    def people(self) -> set[int]:
        return {person_id for person_id, _department in self.submitters}


@dataclass(frozen=True, slots=True)
class Decided:
    """The decisions on merit of an idea up to a moment: days of headquarters."""

    idea_id: int
    first_on: date
    first_short: bool
    last_on: date
    last_short: bool
    outcome: str  # of the last one


_COLUMNS: Any = (
    Idea.id, Idea.submitted_at, Idea.way, Idea.area, Idea.department_id, Submitter.department_id,
    sa.func.coalesce(Submitter.person_id, SubmitterIdentity.person_id),
)
_IDEAS: Any = (
    sa.select(*_COLUMNS)
    .outerjoin(Submitter, sa.and_(Submitter.idea_id == Idea.id, Submitter.state == "accepted"))
    .outerjoin(SubmitterIdentity, SubmitterIdentity.submitter_id == Submitter.id)
    .where(Idea.submitted_at.is_not(None))
)


def _gather(query: Any, zone: str, found: dict[int, IdeaFact]) -> None:
    rows = db.session.execute(query.order_by(Idea.submitted_at, Idea.id, Submitter.position, Submitter.id))
    for idea_id, submitted_at, way, area, department_id, own_department_id, person_id in rows:
        fact = found.get(idea_id)
        if fact is None:
            fact = found[idea_id] = IdeaFact(idea_id, local_date(submitted_at, zone), way, area, department_id)
        if person_id is not None:
            fact.submitters.append((person_id, own_department_id))


def handed_in(since: date, until: date, zone: str) -> dict[int, IdeaFact]:
    """Give the ideas handed in between two days of headquarters, the earliest first. One statement."""
    first, end = bounds(since, until, zone)
    found: dict[int, IdeaFact] = {}
    _gather(_IDEAS.where(Idea.submitted_at >= first, Idea.submitted_at < end), zone, found)
    return found


def ideas_by_id(ids: Iterable[int], zone: str) -> dict[int, IdeaFact]:
    """Give ideas, whenever they were handed in."""
    found: dict[int, IdeaFact] = {}
    for portion in chunks(ids):
        _gather(_IDEAS.where(Idea.id.in_(portion)), zone, found)
    return found


def count_withdrawn(since: date, until: date, zone: str) -> int:
    """Give how many ideas were taken back between two days."""
    first, end = bounds(since, until, zone)
    query = sa.select(sa.func.count()).select_from(Idea).where(Idea.withdrawn_at >= first, Idea.withdrawn_at < end)
    return db.session.scalar(query) or 0


def decided(since: date, until: date, zone: str) -> list[Decided]:
    """Give every idea with a decision on merit between two days, with its first and its last one up to the second day."""
    first, end = bounds(since, until, zone)
    standing = sa.and_(
        Decision.kind.in_(("merit", "short")), Decision.outcome.in_(MERIT_OUTCOMES), Decision.decided_at < end,
        sa.or_(Decision.revoked_at.is_(None), Decision.revoked_at >= end),
    )
    inside = sa.select(Decision.idea_id).where(standing, Decision.decided_at >= first)
    rows = db.session.execute(
        sa.select(Decision.idea_id, Decision.decided_at, Decision.kind, Decision.outcome)
        .where(standing, Decision.idea_id.in_(inside))
        .order_by(Decision.idea_id, Decision.decided_at, Decision.id)
    )
    of_idea: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        of_idea[row.idea_id].append(row)
    return [
        Decided(idea_id, local_date(own[0].decided_at, zone), own[0].kind == "short",
                local_date(own[-1].decided_at, zone), own[-1].kind == "short", own[-1].outcome)
        for idea_id, own in of_idea.items()
    ]


def closed(since: date, until: date, zone: str) -> list[int]:
    """Give the ideas closed between two days and not reopened since."""
    first, end = bounds(since, until, zone)
    return list(db.session.scalars(
        sa.select(Idea.id).where(Idea.stage == "closed", Idea.closed_at >= first, Idea.closed_at < end).order_by(Idea.id)
    ))


def first_answers(since: date, until: date, zone: str) -> dict[int, date]:
    """Give {idea: day of its first answer by a person} for those that got it between two days. One statement."""
    first, end = bounds(since, until, zone)
    by_people = sa.and_(Entry.kind.in_(ANSWERS), Entry.role == "person", Entry.idea_id.is_not(None))
    inside = sa.select(Entry.idea_id).where(by_people, Entry.at >= first, Entry.at < end)
    rows = db.session.execute(
        sa.select(Entry.idea_id, sa.func.min(Entry.at)).where(by_people, Entry.idea_id.in_(inside))
        .group_by(Entry.idea_id).having(sa.func.min(Entry.at) >= first).order_by(Entry.idea_id)
    )
    return {idea_id: local_date(at, zone) for idea_id, at in rows if idea_id is not None}


def implemented_on(until: date, zone: str) -> dict[int, date]:
    """Give {idea: day on which the last of its measures was done}, as it stood at the end of a day. One statement.

    Only where a measure is done and none is open then; those given up by then do not count.
    """
    _, end = bounds(until, until, zone)
    query = sa.select(Measure.idea_id, Measure.done_on).where(
        Measure.created_at < end, sa.or_(Measure.abandoned_at.is_(None), Measure.abandoned_at >= end),
    )
    measures: dict[int, list[date | None]] = defaultdict(list)
    for idea_id, done_on in db.session.execute(query):
        measures[idea_id].append(done_on)
    found = {}
    for idea_id, days in measures.items():
        done = [day for day in days if day is not None and day <= until]
        if len(done) == len(days):
            found[idea_id] = max(done)
    return found
