"""Calls for ideas, who is asked, and who assesses."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from suggestbox.core.database import Base


class Call(Base):
    """A question to all or some departments, from its first to its last day, both included.

    A draft until `published_at`; over after `ends_on`, or from `ended_at` on when somebody ended it early; answered when
    its results were told.
    """

    __tablename__ = "call"
    id: Mapped[int] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(sa.String(200))
    background: Mapped[str] = mapped_column(default="")
    sponsor_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    theme_id: Mapped[int | None] = mapped_column(sa.ForeignKey("theme.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    published_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    dates_reason: Mapped[str] = mapped_column(default="")  # why it ended early, or goes on longer; those asked read it
    results: Mapped[str] = mapped_column(default="")
    results_at: Mapped[datetime | None]
    results_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    results_due_on: Mapped[date | None]  # the day those who take part are promised to hear what came of it
    triage_on: Mapped[date | None]  # own dates: until when ideas of this call are looked at,
    review_on: Mapped[date | None]  # assessed,
    decide_on: Mapped[date | None]  # and decided; empty: the house's days count, as for every idea
    criteria_set: Mapped[int | None]  # own questions for reviewers; empty: the house's
    asks_stories: Mapped[bool] = mapped_column(default=False)  # also asks what customers said
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        sa.CheckConstraint("ends_on >= starts_on", name="order"),
        sa.CheckConstraint("(results_at IS NULL) = (results_by_id IS NULL)", name="results"),
        sa.CheckConstraint("triage_on IS NULL OR review_on IS NULL OR review_on >= triage_on", name="review_after"),
        sa.CheckConstraint("review_on IS NULL OR decide_on IS NULL OR decide_on >= review_on", name="decide_after"),
        sa.Index("ix_call_dates", "ends_on", "id"),
    )


class CallDepartment(Base):
    """A department that is asked, with those below it. A call without any asks everybody."""

    __tablename__ = "call_department"
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("call.id", ondelete="CASCADE"), primary_key=True)
    department_id: Mapped[int] = mapped_column(sa.ForeignKey("department.id"), primary_key=True)


class CallReviewer(Base):
    """Somebody who assesses the ideas of a call; named first when reviewers are chosen."""

    __tablename__ = "call_reviewer"
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("call.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    capacity: Mapped[str] = mapped_column(sa.String(12))
    __table_args__ = (sa.CheckConstraint("capacity IN ('expert', 'department')", name="capacity"),)
