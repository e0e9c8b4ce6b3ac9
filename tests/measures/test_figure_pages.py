"""Pages of figures, steps, the board and the picture: who sees and does what; sheets as people type them."""

import io
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from PIL import Image

from suggestbox.core.database import db, work
from suggestbox.core.language import force_locale
from suggestbox.core.typed_numbers import as_typed, number_typed
from suggestbox.ideas.models import Attachment
from suggestbox.measures.models import MeasureFigure, MeasureTask, SoftBenefit
from suggestbox.workflow.operations import settle
from tests import factories as f
from tests.measures import scene
from tests.measures.test_pages import NOW, at, measure_now  # noqa: F401 -- `at` is a fixture

pytestmark = pytest.mark.either

SHEET = {"what": ["Less searching", "A printer", ""], "amount": ["0,25", "", ""], "unit": ["Stunden", "", ""],
         "price": ["42", "1.490,00 €", ""], "per_year": ["220", "", ""], "column": ["savings", "one_off", "savings"],
         "use_years": "1", "assumptions": "A quarter of an hour a day."}


@pytest.mark.parametrize("text, german, english", [
    ("1,5", "1.5", "1.5"), ("1.5", "1.5", "1.5"), ("1.500", "1500", "1.500"), ("1,500", "1.500", "1500"),
    ("1.234,56", "1234.56", "1234.56"), ("1,234.56", "1234.56", "1234.56"), ("12.345.678", "12345678", "12345678"),
    ("€ 1 200", "1200", "1200"), ("12a", None, None), ("", None, None), ("1,2,3", None, None), ("-4", "-4", "-4"),
])
def test_numbers_as_people_type_them(text, german, english, app):
    for language, number in (("de", german), ("en", english)):
        with app.test_request_context(), force_locale(language):
            assert number_typed(text) == (Decimal(number) if number else None), language


def test_what_is_shown_is_read_back_the_same(app):
    for language in ("de", "en"):
        with app.test_request_context(), force_locale(language):
            for number in ("0.25", "1500", "1234.5", "0.125", "7"):
                assert number_typed(as_typed(number)) == Decimal(number)


# -- who may what ----------------------------------------------------------------------------------------------------

WRITERS = {"lea", "cat", "eve", "bob", "ida", "ivo"}
PLANNERS = WRITERS - {"eve"}
READERS = WRITERS | {"ann", "rex", "ria"}
PAGES = {
    "calculate": ("GET", "figures/agreed", WRITERS), "rate": ("GET", "soft", WRITERS), "abandon": ("POST", "abandon", PLANNERS),
    "add_task": ("POST", "tasks", WRITERS), "link": ("POST", "project", WRITERS), "picture": ("GET", "picture", set()),
}


@pytest.mark.parametrize("press", PAGES)
def test_every_press_by_everybody(press, cast, client_as, at):  # noqa: F811
    method, path, allowed = PAGES[press]
    with work():
        measure_id = scene.planned(cast, f.closed(cast, visibility="handlers")).id
    answers = {name: client_as(person).open(f"/measures/{measure_id}/{path}", method=method, data={}).status_code
               for name, person in cast.people().items()}
    assert {name for name, status in answers.items() if status in (200, 303, 422)} == allowed
    assert {status for name, status in answers.items() if name not in READERS} == {404}


def test_who_sees_which_figures_and_who_answers(cast, client_as, at):  # noqa: F811
    """Submitters see what was agreed once it counts; only whose step it is says yes or no."""
    with work():
        idea = f.closed(cast, visibility="handlers")
        measure = scene.planned(cast, idea)
        ids = [scene.figure(cast, measure, kind, euros).id
               for kind, euros in (("expected", 900), ("agreed", 8000))]
        settle(idea, now=NOW)
    seen = [{name for name, p in cast.people().items()
             if client_as(p).get(f"/measures/figures/{figure_id}").status_code == 200} for figure_id in ids]
    assert seen == [WRITERS, WRITERS]
    path = f"/measures/figures/{ids[1]}/answer"
    answers = {name: client_as(p).post(path, data={"answer": "doubt"}).status_code for name, p in cast.people().items()}
    assert {name for name, status in answers.items() if status == 422} == {"ida"}
    assert client_as(cast.ida).post(path, data={"answer": "confirm"}).status_code == 303
    assert client_as(cast.ida).post(path, data={"answer": "confirm"}).status_code == 403
    after = {name for name, p in cast.people().items() if client_as(p).get(f"/measures/figures/{ids[1]}").status_code == 200}
    assert after == WRITERS | {"ann"}


# -- the sheet -------------------------------------------------------------------------------------------------------


def test_a_sheet_is_added_up_and_written_down(cast, client_as, at):  # noqa: F811
    with work():
        measure_id = scene.planned(cast, f.closed(cast)).id
    browser, path = client_as(cast.bob), f"/measures/{measure_id}/figures/expected"
    looked = browser.post(path, data={**SHEET, "preview": "1"})
    assert (looked.status_code, "2.310,00" in looked.text, "820,00" in looked.text) == (200, True, True)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(MeasureFigure)) == 0
    wrong = browser.post(path, data={**SHEET, "price": ["viel", "1.490,00 €", ""]})
    assert (wrong.status_code, "viel" in wrong.text, "A quarter of an hour a day." in wrong.text) == (422, True, True)
    assert browser.post(path, data=SHEET).status_code == 303
    made = db.session.scalars(sa.select(MeasureFigure)).one()
    assert (made.savings_cents, made.one_off_cost_cents, made.net_cents, made.by_id) == (231000, 149000, 82000, cast.bob.id)
    shown = browser.get(f"/measures/figures/{made.id}").text
    assert ("0,25 Stunden × 42,00" in shown, "2.310,00" in shown, "820,00" in shown) == (True, True, True)
    again = browser.post(path, data=SHEET)
    assert again.status_code == 422  # a second version without a reason
    assert browser.post(path, data={**SHEET, "reason": "A better count."}).status_code == 303


def test_what_no_money_shows(cast, client_as, at):  # noqa: F811
    with work():
        measure_id = scene.planned(cast, f.closed(cast)).id
    browser, path = client_as(cast.bob), f"/measures/{measure_id}/soft"
    assert browser.post(path, data={"aspect": "safety", "words": "Kept words"}).status_code == 422
    assert browser.post(path, data={"aspect": "safety", "points": "3", "words": "Nobody carries pallets."}).status_code == 303
    browser.post(path, data={"aspect": "safety", "points": "2", "words": "Few do."})
    assert [(row.version, row.points) for row in db.session.scalars(sa.select(SoftBenefit).order_by(SoftBenefit.id))] == [
        (1, 3), (2, 2)]
    text = browser.get(f"/measures/{measure_id}").text
    assert ("Few do." in text, "Nobody carries pallets." in text) == (True, False)


# -- steps, the picture, the board -----------------------------------------------------------------------------------


def test_its_steps(cast, client_as, at):  # noqa: F811
    with work():
        measure_id = scene.planned(cast, f.closed(cast)).id
    browser, path = client_as(cast.eve), f"/measures/{measure_id}/tasks"
    assert browser.post(path, data={"title": " "}).status_code == 422
    browser.post(path, data={"title": "Order it", "due_on": "2026-11-20"})
    browser.post(path, data={"title": "Put it up"})
    rows = list(db.session.scalars(sa.select(MeasureTask).order_by(MeasureTask.id)))
    assert [(t.title, t.due_on, t.position) for t in rows] == [("Order it", date(2026, 11, 20), 1), ("Put it up", None, 2)]
    browser.post(f"{path}/{rows[0].id}", data={"do": "tick"})
    browser.post(f"{path}/{rows[1].id}", data={"do": "remove"})
    assert browser.post(f"{path}/9999", data={"do": "tick"}).status_code == 404
    db.session.expire_all()
    assert [(t.title, t.done_by_id) for t in db.session.scalars(sa.select(MeasureTask))] == [("Order it", cast.eve.id)]


def photo() -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, "JPEG")
    out.seek(0)
    return out


def test_done_with_a_picture_that_stands_with_the_measure(cast, client_as, at):  # noqa: F811
    with work():
        idea = f.closed(cast)
        measure_id, number = scene.planned(cast, idea).id, idea.number
    browser, path = client_as(cast.eve), f"/measures/{measure_id}"
    typed = {"words": "It stands.", "done_on": str(NOW.date())}
    wrong = browser.post(f"{path}/done", data={**typed, "picture": (io.BytesIO(b"nothing"), "a.jpg")})
    assert (wrong.status_code, "It stands." in wrong.text, measure_now().state) == (422, True, "planned")
    assert browser.post(f"{path}/done", data={**typed, "picture": (photo(), "ramp.jpg")}).status_code == 303
    [row] = db.session.scalars(sa.select(Attachment))
    assert measure_now().picture_id == row.id
    with client_as(cast.ann).get(f"{path}/picture") as answer:
        assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert f"{path}/picture" in client_as(cast.ann).get(path).text
    assert row.stored_name not in client_as(cast.ann).get(f"/ideas/{number}").text


def test_the_board_asks_as_often_for_thirty_as_for_one(cast, client_as, count_queries, at):  # noqa: F811
    with work():
        idea = f.closed(cast)
        for n in range(2):
            scene.planned(cast, idea, title=f"P{n}")
        scene.done(cast, idea)
        scene.running(cast, idea)
    browser, counts = client_as(cast.bob), []
    for many in (0, 30):
        with work():
            for n in range(many):
                scene.planned(cast, idea, title=f"M{n}")
        browser.get("/measures?view=board")
        with count_queries() as statements:
            text = browser.get("/measures?view=board").text
        counts.append(len(statements))
    assert counts == [15, 15]
    assert text.count('<li class="sb-card">') == 14


PRESSES = {
    "start": {"eve"}, "move": {"eve"}, "done": {"eve"}, "abandon": PLANNERS, "project": WRITERS, "tasks": WRITERS,
    "soft": WRITERS, "figures/expected": WRITERS, "figures/agreed": WRITERS, "figures/measured": WRITERS,
}


@pytest.mark.slow
@pytest.mark.parametrize("state", ["running", "done", "abandoned"])
def test_every_press_by_everybody_in_every_state(state, cast, client_as, at):  # noqa: F811
    """Nothing is filled in, so nothing changes: whoever may press hears what is missing, or that it is too late."""
    with work():
        idea = f.offered(cast, visibility="handlers")  # its talk is still ahead, so giving up owes no second one
        measure_id = getattr(scene, state)(cast, idea).id
    presses = {path: set() for path in PRESSES}
    for name, person in cast.people().items():
        browser = client_as(person)
        for path in PRESSES:
            status = browser.post(f"/measures/{measure_id}/{path}", data={}).status_code
            assert status in (303, 403, 404, 409, 422), (name, path, status)
            if status in (303, 409, 422):
                presses[path].add(name)
    assert presses == PRESSES
    assert measure_now().state == state
