"""The clockwork: wakes the rooms' jobs. What ran is kept in our own table, not in the scheduler's memory.

A job is a row `(name, cron fields, function)` in the tuple `JOBS` of a room's jobs.py. Every process that serves has a
clockwork; the row in `job_run` under (job, slot) decides which of them runs the job. After a stop the last slot that
nobody ran is made up for, once; so is a run whose process died over it.

A tick is a row `(name, seconds, function)` in the tuple `TICKS` beside `JOBS`: something that is woken in every process
every so many seconds and looks by itself whether there is anything to do. It leaves no row.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from types import FrameType
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask

from suggestbox.core import stopping
from suggestbox.core.clock import utc_now
from suggestbox.core.database import db
from suggestbox.core.job_runs import claim, finish
from suggestbox.rooms import ROOMS

Job = tuple[str, dict[str, Any], Callable[[], Any]]
Tick = tuple[str, float, Callable[[], Any]]

LOOK_BACK = (timedelta(minutes=2), timedelta(hours=2), timedelta(days=1, hours=2), timedelta(days=32))
CATCH_UP_MINUTES = 10
SAME_FAULT_AGAIN_SECONDS = 600
"""A tick that fails each time is written into the log at the first, and then this seldom."""

logger = logging.getLogger(__name__)


def _of_all_rooms(name: str) -> list[Any]:
    rooms = (f"suggestbox.{room}.jobs" for room in ROOMS)
    return [row for module in rooms if find_spec(module) for row in getattr(import_module(module), name, ())]


def all_jobs() -> list[Job]:
    """Give the jobs of all rooms that have some, from the ground up."""
    return _of_all_rooms("JOBS")


def all_ticks() -> list[Tick]:
    """Give the ticks of all rooms that have some, from the ground up."""
    return _of_all_rooms("TICKS")


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
    """The jobs and ticks of one application, woken by a thread of this process; none runs twice at once in it."""

    def __init__(self, app: Flask, jobs: list[Job] | None = None, ticks: list[Tick] | None = None):
        self._app = app
        zone = app.config["HEADQUARTERS_ZONE"]
        if ticks is None:
            ticks = all_ticks() if jobs is None else []
        self._jobs = {
            name: (CronTrigger(timezone=zone, **fields), function)
            for name, fields, function in (all_jobs() if jobs is None else jobs)
        }
        self._ticks = {name: (seconds, function) for name, seconds, function in ticks}
        self._busy = {name: threading.Lock() for name in (*self._jobs, *self._ticks)}
        self._faults: dict[str, tuple[str, float]] = {}
        # A thread for each, so that none waits for another; a tick may be due while it runs, and is then left out.
        self._scheduler = BackgroundScheduler(
            timezone=zone, executors={"default": ThreadPoolExecutor(len(self._busy) + 2)},
            job_defaults={"coalesce": True, "max_instances": 2, "misfire_grace_time": None},
        )

    def start(self) -> None:
        """Wake jobs and ticks from now on, and make up for what was missed while nothing ran."""
        # What it reports beside faults is that something still runs as its next time comes: here that is in order.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        for name, (when, _function) in self._jobs.items():
            self._scheduler.add_job(self.run_last_slot, when, args=[name], id=name)
        for name, (seconds, _function) in self._ticks.items():
            self._scheduler.add_job(self.run_tick, IntervalTrigger(seconds=seconds), args=[name], id=f"tick {name}",
                                    next_run_time=utc_now())
        self._scheduler.add_job(self.catch_up, IntervalTrigger(minutes=CATCH_UP_MINUTES), id="catch up",
                                next_run_time=utc_now())
        self._scheduler.start()

    def stop(self) -> None:
        """Let what runs finish and wake nothing any more."""
        with stopping.announced():
            if self._scheduler.running:
                self._scheduler.shutdown(wait=True)

    def catch_up(self) -> None:
        """Run every job whose last slot nobody ran."""
        for name in self._jobs:
            if not stopping.is_stopping():
                self.run_last_slot(name)

    def run_last_slot(self, name: str) -> bool:
        """Run the job for its latest slot unless somebody has; say whether it ran here.

        A fault is logged and noted: the other jobs and the next slot are not touched by it. A slot that came while the
        job was still running here is made up for later.
        """
        when, function = self._jobs[name]
        now = utc_now()
        slot = last_slot(when, now)
        if slot is None or not self._busy[name].acquire(blocking=False):
            return False
        try:
            with self._app.app_context():
                return self._run(name, slot, function, now)
        finally:
            self._busy[name].release()

    def _run(self, name: str, slot: datetime, function: Callable[[], Any], now: datetime) -> bool:
        if not claim(name, slot, now=now):
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

    def run_tick(self, name: str) -> bool:
        """Do what the tick does, unless it is still being done here; say whether it was done without a fault."""
        _seconds, function = self._ticks[name]
        if not self._busy[name].acquire(blocking=False):
            return False
        try:
            with self._app.app_context():
                try:
                    function()
                finally:
                    db.session.remove()
            self._faults.pop(name, None)
            return True
        except Exception as fault:
            self._note_fault(name, f"{type(fault).__name__}: {fault}")
            return False
        finally:
            self._busy[name].release()

    def _note_fault(self, name: str, text: str) -> None:
        before, at = self._faults.get(name, ("", 0.0))
        if text != before or time.monotonic() - at > SAME_FAULT_AGAIN_SECONDS:
            logger.exception("the tick %s failed", name)
            self._faults[name] = (text, time.monotonic())


def work_alone(app: Flask, *, ready: Callable[[], None] | None = None) -> None:
    """Run the clockwork without a web server until SIGTERM or Ctrl+C; what runs by then is finished.

    Takes   ready: called once the clockwork runs and a signal would be heard
    """
    asked_to_stop = threading.Event()
    clockwork = Clockwork(app)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        asked_to_stop.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a second Ctrl+C does not wait

    before = {name: signal.signal(name, stop) for name in (signal.SIGTERM, signal.SIGINT)}
    try:
        clockwork.start()
        if ready:
            ready()
        asked_to_stop.wait()
    finally:
        clockwork.stop()
        for name, handler in before.items():
            signal.signal(name, handler)
