"""Notices (what a person is told, in the inbox on the site), letters (what carries them further), and their fate."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from suggestbox.core.database import Base

CHANNELS = ("mail", "print", "teams", "slack")
STATES = (
    "queued",  # waits for its time, or for another try
    "sending",  # somebody holds the lease; `stage` says how far it got
    "sent",  # accepted by the server, posted, or printed
    "uncertain",  # handed over, and no answer: it may have arrived
    "failed",  # refused for good, or tried for three days
    "cancelled",  # its reason was gone before it went out
    "review",  # from before a restore: somebody decides whether it still goes out
    "to_print",  # waits for the coordinator's printer
)
OVER = ("sent", "failed", "cancelled")
STAGES = ("", "dial", "data")
HOOK_KINDS = ("teams", "slack")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(v) for v in values)})"


class Notice(Base):
    """Something a person is told, once: `key` says of what. It stands in the inbox on the site.

    Exactly one of `person_id` and `submitter_id` (who may be confidential) is set. A notice that `waits` is carried by
    the next digest; `letter_id` is the letter that carries, or carried, it; never from a confidential submitter's
    notice to a digest, which names the person.
    """

    __tablename__ = "notice"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(160), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    submitter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("submitter.id", ondelete="CASCADE"))
    idea_id: Mapped[int | None] = mapped_column(sa.ForeignKey("idea.id", ondelete="CASCADE"), index=True)
    step_id: Mapped[int | None] = mapped_column(sa.ForeignKey("step.id", ondelete="CASCADE"), index=True)
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    waits: Mapped[bool] = mapped_column(default=True)
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    letter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("letter.id", ondelete="SET NULL"), index=True)
    __table_args__ = (
        sa.CheckConstraint("(person_id IS NULL) <> (submitter_id IS NULL)", name="one_reader"),
        sa.Index("ix_notice_person", "person_id", "id"),
        sa.Index("ix_notice_submitter", "submitter_id", "id"),
        sa.Index(
            "ix_notice_uncarried", "person_id", "id",
            sqlite_where=sa.text("letter_id IS NULL AND read_at IS NULL"),
            postgresql_where=sa.text("letter_id IS NULL AND read_at IS NULL"),
        ),
        sa.Index(
            "ix_notice_waiting", "id",
            sqlite_where=sa.text("waits AND letter_id IS NULL AND read_at IS NULL"),
            postgresql_where=sa.text("waits AND letter_id IS NULL AND read_at IS NULL"),
        ),
    )


class Letter(Base):
    """One thing that leaves the house, or waits for a printer. `key` is unique: nothing is written twice.

    A letter to a submitter names the submitter, never the person. `message_id` never changes, so that a copy sent after
    a lost answer is recognised. `lease_token` fences: whoever lost the lease changes nothing any more. `message` is
    what is being sent, kept only while it is on its way, and never for a confidential submitter.
    """

    __tablename__ = "letter"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(180), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    channel: Mapped[str] = mapped_column(sa.String(8), default="mail")
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    submitter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("submitter.id", ondelete="CASCADE"), index=True)
    hook_id: Mapped[int | None] = mapped_column(sa.ForeignKey("hook.id", ondelete="SET NULL"), index=True)
    idea_id: Mapped[int | None] = mapped_column(sa.ForeignKey("idea.id", ondelete="CASCADE"), index=True)
    local_date: Mapped[date | None]  # of a digest: the recipient's day it belongs to
    bulk: Mapped[bool] = mapped_column(default=False)  # waits when the postman pauses
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    message_id: Mapped[str] = mapped_column(sa.String(120), unique=True)
    message: Mapped[bytes | None]
    state: Mapped[str] = mapped_column(sa.String(10), default="queued")
    stage: Mapped[str] = mapped_column(sa.String(4), default="")
    not_before: Mapped[datetime]
    created_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    lease_token: Mapped[str] = mapped_column(sa.String(32), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    maybe: Mapped[bool] = mapped_column(default=False)  # a copy may have arrived before
    last_answer: Mapped[str] = mapped_column(default="")  # the server's words, or ours
    epoch: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    __table_args__ = (
        sa.CheckConstraint(_one_of("channel", CHANNELS), name="channel"),
        sa.CheckConstraint(_one_of("state", STATES), name="state"),
        sa.CheckConstraint(_one_of("stage", STAGES), name="stage"),
        sa.CheckConstraint("(state = 'sending') = (lease_until IS NOT NULL)", name="lease"),
        sa.CheckConstraint("(state IN ('sent', 'failed', 'cancelled')) = (done_at IS NOT NULL)", name="done"),
        sa.CheckConstraint("person_id IS NULL OR submitter_id IS NULL", name="one_reader"),
        sa.Index(
            "ix_letter_open", "state", "not_before", "id",
            sqlite_where=sa.text("done_at IS NULL"), postgresql_where=sa.text("done_at IS NULL"),
        ),
        sa.Index("ix_letter_list", "created_at", "id"),
        sa.Index("ix_letter_day", "local_date", "person_id"),
    )


class LetterAttempt(Base):
    """One try to send a letter. Only added to, except for its end."""

    __tablename__ = "letter_attempt"
    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(sa.ForeignKey("letter.id", ondelete="CASCADE"), index=True)
    n: Mapped[int]
    token: Mapped[str] = mapped_column(sa.String(32))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    result: Mapped[str] = mapped_column(sa.String(10), default="")  # the letter's state afterwards
    answer: Mapped[str] = mapped_column(default="")
    __table_args__ = (sa.UniqueConstraint("letter_id", "n"),)


class MailState(Base):
    """One row: what the postmen of all processes must know of each other and of the past.

    `epoch` counts restores from a backup; `counter` counts what was sent and is kept in a file beside the database too,
    so that a database that went back in time is noticed.
    """

    __tablename__ = "mail_state"
    id: Mapped[int] = mapped_column(primary_key=True)
    epoch: Mapped[int] = mapped_column(default=0)
    counter: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    beat_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    paused_reason: Mapped[str] = mapped_column(sa.String(20), default="")  # clock, restore, or by hand
    restored_at: Mapped[datetime | None]


class Hook(Base):
    """An incoming webhook of Teams or Slack through which a person wants to be told too."""

    __tablename__ = "hook"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(8))
    url: Mapped[str]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    last_answer: Mapped[str] = mapped_column(default="")
    __table_args__ = (sa.CheckConstraint(_one_of("kind", HOOK_KINDS), name="kind"),)
