"""What the clock wakes: declined ideas from before the house knew of protection are protected too."""

from flask import current_app

from suggestbox.core.clock import local_date, utc_now
from suggestbox.core.database import work
from suggestbox.ideas.models import Idea
from suggestbox.rules.bound import rule_of
from suggestbox.workflow.found_earlier import protect_closed
from suggestbox.workflow.operations import settle

from . import queries

AT_ONCE = 100


def protect_declined() -> None:
    """Protect every declined, closed idea that is not: those of an older version, or of a restored backup."""
    zone = current_app.config["HEADQUARTERS_ZONE"]
    while True:
        now = utc_now()
        with work():
            ideas = queries.unprotected(limit=AT_ONCE)
            for idea in ideas:
                _protect(idea, now, zone)
        if len(ideas) < AT_ONCE:
            return


def _protect(idea: Idea, now, zone: str) -> None:
    protect_closed(idea, today=local_date(now, zone), closed_on=local_date(idea.closed_at or now, zone),
                   months=rule_of(idea, "priority.protection_months"),
                   look_months=rule_of(idea, "priority.look_after_months"))
    settle(idea, now=now)


JOBS = (("priority.protect", {"hour": 1, "minute": 25}, protect_declined),)
