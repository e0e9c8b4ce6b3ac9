"""What others add to an idea: remarks, reports of remarks that should not stand there, support."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.errors import Denied, Invalid, Refused
from suggestbox.core.language import gettext as _
from suggestbox.journal.operations import write
from suggestbox.people.models import Person

from . import policy
from .models import Comment, CommentReport, Idea, Support
from .operations import COMMENT_LENGTH
from .parts import part_of

AUDIENCES = ("everyone", "handlers")


def add_comment(idea: Idea, text: str, *, audience: str = "everyone", actor: Person, now: datetime) -> Comment:
    """Give a new remark, for everyone or for those who handle the idea. Flushes, never commits.

    A confidential submitter's remark carries no name, not even in the row.

    Raises  Invalid without words or with too many; Denied when the person may not write for this audience
    """
    if not text.strip():
        raise Invalid(fields={"text": _("Please write something here.")})
    if len(text) > COMMENT_LENGTH:
        raise Invalid(fields={"text": _("This is too long: %(length)s characters, at most %(most)s fit.",
                                        length=len(text), most=COMMENT_LENGTH)})
    parts = policy.involved(idea, actor.id)
    if audience == "handlers":
        if not policy.may_read_handlers_comments(idea, actor, parts=parts):
            raise Denied(reason="not_a_handler")
    elif not policy.may_comment(idea, actor, parts=parts):
        raise Denied(reason="may_not_comment")
    part = part_of(idea, actor.id, "accepted", "invited")
    hidden = part is not None and idea.confidential
    comment = Comment(
        idea_id=idea.id, by_id=None if hidden else actor.id, by_submitter_id=part.id if part else None,
        audience=audience if audience in AUDIENCES else "everyone", round=idea.round, text=text, at=now,
    )
    db.session.add(comment)
    db.session.flush()
    count_comments(idea)
    write("idea.commented", now=now, idea_id=idea.id, actor_id=comment.by_id,
          role="submitter" if part else "person", audience="handlers", comment_id=comment.id,
          comment_audience=comment.audience)
    db.session.flush()
    return comment


def report_comment(comment: Comment, reason: str, *, actor: Person, now: datetime) -> CommentReport:
    """Note that somebody thinks a remark should not stand there; a second report of theirs replaces the first.

    Raises  Invalid without a reason; Refused when it is hidden already, or one's own
    """
    if not reason.strip():
        raise Invalid(fields={"reason": _("Please say what is wrong with this comment.")})
    if comment.hidden_at:
        raise Refused(_("This comment is hidden already."), reason="hidden_already")
    if comment.by_id == actor.id:
        raise Refused(_("This is your own comment."), reason="own_comment")
    found = db.session.scalars(
        sa.select(CommentReport).where(CommentReport.comment_id == comment.id, CommentReport.by_id == actor.id)
    ).first()
    report = found or CommentReport(comment_id=comment.id, by_id=actor.id)
    report.reason, report.at, report.settled_at = reason.strip()[:COMMENT_LENGTH], now, None
    db.session.add(report)
    write("idea.comment_reported", now=now, idea_id=comment.idea_id, actor_id=actor.id, audience="handlers",
          comment_id=comment.id)
    db.session.flush()
    return report


def hide_comment(idea: Idea, comment: Comment, reason: str, *, actor: Person, now: datetime) -> Comment:
    """Hide a remark; everybody sees that one was hidden, and why. Its text stays for those who must account for it.

    Raises  Denied for anybody but coordinator and idea management; Invalid without a reason; Refused a second time
    """
    if not policy.may_hide_comment(idea, actor):
        raise Denied(reason="may_not_hide")
    if not reason.strip():
        raise Invalid(fields={"reason": _("Please give a reason: everybody reads it in place of the comment.")})
    if comment.hidden_at:
        raise Refused(_("This comment is hidden already."), reason="hidden_already")
    comment.hidden_at, comment.hidden_by_id, comment.hidden_reason = now, actor.id, reason.strip()[:COMMENT_LENGTH]
    db.session.execute(
        sa.update(CommentReport)
        .where(CommentReport.comment_id == comment.id, CommentReport.settled_at.is_(None))
        .values(settled_at=now)
    )
    db.session.flush()
    count_comments(idea)
    write("idea.comment_hidden", now=now, idea_id=idea.id, actor_id=actor.id, audience="handlers",
          comment_id=comment.id)
    db.session.flush()
    return comment


def keep_comment(idea: Idea, comment: Comment, *, actor: Person, now: datetime) -> int:
    """Settle the reports of a remark that may stay; give how many there were.

    Raises  Denied for anybody but coordinator and idea management
    """
    if not policy.may_hide_comment(idea, actor):
        raise Denied(reason="may_not_hide")
    settled: Any = db.session.execute(
        sa.update(CommentReport)
        .where(CommentReport.comment_id == comment.id, CommentReport.settled_at.is_(None))
        .values(settled_at=now)
    )
    write("idea.comment_kept", now=now, idea_id=idea.id, actor_id=actor.id, audience="handlers",
          comment_id=comment.id)
    db.session.flush()
    return settled.rowcount


def count_comments(idea: Idea) -> None:
    """Keep the number lists show: open remarks that are not hidden."""
    shown = sa.select(sa.func.count()).where(
        Comment.idea_id == idea.id, Comment.audience == "everyone", Comment.hidden_at.is_(None)
    )
    _set_count(idea, "comment_count", shown)


def _set_count(idea: Idea, column: str, counted: sa.Select[Any]) -> None:
    """Counted in the database: two people at once must not overwrite each other's number, nor the idea's version."""
    db.session.execute(
        sa.update(Idea).where(Idea.id == idea.id).values({column: counted.scalar_subquery()})
        .execution_options(synchronize_session=False)
    )
    db.session.expire(idea, [column])


def set_support(idea: Idea, wanted: bool, *, actor: Person, now: datetime) -> bool:
    """Support an idea, or no longer; give whether it is supported now. Doing it twice changes nothing.

    Raises  Denied for one's own idea, and where others do not read it yet
    """
    parts = policy.involved(idea, actor.id)
    if parts & {"submitter", "invited"}:
        raise Denied(_("Your own idea has your support anyway."), reason="own_idea")
    if not policy.may_support(idea, actor, parts=parts):
        raise Denied(_("This idea cannot be supported at the moment."), reason="not_open")
    standing = db.session.get(Support, (idea.id, actor.id))
    if wanted and standing is None:
        db.session.add(Support(idea_id=idea.id, person_id=actor.id, at=now))
    elif not wanted and standing is not None:
        db.session.delete(standing)
    db.session.flush()
    _set_count(idea, "support_count", sa.select(sa.func.count()).where(Support.idea_id == idea.id))
    return wanted
