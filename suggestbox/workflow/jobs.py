"""What the clock wakes: automatic moves every hour, and of all ideas every night; the self-check."""

import logging
from typing import Any

from flask import current_app

from suggestbox.core.clock import utc_now
from suggestbox.core.database import work
from suggestbox.journal.operations import seal
from suggestbox.people.directory import directory, read_directory
from suggestbox.people.queries import today_for

from .check import check
from .leaving import ideas_left_behind, settle_idea
from .operations import settle_all
from .timing import note_settled, only_by_time

log = logging.getLogger(__name__)


def settle_everything() -> None:
    """Make every automatic move whose time has come, of all open ideas, in small transactions."""
    _only, stands = only_by_time(utc_now())
    _settle(None)
    note_settled(stands)


def settle_by_time() -> None:
    """The same, but only for ideas that time can have moved, unless people or rules changed since the last time."""
    only, stands = only_by_time(utc_now())
    _settle(only)
    note_settled(stands)


def _settle(only: Any) -> None:
    after: int | None = 0
    while after is not None:
        with work():
            after = settle_all(now=utc_now(), after_id=after, only=only)


def settle_left_behind() -> None:
    """Bring to rest every idea, closed ones too, in which somebody who does not work here any more owns a step.

    Each on its own: one that cannot be settled holds up none of the others.
    """
    for idea_id in ideas_left_behind(directory(today_for())):
        try:
            with work():
                settle_idea(idea_id, now=utc_now())
        except Exception:
            log.exception("idea %s still waits for somebody who left", idea_id)


def seal_journal() -> None:
    """Chain what was written since the last minute."""
    with work():
        seal()


class PromiseBroken(Exception):
    """The self-check found something."""


def check_promises() -> None:
    """Prove the five promises; what is broken goes into the log, by idea and promise.

    Raises  PromiseBroken: the run is then noted as failed, and whoever looks after the house is told
    """
    findings = check(read_directory(0, today_for()), current_app.config["DEPLOYMENT"].files)
    for finding in findings:
        log.error("promise broken: %s %s: %s", finding.promise, finding.idea, finding.text)
    if findings:
        raise PromiseBroken(f"{len(findings)} findings")


JOBS = (
    ("workflow.settle", {"minute": 7}, settle_by_time),
    ("workflow.settle_all", {"hour": 2, "minute": 37}, settle_everything),
    ("workflow.settle_left_behind", {"minute": 17}, settle_left_behind),
    ("journal.seal", {"minute": "*"}, seal_journal),
    ("workflow.check", {"hour": 3, "minute": 20}, check_promises),
)
