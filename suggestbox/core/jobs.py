"""What the house does by itself, by the clock, for its own upkeep."""

from flask import current_app

from suggestbox.journal.operations import first_broken_seal

from . import schema, watchman
from .clock import utc_now
from .health import findings
from .job_runs import forget_old_runs
from .limits import forget_old


class Damaged(Exception):
    """The database or the journal is not what was written."""


def forget() -> None:
    """Remove what is only of use for a short time: counted tries and notes about earlier runs."""
    forget_old()
    forget_old_runs(now=utc_now())


def check_integrity() -> None:
    """Read the whole database and follow the chain of the journal.

    Raises  Damaged with what was found; the run is then noted as failed, and whoever looks after the house is told
    """
    found = schema.integrity_check()
    if found != "ok":
        raise Damaged(f"the database file is damaged: {found}")
    broken = first_broken_seal()
    if broken is not None:
        raise Damaged(f"entry {broken} of the journal is not what was written at the time")


def call_watchman() -> None:
    """Tell the watchman outside that all is well; with an alarm, or without a watchman, nobody is called."""
    url = current_app.config["DEPLOYMENT"].ping_url
    if url and not any(trouble.severity == "alarm" for trouble in findings(utc_now())):
        watchman.call(url)


JOBS = (
    ("core.forget", {"hour": "3", "minute": "40"}, forget),
    ("core.integrity", {"hour": "2", "minute": "50"}, check_integrity),
    ("core.watchman", {"minute": "*/5"}, call_watchman),
)
"""(name, when as APScheduler's cron fields on the clock of headquarters, what); names never change."""
