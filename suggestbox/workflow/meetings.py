"""What a body has before it at its next meeting, and what it decided."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.ideas.models import Idea
from suggestbox.ideas.parts import has_part
from suggestbox.people.directory import Directory
from suggestbox.reviews.models import Assignment, Decision, Vote
from suggestbox.steps.models import Step

from .words import outcome_word, recommendation_word

AT_MOST = 60
"""Ideas on one agenda."""


@dataclass
class Point:
    """One point of the agenda: an idea, what reviewers say, how many have voted."""

    idea: Idea
    due_on: date
    department: str
    said: list[tuple[str, str, str]]
    votes: dict[str, int]
    voters: int
    my_vote: str | None = None


@dataclass
class Minute:
    """One line of the minutes."""

    idea: Idea
    decision: Decision
    votes: dict[str, int]


def agenda_of(body_id: int, visible: sa.ColumnElement[bool], book: Directory, me_id: int) -> list[Point]:
    """Give what the body decides next, in the order of dates; four statements for any number of points.

    A member who handed an idea in, or still owes an assessment of it, reads neither assessments nor votes.
    """
    own = sa.or_(has_part(me_id, "accepted", "invited"), Idea.on_behalf_by_id == me_id)
    found = db.session.execute(
        sa.select(Idea, Step.due_on, sa.case((own, 1), else_=0)).join(Step, Step.idea_id == Idea.id)
        .where(Step.body_id == body_id, Step.kind == "decide", Step.done_at.is_(None), visible)
        .order_by(Step.due_on, Idea.id).limit(AT_MOST)
    ).all()
    rows = [(idea, due_on) for idea, due_on, _own in found]
    ids = [idea.id for idea, _due in rows]
    blind = {idea.id for idea, _due, is_own in found if is_own}
    said: dict[int, list[tuple[str, str, str]]] = {}
    query = sa.select(Assignment, Idea.round).join(Idea, Idea.id == Assignment.idea_id).where(
        Assignment.idea_id.in_(ids), Assignment.round == Idea.round
    ).order_by(Assignment.id)
    for a, _round in db.session.execute(query):
        if a.person_id == me_id and a.state in ("open", "conflict"):
            blind.add(a.idea_id)
        if a.state == "answered":
            department = book.department(a.department_id)
            said.setdefault(a.idea_id, []).append(
                (department.name if department else "", recommendation_word(a.recommendation), a.for_submitter))
    votes, my_votes = _votes_of(ids, me_id)
    asked = (
        sa.select(Step.idea_id, sa.func.count(sa.distinct(Step.owner_id)))
        .join(Idea, Idea.id == Step.idea_id)
        .where(Step.idea_id.in_(ids), Step.kind == "vote", Step.round == Idea.round).group_by(Step.idea_id)
    )
    voters = {row[0]: row[1] for row in db.session.execute(asked)}
    return [
        Point(idea, due_on, _department(book, idea), [], {}, 0) if idea.id in blind else
        Point(idea, due_on, _department(book, idea), said.get(idea.id, []), votes.get(idea.id, {}),
              voters.get(idea.id, 0), my_votes.get(idea.id))
        for idea, due_on in rows
    ]


def _department(book: Directory, idea: Idea) -> str:
    department = book.department(idea.department_id)
    return department.name if department else ""


def _votes_of(ids: list[int], me_id: int) -> tuple[dict[int, dict[str, int]], dict[int, str]]:
    votes: dict[int, dict[str, int]] = {}
    mine: dict[int, str] = {}
    query = sa.select(Vote).join(Idea, Idea.id == Vote.idea_id).where(
        Vote.idea_id.in_(ids), Vote.round == Idea.round).order_by(Vote.id)
    for vote in db.session.scalars(query):
        tally = votes.setdefault(vote.idea_id, {})
        word = outcome_word(vote.outcome)
        tally[word] = tally.get(word, 0) + 1
        if vote.person_id == me_id:
            mine[vote.idea_id] = word
    return votes, mine


def minutes_of(body_id: int, readable: sa.ColumnElement[bool], book: Directory, day: date) -> list[Minute]:
    """Give what the body decided in the thirty days up to `day`, the latest first.

    Takes   readable: on `Idea`, those whose outcome the reader may know
    """
    end = datetime.combine(day + timedelta(days=1), time(), UTC)
    rows = db.session.execute(
        sa.select(Idea, Decision).join(Decision, Decision.idea_id == Idea.id)
        .where(Decision.body_id == body_id, Decision.revoked_at.is_(None), Decision.decided_at < end,
               Decision.decided_at >= end - timedelta(days=31), readable)
        .order_by(Decision.decided_at.desc(), Decision.id.desc()).limit(AT_MOST)
    ).all()
    rounds = {idea.id: decision.round for idea, decision in rows}
    votes: dict[int, dict[str, int]] = {}
    query = sa.select(Vote.idea_id, Vote.round, Vote.outcome).where(Vote.idea_id.in_(list(rounds)))
    for idea_id, round_, outcome in db.session.execute(query):
        if rounds[idea_id] == round_:
            tally = votes.setdefault(idea_id, {})
            tally[outcome_word(outcome)] = tally.get(outcome_word(outcome), 0) + 1
    return [Minute(idea, decision, votes.get(idea.id, {})) for idea, decision in rows]
