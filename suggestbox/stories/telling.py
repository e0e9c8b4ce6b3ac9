"""Telling writers and the people of a story how it ended: one line each with the next daily message."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for

from suggestbox.core.database import db
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.core.modules import is_on
from suggestbox.ideas.models import Idea
from suggestbox.ideas.readable import readable
from suggestbox.mail.letters import Kind, Line, Reader
from suggestbox.mail.models import Notice
from suggestbox.mail.operations import tell_waiting
from suggestbox.people.directory import directory

from .asking import people_in
from .models import Story, StoryPerson

NEWS = "stories.news"

TO_WRITER = {
    "no": _l("Somebody in the story you write does not want it to be told. It is not told."),
    "withdrawn": _l("The story you wrote was taken down by somebody in it."),
    "overtaken": _l("The idea was decided anew and not adopted this time. Its story is not told any more."),
    "relented": _l("The story may be written on: somebody took their no back."),
}
"""What the writer of a story reads."""

TO_PEOPLE = {
    "no": _l("The story about this idea is not told. You need not do anything."),
    "withdrawn": _l("The story about this idea was taken down."),
    "overtaken": _l("It was decided anew and not adopted this time. The story about it is not told any more."),
    "discarded": _l("The story about this idea was put aside. You need not do anything."),
}
"""What everybody else in it reads."""


def tell_writer(story: Story, what: str, *, now: datetime, but: int | None = None) -> None:
    """Tell whoever writes the story what somebody in it said."""
    if story.created_by_id != but:
        _tell(story, what, [{"person_id": story.created_by_id, "to": f"w{story.created_by_id}", "writer": True}], now)


def tell_people(
    story: Story, what: str, *, now: datetime, but: int | None = None, but_row: StoryPerson | None = None
) -> None:
    """Tell everybody in a story who knows of it, submitters as submitters; not whoever did it."""
    if story.asked_at is None:
        return
    rows = [row for row in people_in(story) if row is not but_row and (row.person_id is None or row.person_id != but)]
    _tell(story, what, [
        {"submitter_id": row.submitter_id, "to": f"s{row.submitter_id}"} if row.submitter_id
        else {"person_id": row.person_id, "to": f"p{row.person_id}"} for row in rows
    ], now)


def _tell(story: Story, what: str, readers: list[dict[str, Any]], now: datetime) -> None:
    tell_waiting(NEWS, [
        {"key": f"{NEWS}:{story.id}:{what}:{int(now.timestamp())}:{reader.pop('to')}", "idea_id": story.idea_id,
         "facts": {"story_id": story.id, "what": what, "writer": reader.pop("writer", False)}, **reader}
        for reader in readers
    ], now=now)


def news_lines(notices: Sequence[Notice], reader: Reader) -> dict[int, Line]:
    """Give how a story ended, as long as it did."""
    if not is_on("stories"):
        return {}
    parts = {n.submitter_id for n in notices}
    ideas = readable((n.idea_id for n in notices), reader.person_id, directory(reader.today), parts)
    ids = {n.facts["story_id"] for n in notices}
    query = sa.select(Story.id, Story.state).where(Story.id.in_(sorted(ids)))
    states = {story_id: state for story_id, state in db.session.execute(query)}
    found = {}
    for notice in notices:
        idea: Idea | None = ideas.get(notice.idea_id or 0)
        what, story_id, writer = notice.facts["what"], notice.facts["story_id"], notice.facts["writer"]
        if idea is None or (what == "relented") is not (states.get(story_id) == "draft"):
            continue
        address = url_for("stories.edit", story_id=story_id) if writer else url_for("ideas.show", number=idea.number)
        words = str((TO_WRITER if writer else TO_PEOPLE)[what])
        found[notice.id] = Line(words, address, f"{idea.number} {idea.title}".strip(), duty=False)
    return found


KINDS: tuple[Kind, ...] = (Kind(NEWS, _l("A success story that is not told"), news_lines),)
