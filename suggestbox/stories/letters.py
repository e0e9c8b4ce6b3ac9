"""What people hear of stories: their own at once, those of others with the digest, and who could use something too."""

from collections.abc import Iterable, Sequence
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
from suggestbox.ideas.parts import my_submitter_ids, person_behind
from suggestbox.mail.letters import Kind, Line, Reader, Text, register
from suggestbox.mail.models import Notice
from suggestbox.mail.operations import tell, tell_waiting
from suggestbox.people.directory import directory

from . import reactions, telling
from .models import Story, StoryPerson
from .queries import Card, cards_of

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


def _cards(notices: Sequence[Notice]) -> dict[int, Card]:
    """{story id: its card} of those that can still be read, while the house uses stories. One statement."""
    return cards_of({n.facts["story_id"] for n in notices}) if is_on("stories") else {}


def _own(story_ids: Iterable[int], person_id: int) -> set[int]:
    """Those of the stories that tell of the person. One statement."""
    mine = sa.or_(StoryPerson.person_id == person_id, StoryPerson.submitter_id.in_(my_submitter_ids(person_id)))
    query = sa.select(StoryPerson.story_id).where(StoryPerson.story_id.in_(sorted(story_ids)), mine)
    return set(db.session.scalars(query))


def published_lines(notices: Sequence[Notice], reader: Reader) -> dict[int, Line]:
    """Give the lines of stories of others that can still be read."""
    cards = _cards(notices)
    own = _own(cards, reader.person_id) if cards else set()
    return {
        notice.id: Line(_("What became of an idea: “%(title)s”", title=cards[notice.facts["story_id"]].text.title),
                        url_for("stories.show", story_id=notice.facts["story_id"]), duty=False)
        for notice in notices if notice.facts["story_id"] in cards and notice.facts["story_id"] not in own
    }


def yours_lines(notices: Sequence[Notice], _reader: Reader) -> dict[int, Line]:
    """Give the lines of stories that tell of the reader."""
    cards, found = _cards(notices), {}
    for notice in notices:
        if (card := cards.get(notice.facts["story_id"])) is not None:
            words = _("The story you are in is published: “%(title)s”", title=card.text.title)
            found[notice.id] = Line(words, url_for("stories.show", story_id=card.story.id), duty=False)
    return found


def yours_text(notice: Notice, _reader: Reader) -> Text | None:
    """Give the letter to somebody a published story tells of."""
    card = _cards([notice]).get(notice.facts["story_id"])
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
    cards = _cards(notices)
    pairs = {n.id: (n.facts["story_id"], n.facts["reader_id"]) for n in notices if n.facts["story_id"] in cards}
    words, book = reactions.standing_wishes(pairs.values()), directory(reader.today)
    found = {}
    for notice_id, (story_id, reader_id) in pairs.items():
        person = book.person(reader_id)
        if (story_id, reader_id) not in words or person is None:
            continue
        place = book.department(person.department_id)
        who = f"{person.polite} ({place.name})" if place else person.polite
        text = _("%(who)s could use this too: “%(words)s” It is about “%(title)s”.", who=who,
                 words=first_words(words[story_id, reader_id], LONGEST_QUOTE), title=cards[story_id].text.title)
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
