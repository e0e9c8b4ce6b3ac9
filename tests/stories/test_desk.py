"""The pages of those who write stories and of those who are in them."""

import io
from datetime import timedelta

import pytest
import sqlalchemy as sa
from PIL import Image

from suggestbox.core.database import db, work
from suggestbox.core.errors import Refused
from suggestbox.core.settings import set_rule
from suggestbox.ideas.models import Attachment, Idea
from suggestbox.people.directory import directory
from suggestbox.people.models import RoleGrant
from suggestbox.reminders.recipients import whose
from suggestbox.reminders.standing import open_steps_of
from suggestbox.steps.models import Step
from suggestbox.stories import asking, drafting, operations
from suggestbox.stories.models import Story, StoryPerson, StoryText
from suggestbox.workflow.operations import move
from tests import factories as f
from tests.cast import SINCE
from tests.measures import scene as measures
from tests.stories import scene

pytestmark = pytest.mark.either

NOW = scene.NOW


@pytest.fixture
def there(cast, clock):
    clock.move_to(NOW)
    with work():
        for person in cast.people().values():
            person.language = "en"
    return cast


def the_story() -> Story:
    db.session.expire_all()
    return db.session.scalars(sa.select(Story).order_by(Story.id)).one()


def words(**more: str) -> dict[str, str]:
    return {**{f"en_{part}": text for part, text in scene.WORDS.items()}, "version": str(the_story().version), **more}


def photo() -> tuple[io.BytesIO, str]:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (90, 120, 80)).save(out, "JPEG")
    return io.BytesIO(out.getvalue()), "ramp.jpg"


@pytest.mark.parametrize(("problem", "lead", "before"), [
    ("We look for pallets.", "We look for pallets.", ""),
    ("We look for pallets. It takes an hour. Every day.", "We look for pallets.", "It takes an hour. Every day."),
    ("We look for pallets " + "here and there " * 20, None, "We look for pallets " + "here and there " * 19 + "here and there"),
])
def test_a_draft_says_nothing_twice(problem, lead, before, there):
    with work():
        idea = f.closed(there, problem=problem)
        measure = measures.done(there, idea, title=idea.title + ".")
        drafted = drafting.drafted(idea, [measure], {}, languages=("en",))["en"]
    assert (drafted["before"], drafted["lead"].endswith("…") if lead is None else drafted["lead"] == lead) == (before, True)


def test_from_the_list_to_the_published_page(there, client_as):
    with work():
        idea = f.closed(there)
        measures.done(there, idea)
        number = idea.number
    bob, ann, eve, sam = (client_as(p) for p in (there.bob, there.ann, there.eve, there.sam))
    assert f"/stories/new/{number}" in bob.get("/stories/candidates?show=all").text
    assert "Nothing waits to be told" in bob.get("/stories/candidates").text  # nobody said yet what it brings
    begun = bob.post(f"/stories/new/{number}", data={"languages": "en"})
    address = begun.headers["Location"]
    drafted = {t.language: (t.title, t.lead, t.before, t.done) for t in db.session.scalars(sa.select(StoryText))}
    assert drafted == {"en": (db.session.scalars(sa.select(Idea.title)).one(),
                              "We look for pallets every morning. What was done: A printer at the ramp.", "",
                              "The printer stands.")}
    assert bob.get(f"/stories/new/{number}").headers["Location"] == address
    upload = bob.post(address, data=words(upload=photo(), ask="1"), content_type="multipart/form-data")
    assert (upload.status_code, "Please say what can be seen in the picture." in upload.text) == (422, True)
    story = the_story()
    assert story.picture_id is not None  # the picture is not lost with the missing words
    for told in (False, True):  # and is none of the idea's own files, whether the house tells stories or not
        with work():
            set_rule("modules.stories", told, now=NOW)
        assert "ramp.jpg" not in ann.get(f"/ideas/{number}").text
    base = f"/stories/{story.id}"
    assert [c.get(f"{base}/picture").status_code for c in (bob, ann, sam)] == [200, 404, 404]
    assert [c.get(f"{base}/agree").status_code for c in (ann, sam)] == [404, 404]
    sent = bob.post(address, data=words(picture=str(story.picture_id), picture_words_en="A printer", ask="1"))
    assert (sent.status_code, the_story().state) == (303, "asked")
    assert [c.get(f"{base}/agree").status_code for c in (ann, eve, sam, bob)] == [200, 200, 404, 404]
    assert [c.get(f"{base}/picture").status_code for c in (bob, ann, sam)] == [200, 200, 404]
    assert [c.get(base).status_code for c in (ann, sam)] == [404, 404]
    seen = str(the_story().text_version)
    assert bob.post(f"{base}/publish", data={"version": str(the_story().version)}).status_code == 409
    for browser, answer in ((ann, "named"), (eve, "unnamed")):
        assert browser.post(f"{base}/agree", data={"answer": answer, "seen_wording": seen}).status_code == 303
    assert "Everybody agreed. You can publish it." in bob.get(address).text
    done = bob.post(f"{base}/publish", data={"version": str(the_story().version)})
    assert (done.status_code, done.headers["Location"]) == (303, base)
    page = sam.get(base).text
    assert (page.count("Ann Albers"), "Eve Ebert" in page, "A printer stands at the ramp." in page) == (2, False, True)
    assert sam.get(f"{base}/picture").status_code == 200
    assert ann.post(f"{base}/withdraw", data={}).status_code == 303
    assert [c.get(base).status_code for c in (sam, bob)] == [404, 404]
    assert [c.get(f"{base}/picture").status_code for c in (sam, bob)] == [404, 200]
    assert "Only they can take that back." in bob.get(address).text
    assert ann.post(f"{base}/relent", data={}).status_code == 303
    assert the_story().state == "draft"


def test_a_picture_nobody_saw_goes_with_the_one_that_takes_its_place(there, client_as):
    with work():
        story_id = scene.drafted(there).id
    bob, address = client_as(there.bob), f"/stories/{story_id}/edit"
    found = []
    for more in ({}, {"ask": "1"}, {}):  # the third: somebody has been asked about the second
        data = words(upload=photo(), picture_words_en="A printer", **more)
        assert bob.post(address, data=data, content_type="multipart/form-data").status_code == 303
        story, kept = the_story(), set(db.session.scalars(sa.select(Attachment.id)))
        found.append((len(kept), story.picture_id in kept, sorted(story.facts["uploads"]) == sorted(kept)))
    assert found == [(1, True, True), (1, True, True), (2, True, True)]


def test_who_writes_and_who_does_not(there, client_as):
    """Coordinators of the department, idea management, CX management; never a submitter, whatever office they hold."""
    with work():
        db.session.add(RoleGrant(person_id=there.sam.id, role="cx_manager", from_on=SINCE))
        idea = f.closed(there, there.ann, there.ivo)
        measures.done(there, idea)
        story_id, number = scene.drafted(there, idea=idea).id, idea.number
    found = {}
    for person in (there.bob, there.ida, there.sam, there.pia, there.ivo, there.ann, there.eve, there.lea, there.rex):
        browser = client_as(person)
        found[person.given_name] = [browser.get(path).status_code for path in (
            "/stories/candidates", f"/stories/new/{number}", f"/stories/{story_id}/edit")]
    assert found == {
        "Bob": [200, 303, 200], "Ida": [200, 303, 200], "Sam": [200, 303, 200], "Pia": [200, 404, 404], "Ivo": [200, 404, 404],
        "Ann": [403, 404, 404], "Eve": [403, 404, 404], "Lea": [403, 404, 404], "Rex": [403, 404, 404],
    }
    pages = {p.given_name: f"/stories/{story_id}/edit" in client_as(p).get("/stories/candidates?show=writing").text
             for p in (there.bob, there.sam, there.pia, there.ivo)}
    assert pages == {"Bob": True, "Sam": True, "Pia": False, "Ivo": False}


def test_nothing_typed_is_lost_when_somebody_was_quicker_or_it_is_too_long(there, client_as):
    with work():
        story_id = scene.drafted(there).id
    bob, address = client_as(there.bob), f"/stories/{story_id}/edit"
    old = words(en_lead="Mine & only mine")
    assert client_as(there.ida).post(address, data=words(en_lead="Hers")).status_code == 303
    late = bob.post(address, data=old)
    assert (late.status_code, "Mine &amp; only mine" in late.text) == (409, True)
    long = bob.post(address, data=words(en_title="T" * 161, en_before="Kept"))
    assert (long.status_code, "Kept" in long.text, "161" in long.text) == (422, True, True)
    look = bob.post(address, data=words(en_lead="Only looked at", preview="1"))
    assert (look.status_code, look.text.count("Only looked at"), the_story().state) == (200, 2, "draft")
    assert [t.lead for t in db.session.scalars(sa.select(StoryText))] == ["Hers"]
    bad = bob.post(address, data={**words(), "upload": (io.BytesIO(b"no picture"), "x.jpg")}, content_type="multipart/form-data")
    assert (bad.status_code, "cannot be added" in bad.text) == (422, True)


def test_the_second_language_is_folded_on_the_page_of_the_asked(there, client_as):
    german = {part: f"Deutsch {part}" for part in scene.WORDS}
    with work():
        story_id = scene.asked(there, texts={"en": scene.WORDS, "de": german}).id
    page = client_as(there.ann).get(f"/stories/{story_id}/agree").text
    seen, _fold, rest = page.partition('id="in-de"')
    assert (scene.WORDS["before"] in seen, "Deutsch before" in seen, "Deutsch before" in rest) == (True, False, True)
    assert "Your answer counts for both" in seen


def test_the_page_of_the_asked_shows_exactly_what_is_told_and_a_confidential_name_to_nobody(there, client_as):
    with work():
        idea = f.closed(there, there.ann, confidential=True)
        measures.done(there, idea)
        story_id = scene.asked(there, idea=idea).id
    ann, bob, ida = client_as(there.ann), client_as(there.bob), client_as(there.ida)
    page = ann.get(f"/stories/{story_id}/agree").text
    assert [text in page for text in scene.WORDS.values()] == [True] * 7
    assert "You handed it in confidentially." in page
    for answer in ("named", "unnamed"):
        said = {"answer": answer, "words": "Fine"}  # to this very wording, or to none
        assert [ann.post(f"/stories/{story_id}/agree", data=data).status_code for data in (said, said | {"seen_wording": "1"})
                ] == [409, 303]
        for writer in (bob, ida):
            shown = writer.get(f"/stories/{story_id}/edit").text
            assert ("A submitter, confidentially" in shown, "Fine" in shown) == (True, True)
        for other in (bob.get(f"/stories/{story_id}/edit"), client_as(there.eve).get(f"/stories/{story_id}/agree")):
            assert "Albers" not in other.text  # not even while the answer is "with my name": one may still think again
    nothing = ann.post(f"/stories/{story_id}/agree", data={"words": "Hm", "seen_wording": "1"})
    assert (nothing.status_code, "Hm" in nothing.text) == (422, True)


def test_a_name_that_stands_in_the_words_too_is_not_taken_out_alone(there, client_as):
    """Otherwise the page would go on naming whoever does not want to be named any more."""
    with work():
        story = scene.drafted(there, texts={"en": {**scene.WORDS, "before": "Ann Albers was looking for the labels."}})
        operations.ask_story(story, by_id=there.bob.id, now=NOW, book=directory(NOW.date()))
        for row in asking.people_in(story):
            operations.answer_story(story, row, answer="named", now=NOW)
        operations.publish_story(story, by_id=there.bob.id, now=NOW, book=directory(NOW.date()))
        address = f"/stories/{story.id}/agree"
    answers = {person: client_as(person).post(address, data={"answer": "unnamed", "seen_wording": "1"}).status_code
               for person in (there.ann, there.eve)}
    assert list(answers.values()) == [422, 303]
    assert sorted(db.session.scalars(sa.select(StoryPerson.answer))) == ["named", "unnamed"]


def test_the_step_leads_to_the_page_and_is_nobody_elses(there, client_as):
    """A consent is not stood in for, not reassigned, and climbs no ladder."""
    with work():
        story = scene.asked(there)
        number, story_id = scene.idea_of(story).number, story.id
        step_id = db.session.scalar(sa.select(Step.id).where(Step.kind == "agree_story", Step.owner_id == there.eve.id))
    assert f"/stories/{story_id}/agree" in client_as(there.ann).get("/steps").text
    assert f"/stories/{story_id}/agree" in client_as(there.eve).get("/steps").text
    with pytest.raises(Refused) as refused, work():
        idea = db.session.scalars(sa.select(Idea).where(Idea.number == number)).one()
        move(idea, "reassign", actor=there.ida, now=NOW, step_id=step_id, person_id=there.sam.id, reason="Away")
    assert refused.value.reason == "nothing_to_give"
    [standing] = open_steps_of(Step.id == step_id, directory(NOW.date()))
    assert whose(standing, directory(NOW.date())) == "submitter"
    assert db.session.scalars(sa.select(StoryPerson.person_id).where(StoryPerson.person_id.is_not(None))).all() == [there.eve.id]


def test_whoever_has_no_part_in_it_can_press_nothing(there, client_as):
    """Those in the story do not write it, those who write it do not answer for anybody, and all others know of nothing."""
    with work():
        story_id = scene.asked(there).id
    writing = ("again", "publish", "discard", "leave-out", "take-down", "take-up", "edit")
    answering = ("agree", "withdraw", "relent")
    barred = {there.ann: writing, there.eve: writing, there.bob: answering,
              there.lea: writing + answering, there.pia: writing + answering}
    found = {(person.given_name, press): client_as(person).post(f"/stories/{story_id}/{press}", data={
        "answer": "named", "person": str(there.eve.id), "reason": "x"}).status_code
        for person, presses in barred.items() for press in presses}
    assert set(found.values()) == {404}
    assert (the_story().state, the_story().text_version) == ("asked", 1)
    assert {row.answer for row in db.session.scalars(sa.select(StoryPerson))} == {""}


def many(there, count: int) -> None:
    for _n in range(count):
        idea = f.closed(there)
        measures.figure(there, measures.done(there, idea), "agreed")
        db.session.add(Attachment(idea_id=idea.id, stored_name=f"{idea.id}.jpg", shown_name="x", media_type="image/jpeg",
                                  is_image=True, size_bytes=1, added_at=NOW))


@pytest.mark.parametrize("show", ["worth", "writing"])
def test_the_list_takes_the_same_statements_for_few_and_for_many(show, there, client_as, count_queries):
    with work():
        many(there, 1)
    bob, found = client_as(there.bob), []
    for _round in range(2):
        with work():
            for idea in db.session.scalars(sa.select(Idea)).all() if show == "writing" else ():
                if db.session.scalar(sa.select(Story.id).where(Story.idea_id == idea.id)) is None:
                    scene.drafted(there, idea=idea, now=NOW + timedelta(minutes=1))
        bob.get(f"/stories/candidates?show={show}")
        with count_queries() as sent:
            page = bob.get(f"/stories/candidates?show={show}")
        found.append((len(sent), page.text.count('class="st-could-title"')))
        with work():
            many(there, 5)
    assert found[0][0] == found[1][0] <= 12
    assert [rows for _count, rows in found] == [1, 6]
