"""What the clock wakes for stories: the time to answer is over, so it is the writer's turn."""

import logging

from suggestbox.core.clock import utc_now
from suggestbox.core.database import work
from suggestbox.core.modules import is_on
from suggestbox.people.queries import today_for
from suggestbox.workflow.leaving import settle_idea

from .queries import left_unanswered

log = logging.getLogger(__name__)


def settle_silent() -> None:
    """Bring every idea to rest whose story somebody has not answered in time: silence goes back to the writer.

    Each on its own: one that cannot be settled holds up none of the others.
    """
    if not is_on("stories"):
        return
    for idea_id in left_unanswered(today_for()):
        try:
            with work():
                settle_idea(idea_id, now=utc_now())
        except Exception:
            log.exception("the story of idea %s still waits for an answer", idea_id)


JOBS = (("stories.silence", {"minute": 27}, settle_silent),)
