"""Pages of measures: who may what, as a table; planning, carrying out, the list; nothing typed is lost."""

from datetime import date

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.measures.models import Measure
from suggestbox.people.models import Absence, Deputy
from tests import factories as f
from tests.feedback.scene import make_journey, make_touchpoint
from tests.measures import scene

pytestmark = pytest.mark.either

NOW = scene.CLOSED_AT
TODAY = NOW.date()
TYPED = {"title": "A printer", "owner": "eve@example.com", "due_on": "2026-12-04", "description": "At ramp 3."}


def measure_now() -> Measure:
    db.session.expire_all()
    return db.session.scalars(sa.select(Measure)).one()


@pytest.fixture
def at(clock):
    clock.move_to(NOW)
    return clock


# -- who may what ----------------------------------------------------------------------------------------------------


def test_who_may_plan(cast, client_as, at):
    """Decision makers and coordinators of the department, whoever decided, the idea management; never a submitter."""
    with work():
        number = f.closed(cast).number
        own = f.closed(cast, cast.ida).number
    allowed = [name for name, person in cast.people().items()
               if client_as(person).get(f"/measures/new/{number}").status_code == 200]
    assert allowed == ["lea", "cat", "bob", "ida", "ivo"]
    assert client_as(cast.ida).get(f"/measures/new/{own}").status_code == 403


PAGES = {
    # page: who gets it, of a measure eve sees to, for an idea of ann's that only those who handle it read
    "see": {"lea", "cat", "ann", "eve", "bob", "rex", "ria", "ida", "ivo"}, "start": {"eve"}, "move": {"eve"}, "done": {"eve"},
}


@pytest.mark.parametrize("page", PAGES)
def test_every_press_by_everybody(page, cast, client_as, at):
    with work():
        measure_id = scene.planned(cast, f.closed(cast, visibility="handlers")).id
    path = f"/measures/{measure_id}" + ("" if page == "see" else f"/{page}")
    answers = {}
    for name, person in cast.people().items():
        browser = client_as(person)
        answer = browser.get(path) if page == "see" else browser.post(path, data={})
        answers[name] = answer.status_code
        if page == "start" and answer.status_code == 303:
            with work():
                db.session.get_one(Measure, measure_id).state = "planned"
    assert {name for name, status in answers.items() if status in (200, 303, 422)} == PAGES[page]
    readers = PAGES["see"]
    assert {status for name, status in answers.items() if name not in readers} == {404}
    assert {status for name, status in answers.items() if name in readers - PAGES[page]} <= {403}


def test_who_finds_the_list(cast, client_as, at):
    with work():
        scene.planned(cast, f.closed(cast))
    found = [name for name, person in cast.people().items() if client_as(person).get("/measures").status_code == 200]
    assert found == ["lea", "cat", "dan", "eve", "bob", "pia", "kim", "coo", "ida", "ivo", "dot"]


def test_a_deputy_carries_it_out_and_the_owner_stays(cast, client_as, at):
    with work():
        measure_id = scene.planned(cast, f.closed(cast)).id
        db.session.add_all([Absence(person_id=cast.eve.id, from_on=TODAY, until_on=date(2026, 12, 1)),
                            Deputy(person_id=cast.eve.id, deputy_id=cast.sam.id, position=1)])
    page = client_as(cast.sam).get(f"/measures/{measure_id}")
    answer = client_as(cast.sam).post(f"/measures/{measure_id}/done", data={"words": "Done.", "done_on": str(TODAY)})
    assert "You stand in for" in page.text or "Sie vertreten" in page.text
    assert (answer.status_code, measure_now().done_by_id, measure_now().owner_id) == (303, cast.sam.id, cast.eve.id)


def test_what_is_not_closed_yet_shows_its_measures_to_those_who_know(cast, client_as, at):
    with work():
        idea = f.offered(cast)
        measure_id, number = scene.planned(cast, idea).id, idea.number
    assert [client_as(p).get(f"/measures/{measure_id}").status_code for p in (cast.ann, cast.eve, cast.sam)] == [200, 200, 404]
    assert [scene.MEASURE_TITLE in client_as(p).get(f"/ideas/{number}").text for p in (cast.ann, cast.eve, cast.sam)] == [
        True, True, False]


# -- planning and carrying out ---------------------------------------------------------------------------------------


def test_planned_on_the_page(cast, client_as, at):
    with work():
        spot = make_touchpoint(make_journey(), "delivery")
        idea = f.closed(cast)
        number, spot_id = idea.number, spot.id
    browser = client_as(cast.bob)
    assert f"/measures/new/{number}" in browser.get(f"/ideas/{number}").text
    answer = browser.post(f"/measures/new/{number}", data={**TYPED, "touchpoint_id": str(spot_id)})
    made = measure_now()
    assert (answer.status_code, answer.location) == (303, f"/measures/{made.id}")
    assert (made.title, made.owner_id, made.due_on, made.description, made.touchpoint_id, made.created_by_id) == (
        "A printer", cast.eve.id, date(2026, 12, 4), "At ramp 3.", spot_id, cast.bob.id)
    assert f'href="/measures/{made.id}"' in client_as(cast.eve).get("/steps").text


@pytest.mark.parametrize("wrong", [
    {"title": ""}, {"owner": "nobody@example.com"}, {"owner": ""}, {"due_on": "2020-01-01"}, {"due_on": "soon"}, {"due_on": ""},
])
def test_what_was_typed_is_kept(wrong, cast, client_as, at):
    with work():
        number = f.closed(cast).number
    answer = client_as(cast.bob).post(f"/measures/new/{number}", data={**TYPED, **wrong})
    assert answer.status_code == 422
    assert "At ramp 3." in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Measure)) == 0


def test_carried_out_on_the_page(cast, client_as, at):
    with work():
        measure_id = scene.planned(cast, f.closed(cast)).id
    browser, path = client_as(cast.eve), f"/measures/{measure_id}"
    assert browser.post(f"{path}/start", data={}).location == path
    assert browser.post(f"{path}/move", data={"due_on": "2026-12-08", "reason": "A part is missing."}).location == path
    wrong = browser.post(f"{path}/move", data={"due_on": "2026-12-05", "reason": "Still missing."})
    assert (wrong.status_code, "Still missing." in wrong.text) == (422, True)
    late = browser.post(f"{path}/done", data={"words": "It stands.", "done_on": "2026-12-24"})
    assert (late.status_code, "It stands." in late.text) == (422, True)
    assert browser.post(f"{path}/done", data={"words": "It stands.", "done_on": str(TODAY)}).location == path
    made = measure_now()
    assert (made.state, made.done_words, made.due_moves, made.due_reason) == ("done", "It stands.", 1, "A part is missing.")
    again = browser.post(f"{path}/done", data={"words": "Once more.", "done_on": str(TODAY)})
    assert (again.status_code, measure_now().done_words) == (409, "It stands.")


def test_who_looked_at_an_earlier_state_loses_nothing(cast, client_as, at):
    with work():
        measure = scene.planned(cast, f.closed(cast))
        measure_id, seen = measure.id, measure.version
    browser = client_as(cast.eve)
    browser.post(f"/measures/{measure_id}/start", data={"version": seen})
    late = browser.post(f"/measures/{measure_id}/done", data={"version": seen, "words": "Typed words", "done_on": str(TODAY)})
    assert (late.status_code, "Typed words" in late.text, measure_now().state) == (409, True, "running")


def test_the_queue_leads_to_the_page(cast, client_as, at):
    with work():
        measure_id = scene.planned(cast, f.closed(cast)).id
    assert f'href="/measures/{measure_id}"' in client_as(cast.eve).get("/queue").text


# -- the list --------------------------------------------------------------------------------------------------------


def test_the_list_is_narrowed(cast, client_as, at):
    with work():
        spot = make_touchpoint(make_journey(), "delivery")
        idea = f.closed(cast)
        scene.planned(cast, idea, title="Planned one")
        scene.running(cast, idea, cast.kim, title="Running one", touchpoint_id=spot.id)
        scene.done(cast, idea, title="Done one")
        scene.planned(cast, idea, title="Late one").due_on = date(2026, 11, 10)
        spot_id = spot.id
    browser = client_as(cast.bob)
    titles = ["Planned one", "Running one", "Done one", "Late one"]

    def shown(**asked) -> list[str]:
        text = browser.get("/measures", query_string=asked).text
        return [title for title in titles if title in text]

    assert shown() == ["Planned one", "Running one", "Late one"]
    assert shown(state="planned") == ["Planned one", "Late one"]
    assert shown(state="running") == ["Running one"]
    assert shown(state="late") == ["Late one"]
    assert shown(state="done") == ["Done one"]
    assert shown(department=cast.it.id) == shown(touchpoint=spot_id) == ["Running one"]
    assert shown(owner=cast.kim.id) == ["Planned one", "Running one", "Late one"]  # not bob's to gather
    browser = client_as(cast.ida)
    assert shown(owner=cast.kim.id) == ["Running one"]
    browser = client_as(cast.bob)
    assert shown(state="nonsense", owner="x") == ["Planned one", "Running one", "Late one"]
    assert browser.get("/measures", query_string={"page": "nonsense"}).status_code == 422


@pytest.mark.parametrize("path", ["/measures", "/measures?state=done"])
def test_the_list_asks_as_often_for_thirty_as_for_one(path, cast, client_as, count_queries, at):
    with work():
        idea = f.closed(cast)
        scene.planned(cast, idea)
        scene.done(cast, idea)
    browser, counts = client_as(cast.bob), []
    browser.get(path)
    for many in (1, 30):
        with work():
            for n in range(many - 1):
                scene.planned(cast, idea, title=f"M{n}")
                scene.done(cast, idea, title=f"D{n}")
        browser.get(path)
        with count_queries() as statements:
            assert browser.get(path).status_code == 200
        counts.append(len(statements))
    assert counts == [11, 11]


def test_what_somebody_may_not_see_is_in_no_list_and_no_number(cast, client_as, at):
    with work():
        scene.planned(cast, f.closed(cast, visibility="handlers"), title="Hidden one")
    text = client_as(cast.coo).get("/measures").text
    assert "Hidden one" not in text
    assert 'sb-num">1<' not in text
