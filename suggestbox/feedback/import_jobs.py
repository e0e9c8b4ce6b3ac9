"""Every few seconds: does a file wait to come in? What brings it in is a process of its own, so that pages stay quick."""

import os
import subprocess
import sys
import tempfile

from flask import current_app

from suggestbox.core.clock import utc_now
from suggestbox.core.config import Deployment
from suggestbox.core.database import db
from suggestbox.core.modules import is_on
from suggestbox.core.stopping import is_stopping

from .intake_files import forget_orphans
from .intake_run import next_to_run
from .intake_sweep import remove_leftovers, remove_new_themes

LOOK_EVERY_SECONDS = 0.5
TIME_TO_END_SECONDS = 10


class ImportFailed(Exception):
    """The process that brings files in ended with a fault; the text is the last it said."""


def bring_in() -> None:
    """Remove what dead and undone imports left, and bring in what waits, in a process of its own.

    Raises  ImportFailed; what waits is tried again
    """
    if not is_on("feedback"):
        return
    remove_leftovers()
    remove_new_themes()
    if next_to_run(utc_now()) is not None and not is_stopping():
        _bring_in_elsewhere()


def forget_files() -> None:
    """Remove files no import waits for."""
    if is_on("feedback"):
        forget_orphans(utc_now())


def _bring_in_elsewhere() -> None:
    deployment: Deployment = current_app.config["DEPLOYMENT"]
    db.session.remove()  # nothing is kept open while somebody else works
    environment = dict(os.environ)
    if deployment.database_url:
        environment["SUGGESTBOX_DATABASE_URL"] = deployment.database_url
    if deployment.customer_key:
        environment["SUGGESTBOX_CUSTOMER_KEY"] = deployment.customer_key
    line = [sys.executable, "-m", "suggestbox", "--instance", str(deployment.instance.resolve()),
            "feedback", "import-waiting"]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            line, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said)
        code = _wait_for(process)
        if code and not is_stopping():
            said.seek(0)
            last = said.read().decode("utf-8", "replace").strip().splitlines()[-1:]
            raise ImportFailed(f"feedback import-waiting ended with {code}: {''.join(last)[:500]}")


def _wait_for(process: "subprocess.Popen[bytes]") -> int:
    while not is_stopping():
        try:
            return process.wait(LOOK_EVERY_SECONDS)
        except subprocess.TimeoutExpired:
            continue
    process.terminate()  # nobody sees what it wrote; whoever starts next removes it and begins anew
    try:
        return process.wait(TIME_TO_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


IMPORT_JOBS = (("feedback.import_files", {"hour": "3", "minute": "25"}, forget_files),)
IMPORT_TICKS = (("feedback.imports", 5, bring_in),)
"""(name, when or how often, what), to stand in the room's JOBS and TICKS."""
