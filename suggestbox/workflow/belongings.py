"""What belongs to an idea, read with statements that are put together once: that takes longer than running them."""

from typing import Any

import sqlalchemy as sa

from suggestbox.conversations.models import Confirmation, Objection, Party, Promise
from suggestbox.core.database import db
from suggestbox.ideas.models import Concern, Idea, Question
from suggestbox.reviews.models import Assignment, Correction, Decision, DuplicateProposal, Flag, Panelist, Vote
from suggestbox.steps.models import Step, StepOverride

IDEA: Any = sa.bindparam("idea_id")
ROUND: Any = sa.bindparam("round")


def _all_of(model: Any, *conditions: Any) -> sa.Select[Any]:
    return sa.select(model).where(model.idea_id == IDEA, *conditions).order_by(model.id)


ASSIGNMENTS = _all_of(Assignment)
CONCERNS = sa.select(Concern.department_id).where(Concern.idea_id == IDEA)
CONFIRMATIONS = sa.select(Confirmation).join(Party, Party.id == Confirmation.party_id).where(
    Party.idea_id == IDEA, Party.round == ROUND
)
CORRECTIONS = _all_of(Correction, Correction.answered_at.is_(None))
DECISIONS = _all_of(Decision)
DUPLICATES = _all_of(DuplicateProposal, DuplicateProposal.answered_at.is_(None))
FLAGS = _all_of(Flag, Flag.settled_at.is_(None))
OBJECTIONS = _all_of(Objection)
OVERRIDES = sa.select(StepOverride.kind, StepOverride.person_id).where(
    StepOverride.idea_id == IDEA, StepOverride.round == ROUND
)
PANEL = sa.select(Panelist.person_id).where(Panelist.idea_id == IDEA, Panelist.round == ROUND)
PARTIES = _all_of(Party)
PROMISES = _all_of(Promise)
QUESTIONS = _all_of(Question)
STEPS = _all_of(Step)
VOTES = _all_of(Vote, Vote.round == ROUND)

_WHICH: Any = sa.select(*(
    sa.exists().where(model.idea_id == IDEA).label(model.__tablename__)
    for model in (Assignment, Concern, Correction, Decision, DuplicateProposal, Flag, Objection, Panelist, Party, Promise,
                  Question, StepOverride, Vote)
))


def rows_of(idea: Idea, statement: sa.Select[Any]) -> sa.Result[Any]:
    """Give what a statement of this file finds for an idea in its current round."""
    return db.session.execute(statement, {"idea_id": idea.id, "round": idea.round})


def kinds_of(idea: Idea) -> frozenset[str]:
    """Give the names of the tables that hold anything at all of an idea: most of them hold nothing."""
    row = rows_of(idea, _WHICH).one()
    return frozenset(name for name, there in row._mapping.items() if there)
