"""The pages of one talk with several submitters: who sees whom, and when."""

import re
from datetime import timedelta

import pytest

from suggestbox.core.database import work
from suggestbox.workflow.operations import move
from tests import factories as f
from tests.conftest import NOON
from tests.conversations.together import AT, LONG_AGO, answers, ask, group_now, owed, parties, say, the_day_is_over

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.either]


@pytest.fixture(autouse=True)
def everybody_reads_english(cast):
    with work():
        for person in cast.people().values():
            person.language = "en"


def text(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.get_data(as_text=True)


def talk(idea):
    return f"/ideas/{idea.number}/talk"


def test_the_whole_way_in_the_browser(cast, client_as, clock):
    ideas = owed(cast, cast.ann, cast.eve, cast.sam)
    cat = client_as(cast.cat)
    assert "/talks/together?idea=" in text(cat, talk(ideas[0]))
    page = text(cat, "/talks/together")
    assert page.count('name="party_ids"') == 3
    form = {"party_ids": [str(n) for n in parties(*ideas)], "starts_at": "2026-11-11T10:00", "minutes": "60",
            "form": "in_person", "place": "Room 7", "words": "Let us sit together."}
    wrong = cat.post("/talks/together", data={**form, "starts_at": "2026-11-05T10:00"})
    page = wrong.get_data(as_text=True)
    assert (wrong.status_code, "Everybody has until" in page, "Let us sit together." in page, page.count(" checked")) \
        == (422, True, True, 3)
    done = cat.post("/talks/together", data=form)
    assert (done.status_code, done.location) == (303, "/talks/together/1")
    ann = client_as(cast.ann)
    page = text(ann, talk(ideas[0]))
    assert ("2 other submitters" in page, "forty minutes" in page, cast.eve.family_name in page, cast.sam.family_name in page) == (True, True, False, False)
    for person, said in ((cast.ann, "yes"), (cast.eve, "yes"), (cast.sam, "alone")):
        assert client_as(person).post("/talks/together/1/answer", data={"answer": said}).status_code == 303
    host = text(cat, "/talks/together/1")
    assert ("3 of 3 have answered" in host, "stays open until that day" in host) == (True, True)
    the_day_is_over(group_now(1))
    page = text(ann, talk(ideas[0]))
    assert (cast.eve.family_name in page, cast.sam.family_name in page) == (True, False)
    assert client_as(cast.sam).get("/talks/together/1").status_code == 404
    host = text(cat, "/talks/together/1")
    assert ("2 submitters come" in host, ideas[2].number in host) == (True, True)
    assert text(cat, "/talks/together/1?print=1").count("bench-sheet-idea") == 2
    clock.move_to(AT.replace(hour=12))
    first, second, _third = parties(*ideas)
    assert "Who else took part" in text(cat, "/talks/together/1/record")
    nothing = cat.post("/talks/together/1/record", data={f"came-{first}": "came", f"came-{second}": "missed",
                                                         "held_on": "2026-11-11", "form": "in_person", "said": ""})
    assert nothing.status_code == 422
    done = cat.post("/talks/together/1/record", data={
        f"came-{first}": "came", f"came-{second}": "came", f"words-{first}": "Labels first.", "held_on": "2026-11-11",
        "form": "in_person", "said": "We talked.", f"promise-{second}": "Show the printer", f"due-{second}": "2026-11-20"})
    assert done.status_code == 303
    assert "Labels first." in text(ann, talk(ideas[0]))
    eve = text(client_as(cast.eve), talk(ideas[1]))
    assert ("Labels first." in eve, "Show the printer" in eve) == (False, True)


def test_a_confidential_submitter_is_named_to_those_who_come_only_when_it_is_agreed(cast, client_as):
    (hidden,) = owed(cast, cast.ann, confidential=True)
    (named,) = owed(cast, cast.eve)
    with work():
        host = f.host_of(f.parties(hidden)[0])
        for party in f.parties(named):
            party.host_id = host.id
    group = ask(host, hidden, named)
    asked = text(client_as(cast.ann), talk(hidden))
    assert "Your idea is confidential" in asked
    eve = client_as(cast.eve)
    assert ("Albers" in text(eve, talk(named)), "Albers" in text(client_as(host), f"/talks/together/{group.id}")) \
        == (False, False)
    say(cast.ann, group, True)
    assert "Albers" not in text(eve, talk(named))
    say(cast.eve, group, True)
    assert answers(group) == [("yes", True, True)] * 2
    page = text(eve, talk(named))
    assert ("Ann Albers" in page, hidden.title in page) == (True, False)


@pytest.mark.parametrize("yes", [True, False])
def test_nobody_reads_from_the_next_step_who_would_rather_talk_alone(yes, cast, client_as):
    with work():
        team = f.conversation(cast, cast.ann, cast.eve, now=LONG_AGO)
    (other,) = owed(cast, cast.sam)
    group = ask(cast.cat, team, other)
    say(cast.ann, group, True)  # eve stays silent, so nothing is agreed yet
    readers = client_as(cast.ann), client_as(cast.ria)
    paths = f"/ideas/{team.number}", f"/ideas/{other.number}", "/ideas", "/"
    before = [text(reader, path) for reader in readers for path in paths]
    told = ["The closing conversation comes next." in page for page in before]
    assert told[:2] + told[4:6] == [True] * 4
    say(cast.sam, group, yes)
    assert [text(reader, path) for reader in readers for path in paths] == before


@pytest.mark.parametrize("yes", [True, False])
def test_a_co_submitter_does_not_read_it_either(yes, cast, client_as):
    with work():
        team = f.conversation(cast, cast.ann, cast.eve, now=LONG_AGO)
    (other,) = owed(cast, cast.sam)
    group = ask(cast.cat, team, other)
    say(cast.ann, group, True)
    ann, paths = client_as(cast.ann), (f"/ideas/{team.number}", "/")
    before = [text(ann, path) for path in paths]
    say(cast.eve, group, yes)
    assert [text(ann, path) for path in paths] == before


@pytest.mark.parametrize("yes", [True, None])
def test_in_a_team_of_two_rather_alone_looks_like_silence(yes, cast, client_as):
    with work():
        team = f.conversation(cast, cast.ann, cast.eve, now=LONG_AGO)
    group, ann = ask(cast.cat, team), client_as(cast.ann)
    if yes:
        say(cast.ann, group, True)

    def seen():
        pages = [text(ann, path) for path in (f"/ideas/{team.number}", f"/ideas/{team.number}/reminders", talk(team), "/", "/ideas")]
        return [re.sub(r'name="csrf_token" value="[^"]*"', "", line) for page in pages for line in page.splitlines()]

    before = seen()
    say(cast.eve, group, False)
    assert seen() == before
    with work():
        move(team, "offer_talk", actor=cast.cat, now=NOON + timedelta(hours=2), party_id=f.parties(team)[1].id,
             slots=f.slots(NOON))
    assert seen() == before


def test_it_does_not_exist_for_others(cast, client_as):
    group = ask(cast.cat, *owed(cast, cast.ann, cast.eve))
    for person in (cast.sam, cast.bob, cast.rex):
        assert client_as(person).get(f"/talks/together/{group.id}").status_code == 404
    for path in ("time", "record"):
        assert client_as(cast.ann).get(f"/talks/together/{group.id}/{path}").status_code == 403
    assert client_as(cast.ann).post(f"/talks/together/{group.id}/call-off").status_code == 403


@pytest.mark.parametrize("number", [2, 12])
def test_page_to_ask_takes_the_same_statements_for_2_and_12(number, cast, client_as, count_queries):
    people = (cast.ann, cast.eve, cast.sam)
    with work():
        for serial in range(number):
            f.conversation(cast, people[serial % 3], now=LONG_AGO)
    client = client_as(cast.cat)
    client.get("/talks/together")
    with count_queries() as statements:
        client.get("/talks/together")
    assert len(statements) == ASK_STATEMENTS


ASK_STATEMENTS = 5


@pytest.mark.parametrize("number", [2, 6])
def test_page_of_the_group_takes_the_same_statements_for_2_and_6(number, cast, client_as, count_queries):
    people = (cast.ann, cast.eve, cast.sam)
    ideas = owed(cast, *(people[serial % 3] for serial in range(number)))
    group = ask(cast.cat, *ideas)
    for person in people[:number]:
        say(person, group, True)
    client = client_as(cast.cat)
    client.get(f"/talks/together/{group.id}")
    with count_queries() as statements:
        client.get(f"/talks/together/{group.id}")
    assert len(statements) == GROUP_STATEMENTS


GROUP_STATEMENTS = 8


def test_numbers_no_talk_can_have_are_refused_as_none_chosen(cast, client_as):
    owed(cast, cast.ann, cast.eve)
    answer = client_as(cast.cat).post("/talks/together", data={
        "party_ids": ["9" * 30, "x"], "starts_at": "2026-11-11T10:00", "minutes": "60", "form": "phone"})
    assert answer.status_code == 422


def test_nobody_to_bring_together(cast, client_as):
    owed(cast, cast.ann)
    assert "Nobody to bring together" in text(client_as(cast.cat), "/talks/together")
    assert NOON.year == 2026
