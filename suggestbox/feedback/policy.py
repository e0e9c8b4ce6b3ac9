"""Who may do what with customer feedback, themes and journeys."""

from typing import Any

from suggestbox.people.directory import Directory
from suggestbox.people.policy import Somebody, has_role, has_role_anywhere
from suggestbox.people.queries import here

from .models import Item, Theme, Touchpoint

MENU_ROLES = ("cx_manager", "idea_manager", "admin", "leadership", "coordinator", "head", "decision_maker")
"""Whoever holds one of these finds customer feedback in the menu; everybody else comes to it from the home page."""


def has_menu(held: set[str]) -> bool:
    """Say whether somebody with these roles finds customer feedback in the menu."""
    return not held.isdisjoint(MENU_ROLES)


def is_cx_manager(me: Somebody, _thing: Any = None, *, book: Directory | None = None) -> bool:
    """Say whether this person looks after feedback and themes: imports, curates, reads texts as they came."""
    return has_role(me, "cx_manager", book=book)


def may_curate(me: Somebody, _thing: Any = None) -> bool:
    """Say whether this person may change themes, journeys, touchpoints and what items are about."""
    return is_cx_manager(me)


def may_import(me: Somebody, _thing: Any = None) -> bool:
    """Say whether this person may bring feedback in, and take an import back."""
    return is_cx_manager(me)


def may_read_whole_texts(me: Somebody, _thing: Any = None) -> bool:
    """Say whether this person reads items as they came. Everybody else reads them with names and numbers masked."""
    return is_cx_manager(me)


def answers_for(me: Somebody, touchpoint: Touchpoint, *, book: Directory | None = None) -> bool:
    """Say whether the touchpoint is this person's: its owner, or head or coordinator of its department."""
    book = book or here()
    if me is None or touchpoint.archived_at:
        return False
    if touchpoint.owner_id == me.id:
        return True
    where = touchpoint.department_id
    return where is not None and (has_role(me, "head", where, book=book) or has_role(me, "coordinator", where, book=book))


def may_pass_praise_on(me: Somebody, _item: Item | None = None) -> bool:
    """Say whether this person may pass a customer's praise on to a team."""
    roles = ("coordinator", "head", "team_lead", "idea_manager", "cx_manager")
    return any(has_role_anywhere(me, role) for role in roles)


def is_public(theme: Theme) -> bool:
    """Say whether a theme is there for everybody; merged and archived ones are found by those who curate."""
    return theme.archived_at is None
