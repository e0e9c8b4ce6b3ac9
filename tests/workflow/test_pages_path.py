"""The whole way of an idea by its pages, as different people; and what happens when two people act at once."""

from datetime import timedelta

import pytest

from suggestbox.core.database import db, work
from suggestbox.reviews.queries import criteria_of
from suggestbox.workflow.operations import settle
from tests import factories as f
from tests.conftest import NOON

pytestmark = pytest.mark.usefixtures("clock")


def turn(idea):
    db.session.refresh(idea)
    return str(idea.turn)


def press(client, idea, name, **fields):
    """Press a button of the idea with what was typed."""
    return client.post(f"/ideas/{idea.number}/moves/{name}", data={"turn": turn(idea), **fields})


def answers(points="4"):
    return {f"criterion_{c.id}": points for c in criteria_of()} | {
        "recommendation": "adopt", "for_submitter": "A clear thought from daily work.", "for_colleagues": "Cheap.",
    }


def test_whole_way_goes_by_its_pages(cast, client_as, clock):
    with work():
        idea = f.submitted(cast, now=NOON)
    assert client_as(cast.bob).get(f"/ideas/{idea.number}/moves/assign").status_code == 200
    answer = press(client_as(cast.bob), idea, "assign", reviewers=[str(cast.rex.id)],
                   other_department="Ria Richter <ria@example.com>")
    assert (answer.status_code, stage(idea)) == (303, "in_review")
    for person in (cast.rex, cast.ria):
        assert press(client_as(person), idea, "score", **answers()).status_code == 303
    clock.shift(timedelta(days=2))
    with work():
        settle(idea, now=NOON + timedelta(days=2))
    assert stage(idea) == "deciding"
    answer = press(client_as(cast.cat), idea, "decide", outcome="adopted", reasons="It saves forty minutes a day.")
    assert (answer.status_code, stage(idea)) == (303, "conversation")
    ann = client_as(cast.ann)
    assert b"It saves forty minutes" not in ann.get(f"/ideas/{idea.number}/talk").data
    times = ["2026-11-11T10:00", "2026-11-12T14:30", ""]
    answer = press(client_as(cast.cat), idea, "offer_talk", slot_at=times, slot_form=["phone"] * 3,
                   slot_place=["1234", "", ""], slot_minutes=["30"] * 3, party_id=str(f.parties(idea)[0].id))
    assert answer.status_code == 303
    page = ann.get(f"/ideas/{idea.number}/talk").get_data(as_text=True)
    assert "It saves forty minutes a day." in page
    slot = f.parties(idea)[0].offers[0].slots[0]
    assert (slot.starts_at.isoformat(), slot.place) == ("2026-11-11T09:00:00+00:00", "1234")
    assert press(ann, idea, "pick_time", slot_id=str(slot.id), companion="Wes").status_code == 303
    clock.move_to(NOON + timedelta(days=7, hours=1))
    answer = press(client_as(cast.cat), idea, "record_talk", party=str(f.parties(idea)[0].id), held_on="2026-11-11",
                   form="phone", took_part="Wes", said="We talked about the printer.",
                   promise_text=["Show the printer", ""], promise_owner=["Dan Dietz <dan@example.com>", ""],
                   promise_due=["2026-11-20", ""])
    assert (answer.status_code, stage(idea)) == (303, "confirming")
    assert "Show the printer" in ann.get(f"/ideas/{idea.number}/talk").get_data(as_text=True)
    answer = press(ann, idea, "confirm", took_place="yes", follows="yes", appreciated="5", words="Thank you.")
    assert (answer.status_code, stage(idea)) == (303, "closed")


def stage(idea):
    db.session.expire_all()
    return idea.stage


def test_no_talk_took_place_leads_back_to_the_conversation(cast, client_as, clock):
    with work():
        idea = f.appointed(cast, now=NOON - timedelta(days=20))
        f.move(idea, "record_talk", actor=cast.cat, now=NOON, held_on=NOON.date(), form="phone", said="We talked.")
    assert stage(idea) == "confirming"
    answer = press(client_as(cast.ann), idea, "confirm", took_place="no")
    assert (answer.status_code, stage(idea)) == (303, "conversation")


def test_two_at_once_the_second_keeps_the_text(cast, client_as):
    with work():
        idea = f.deciding(cast, now=NOON - timedelta(days=6))
    seen = turn(idea)
    cat, lea = client_as(cast.cat), client_as(cast.lea)
    typed = {"turn": seen, "outcome": "declined", "reasons": "Too dear, in my considered opinion.",
             "change_for_yes": "A cheaper printer."}
    assert cat.post(f"/ideas/{idea.number}/moves/decide", data={**typed, "outcome": "adopted"}).status_code == 303
    late = cat.post(f"/ideas/{idea.number}/moves/decide", data=typed)
    assert late.status_code == 409
    page = late.get_data(as_text=True)
    assert "Too dear, in my considered opinion." in page
    assert "A cheaper printer." in page
    assert lea.post(f"/ideas/{idea.number}/moves/decide", data=typed).status_code in (403, 409)


def test_stale_form_is_drawn_again_with_its_text(cast, client_as):
    with work():
        idea = f.in_review(cast, now=NOON - timedelta(days=1))
    answer = client_as(cast.rex).post(
        f"/ideas/{idea.number}/moves/score", data={"turn": str(idea.turn - 1), **answers("2")})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "A clear thought from daily work." in page
    assert f'name="turn" type="hidden" value="{idea.turn}"' in page
    assert page.count('value="2" checked') == len(criteria_of())


def test_missing_facts_stand_at_their_fields(cast, client_as):
    with work():
        idea = f.in_review(cast, now=NOON - timedelta(days=1))
    fields = answers()
    missing = f"criterion_{criteria_of()[0].id}"
    del fields[missing]
    answer = press(client_as(cast.rex), idea, "score", **fields)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'id="{missing}-error"' in page
    assert "A clear thought from daily work." in page


def test_somebody_elses_name_of_a_step_leads_to_its_move(cast, client_as):
    with work():
        idea = f.submitted(cast, now=NOON)
    answer = client_as(cast.bob).get(f"/ideas/{idea.number}/moves/triage")
    assert answer.status_code == 200
    assert client_as(cast.bob).get(f"/ideas/{idea.number}/moves/close").status_code == 404
    assert client_as(cast.bob).get(f"/ideas/{idea.number}/moves/nonsense").status_code == 404
    assert client_as(cast.sam).get(f"/ideas/{idea.number}/moves/assign").status_code == 404


EVERY_PAGE = ("draft", "submitted", "in_review", "deciding", "conversation", "offered", "appointed")


@pytest.mark.either
@pytest.mark.parametrize("kind", EVERY_PAGE[1:])
def test_every_move_offered_has_a_page(kind, cast, client_as):
    from suggestbox.workflow.operations import moves_for

    with work():
        idea = getattr(f, kind)(cast, now=NOON - timedelta(days=6))
    number = idea.number
    seen = 0
    for person in cast.people().values():
        names = [p.name for p in moves_for(idea, person, NOON)]
        client = client_as(person)
        for name in names:
            answer = client.get(f"/ideas/{number}/moves/{name}?here=1")
            if answer.status_code == 404:
                continue  # an idea this person may not read yet
            assert answer.status_code == 200, (name, person.given_name)
            seen += 1
    assert seen > 10
