"""A story of an idea that is decided anew: told until the new answer can be read by all, and not any longer after a no."""

from datetime import timedelta

import pytest

from suggestbox.core.database import db, work
from suggestbox.core.errors import Refused
from suggestbox.stories import operations
from suggestbox.stories.models import Story
from suggestbox.stories.queries import card_of
from suggestbox.workflow.operations import move, settle
from suggestbox.workflow.story_check import broken_stories
from tests import factories as f
from tests.mail.telling import line_for, mail_on, notices, told_to
from tests.priority.scene import NO
from tests.stories import scene
from tests.stories.test_writing import steps

MAKE = {"draft": scene.drafted, "asked": scene.asked, "published": scene.published}


def decided_anew(cast, idea, outcome):
    """Let ann object and lea decide in a second round; give what is told when it is being examined, released and closed."""
    now, told = scene.NOW + timedelta(days=1), []
    move(idea, "object", actor=cast.ann, now=now, reason="You forgot the cold store.")
    move(idea, "add_reviewers", actor=cast.bob, now=now, reviewers=f.reviewers((cast.coo, "expert"), (cast.sam, "department")))
    for person in (cast.coo, cast.sam):
        f.answer_review(idea, person, now)
    settle(idea, now=now + timedelta(days=3))
    now += timedelta(days=3)
    f.decide(idea, cast.lea, now, outcome, **(NO if outcome == "declined" else {}))
    told.append(is_told(idea))
    move(idea, "record_talk", actor=cast.lea, now=now, held_on=now.date(), form="phone", said="We talked.")
    told.append(is_told(idea))
    f.confirm(idea, cast.ann, now)
    return [*told, is_told(idea)]


def is_told(idea):
    db.session.flush()
    return card_of(the_story(idea).id) is not None


def the_story(idea):
    return db.session.query(Story).filter_by(idea_id=idea.id).one()


@pytest.mark.parametrize(("before", "outcome", "told", "after"), [
    ("published", "declined", [True, True, False], "withdrawn"), ("published", "adopted", [True] * 3, "published"),
    ("asked", "declined", [False] * 3, "discarded"), ("draft", "declined", [False] * 3, "discarded"),
])
def test_a_no_in_a_second_round_ends_the_story_when_the_idea_is_closed(before, outcome, told, after, cast, clock):
    mail_on()
    with work():
        cast.ann.language = cast.bob.language = cast.eve.language = "en"
        idea = scene.idea_of(MAKE[before](cast))
        clock.move_to(scene.NOW)
        assert decided_anew(cast, idea, outcome) == told
        story = the_story(idea)
        assert (idea.stage, story.state) == ("closed", after)
        assert [step for step in steps(idea.id) if outcome == "declined"] == []
        assert list(broken_stories()) == []
    words = {told_to(n): line_for(n, idea.closed_at).text for n in notices("stories.news") if n.facts["what"] == "overtaken"}
    people = {"Ann", "Eve"} if before != "draft" else set()
    assert set(words) == (people | {"Bob"} if outcome == "declined" else set())
    assert outcome != "declined" or words["Bob"] == "The idea was decided anew and not adopted this time. Its story is not told any more."


@pytest.mark.either
def test_its_writer_reads_why_and_cannot_write_on(cast, client_as, clock):
    with work():
        cast.bob.language = "en"
        idea = scene.idea_of(scene.published(cast))
        decided_anew(cast, idea, "declined")
        story_id, at = the_story(idea).id, idea.closed_at
    clock.move_to(at)
    page = client_as(cast.bob).get(f"/stories/{story_id}/edit").text
    assert ("The idea was decided anew and not adopted this time" in page, "Write on" in page) == (True, False)
    with pytest.raises(Refused) as refused, work():
        operations.take_up(db.session.get_one(Story, story_id), by_id=cast.bob.id, now=at)
    assert refused.value.reason == "not_adopted"
