"""Declined ideas that are not forgotten: second looks, likenesses to later ideas, and credits."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from suggestbox.core.database import Base

LOOKS = ("stands", "again")
LIKENESSES = ("", "same", "partly", "other")


class Protection(Base):
    """How long a declined idea stays first: until `until`, looked at again on `look_on`. One row per idea.

    `ended_at`: it came to a yes after all, or the decline was taken back.
    """

    __tablename__ = "protection"
    idea_id: Mapped[int] = mapped_column(
        sa.ForeignKey("idea.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    round: Mapped[int]
    since: Mapped[date]
    until: Mapped[date]
    look_on: Mapped[date | None]  # empty: no further look is planned
    look_reason: Mapped[str] = mapped_column(sa.String(20), default="")  # planned, said_again (somebody else had it too)
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        sa.CheckConstraint("until >= since", name="order"),
        sa.Index("ix_protection_until", "until"),
    )


class SecondLook(Base):
    """Somebody looked at a declined idea again and said whether the reasons still hold. The submitters read the words."""

    __tablename__ = "second_look"
    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("idea.id", ondelete="CASCADE"), index=True)
    round: Mapped[int]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(sa.String(8))
    words: Mapped[str]
    __table_args__ = (
        sa.CheckConstraint("answer IN ('stands', 'again')", name="answer"),
        sa.CheckConstraint("length(words) > 0", name="words"),
    )


class Likeness(Base):
    """A later idea that may be an earlier, declined and still protected one. A person says whether it is."""

    __tablename__ = "likeness"
    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("idea.id", ondelete="CASCADE"))
    earlier_id: Mapped[int] = mapped_column(sa.ForeignKey("idea.id", ondelete="CASCADE"), index=True)
    score: Mapped[float | None]  # 0 to 1, where the search found it
    found_at: Mapped[datetime]
    found_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))  # empty: the search did
    answer: Mapped[str] = mapped_column(sa.String(8), default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    words: Mapped[str] = mapped_column(default="")
    percent: Mapped[int] = mapped_column(default=100)  # how much of the earlier idea is in the later one
    __table_args__ = (
        sa.UniqueConstraint("idea_id", "earlier_id"),
        sa.CheckConstraint("idea_id <> earlier_id", name="two"),
        sa.CheckConstraint("answer IN ('', 'same', 'partly', 'other')", name="answer"),
        sa.CheckConstraint("(answer = '') = (answered_at IS NULL)", name="answered"),
        sa.CheckConstraint("percent BETWEEN 1 AND 100", name="percent"),
    )


class Credit(Base):
    """A declined idea was taken up after all within its protection: its submitters are told, named and awarded.

    `later_id` is the idea that was adopted instead; empty where the house simply did it, with `words` saying what.
    """

    __tablename__ = "credit"
    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("idea.id", ondelete="CASCADE"), index=True)
    later_id: Mapped[int | None] = mapped_column(sa.ForeignKey("idea.id"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))  # empty: followed by itself from a likeness
    words: Mapped[str] = mapped_column(default="")
    percent: Mapped[int] = mapped_column(default=100)  # how much of the earlier idea is in what is done
    __table_args__ = (
        sa.UniqueConstraint("idea_id", "later_id"),
        sa.CheckConstraint("percent BETWEEN 1 AND 100", name="percent"),
        sa.CheckConstraint("later_id IS NOT NULL OR length(words) > 0", name="what"),
    )
