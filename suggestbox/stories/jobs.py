"""What the clock wakes for stories: the time to answer is over, so it is the writer's turn."""

import logging

import sqlalchemy as sa

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.modules import is_on
from suggestbox.people.queries import today_for
from suggestbox.steps.models import Step
from suggestbox.workflow.leaving import settle_idea

from .models import Story

log = logging.getLogger(__name__)


def settle_silent() -> None:
    """Bring every idea to rest whose story somebody has not answered in time: silence goes back to the writer.

    Each on its own: one that cannot be settled holds up none of the others.
    """
    if not is_on("stories"):
        return
    asked = sa.exists().where(Step.idea_id == Story.idea_id, Step.kind == "agree_story", Step.done_at.is_(None))
    query = sa.select(Story.idea_id).where(Story.state == "asked", Story.answer_by < today_for(), asked)
    for idea_id in list(db.session.scalars(query.order_by(Story.id))):
        try:
            with work():
                settle_idea(idea_id, now=utc_now())
        except Exception:
            log.exception("the story of idea %s still waits for an answer", idea_id)


JOBS = (("stories.silence", {"minute": 27}, settle_silent),)
