"""The acting owner: who does a next step today when its owner cannot. Computed when read, never stored."""

from collections.abc import Iterator

from .directory import Directory

Acting = tuple[int | None, bool]
"""Who acts, and whether they may do the step (False: they may only give it to somebody else)."""


def acting_owner(
    book: Directory,
    *,
    owner_id: int | None,
    role: str,
    department_id: int | None,
    excluded: frozenset[int] = frozenset(),
    kind_is_review: bool = False,
) -> Acting:
    """Give who acts on a step today, and whether they may do it or only reassign it.

    Takes   role: the role the step is for, e.g. "coordinator"; its holders further up come after the deputies
            department_id: the department the step belongs to
            excluded: submitters of the idea and people in conflict, who never act
            kind_is_review: an assessment is done by its reviewer or by nobody; others may only reassign it
    Gives   (None, False) when nobody at all is there
    Source: product.md, "Acting owner": the first who is active, present, no submitter, not in conflict.
    """
    line = _reassigners(book, owner_id, department_id) if kind_is_review else _line(book, owner_id, role, department_id)
    for person_id, may_do in line:
        if person_id not in excluded and book.is_available(person_id):
            return person_id, may_do
    return None, False


def _line(book: Directory, owner_id: int | None, role: str, department_id: int | None) -> Iterator[tuple[int, bool]]:
    if owner_id is not None:
        yield owner_id, True
        for deputy_id in book.deputies.get(owner_id, []):
            yield deputy_id, True
    # A role held for all reaches every department, so it ends the way up.
    for above in (*book.upwards(department_id)[1:], None):
        for holder_id in book.holders(role, above):
            yield holder_id, True
    for manager_id in _reaching(book, "idea_manager", department_id):
        yield manager_id, True
    for admin_id in _reaching(book, "admin", department_id):
        yield admin_id, False


def _reassigners(book: Directory, owner_id: int | None, department_id: int | None) -> Iterator[tuple[int, bool]]:
    if owner_id is not None:
        yield owner_id, True
    for role in ("coordinator", "idea_manager", "admin"):
        for holder_id in _reaching(book, role, department_id):
            yield holder_id, False


def _reaching(book: Directory, role: str, department_id: int | None) -> Iterator[int]:
    """Holders of the role for all, in the order granted, after those nearest to the department."""
    for step in (*book.upwards(department_id), None):
        yield from book.holders(role, step)


def covers(book: Directory, person_id: int) -> set[int]:
    """Give the owners who cannot act today and whom this person might stand in for.

    A superset, to preselect rows in SQL; `acting_owner` decides. It does not know of owners who are there but
    excluded (a submitter, a conflict): whoever stores a step must not give it to one of those.
    """
    if not book.is_available(person_id):
        return set()
    if book.roles_of.get(person_id):
        return set(book.away)
    return {owner_id for owner_id in book.away if person_id in book.deputies.get(owner_id, [])}
