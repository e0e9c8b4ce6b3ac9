"""Writing a story, asking the people in it, and how it ends."""

import random
from datetime import timedelta

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.core.errors import HouseError, Invalid, Refused, Stale
from suggestbox.ideas.models import Attachment, Idea
from suggestbox.journal.models import Entry
from suggestbox.mail.models import Notice
from suggestbox.people.directory import directory
from suggestbox.steps.models import Step
from suggestbox.stories import asking, operations
from suggestbox.stories.due import has_agreed
from suggestbox.stories.jobs import settle_silent
from suggestbox.stories.models import STATES, Story
from suggestbox.stories.queries import card_of, named
from suggestbox.workflow.operations import move, settle
from suggestbox.workflow.story_check import broken_stories
from tests import factories as f
from tests.measures import scene as measures
from tests.stories import scene

NOW, BOOK_DAY = scene.NOW, scene.NOW.date()


def steps(idea_id: int) -> list[tuple[str, int | None, int | None]]:
    """(kind, owner, submitter) of the open steps about a story."""
    query = sa.select(Step).where(Step.idea_id == idea_id, Step.kind.in_(("agree_story", "write_story")), Step.done_at.is_(None))
    return [(step.kind, step.owner_id, step.submitter_id) for step in db.session.scalars(query.order_by(Step.id))]


def part(story: Story) -> int:
    return scene.idea_of(story).submitters[0].id


# -- every state, every press, every person --------------------------------------------------------------------------

MAKE = {"draft": scene.drafted, "asked": scene.asked, "published": scene.published, "withdrawn": scene.withdrawn}


def press(name: str, story: Story, cast, person) -> None:
    """Do one thing with a story, as the operations let it."""
    now, book = NOW + timedelta(days=1), directory(BOOK_DAY)
    rows = asking.my_rows(story, scene.idea_of(story), person.id)
    acts = {
        "change": lambda: operations.change_story(story, texts={"en": {**scene.WORDS, "lead": "Other"}}, by_id=person.id, now=now),
        "ask": lambda: operations.ask_story(story, by_id=person.id, now=now, book=book),
        "ask_again": lambda: operations.ask_again(story, by_id=person.id, now=now, book=book),
        "leave_out": lambda: operations.leave_out(story, cast.eve.id, by_id=person.id, now=now),
        "answer": lambda: operations.answer_story(story, rows[0], answer="unnamed", now=now),
        "publish": lambda: operations.publish_story(story, by_id=person.id, now=now, book=book),
        "withdraw": lambda: operations.withdraw_story(story, row=rows[0], now=now),
        "discard": lambda: operations.discard_story(story, by_id=person.id, now=now),
        "take_up": lambda: operations.take_up(story, by_id=person.id, now=now),
        "relent": lambda: operations.relent(story, rows[0], now=now),
    }
    acts[name]()


AFTER = {
    # what each press makes of each state; a word in brackets is the reason why not
    "draft": {"change": "draft", "ask": "asked", "ask_again": "(story_draft)", "leave_out": "draft", "answer": "(story_draft)",
              "publish": "(story_draft)", "withdraw": "withdrawn", "discard": "discarded", "take_up": "(story_draft)",
              "relent": "(story_draft)"},
    "asked": {"change": "draft", "ask": "(story_asked)", "ask_again": "(asked_again)", "leave_out": "asked", "answer": "asked",
              "publish": "(not_agreed)", "withdraw": "withdrawn", "discard": "discarded", "take_up": "(story_asked)",
              "relent": "(story_asked)"},
    "published": {"change": "(story_published)", "ask": "(story_published)", "ask_again": "(story_published)",
                  "leave_out": "(story_published)", "answer": "published", "publish": "(story_published)",
                  "withdraw": "withdrawn", "discard": "(story_published)", "take_up": "(story_published)",
                  "relent": "(story_published)"},
    "withdrawn": {"change": "(story_withdrawn)", "ask": "(story_withdrawn)", "ask_again": "(story_withdrawn)",
                  "leave_out": "(story_withdrawn)", "answer": "(story_withdrawn)", "publish": "(story_withdrawn)",
                  "withdraw": "(story_withdrawn)", "discard": "(story_withdrawn)", "take_up": "(said_no)", "relent": "draft"},
}


@pytest.mark.either
@pytest.mark.parametrize("state", MAKE)
def test_every_press_in_every_state(state, cast):
    """Each press either does what the table says or changes nothing at all."""
    with work():
        story_id = MAKE[state](cast).id
    found = {}
    for name in operations.PRESSES:
        story = db.session.get_one(Story, story_id)
        try:
            with work():
                story = db.session.get_one(Story, story_id)
                press(name, story, cast, cast.ann if name in ("answer", "withdraw", "relent") else cast.bob)
                found[name] = story.state
                raise KeyboardInterrupt  # what it did is not kept: the next press begins at the same state
        except KeyboardInterrupt:
            pass
        except HouseError as late:
            found[name] = f"({late.reason})"
    assert found == AFTER[state]
    assert db.session.get_one(Story, story_id).state == state


# -- a story on its way ----------------------------------------------------------------------------------------------


def test_from_draft_to_published_everybody_has_a_next_step(cast):
    with work():
        story = scene.drafted(cast)
        settle(scene.idea_of(story), now=NOW)
        assert steps(story.idea_id) == []
        operations.ask_story(story, by_id=cast.bob.id, now=NOW, book=directory(BOOK_DAY))
        settle(scene.idea_of(story), now=NOW)
        assert steps(story.idea_id) == [("agree_story", None, part(story)), ("agree_story", cast.eve.id, None)]
        assert story.answer_by.isoformat() == "2026-12-01"
        scene.answered(story, cast.ann)
        assert steps(story.idea_id) == [("agree_story", cast.eve.id, None)]
        scene.answered(story, cast.eve, "unnamed")
        assert steps(story.idea_id) == [("write_story", cast.bob.id, None)]
        assert list(broken_stories()) == []
        operations.publish_story(story, by_id=cast.bob.id, now=NOW, book=directory(BOOK_DAY))
        settle(scene.idea_of(story), now=NOW)
        assert (steps(story.idea_id), story.state) == ([], "published")
        shown = named(story, directory(BOOK_DAY))
        assert ([b.id for b in shown.submitters], shown.owners, shown.hushed_owners) == ([cast.ann.id], [], 1)


def test_silence_is_no_yes_and_goes_back_to_the_writer(cast, clock):
    """Nobody above a submitter hears of it: the step ends, and the writer has named choices."""
    clock.move_to(NOW)
    with work():
        story = scene.asked(cast)
        scene.answered(story, cast.eve)
        story_id = story.id
    clock.move_to(NOW + timedelta(days=14))
    settle_silent()
    assert steps(db.session.get_one(Story, story_id).idea_id) == [("agree_story", None, part(db.session.get_one(Story, story_id)))]
    clock.move_to(NOW + timedelta(days=15))
    settle_silent()
    story = db.session.get_one(Story, story_id)
    assert steps(story.idea_id) == [("write_story", cast.bob.id, None)]
    later = NOW + timedelta(days=15)
    book = directory(later.date())
    with pytest.raises(Refused, match="Silence is never a yes"), work():
        operations.publish_story(db.session.get_one(Story, story_id), by_id=cast.bob.id, now=later, book=book)
    with work():
        story = db.session.get_one(Story, story_id)
        operations.ask_again(story, by_id=cast.bob.id, now=later, book=book)
        settle(scene.idea_of(story), now=later)
        assert steps(story.idea_id) == [("agree_story", None, part(story))]
    with pytest.raises(Refused) as twice, work():
        operations.ask_again(db.session.get_one(Story, story_id), by_id=cast.bob.id, now=later + timedelta(days=30),
                             book=directory((later + timedelta(days=30)).date()))
    assert twice.value.reason == "asked_again"


def test_any_change_of_words_or_picture_asks_everybody_anew(cast):
    with work():
        story = scene.all_agreed(cast)
        before = story.text_version
        same = operations.change_story(story, texts={"en": scene.WORDS}, by_id=cast.bob.id, now=NOW)
        assert (same, story.state, story.text_version) == (False, "asked", before)
        changed = operations.change_story(story, texts={"en": {**scene.WORDS, "quote": ""}}, by_id=cast.bob.id, now=NOW)
        assert (changed, story.state, story.text_version) == (True, "draft", before + 1)
        settle(scene.idea_of(story), now=NOW)
        assert steps(story.idea_id) == [("write_story", cast.bob.id, None)]
        operations.ask_story(story, by_id=cast.bob.id, now=NOW, book=directory(BOOK_DAY))
        assert [row.answer for row in asking.answers_of(story, scene.idea_of(story), directory(BOOK_DAY)).open] == ["named"] * 2
        picture = Attachment(idea_id=story.idea_id, stored_name="p.jpg", shown_name="p.jpg", media_type="image/jpeg",
                             is_image=True, width=9, height=9, size_bytes=9, added_at=NOW)
        db.session.add(picture)
        db.session.flush()
        for row in asking.people_in(story):
            operations.answer_story(story, row, answer="named", now=NOW, seen=before + 1)
        operations.change_story(story, texts={"en": {**scene.WORDS, "quote": ""}}, picture_id=picture.id, by_id=cast.bob.id,
                                now=NOW)
        assert (story.state, operations.not_yet(story, scene.idea_of(story), directory(BOOK_DAY))) == ("draft", "not_agreed")
        with pytest.raises(Invalid) as wrong:
            operations.ask_story(story, by_id=cast.bob.id, now=NOW, book=directory(BOOK_DAY))
        assert list(wrong.value.fields) == ["picture_words_en"]
        with pytest.raises(Invalid) as other:  # a picture of another idea
            picture.idea_id = f.submitted(cast).id
            db.session.flush()
            operations.change_story(story, texts={"en": scene.WORDS}, picture_id=picture.id, by_id=cast.bob.id, now=NOW)
        assert list(other.value.fields) == ["picture"]
        db.session.rollback()


def test_a_story_taken_down_by_its_writer_can_be_taken_up_and_asks_anew(cast):
    with work():
        story = scene.published(cast)
        with pytest.raises(Invalid):
            operations.withdraw_story(story, by_id=cast.bob.id, now=NOW)
    with work():
        story = db.session.scalars(sa.select(Story)).one()
        operations.withdraw_story(story, by_id=cast.bob.id, now=NOW, reason="A name is wrong")
        assert (story.state, story.withdrawn_by_id) == ("withdrawn", cast.bob.id)
        operations.take_up(story, by_id=cast.bob.id, now=NOW)
        settle(scene.idea_of(story), now=NOW)
        assert (story.state, steps(story.idea_id)) == ("draft", [("write_story", cast.bob.id, None)])
        with pytest.raises(Refused):
            operations.publish_story(story, by_id=cast.bob.id, now=NOW, book=directory(BOOK_DAY))
        assert STATES[0] == story.state


def test_who_came_or_went_since_the_asking_is_asked_before_it_is_told(cast):
    """A second measure is carried out by somebody else meanwhile."""
    with work():
        story = scene.all_agreed(cast)
        measures.done(cast, scene.idea_of(story), cast.sam, now=NOW, title="Another one")
        assert operations.not_yet(story, scene.idea_of(story), directory(BOOK_DAY)) == "people_changed"
        operations.change_story(story, texts={"en": {**scene.WORDS, "done": "Two printers."}}, by_id=cast.bob.id, now=NOW)
        operations.ask_story(story, by_id=cast.bob.id, now=NOW, book=directory(BOOK_DAY))
        assert [row.person_id for row in asking.people_in(story)] == [None, cast.eve.id, cast.sam.id]


def test_who_came_since_the_asking_is_asked_without_a_word_changed(cast, client_as):
    """Saving it as it stands and asking is what the page tells its writer to do; who agreed to these words has done so."""
    with work():
        story = scene.all_agreed(cast)
        measures.done(cast, scene.idea_of(story), cast.sam, now=NOW, title="Another one")
        story_id = story.id
    form = {f"en_{part}": words for part, words in scene.WORDS.items()}
    assert client_as(cast.bob).post(f"/stories/{story_id}/edit", data={**form, "ask": "1"}).status_code == 303
    story = db.session.get_one(Story, story_id)
    assert (story.state, story.text_version) == ("asked", 1)
    assert steps(story.idea_id) == [("agree_story", cast.sam.id, None)]


def test_nothing_is_told_of_what_was_not_carried_out_or_has_a_story(cast):
    with work():
        idea = f.closed(cast)
        with pytest.raises(Refused) as nothing:
            scene.drafted(cast, idea=idea)
        assert nothing.value.reason == "nothing_done"
    with work():
        idea = db.session.get_one(Idea, scene.drafted(cast).idea_id)
        idea_id = idea.id
    with pytest.raises(Stale), work():  # two writers at once
        scene.drafted(cast, idea=db.session.get_one(Idea, idea_id))
    with work():
        story = db.session.scalars(sa.select(Story)).one()
        operations.discard_story(story, by_id=cast.bob.id, now=NOW)
        scene.drafted(cast, idea=db.session.get_one(Idea, idea_id))
    assert sorted(db.session.scalars(sa.select(Story.state))) == ["discarded", "draft"]


def test_confidential_submitters_stay_so_from_asking_to_taking_down(cast):
    """Whoever carried it out and handed it in is asked as both; nothing tells the two apart, and no journal names them."""
    with work():
        idea = f.closed(cast, cast.eve, confidential=True)
        measures.done(cast, idea)
        story = scene.asked(cast, idea=idea)
        hidden, owner = asking.people_in(story)
        assert (hidden.person_id, owner.person_id) == (None, cast.eve.id)
        assert asking.my_rows(story, idea, cast.eve.id) == [hidden, owner]
        shown = named(story, directory(BOOK_DAY), preview=True)  # nobody has answered yet
        assert (shown.submitters, shown.hushed_submitters, [brief.id for brief in shown.owners]) == ([], 1, [cast.eve.id])
        operations.answer_story(story, owner, answer="named", now=NOW)
        operations.answer_story(story, hidden, answer="unnamed", now=NOW)
        operations.publish_story(story, by_id=cast.bob.id, now=NOW, book=directory(BOOK_DAY))
        shown = named(story, directory(BOOK_DAY))
        assert (shown.submitters, shown.hushed_submitters, [b.id for b in shown.owners]) == ([], 1, [cast.eve.id])
        operations.withdraw_story(story, row=hidden, now=NOW)
        assert story.withdrawn_by_id is None
        entries = db.session.scalars(sa.select(Entry).where(Entry.kind.in_(("answer_story", "withdraw_story")))).all()
        assert sorted((e.role, e.actor_id or 0) for e in entries) == [
            ("person", cast.eve.id), ("submitter", 0), ("submitter", 0)]
        told = db.session.scalars(sa.select(Notice).where(Notice.kind == "stories.news")).all()
        assert sorted((n.facts["writer"], n.person_id) for n in told) == [(False, cast.eve.id), (True, cast.bob.id)]


@pytest.mark.either
def test_whatever_is_pressed_in_whatever_order_nothing_is_told_without_every_yes(cast):
    """Random ways through a story of three people; after each press the promises hold, by the self-check's own look."""
    with work():
        story_id = scene.drafted(cast, cast.ann, cast.sam).id
    dice, told = random.Random(29), 0
    for _way in range(3):
        try:
            with work():
                story = db.session.get_one(Story, story_id)
                for _press in range(50):
                    told += one_press(story, cast, dice)
                raise KeyboardInterrupt  # the next way begins where this one did
        except KeyboardInterrupt:
            pass
    assert told >= 2


def one_press(story: Story, cast, dice: random.Random) -> bool:
    """Press something; give whether that published the story."""
    now, before = NOW + timedelta(minutes=dice.randint(1, 9)), story.state
    everybody, person = asking.people_in(story), dice.choice((cast.ann, cast.sam, cast.eve))
    rows = asking.my_rows(story, scene.idea_of(story), person.id)
    name = dice.choice(("ask", "answer", "publish", "change", "leave_out", "take_up", "withdraw", "relent"))
    if dice.random() < 0.75:  # mostly what leads on: else no way gets far
        name = {"draft": "ask", "withdrawn": "relent", "published": "answer"}.get(story.state, "answer")
        waits = [row for row in everybody if not has_agreed(row, story)] if story.state == "asked" else rows
        name, rows = ("publish", rows) if story.state == "asked" and not waits else (name, waits)
    if name == "relent":
        rows = operations.said_no(story)[:1] or rows
    try:
        if name == "relent" and rows:
            operations.relent(story, rows[0], now=now)
        elif name == "answer" and rows:
            said = dice.choice(("named", "unnamed") * 5 + ("no",))
            operations.answer_story(story, rows[0], answer=said, now=now)
        elif name == "change":
            operations.change_story(story, texts={"en": {**scene.WORDS, "lead": str(dice.random())}}, by_id=cast.bob.id, now=now)
        elif rows or name not in ("answer", "withdraw", "relent"):
            press(name, story, cast, person if name == "withdraw" else cast.bob)
    except HouseError:
        return False
    settle(scene.idea_of(story), now=now)
    assert list(broken_stories()) == []
    if story.state == "published":
        rows = asking.people_in(story)
        yes = [row for row in rows if row.text_version == story.text_version and row.answer in ("named", "unnamed")]
        assert {row.submitter_id for row in rows if row.submitter_id} == {row.submitter_id for row in yes if row.submitter_id}
        assert all(row.answer and row.text_version == story.text_version for row in rows)
    return (before, story.state) == ("asked", "published")


def test_whoever_turns_out_to_be_a_submitter_is_asked_before_it_is_told_on(cast):
    with work():
        told = scene.published(cast)
    idea, at = scene.idea_of(told), [NOW + timedelta(days=1, hours=n) for n in range(4)]
    for n, facts in ((0, {"kind": "closing"}), (2, {"kind": "submitters", "add_person_id": cast.sam.id})):
        with work():
            move(idea, "propose_correction", actor=cast.bob, now=at[n], reason="It was recorded wrongly.", **facts)
        with work():
            move(idea, "confirm_correction" if n else "reopen_closing", actor=cast.ida, now=at[n + 1])
        assert (told.state, card_of(told.id) is None) == (("draft", True) if n else ("published", False))
    assert [(row.submitter_id is None, row.answer) for row in asking.people_in(told)] == [
        (False, "named"), (False, ""), (True, "named")]
    assert [kind for kind, _owner, _part in steps(idea.id)] == ["write_story"]
