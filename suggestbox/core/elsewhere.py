"""Long work in a process of its own, so that pages stay quick; it is ended when this process is asked to end."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping

from flask import current_app

from .config import Deployment
from .database import db
from .stopping import is_stopping

LOOK_EVERY_SECONDS = 0.5
TIME_TO_END_SECONDS = 10


def run_elsewhere(
    *words: str, failed: type[Exception], further: Mapping[str, str] | None = None, limit_seconds: float | None = None,
) -> None:
    """Run a command of ours, such as "feedback", "retrain", on this installation, and wait for its end.

    Takes   failed: what to raise when it ends with a fault, with the last it said
            further: environment variables it needs beside those of this process and the database
            limit_seconds: how long it may take; without it as long as it likes
    """
    deployment: Deployment = current_app.config["DEPLOYMENT"]
    db.session.remove()  # nothing is kept open while somebody else works
    environment = {**os.environ, **(further or {})}
    if deployment.database_url:
        environment["SUGGESTBOX_DATABASE_URL"] = deployment.database_url
    line = [sys.executable, "-m", "suggestbox", "--instance", str(deployment.instance.resolve()), *words]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            line, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said)
        code = wait_for(process, limit_seconds)
        if code and not is_stopping():
            said.seek(0)
            last = said.read().decode("utf-8", "replace").strip().splitlines()[-1:]
            raise failed(f"{' '.join(words)} ended with {code}: {''.join(last)[:500]}")


def wait_for(process: "subprocess.Popen[bytes]", limit_seconds: float | None = None) -> int:
    """Give the code the process ended with; it is made to end when its time is up or this process is to stop."""
    until = None if limit_seconds is None else time.monotonic() + limit_seconds
    while not is_stopping() and (until is None or time.monotonic() <= until):
        try:
            return process.wait(LOOK_EVERY_SECONDS)
        except subprocess.TimeoutExpired:
            continue
    process.terminate()
    try:
        return process.wait(TIME_TO_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
