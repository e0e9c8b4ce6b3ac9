"""Who looks through declined ideas: coordinators for their departments, the idea management for all."""

from typing import Any

import sqlalchemy as sa

from suggestbox.ideas.policy import Who, kept_for, reads_outcome, visible_to
from suggestbox.people.directory import Directory
from suggestbox.people.policy import Somebody
from suggestbox.people.queries import here


def may_list(me: Somebody, _thing: Any = None) -> bool:
    """Say whether the person finds the list of declined ideas."""
    if me is None:
        return False
    book = here()
    return any(book.has_role(me.id, role, any_=True) for role in ("idea_manager", "coordinator"))


def in_charge(person_id: int, book: Directory) -> sa.ColumnElement[bool]:
    """Give the condition on `Idea` for those whose outcome the person reads and that are their office's."""
    return kept_for(person_id, book, _in_charge)


def _in_charge(who: Who) -> sa.ColumnElement[bool]:
    office = sa.or_(who.holds("idea_manager"), who.within("coordinator"))
    return sa.and_(visible_to(who.id, who.book), reads_outcome(who.id, who.book), office)
