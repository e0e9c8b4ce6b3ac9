"""Every few seconds: does somebody wait for a file? What makes it is a process of its own, so that pages stay quick.

Once a day: reports people subscribed to are asked for, and files that were fetched or have lain there long are removed.
"""

from flask import current_app

from suggestbox.core.clock import local_date, utc_now
from suggestbox.core.database import work
from suggestbox.core.elsewhere import run_elsewhere
from suggestbox.core.modules import is_on
from suggestbox.core.stopping import is_stopping
from suggestbox.people.directory import directory

from .export_run import next_to_make, remove_old
from .subscriptions import ask_for_due


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
    run_elsewhere("reports", "export-waiting", failed=ExportFailed)


EXPORT_JOBS = (
    ("reports.subscriptions", {"hour": "6", "minute": "20"}, ask_for_subscribed),
    ("reports.remove_files", {"hour": "3", "minute": "35"}, remove_files),
)
EXPORT_TICKS = (("reports.exports", 3, make_waiting),)
"""(name, when or how often, what), to stand in the room's JOBS and TICKS."""
