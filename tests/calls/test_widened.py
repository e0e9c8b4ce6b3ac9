"""A call widened: dates and reviewers of its own on the form, stories of customers, what became of ideas, the poster."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from suggestbox.calls.models import Call
from suggestbox.calls.operations import end_call, tell_results
from suggestbox.calls.qr import QUIET, square_of
from suggestbox.calls.reviewing import reviewers_of
from suggestbox.core.database import db, work
from suggestbox.feedback.models import Item
from tests import factories as f
from tests.calls import scene
from tests.mail.telling import line_for, notices, told_of_kind

pytestmark = pytest.mark.either

NOW, TODAY = scene.NOW, scene.TODAY
OWN = {"triage_on": "2026-11-25", "review_on": "2026-12-14", "decide_on": "2027-01-11", "results_due_on": "2027-01-20"}
TYPED = {"question": "What helps?", "background": "We wonder.", "sponsor": "lea@example.com", "starts_on": str(TODAY),
         "ends_on": str(TODAY + timedelta(days=14)), "whom": "all", "asks_stories": "y",
         "reviewers": "rex@example.com", "department_reviewers": "ria@example.com, bob@example.com", **OWN}


@pytest.fixture
def at(clock):
    clock.move_to(NOW)
    return clock


def call_now() -> Call:
    db.session.expire_all()
    return db.session.scalars(sa.select(Call)).one()


# -- writing one -----------------------------------------------------------------------------------------------------


def test_dates_reviewers_and_stories_are_written_and_come_back_to_the_form(cast, client_as, at):
    browser = client_as(cast.ida)
    assert browser.post("/calls/new", data=TYPED).status_code == 303
    call = call_now()
    assert {name: str(getattr(call, name)) for name in OWN} == OWN
    assert [(row.person_id, row.capacity) for row in reviewers_of(call.id)] == [
        (cast.rex.id, "expert"), (cast.bob.id, "department"), (cast.ria.id, "department")]
    assert call.asks_stories is True
    form = browser.get(f"/calls/{call.id}/edit").text
    kept = dict(re.findall(r'<input[^>]* id="(\w+)"[^>]* value="([^"]*)"', form))
    assert {name: kept[name] for name in OWN} == OWN
    assert (kept["reviewers"], kept["department_reviewers"]) == (
        "Rex Reed &lt;rex@example.com&gt;", "Bob Brandt &lt;bob@example.com&gt;, Ria Richter &lt;ria@example.com&gt;")
    assert re.search(r'<input[^>]*checked[^>]*id="asks_stories"', form)
    page = browser.get(f"/calls/{call.id}").text
    assert [name in page for name in ("Rex Reed", "Ria Richter", "Bob Brandt")] == [True] * 3
    plain = {name: value for name, value in TYPED.items() if name not in ("asks_stories", *OWN, "department_reviewers")}
    browser.post(f"/calls/{call.id}/edit", data={**plain, "version": call.version})
    call = call_now()
    assert (call.asks_stories, call.triage_on, [row.person_id for row in reviewers_of(call.id)]) == (False, None, [cast.rex.id])


@pytest.mark.parametrize("wrong, sentence", [
    ({"triage_on": "2026-11-19"}, "first possible"), ({"reviewers": "nobody at all"}, "was found"),
    ({"department_reviewers": "rex@example.com"}, "as an expert and for a department"),
    ({"decide_on": "next week"}, "Not a valid date value"),
    ({"ends_on": "9999-12-31"}, "more than two years away"), ({"triage_on": "9999-12-31"}, "more than a year after"),
])
def test_what_cannot_be_is_said_where_it_stands_and_all_typed_words_are_kept(wrong, sentence, cast, client_as, at):
    with work():
        cast.ida.language = "en"
    answer = client_as(cast.ida).post("/calls/new", data={**TYPED, **wrong})
    [value] = wrong.values()
    assert (answer.status_code, sentence in answer.text, f'value="{value}"' in answer.text, "We wonder." in answer.text) == (
        422, True, True, True)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Call)) == 0


# -- stories of customers --------------------------------------------------------------------------------------------


def tell(browser, call_id, text="Herr Maier rief an: 0421 1234567, nass!"):
    form = browser.get(f"/feedback/heard?call={call_id}").text
    key = re.search(r'name="submit_key"[^>]*value="([^"]+)"', form)
    assert key is not None
    return form, browser.post("/feedback/heard", data={"text": text, "polarity": "negative", "submit_key": key[1],
                                                       "call_id": str(call_id)})


def test_a_story_told_for_a_call_stands_there_masked_and_counted_apart(cast, client_as, at):
    with work():
        call_id = scene.opened(cast, asks_stories=True).id
        cast.coo.language = "en"
    browser = client_as(cast.ann)
    assert f'href="/feedback/heard?call={call_id}"' in browser.get(f"/calls/{call_id}").text
    form, answer = tell(browser, call_id)
    assert scene.QUESTION in form
    assert f'href="/calls/{call_id}"' in browser.get(answer.location).text
    page = client_as(cast.coo).get(f"/calls/{call_id}").text
    assert ("nass!" in page, "Maier" in page, "0421" in page, "Albers" in page) == (True, False, False, False)
    assert re.findall(r'<dt>([\w ]+)</dt><dd class="sb-num">(\d+)</dd>', page) == [("Ideas to read", "0"), ("Customer stories", "1")]
    with work():
        item = db.session.scalars(sa.select(Item)).one()
        item.hidden_at, item.hidden_by_id, item.hidden_reason = NOW, cast.ida.id, "Names somebody"
    assert "nass!" not in client_as(cast.coo).get(f"/calls/{call_id}").text


@pytest.mark.parametrize("who, state, asks", [("sam", "open", True), ("ann", "ended", True), ("ann", "open", False)])
def test_otherwise_it_is_an_ordinary_voice(who, state, asks, cast, client_as, at):
    with work():
        call_id = scene.IN_STATE[state](cast, cast.logistics, asks_stories=asks).id
    browser = client_as(cast.people()[who])
    form, answer = tell(browser, call_id)
    assert (scene.QUESTION in form, answer.status_code, db.session.scalars(sa.select(Item.call_id)).all()) == (False, 302, [None])


def test_the_invitation_says_that_stories_count_too(cast, app):
    with work():
        scene.opened(cast, asks_stories=True)
    line = line_for(notices("calls.opened")[0], NOW)
    assert line is not None
    assert line.text == ("Eine Frage an Sie: „How do parcels arrive dry?“ Willkommen sind bis Mittwoch, 2. Dezember Ihre Ideen, "
                         "und was Kundinnen und Kunden Ihnen dazu gesagt haben.")


def test_results_reach_whoever_told_a_story_too_and_everybody_once(cast, client_as, at):
    with work():
        call = scene.opened(cast, asks_stories=True)
        scene.answered(cast, call, cast.ann)
        call_id = call.id
    for person in (cast.ann, cast.sam):
        tell(client_as(person), call_id, f"Wet again, {person.id} said.")
    with work():
        call = db.session.get_one(Call, call_id)
        end_call(call, reason="Enough", by_id=cast.ida.id, now=NOW, book=scene.on(TODAY))
        for words in ("A roof.", "A roof in May."):
            tell_results(call, words=words, by_id=cast.ida.id, now=NOW, book=scene.on(TODAY))
    assert told_of_kind("calls.results") == ["Ann", "Sam"]


# -- what became of it -----------------------------------------------------------------------------------------------


def test_late_results_are_said_honestly(cast, client_as, at):
    with work():
        call_id = scene.opened(cast, ends_on=TODAY + timedelta(days=1)).id
        cast.coo.language = "en"
    browser = client_as(cast.coo)
    assert "is not told yet" not in browser.get(f"/calls/{call_id}").text
    at.move_to(NOW + timedelta(days=90))
    browser = client_as(cast.coo)
    page, listed = browser.get(f"/calls/{call_id}").text, browser.get("/calls").text
    assert ("is not told yet. Lea Lorenz" in page, "results overdue since" in listed) == (True, True)


# -- while it is open, and on paper ------------------------------------------------------------------------------------


@pytest.mark.parametrize("state, live", [("coming", []), ("open", ["ideas", "stories", "part"]), ("ended", [])])
def test_what_grows_renews_itself_while_the_call_is_open(state, live, cast, client_as, at):
    with work():
        call_id = scene.IN_STATE[state](cast, asks_stories=True).id
    page = client_as(cast.sam).get(f"/calls/{call_id}").text
    assert re.findall(r'id="(\w+)" data-live="60"', page) == live
    assert ("js/live.js" in page) == bool(live)


def test_the_poster_leads_phones_to_the_call(cast, client_as, at):
    with work():
        open_id, ended_id = scene.opened(cast, cast.logistics, asks_stories=True).id, scene.ended(cast).id
        cast.coo.language = "en"
    browser = client_as(cast.coo)
    page = browser.get(f"/calls/{open_id}/poster").text
    square = square_of(f"http://localhost/calls/{open_id}")
    assert (square.path in page, scene.QUESTION in page, "We ask: Logistics" in page, "Wednesday, 2 December" in page) == (
        True, True, True, True)
    assert browser.get(f"/calls/{ended_id}/poster").status_code == 404


def test_the_code_is_drawn_with_its_three_corners_and_a_blank_edge():
    """The finder patterns of the standard: seven modules wide, one blank ring, three by three in the middle."""
    square = square_of("https://ideen.example.com/calls/1")
    dark = set()
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", square.path):
        dark |= {(int(x) + n, int(y)) for n in range(int(length))}
    size = square.side - 2 * QUIET
    finder = {(x, y) for x in range(7) for y in range(7) if max(abs(x - 3), abs(y - 3)) != 2}
    for left, top in ((0, 0), (size - 7, 0), (0, size - 7)):
        seen = {(x - left - QUIET, y - top - QUIET) for x, y in dark}
        assert {(x, y) for x, y in seen if 0 <= x < 7 and 0 <= y < 7} == finder
    assert min(min(x, y) for x, y in dark) == QUIET
    assert max(max(x, y) for x, y in dark) == square.side - QUIET - 1


def test_an_ended_call_asks_the_database_as_often_for_many_as_for_one(cast, client_as, count_queries, at):
    with work():
        call = scene.opened(cast, ends_on=TODAY + timedelta(days=1), asks_stories=True)
        f.closed(cast, cast.ann, call_id=call.id)
        call_id = call.id
    tell(client_as(cast.eve), call_id)
    counts = []
    for many in (1, 6):
        with work():
            for n in range(many):
                f.submitted(cast, cast.people()[("ann", "eve", "dan", "sam", "kim", "rex")[n]], call_id=call_id)
        at.move_to(f.START + timedelta(days=10))
        browser = client_as(cast.ida)
        browser.get(f"/calls/{call_id}")
        with count_queries() as statements:
            assert browser.get(f"/calls/{call_id}").status_code == 200
        counts.append(len(statements))
    assert counts == [16, 16]
