"""Every few seconds: does somebody wait for a file? What makes it is a process of its own, so that pages stay quick.

Once a day: reports people subscribed to are asked for, and files that were fetched or have lain there long are removed.
"""

import os
import subprocess
import sys
import tempfile

from flask import current_app

from suggestbox.core.clock import local_date, utc_now
from suggestbox.core.config import Deployment
from suggestbox.core.database import db, work
from suggestbox.core.modules import is_on
from suggestbox.core.stopping import is_stopping
from suggestbox.people.directory import directory

from .export_run import next_to_make, remove_old
from .subscriptions import ask_for_due

LOOK_EVERY_SECONDS = 0.5
TIME_TO_END_SECONDS = 10


class ExportFailed(Exception):
    """The process that makes files ended with a fault; the text is the last it said."""


def make_waiting() -> None:
    """Make the files that wait, in a process of its own.

    Raises  ExportFailed; what waits is tried again
    """
    if is_on("reports") and next_to_make(utc_now()) is not None and not is_stopping():
        _make_elsewhere()


def ask_for_subscribed() -> None:
    """Ask for the reports of periods that are over and kept, for whoever subscribed and may see them."""
    if not is_on("reports"):
        return
    now = utc_now()
    with work():
        today = local_date(now, current_app.config["HEADQUARTERS_ZONE"])
        ask_for_due(directory(today), today, now=now)


def remove_files() -> None:
    """Remove files that need not lie there any more, also while reports are switched off."""
    remove_old(utc_now())


def _make_elsewhere() -> None:
    deployment: Deployment = current_app.config["DEPLOYMENT"]
    db.session.remove()  # nothing is kept open while somebody else works
    environment = dict(os.environ)
    if deployment.database_url:
        environment["SUGGESTBOX_DATABASE_URL"] = deployment.database_url
    line = [sys.executable, "-m", "suggestbox", "--instance", str(deployment.instance.resolve()),
            "reports", "export-waiting"]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(line, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said)
        code = _wait_for(process)
        if code and not is_stopping():
            said.seek(0)
            last = said.read().decode("utf-8", "replace").strip().splitlines()[-1:]
            raise ExportFailed(f"reports export-waiting ended with {code}: {''.join(last)[:500]}")


def _wait_for(process: "subprocess.Popen[bytes]") -> int:
    while not is_stopping():
        try:
            return process.wait(LOOK_EVERY_SECONDS)
        except subprocess.TimeoutExpired:
            continue
    process.terminate()  # whoever starts next begins the file anew
    try:
        return process.wait(TIME_TO_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


EXPORT_JOBS = (
    ("reports.subscriptions", {"hour": "6", "minute": "20"}, ask_for_subscribed),
    ("reports.remove_files", {"hour": "3", "minute": "35"}, remove_files),
)
EXPORT_TICKS = (("reports.exports", 3, make_waiting),)
"""(name, when or how often, what), to stand in the room's JOBS and TICKS."""
