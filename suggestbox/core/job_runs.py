"""Which scheduled job ran for which moment: one row each, so that many processes run a job once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .database import Base, db, short_work

KEEP_DAYS = 60
KEEP_DONE_DAYS = 3
"""Runs that ended well are only of use for a while, save the latest of each job: it says what need not be made up for."""

GIVEN_UP_AFTER = timedelta(hours=2)
"""A run that has not ended by then belonged to a process that is gone; somebody else may take it."""


class JobRun(Base):
    """One run of one job. Whoever inserts the row runs the job; `slot` is the moment it was due."""

    __tablename__ = "job_run"
    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str] = mapped_column(sa.String(60))
    slot: Mapped[datetime]
    started_at: Mapped[datetime] = mapped_column(index=True)
    finished_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(sa.String(10), default="running")
    __table_args__ = (
        sa.UniqueConstraint("job", "slot"),
        sa.CheckConstraint("outcome IN ('running', 'done', 'failed')", name="outcome"),
    )


def claim(job: str, slot: datetime, *, now: datetime) -> bool:
    """Take the run of `job` for `slot`; False when somebody has it already, unless they died over it."""
    if db.engine.dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert
    else:
        from sqlalchemy.dialects.postgresql import insert  # type: ignore[assignment]
    row = insert(JobRun).values(job=job, slot=slot, started_at=now, outcome="running")
    given_up = sa.and_(JobRun.outcome == "running", JobRun.started_at < now - GIVEN_UP_AFTER)
    take = row.on_conflict_do_update(index_elements=["job", "slot"], set_={"started_at": now}, where=given_up)
    with short_work() as connection:
        return connection.execute(take.returning(JobRun.id)).first() is not None


def finish(job: str, slot: datetime, outcome: str, *, now: datetime) -> None:
    """Note how the claimed run ended: "done" or "failed"."""
    run = sa.update(JobRun).where(JobRun.job == job, JobRun.slot == slot)
    with short_work() as connection:
        connection.execute(run.values(outcome=outcome, finished_at=now))


def latest_runs() -> dict[str, JobRun]:
    """Give each job's latest run, by the job's name."""
    newest = sa.select(JobRun.job, sa.func.max(JobRun.slot).label("slot")).group_by(JobRun.job).subquery()
    same = sa.and_(JobRun.job == newest.c.job, JobRun.slot == newest.c.slot)
    return {run.job: run for run in db.session.scalars(sa.select(JobRun).join(newest, same))}


def last_beat(now: datetime) -> datetime | None:
    """Give when the clockwork of any process last woke a job; None when none ever did.

    A run that says it is from later than now was noted by a clock that went wrong, and is no sign of life.
    """
    newest = sa.select(JobRun.started_at).where(JobRun.started_at <= now + timedelta(minutes=5))
    return db.session.scalar(newest.order_by(JobRun.started_at.desc()).limit(1))


@dataclass(frozen=True)
class Failure:
    """A job that failed at its last run: since when, and how many times in a row."""

    job: str
    since: datetime
    times: int


def failures() -> list[Failure]:
    """Give the jobs whose last run that came to an end failed, by name, in one statement."""
    done = sa.select(JobRun.job, sa.func.max(JobRun.slot).label("slot")).where(JobRun.outcome == "done")
    well = done.group_by(JobRun.job).subquery()
    rows = db.session.execute(
        sa.select(JobRun.job, sa.func.min(JobRun.slot), sa.func.count())
        .outerjoin(well, well.c.job == JobRun.job)
        .where(JobRun.outcome == "failed", sa.or_(well.c.slot.is_(None), JobRun.slot > well.c.slot))
        .group_by(JobRun.job).order_by(JobRun.job)
    )
    return [Failure(job, since, times) for job, since, times in rows]


def forget_old_runs(*, now: datetime) -> int:
    """Remove runs nobody will ask about any more; give how many."""
    latest = sa.select(sa.func.max(JobRun.id)).group_by(JobRun.job)
    done_long_ago = sa.and_(
        JobRun.outcome == "done", JobRun.started_at < now - timedelta(days=KEEP_DONE_DAYS), JobRun.id.not_in(latest)
    )
    old = sa.delete(JobRun).where(sa.or_(JobRun.started_at < now - timedelta(days=KEEP_DAYS), done_long_ago))
    with short_work() as connection:
        return connection.execute(old).rowcount
