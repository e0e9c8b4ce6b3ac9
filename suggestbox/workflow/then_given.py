"""What changes when somebody else gets a step: every kind has its own way, and the date stays."""

from collections.abc import Callable

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.errors import Invalid, Refused
from suggestbox.core.language import gettext as _
from suggestbox.core.settings import rule
from suggestbox.measures.operations import give_measure
from suggestbox.reviews.models import Assignment
from suggestbox.reviews.queries import open_reviews
from suggestbox.steps.models import Step, StepOverride
from suggestbox.steps.queries import NOBODY_ELSE

from . import facts, owners, who
from .case import Case
from .then_review import seat_panel
from .then_start import eligible, reviewer_problem
from .then_talk import give_talk


def reassign(case: Case) -> None:
    """somebody else gets the step; its date stays"""
    step = next((s for s in case.steps if s.id == case.facts.get("step_id")), None)
    if step is None or step.owner_id is None or step.kind in NOBODY_ELSE:
        raise Refused(reason="cannot_reassign")
    person_id = facts.person(case, "person_id", handles=step.kind not in ("promise", "measure"))
    reason = facts.text(case, "reason", longest=1000)
    if person_id == step.owner_id:
        raise Invalid(fields={"person_id": _("This person has the step already.")})
    _WAYS.get(step.kind, _name_instead)(case, step, person_id, reason)
    db.session.flush()
    case.notes.update(kind=step.kind, people=[person_id], reason=reason)


def _name_instead(case: Case, step: Step, person_id: int, reason: str) -> None:
    hosts = {p.host_id for p in case.parties if p.id == step.subject_id // 100}
    is_host = step.kind == "ask_once_more" and person_id in hosts
    if is_host or not owners.may_be_named(case, step.kind, person_id):
        raise Invalid(fields={"person_id": _why_not(case, step.kind)})
    row = db.session.scalars(
        sa.select(StepOverride).where(StepOverride.idea_id == case.idea.id, StepOverride.round == case.idea.round,
                                      StepOverride.kind == step.kind)
    ).first() or StepOverride(idea_id=case.idea.id, round=case.idea.round, kind=step.kind)
    row.person_id, row.reason, row.at = person_id, reason, case.now
    db.session.add(row)


def _why_not(case: Case, kind: str) -> str:
    if kind == "decide" and case.panel:
        return _("Three people decide this idea together. Give the vote of one of them to somebody else instead.")
    if kind == "decide":
        return _("This person may not decide this idea.")
    if kind == "team_answer":
        return _("Only a lead of the submitters' own team can answer this.")
    if case.handed_over or kind in owners.MANAGERS_OWN:
        return _("Only the idea management can do this.")
    return _("This step needs somebody who was not part of it before.")


def _ask_somebody_else(case: Case, step: Step, person_id: int, reason: str) -> None:
    """The assignment goes on with somebody else in the same capacity; what the first one wrote does not count."""
    before = next((a for a in case.assignments if a.id == step.subject_id), None)
    if before is None:
        raise Refused(reason="cannot_reassign")
    brief = case.book.person(person_id)
    problem = eligible(case.book, case.idea, case, person_id)
    most = (brief.open_reviews_at_most if brief else None) or rule("reviews.open_at_most")
    if problem is None and open_reviews([person_id]).get(person_id, 0) >= most:
        problem = "busy"
    if problem or brief is None:
        name = brief.name if brief else "?"
        raise Invalid(fields={"person_id": reviewer_problem(problem or "gone", name)}, reason=problem or "gone")
    if step.kind == "short_check":
        lead = next((a for a in case.assignments if a.capacity == "department"), None)
        if lead and lead.department_id == brief.department_id:
            raise Invalid(fields={"person_id": _("The expert must belong to another department.")})
    department_id = before.department_id if before.capacity == "department" else brief.department_id
    other = Assignment(
        idea_id=case.idea.id, round=case.idea.round, person_id=person_id, capacity=before.capacity,
        department_id=department_id, assigned_by_id=case.actor_id, assigned_at=case.now, state="open",
        criteria_set=before.criteria_set, text_version=case.idea.text_version, later=before.later,
    )
    db.session.add(other)
    db.session.flush()
    before.state = "passed_on" if case.book.is_here(before.person_id) else "left"
    before.passed_to_id, before.reason = other.id, reason
    case.idea.discuss_since = None


def _give_talk(case: Case, step: Step, person_id: int, _reason: str) -> None:
    party = next((p for p in case.parties if who.is_about(step.kind, step.subject_id, p)), None)
    if party is None:
        raise Refused(reason="cannot_reassign")
    give_talk(case, party, person_id)


def _give_promise(case: Case, step: Step, person_id: int, _reason: str) -> None:
    promise = next((p for p in case.promises if p.id == step.subject_id), None)
    if promise is None:
        raise Refused(reason="cannot_reassign")
    if case.handed_over and person_id != case.idea.office_id:
        raise Invalid(fields={"person_id": _("Only the office it was handed over to can do this.")})
    promise.owner_id = person_id


def _give_measure(case: Case, step: Step, person_id: int, _reason: str) -> None:
    measure = next((m for m in case.measures if m.id == step.subject_id), None)
    if measure is None:
        raise Refused(reason="cannot_reassign")
    if case.handed_over and not case.book.has_role(person_id, "idea_manager", any_=True):
        raise Invalid(fields={"person_id": _("Only the idea management can do this.")})
    give_measure(measure, person_id, case.book.department_of(person_id))


def _give_vote(case: Case, step: Step, person_id: int, _reason: str) -> None:
    if not case.panel:
        raise Refused(reason="body_vote")
    seat_panel(case, [person_id, *(p for p in case.panel if p != step.owner_id)], field="person_id")


_WAYS: dict[str, Callable[[Case, Step, int, str], None]] = {
    "review": _ask_somebody_else, "reconsider": _ask_somebody_else, "short_check": _ask_somebody_else,
    "offer_talk": _give_talk, "hold_talk": _give_talk, "write_closing": _give_talk,
    "promise": _give_promise, "measure": _give_measure, "vote": _give_vote,
}
"""How a step of a kind gets another owner; every other kind by naming somebody instead of whom the rules name."""


def step_before(case: Case, kind: str, subject_id: int, owner_id: int | None, dropped: list[Step]) -> Step | None:
    """Give the step somebody else had until now for the same thing: its dates go on, whoever has it.

    Takes   dropped: the steps that end at this moment
    """
    if owner_id is None:
        return None
    subjects = {subject_id}
    if kind in ("review", "short_check"):
        subjects |= {a.id for a in case.assignments if a.passed_to_id == subject_id}
    resting = [s for s in case.all_steps if s.outcome == "rests"]
    same = [
        s for s in [*resting, *dropped]
        if s.kind == kind and s.subject_id in subjects and s.owner_id not in (None, owner_id)
        and (s.round == case.idea.round or kind in ("promise", "measure"))
    ]
    return same[-1] if same else None
