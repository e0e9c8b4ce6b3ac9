"""Proves that no story is forgotten once somebody was asked about it, and that none is told without a yes of everybody."""

from collections.abc import Iterator

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.modules import is_on
from suggestbox.ideas.models import Idea
from suggestbox.steps.models import Step
from suggestbox.stories.models import Story, StoryPerson


def broken_stories() -> Iterator[tuple[int, str]]:
    """Give (idea id, short key of what is wrong) for every story that breaks a promise. Two statements.

    Keys: unseen (people were asked, and nobody has a next step about it), not_agreed (told without everybody's yes)
    """
    looked_at = sa.exists().where(Step.idea_id == Story.idea_id, Step.kind.in_(("agree_story", "write_story")),
                                  Step.done_at.is_(None))
    begun = sa.and_(Story.state.in_(("draft", "asked")), Story.asked_at.is_not(None))
    gone = sa.or_(Idea.stage == "withdrawn", sa.func.coalesce(Idea.outcome, "") == "handed_over")
    if is_on("stories"):
        query = sa.select(Story.idea_id).join(Idea, Idea.id == Story.idea_id).where(begun, sa.not_(gone), ~looked_at)
        for idea_id in db.session.scalars(query):
            yield idea_id, "unseen"
    yes = StoryPerson.answer.in_(("named", "unnamed"))
    of_submitter = sa.and_(StoryPerson.story_id == Story.id, StoryPerson.submitter_id.is_not(None))
    agreed = sa.and_(yes, StoryPerson.text_version == Story.text_version)
    told = sa.select(Story.idea_id).where(Story.state == "published", sa.or_(
        ~sa.exists().where(of_submitter), sa.exists().where(of_submitter, sa.not_(agreed)),
    ))
    for idea_id in db.session.scalars(told):
        yield idea_id, "not_agreed"
