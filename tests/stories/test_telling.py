"""Who hears of a published story: those in it first and at once, all others once with the digest."""

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.core.settings import set_rule
from suggestbox.mail.letters import kind
from suggestbox.mail.models import Letter
from suggestbox.people.directory import directory
from suggestbox.stories.letters import tell_published
from suggestbox.stories.models import Story
from tests.mail.telling import as_reader, line_for, mail_on, notices, text_for, told_to
from tests.stories import told

NOW = told.TOLD_AT


@pytest.fixture
def at(clock):
    clock.move_to(NOW)
    mail_on()
    return clock


def by_name(notice):
    """Who is told, as the cast names them."""
    return told_to(notice).lower()


def test_those_in_it_hear_at_once_and_everybody_else_once_with_the_digest(cast, at):
    with work():
        cast.wes.active = False
        story = told.story(cast, tells=True)
        tell_published(story, NOW)
        story_id = story.id
    everybody = sorted(name for name in cast.people() if name != "wes")
    assert sorted(map(by_name, notices("stories.yours"))) == ["ann", "eve"]
    assert sorted(map(by_name, notices("stories.published"))) == everybody
    at_once = db.session.execute(sa.select(Letter.kind, Letter.person_id).where(Letter.kind.startswith("stories")))
    assert sorted((name, person_id is not None) for name, person_id in at_once) == [("stories.yours", False), ("stories.yours", True)]
    lines = {by_name(n): line_for(n, NOW) for n in notices("stories.published")}
    assert sorted(name for name, line in lines.items() if line) == [n for n in everybody if n not in ("ann", "eve")]
    line = lines["sam"]
    assert (line.text, line.url, line.duty) == (f"Was aus einer Idee wurde: „{told.GERMAN['title']}“", f"/stories/{story_id}", False)
    assert lines["rex"].text == f"What became of an idea: “{told.ENGLISH['title']}”"


def test_nothing_kept_says_who_a_confidential_submitter_is(cast, at):
    """Not a row with the person's name on it, and not the lack of one: only the line is silent."""
    with work():
        told.story(cast, confidential=True, answers={"Ann": "unnamed"}, tells=True)
    by_person = {n.person_id for n in notices("stories.published")}
    assert by_person == {person.id for person in cast.people().values()}
    yours = [(n.person_id, n.submitter_id is not None) for n in notices("stories.yours")]
    assert sorted(yours, key=str) == sorted([(None, True), (cast.eve.id, False)], key=str)
    letters = list(db.session.scalars(sa.select(Letter).where(Letter.kind == "stories.yours")))
    assert {letter.person_id for letter in letters} == {None, cast.eve.id}
    silent = [by_name(n) for n in notices("stories.published") if line_for(n, NOW) is None]
    assert sorted(silent) == ["ann", "eve"]


def test_the_letter_to_those_in_it_says_how_to_take_it_down(cast, at):
    with work():
        story_id = told.story(cast, tells=True).id
    [notice] = [n for n in notices("stories.yours") if by_name(n) == "ann"]
    text = text_for(notice, NOW)
    assert (text.subject, text.quote, text.button) == (
        "Veröffentlicht: die Geschichte, in der Sie vorkommen", told.GERMAN["lead"], ("Die Geschichte lesen", f"/stories/{story_id}"),
    )
    assert "jederzeit" not in text.paragraphs[0] and "Sie brauchen keinen Grund, und es gilt sofort." in text.paragraphs[1]
    assert line_for(notice, NOW).text == f"Die Geschichte, in der Sie vorkommen, ist veröffentlicht: „{told.GERMAN['title']}“"


@pytest.mark.parametrize("how", ["taken down", "module off"])
def test_what_is_not_told_any_more_is_no_news(how, cast, at):
    with work():
        story_id = told.story(cast, tells=True).id
    with work():
        if how == "taken down":
            story = db.session.get_one(Story, story_id)
            story.state, story.withdrawn_at = "withdrawn", NOW
        else:
            set_rule("modules.stories", False, now=NOW)
    told_of = [*notices("stories.published"), *notices("stories.yours")]
    assert [line_for(n, NOW) for n in told_of] == [None] * len(told_of)
    assert [text_for(n, NOW) for n in notices("stories.yours")] == [None, None]


def test_many_stories_cost_the_statements_of_one(cast, count_queries, at):
    with work():
        told.story(cast, tells=True)
    counts = []
    for _more in range(2):
        mine = [n for n in notices("stories.published") if n.person_id == cast.sam.id]
        directory(NOW.date())
        with as_reader(mine[0], NOW) as reader, count_queries() as statements:
            assert len(kind("stories.published").lines(mine, reader)) == len(mine)
        counts.append(len(statements))
        with work():
            told.story(cast, tells=True)
            told.story(cast, tells=True)
    assert counts == [4, 4]
