"""Which scheduled job ran for which moment: one row each, so that many processes run a job once."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .database import Base, db, short_work

KEEP_DAYS = 60


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
    """Take the run of `job` for `slot`; False when somebody has it already."""
    if db.engine.dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert
    else:
        from sqlalchemy.dialects.postgresql import insert  # type: ignore[assignment]
    row = insert(JobRun).values(job=job, slot=slot, started_at=now, outcome="running")
    with short_work() as connection:
        taken = connection.execute(row.on_conflict_do_nothing(index_elements=["job", "slot"]).returning(JobRun.id))
        return taken.first() is not None


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


def forget_old_runs(*, now: datetime) -> int:
    """Remove runs nobody will ask about any more; give how many."""
    old = sa.delete(JobRun).where(JobRun.started_at < now - timedelta(days=KEEP_DAYS))
    with short_work() as connection:
        return connection.execute(old).rowcount
