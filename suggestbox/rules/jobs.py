"""What the clock wakes for the rules: versions of what nobody changed by hand, and dates of the law without a step."""

import logging

from suggestbox.core.clock import utc_now
from suggestbox.core.database import work
from suggestbox.people.queries import today_for
from suggestbox.workflow.leaving import settle_idea

from .clocks import closed_without_step
from .operations import keep_what_changed

log = logging.getLogger(__name__)


def keep_rules() -> None:
    """Compare the rules with the newest version, and write the next one when they differ."""
    now = utc_now()
    with work():
        keep_what_changed(now)


def ask_for_law_dates() -> None:
    """Open the steps of dates of the law that are still ahead for matters closed before the house knew such steps.

    Each on its own: one that cannot be settled holds up none of the others.
    """
    for idea_id in closed_without_step(today_for()):
        try:
            with work():
                settle_idea(idea_id, now=utc_now())
        except Exception:
            log.exception("nobody is asked for the dates of the law of idea %s", idea_id)


JOBS = (
    ("rules.keep", {"hour": "0", "minute": "10"}, keep_rules),
    ("rules.law_dates", {"hour": "1", "minute": "40"}, ask_for_law_dates),
)
