"""What the watch looks for among ideas: next steps, decisions, closings, and what people were told is saved."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from suggestbox.conversations.models import Confirmation, Objection, Party, Promise, Record
from suggestbox.ideas.models import Concern, Idea, Submitter, SubmitterIdentity, YearCounter
from suggestbox.measures.models import Measure
from suggestbox.priority.models import Protection
from suggestbox.reviews.models import Assignment, Criterion, Decision, DuplicateProposal, Score
from suggestbox.steps.models import Step

from .watch_people import Staff

idea: Any = Idea.__table__
step: Any = Step.__table__
submitter: Any = Submitter.__table__
identity: Any = SubmitterIdentity.__table__
party: Any = Party.__table__
promise: Any = Promise.__table__
protection: Any = Protection.__table__
measure: Any = Measure.__table__
record: Any = Record.__table__
confirmation: Any = Confirmation.__table__
decision: Any = Decision.__table__
assignment: Any = Assignment.__table__
score: Any = Score.__table__
criterion: Any = Criterion.__table__
concern: Any = Concern.__table__
duplicate: Any = DuplicateProposal.__table__
objection: Any = Objection.__table__
counter: Any = YearCounter.__table__

BEGUN = ("submitted", "in_review", "waiting", "deciding", "conversation", "confirming")
SETTLED = ("held", "declined", "unanswered", "missed", "written", "unreachable")
WRITTEN = ("unanswered", "missed", "written")


@dataclass
class Look:
    """What the watch has before it on one day. `since` is when it looked last."""

    connection: sa.Connection
    now: datetime
    since: datetime
    today: date
    staff: Staff
    told: list[tuple[str, int]] = field(default_factory=list)
    notices_before: int = 0
    """The last notice there was then."""

    def rows(self, query: sa.Select[Any]) -> list[Any]:
        """Give the rows of a query."""
        return list(self.connection.execute(query))

    def submitters(self, idea_ids: list[int]) -> dict[int, dict[int, int]]:
        """Give {idea: {submitter: person}} of those who are part of the ideas."""
        found: dict[int, dict[int, int]] = defaultdict(dict)
        columns = (submitter.c.idea_id, submitter.c.id,
                   sa.func.coalesce(submitter.c.person_id, identity.c.person_id).label("person"))
        query = sa.select(*columns).outerjoin(identity, identity.c.submitter_id == submitter.c.id).where(
            submitter.c.state == "accepted", submitter.c.idea_id.in_(idea_ids))
        for row in self.rows(query):
            found[row.idea_id][row.id] = row.person
        return found


def ideas_without_next_step(look: Look) -> Iterator[str]:
    """Ideas on their way, ideas that are to come back, promises and measures, of which nobody able has a next step."""
    open_ideas = look.rows(sa.select(idea.c.id, idea.c.number).where(idea.c.stage.in_(BEGUN)))
    able = set()
    people = look.submitters([row.id for row in open_ideas])
    columns = (step.c.idea_id, step.c.kind, step.c.owner_id, step.c.submitter_id, step.c.subject_id, step.c.due_on)
    kept: set[tuple[str, int, int]] = set()
    coming_back = set()
    for row in look.rows(sa.select(*columns).where(step.c.done_at.is_(None))):
        if row.due_on is None:
            continue
        owner = look.staff.people.get(row.owner_id)
        mine = people.get(row.idea_id, {})
        if row.submitter_id in mine or (owner and owner.here and (
                row.kind in ("promise", "measure") or owner.id not in mine.values())):
            able.add(row.idea_id)
            if row.kind in ("promise", "measure"):
                kept.add((row.kind, row.idea_id, row.subject_id))
            if row.kind == "return":
                coming_back.add(row.idea_id)
    for row in open_ideas:
        if row.id not in able:
            yield row.number
    for row in look.rows(sa.select(promise.c.id, promise.c.idea_id).where(promise.c.kept_at.is_(None))):
        if ("promise", row.idea_id, row.id) not in kept:
            yield f"promise {row.id}"
    for row in look.rows(sa.select(measure.c.id, measure.c.idea_id).where(measure.c.state.in_(("planned", "running")))):
        if ("measure", row.idea_id, row.id) not in kept:
            yield f"measure {row.id}"
    returning = (idea.c.stage == "closed", idea.c.return_on.is_not(None), idea.c.outcome.in_(("parked", "trial")))
    for row in look.rows(sa.select(idea.c.id, idea.c.number).where(*returning)):
        if row.id not in coming_back:
            yield row.number
    looked_at = sa.exists().where(step.c.idea_id == idea.c.id, step.c.kind == "second_look", step.c.done_at.is_(None))
    forgotten = sa.select(idea.c.number).join(protection, protection.c.idea_id == idea.c.id).where(
        idea.c.stage == "closed", idea.c.outcome == "declined", protection.c.ended_at.is_(None),
        protection.c.look_on < look.today, ~looked_at)
    for row in look.rows(forgotten):
        yield row.number


def submitter_sees_no_step_or_date(look: Look) -> Iterator[str]:
    """Open ideas whose own line, which the submitters read, names no open step, or another date than the step's."""
    query = (
        sa.select(idea.c.number, idea.c.next_due_on, step.c.due_on, step.c.due_moves, step.c.due_reason)
        .outerjoin(step, sa.and_(step.c.id == idea.c.next_step_id, step.c.done_at.is_(None)))
        .where(idea.c.stage.in_(BEGUN))
    )
    for row in look.rows(query):
        if row.next_due_on is None or row.due_on != row.next_due_on or (row.due_moves and not row.due_reason.strip()):
            yield row.number


def closed_without_conversation(look: Look) -> Iterator[str]:
    """Ideas closed since the last look in which some submitter had neither a talk nor its alternative on record."""
    closed = look.rows(sa.select(idea.c.id, idea.c.number, idea.c.round).where(
        idea.c.stage == "closed", idea.c.closed_at > look.since))
    ids = [row.id for row in closed]
    people = look.submitters(ids)
    parties = {(p.idea_id, p.round, p.submitter_id): p
               for p in look.rows(sa.select(party).where(party.c.idea_id.in_(ids)))}
    held = {(r.party_id, r.attempt) for r in look.rows(
        sa.select(record.c.party_id, record.c.attempt).join(party, party.c.id == record.c.party_id)
        .where(party.c.idea_id.in_(ids), record.c.denied_at.is_(None)))}
    denied = {(c.party_id, c.attempt) for c in look.rows(
        sa.select(confirmation.c.party_id, confirmation.c.attempt).join(party, party.c.id == confirmation.c.party_id)
        .where(party.c.idea_id.in_(ids), confirmation.c.took_place.is_(False), party.c.state == "held"))}
    for row in closed:
        if not people.get(row.id):
            yield row.number
        for submitter_id in people.get(row.id, {}):
            found = parties.get((row.id, row.round, submitter_id))
            talk = (found.id, found.attempt) if found else None
            if found is None or found.state not in SETTLED or talk in denied:
                yield row.number
                continue
            if (found.state == "held" and talk not in held) or (
                    found.state in WRITTEN and not found.written_text.strip()):
                yield row.number


def decided_without_quorum(look: Look) -> Iterator[str]:
    """Decisions since the last look for which too few had spoken, or somebody who was asked had not yet."""
    made = look.rows(sa.select(decision, idea.c.number, idea.c.two_departments).join(
        idea, idea.c.id == decision.c.idea_id).where(decision.c.decided_at > look.since, decision.c.revoked_at.is_(None)))
    ids = [row.idea_id for row in made]
    people = look.submitters(ids)
    asked = defaultdict(list)
    for row in look.rows(sa.select(assignment).where(assignment.c.idea_id.in_(ids))):
        asked[row.idea_id, row.round].append(row)
    needed = defaultdict(set)
    for row in look.rows(sa.select(criterion.c.set_version, criterion.c.id).where(criterion.c.required)):
        needed[row.set_version].add(row.id)
    given = defaultdict(set)
    for row in look.rows(sa.select(score.c.assignment_id, score.c.criterion_id).join(
            assignment, assignment.c.id == score.c.assignment_id).where(assignment.c.idea_id.in_(ids))):
        given[row.assignment_id].add(row.criterion_id)
    further = defaultdict(set)
    for row in look.rows(sa.select(concern).where(concern.c.idea_id.in_(ids))):
        further[row.idea_id].add(row.department_id)
    seconds = {row.idea_id for row in look.rows(sa.select(duplicate.c.idea_id).where(
        duplicate.c.idea_id.in_(ids), duplicate.c.accepted, duplicate.c.answered_by_id != duplicate.c.proposed_by_id))}
    for row in made:
        mine = set(people.get(row.idea_id, {}).values())
        if row.kind == "duplicate" and row.idea_id not in seconds:
            yield row.number
        if row.kind not in ("merit", "short"):
            continue
        round_ = asked[row.idea_id, row.round]
        late = ("answered", "conflict") if row.released_at else ("answered",)
        counted = [a for a in round_ if a.state in late and a.answered_at and a.answered_at <= row.decided_at
                   and a.person_id not in mine]
        if row.kind == "merit":
            counted = [a for a in counted if a.person_id != row.decided_by_id and needed[a.criteria_set] <= given[a.id]]
        spoken = {a.department_id for a in counted if a.capacity == "department"}
        enough = (len({a.person_id for a in counted}) >= 2 and {a.capacity for a in counted} == {"expert", "department"}
                  and (len({a.department_id for a in counted}) >= 2 or not row.two_departments)
                  and further[row.idea_id] <= spoken)
        owes = any(a.state == "open" and a.assigned_at < row.decided_at for a in round_)
        if not enough or owes or row.decided_by_id in mine:
            yield row.number


def due_dates_moved_too_often(look: Look) -> Iterator[str]:
    """Next steps whose date moved without a reason, or more than twice, or to an earlier day."""
    wrong = sa.or_(step.c.due_moves > 2, sa.and_(step.c.due_moves > 0, sa.func.length(step.c.due_reason) == 0),
                   sa.and_(step.c.due_moves > 0, step.c.due_on < step.c.first_due_on))
    for row in look.rows(sa.select(step.c.id).where(step.c.done_at.is_(None), wrong)):
        yield f"step {row.id}"


def work_lost(look: Look) -> Iterator[str]:
    """What somebody was told is saved, and is not there; numbers of ideas that are missing."""
    wanted = defaultdict(set)
    for what, row_id in look.told:
        wanted[what].add(row_id)
    there = {
        "idea": sa.select(idea.c.id).where(idea.c.id.in_(wanted["idea"]), idea.c.stage != "draft"),
        "review": sa.select(assignment.c.id).where(
            assignment.c.id.in_(wanted["review"]), assignment.c.answered_at.is_not(None)),
        "decision": sa.select(decision.c.idea_id).where(decision.c.idea_id.in_(wanted["decision"])),
        "talk": sa.select(record.c.party_id).where(record.c.party_id.in_(wanted["talk"])),
    }
    for what, query in there.items():
        for lost in sorted(wanted[what] - {row[0] for row in look.rows(query)}):
            yield f"{what} {lost}"
    year = sa.func.substr(idea.c.number, 1, 4)
    given = {int(row[0]): row[1] for row in look.rows(
        sa.select(year, sa.func.count()).where(idea.c.number.is_not(None)).group_by(year))}
    for row in look.rows(sa.select(counter)):
        if given.get(row.year, 0) != row.last:
            yield f"numbers of {row.year}"


IDEA_RULES = {
    "ideas_without_next_step": (ideas_without_next_step, "no_black_hole"),
    "submitter_sees_no_step_or_date": (submitter_sees_no_step_or_date, "no_black_hole"),
    "due_dates_moved_too_often": (due_dates_moved_too_often, "no_black_hole"),
    "decided_without_quorum": (decided_without_quorum, "never_one_person"),
    "closed_without_conversation": (closed_without_conversation, "no_closing_without_talk"),
    "work_lost": (work_lost, "nothing_lost"),
}
