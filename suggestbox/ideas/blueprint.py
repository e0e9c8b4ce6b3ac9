"""The blueprint of the ideas room, and what its pages share: loading an idea, showing text."""

import re
from typing import Any

import sqlalchemy as sa
from flask import Blueprint
from markupsafe import Markup

from suggestbox.core.database import db
from suggestbox.core.errors import NotFound
from suggestbox.people.models import Person
from suggestbox.people.queries import here

from . import policy, queries
from .models import Attachment, Comment, Idea

bp = Blueprint("ideas", __name__)


@bp.app_template_filter("paragraphs")
def paragraphs(text: str | None) -> Markup:
    """Give typed text as paragraphs and line breaks; everything in it is escaped first."""
    blocks = [block.strip("\n") for block in re.split(r"\n[ \t]*\n", text or "")]
    shown = [Markup("<p>{}</p>").format(Markup("<br>\n").join(block.split("\n"))) for block in blocks if block.strip()]
    return Markup("\n").join(shown)


def first_words(text: str, most: int = 180) -> str:
    """Give the beginning of a text on one line, cut between words."""
    flat = " ".join(text.split())
    if len(flat) <= most:
        return flat
    cut = flat[:most]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(",;:") + " …"


bp.add_app_template_filter(first_words, "first_words")


def load_idea(me: Person, number: str) -> Idea:
    """Give the idea with this number.

    Raises  NotFound when there is none, or the person may not see it
    """
    idea = queries.visible_idea(number, me.id, here())
    if idea is None or idea.number is None:
        raise NotFound(reason="no_such_idea")
    return idea


def load_draft(me: Person, draft_id: int) -> Idea:
    """Give one of the person's own drafts, or the idea it became meanwhile.

    Raises  NotFound
    """
    query = sa.select(Idea).where(Idea.id == draft_id, policy.visible_to(me.id, here()))
    idea = db.session.scalars(query).first()
    if idea is None or not policy.involved(idea, me.id) & {"submitter", "on_behalf"}:
        raise NotFound(reason="no_such_draft")
    return idea


def load_comment(me: Person, comment_id: int) -> tuple[Idea, Comment]:
    """Give a comment the person reads, and its idea; a hidden one only to those who must account for it.

    Raises  NotFound
    """
    comment = db.session.get(Comment, comment_id)
    idea = db.session.get(Idea, comment.idea_id) if comment else None
    if comment is None or idea is None or idea.number is None:
        raise NotFound(reason="no_such_comment")
    parts = policy.involved(idea, me.id)
    handlers = policy.may_read_handlers_comments(idea, me, parts=parts)
    if not policy.may_see(idea, me, parts=parts) or not policy.may_read_comment(comment, handlers=handlers):
        raise NotFound(reason="no_such_comment")
    if comment.hidden_at and not policy.may_hide_comment(idea, me, parts=parts):
        raise NotFound(reason="no_such_comment")
    return idea, comment


def load_attachment(me: Person, name: str) -> tuple[Idea, Attachment]:
    """Give a file beside an idea the person may see, and the idea.

    Raises  NotFound
    """
    attachment = queries.attachment_by_name(name)
    idea = db.session.get(Idea, attachment.idea_id) if attachment else None
    if attachment is None or idea is None or not policy.may_see(idea, me):
        raise NotFound(reason="no_such_file")
    return idea, attachment


def may_hide(me: Person, thing: Any) -> bool:
    """Say whether the person may hide this comment."""
    return policy.may_hide_comment(thing[0], me)
