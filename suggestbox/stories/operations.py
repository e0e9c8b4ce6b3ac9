"""Writing a story, asking the people in it, their answers, telling it, and taking it down. Flush, never commit.

Words and picture are one wording (`Story.text_version`). Whatever changes in it has to be agreed to anew by everybody.
Silence is never a yes; a submitter's no ends the story; a no of somebody who carried it out keeps only them out of it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from suggestbox.core.clock import local_date
from suggestbox.core.database import db, hold
from suggestbox.core.errors import Refused, Stale
from suggestbox.core.language import gettext as _
from suggestbox.core.settings import rule
from suggestbox.core.typed import typed_text
from suggestbox.ideas.files import KeptFile
from suggestbox.ideas.models import Idea, Submitter
from suggestbox.ideas.parts import people_behind
from suggestbox.journal import operations as journal
from suggestbox.measures.policy import is_adopted
from suggestbox.people.directory import Directory

from . import asking, letters, queries, telling, wording
from . import settings as _settings  # noqa: F401 -- declares the rules asked for below
from .due import has_agreed
from .models import ANSWERS, Story, StoryPerson

WORDS_LENGTH = 1000

PRESSES: dict[str, tuple[str, ...]] = {
    "change": ("draft", "asked"),
    "ask": ("draft",),
    "ask_again": ("asked",),
    "leave_out": ("draft", "asked"),
    "answer": ("asked", "published"),
    "publish": ("asked",),
    "withdraw": ("draft", "asked", "published"),
    "discard": ("draft", "asked"),
    "take_up": ("withdrawn",),
    "relent": ("withdrawn",),
}
"""What can be done with a story, and in which states; everything else is refused."""


def _hold(story: Story, press: str, version: int | None = None) -> Idea:
    """Hold story and idea for this transaction.

    Raises  Stale, Refused when the story does not stand where this can be done
    """
    hold(story, version)
    if story.state not in PRESSES[press]:
        raise Refused(STANDS[story.state](), reason=f"story_{story.state}")
    return db.session.get_one(Idea, story.idea_id)


STANDS: dict[str, Any] = {
    "draft": lambda: _("This story is being written; nobody is asked about it now."),
    "asked": lambda: _("The people in this story are being asked about it."),
    "published": lambda: _("This story is published. Take it down first to change it."),
    "withdrawn": lambda: _("This story was taken down."),
    "discarded": lambda: _("This story was put aside."),
}
"""Why something cannot be done with a story, by where it stands."""


# -- writing ---------------------------------------------------------------------------------------------------------


def draft_story(
    idea: Idea, *, texts: Mapping[str, Mapping[str, str]], facts: dict[str, Any], by_id: int, now: datetime,
    measure_id: int | None = None, theme_id: int | None = None, picture_id: int | None = None, shows_money: bool = False,
) -> Story:
    """Begin the story of an idea, with the people it tells of. Nobody is asked yet.

    Takes   texts: {language: {field of StoryText: words}}; facts: what it was drafted from, ids, dates and numbers only
    Raises  Refused (nothing of it was carried out yet, or there is a story), Invalid
    """
    if not is_adopted(idea) or not asking.done_measures(idea.id):
        raise Refused(_("A story is told once something was carried out."), reason="nothing_done")
    story = Story(idea_id=idea.id, measure_id=measure_id, theme_id=theme_id, facts=dict(facts), created_at=now,
                  changed_at=now, created_by_id=by_id, shows_money=shows_money)
    db.session.add(story)
    db.session.flush()
    wording.put_texts(story, texts)
    wording.put_picture(story, idea, picture_id=picture_id, upload=None, words={}, now=now)
    asking.bring_up_to_date(story, idea)
    _note("draft_story", story, now=now, by_id=by_id)
    return story


def change_story(
    story: Story, *, texts: Mapping[str, Mapping[str, str]], by_id: int, now: datetime, picture_id: int | None = None,
    picture_words: Mapping[str, str] | None = None, shows_money: bool = False, facts: dict[str, Any] | None = None,
    upload: KeptFile | None = None, version: int | None = None,
) -> bool:
    """Write on at a story; say whether anything in it changed. If so, whoever agreed is asked anew.

    While it is asked about, also whom it tells of may have changed: then it is a draft again, to be asked about once more.

    Takes   upload: a new picture, kept on disk already; it takes the place of `picture_id`
            facts: the figures as they stand now; None: as they were
    Raises  Stale, Refused, Invalid (with fields such as `de_title`, `picture`, `picture_words_de`)
    """
    idea = _hold(story, "change", version)
    before = wording.print_of(story)
    wording.put_texts(story, texts)
    wording.put_picture(story, idea, picture_id=picture_id, upload=upload, words=picture_words or {}, now=now)
    story.shows_money = shows_money
    if facts is not None:
        story.facts = {**facts, **_kept(story)}
    db.session.flush()
    others = story.state == "asked" and asking.bring_up_to_date(story, idea)
    if wording.print_of(story) != before:
        story.text_version += 1
    elif not others:  # of the same words only those are asked who came since
        return False
    story.state, story.changed_at = "draft", now
    _note("change_story", story, now=now, by_id=by_id, wording=story.text_version)
    db.session.flush()
    return True


def _kept(story: Story) -> dict[str, Any]:
    """What is noted beside the figures, and stays."""
    return {name: story.facts[name] for name in ("left_out", "asked_again", "uploads") if name in story.facts}


def discard_story(story: Story, *, by_id: int, now: datetime, version: int | None = None) -> None:
    """Put a story aside; whoever was asked about it reads so. Another one can be begun any time.

    Raises  Stale, Refused
    """
    _hold(story, "discard", version)
    story.state = "discarded"
    _note("discard_story", story, now=now, by_id=by_id)
    if story.asked_at is not None:
        telling.tell_people(story, "discarded", now=now, but=by_id)
    db.session.flush()


# -- asking ----------------------------------------------------------------------------------------------------------


def ask_story(story: Story, *, by_id: int, now: datetime, book: Directory, version: int | None = None) -> None:
    """Ask everybody in the story whether it may be told like this, each of them alone.

    Raises  Stale, Refused (nobody is there to ask), Invalid when words are missing
    """
    idea = _hold(story, "ask", version)
    wording.must_be_whole(story)
    asking.bring_up_to_date(story, idea)
    gone = asking.answers_of(story, idea, book).gone
    there = [row for row in asking.people_in(story) if row.submitter_id and row not in gone]
    if not there and not idea.confidential:  # that a confidential submitter left is nobody's to know
        raise Refused(_("None of its submitters works here any more, so nobody can agree to it."), reason="nobody_to_ask")
    _begin_asking(story, idea, now=now, book=book)
    _note("ask_story", story, now=now, by_id=by_id, wording=story.text_version)
    db.session.flush()


def ask_again(story: Story, *, by_id: int, now: datetime, book: Directory, version: int | None = None) -> None:
    """Ask those once more who have not said anything; once for each wording.

    Raises  Stale, Refused
    """
    idea = _hold(story, "ask_again", version)
    if not asking.answers_of(story, idea, book).open:
        raise Refused(_("Everybody has answered."), reason="all_answered")
    if not may_ask_again(story, now=now, book=book):
        raise Refused(_("They were asked once more already, or still have time to answer."), reason="asked_again")
    story.facts = {**story.facts, "asked_again": story.text_version}
    _begin_asking(story, idea, now=now, book=book)
    _note("ask_story_again", story, now=now, by_id=by_id, wording=story.text_version)
    db.session.flush()


def may_ask_again(story: Story, *, now: datetime, book: Directory) -> bool:
    """Say whether the time to answer is over, and nobody asked once more about this wording."""
    over = story.answer_by is not None and book.today > story.answer_by
    return story.state == "asked" and over and story.facts.get("asked_again") != story.text_version


def _begin_asking(story: Story, idea: Idea, *, now: datetime, book: Directory) -> None:
    # The writer reads the date. Of a confidential submitter it must not tell the site, nor on which days they work.
    behind: Mapping[int, int | None] = dict.fromkeys(people_behind(idea)) if idea.confidential else people_behind(idea)
    people = [row.person_id or behind[row.submitter_id or 0] for row in asking.people_in(story)
              if row.person_id or row.submitter_id in behind]
    days = [book.calendar_of(person_id).add_working_days(local_date(now, book.zone_of(person_id)),
                                                         rule("stories.answer_days")) for person_id in people]
    story.state, story.asked_at, story.answer_by = "asked", now, max(days, default=book.today)


def leave_out(story: Story, person_id: int, *, by_id: int, now: datetime, version: int | None = None) -> None:
    """Tell the story without somebody who carried it out: they are not named, and not asked any more.

    Raises  Stale, Refused (submitters cannot be left out)
    """
    _hold(story, "leave_out", version)
    row = next((r for r in asking.people_in(story) if r.person_id == person_id), None)
    if row is None:
        raise Refused(_("Only somebody who carried it out can be left out."), reason="not_an_owner")
    db.session.delete(row)
    story.facts = {**story.facts, "left_out": sorted({*story.facts.get("left_out", ()), person_id})}
    _note("leave_out_of_story", story, now=now, by_id=by_id, people=[person_id])
    db.session.flush()


def answer_story(
    story: Story, row: StoryPerson, *, answer: str, now: datetime, words: str = "", seen: int | None = None
) -> None:
    """Say whether the story may be told: "named", "unnamed" or "no", with words on what should be different.

    A submitter's no ends it at once, also when it is published. Afterwards a name can be taken out of it, or put in.

    Takes   seen: the wording the person read
    Raises  Stale when another wording stands there now, Refused, Invalid
    """
    _hold(story, "answer")
    db.session.refresh(row, with_for_update=True)
    if seen is not None and seen != story.text_version:
        raise Stale(_("The story was changed meanwhile. Please read it again."), reason="changed_meanwhile")
    if answer not in ANSWERS[1:]:
        raise wording.missing("answer")
    row.words = typed_text("words", words, WORDS_LENGTH, required=False)
    row.answer, row.answered_at, row.text_version = answer, now, story.text_version
    _note_person("answer_story", story, row, now=now)
    if answer == "no" and row.submitter_id is not None:
        _end(story, now=now, by_id=None, reason=row.words)
        telling.tell_writer(story, "no", now=now)
        telling.tell_people(story, "no", now=now, but_row=row)
    db.session.flush()


# -- telling it, and taking it down ----------------------------------------------------------------------------------


def publish_story(story: Story, *, by_id: int, now: datetime, book: Directory, version: int | None = None) -> None:
    """Publish a story everybody in it agreed to, word for word.

    Raises  Stale, Refused: somebody has not agreed to this wording, somebody came or went, or the idea is not closed
    """
    idea = _hold(story, "publish", version)
    reason = not_yet(story, idea, book)
    if reason:
        raise Refused(NOT_YET[reason](), reason=reason)
    story.state, story.published_at, story.published_by_id = "published", now, by_id
    _note("publish_story", story, now=now, by_id=by_id, audience="all", wording=story.text_version)
    db.session.flush()
    letters.tell_published(story, now=now)


def not_yet(story: Story, idea: Idea, book: Directory) -> str:
    """Give why an asked story cannot be published yet: a key of NOT_YET; empty when it can."""
    if idea.stage != "closed" or not is_adopted(idea) or not asking.done_measures(idea.id):
        return "not_closed"
    rows = asking.people_in(story)
    there = sorted(r.submitter_id for r in rows if r.submitter_id), sorted(r.person_id for r in rows if r.person_id)
    if there != tuple(map(sorted, asking.belongs_now(story, idea))):
        return "people_changed"
    if not rows or not all(has_agreed(row, story) for row in rows):
        return "not_agreed"
    return "named_in_words" if queries.named_in_words(story, book) else ""


NOT_YET: dict[str, Any] = {
    "not_closed": lambda: _("A story is told once the idea is closed and something of it was carried out."),
    "people_changed": lambda: _("Somebody came or went since the asking. Please save the story and ask again."),
    "not_agreed": lambda: _("Not everybody has agreed to this wording yet. Silence is never a yes."),
    "named_in_words": lambda: _("The words name somebody who agreed only without their name. Please change the words, and "
                                "ask again."),
}
"""Why a story cannot be published yet."""


def withdraw_story(
    story: Story, *, now: datetime, row: StoryPerson | None = None, by_id: int | None = None, reason: str = "",
    version: int | None = None,
) -> None:
    """Take a story down at once: by anybody in it (`row`), without a reason, or by a writer (`by_id`), with one.

    Raises  Stale, Refused, Invalid
    """
    _hold(story, "withdraw", version)
    if row is not None:
        row.answer, row.answered_at, row.text_version = "no", now, story.text_version
    reason = typed_text("reason", reason, WORDS_LENGTH, required=row is None)
    _end(story, now=now, by_id=row.person_id if row is not None else by_id, reason=reason)
    if row is not None:
        _note_person("withdraw_story", story, row, now=now, audience="submitters")
        telling.tell_writer(story, "withdrawn", now=now, but=row.person_id)
    else:
        _note("withdraw_story", story, now=now, by_id=by_id, audience="submitters")
    telling.tell_people(story, "withdrawn", now=now, but=by_id, but_row=row)
    db.session.flush()


def people_corrected(idea: Idea, *, now: datetime) -> None:
    """Stop telling the story of an idea of which somebody is a submitter after all, or is none. Flushes.

    It is its writer's again: whoever agreed to this wording need not say so once more, whoever came has not agreed yet.
    """
    query = sa.select(Story).where(Story.idea_id == idea.id, Story.state == "published")
    for story in db.session.scalars(query):
        hold(story, None)
        if asking.bring_up_to_date(story, idea):
            story.state, story.changed_at = "draft", now
            journal.write("reopen_story", now=now, role="house", idea_id=idea.id, audience="handlers", story_id=story.id)
            db.session.flush()


def _end(story: Story, *, now: datetime, by_id: int | None, reason: str) -> None:
    story.state, story.withdrawn_at, story.withdrawn_by_id, story.withdrawn_reason = "withdrawn", now, by_id, reason


def take_up(story: Story, *, by_id: int, now: datetime, version: int | None = None) -> None:
    """Write on at a story a writer took down; everybody in it is asked anew.

    Raises  Stale, Refused: somebody in it said no, and only they can take that back
    """
    if not is_adopted(_hold(story, "take_up", version)):
        raise Refused(_("The idea is not adopted any more, so there is nothing to tell."), reason="not_adopted")
    if said_no(story):
        raise Refused(_("Somebody in this story said no. Only they can take that back."), reason="said_no")
    _reopen(story, now=now)
    _note("take_up_story", story, now=now, by_id=by_id)
    db.session.flush()


def relent(story: Story, row: StoryPerson, *, now: datetime) -> None:
    """Take one's no back: the story may be written on, and is asked about anew. Nothing is published by it.

    Raises  Refused when this person did not say no
    """
    _hold(story, "relent")
    if row.answer != "no":
        raise Refused(STANDS["withdrawn"](), reason="said_nothing")
    row.answer, row.answered_at, row.text_version = "", None, 0
    db.session.flush()
    _note_person("relent_about_story", story, row, now=now)
    if not said_no(story):
        _reopen(story, now=now)
        telling.tell_writer(story, "relented", now=now)
    db.session.flush()


def said_no(story: Story) -> list[StoryPerson]:
    """Give who ended a story with a no: submitters, and whoever carried it out and took it down."""
    return [row for row in asking.people_in(story)
            if row.answer == "no" and (row.submitter_id is not None or row.person_id == story.withdrawn_by_id)]


def _reopen(story: Story, *, now: datetime) -> None:
    story.state, story.text_version, story.changed_at = "draft", story.text_version + 1, now
    story.withdrawn_at, story.withdrawn_by_id, story.withdrawn_reason = None, None, ""


# -- the journal -----------------------------------------------------------------------------------------------------


def _note(
    kind: str, story: Story, *, now: datetime, by_id: int | None, audience: str = "handlers", **facts: Any
) -> None:
    journal.write(kind, now=now, actor_id=by_id, idea_id=story.idea_id, audience=audience, story_id=story.id, **facts)


def _note_person(kind: str, story: Story, row: StoryPerson, *, now: datetime, audience: str = "handlers") -> None:
    """What somebody in the story did: a confidential submitter stays "the submitter", and what was said stays out of it."""
    if row.submitter_id is None:
        _note(kind, story, now=now, by_id=row.person_id, audience=audience)
        return
    part = db.session.get_one(Submitter, row.submitter_id)
    journal.write(kind, now=now, actor_id=part.person_id, role="submitter", idea_id=story.idea_id, audience=audience,
                  story_id=story.id)
