"""Who changes the rules: the idea management and admins. Everybody who works here reads them."""

from typing import Any

from suggestbox.people.policy import Somebody, is_admin, is_idea_manager


def may_change(me: Somebody, _thing: Any = None) -> bool:
    """Say whether this person changes rules of the house."""
    return is_idea_manager(me) or is_admin(me)
