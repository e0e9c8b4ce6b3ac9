"""Every few minutes: has enough been said to learn anew, does anything wait to be looked at? Each in a process of its own.

The process that serves pages only counts rows here; what learns is started as `suggestbox feedback retrain --if-due` and
`assign --if-due`, and ended when this process is asked to end.
"""

import os
import subprocess
import sys
import tempfile
import time

from flask import current_app

from suggestbox.core.clock import utc_now
from suggestbox.core.config import Deployment
from suggestbox.core.database import db
from suggestbox.core.modules import is_on
from suggestbox.core.stopping import is_stopping

from .work_ahead import is_learning_due, is_something_to_judge

TIME_LIMIT_SECONDS = 30 * 60
TIME_TO_END_SECONDS = 10
LOOK_EVERY_SECONDS = 0.5


class LearningFailed(Exception):
    """The process that learned or assigned ended with a fault; the text is the last it said."""


def learn() -> None:
    """Start what is due: first the learning, then the model's look at items.

    Raises  LearningFailed; the run is then noted as failed
    """
    if not is_on("feedback"):
        return
    if is_learning_due(utc_now()):
        _run("retrain")
    if not is_stopping() and is_something_to_judge():
        _run("assign")


def _run(command: str) -> None:
    deployment: Deployment = current_app.config["DEPLOYMENT"]
    db.session.remove()  # nothing is kept open while somebody else works
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    if deployment.database_url:
        environment["SUGGESTBOX_DATABASE_URL"] = deployment.database_url
    line = [sys.executable, "-m", "suggestbox", "--instance", str(deployment.instance.resolve()),
            "feedback", command, "--if-due"]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            line, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said)
        code = _wait_for(process)
        if code and not is_stopping():
            said.seek(0)
            last = said.read().decode("utf-8", "replace").strip().splitlines()[-1:]
            raise LearningFailed(f"feedback {command} ended with {code}: {''.join(last)[:500]}")


def _wait_for(process: "subprocess.Popen[bytes]") -> int:
    until = time.monotonic() + TIME_LIMIT_SECONDS
    while True:
        try:
            return process.wait(LOOK_EVERY_SECONDS)
        except subprocess.TimeoutExpired:
            if is_stopping() or time.monotonic() > until:
                break
    process.terminate()
    try:
        return process.wait(TIME_TO_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


LEARNING_JOBS = (("feedback.learn", {"minute": "*/3"}, learn),)
"""(name, when, what), to stand in the room's JOBS."""
