"""Who gets a step: offices looked for from the idea's department upwards, without anybody who may not."""

from collections.abc import Iterable

from suggestbox.measures.models import Measure
from suggestbox.steps.models import Step
from suggestbox.steps.queries import NOBODY_ELSE
from suggestbox.stories.models import Story

from .case import Case


def _first(candidates: Iterable[int], case: Case, excluded: frozenset[int]) -> int | None:
    """Give the first candidate who still works here and may; presence is a matter of the day, not of the office."""
    for person_id in candidates:
        brief = case.book.person(person_id)
        if brief and brief.active and person_id not in excluded:
            return person_id
    return None


def _up_the_tree(case: Case, role: str, department_id: int | None) -> list[int]:
    found: list[int] = []
    for step in case.book.upwards(department_id):
        found += case.book.holders(role, step)
    return found + case.book.holders(role, None)


def idea_managers(case: Case) -> list[int]:
    """Give the idea managers in the order they were named, then the admins."""
    return case.book.holders("idea_manager", None) + case.book.holders("admin", None)


MANAGERS_OWN = ("find_host", "name_panel", "resolve_conflict", "propose_award")
"""Steps only the idea management does; they are given to another idea manager or to nobody."""


def may_be_named(case: Case, kind: str, person_id: int) -> bool:
    """Say whether this person may be named for a step of this kind instead of whom the rules would name."""
    book = case.book
    if _first([person_id], case, case.excluded_from(kind)) is None:
        return False
    if kind == "decide":
        if case.panel:
            return False
        body_id = deciding_body(case)
        members = body_voters(case, body_id) if body_id else []
        return person_id in (members if len(members) >= 2 else deciders(case))
    if kind == "grant_award":
        return person_id in award_granters(case)
    if kind == "team_answer":
        return book.has_role(person_id, "team_lead", case.idea.department_id)
    if kind == "compare_earlier" and case.earlier.compares_hidden:
        return book.has_role(person_id, "idea_manager", any_=True)
    return not (case.handed_over or kind in MANAGERS_OWN) or book.has_role(person_id, "idea_manager", any_=True)


def _named(case: Case, kind: str) -> int | None:
    """Give who was named for steps of this kind, as long as they may do them."""
    person_id = case.overrides.get(kind)
    return person_id if person_id and may_be_named(case, kind, person_id) else None


def coordinator(case: Case, kind: str = "triage") -> int | None:
    """Give the coordinator of the department concerned, else the nearest one above, else the idea management.

    What was handed over no coordinator reads any more: its steps are the idea management's.
    """
    excluded = case.excluded_from(kind)
    if case.handed_over:
        return idea_manager(case, kind)
    named = _named(case, kind)
    if named:
        return named
    office = case.book.holders("coordinator", case.idea.department_id) if case.idea.department_id else []
    above = [p for d in case.book.upwards(case.idea.department_id)[1:] for p in case.book.holders("coordinator", d)]
    # A department without a coordinator goes to the idea management, not to a stranger further up.
    candidates = [*office, *(above if office else []), *idea_managers(case)]
    return _first(candidates, case, excluded)


def idea_manager(case: Case, kind: str) -> int | None:
    """Give the first idea manager who may act on this idea."""
    return _named(case, kind) or _first(idea_managers(case), case, case.excluded_from(kind))


def team_lead(case: Case) -> int | None:
    """Give the lead of the submitters' own team, unless they handed it in.

    A department may have several teams: a lead some submitter reports to comes before the others.
    """
    departments = {case.book.department_of(p) for p in case.submitters.values()}
    if departments != {case.idea.department_id} or case.idea.department_id is None:
        return None
    if named := _named(case, "team_answer"):
        return named
    leads = case.book.holders("team_lead", case.idea.department_id)
    own = [p for person_id in case.submitters.values() for p in case.book.superiors(person_id) if p in leads]
    return _first([*own, *leads], case, case.kept_out)


def deciders(case: Case) -> list[int]:
    """Give everybody who could decide this idea alone, the nearest first."""
    found = _up_the_tree(case, "decision_maker", case.idea.department_id)
    found += _up_the_tree(case, "leadership", case.idea.department_id)
    excluded = case.excluded_from("decide")
    seen: list[int] = []
    for person_id in found:
        if person_id not in seen and _first([person_id], case, excluded):
            seen.append(person_id)
    return seen


def deciding_body(case: Case) -> int | None:
    """Give the body that decides for the department (or the nearest one above that has one), if any."""
    for department_id in case.book.upwards(case.idea.department_id):
        department = case.book.department(department_id)
        if department and department.body_id:
            return department.body_id
        if case.book.holders("decision_maker", department_id):
            return None
    return None


def body_voters(case: Case, body_id: int) -> list[int]:
    """Give the members of a body who may vote on this idea."""
    excluded = case.excluded_from("vote")
    return [p for p in case.book.body_members(body_id) if _first([p], case, excluded)]


def panel_here(case: Case) -> list[int]:
    """Give those of the panel of three who still work here."""
    return [p for p in case.panel if (b := case.book.person(p)) and b.active]


def voters(case: Case) -> list[int]:
    """Give who votes on this idea now: the panel of three, the body that decides, or nobody."""
    if case.panel:
        return panel_here(case)
    body_id = deciding_body(case)
    members = body_voters(case, body_id) if body_id else []
    return members if decider(case) in members else []


def tally(case: Case) -> dict[str, int]:
    """Give how many of those who vote now are for each outcome."""
    voting = voters(case)
    found: dict[str, int] = {}
    for vote in case.votes:
        if vote.person_id in voting:
            found[vote.outcome] = found.get(vote.outcome, 0) + 1
    return found


def decider(case: Case) -> int | None:
    """Give who decides: the person named instead, the chair of the body, or the nearest decision maker."""
    named = _named(case, "decide")
    if named:
        return named
    body_id = deciding_body(case)
    if body_id:
        voters = body_voters(case, body_id)
        if len(voters) >= 2:
            return voters[0]
    return next(iter(deciders(case)), None)


def award_granters(case: Case) -> list[int]:
    """Give who may grant an award as a second person: the idea management, who decides for the department, leadership."""
    book, department_id = case.book, case.idea.department_id
    found = book.holders("idea_manager", None) + _up_the_tree(case, "decision_maker", department_id)
    found += _up_the_tree(case, "leadership", department_id)
    excluded = case.excluded_from("grant_award")
    return [person_id for person_id in dict.fromkeys(found) if _first([person_id], case, excluded)]


def award_granter(case: Case) -> int | None:
    """Give who grants a proposed award; where nobody may, an administrator sees to it that somebody can."""
    named = _named(case, "grant_award")
    return named or next(iter(award_granters(case)), None) or _first(
        case.book.holders("admin", None), case, case.excluded_from("grant_award"))


def somebody_but(case: Case, kind: str, *others: int | None) -> int | None:
    """Give the coordinator, else an idea manager, who is none of the others."""
    excluded = case.excluded_from(kind) | {p for p in others if p is not None}
    chosen = coordinator(case, kind)
    if chosen and chosen not in excluded:
        return chosen
    return _first(idea_managers(case), case, excluded)


def other_host(case: Case, *before: int | None) -> int | None:
    """Give another host for a second talk: coordinator, decision maker above, idea management."""
    excluded = case.kept_out | case.below_submitters | {p for p in before if p is not None}
    candidates = [coordinator(case), *deciders(case), *idea_managers(case)]
    return _first([p for p in candidates if p is not None], case, excluded)


def steps_to_give(case: Case) -> list[Step]:
    """Give the open steps that somebody can be given instead of whoever has them."""
    given = [s for s in case.steps if s.owner_id is not None and s.kind not in NOBODY_ELSE]
    return [s for s in given if s.kind != "vote" or case.panel]


def story_writer(case: Case, story: Story) -> int | None:
    """Give who goes on with a story: whoever began it, as long as they still write for the house; else the coordinator."""
    named, book = _named(case, "write_story"), case.book
    writes = book.has_role(story.created_by_id, "coordinator", case.idea.department_id) or any(
        book.has_role(story.created_by_id, role, any_=True) for role in ("idea_manager", "cx_manager"))
    began = _first([story.created_by_id], case, case.excluded_from("write_story")) if writes else None
    return named or began or coordinator(case, "write_story")


def prover(case: Case, measure: Measure) -> int | None:
    """Give who says what a measure brought in its first year: its owner, else the coordinator.

    No submitter does: an award hangs on it. With a confidential idea it is always the coordinator, because the one owner
    passed over would be known to have handed it in.
    """
    kind = "prove_benefit"
    if kind in case.overrides or case.idea.confidential or case.handed_over:
        return coordinator(case, kind)
    return _first([measure.owner_id], case, case.excluded_from(kind)) or coordinator(case, kind)
