"""Pages of calls: who may what, as a table; a draft from a theme; handing in to a call; small groups stay unseen."""

import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from suggestbox.calls import policy
from suggestbox.calls.models import Call
from suggestbox.calls.queries import departments_of
from suggestbox.core.database import db, work
from suggestbox.core.settings import set_rule
from suggestbox.evidence.queries import themes_of
from suggestbox.ideas.models import Idea
from tests import factories as f
from tests.calls import scene
from tests.feedback.scene import make_cx_manager, make_item, make_theme

NOW, TODAY = scene.NOW, scene.TODAY

pytestmark = pytest.mark.either

TYPED = {"question": "What helps?", "background": "We wonder.", "sponsor": "lea@example.com", "starts_on": str(TODAY),
         "ends_on": str(TODAY + timedelta(days=14)), "whom": "all"}


@pytest.fixture
def at(clock):
    clock.move_to(NOW)
    return clock


def call_now() -> Call:
    db.session.expire_all()
    return db.session.scalars(sa.select(Call)).one()


# -- who may what ----------------------------------------------------------------------------------------------------


def test_who_may_call(cast, client_as, at):
    with work():
        cem = make_cx_manager(cast)
    people = {**cast.people(), "cem": cem}
    allowed = [name for name, person in people.items() if client_as(person).get("/calls/new").status_code == 200]
    assert allowed == ["lea", "cat", "kim", "ida", "ivo", "cem"]


PRESSES = ("edit", "publish", "discard", "end", "prolong", "results")
MANAGERS = {"lea", "cat", "ida", "ivo"}
"""Its sponsor, cat who drafted it, and the idea management."""


PRESSERS = ("lea", "cat", "ida", "kim", "ann", "dot")
"""Those who look after it, a decision maker of elsewhere, somebody it does not ask, an admin."""


@pytest.mark.parametrize("state", scene.IN_STATE)
def test_every_press_by_everybody(state, cast, client_as, at):
    """A draft does not exist for others; what is published they read, and change nothing."""
    with work():
        call = scene.IN_STATE[state](cast, cast.it)
        call.created_by_id = cast.cat.id
        call_id = call.id
    call = db.session.get_one(Call, call_id)
    before = call.version
    assert {name for name, person in cast.people().items() if policy.may_manage(person, call)} == MANAGERS
    for name in PRESSERS:
        browser = client_as(cast.people()[name])
        hidden = 404 if state == "draft" else 403
        seen = browser.get(f"/calls/{call_id}").status_code
        assert seen == (200 if state != "draft" or name in MANAGERS else 404), name
        for press in PRESSES:
            answer = browser.post(f"/calls/{call_id}/{press}", data={"version": "0", "question": ""})
            # The right people are told that the form is wrong, out of date, or not for now.
            expected = {409, 422} if name in MANAGERS else {hidden}
            assert answer.status_code in expected, (name, press)
    assert db.session.get_one(Call, call_id).version == before


def test_nothing_is_there_while_the_module_is_off(cast, client_as, at):
    with work():
        call_id = scene.opened(cast).id
        set_rule("modules.calls", False, now=NOW)
    browser = client_as(cast.ida)
    assert [browser.get(p).status_code for p in ("/calls", f"/calls/{call_id}", "/calls/new")] == [404, 404, 404]
    assert scene.QUESTION not in browser.get("/").text
    browser.post("/ideas/new", data={"problem": "It rains.", "call_id": str(call_id)})
    assert db.session.scalars(sa.select(Idea.call_id)).all() == [None]


# -- writing one -----------------------------------------------------------------------------------------------------


def test_from_nothing_to_published(cast, client_as, at):
    browser = client_as(cast.ida)
    assert "Ida Ihde" in browser.get("/calls/new").text
    answer = browser.post("/calls/new", data={**TYPED, "whom": "some", "departments": [str(cast.it.id)]})
    call = call_now()
    assert "Er fragt 4 Personen." in browser.get(f"/calls/{call.id}").text
    assert (answer.location, call.published_at, call.sponsor_id) == (f"/calls/{call.id}", None, cast.lea.id)
    assert departments_of([call.id]) == {call.id: [cast.it.id]}
    browser.post(f"/calls/{call.id}/edit", data={**TYPED, "question": "What helps most?", "version": call.version})
    call = call_now()
    assert (call.question, departments_of([call.id])) == ("What helps most?", {})
    browser.post(f"/calls/{call.id}/publish", data={"version": call.version})
    assert call_now().published_at == NOW
    assert "What helps most?" in client_as(cast.sam).get("/calls").text


@pytest.mark.parametrize("wrong", [
    {"question": ""}, {"sponsor": ""}, {"sponsor": "nobody"}, {"ends_on": "2020-01-01"}, {"starts_on": ""}, {"whom": "some"},
])
def test_what_was_typed_is_kept(wrong, cast, client_as, at):
    answer = client_as(cast.ida).post("/calls/new", data={**TYPED, **wrong})
    assert (answer.status_code, "We wonder." in answer.text) == (422, True)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Call)) == 0


def test_a_call_from_a_theme_is_drafted_with_counts_and_masked_quotes(cast, client_as, at):
    with work():
        theme = make_theme("delivery", name_en="Delivery", name_de="Lieferung")
        for n in range(3):
            make_item(f"Zu spät ({n}). Rufen Sie mich an: 0421 1234567.", (theme, "negative"), customer_hash=f"c{n % 2}",
                      said_on=TODAY - timedelta(days=n))
        make_item("Der Fahrer klingelt nie.", (theme, "negative"), customer_hash="c5", said_on=TODAY - timedelta(days=9))
        make_item("Schnell!", (theme, "positive"), said_on=TODAY)
        theme_id = theme.id
        cast.ida.language = "en"
    browser = client_as(cast.ida)
    page = browser.get(f"/calls/new?theme={theme_id}").text
    background = re.search(r'<textarea[^>]*id="background"[^>]*>(.*?)</textarea>', page, re.S)
    assert background is not None
    text = background[1].replace("\r", "").strip()
    assert "What can we do better about “Delivery”?" in page
    assert text.split("\n\n")[0] == (
        "In the last six months we read 4 comments about it that were not happy, from 3 customers.")
    assert (text.count("Zu spät"), "Der Fahrer klingelt nie." in text) == (1, True)  # twice the same says nothing more
    assert ("0421" in text, "Schnell" in text) == (False, False)
    browser.post("/calls/new", data={**TYPED, "theme": theme_id})
    assert call_now().theme_id == theme_id
    assert browser.get("/calls/new?theme=99999").status_code == 200


# -- answering one ---------------------------------------------------------------------------------------------------


def test_an_idea_is_handed_in_to_the_call_and_keeps_it(cast, client_as, at):
    with work():
        call_id = scene.opened(cast, cast.logistics).id
    browser = client_as(cast.ann)
    assert f'href="/ideas/new?call={call_id}"' in browser.get(f"/calls/{call_id}").text
    form = browser.get(f"/ideas/new?call={call_id}").text
    assert (scene.QUESTION in form, f'name="call_id" type="hidden" value="{call_id}"' in form) == (True, True)
    browser.post("/ideas/new", data={"problem": "Wet parcels.", "call_id": str(call_id), "draft": "1"})
    idea = db.session.scalars(sa.select(Idea)).one()
    assert (idea.stage, idea.call_id) == ("draft", call_id)
    at.move_to(NOW + timedelta(days=60))  # the draft was begun in time
    browser = client_as(cast.ann)
    assert scene.QUESTION in browser.get(f"/ideas/drafts/{idea.id}").text
    browser.post(f"/ideas/drafts/{idea.id}", data={"problem": "Wet parcels.", "call_id": str(call_id)})
    db.session.expire_all()
    idea = db.session.scalars(sa.select(Idea)).one()
    assert (idea.stage, idea.call_id) == ("submitted", call_id)
    assert scene.QUESTION in browser.get(f"/ideas/{idea.number}").text


@pytest.mark.parametrize("who, state", [("sam", "open"), ("ann", "ended"), ("ann", "coming"), ("ann", "draft")])
def test_whoever_is_not_asked_hands_in_an_ordinary_idea(who, state, cast, client_as, at):
    with work():
        call_id = scene.IN_STATE[state](cast, cast.logistics).id
    browser = client_as(cast.people()[who])
    assert f"call={call_id}" not in browser.get(f"/calls/{call_id}").text
    assert scene.QUESTION not in browser.get(f"/ideas/new?call={call_id}").text
    browser.post("/ideas/new", data={"problem": "Wet parcels.", "call_id": str(call_id)})
    assert db.session.scalars(sa.select(Idea.call_id)).all() == [None]


def test_the_list_of_ideas_knows_the_call(cast, client_as, at):
    with work():
        call = scene.opened(cast)
        f.in_review(cast, cast.ann, title="Roof over the ramp", call_id=call.id)
        f.in_review(cast, cast.eve, title="Another thing")
        call_id = call.id
    at.move_to(NOW + timedelta(days=1))
    text = client_as(cast.sam).get(f"/ideas?call={call_id}").text
    assert ("Roof over the ramp" in text, "Another thing" in text, scene.QUESTION in text) == (True, False, True)


def test_an_idea_for_a_call_about_a_theme_answers_the_theme(cast, client_as, at):
    with work():
        theme = make_theme("delivery")
        call_id, theme_id = scene.opened(cast, theme_id=theme.id).id, theme.id
    browser = client_as(cast.ann)
    ticked = f'name="theme" value="{theme_id}" form="idea-form" checked'
    assert ticked in browser.get(f"/ideas/new?call={call_id}").text
    browser.post("/ideas/new", data={"problem": "Wet parcels.", "call_id": str(call_id), "theme": theme_id})
    assert [(link.theme.id, link.linked_as) for link in themes_of(db.session.scalars(sa.select(Idea.id)).one())] == [
        (theme_id, "submitter")]


# -- seeing it -------------------------------------------------------------------------------------------------------


def test_open_calls_stand_on_the_start_page_of_those_asked(cast, client_as, at):
    with work():
        scene.opened(cast, cast.logistics)
    assert [scene.QUESTION in client_as(p).get("/").text for p in (cast.ann, cast.sam)] == [True, False]


def test_who_is_not_asked_reads_along_and_reads_who_is(cast, client_as, at):
    with work():
        call_id = scene.opened(cast, cast.logistics).id
        cast.coo.language = "en"
    page = client_as(cast.coo).get(f"/calls/{call_id}").text
    assert ("This call asks other departments. You may read along." in page, "Logistics" in page) == (True, True)


def test_no_page_tells_a_confidential_submitter_or_a_small_group(cast, client_as, at):
    with work():
        call = scene.opened(cast)
        f.in_review(cast, cast.ann, confidential=True, call_id=call.id, title="Roof")
        scene.answered(cast, call, cast.eve, cast.dan, cast.sam)
        call_id = call.id
        cast.coo.language = "en"
    at.move_to(NOW + timedelta(days=1))
    browser = client_as(cast.coo)
    page, listed = browser.get(f"/calls/{call_id}").text, browser.get("/calls").text
    assert "How many people take part stands here from the first five on, in steps of five. Names never do." in page
    assert [name in page + listed for name in ("Albers", "Ebert", "Dietz", "Simon")] == [False] * 4
    assert (re.findall(r"\d+ ideas?\b", listed), "about" in page + listed) == (["1 idea"], False)  # the one everybody may read
    with work():
        scene.answered(cast, db.session.get_one(Call, call_id), cast.kim)
    page = browser.get(f"/calls/{call_id}").text
    assert (re.findall(r'<dd class="sb-num">(\d+)</dd>', page), re.findall(r"about \d+", page)) == (["1"], ["about 5"])
    assert ("Roof" in page, "Albers" in page) == (True, False)


def test_results_stand_on_the_page_with_what_was_adopted(cast, client_as, at):
    with work():
        call = scene.opened(cast, now=NOW, ends_on=TODAY + timedelta(days=1))
        f.closed(cast, cast.ann, call_id=call.id, title="Roof over the ramp")
        f.closed(cast, cast.eve, call_id=call.id, title="Not this one", outcome="declined",
                 facts={"change_for_yes": "Less money."})
        call_id = call.id
    at.move_to(f.START + timedelta(days=10))
    browser = client_as(cast.ida)
    browser.post(f"/calls/{call_id}/results", data={"results-words": "We build a roof.", "results-version": call_now().version})
    page = client_as(cast.sam).get(f"/calls/{call_id}").text
    answer = page[page.index('id="results"'):page.index('id="behind"')]
    assert "We build a roof." in answer
    assert re.findall(r"</svg> ([^<]+)</li>", answer) == ["1 angenommen", "1 abgelehnt"]
    assert re.findall(r">([^<]+)</a> <span class=\"sb-soft\">· ([^<]+)<", answer) == [
        ("Roof over the ramp", "Angenommen"), ("Not this one", "Abgelehnt")]


def test_ended_early_and_prolonged_on_the_page(cast, client_as, at):
    with work():
        call_id = scene.opened(cast).id
    browser = client_as(cast.ida)
    browser.post(f"/calls/{call_id}/prolong", data={"prolong-ends_on": "2026-12-20", "prolong-reason": "Holidays"})
    assert (call_now().ends_on, "Holidays" in client_as(cast.sam).get(f"/calls/{call_id}").text) == (date(2026, 12, 20), True)
    wrong = browser.post(f"/calls/{call_id}/prolong", data={"prolong-ends_on": "2026-12-01", "prolong-reason": "Typed words"})
    assert (wrong.status_code, "Typed words" in wrong.text) == (422, True)
    browser.post(f"/calls/{call_id}/end", data={"end-reason": "Enough"})
    assert (call_now().ended_at, "Enough" in client_as(cast.sam).get(f"/calls/{call_id}").text) == (NOW, True)


# -- how often the database is asked -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path, expected", [("/calls", 9), ("/calls/{id}", 12)])
def test_pages_ask_as_often_for_thirty_as_for_one(path, expected, cast, client_as, count_queries, at):
    with work():
        call = scene.opened(cast, cast.logistics)
        scene.answered(cast, call, cast.ann)
        call_id = call.id
    at.move_to(NOW + timedelta(days=1))
    browser, counts, path = client_as(cast.ann), [], path.format(id=call_id)
    for many in (0, 12):
        with work():
            for _n in range(many):
                scene.ended(cast, cast.it)
                scene.opened(cast, cast.logistics)
                scene.answered(cast, db.session.get_one(Call, call_id), cast.ann)
        browser.get(path)
        with count_queries() as statements:
            assert browser.get(path).status_code == 200
        counts.append(len(statements))
    assert counts == [expected, expected]
