"""Who stands on which rung of a step's ladder today. Plain functions over the directory, no database.

Nobody is told who may not know of the idea: no submitter of a step of those who handle it, nobody in conflict, and of
what was handed over only the office and the idea management. Whoever is absent is stood in for; where nobody is found it
is the idea management, then an admin: a step is never nobody's.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from suggestbox.people.acting import acting_owner
from suggestbox.people.book import Directory
from suggestbox.steps.models import Step
from suggestbox.steps.queries import NOBODY_ELSE, REVIEWER_KINDS, acting_on

SUBMITTER, HANDLER, MANAGER = "submitter", "handler", "idea_manager"
"""Whose step it is: a submitter's, of somebody who handles the idea, or of the idea management itself."""


@dataclass(frozen=True, slots=True)
class OpenStep:
    """An open step as the ladder needs it: plain data, so that a day can be worked out without a database.

    Takes   person_id: who stands behind `submitter_id`
            excluded: who may not do it; barred: who may not hear of it (submitters, conflicts)
            readers: of an idea handed over the only people, beside the idea management, who know of it; None: no limit
            open: everybody may read the idea; hidden: its submitters are confidential
    """

    id: int
    idea_id: int
    kind: str
    owner_id: int | None
    submitter_id: int | None
    role: str
    department_id: int | None
    due_on: date
    subject_id: int = 0
    person_id: int | None = None
    submitters: frozenset[int] = frozenset()
    excluded: frozenset[int] = frozenset()
    barred: frozenset[int] = frozenset()
    readers: frozenset[int] | None = None
    open: bool = True
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody for a rung: who, what they are for the step, and whose step it is when it is not their own."""

    person_id: int
    office: str
    for_id: int | None = None


def whose(step: OpenStep, book: Directory) -> str:
    """Give whose step it is. What a submitter promised counts as a submitter's: it goes to no superior.

    Nor does what somebody says about a story they are in.
    """
    if step.submitter_id is not None or step.owner_id in step.submitters or step.kind in NOBODY_ELSE:
        return SUBMITTER
    return MANAGER if book.has_role(step.owner_id, "idea_manager", any_=True) else HANDLER


def may_hear(step: OpenStep, book: Directory, person_id: int) -> bool:
    """Say whether a person may be told of somebody else's step."""
    if person_id in step.barred:
        return False
    return step.readers is None or person_id in step.readers or book.has_role(person_id, "idea_manager", any_=True)


def _pick(candidates: Iterable[int], step: OpenStep, book: Directory, but: Iterable[int | None] = ()) -> int | None:
    """The first who is here today; else the first who is only away and reads it when back."""
    away = None
    for person_id in candidates:
        if person_id in but or not book.is_here(person_id) or not may_hear(step, book, person_id):
            continue
        if book.is_available(person_id):
            return person_id
        away = away or person_id
    return away


def _upwards(book: Directory, role: str, department_id: int | None) -> Iterator[int]:
    for where in (*book.upwards(department_id), None):
        yield from book.holders(role, where)


def _or_deputies(people: Iterable[int], book: Directory) -> Iterator[int]:
    for person_id in people:
        yield person_id
        if not book.is_available(person_id):
            yield from book.deputies.get(person_id, [])


def _management(step: OpenStep, book: Directory, but: Iterable[int | None] = ()) -> int | None:
    managers = list(_upwards(book, "idea_manager", step.department_id))
    found = _pick(_or_deputies(managers, book), step, book, but)
    if found is not None and book.is_available(found):
        return found
    # An admin learns that a step waits, not of which idea.
    admins = [p for p in _upwards(book, "admin", step.department_id)
              if p not in step.barred and p not in but and book.is_available(p)]
    return admins[0] if admins else found


def owner(step: OpenStep, book: Directory) -> Found | None:
    """Give who acts on the step today: its owner, or whoever stands in or may give it to somebody else."""
    if step.submitter_id is not None:
        gone = step.person_id is None or not book.is_here(step.person_id)
        return None if gone else Found(cast(int, step.person_id), "owner")
    acting = acting_on(cast(Step, step), book, step.excluded)
    person_id = acting.person_id
    if person_id == step.owner_id and person_id is not None:
        return Found(person_id, "owner")
    if person_id is not None and may_hear(step, book, person_id):
        return Found(person_id, "owner" if acting.may_do else "reassign", step.owner_id)
    if person_id is None and step.owner_id is not None and book.is_here(step.owner_id) \
            and step.owner_id not in step.excluded:
        return Found(step.owner_id, "owner")
    found = _management(step, book)
    return Found(found, "reassign", step.owner_id) if found is not None else None


def deputy(step: OpenStep, book: Directory) -> Found | None:
    """Give the owner's deputy; for an assessment, which nobody does for somebody else, who may reassign it."""
    first = owner(step, book)
    if first is None or first.person_id != step.owner_id:
        return None  # somebody stands in already
    if step.kind in REVIEWER_KINDS:
        person_id, _may_do = acting_owner(
            book, owner_id=None, role=step.role, department_id=step.department_id,
            excluded=step.excluded | step.barred | {first.person_id}, kind_is_review=True,
        )
        heard = person_id is not None and may_hear(step, book, person_id)
        return Found(cast(int, person_id), "reassign", step.owner_id) if heard else None
    for person_id in book.deputies.get(first.person_id, []):
        if person_id not in step.excluded and book.is_available(person_id) and may_hear(step, book, person_id):
            return Found(person_id, "deputy", step.owner_id)
    return None


def _above(role: str, office: str) -> Callable[[OpenStep, Directory], Found | None]:
    def find(step: OpenStep, book: Directory) -> Found | None:
        first = owner(step, book)
        but = {step.owner_id, first.person_id if first else None}
        place = book.department_of(step.owner_id) or step.department_id
        people = list(_upwards(book, role, place))
        if role == "head":
            people += book.superiors(step.owner_id)
        found = _pick(_or_deputies(people, book), step, book, but)
        if found is None:
            found = _management(step, book, but)
        return Found(found, office, step.owner_id) if found is not None else None

    return find


def idea_manager(step: OpenStep, book: Directory) -> Found | None:
    """Give the idea manager for the department, but not for a step of their own."""
    first = owner(step, book)
    found = _management(step, book, {step.owner_id, first.person_id if first else None})
    return Found(found, "idea_manager", step.owner_id) if found is not None else None


FINDERS: dict[str, Callable[[OpenStep, Directory], Found | None]] = {
    "owner": owner, "deputy": deputy, "head": _above("head", "head"), "idea_manager": idea_manager,
    "leadership": _above("leadership", "leadership"),
}
"""Who holds an office on the ladder of a step, today."""


def relay(step: OpenStep, book: Directory, person_id: int) -> int | None:
    """Give who tells somebody without a mailbox: the coordinator of their department, else the idea management.

    Nobody for confidential submitters, and for submitters nobody above them in line or who may not read the idea.
    """
    brief = book.person(person_id)
    if brief is None or brief.email or (step.submitter_id is not None and step.hidden):
        return None
    people: list[int] = [*_upwards(book, "coordinator", brief.department_id),
                         *_upwards(book, "idea_manager", brief.department_id)]
    if step.submitter_id is not None:
        above = set(book.superiors(person_id))
        people = [p for p in people if p not in above and (step.open or _handles(step, book, p))]
    reachable = [p for p in people if (b := book.person(p)) and b.email]
    return _pick(reachable, step, book, {person_id})


def _handles(step: OpenStep, book: Directory, person_id: int) -> bool:
    role: Any = book.has_role
    return bool(role(person_id, "coordinator", step.department_id) or role(person_id, "idea_manager", any_=True))
