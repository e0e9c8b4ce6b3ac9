"""The page of the talk: what each side reads, and when."""

from datetime import timedelta

import pytest

from suggestbox.core.database import work
from tests import factories as f
from tests.conftest import NOON

pytestmark = pytest.mark.usefixtures("clock")

LONG_AGO = NOON - timedelta(days=6)


def get(client, idea, query=""):
    return client.get(f"/ideas/{idea.number}/talk{query}").get_data(as_text=True)


def test_host_prepares_with_names_and_sentences(cast, client_as):
    with work():
        idea = f.conversation(cast, now=LONG_AGO)
    page = get(client_as(cast.cat), idea)
    assert "Rex says: a good thought." in page
    assert "Rex Reed" in page
    assert "It saves forty minutes a day." in page
    assert get(client_as(cast.cat), idea, "?print=1").count("<h3>") == 5


def test_submitter_reads_the_outcome_only_after_the_offer(cast, client_as):
    with work():
        idea = f.conversation(cast, now=LONG_AGO)
    ann = client_as(cast.ann)
    page = get(ann, idea)
    assert ("forty minutes" in page, "Rex says" in page) == (False, False)
    with work():
        party = f.parties(idea)[0]
        f.move(idea, "offer_talk", actor=cast.cat, now=NOON, party_id=party.id, slots=f.slots(NOON))
    page = get(ann, idea)
    assert ("forty minutes" in page, "Rex says" in page, "Rex Reed" in page) == (True, True, False)
    assert page.count('name="slot_id"') == 2


def test_each_submitter_sees_only_their_own_talk(cast, client_as):
    with work():
        idea = f.offered(cast, cast.ann, cast.eve, now=LONG_AGO)
        for party, place in zip(f.parties(idea), ("Room of Ann", "Room of Eve"), strict=True):
            for slot in party.offers[-1].slots:
                slot.place = place
    page = get(client_as(cast.ann), idea)
    assert ("Room of Ann" in page, "Room of Eve" in page) == (True, False)


def test_confidential_submitter_is_not_named_to_another_reader(cast, client_as):
    with work():
        idea = f.conversation(cast, now=LONG_AGO, confidential=True)
    page = get(client_as(cast.cat), idea)
    assert ("Albers" in page.replace("Ann Albers &lt;", "")) is False
    assert "Albers" in get(client_as(cast.ida), idea)


def test_the_talk_does_not_exist_for_others(cast, client_as):
    with work():
        idea = f.offered(cast, now=LONG_AGO)
    assert client_as(cast.sam).get(f"/ideas/{idea.number}/talk").status_code == 404


@pytest.mark.parametrize("people", [1, 3])
def test_talk_page_takes_the_same_statements_for_1_and_3_submitters(people, cast, client_as, count_queries):
    with work():
        idea = f.offered(cast, *(cast.ann, cast.eve, cast.sam)[:people], now=LONG_AGO)
    client = client_as(cast.cat)
    get(client, idea)
    with count_queries() as statements:
        get(client, idea)
    assert len(statements) == TALK_STATEMENTS


TALK_STATEMENTS = 27


def test_a_promise_of_nobody_is_asked_about_and_nothing_is_lost(cast, client_as):
    with work():
        idea = f.appointed(cast, now=LONG_AGO - timedelta(days=14))
    answer = client_as(cast.cat).post(f"/ideas/{idea.number}/moves/record_talk", data={
        "turn": str(idea.turn), "party": str(f.parties(idea)[0].id), "held_on": NOON.date().isoformat(),
        "form": "phone", "said": "We talked about pallets.", "promise_text": ["Show the printer"],
        "promise_owner": ["Nobody At All"], "promise_due": ["2026-11-20"]})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert ("We talked about pallets." in page, 'value="Show the printer"' in page, 'value="Nobody At All"' in page) \
        == (True, True, True)
