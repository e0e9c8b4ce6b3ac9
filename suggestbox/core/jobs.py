"""What the house does by itself, by the clock, for its own upkeep."""

from .clock import utc_now
from .job_runs import forget_old_runs
from .limits import forget_old


def forget() -> None:
    """Remove what is only of use for a short time: counted tries and notes about earlier runs."""
    forget_old()
    forget_old_runs(now=utc_now())


JOBS = (("core.forget", {"hour": "3", "minute": "40"}, forget),)
"""(name, when as APScheduler's cron fields on the clock of headquarters, what); names never change."""
