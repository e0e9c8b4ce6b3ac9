"""The journal: one row per thing that happened, never changed afterwards."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from suggestbox.core.database import Base


class Entry(Base):
    """Something that happened.

    `actor_id` is empty for the house itself and for a confidential submitter; `role` then says which.
    `audience` says who may read it in an idea's story: "all", "submitters" (and handlers), "handlers".
    `facts` holds ids and dates; names are kept as person ids, texts stay in their own tables. The only words in it are
    the reasons an office gives for sending an idea on or for needing more time.
    """

    __tablename__ = "journal_entry"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(sa.String(60))
    idea_id: Mapped[int | None] = mapped_column(sa.ForeignKey("idea.id", ondelete="SET NULL"))
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(sa.String(20), default="person")
    audience: Mapped[str] = mapped_column(sa.String(12), default="handlers")
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)

    __table_args__ = (
        sa.Index("ix_journal_entry_story", "idea_id", "id"),
        sa.CheckConstraint("role IN ('person', 'submitter', 'house', 'admin')", name="role"),
        sa.CheckConstraint("audience IN ('all', 'submitters', 'handlers')", name="audience"),
    )


class Seal(Base):
    """A link of the chain over committed entries: `digest` covers the entry and the seal before it."""

    __tablename__ = "journal_seal"
    entry_id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(64))
