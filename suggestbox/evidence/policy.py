"""Who may say that an idea answers a theme, and take it back."""

from suggestbox.feedback.policy import is_cx_manager
from suggestbox.ideas import policy as ideas_policy
from suggestbox.ideas.models import Idea
from suggestbox.ideas.policy import Somebody
from suggestbox.people.directory import Directory
from suggestbox.people.queries import here

NOT_PUBLIC = ("handed_over",)
"""Outcomes of ideas that are no longer anybody's but the office's: they answer no theme any more."""


def linker(
    idea: Idea, me: Somebody, *, parts: frozenset[str] | None = None, book: Directory | None = None
) -> str:
    """Give as what the person may link themes to an idea: one of `models.LINKERS`, or nothing.

    A submitter stays a submitter even where they hold an office: their link must not name them. Whoever may not see
    the idea may do nothing with it.
    """
    if me is None or idea.stage == "withdrawn" or idea.outcome in NOT_PUBLIC:
        return ""
    book = book or here()
    mine = parts if parts is not None else ideas_policy.involved(idea, me.id, book)
    if not ideas_policy.may_see(idea, me, book, parts=mine):
        return ""
    if mine & {"submitter", "on_behalf"}:
        return "submitter"
    if idea.stage == "draft":
        return ""
    if "coordinator" in mine:
        return "coordinator"
    return "cx_manager" if is_cx_manager(me, book=book) else ""


def may_link(me: Somebody, idea: Idea) -> bool:
    """Say whether the person may link themes to the idea."""
    return bool(linker(idea, me))


def may_unlink(linked_as: str, who: str) -> bool:
    """Say whether somebody who may link as `who` may take away what was linked as `linked_as`.

    Submitters take back what submitters linked; what the house found is not theirs to remove.
    """
    return who in ("coordinator", "cx_manager") or (who == "submitter" and linked_as == "submitter")
