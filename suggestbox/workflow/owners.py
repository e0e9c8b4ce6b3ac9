"""Who gets a step: offices looked for from the idea's department upwards, without anybody who may not."""

from collections.abc import Iterable

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


def coordinator(case: Case, kind: str = "triage") -> int | None:
    """Give the coordinator of the department concerned, else the nearest one above, else the idea management.

    What was handed over no coordinator reads any more: its steps are the idea management's.
    """
    excluded = case.excluded_from(kind)
    if case.handed_over:
        return idea_manager(case, kind)
    if kind in case.overrides:
        named = _first([case.overrides[kind]], case, excluded)
        if named:
            return named
    office = case.book.holders("coordinator", case.idea.department_id) if case.idea.department_id else []
    above = [p for d in case.book.upwards(case.idea.department_id)[1:] for p in case.book.holders("coordinator", d)]
    # A department without a coordinator goes to the idea management, not to a stranger further up.
    candidates = [*office, *(above if office else []), *idea_managers(case)]
    return _first(candidates, case, excluded)


def idea_manager(case: Case, kind: str) -> int | None:
    """Give the first idea manager who may act on this idea."""
    return _first(idea_managers(case), case, case.excluded_from(kind))


def team_lead(case: Case) -> int | None:
    """Give the lead of the submitters' own team, unless they handed it in.

    A department may have several teams: a lead some submitter reports to comes before the others.
    """
    departments = {case.book.department_of(p) for p in case.submitters.values()}
    if departments != {case.idea.department_id} or case.idea.department_id is None:
        return None
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


def decider(case: Case) -> int | None:
    """Give who decides: the person named instead, the chair of the body, or the nearest decision maker."""
    named = case.overrides.get("decide")
    if named and _first([named], case, case.excluded_from("decide")):
        return named
    body_id = deciding_body(case)
    if body_id:
        voters = body_voters(case, body_id)
        if len(voters) >= 2:
            return voters[0]
    return next(iter(deciders(case)), None)


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
