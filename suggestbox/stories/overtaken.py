"""A story its idea has overtaken: decided anew in a later round, and not adopted any more. Neither flushes nor commits."""

from datetime import datetime

import sqlalchemy as sa

from suggestbox.core.database import db, hold
from suggestbox.ideas.models import Idea
from suggestbox.journal import operations as journal

from . import telling
from .models import Story


def end_overtaken(idea: Idea, *, now: datetime) -> None:
    """Stop telling the story of an idea that was closed again without being adopted, and stop asking about it.

    The house does it, the moment everybody may read the new answer; nobody in the story said no, so after another round
    that ends with a yes it can be written on.
    """
    query = sa.select(Story).where(Story.idea_id == idea.id, Story.state.in_(("draft", "asked", "published")))
    for story in db.session.scalars(query):
        hold(story, None)
        if story.state == "published":
            story.state, story.withdrawn_at, story.withdrawn_by_id = "withdrawn", now, None
            kind, audience = "withdraw_story", "submitters"
        else:
            story.state = "discarded"
            kind, audience = "discard_story", "handlers"
        journal.write(kind, now=now, role="house", idea_id=idea.id, audience=audience, story_id=story.id)
        telling.tell_writer(story, "overtaken", now=now)
        telling.tell_people(story, "overtaken", now=now)
