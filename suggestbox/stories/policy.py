"""Who writes success stories, and of which ideas one can be told."""

from typing import Any

import sqlalchemy as sa

from suggestbox.ideas import policy as ideas
from suggestbox.ideas.models import Idea
from suggestbox.measures import policy as measures
from suggestbox.people.directory import Directory
from suggestbox.people.policy import Somebody, has_role_anywhere
from suggestbox.people.queries import here

WRITERS = ("idea_manager", "cx_manager", "coordinator")
"""Roles whose holders write: the last one for the ideas of the own department."""


def is_writer(me: Somebody, _thing: Any = None, *, book: Directory | None = None) -> bool:
    """Say whether the person writes success stories at all."""
    return any(has_role_anywhere(me, role, book=book) for role in WRITERS)


def may_write(
    me: Somebody, idea: Idea, book: Directory | None = None, *, parts: frozenset[str] | None = None
) -> bool:
    """Say whether the person writes the story of this idea: idea management, CX management, the department's coordinators.

    Never one of its submitters, and only of an idea whose outcome the person may read.
    """
    if me is None:
        return False
    book = book or here()
    mine = ideas.involved(idea, me.id, book) if parts is None else parts
    if mine & ideas.OWN_PARTS or not ideas.may_read_outcome(idea, me, parts=mine):
        return False
    return bool(mine & {"idea_manager", "coordinator"}) or book.has_role(me.id, "cx_manager", any_=True)


def may_show_money(idea: Idea, me: Somebody, measure: Any, book: Directory | None = None) -> bool:
    """Say whether the person knows what the idea brings, and so may put it into its story."""
    return measure is not None and bool(measures.kinds_shown(measure, idea, me, book or here()))


def written_by(person_id: int, book: Directory) -> sa.ColumnElement[bool]:
    """Give the condition for ideas of which the person may write the story, in a statement about `Idea`."""
    return ideas.kept_for(person_id, book, _written_by)


def _written_by(who: ideas.Who) -> sa.ColumnElement[bool]:
    office = sa.or_(ideas.PARTS["coordinator"](who), who.holds("idea_manager"), who.holds("cx_manager"))
    own = sa.or_(ideas.PARTS["submitter"](who), ideas.PARTS["invited"](who))
    reads = sa.and_(ideas.visible_to(who.id, who.book), ideas.reads_outcome(who.id, who.book))
    return sa.and_(office, sa.not_(own), reads)
