"""What the clock wakes: automatic moves every hour, the self-check every night."""

import logging

from flask import current_app

from suggestbox.core.clock import utc_now
from suggestbox.core.database import work
from suggestbox.journal.operations import seal
from suggestbox.people.directory import read_directory
from suggestbox.people.queries import today_for

from .check import check
from .operations import settle_all

log = logging.getLogger(__name__)


def settle_everything() -> None:
    """Make every automatic move whose time has come, in small transactions."""
    after: int | None = 0
    while after is not None:
        with work():
            after = settle_all(now=utc_now(), after_id=after)


def seal_journal() -> None:
    """Chain what was written since the last minute."""
    with work():
        seal()


def check_promises() -> None:
    """Prove the five promises; what is broken goes into the log, by idea and promise."""
    for finding in check(read_directory(0, today_for()), current_app.config["DEPLOYMENT"].files):
        log.error("promise broken: %s %s: %s", finding.promise, finding.idea, finding.text)


JOBS = (
    ("workflow.settle", {"minute": 7}, settle_everything),
    ("journal.seal", {"minute": "*"}, seal_journal),
    ("workflow.check", {"hour": 3, "minute": 20}, check_promises),
)
