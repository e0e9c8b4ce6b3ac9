"""Success stories of the demo: drafted, agreed by the people in them, told, and what readers said."""

import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from werkzeug.datastructures import FileStorage

from suggestbox.core.clock import local_date
from suggestbox.evidence.queries import themes_of
from suggestbox.ideas.files import keep_upload
from suggestbox.ideas.models import Idea
from suggestbox.ideas.parts import people_behind
from suggestbox.measures.models import Measure
from suggestbox.people.directory import directory
from suggestbox.people.models import Person
from suggestbox.stories import asking, drafting
from suggestbox.stories.models import Story
from suggestbox.stories.operations import answer_story, ask_story, change_story, draft_story, publish_story
from suggestbox.stories.reactions import set_reaction
from suggestbox.workflow.operations import settle

from .drawing import picture
from .script import CONTENT, Row, read_content
from .walk import Script, World

TIME_TO_READ = timedelta(days=2)
LANGUAGES = ("de", "en")


@lru_cache(maxsize=1)
def told() -> list[Row]:
    """Give the stories, as the content has them."""
    return list(read_content(CONTENT / "stories.toml")["stories"])


def scripts_of(world: World, *, zone: str) -> Iterator[Script]:
    """Give what happens to stories between the ideas of the year."""
    for row in told():
        yield _story(world, row, zone)


def _story(world: World, row: Row, zone: str) -> Script:
    at = world.now - timedelta(days=row["begun_days_ago"])
    yield at
    idea = next(idea for idea in world.ideas.values() if idea.title.startswith(row["idea"]))
    while not asking.done_measures(idea.id) or (idea.stage != "closed" and "told_days_ago" in row):
        at += timedelta(hours=12)
        yield at
    writer = world.person(row["by"])
    story = _draft(idea, row, writer, at)
    settle(idea, now=at)
    if "asked" not in row and "told_days_ago" not in row:
        return
    yield (at := at + timedelta(hours=3))
    ask_story(story, by_id=writer.id, now=at, book=directory(local_date(at, zone)))
    settle(idea, now=at)
    if "told_days_ago" not in row:
        return
    yield (at := at + TIME_TO_READ)
    behind = people_behind(idea)
    answers = {world.person(key).id: answer for key, answer in row.get("answers", {}).items()}
    for part in asking.people_in(story):
        person_id = part.person_id or behind.get(part.submitter_id or 0, 0)
        answer_story(story, part, answer=answers.get(person_id, "named"), now=at, seen=story.text_version)
    settle(idea, now=at)
    yield (at := max(at + timedelta(hours=5), world.now - timedelta(days=row["told_days_ago"])))
    publish_story(story, by_id=writer.id, now=at, book=directory(local_date(at, zone)))
    settle(idea, now=at)
    yield from _said(world, row, story, at, zone)


def _draft(idea: Idea, row: Row, writer: Person, at: datetime) -> Story:
    measures: list[Measure] = asking.done_measures(idea.id)
    themes = themes_of(idea.id) if row.get("theme") else []
    texts: dict[str, Any] = {language: row[language] for language in LANGUAGES if language in row}
    story = draft_story(
        idea, texts=texts, facts=drafting.facts_of(idea, measures, {}), by_id=writer.id, now=at, measure_id=measures[0].id,
        theme_id=themes[0].theme.id if themes else None, shows_money=bool(row.get("money")),
    )
    if "picture" in row:
        kept = keep_upload(FileStorage(io.BytesIO(picture(row["picture"])), f"{row['picture']}.jpg"))
        change_story(story, texts=texts, by_id=writer.id, now=at, upload=kept, shows_money=story.shows_money,
                     picture_words={language: row[f"picture_{language}"] for language in LANGUAGES})
    return story


def _said(world: World, row: Row, story: Story, at: datetime, zone: str) -> Script:
    """Readers say something in the days after."""
    said = [(key, "well_done", "") for key in row.get("well_done", ())]
    said += [(key, "could_use", words) for key, words in row.get("could_use", ())]
    for key, kind, words in said:
        at += timedelta(hours=7)
        if at >= world.now:
            return
        yield at
        set_reaction(story, kind, True, words=words, by_id=world.person(key).id, now=at,
                     book=directory(local_date(at, zone)))
