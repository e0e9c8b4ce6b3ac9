"""Measures of adopted ideas."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from suggestbox.core.database import Base

STATES = ("planned", "running", "done")
OPEN_STATES = ("planned", "running")


class Measure(Base):
    """What somebody does because an idea was adopted; a next step of its owner until it is done."""

    __tablename__ = "measure"
    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("idea.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    description: Mapped[str] = mapped_column(default="")
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"))
    touchpoint_id: Mapped[int | None] = mapped_column(sa.ForeignKey("touchpoint.id"), index=True)
    state: Mapped[str] = mapped_column(sa.String(10), default="planned")
    due_on: Mapped[date]
    first_due_on: Mapped[date]
    due_moves: Mapped[int] = mapped_column(default=0)
    due_reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    started_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    done_on: Mapped[date | None]  # from when on customers can notice it
    done_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    done_words: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        sa.CheckConstraint("state IN ({})".format(", ".join(f"'{s}'" for s in STATES)), name="state"),
        sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done"),
        sa.CheckConstraint("(done_at IS NULL) = (done_on IS NULL)", name="done_on"),
        sa.CheckConstraint("due_moves BETWEEN 0 AND 2", name="due_moves"),
    )
