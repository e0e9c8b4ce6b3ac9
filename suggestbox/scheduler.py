"""The clockwork: wakes the rooms' jobs. What ran is kept in our own table, not in the scheduler's memory.

A job is a row `(name, cron fields, function)` in the tuple `JOBS` of a room's jobs.py. Every process that serves has a
clockwork; the row in `job_run` under (job, slot) decides which of them runs the job. After a stop the last slot that
nobody ran is made up for, once.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from flask import Flask

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db
from suggestbox.core.job_runs import claim, finish
from suggestbox.rooms import ROOMS

Job = tuple[str, dict[str, Any], Callable[[], Any]]

LOOK_BACK = (timedelta(minutes=2), timedelta(hours=2), timedelta(days=1, hours=2), timedelta(days=32))

logger = logging.getLogger(__name__)


def all_jobs() -> list[Job]:
    """Give the jobs of all rooms that have some, from the ground up."""
    rooms = (f"suggestbox.{room}.jobs" for room in ROOMS)
    return [job for module in rooms if find_spec(module) for job in import_module(module).JOBS]


def last_slot(when: CronTrigger, now: datetime) -> datetime | None:
    """Give the latest moment up to `now` at which the job was due, within the last month."""
    for span in LOOK_BACK:
        found = None
        due = when.get_next_fire_time(None, now - span)
        while due is not None and due <= now:
            found = due
            due = when.get_next_fire_time(due, due)
        if found is not None:
            return found
    return None


class Clockwork:
    """The jobs of one application, woken by a thread of this process."""

    def __init__(self, app: Flask, jobs: list[Job] | None = None):
        self._app = app
        zone = app.config["HEADQUARTERS_ZONE"]
        self._jobs = {
            name: (CronTrigger(timezone=zone, **fields), function)
            for name, fields, function in (all_jobs() if jobs is None else jobs)
        }
        self._scheduler = BackgroundScheduler(
            timezone=zone, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    def start(self) -> None:
        """Wake the jobs from now on, and make up for what was missed while nothing ran."""
        for name, (when, _function) in self._jobs.items():
            self._scheduler.add_job(self.run_last_slot, when, args=[name], id=name)
        self._scheduler.add_job(self.catch_up, id="catch up")
        self._scheduler.start()

    def stop(self) -> None:
        """Let running jobs finish and wake none any more."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def catch_up(self) -> None:
        """Run every job whose last slot nobody ran."""
        for name in self._jobs:
            self.run_last_slot(name)

    def run_last_slot(self, name: str) -> bool:
        """Run the job for its latest slot unless somebody has; say whether it ran here.

        A fault is logged and noted: the other jobs and the next slot are not touched by it.
        """
        when, function = self._jobs[name]
        now = utc_now()
        slot = last_slot(when, now)
        with self._app.app_context():
            if slot is None or not claim(name, slot, now=now):
                return False
            try:
                function()
                outcome = "done"
            except Exception:
                logger.exception("the job %s failed", name)
                outcome = "failed"
            finally:
                db.session.remove()
            finish(name, slot, outcome, now=utc_now())
        return True
