"""Kept reports: what was counted, for which period, in which version; exports, targets and the programme's cost."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from suggestbox.core.database import Base

KINDS = ("participation", "flow", "closings", "benefit", "awards", "customers")
HIDDEN = ("", "small", "complement", "owners", "change")
FORMATS = ("xlsx", "csv", "pdf")
RHYTHMS = ("month", "quarter", "year")
RUN_STATES = ("waiting", "running", "done", "failed", "gone")
COSTS = ("administration", "promotion")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(v) for v in values)})"


class Report(Base):
    """One kind of figures of one period, as they were counted at `as_of`.

    Version 0 is of a period that still runs and is replaced whenever it is counted anew. From 1 on the period was over:
    such a report and its cells never change. A correction is the next version, with who and why.
    """

    __tablename__ = "report"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(16))
    period: Mapped[str] = mapped_column(sa.String(10))  # 2026, 2026-Q3, 2026-09
    version: Mapped[int] = mapped_column(default=0)
    since: Mapped[date]
    until: Mapped[date]  # the last day of the period, included
    as_of: Mapped[datetime]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(default="")
    rules: Mapped[dict[str, Any]] = mapped_column(sa.JSON)  # thresholds, deadlines and time zone it was counted by
    rows: Mapped[dict[str, Any]] = mapped_column(sa.JSON)  # {dimension: [[key, parent key, depth, name de, name en]]}
    protection: Mapped[dict[str, Any]] = mapped_column(sa.JSON)  # what was hidden, how much of it beyond the small ones
    digest: Mapped[str] = mapped_column(sa.String(64), default="")  # of its cells: a changed one is noticed
    __table_args__ = (
        sa.UniqueConstraint("kind", "period", "version"),
        sa.CheckConstraint(_one_of("kind", KINDS), name="kind"),
        sa.CheckConstraint("until >= since", name="order"),
        sa.CheckConstraint("version < 2 OR length(reason) > 0", name="why"),
        sa.Index("ix_report_since", "kind", "since"),
    )


class ReportCell(Base):
    """One figure of one row. What is hidden is not kept: its numbers are empty and `hidden` says why.

    Money is in cents, rates are in percent, durations in days; `more` holds distributions and percentiles.
    """

    __tablename__ = "report_cell"
    report_id: Mapped[int] = mapped_column(sa.ForeignKey("report.id", ondelete="CASCADE"), primary_key=True)
    figure: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    dimension: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    row: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    numerator: Mapped[int | None] = mapped_column(sa.BigInteger)
    denominator: Mapped[int | None] = mapped_column(sa.BigInteger)
    value: Mapped[float | None]
    more: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    hidden: Mapped[str] = mapped_column(sa.String(12), default="")
    __table_args__ = (
        sa.CheckConstraint(_one_of("hidden", HIDDEN), name="hidden"),
        sa.CheckConstraint("hidden = '' OR (numerator IS NULL AND denominator IS NULL AND value IS NULL)", name="not_kept"),
        sa.Index("ix_report_cell_trend", "figure", "dimension", "row"),
    )


class Target(Base):
    """What leadership aims at, from a day on; the latest one counts."""

    __tablename__ = "target"
    id: Mapped[int] = mapped_column(primary_key=True)
    figure: Mapped[str] = mapped_column(sa.String(40), index=True)
    value: Mapped[float | None]  # empty: no target from this day on
    from_on: Mapped[date]
    set_at: Mapped[datetime]
    set_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))


class ProgrammeCost(Base):
    """What the programme cost in a year beside the awards. Only added to: the latest row of year and kind counts."""

    __tablename__ = "programme_cost"
    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(16))
    cents: Mapped[int] = mapped_column(sa.BigInteger)
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    __table_args__ = (
        sa.CheckConstraint(_one_of("kind", COSTS), name="kind"),
        sa.CheckConstraint("cents >= 0", name="cents"),
        sa.Index("ix_programme_cost_year", "year", "kind", "id"),
    )


class ExportRun(Base):
    """A file somebody asked for, made in the background, fetched by that person only, and removed after some days."""

    __tablename__ = "export_run"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(16))  # a kind of report
    period: Mapped[str] = mapped_column(sa.String(10))
    version: Mapped[int] = mapped_column(default=0)
    format: Mapped[str] = mapped_column(sa.String(4))
    language: Mapped[str] = mapped_column(sa.String(5))
    options: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)  # empty: on a schedule
    state: Mapped[str] = mapped_column(sa.String(8), default="waiting")
    done_rows: Mapped[int] = mapped_column(default=0)
    all_rows: Mapped[int] = mapped_column(default=0)
    file_name: Mapped[str] = mapped_column(sa.String(120), default="")
    stored_name: Mapped[str] = mapped_column(sa.String(80), default="")
    size_bytes: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    words: Mapped[str] = mapped_column(default="")  # why it failed
    asked_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    lease_token: Mapped[str] = mapped_column(sa.String(32), default="")
    done_at: Mapped[datetime | None]
    fetched_at: Mapped[datetime | None]
    __table_args__ = (
        sa.CheckConstraint(_one_of("kind", KINDS), name="kind"),
        sa.CheckConstraint(_one_of("format", FORMATS), name="format"),
        sa.CheckConstraint(_one_of("state", RUN_STATES), name="state"),
        sa.Index(
            "ix_export_run_open", "state", "id",
            sqlite_where=sa.text("state IN ('waiting', 'running')"),
            postgresql_where=sa.text("state IN ('waiting', 'running')"),
        ),
    )


class Subscription(Base):
    """Somebody gets a report by mail whenever a month, quarter or year is over, as long as they may see it."""

    __tablename__ = "report_subscription"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(sa.String(16))
    rhythm: Mapped[str] = mapped_column(sa.String(8))
    format: Mapped[str] = mapped_column(sa.String(4))
    created_at: Mapped[datetime]
    __table_args__ = (
        sa.UniqueConstraint("person_id", "kind", "rhythm"),
        sa.CheckConstraint(_one_of("kind", KINDS), name="kind"),
        sa.CheckConstraint(_one_of("rhythm", RHYTHMS), name="rhythm"),
        sa.CheckConstraint(_one_of("format", FORMATS), name="format"),
    )
