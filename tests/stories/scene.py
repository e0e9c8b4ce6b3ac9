"""Stories in every state, for tests: plain functions; call them inside `work()`."""

from datetime import datetime, timedelta
from typing import Any

from suggestbox.core.database import db
from suggestbox.ideas.models import Idea
from suggestbox.ideas.parts import people_behind
from suggestbox.people.directory import directory
from suggestbox.people.models import Person
from suggestbox.stories import asking, operations
from suggestbox.stories.models import Story, StoryPerson
from suggestbox.workflow.operations import settle
from tests import factories as f
from tests.cast import Cast
from tests.measures import scene as measures

NOW = measures.CLOSED_AT + timedelta(days=4)
"""A Tuesday: the idea is closed, eve has carried it out, bob writes about it."""

WORDS = {
    "title": "No more searching at the ramp", "lead": "Every morning we looked for pallets. Now each has its label.",
    "before": "We looked for pallets every morning.", "idea": "Print the label when the pallet arrives.",
    "done": "A printer stands at the ramp.", "since": "It can be noticed since November.", "quote": "I just got tired of it.",
}


def drafted(cast: Cast, *people: Person, by: Person | None = None, now: datetime = NOW, texts: Any = None,
            idea: Idea | None = None, **kw: Any) -> Story:
    """Make a story bob has drafted, of an idea of ann's that eve carried out."""
    if idea is None:
        idea = f.closed(cast, *people, **kw)
        measures.done(cast, idea)
    return operations.draft_story(idea, texts=texts or {"en": WORDS}, facts={"done_on": "2026-11-13"},
                                  by_id=(by or cast.bob).id, now=now)


def asked(cast: Cast, *people: Person, now: datetime = NOW, **kw: Any) -> Story:
    """Make a story everybody in it is asked about."""
    story = drafted(cast, *people, now=now, **kw)
    operations.ask_story(story, by_id=story.created_by_id, now=now, book=directory(now.date()))
    settle(idea_of(story), now=now)
    return story


def idea_of(story: Story) -> Idea:
    """Give the idea of a story."""
    return db.session.get_one(Idea, story.idea_id)


def row_of(story: Story, person: Person) -> StoryPerson:
    """Give what somebody is in a story."""
    [row] = asking.my_rows(story, idea_of(story), person.id)
    return row


def answered(story: Story, person: Person, answer: str = "named", *, now: datetime = NOW, **facts: Any) -> None:
    """Let somebody answer."""
    operations.answer_story(story, row_of(story, person), answer=answer, now=now, **facts)
    settle(idea_of(story), now=now)


def all_agreed(cast: Cast, *people: Person, now: datetime = NOW, **kw: Any) -> Story:
    """Make a story everybody in it agreed to, with their names."""
    story = asked(cast, *people, now=now, **kw)
    behind = people_behind(idea_of(story))
    for row in asking.people_in(story):
        person_id = row.person_id or behind[row.submitter_id or 0]
        operations.answer_story(story, row, answer="named", now=now + timedelta(hours=1))
        assert person_id is not None
    settle(idea_of(story), now=now + timedelta(hours=1))
    return story


def published(cast: Cast, *people: Person, now: datetime = NOW, **kw: Any) -> Story:
    """Make a published story."""
    story = all_agreed(cast, *people, now=now, **kw)
    later = now + timedelta(hours=2)
    operations.publish_story(story, by_id=story.created_by_id, now=later, book=directory(later.date()))
    settle(idea_of(story), now=later)
    return story


def withdrawn(cast: Cast, *people: Person, now: datetime = NOW, **kw: Any) -> Story:
    """Make a story ann took down after it was published."""
    story = published(cast, *people, now=now, **kw)
    operations.withdraw_story(story, row=row_of(story, (people or (cast.ann,))[0]), now=now + timedelta(hours=3))
    settle(idea_of(story), now=now + timedelta(hours=3))
    return story
