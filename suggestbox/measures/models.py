"""Measures of adopted ideas, their steps, and what they cost and bring."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from suggestbox.core.database import Base

STATES = ("planned", "running", "done", "abandoned")
OPEN_STATES = ("planned", "running")
FIGURE_KINDS = ("expected", "agreed", "measured")
ASPECTS = ("safety", "customers", "environment", "quality", "joy")


class Measure(Base):
    """What somebody does because an idea was adopted; a next step of its owner until it is done or abandoned."""

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
    picture_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attachment.id", ondelete="SET NULL"))  # how it looks now
    abandoned_at: Mapped[datetime | None]
    abandoned_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    abandoned_reasons: Mapped[str] = mapped_column(default="")
    project_url: Mapped[str] = mapped_column(sa.String(500), default="")  # where the work is followed elsewhere
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        sa.CheckConstraint("state IN ({})".format(", ".join(f"'{s}'" for s in STATES)), name="state"),
        sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done"),
        sa.CheckConstraint("(done_at IS NULL) = (done_on IS NULL)", name="done_on"),
        sa.CheckConstraint("due_moves BETWEEN 0 AND 2", name="due_moves"),
        sa.CheckConstraint("(state = 'abandoned') = (abandoned_at IS NOT NULL)", name="abandoned"),
        sa.CheckConstraint("state <> 'abandoned' OR length(abandoned_reasons) > 0", name="abandoned_reasons"),
        sa.Index("ix_measure_done", "done_on"),
    )


class MeasureTask(Base):
    """One of the steps a measure is made of: a line with a tick. Only the measure itself is anybody's next step."""

    __tablename__ = "measure_task"
    id: Mapped[int] = mapped_column(primary_key=True)
    measure_id: Mapped[int] = mapped_column(sa.ForeignKey("measure.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(200))
    due_on: Mapped[date | None]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class MeasureFigure(Base):
    """What a measure costs and brings in the first year of use: one version of one kind. Never changed, only replaced.

    expected: by whoever plans it; agreed: what was settled on; measured: what the first year brought.
    `net_cents` = savings + revenue - running cost - the one-off cost of the first year (`one_off_first_year_cents`: all
    of it, or its part when it is spread over `use_years`). `lines` is the calculation sheet: [{what, amount, unit,
    unit_cents, per_year, column}]. Above a threshold a figure counts only once a second person confirmed it.
    """

    __tablename__ = "measure_figure"
    id: Mapped[int] = mapped_column(primary_key=True)
    measure_id: Mapped[int] = mapped_column(sa.ForeignKey("measure.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(sa.String(10))
    version: Mapped[int]
    savings_cents: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    revenue_cents: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    running_cost_cents: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    one_off_cost_cents: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    use_years: Mapped[int] = mapped_column(default=1)
    one_off_first_year_cents: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    net_cents: Mapped[int] = mapped_column(sa.BigInteger)
    lines: Mapped[list[Any]] = mapped_column(sa.JSON)
    assumptions: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    needs_second: Mapped[bool] = mapped_column(default=False)
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))  # or who doubted it
    doubted_at: Mapped[datetime | None]  # the second person did not agree
    second_words: Mapped[str] = mapped_column(default="")
    __table_args__ = (
        sa.UniqueConstraint("measure_id", "kind", "version"),
        sa.CheckConstraint("kind IN ({})".format(", ".join(f"'{k}'" for k in FIGURE_KINDS)), name="kind"),
        sa.CheckConstraint("use_years BETWEEN 1 AND 30", name="use_years"),
        sa.CheckConstraint(
            "net_cents = savings_cents + revenue_cents - running_cost_cents - one_off_first_year_cents", name="net"
        ),
        sa.CheckConstraint("confirmed_by_id IS NULL OR confirmed_by_id <> by_id", name="four_eyes"),
        sa.CheckConstraint("confirmed_at IS NULL OR doubted_at IS NULL", name="one_answer"),
        sa.CheckConstraint("version = 1 OR length(reason) > 0", name="why"),
    )


class SoftBenefit(Base):
    """What cannot be counted in money: points for one aspect, by the point table, with a sentence. The latest counts."""

    __tablename__ = "soft_benefit"
    id: Mapped[int] = mapped_column(primary_key=True)
    measure_id: Mapped[int] = mapped_column(sa.ForeignKey("measure.id", ondelete="CASCADE"))
    aspect: Mapped[str] = mapped_column(sa.String(12))
    version: Mapped[int]
    points: Mapped[int]
    words: Mapped[str]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    __table_args__ = (
        sa.UniqueConstraint("measure_id", "aspect", "version"),
        sa.CheckConstraint("aspect IN ({})".format(", ".join(f"'{a}'" for a in ASPECTS)), name="aspect"),
        sa.CheckConstraint("points BETWEEN 0 AND 4", name="points"),
    )
