"""What readers say to a story: pressed, taken back, and heard by those it is for."""

import re

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.core.errors import Denied, Invalid, NotFound
from suggestbox.journal.models import Entry
from suggestbox.people.directory import directory
from suggestbox.stories.models import Story, StoryReaction
from suggestbox.stories.reactions import set_reaction
from tests.mail.telling import line_for, notices, told_to
from tests.stories import told

NOW = told.TOLD_AT
WORDS = "Our gate 5 has the same trouble."


@pytest.fixture
def at(clock):
    clock.move_to(NOW)
    return clock


def standing():
    rows = db.session.scalars(sa.select(StoryReaction).order_by(StoryReaction.kind, StoryReaction.person_id))
    return [(row.kind, row.person_id, row.words) for row in rows]


def say(cast, story_id, kind, who, wanted=True, words=""):
    story = db.session.get_one(Story, story_id)
    return set_reaction(story, kind, wanted, words=words, by_id=who.id, now=NOW, book=directory(NOW.date()))


def test_pressing_says_it_once_and_pressing_again_takes_it_back(cast, client_as, at):
    with work():
        story_id = told.story(cast).id
    browser = client_as(cast.sam)

    def press(**form):
        answer = browser.post(f"/stories/{story_id}/react", data=form)
        return answer.status_code, answer.headers.get("Location", "")

    there = (303, f"/stories/{story_id}#reactions")
    for _twice in range(2):
        assert press(kind="well_done", wanted="1") == there
        assert standing() == [("well_done", cast.sam.id, "")]
    page = browser.get(f"/stories/{story_id}").get_data(as_text=True)
    assert re.search(r'aria-pressed="true">.*?Gut gemacht\s*<span class="st-count">1<', page, re.S)
    for _twice in range(2):
        assert press(kind="well_done", wanted="0") == there
        assert standing() == []
    assert press(kind="could_use", wanted="1", words=f"  {WORDS} ") == there
    assert standing() == [("could_use", cast.sam.id, WORDS)]
    assert press(kind="could_use", wanted="1", words="Better so.") == there
    assert standing() == [("could_use", cast.sam.id, "Better so.")]
    assert press(kind="nonsense", wanted="1")[0] == 404
    kinds = db.session.scalars(sa.select(Entry.facts).where(Entry.kind == "react_to_story").order_by(Entry.id))
    assert [(facts["reaction"], facts["what"]) for facts in kinds] == [
        ("well_done", "said"), ("well_done", "taken_back"), ("could_use", "said"),
    ]


def test_without_a_sentence_nothing_is_said_and_nothing_typed_is_lost(cast, client_as, at):
    with work():
        story_id = told.story(cast).id
    browser = client_as(cast.sam)
    long = "x" * 501
    for words in ("", "   ", long):
        answer = browser.post(f"/stories/{story_id}/react", data={"kind": "could_use", "wanted": "1", "words": words})
        page = answer.get_data(as_text=True)
        assert (answer.status_code, "<details class=\"sb-fold st-wish\" open>" in page, standing()) == (422, True, [])
        assert words.strip() in re.search(r"<textarea[^>]*>([^<]*)", page).group(1)
    with pytest.raises(Invalid), work():
        say(cast, story_id, "could_use", cast.sam)


def test_nobody_praises_a_story_they_are_in(cast, client_as, at):
    """A confidential submitter neither; and reads so alone."""
    with work():
        story_id = told.story(cast, confidential=True, answers={"Ann": "unnamed"}).id
    for who in (cast.ann, cast.eve):
        with pytest.raises(Denied), work():
            say(cast, story_id, "well_done", who)
        assert "Diese Geschichte erzählt von Ihnen" in client_as(who).get(f"/stories/{story_id}").get_data(as_text=True)
    assert "Diese Geschichte erzählt von" not in client_as(cast.sam).get(f"/stories/{story_id}").get_data(as_text=True)
    with pytest.raises(NotFound), work():
        say(cast, story_id, "nonsense", cast.sam)


def test_a_wish_is_heard_by_whoever_carried_it_out_and_by_the_readers_coordinator(cast, client_as, at):
    with work():
        story_id = told.story(cast).id
        say(cast, story_id, "could_use", cast.sam, words=WORDS)
        say(cast, story_id, "could_use", cast.sam, words=WORDS)
        say(cast, story_id, "could_use", cast.rex, words="For the scanners.")
        say(cast, story_id, "could_use", cast.pia, words="I coordinate myself.")
    heard = notices("stories.could_use")
    assert sorted((told_to(n).lower(), n.facts["reader_id"]) for n in heard) == sorted([
        ("eve", cast.sam.id), ("pia", cast.sam.id), ("eve", cast.rex.id), ("coo", cast.rex.id), ("eve", cast.pia.id),
    ])
    line = line_for(heard[0], NOW)
    assert (line.text, line.url, line.duty) == (
        f"Herr Simon (Einkauf) könnte das auch gebrauchen: „{WORDS}“ Es geht um „{told.GERMAN['title']}“.",
        f"/stories/{story_id}#reactions", False,
    )
    reads = {}
    for name in ("eve", "pia", "coo", "bob", "ida", "cat", "ann"):
        page = client_as(getattr(cast, name)).get(f"/stories/{story_id}").get_data(as_text=True)
        reads[name] = [words in page for words in (WORDS, "For the scanners.", "I coordinate myself.")]
    assert reads == {
        "eve": [True] * 3, "ida": [True] * 3, "pia": [True, False, True], "coo": [False, True, False],
        "bob": [False] * 3, "cat": [False] * 3, "ann": [False] * 3,
    }
    with work():
        say(cast, story_id, "could_use", cast.sam, wanted=False)
    assert [line_for(n, NOW) is None for n in notices("stories.could_use")] == [n.facts["reader_id"] == cast.sam.id for n in heard]


def test_when_the_owner_has_left_whoever_published_it_hears(cast, at):
    with work():
        story_id = told.story(cast).id
        cast.eve.active = False
        cast.eve.left_on = NOW.date()
    with work():
        say(cast, story_id, "could_use", cast.sam, words=WORDS)
    assert sorted(told_to(n).lower() for n in notices("stories.could_use")) == ["ida", "pia"]
