"""Making a move, and keeping the next steps what they must be. The only writer of an idea's stage."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app

from suggestbox.conversations.groups import hold_groups
from suggestbox.conversations.models import SETTLED
from suggestbox.core.clock import local_date
from suggestbox.core.database import db, is_current, take_touched, touch
from suggestbox.core.errors import Denied, Refused, Stale
from suggestbox.ideas.models import OPEN_STAGES, Idea
from suggestbox.ideas.parts import part_of
from suggestbox.journal import operations as journal
from suggestbox.people.models import Person
from suggestbox.priority.basis import earlier_of
from suggestbox.priority.queries import look_is_near
from suggestbox.steps.models import Step
from suggestbox.steps.operations import open_steps

from .belongings import ReadAhead, note_opened, read_submitters
from .case import Case
from .table import AUTOMATIC_FROM, BACK, MOVES, STAY, WAITING, Move
from .tellings import tell_of, tell_of_steps
from .then_given import step_before
from .wanted import Wanted, wanted
from .words import NOT_ITS_TIME, reason_sentence

MAIN_KINDS = (
    "answer", "decide", "name_panel", "offer_talk", "pick_time", "agree_group", "hold_talk", "write_closing", "find_host",
    "confirm", "ask_once_more", "team_answer", "triage", "short_check", "review", "find_reviewers", "reconsider",
    "end_review", "vote", "return", "second_look", "compare_earlier", "promise", "measure", "confirm_benefit",
    "propose_award", "grant_award", "law_date", "prove_benefit", "agree_story", "write_story",
)
"""Which of several open steps an idea's lists name first; of equal ones the most urgent."""

FIRST_LOOKS = ("triage", "team_answer")
"""One clock for both: whoever looks first, the date stays."""


def case_of(idea: Idea, *, actor: Person | None, now: datetime, facts: dict[str, Any] | None = None) -> Case:
    """Give the case of an idea for an actor (None: the house) at a moment."""
    return Case(idea, actor_id=actor.id if actor else None, now=now, zone=current_app.config["HEADQUARTERS_ZONE"],
                facts=facts)


def move(idea: Idea, name: str, *, actor: Person | None, now: datetime, turn: int | None = None, **facts: Any) -> Idea:
    """Make one move, write it into the journal and bring the next steps up to date. Flushes, never commits.

    Takes   turn: the idea's `turn` when the form was drawn; None when there was no form
            facts: what was typed, see `then_*.py`
    Raises  Stale (somebody else moved the idea first), Refused (wrong stage, or a need unmet: `reason` names it),
            Denied (not this person), Invalid (a fact is missing or wrong)
    """
    row = MOVES[name]
    session = db.session()
    session.flush()
    if not is_current(idea):
        if idea.stage == "conversation":
            hold_groups(idea.id)
        session.refresh(idea, with_for_update=True)
    if turn is not None and turn != idea.turn:
        raise Stale(reason="turned")
    _make(idea, row, Case(idea, actor_id=actor.id if actor else None, now=now,
                          zone=current_app.config["HEADQUARTERS_ZONE"], facts=facts))
    settle(idea, now=now, mover_id=actor.id if actor else None, moved=True)
    return idea


def _make(idea: Idea, row: Move, case: Case) -> None:
    if idea.stage not in row.source:
        raise Refused(reason_sentence("wrong_stage"), reason="wrong_stage")
    if not row.who(case):
        raise Denied(reason=row.name)
    for need in row.needs:
        reason = need(case)
        if reason:
            raise Refused(reason_sentence(reason), reason=reason)
    session = db.session()
    before = idea.stage
    target = before if row.target == STAY else idea.waiting_from if row.target == BACK else row.target
    finished = [s for kind in row.does if (s := case.my_step(kind)) is not None]
    by_submitter = case.my_part is not None or part_of(idea, case.actor_id, "invited") is not None
    case.notes = {}
    with session.no_autoflush:
        if row.then:
            row.then(case)
        if target == "confirming" and any(party.state not in SETTLED for party in case.parties):
            target = "conversation"  # somebody came to it whose talk comes first
        idea.stage = target or before
        if idea.stage != before:
            idea.waiting_from = before if idea.stage == WAITING else None
    if idea.stage != before:
        idea.turn += 1
        case.notes["stage"] = idea.stage
    for step in finished:
        _finish(step, case, "done")
    hidden = by_submitter and idea.confidential
    role = "house" if case.actor_id is None else "submitter" if by_submitter else "person"
    entry = journal.write(
        row.name, now=case.now, actor_id=None if hidden else case.actor_id, role=role, idea_id=idea.id,
        audience=row.audience, round=idea.round, **case.notes,
    )
    tell_of(row.name, case, entry)


def settle(idea: Idea, *, now: datetime, mover_id: int | None = None, moved: bool = False,
           ahead: ReadAhead | None = None) -> None:
    """Make every automatic move whose time has come, then open and drop steps as the idea now needs them.

    Takes   mover_id: who made the move before it, and need not be told of what follows for themselves
            moved: whether there was one
            ahead: what belongs to it and others, when it was read for many at once and nothing changed since
    """
    session = db.session()
    zone = current_app.config["HEADQUARTERS_ZONE"]
    for _round in range(20):
        case = Case(idea, actor_id=None, now=now, zone=zone, ahead=ahead)
        changed = bring_steps_up_to_date(case, mover_id=mover_id)
        if moved:  # with the next step, so that the row is written once
            idea.changed_at = now
        if changed:  # nothing but the steps, which the case knows
            case.ahead = ahead = None
        ready = next(
            (row for row in AUTOMATIC_FROM[idea.stage] if not any(need(case) for need in row.needs)), None
        )
        if ready is None:
            break
        case.ahead = ahead = None
        _make(idea, ready, case)
        moved = True
    session.flush()
    session.info.setdefault("touched", set()).discard(idea.id)
    if ahead is None and "credits_others" in case.kinds:  # what is carried out of this one counts for those as well
        for earlier_id in earlier_of([idea.id]):
            touch(earlier_id)


def settle_all(
    *, now: datetime, after_id: int = 0, limit: int = 200, only: sa.ColumnElement[bool] | None = None
) -> int | None:
    """Settle a portion of all open ideas (and closed ones that come back), in the order of their ids.

    Takes   only: a further condition on `Idea`, see `timing.only_by_time`
    Gives   the id of the last idea looked at, to go on from, or None when there are no more
    """
    today = local_date(now, current_app.config["HEADQUARTERS_ZONE"])
    come_back = sa.and_(Idea.stage == "closed", sa.or_(Idea.return_on.is_not(None), look_is_near(today)))
    query = (
        sa.select(Idea)
        .where(sa.or_(Idea.stage.in_(OPEN_STAGES), come_back), Idea.id > after_id, sa.true() if only is None else only)
        .order_by(Idea.id).limit(limit).with_for_update()
    )
    ideas = list(db.session.scalars(query))
    read_submitters(ideas)
    ahead = ReadAhead(ideas)
    for idea in ideas:
        settle(idea, now=now, ahead=ahead)
    return ideas[-1].id if len(ideas) == limit else None


def settle_touched(now: datetime) -> None:
    """Settle every idea touched in this `work()` that has not been settled since, and what this touches in turn."""
    while touched := take_touched():
        for idea_id in sorted(touched):
            idea = db.session.get(Idea, idea_id)
            if idea is not None:
                settle(idea, now=now)


def _finish(step: Step, case: Case, outcome: str) -> None:
    step.done_at, step.outcome = case.now, outcome
    if outcome == "done" and step.submitter_id is None:
        step.done_by_id = case.actor_id


def bring_steps_up_to_date(case: Case, *, mover_id: int | None = None) -> bool:
    """Open the steps that must exist and do not, end those that are no longer needed, name the most urgent one.

    Gives   whether any was opened or ended
    """
    must = {w.key: w for w in wanted(case)}
    standing: dict[tuple[str, int, int, int], Step] = {}
    dropped: list[Step] = []
    for step in case.steps:
        key = _key(step)
        if key in must and key not in standing:
            standing[key] = step
        else:
            _finish(step, case, "rests" if case.idea.stage == "waiting" else "dropped")
            dropped.append(step)
    missing = [want for key, want in must.items() if key not in standing]
    open_now = [*standing.values(), *_open(case, missing, dropped, mover_id)]
    _name_next(case.idea, open_now)
    return bool(dropped or missing)


def _key(step: Step) -> tuple[str, int, int, int]:
    return step.kind, step.subject_id, step.owner_id or 0, step.submitter_id or 0


def _open(case: Case, missing: list[Wanted], dropped: list[Step], mover_id: int | None) -> list[Step]:
    if not missing:
        return []
    ended = {_key(step) for step in case.all_steps if step.done_at is not None}
    if any(want.key in ended for want in missing):
        db.session().flush()  # it may have ended just now, and of one key only one step is open at a time
    again, rows = [], []
    for want in missing:
        kinds = FIRST_LOOKS if want.kind in FIRST_LOOKS else (want.kind,)
        same = [s for s in case.all_steps if s.kind in kinds and s.round == case.idea.round]
        rested = [s for s in same if s.outcome == "rests" and _key(s) == want.key]
        if rested:
            rested[-1].done_at, rested[-1].outcome = None, ""
            again.append(rested[-1])
        else:
            rows.append(_new_row(case, want, same, dropped))
    new = open_steps(rows)
    note_opened(case.idea, new)
    case.all_steps = [*case.all_steps, *new]
    tell_of_steps(case, new, mover_id=mover_id)
    return again + new


def _new_row(case: Case, want: Wanted, same: list[Step], dropped: list[Step]) -> dict[str, Any]:
    due_on = first_due_on = want.due_on
    due_moves, due_reason = 0, ""
    before = step_before(case, want.kind, want.subject_id, want.owner_id, dropped)
    if want.inherits and same:
        before = same[-1]
    if before is not None:
        due_on, first_due_on = before.due_on, before.first_due_on
        due_moves, due_reason = before.due_moves, before.due_reason
    return {
        "idea_id": case.idea.id, "kind": want.kind, "owner_id": want.owner_id, "submitter_id": want.submitter_id,
        "role": want.role, "department_id": want.department_id, "body_id": want.body_id, "round": case.idea.round,
        "subject_id": want.subject_id, "due_on": due_on, "first_due_on": first_due_on, "due_moves": due_moves,
        "due_reason": due_reason, "created_at": case.now,
    }


def _name_next(idea: Idea, steps: list[Step]) -> None:
    def urgency(step: Step) -> tuple[int, Any, int]:
        rank = MAIN_KINDS.index(step.kind) if step.kind in MAIN_KINDS else len(MAIN_KINDS)
        return rank, step.due_on, step.id

    first = min(steps, key=urgency, default=None)
    found = (first.id, first.kind, first.owner_id, first.due_on) if first else (None, "", None, None)
    if (idea.next_step_id, idea.next_kind, idea.next_owner_id, idea.next_due_on) != found:
        idea.next_step_id, idea.next_kind, idea.next_owner_id, idea.next_due_on = found


@dataclass(frozen=True)
class Press:
    """A button: a move this person may make, and what is still missing for it (sentences)."""

    name: str
    label: Any
    unmet: tuple[str, ...]
    group: str
    main: bool


def moves_for(idea: Idea, actor: Person | None, now: datetime, case: Case | None = None) -> list[Press]:
    """Give the moves a person may make now, each with the reasons why it is not possible yet."""
    case = case or case_of(idea, actor=actor, now=now)
    if case.actor_id is None:
        return []
    found = []
    for row in MOVES.values():
        if row.automatic or idea.stage not in row.source or not row.who(case):
            continue
        reasons = [reason for need in row.needs if (reason := need(case))]
        if NOT_ITS_TIME.isdisjoint(reasons):
            unmet = tuple(reason_sentence(reason) for reason in reasons)
            found.append(Press(row.name, row.label, unmet, row.group, row.main))
    return found
