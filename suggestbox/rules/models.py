"""Versions of the rules in force, every single change of a rule, and the dates of the law that were kept."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from suggestbox.core.database import Base


class RulesVersion(Base):
    """The rules as they stood from a day on, whole. Never changed afterwards; an idea is bound to the one of its hand-in.

    `document` holds them by section; `changes` what differs from the version before: [{name, old, new}].
    """

    __tablename__ = "rules_version"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    from_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="")
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))  # empty: at the terminal, or the house
    document: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    changes: Mapped[list[Any]] = mapped_column(sa.JSON)
    agreed_on: Mapped[date | None]  # when the works council agreed, if it did
    agreed_words: Mapped[str] = mapped_column(default="")
    __table_args__ = (sa.Index("ix_rules_version_from", "from_at"),)


class ClockKept(Base):
    """Somebody says that a date the law sets for a handed-over idea was kept; until then it is somebody's next step."""

    __tablename__ = "clock_kept"
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("idea.id", ondelete="CASCADE"), primary_key=True)
    clock: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    words: Mapped[str] = mapped_column(default="")
