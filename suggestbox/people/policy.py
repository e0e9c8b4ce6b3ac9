"""Who may do what in the people room, and the roles other rooms ask about."""

from typing import Any

from .directory import Brief, Directory
from .models import Person
from .queries import here, last_department

Somebody = Person | Brief | None


def has_role(me: Somebody, role: str, department_id: int | None = None, *, book: Directory | None = None) -> bool:
    """Say whether this active person holds the role for all, or for the department or one above it."""
    return me is not None and (book or here()).has_role(me.id, role, department_id)


def has_role_anywhere(me: Somebody, role: str, *, book: Directory | None = None) -> bool:
    """Say whether this person holds the role for any department or for all."""
    return me is not None and (book or here()).has_role(me.id, role, any_=True)


def is_admin(me: Somebody, *, book: Directory | None = None) -> bool:
    """Say whether this person administers the house."""
    return has_role(me, "admin", book=book)


def is_idea_manager(me: Somebody, *, book: Directory | None = None) -> bool:
    """Say whether this person owns the programme."""
    return has_role(me, "idea_manager", book=book)


def is_coordinator(me: Somebody, department_id: int | None = None, *, book: Directory | None = None) -> bool:
    """Say whether this person coordinates the department; without one: any department."""
    if department_id is None:
        return has_role_anywhere(me, "coordinator", book=book)
    return has_role(me, "coordinator", department_id, book=book)


def may_manage_people(me: Somebody, _thing: Any = None) -> bool:
    """Say whether this person may change people, departments, sites and bodies."""
    return is_admin(me)


def may_see_people(me: Somebody, _thing: Any = None) -> bool:
    """Say whether this person may look at the list of people."""
    return is_admin(me) or is_idea_manager(me)


def may_hand_over(me: Somebody, person: Person | Brief) -> bool:
    """Say whether this person may hand over what somebody has to do: who runs the house, or their coordinator."""
    return may_see_people(me) or is_coordinator_of(me, person)


def is_coordinator_of(me: Somebody, person: Person | Brief) -> bool:
    """Say whether this person coordinates the department somebody belongs to, or belonged to last."""
    department_id = last_department(person.id)
    return department_id is not None and is_coordinator(me, department_id)


def is_oneself(me: Somebody, person: Somebody) -> bool:
    """Say whether the two are the same person."""
    return me is not None and person is not None and me.id == person.id
