"""The talk keeps its time and gets another number, room or link."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.core.errors import Denied, Invalid, Refused
from suggestbox.journal.models import Entry
from suggestbox.workflow.operations import move, moves_for
from tests import factories as f
from tests.conftest import NOON

LONG_AGO = NOON - timedelta(days=3)  # the time agreed is still to come


def appointment(idea):
    (party,) = f.parties(idea)
    return next(a for a in party.appointments if a.state == "set")


@pytest.fixture(autouse=True)
def everybody_reads_english(cast):
    with work():
        for person in cast.people().values():
            person.language = "en"


@pytest.fixture
def idea(cast):
    with work():
        return f.appointed(cast, now=LONG_AGO)


def test_place_changes_and_time_stays(cast, idea):
    before = appointment(idea)
    time, party_id = before.starts_at, before.party_id
    move(idea, "change_place", actor=cast.cat, now=NOON, form="in_person", place="  Room 7,\nHall B ")
    after = appointment(idea)
    assert (after.id, after.starts_at, after.form, after.place) == (before.id, time, "in_person", "Room 7, Hall B")
    entry = db.session.scalars(sa.select(Entry).where(Entry.kind == "change_place")).one()
    assert (entry.facts, entry.audience, idea.stage) == ({"party_id": party_id, "round": 1}, "submitters", "conversation")


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"form": "phone", "place": "1234"}, "place"),  # as it is
        ({"form": "phone", "place": ""}, "place"),
        ({"form": "phone", "place": "x" * 201}, "place"),
        ({"form": "letter", "place": "Room 7"}, "form"),
        ({"party_id": 999_999, "form": "phone", "place": "5678"}, "party_id"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field(cast, idea, facts, field):
    with pytest.raises(Invalid) as wrong:
        move(idea, "change_place", actor=cast.cat, now=NOON, **facts)
    assert list(wrong.value.fields) == [field]
    assert appointment(idea).place == "1234"


def test_only_the_host_and_only_before_the_talk(cast, idea):
    for person in (cast.ann, cast.bob, cast.sam):
        with pytest.raises(Denied):
            move(idea, "change_place", actor=person, now=NOON, form="phone", place="5678")
    afterwards = appointment(idea).starts_at + timedelta(minutes=1)
    with pytest.raises(Refused) as late:
        move(idea, "change_place", actor=cast.cat, now=afterwards, form="phone", place="5678")
    assert late.value.reason == "too_late"


def test_without_an_appointment_there_is_no_place_to_change(cast):
    with work():
        idea = f.offered(cast, now=LONG_AGO)
    with pytest.raises(Refused) as refused:
        move(idea, "change_place", actor=cast.cat, now=NOON, form="phone", place="5678")
    assert refused.value.reason == "no_appointment"
    assert "change_place" not in [p.name for p in moves_for(idea, cast.cat, NOON) if not p.unmet]


@pytest.mark.usefixtures("clock")
def test_the_form_is_filled_in_and_what_is_typed_wrongly_stays(cast, idea, client_as):
    host = client_as(cast.cat)
    talk = host.get(f"/ideas/{idea.number}/talk").get_data(as_text=True)
    assert "Same time, another place or number" in talk
    address = f"/ideas/{idea.number}/moves/change_place"
    page = host.get(address + "?here=1").get_data(as_text=True)
    assert ('value="1234"' in page, '<option selected value="phone">' in page) == (True, True)
    assert "Agreed: Monday 9 November, 11:00" in page
    wrong = host.post(address, data={"form": "video", "place": "y" * 201})
    assert (wrong.status_code, "y" * 201 in wrong.get_data(as_text=True)) == (422, True)
    done = host.post(address, data={"form": "video", "place": "https://meet.example/17"})
    assert (done.status_code, done.location) == (303, f"/ideas/{idea.number}/talk")
    submitter = client_as(cast.ann).get(f"/ideas/{idea.number}/talk").get_data(as_text=True)
    assert "https://meet.example/17" in submitter
    assert "changed where the talk takes place" in client_as(cast.ann).get(f"/ideas/{idea.number}").get_data(as_text=True)


@pytest.mark.usefixtures("clock")
def test_with_two_submitters_the_host_chooses_whose_talk(cast, client_as):
    with work():
        idea = f.appointed(cast, cast.ann, cast.eve, now=LONG_AGO)
    first, second = f.parties(idea)
    host = client_as(cast.cat)
    done = host.post(f"/ideas/{idea.number}/moves/change_place",
                     data={"party_id": str(second.id), "form": "phone", "place": "5678"})
    assert done.status_code == 303
    assert [a.place for party in f.parties(idea) for a in party.appointments] == ["1234", "5678"]
    assert (first.id, second.id) == tuple(p.id for p in f.parties(idea))
