"""Who proposes and grants awards, who decides about eligibility, who reads what, and who hands payments to payroll."""

from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.ideas.models import ADOPTING, Idea, Submitter
from suggestbox.ideas.parts import has_part, part_of, people_behind
from suggestbox.ideas.policy import visible_to
from suggestbox.people.directory import Directory
from suggestbox.people.policy import Somebody, has_role, is_idea_manager
from suggestbox.people.queries import here
from suggestbox.reviews.models import Assignment
from suggestbox.steps.models import Step
from suggestbox.steps.queries import Acting, acting_on

from . import queries
from .models import Award

REWARDED = (*ADOPTING, "declined", "parked", "already_planned")
"""Outcomes on the merits: of those not adopted a rule set may still know a recognition."""


def is_open_to_awards(idea: Idea) -> bool:
    """Say whether an award can be thought of at all: the submitters know the outcome, and it was judged on its merits."""
    known = idea.released_at is not None and idea.stage not in ("draft", "withdrawn")
    return known and idea.outcome in REWARDED


def stands_apart(idea: Idea, me: Somebody, book: Directory, *, line: bool = True) -> bool:
    """Say whether somebody is no submitter, reports to none, and declared no conflict of interest.

    Takes   line: False leaves out whom they report to
    """
    if me is None:
        return False
    people = set(people_behind(idea, "accepted", "invited").values())
    if me.id in people or (line and me.id in book.reporting_to(people)):
        return False
    query = sa.select(sa.exists().where(Assignment.idea_id == idea.id, Assignment.person_id == me.id,
                                        Assignment.state == "conflict"))
    return not db.session.scalar(query)


def open_award_step(idea_id: int, kind: str) -> Step | None:
    """Give the open step of this kind."""
    query = sa.select(Step).where(Step.idea_id == idea_id, Step.kind == kind, Step.done_at.is_(None))
    return db.session.scalars(query).first()


def _acting(step: Step, idea: Idea, book: Directory) -> Acting:
    """Who acts on the step today: nobody with a hand in it, as the workflow has it too."""
    people = set(people_behind(idea, "accepted", "invited").values())
    conflicts = sa.select(Assignment.person_id).where(Assignment.idea_id == idea.id, Assignment.state == "conflict")
    excluded = people | book.reporting_to(people) | set(db.session.scalars(conflicts))
    if step.kind == "grant_award":
        excluded |= queries.kept_from_granting([idea.id]).get(idea.id, frozenset())
    return acting_on(step, book, excluded)


def _does(kind: str, idea: Idea, me: Any, book: Directory) -> bool:
    """Whether the open step is this person's today, or falls to them as a deputy."""
    step = open_award_step(idea.id, kind)
    if step is None:
        return False
    acting = _acting(step, idea, book)
    return step.owner_id == me.id or (acting.person_id == me.id and acting.may_do)


def may_propose(idea: Idea, me: Somebody, book: Directory | None = None) -> bool:
    """Say whether the person proposes an award: the idea management, or whoever has the step; never for an own idea."""
    if me is None or not is_open_to_awards(idea):
        return False
    book = book or here()
    office = is_idea_manager(me, book=book) or _does("propose_award", idea, me, book)
    return office and stands_apart(idea, me, book)


def is_granter(idea: Idea, me: Somebody, book: Directory) -> bool:
    """Say whether the person's office grants awards: idea management, who decides for the department, leadership."""
    return (
        is_idea_manager(me, book=book) or has_role(me, "decision_maker", idea.department_id, book=book)
        or has_role(me, "leadership", idea.department_id, book=book)
    )


def may_grant(award: Award, idea: Idea, me: Somebody, book: Directory | None = None) -> bool:
    """Say whether the person is a second person for this award: in office or standing in, and not who proposed it.

    With a confidential idea it is whom the step was given to, beside the idea management, who know whose it is: if all of
    an office but one were offered the press, that one would know it comes from above.
    """
    if me is None or award.proposed_by_id == me.id or not is_open_to_awards(idea):
        return False
    book = book or here()
    return (_grants(idea, me, book) or _stands_in(idea, me, book)) and stands_apart(idea, me, book)


def _grants(idea: Idea, me: Any, book: Directory) -> bool:
    if not is_granter(idea, me, book) or not idea.confidential or is_idea_manager(me, book=book):
        return is_granter(idea, me, book)
    step = open_award_step(idea.id, "grant_award")
    return step is not None and step.owner_id == me.id


def _stands_in(idea: Idea, me: Any, book: Directory) -> bool:
    """A deputy of whoever has the step; an administrator only gives it to somebody else."""
    step = open_award_step(idea.id, "grant_award")
    if step is None or step.owner_id == me.id:
        return False
    acting = _acting(step, idea, book)
    return acting.person_id == me.id and acting.may_do


def may_look(idea: Idea, me: Somebody, book: Directory | None = None) -> bool:
    """Say whether the person sees how the award of an idea is worked out: who proposes it, and who might grant it.

    Nobody does for an idea of their own, or of somebody above them. Of a confidential one also the latter read: a page
    missing for them alone would tell whose idea it is. They are offered nothing there. `shown_to` says the same in SQL.
    """
    if me is None or not is_open_to_awards(idea):
        return False
    book = book or here()
    if not stands_apart(idea, me, book, line=not idea.confidential):
        return False
    return is_granter(idea, me, book) or _does("propose_award", idea, me, book) or _does("grant_award", idea, me, book)


def shown_to(person_id: int, book: Directory) -> sa.ColumnElement[bool]:
    """Give the condition on `Idea` for what somebody who grants awards everywhere looks at, as `may_look` says it."""
    above = [other for other in book.superiors(person_id) if book.reports_to(person_id, [other])]
    from_above = sa.exists().where(Submitter.idea_id == Idea.id, Submitter.state.in_(("accepted", "invited")),
                                   Submitter.person_id.in_(above))
    conflict = sa.exists().where(Assignment.idea_id == Idea.id, Assignment.person_id == person_id,
                                 Assignment.state == "conflict")
    return sa.and_(
        Idea.outcome.in_(REWARDED), Idea.released_at.is_not(None), Idea.stage.not_in(("draft", "withdrawn")),
        visible_to(person_id, book), ~has_part(person_id, "accepted", "invited"),
        sa.or_(Idea.confidential, ~from_above), ~conflict,
    )


def may_list(me: Somebody, _thing: Any = None) -> bool:
    """Say whether the person sees which ideas wait for an award: the idea management and leadership."""
    return has_role(me, "idea_manager") or has_role(me, "leadership")


def may_write_rules(me: Somebody, _thing: Any = None) -> bool:
    """Say whether the person puts new rules into force: the idea management."""
    return has_role(me, "idea_manager")


def may_pay(me: Somebody, _thing: Any = None) -> bool:
    """Say whether the person sees who is paid what: HR alone, since names of confidential submitters stand there too."""
    return has_role(me, "hr_analyst")


def may_share(idea: Idea, me: Somebody) -> bool:
    """Say whether the person has a say in how the submitters share: one of several, once the outcome is known."""
    if me is None or idea.released_at is None or idea.stage == "withdrawn" or idea.outcome == "handed_over":
        return False
    return part_of(idea, me.id) is not None and len(people_behind(idea)) > 1
