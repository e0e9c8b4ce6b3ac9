"""What people hear of stories: their own at once, those of others with the digest, and who could use something too."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from flask import current_app, url_for

from suggestbox.core.clock import local_date
from suggestbox.core.database import db
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.core.modules import is_on
from suggestbox.ideas.blueprint import first_words
from suggestbox.ideas.models import Submitter
from suggestbox.ideas.parts import people_behind_submitters, person_behind
from suggestbox.mail.asking import asked_together
from suggestbox.mail.letters import Kind, Line, Reader, Text, register
from suggestbox.mail.models import Notice
from suggestbox.mail.operations import tell, tell_waiting
from suggestbox.people.directory import directory

from . import reactions, telling
from .models import Story, StoryPerson
from .queries import card_of, title_from, titles_of

LONGEST_QUOTE = 240


def tell_published(story: Story, now: datetime) -> None:
    """Tell everybody of a published story, once: the people in it at once, all others with their next digest.

    The digest's rows are written for everybody, and are silent for those in the story: a missing row would say who a
    confidential submitter is. Flushes, never commits.
    """
    book = directory(local_date(now, current_app.config["HEADQUARTERS_ZONE"]))
    told: set[int] = set()
    for row in db.session.scalars(sa.select(StoryPerson).where(StoryPerson.story_id == story.id).order_by(StoryPerson.id)):
        part = db.session.get(Submitter, row.submitter_id) if row.submitter_id else None
        person_id = person_behind(part) if part else row.person_id
        if person_id is None or person_id in told or not book.is_here(person_id):
            continue
        told.add(person_id)
        key = f"stories.yours:{story.id}:{story.text_version}:" + (f"s{part.id}" if part else f"p{person_id}")
        if part is not None:
            tell("stories.yours", key, now=now, submitter=part, idea_id=story.idea_id, story_id=story.id)
        else:
            tell("stories.yours", key, now=now, person_id=person_id, story_id=story.id)
    tell_waiting("stories.published", [
        {"key": f"stories.published:{story.id}:p{brief.id}", "person_id": brief.id, "facts": {"story_id": story.id}}
        for brief in book.people.values() if brief.active
    ], now=now)


def _titles(notices: Sequence[Notice]) -> dict[int, tuple[str | None, str | None]]:
    """{story id: its titles} of those that can still be read, while the house uses stories. One statement."""
    return titles_of({n.facts["story_id"] for n in notices}) if is_on("stories") else {}


_IN_STORIES = sa.select(StoryPerson.story_id, StoryPerson.person_id, StoryPerson.submitter_id).where(
    StoryPerson.story_id.in_(sa.bindparam("ids", expanding=True)))


def _titles_and_people(notices: Sequence[Notice]) -> tuple[dict[int, tuple[str | None, str | None]], set[tuple[int, int]]]:
    """The titles, and (story id, person id) of everybody the stories tell of. Three statements."""
    titles = _titles(notices)
    rows = db.session.execute(_IN_STORIES, {"ids": sorted(titles)}).all() if titles else []
    behind = people_behind_submitters({row.submitter_id for row in rows if row.submitter_id})
    return titles, {(row.story_id, behind[row.submitter_id] if row.submitter_id else row.person_id) for row in rows}


def published_lines(notices: Sequence[Notice], reader: Reader) -> dict[int, Line]:
    """Give the lines of stories of others that can still be read."""
    titles, people = asked_together(_titles_and_people, notices)
    found = {}
    for notice in notices:
        story_id = notice.facts["story_id"]
        if story_id in titles and (story_id, reader.person_id) not in people:
            words = _("What became of an idea: “%(title)s”", title=title_from(titles[story_id]))
            found[notice.id] = Line(words, url_for("stories.show", story_id=story_id), duty=False)
    return found


def yours_lines(notices: Sequence[Notice], _reader: Reader) -> dict[int, Line]:
    """Give the lines of stories that tell of the reader."""
    titles, found = _titles(notices), {}
    for notice in notices:
        story_id = notice.facts["story_id"]
        if story_id in titles:
            words = _("The story you are in is published: “%(title)s”", title=title_from(titles[story_id]))
            found[notice.id] = Line(words, url_for("stories.show", story_id=story_id), duty=False)
    return found


def yours_text(notice: Notice, _reader: Reader) -> Text | None:
    """Give the letter to somebody a published story tells of."""
    card = card_of(notice.facts["story_id"]) if is_on("stories") else None
    if card is None:
        return None
    return Text(
        subject=_("Published: the story you are in"),
        paragraphs=(
            _("You agreed to it, and now everybody in the company can read it: “%(title)s”. All others hear of it with "
              "their next daily message.", title=card.text.title),
            _("Should you change your mind: on the page of the story you can take your name out, or the whole story down. "
              "You need no reason, and it counts at once."),
        ),
        quote=card.text.lead,
        button=(_("Read the story"), url_for("stories.show", story_id=card.story.id)),
        why=_("You get this message because the story tells of you."),
    )


def could_use_lines(notices: Sequence[Notice], reader: Reader) -> dict[int, Line]:
    """Give who could use something too, with their sentence; none that was taken back."""
    titles = _titles(notices)
    pairs = {n.id: (n.facts["story_id"], n.facts["reader_id"]) for n in notices if n.facts["story_id"] in titles}
    words, book = reactions.standing_wishes(pairs.values()), directory(reader.today)
    found = {}
    for notice_id, (story_id, reader_id) in pairs.items():
        person = book.person(reader_id)
        if (story_id, reader_id) not in words or person is None:
            continue
        place = book.department(person.department_id)
        who = f"{person.polite} ({place.name})" if place else person.polite
        text = _("%(who)s could use this too: “%(words)s” It is about “%(title)s”.", who=who,
                 words=first_words(words[story_id, reader_id], LONGEST_QUOTE), title=title_from(titles[story_id]))
        found[notice_id] = Line(text, url_for("stories.show", story_id=story_id, _anchor="reactions"), duty=False)
    return found


KINDS: tuple[Kind, ...] = (
    Kind("stories.published", _l("A new success story"), published_lines),
    Kind("stories.yours", _l("The story one is in is published"), yours_lines, write=yours_text, waits=False),
    Kind(reactions.TOLD, _l("Somebody could use what was done, too"), could_use_lines),
)


def register_letters() -> None:
    """Make the kinds known."""
    register(*KINDS, *telling.KINDS)
