"""Who looks after the house."""

from typing import Any

from suggestbox.people.directory import Directory
from suggestbox.people.policy import Somebody, is_admin, is_idea_manager


def looks_after_the_house(me: Somebody, _thing: Any = None, *, book: Directory | None = None) -> bool:
    """Say whether this person sees how the house is and looks after the letters: admins and the idea management."""
    return is_admin(me, book=book) or is_idea_manager(me, book=book)
