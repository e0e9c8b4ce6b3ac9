"""What the clock wakes: declined ideas from before the house knew of protection are protected too."""

import logging

from flask import current_app

from suggestbox.core.clock import local_date, utc_now
from suggestbox.core.database import db, work
from suggestbox.ideas.models import Idea
from suggestbox.rules.bound import rule_of
from suggestbox.workflow.found_earlier import protect_closed
from suggestbox.workflow.operations import settle

from . import queries

AT_ONCE = 500

log = logging.getLogger(__name__)


def protect_declined() -> None:
    """Protect every declined, closed idea that is not: those of an older version, or of a restored backup.

    Each on its own: one that cannot be protected holds up none of the others.
    """
    last = 0
    while ids := queries.unprotected(after_id=last, limit=AT_ONCE):
        for idea_id in ids:
            try:
                with work():
                    _protect(idea_id)
            except Exception:
                log.exception("declined idea %s is still not protected", idea_id)
        last = ids[-1]


def _protect(idea_id: int) -> None:
    now, zone = utc_now(), current_app.config["HEADQUARTERS_ZONE"]
    idea = db.session.get(Idea, idea_id, with_for_update=True)
    if idea is None or idea.stage != "closed" or idea.outcome != "declined":  # somebody moved it meanwhile
        return
    protect_closed(idea, today=local_date(now, zone), closed_on=local_date(idea.closed_at or now, zone),
                   months=rule_of(idea, "priority.protection_months"),
                   look_months=rule_of(idea, "priority.look_after_months"))
    settle(idea, now=now)


JOBS = (("priority.protect", {"hour": 1, "minute": 25}, protect_declined),)
