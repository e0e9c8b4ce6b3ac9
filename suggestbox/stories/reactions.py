"""What readers say to a story: "well done", and "we could use this too" with a sentence for whoever carried it out."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.errors import Denied, NotFound
from suggestbox.core.language import gettext as _
from suggestbox.core.typed import typed_text
from suggestbox.ideas.parts import my_submitter_ids
from suggestbox.journal import operations as journal
from suggestbox.mail.operations import tell_waiting
from suggestbox.measures.models import Measure
from suggestbox.people.directory import Brief, Directory
from suggestbox.people.policy import Somebody

from .models import REACTIONS, Story, StoryPerson, StoryReaction

WORDS_LENGTH = 500
TOLD = "stories.could_use"


@dataclass
class Said:
    """What was said to one story, in numbers, and what the reader said."""

    counts: dict[str, int] = field(default_factory=dict)
    mine: frozenset[str] = frozenset()
    my_words: str = ""


def said_to(story_id: int, me: Somebody) -> Said:
    """Give how many said what to a story, and what the reader said. One statement."""
    own = StoryReaction.person_id == (me.id if me else 0)
    query = sa.select(
        StoryReaction.kind, sa.func.count(), sa.func.max(sa.case((own, 1), else_=0)),
        sa.func.max(sa.case((own, StoryReaction.words), else_="")),
    ).where(StoryReaction.story_id == story_id).group_by(StoryReaction.kind)
    found, mine = Said(), set()
    for kind, count, is_mine, words in db.session.execute(query):
        found.counts[kind] = count
        if is_mine:
            mine.add(kind)
            found.my_words = words if kind == "could_use" else found.my_words
    found.mine = frozenset(mine)
    return found


def counted(story_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """Give {story id: {what: how many said it}}. One statement."""
    found: dict[int, dict[str, int]] = {}
    ids = sorted(set(story_ids))
    if ids:
        query = sa.select(StoryReaction.story_id, StoryReaction.kind, sa.func.count())
        query = query.where(StoryReaction.story_id.in_(ids)).group_by(StoryReaction.story_id, StoryReaction.kind)
        for story_id, kind, count in db.session.execute(query):
            found.setdefault(story_id, {})[kind] = count
    return found


def is_in(story_id: int, person_id: int) -> bool:
    """Say whether a story tells of this person, named or not. Only ever tell the person so. One statement."""
    row = sa.exists().where(
        StoryPerson.story_id == story_id,
        sa.or_(StoryPerson.person_id == person_id, StoryPerson.submitter_id.in_(my_submitter_ids(person_id))),
    )
    return bool(db.session.scalar(sa.select(row)))


def set_reaction(
    story: Story, kind: str, wanted: bool, *, words: str = "", by_id: int, now: datetime, book: Directory
) -> bool:
    """Say something to a story, or take it back; give whether it stands now. Doing it twice changes nothing but words.

    Takes   words: for "could_use", a sentence to whoever carried it out
    Raises  NotFound for another kind, Invalid without a sentence, Denied for one's own story
    """
    if kind not in REACTIONS:
        raise NotFound(reason="no_such_reaction")
    if is_in(story.id, by_id):
        raise Denied(_("This story tells of you: what is said to it is for you."), reason="own_story")
    standing = db.session.get(StoryReaction, (story.id, by_id, kind))
    if not wanted:
        if standing is not None:
            db.session.delete(standing)
            _note(story, kind, "taken_back", by_id, now)
        return False
    typed = typed_text("words", words, WORDS_LENGTH) if kind == "could_use" else ""
    if standing is None:
        db.session.add(StoryReaction(story_id=story.id, person_id=by_id, kind=kind, words=typed, at=now))
        _note(story, kind, "said", by_id, now)
    else:
        standing.words = typed
    db.session.flush()
    if kind == "could_use":
        _tell(story, by_id, now, book)
    return True


def _note(story: Story, kind: str, what: str, by_id: int, now: datetime) -> None:
    journal.write("react_to_story", now=now, actor_id=by_id, story_id=story.id, reaction=kind, what=what)
    db.session.flush()


# -- who could use it too --------------------------------------------------------------------------------------------------


def carried_out_by(story: Story, book: Directory) -> int | None:
    """Give who hears what readers could use: the measure's owner; who is gone, whoever published the story."""
    owner_id = db.session.scalar(sa.select(Measure.owner_id).where(Measure.id == story.measure_id))
    return next((one for one in (owner_id, story.published_by_id) if book.is_here(one)), None)


def coordinators_of(person_id: int, book: Directory) -> list[int]:
    """Give who coordinates ideas for a person's department, so that something can come of a wish."""
    return book.nearest_holders("coordinator", book.department_of(person_id))


def _tell(story: Story, by_id: int, now: datetime, book: Directory) -> None:
    """Tell whoever carried it out, and the coordinators of the reader's department; once each."""
    heard = [carried_out_by(story, book), *coordinators_of(by_id, book)]
    tell_waiting(TOLD, [
        {"key": f"{TOLD}:{story.id}:{by_id}:p{person_id}", "person_id": person_id,
         "facts": {"story_id": story.id, "reader_id": by_id}}
        for person_id in dict.fromkeys(heard) if person_id is not None and person_id != by_id
    ], now=now)


@dataclass(frozen=True)
class Wish:
    """A reader who could use it too, with what they wrote."""

    person: Brief
    words: str
    at: datetime


def wishes(story: Story, me: Somebody, book: Directory, *, most: int = 50) -> list[Wish]:
    """Give what readers wrote, the latest first, to those it is for. One statement; none for anybody else.

    Whoever carried it out and the idea management read all of it, coordinators what came from where they coordinate.
    """
    if me is None:
        return []
    everything = carried_out_by(story, book) == me.id or book.has_role(me.id, "idea_manager", any_=True)
    if not everything and not book.has_role(me.id, "coordinator", any_=True):
        return []
    query = sa.select(StoryReaction).where(StoryReaction.story_id == story.id, StoryReaction.kind == "could_use")
    found = []
    for row in db.session.scalars(query.order_by(StoryReaction.at.desc(), StoryReaction.person_id)):
        person = book.person(row.person_id)
        if person is not None and (everything or book.has_role(me.id, "coordinator", person.department_id)):
            found.append(Wish(person, row.words, row.at))
    return found[:most]


def standing_wishes(pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """Give {(story id, reader's id): their sentence} of those that stand. One statement."""
    wanted = set(pairs)
    if not wanted:
        return {}
    query = sa.select(StoryReaction.story_id, StoryReaction.person_id, StoryReaction.words).where(
        StoryReaction.kind == "could_use", StoryReaction.story_id.in_(sorted({story_id for story_id, _p in wanted}))
    )
    return {(s, p): words for s, p, words in db.session.execute(query) if (s, p) in wanted}


