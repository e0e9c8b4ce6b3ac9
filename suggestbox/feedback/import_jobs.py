"""Every few seconds: does a file wait to come in? What brings it in is a process of its own, so that pages stay quick."""

from flask import current_app

from suggestbox.core.clock import utc_now
from suggestbox.core.elsewhere import run_elsewhere
from suggestbox.core.modules import is_on
from suggestbox.core.stopping import is_stopping

from .intake_files import forget_orphans
from .intake_run import next_to_run
from .intake_sweep import remove_leftovers, remove_new_themes


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
    key = current_app.config["DEPLOYMENT"].customer_key
    further = {"SUGGESTBOX_CUSTOMER_KEY": key} if key else {}
    run_elsewhere("feedback", "import-waiting", failed=ImportFailed, further=further)


IMPORT_JOBS = (("feedback.import_files", {"hour": "3", "minute": "25"}, forget_files),)
IMPORT_TICKS = (("feedback.imports", 5, bring_in),)
"""(name, when or how often, what), to stand in the room's JOBS and TICKS."""
