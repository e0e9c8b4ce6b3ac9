"""What has to happen with a story next, from plain rows: asked by the workflow, which opens the next steps."""

from collections.abc import Iterable

from .models import Story, StoryPerson

VERSIONS = 1000
"""Wordings of one story a step can tell apart: the step of a person names story and wording in one number."""


def live_story(stories: Iterable[Story]) -> Story | None:
    """Give the story of an idea that is being written or asked about, or None."""
    return next((story for story in stories if story.state in ("draft", "asked")), None)


def has_agreed(row: StoryPerson, story: Story) -> bool:
    """Say whether somebody agreed to this very wording; whoever carried it out may also just be left out of it."""
    yes = row.answer in ("named", "unnamed") or (row.answer == "no" and row.person_id is not None)
    return yes and row.text_version == story.text_version


def unanswered(story: Story, people: Iterable[StoryPerson]) -> list[StoryPerson]:
    """Give who is asked and has not said yes to this wording; nobody while the story is not asked about."""
    if story.state != "asked":
        return []
    return [row for row in people if row.story_id == story.id and not has_agreed(row, story)]


def asked_before(story: Story) -> bool:
    """Say whether people know of the story: then somebody has to bring it to its end."""
    return story.asked_at is not None


def step_subject(story: Story) -> int:
    """Give what the step of somebody who is asked is about: the story, and which wording of it."""
    return story.id * VERSIONS + story.text_version % VERSIONS


def story_of_step(subject_id: int) -> int:
    """Give the id of the story such a step is about."""
    return subject_id // VERSIONS
