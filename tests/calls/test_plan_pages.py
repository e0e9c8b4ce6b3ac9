"""The pages on which a call's dates, reviewers and questions change: what they keep, refuse and never lose."""

from datetime import date

import pytest

from suggestbox.calls import criteria
from suggestbox.calls.dates import Plan, plan_of
from suggestbox.calls.models import Call
from suggestbox.calls.operations import tell_results
from suggestbox.calls.reviewing import reviewers_of
from suggestbox.core.database import db, work
from tests import factories as f
from tests.calls import scene
from tests.calls.test_criteria import FIVE, own
from tests.calls.test_dates import LATER, OWN

pytestmark = pytest.mark.either

NOW, TODAY = scene.NOW, scene.TODAY


def typed(call, plan=LATER, **more):
    """Give what the form of dates sends."""
    days = {name: on.isoformat() for name, on in plan.days.items()}
    return {"version": call.version, "reason": "The fair", **days, **more}


def test_dates_move_on_their_page(cast, client_as, clock):
    clock.move_to(NOW)
    with work():
        call = scene.opened(cast, **OWN)
        idea = f.submitted(cast, call_id=call.id)
    page = client_as(cast.ida).get(f"/calls/{call.id}/dates").get_data(as_text=True)
    assert [f'value="{on.isoformat()}"' in page for on in OWN.values()] == [True] * 4
    done = client_as(cast.ida).post(f"/calls/{call.id}/dates", data=typed(call))
    db.session.expire_all()
    assert (done.status_code, done.location, plan_of(call), call.dates_reason) == (303, f"/calls/{call.id}", LATER, "The fair")
    mine = client_as(cast.ann).get(f"/ideas/{idea.number}").get_data(as_text=True)
    assert "Frau Ihde hat die Termine des Ideenaufrufs verschoben: The fair" in mine


@pytest.mark.parametrize("change, status, said", [
    ({"triage_on": "2026-12-08"}, 422, "Er kann nur auf einen späteren Tag verschoben werden."),
    ({"reason": ""}, 422, "Bitte schreiben Sie hier etwas."), ({"version": "1"}, 409, ""),
])
def test_what_is_refused_is_typed_still(change, status, said, cast, client_as, clock):
    clock.move_to(NOW)
    with work():
        call = scene.opened(cast, **OWN)
    answer = client_as(cast.ida).post(f"/calls/{call.id}/dates", data=typed(call, results_due_on="2027-03-01", **change))
    page = answer.get_data(as_text=True)
    db.session.expire_all()
    assert (answer.status_code, said in page, 'value="2027-03-01"' in page) == (status, True, True)
    assert plan_of(call) == Plan(**OWN)


def test_a_draft_and_an_answered_call_have_no_form_of_dates(cast, client_as, clock):
    clock.move_to(NOW)
    with work():
        calls = [scene.draft(cast), scene.ended(cast)]
        tell_results(calls[1], words="W", by_id=cast.ida.id, now=NOW, book=scene.on(TODAY))
    pages = [client_as(cast.ida).get(f"/calls/{call.id}/dates").get_data(as_text=True) for call in calls]
    assert ['name="reason"' in page for page in pages] == [False, False]


def test_reviewers_are_named_on_their_page(cast, client_as, clock):
    clock.move_to(NOW)
    with work():
        call = scene.opened(cast, reviewers=[(cast.rex.id, "expert"), (cast.sam.id, "department")])
        cast.sam.left_on = date(2026, 11, 1)
    client = client_as(cast.ida)
    page = client.get(f"/calls/{call.id}/reviewers").get_data(as_text=True)
    assert ("Sam Simon arbeitet nicht mehr hier." in page, "rex@example.com" in page) == (True, True)
    wrong = client.post(f"/calls/{call.id}/reviewers", data={"version": call.version, "reviewers": "Rex Reed, Nobody Here"})
    good = client.post(f"/calls/{call.id}/reviewers", data={
        "version": call.version, "reviewers": "Rex Reed", "department_reviewers": "ria@example.com"})
    assert (wrong.status_code, "Rex Reed, Nobody Here" in wrong.get_data(as_text=True), good.status_code) == (422, True, 303)
    assert sorted((row.person_id, row.capacity) for row in reviewers_of(call.id)) == sorted(
        [(cast.rex.id, "expert"), (cast.ria.id, "department")])


def question(call, **more):
    """Give what the form of a question sends."""
    answers = {f"anchor_{code}_{n}": FIVE[n - 1] for code in ("de", "en") for n in range(1, 6)}
    return {"version": call.version, "name_de": "Trocken", "name_en": "Dry", "weight": "30", "required": "y", **answers, **more}


def test_questions_are_written_on_their_pages(cast, client_as, clock):
    clock.move_to(NOW)
    with work():
        call = scene.draft(cast)
    client, here = client_as(cast.ida), f"/calls/{call.id}/criteria"

    def post(path, **data):
        db.session.expire_all()
        return client.post(f"{here}{path}", data={"version": db.session.get_one(Call, call.id).version, **data})

    seen = [post("/own").status_code]
    first, second = (row.id for row in criteria.own_questions(call)[:2])
    seen += [post("/new", **question(call)).status_code, post(f"/{first}", **question(call, name_en="Rain", name_de="Regen",
                                                                                   version=call.version)).status_code]
    seen += [post(f"/{second}/up").status_code, post(f"/{first}/remove").status_code]
    wrong = post("/new", **question(call, anchor_en_3="", name_de="Bleibt stehen", version=call.version))
    late = post("/new", **question(call, name_de="Bleibt auch stehen", version=1))
    db.session.expire_all()
    assert seen == [303] * 5
    assert [row.name_en for row in criteria.own_questions(call)] == [
        "Benefit for us", "Good for the people here", "Feasibility", "Dry"]
    assert [(a.status_code, words in a.get_data(as_text=True)) for a, words in (
        (wrong, "Bleibt stehen"), (late, "Bleibt auch stehen"))] == [(422, True), (409, True)]
    page = client.get(here).get_data(as_text=True)
    assert ("Trocken" in page, "Zählt 30 % vom Ganzen" in page) == (True, True)


def test_frozen_questions_are_read_only(cast, client_as, clock):
    clock.move_to(NOW)
    with work():
        call = own(cast, "Dry")
        f.in_review(cast, call_id=call.id)
        number = criteria.own_questions(call)[0].id
    client = client_as(cast.ida)
    page = client.get(f"/calls/{call.id}/criteria").get_data(as_text=True)
    refused = client.post(f"/calls/{call.id}/criteria/{number}/remove", data={"version": call.version})
    assert ("Mit diesen Fragen wurde schon" in page, f"criteria/{number}/" in page, refused.status_code) == (True, False, 409)


@pytest.mark.parametrize("path", ["dates", "reviewers", "criteria"])
def test_only_those_who_look_after_the_call_get_there(path, cast, client_as, clock):
    clock.move_to(NOW)
    with work():
        call = scene.opened(cast)
        foreign = own(cast, "Dry")
        question_id = criteria.own_questions(foreign)[0].id
    seen = {who: client_as(getattr(cast, who)).get(f"/calls/{call.id}/{path}").status_code for who in ("ida", "lea", "ann", "cat")}
    assert seen == {"ida": 200, "lea": 200, "ann": 403, "cat": 403}
    assert client_as(cast.ida).get(f"/calls/{call.id}/criteria/{question_id}").status_code == 404
