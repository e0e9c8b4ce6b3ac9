"""What belongs to an idea, read with statements that are put together once: that takes longer than running them."""

import operator
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache, cached_property, reduce
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from suggestbox.awards.models import Award
from suggestbox.conversations.groups import read_seats
from suggestbox.conversations.models import (
    Appointment,
    Confirmation,
    Objection,
    Offer,
    Party,
    Promise,
    TalkGroupMember,
)
from suggestbox.core.database import db
from suggestbox.ideas.models import Concern, Idea, Question, Submitter, SubmitterIdentity
from suggestbox.measures.models import Measure, MeasureFigure
from suggestbox.priority.models import Credit, Likeness, Protection
from suggestbox.reviews.models import Assignment, Correction, Decision, DuplicateProposal, Flag, Panelist, Score, Vote
from suggestbox.steps.models import Step, StepOverride
from suggestbox.stories.models import Story, StoryPerson

IDEA: Any = sa.bindparam("idea_id")
ROUND: Any = sa.bindparam("round")


def _all_of(model: Any, *conditions: Any) -> sa.Select[Any]:
    return sa.select(model).where(model.idea_id == IDEA, *conditions).order_by(model.id)


ONCE_ASKED = ("triage", "team_answer", "law_date", "agree_group")
"""Of these it counts that there was one before: its date goes on, or nobody is asked twice."""

OF_USE = sa.or_(Step.done_at.is_(None), Step.outcome == "rests", Step.kind.in_(ONCE_ASKED))

ASSIGNMENTS = _all_of(Assignment)
AWARDS = _all_of(Award)
CONCERNS = sa.select(Concern.department_id).where(Concern.idea_id == IDEA)
CONFIRMATIONS = sa.select(Confirmation).join(Party, Party.id == Confirmation.party_id).where(
    Party.idea_id == IDEA, Party.round == ROUND
)
CORRECTIONS = _all_of(Correction, Correction.answered_at.is_(None))
CREDITS = _all_of(Credit)
DECISIONS = _all_of(Decision)
DUPLICATES = _all_of(DuplicateProposal, DuplicateProposal.answered_at.is_(None))
FIGURES = sa.select(MeasureFigure).join(Measure, Measure.id == MeasureFigure.measure_id).where(
    Measure.idea_id == IDEA
).order_by(MeasureFigure.id)
FLAGS = _all_of(Flag, Flag.settled_at.is_(None))
LIKENESSES = _all_of(Likeness)
MEASURES = _all_of(Measure)
MEMBERS = sa.select(TalkGroupMember).join(Party, Party.id == TalkGroupMember.party_id).where(
    Party.idea_id == IDEA, Party.round == ROUND
).order_by(TalkGroupMember.group_id, TalkGroupMember.party_id)
OBJECTIONS = _all_of(Objection)
OVERRIDES = sa.select(StepOverride.kind, StepOverride.person_id).where(
    StepOverride.idea_id == IDEA, StepOverride.round == ROUND
)
PANEL = sa.select(Panelist.person_id).where(Panelist.idea_id == IDEA, Panelist.round == ROUND)
PARTIES = _all_of(Party)
PROMISES = _all_of(Promise)
PROTECTION = sa.select(Protection).where(Protection.idea_id == IDEA)
QUESTIONS = _all_of(Question)
STEPS = _all_of(Step, OF_USE)
"""Every open step, and of the others those that are asked for again: most are over and done with."""
STORIES = _all_of(Story)
STORY_PEOPLE = sa.select(StoryPerson).join(Story, Story.id == StoryPerson.story_id).where(
    Story.idea_id == IDEA
).order_by(StoryPerson.id)
VOTERS = sa.select(Step.owner_id).where(
    Step.idea_id == IDEA, Step.round == ROUND, Step.kind == "vote", Step.owner_id.is_not(None)
).order_by(Step.id)
"""Who had to vote, open or done."""
VOTES = _all_of(Vote, Vote.round == ROUND)

_TABLES = (Assignment, Award, Concern, Correction, Credit, Decision, DuplicateProposal, Flag, Likeness, Measure,
           Objection, Panelist, Party, Promise, Protection, Question, StepOverride, Story, Vote)

_THERE: dict[str, Any] = {model.__tablename__: sa.exists().where(model.idea_id == Idea.id) for model in _TABLES} | {
    "talk_group_member": sa.exists().where(TalkGroupMember.party_id == Party.id, Party.idea_id == Idea.id),
    "others_protected": sa.exists().where(Protection.idea_id != Idea.id, Protection.ended_at.is_(None)),
    "credits_others": sa.exists().where(Credit.later_id == Idea.id),
}
_NAMES: Any = reduce(  # one text instead of a column each: those take longer to fetch than to find
    operator.add, (sa.case((there, sa.literal_column(f"'{name} '", sa.String)), else_=sa.literal_column("''", sa.String))
                   for name, there in _THERE.items()))
_WHICH: Any = sa.select(_NAMES).where(Idea.id == IDEA)


@cache
def _as_kinds(names: str) -> frozenset[str]:
    return frozenset(names.split())


def rows_of(idea: Idea, statement: sa.Select[Any]) -> sa.Result[Any]:
    """Give what a statement of this file finds for an idea in its current round."""
    session = db.session()
    if session.autoflush and _something_waits(session):
        session.flush()
    with session.no_autoflush:  # anything else is written with the rest of the move
        return session.execute(statement, {"idea_id": idea.id, "round": idea.round})


def values_of(idea: Idea, statement: sa.Select[Any]) -> list[Any]:
    """Give the first column of what a statement of this file finds, read once per transaction.

    A move looks at the same rows as whoever asks for it, and as the settling after it. What is added, deleted, or
    changed so that a statement would find something else, is read again.
    """
    session = db.session()
    if session.autoflush and _something_waits(session):
        session.flush()  # as a statement would
    found: list[Any] | None = _kept(session).get((idea.id, idea.round), {}).get(statement)
    if found is None:
        found = list(rows_of(idea, statement).scalars())
        _kept(session).setdefault((idea.id, idea.round), {})[statement] = found
    return list(found)


def kinds_of(idea: Idea) -> frozenset[str]:
    """Give the names of the tables that hold anything at all of an idea: most of them hold nothing."""
    session = db.session()
    if session.autoflush and _something_waits(session):
        session.flush()
    found: frozenset[str] | None = _kept(session).get((idea.id, idea.round), {}).get(_WHICH)
    if found is None:
        found = _as_kinds(session.connection().execute(_WHICH, {"idea_id": idea.id}).scalar() or "")
        _kept(session).setdefault((idea.id, idea.round), {})[_WHICH] = found
    return found


def _kept(session: Session) -> dict[tuple[int, int], dict[Any, Any]]:
    """{(idea, round): {statement: what it found}} of this transaction."""
    transaction = session.get_transaction()
    kept = session.info.get("belongings")
    if kept is None or kept[0] is not transaction or transaction is None:
        session.info["belongings"] = kept = (transaction, {})
    found: dict[tuple[int, int], dict[Any, Any]] = kept[1]
    return found


_FINDS: dict[type, Any] = {
    Assignment: ASSIGNMENTS, Award: AWARDS, Concern: CONCERNS, Confirmation: CONFIRMATIONS, Correction: CORRECTIONS,
    Credit: CREDITS, Likeness: LIKENESSES, Protection: PROTECTION,
    Decision: DECISIONS, DuplicateProposal: DUPLICATES, Flag: FLAGS, Measure: MEASURES,
    MeasureFigure: FIGURES, Objection: OBJECTIONS,
    StepOverride: OVERRIDES, Panelist: PANEL, Party: PARTIES, Promise: PROMISES, Question: QUESTIONS, Step: STEPS,
    Story: STORIES, StoryPerson: STORY_PEOPLE, TalkGroupMember: MEMBERS, Vote: VOTES,
}
_CLOSES = (Correction, DuplicateProposal, Flag, StepOverride)
"""What a change can take out of what its statement finds."""

_ROWS = (Assignment, Award, Decision, Measure, Objection, Party, Promise, Question, Step, Story)
"""Of these every row of the idea is found, in the order of their ids: a new one comes at the end."""


def _something_waits(session: Session) -> bool:
    """Whether what is not written yet changes what is found; any other change is seen on the row itself."""
    return (bool(session.deleted) or any(type(row) in _FINDS for row in session.new)
            or any(isinstance(row, _CLOSES) for row in session.dirty))


def note_opened(idea: Idea, steps: list[Step]) -> None:
    """Note new steps of an idea that went into the database without a flush: they are found from now on."""
    for (idea_id, _round), found in _kept(db.session()).items():
        if idea_id == idea.id and STEPS in found:
            found[STEPS].extend(steps)


@event.listens_for(Session, "after_flush")
def _keep_up(session: Session, _context: Any) -> None:
    kept = session.info.get("belongings")
    if not kept or not kept[1]:
        return
    new = sorted((row for row in session.new if isinstance(row, _ROWS)), key=lambda row: row.id)
    gone = {type(row) for row in session.deleted} | {type(row) for row in session.dirty if isinstance(row, _CLOSES)}
    other = {type(row) for row in session.new if not isinstance(row, _ROWS)}
    stale = [_FINDS[model] for model in gone | other if model in _FINDS]
    tables = {model.__tablename__ for model in other if model in _FINDS}
    for (idea_id, _round), found in kept[1].items():
        for row in new:
            if row.idea_id == idea_id and _FINDS[type(row)] in found:
                found[_FINDS[type(row)]].append(row)
        if _WHICH in found:
            found[_WHICH] |= {row.__tablename__ for row in new if row.idea_id == idea_id and not isinstance(row, Step)}
        for statement in stale:
            found.pop(statement, None)
        if not tables <= found.get(_WHICH, tables):
            del found[_WHICH]


@event.listens_for(Session, "after_commit")
@event.listens_for(Session, "after_soft_rollback")
def _forget_all(session: Session, _transaction: Any = None) -> None:
    """What was kept is good for one transaction; kept for longer, every later commit would have to expire it again."""
    session.info.pop("belongings", None)


# -- of many ideas at once -------------------------------------------------------------------------------------------

IDEAS: Any = sa.bindparam("ideas", expanding=True)


def _of_many(model: Any, *conditions: Any) -> sa.Select[Any]:
    return sa.select(model.idea_id, model).where(model.idea_id.in_(IDEAS), *conditions).order_by(model.id)


_MANY: dict[Any, Any] = {
    ASSIGNMENTS: _of_many(Assignment),
    AWARDS: _of_many(Award),
    CONCERNS: sa.select(Concern.idea_id, Concern.department_id).where(Concern.idea_id.in_(IDEAS)),
    CONFIRMATIONS: sa.select(Party.idea_id, Confirmation, Party.round).join(Party, Party.id == Confirmation.party_id)
    .where(Party.idea_id.in_(IDEAS)),
    CORRECTIONS: _of_many(Correction, Correction.answered_at.is_(None)),
    CREDITS: _of_many(Credit),
    DECISIONS: _of_many(Decision),
    DUPLICATES: _of_many(DuplicateProposal, DuplicateProposal.answered_at.is_(None)),
    FLAGS: _of_many(Flag, Flag.settled_at.is_(None)),
    FIGURES: sa.select(Measure.idea_id, MeasureFigure).join(Measure, Measure.id == MeasureFigure.measure_id)
    .where(Measure.idea_id.in_(IDEAS)).order_by(MeasureFigure.id),
    LIKENESSES: _of_many(Likeness),
    MEASURES: _of_many(Measure),
    MEMBERS: sa.select(Party.idea_id, TalkGroupMember, Party.round)
    .join(Party, Party.id == TalkGroupMember.party_id).where(Party.idea_id.in_(IDEAS))
    .order_by(TalkGroupMember.group_id, TalkGroupMember.party_id),
    OBJECTIONS: _of_many(Objection),
    OVERRIDES: sa.select(StepOverride.idea_id, StepOverride, StepOverride.round).where(StepOverride.idea_id.in_(IDEAS)),
    PANEL: sa.select(Panelist.idea_id, Panelist.person_id, Panelist.round).where(Panelist.idea_id.in_(IDEAS)),
    PARTIES: _of_many(Party),
    PROMISES: _of_many(Promise),
    PROTECTION: sa.select(Protection.idea_id, Protection).where(Protection.idea_id.in_(IDEAS)),
    QUESTIONS: _of_many(Question),
    STEPS: _of_many(Step, OF_USE),
    STORIES: _of_many(Story),
    STORY_PEOPLE: sa.select(Story.idea_id, StoryPerson).join(Story, Story.id == StoryPerson.story_id)
    .where(Story.idea_id.in_(IDEAS)).order_by(StoryPerson.id),
    VOTES: sa.select(Vote.idea_id, Vote, Vote.round).where(Vote.idea_id.in_(IDEAS)).order_by(Vote.id),
}
"""The same for many ideas: idea, row, and the round where only the current one counts."""

_KIND: dict[Any, str] = {_FINDS[model]: model.__tablename__ for model in _TABLES} | {
    CONFIRMATIONS: "party", FIGURES: "measure", MEMBERS: "talk_group_member", STORY_PEOPLE: "story"}
"""The kind by which a case asks for what a statement finds, see `Case.read`."""

_WHICH_OF_MANY: Any = sa.select(Idea.id, _NAMES).where(Idea.id.in_(IDEAS))

def _is_weighed(idea: Idea) -> bool:
    return idea.released_at is None or idea.stage in ("in_review", "waiting", "deciding")


def _is_talked_about(idea: Idea) -> bool:
    return idea.stage == "conversation"


_PARTS: dict[Any, tuple[tuple[str, str, Callable[[Idea], bool], Any], ...]] = {
    ASSIGNMENTS: (("scores", "assignment_id", _is_weighed, sa.select(Score)
                   .join(Assignment, Assignment.id == Score.assignment_id)
                   .where(Assignment.idea_id.in_(IDEAS)).order_by(Score.criterion_id)),),
    PARTIES: (("offers", "party_id", _is_talked_about, sa.select(Offer).join(Party, Party.id == Offer.party_id)
               .where(Party.idea_id.in_(IDEAS)).order_by(Offer.id)),
              ("appointments", "party_id", _is_talked_about, sa.select(Appointment)
               .join(Party, Party.id == Appointment.party_id)
               .where(Party.idea_id.in_(IDEAS)).order_by(Appointment.id))),
}
"""What hangs on the rows of a statement: {statement: (attribute, the column that leads back, of which ideas it is
read ahead, how it is read)}: of others hardly anybody asks for it, and then it is read for one row."""


class ReadAhead:
    """What belongs to many ideas, each table read once, when it is first asked for. Good until something changes."""

    def __init__(self, ideas: Iterable[Idea]):
        self._ideas = list(ideas)
        self._rounds = {idea.id: idea.round for idea in self._ideas}
        self._found: dict[Any, dict[int, list[Any]]] = {}

    @cached_property
    def kinds(self) -> dict[int, frozenset[str]]:
        """{idea: the tables that hold anything of it}: the others are not asked."""
        rows = db.session().connection().execute(_WHICH_OF_MANY, {"ideas": list(self._rounds)})
        return {idea_id: _as_kinds(names) for idea_id, names in rows}

    def rows_of(self, idea: Idea, statement: Any) -> list[Any]:
        """Give what a statement of this file finds for the idea, as single values."""
        if statement not in self._found:
            self._found[statement] = self._read(statement)
        return self._found[statement].get(idea.id, [])

    def _read(self, statement: Any) -> dict[int, list[Any]]:
        kind = _KIND.get(statement)
        found: dict[int, list[Any]] = defaultdict(list)
        ids = [i for i in self._rounds if kind is None or kind in self.kinds[i]]
        if not ids:
            return found
        for row in db.session.execute(_MANY[statement], {"ideas": ids}):
            if len(row) == 2 or row[2] == self._rounds[row[0]]:
                found[row[0]].append(row[1])
        if statement is MEMBERS:
            read_seats(member.group_id for rows in found.values() for member in rows if member.ended_at is None)
        for name, back, asked, parts in _PARTS.get(statement, ()):
            of: dict[int, list[Any]] = defaultdict(list)
            among = [idea.id for idea in self._ideas if idea.id in found and asked(idea)]
            for part in db.session.scalars(parts, {"ideas": among}) if among else ():
                of[getattr(part, back)].append(part)
            for row in (row for idea_id in among for row in found[idea_id]):
                if name not in row.__dict__:
                    set_committed_value(row, name, of[row.id])
        return found


# -- of ideas that are about to be moved -----------------------------------------------------------------------------

_TOGETHER: Any = sa.select(Idea).where(Idea.id.in_(IDEAS))
_SUBMITTERS: Any = (
    sa.select(Submitter, SubmitterIdentity).outerjoin(SubmitterIdentity, SubmitterIdentity.submitter_id == Submitter.id)
    .where(Submitter.idea_id.in_(IDEAS)).order_by(Submitter.position)
)


def read_submitters(ideas: Iterable[Idea]) -> None:
    """Read who handed in several ideas, and who is behind confidential ones. One statement, none where all are known."""
    unread = {idea.id: idea for idea in ideas if "submitters" not in idea.__dict__}
    if not unread:
        return
    parts: dict[int, list[Submitter]] = defaultdict(list)
    for part, identity in db.session.execute(_SUBMITTERS, {"ideas": list(unread)}):
        parts[part.idea_id].append(part)
        if "identity" not in part.__dict__:
            set_committed_value(part, "identity", identity)
    for idea in unread.values():
        set_committed_value(idea, "submitters", parts[idea.id])


def read_together(idea_ids: Iterable[int]) -> list[Idea]:
    """Read several ideas that are about to be moved one after the other in this `work()`, with what belongs to them.

    What `values_of` and `kinds_of` would ask of each is asked of all at once. Only on SQLite, where nobody else writes
    meanwhile: elsewhere each is read when it is held.

    Gives   the ideas, to be kept until they are moved: the session forgets what nobody holds
    """
    session, ids = db.session(), sorted(set(idea_ids))
    if not ids or session.get_bind().dialect.name != "sqlite":
        return []
    ideas = {idea.id: idea for idea in session.scalars(_TOGETHER, {"ideas": ids})}
    read_submitters(ideas.values())
    ahead, kept = ReadAhead(ideas.values()), _kept(session)
    for idea in ideas.values():
        found = kept.setdefault((idea.id, idea.round), {})
        found[_WHICH] = ahead.kinds[idea.id]
        for statement in (STEPS, *(s for s, kind in _KIND.items() if kind in ahead.kinds[idea.id] and s is not OVERRIDES)):
            found[statement] = ahead.rows_of(idea, statement)
    return list(ideas.values())
