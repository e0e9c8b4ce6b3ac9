"""Who may call for ideas, and look after a call."""

from typing import Any

from suggestbox.core.modules import is_on
from suggestbox.people.directory import Directory
from suggestbox.people.policy import Somebody, has_role_anywhere
from suggestbox.people.queries import here

from .models import Call
from .queries import departments_of, is_asked, state_of

CALLERS = ("idea_manager", "cx_manager", "leadership", "decision_maker")


def may_draft(me: Somebody, _thing: Any = None, *, book: Directory | None = None) -> bool:
    """Say whether the person may call for ideas: idea management, CX management, leadership, decision makers."""
    return any(has_role_anywhere(me, role, book=book) for role in CALLERS)


def may_manage(me: Somebody, call: Call) -> bool:
    """Say whether the person may change, publish, end and answer this call: who drafted it, its sponsor, idea management."""
    if me is None:
        return False
    return (me.id in (call.created_by_id, call.sponsor_id) and may_draft(me)) or has_role_anywhere(me, "idea_manager")


def may_read(me: Somebody, call: Call) -> bool:
    """Say whether the person reads the call: everybody, once it is published."""
    return me is not None and (call.published_at is not None or may_manage(me, call))


def may_tell(me: Somebody, call: Call) -> bool:
    """Say whether the person is asked what customers said, and may pass it on for the call today."""
    return call.asks_stories and is_on("feedback") and may_answer(me, call)


def may_answer(me: Somebody, call: Call) -> bool:
    """Say whether the person is asked, and may hand an idea in to it today."""
    book = here()
    asked = departments_of([call.id]).get(call.id, ())
    return me is not None and state_of(call, book.today) == "open" and is_asked(me.id, asked, book)
