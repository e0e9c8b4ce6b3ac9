"""What core itself watches: the clockwork, the jobs, the database and the room on the disk."""

import shutil
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from flask import current_app

from . import schema
from .health import Trouble, watch
from .job_runs import failures, last_beat
from .language import gettext as _
from .language import ngettext

SILENT_AFTER = timedelta(hours=1)
LEAST_FREE_BYTES = 500 * 1024 * 1024
GRAVE = ("core.integrity", "workflow.check")
"""Jobs whose single failure is an alarm. Others are tried again at their next time before somebody is called."""

_STARTED = time.monotonic()


def up_seconds() -> float:
    """Give how long this process has been running."""
    return time.monotonic() - _STARTED


def database(_now: datetime) -> Iterator[Trouble]:
    """Say when the database is not the one this program expects."""
    stands = schema.stands_at()
    if stands != schema.newest_known():
        yield Trouble(
            "database", _("The database is at version %(stands)s, the program expects %(newest)s.",
                          stands=stands or _("none"), newest=schema.newest_known()),
            None, "alarm", _("Stop every process, make a backup, run: suggestbox db upgrade"),
        )


def clockwork(now: datetime) -> Iterator[Trouble]:
    """Say when no process has woken the jobs for an hour."""
    beat = last_beat(now)
    start = _("Start the server again with “suggestbox serve”, or a worker with “suggestbox worker”.")
    if beat is None:
        late = up_seconds() > SILENT_AFTER.total_seconds()
        yield Trouble(
            "clockwork", _("The clockwork has not run yet. Without it nobody is reminded and no letter goes out."),
            None, "alarm" if late else "warning", start, "admin.health",
        )
    elif now - beat > SILENT_AFTER:
        hours = int((now - beat).total_seconds() // 3600)
        yield Trouble(
            "clockwork",
            ngettext("The clockwork has been silent for more than an hour. Nobody is reminded and no letter goes out; "
                     "nothing is lost, everything is made up for when it runs again.",
                     "The clockwork has been silent for %(num)d hours. Nobody is reminded and no letter goes out; "
                     "nothing is lost, everything is made up for when it runs again.", hours),
            beat, "alarm", start, "admin.health",
        )


def jobs(_now: datetime) -> Iterator[Trouble]:
    """Say which jobs failed at their last run."""
    for failure in failures():
        if failure.job == "core.integrity":
            text = _("The nightly check of the database and the journal did not end well.")
            advice = _("Run “suggestbox doctor”: it says what is wrong. Keep the last good backup.")
        elif failure.job == "workflow.check":
            text = _("The nightly self-check found ideas that break a promise of the house, or could not be made.")
            advice = _("Run “suggestbox check”: it names the ideas, and what is wrong with each.")
        else:
            text = ngettext("The job %(job)s failed at its last run.",
                            "The job %(job)s has failed %(num)d times in a row.", failure.times, job=failure.job)
            advice = _("It is tried again at its next time. If it goes on failing, the log says why.")
        grave = failure.job in GRAVE or failure.times > 1
        yield Trouble("jobs", text, failure.since, "alarm" if grave else "warning", advice, "admin.health")


def free_bytes() -> int:
    """Give how much room is left on the disk of the installation."""
    return shutil.disk_usage(current_app.config["DEPLOYMENT"].instance.resolve()).free


def disk(_now: datetime) -> Iterator[Trouble]:
    """Say when the disk is nearly full."""
    free = free_bytes()
    if free < LEAST_FREE_BYTES:
        yield Trouble(
            "disk", _("Only %(free)s MB are free on the disk of the installation.", free=free // 1024**2), None,
            "alarm", _("Make room before it is full: then nothing can be handed in any more."),
        )


def integrity(_now: datetime) -> Iterator[Trouble]:
    """Say what SQLite finds wrong with its file."""
    found = schema.integrity_check()
    if found != "ok":
        yield Trouble(
            "integrity", _("The database file is damaged: %(found)s", found=found), None, "alarm",
            _("Stop every process, keep a copy of the folder, and bring back the last good backup."),
        )


def register_checks() -> None:
    """Have the house watched by these checks."""
    watch("database", database)
    watch("clockwork", clockwork)
    watch("jobs", jobs)
    watch("disk", disk)
    watch("integrity", integrity, thorough=True)
