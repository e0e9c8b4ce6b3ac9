"""What whoever is in a story can say to it, and what comes of each answer."""

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.core.errors import Refused, Stale
from suggestbox.mail.models import Notice
from suggestbox.people.directory import directory
from suggestbox.people.models import Person
from suggestbox.stories import asking, operations
from suggestbox.stories.queries import named
from tests.stories import scene

NOW, BOOK_DAY = scene.NOW, scene.NOW.date()


def test_a_yes_to_an_earlier_wording_is_refused(cast):
    with work():
        story = scene.asked(cast)
        with pytest.raises(Stale):
            operations.answer_story(story, scene.row_of(story, cast.ann), answer="named", now=NOW, seen=story.text_version - 1)


@pytest.mark.parametrize("answer", ["named", "unnamed", "no"])
def test_what_each_answer_of_a_submitter_means(answer, cast):
    with work():
        story = scene.all_agreed(cast, cast.ann, cast.sam)
        scene.answered(story, cast.sam, answer, words="Not like this")
        assert story.state == {"no": "withdrawn"}.get(answer, "asked")
        assert (story.withdrawn_by_id, story.withdrawn_reason) == (None, "Not like this" if answer == "no" else "")
        if answer == "no":
            news = db.session.scalars(sa.select(Notice).where(Notice.kind == "stories.news").order_by(Notice.id)).all()
            others = {row.submitter_id or row.person_id for row in asking.people_in(story)
                      if row.id != scene.row_of(story, cast.sam).id}
            assert [n.person_id for n in news if n.facts["writer"]] == [cast.bob.id]
            assert {n.submitter_id or n.person_id for n in news if not n.facts["writer"]} == others
            with pytest.raises(Refused):
                operations.take_up(story, by_id=cast.bob.id, now=NOW)


def test_an_owner_who_says_no_is_only_left_out_of_it(cast):
    with work():
        story = scene.all_agreed(cast)
        scene.answered(story, cast.eve, "no")
        operations.publish_story(story, by_id=cast.bob.id, now=NOW, book=directory(BOOK_DAY))
        assert [b.id for b in named(story, directory(BOOK_DAY)).owners] == []
        again = scene.drafted(cast, now=NOW)
        operations.ask_story(again, by_id=cast.bob.id, now=NOW, book=directory(BOOK_DAY))
        operations.leave_out(again, cast.eve.id, by_id=cast.bob.id, now=NOW)
        with pytest.raises(Refused) as submitter:
            operations.leave_out(again, cast.ann.id, by_id=cast.bob.id, now=NOW)
        assert submitter.value.reason == "not_an_owner"
        scene.answered(again, cast.ann)
        assert operations.not_yet(again, scene.idea_of(again), directory(BOOK_DAY)) == ""


@pytest.mark.parametrize(("answer", "why"), [("named", ""), ("unnamed", "named_in_words")])
def test_words_that_name_whoever_would_not_be_named_are_not_told(cast, answer, why):
    with work():
        story = scene.all_agreed(cast)
        idea = scene.idea_of(story)
        submitter = db.session.get_one(Person, idea.submitters[0].person_id)
        words = {**scene.WORDS, "before": f"{submitter.name} was looking for the labels."}
        operations.change_story(story, texts={"en": words}, by_id=cast.bob.id, now=NOW)
        operations.ask_story(story, by_id=cast.bob.id, now=NOW, book=directory(BOOK_DAY))
        for row in asking.people_in(story):
            operations.answer_story(story, row, answer=answer if row.submitter_id else "named", now=NOW, seen=story.text_version)
        assert operations.not_yet(story, idea, directory(BOOK_DAY)) == why


def test_the_date_to_answer_by_does_not_tell_on_which_days_a_confidential_submitter_works(cast):
    with work():
        stories = [scene.drafted(cast, person, confidential=hidden)
                   for person, hidden in ((cast.dan, True), (cast.ann, True), (cast.sam, False))]
        cast.ann.working_weekdays = cast.sam.working_weekdays = "1"
        db.session.flush()
        for story in stories:
            operations.ask_story(story, by_id=cast.bob.id, now=NOW, book=directory(BOOK_DAY))
    until = [story.answer_by for story in stories]
    assert until[0] == until[1] < until[2]
