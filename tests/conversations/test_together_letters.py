"""What people are told of a talk with several: the question, the appointment, that it does not take place. Never who."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.journal.models import Entry
from suggestbox.workflow import together
from suggestbox.workflow.operations import move
from tests import factories as f
from tests.conftest import NOON
from tests.conversations.together import AT, LONG_AGO, PLACE, ask, group_now, owed, say, the_day_is_over
from tests.mail.telling import line_for, mail_on, notices, text_for, told_of_kind, told_to

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.either]

ASKED, HOST, INVITED = "conversations.together", "conversations.together_host", "conversations.invitation"


@pytest.fixture(autouse=True)
def everybody_reads_english(cast):
    mail_on()
    with work():
        for person in cast.people().values():
            person.language = "en"


def words_of(notice, now=NOON):
    text = text_for(notice, now)
    assert text is not None
    return text.subject + "\n" + "\n".join(text.paragraphs)


def told(kind):
    return sorted(told_of_kind(kind))


def test_the_question_carries_the_outcome_and_only_a_number(cast):
    ideas = owed(cast, cast.ann, cast.eve, cast.sam)
    ask(cast.cat, *ideas)
    assert told(ASKED) == ["Ann", "Eve", "Sam"]
    letter = text_for(notices(ASKED)[0], NOON)
    said = words_of(notices(ASKED)[0])
    assert (letter.quote, "it is adopted" in said, "2 other submitters" in said, "10:00" in said) \
        == ("It saves forty minutes a day.", True, True, True)
    names = [cast.eve.family_name, cast.sam.family_name]
    assert [name for name in names if name in said] == []
    say(cast.ann, group_now(1), True)
    assert text_for(notices(ASKED)[0], NOON) is None  # answered: no reason any more
    with work():
        move(ideas[1], "rather_alone", actor=cast.eve, now=NOON)
        move(ideas[2], "rather_alone", actor=cast.sam, now=NOON)
    assert [e.kind for e in db.session.scalars(sa.select(Entry).where(Entry.kind == "group_ends"))] == []
    the_day_is_over(group_now(1))
    assert (told(INVITED), told(HOST)) == ([], [])
    ended = db.session.scalars(sa.select(Entry).where(Entry.kind == "group_ends")).one()
    news = [n for n in notices("ideas.news") if n.facts["entry_id"] == ended.id]
    assert [(n.idea_id, told_to(n), line_for(n, NOON).text) for n in news] == [
        (ideas[0].id, "Ann", "There is no talk together. Times of your own are offered.")]
    with work():
        (party,) = f.parties(ideas[0])
        move(ideas[0], "offer_talk", actor=cast.cat, now=NOON, party_id=party.id, slots=f.slots(NOON))
    assert (told("conversations.decision"), told("conversations.offer")) == ([], ["Ann"])  # she knows the outcome already


@pytest.mark.parametrize("eve_says", [None, "alone"])
def test_one_of_two_is_told_the_same_at_the_same_moment_of_silence_and_of_rather_alone(eve_says, cast):
    with work():
        team = f.conversation(cast, cast.ann, cast.eve, now=LONG_AGO)
    group = ask(cast.cat, team)
    say(cast.ann, group, True)
    if eve_says:
        say(cast.eve, group, False)
    then = the_day_is_over(group)
    told_late = [n for n in notices() if n.at >= then]
    assert sorted((n.kind, told_to(n)) for n in told_late if told_to(n) == "Ann") == [("ideas.news", "Ann")]
    assert {n.at for n in notices() if told_to(n) == "Ann" and n.at > NOON} == {then}


def test_each_gets_an_own_appointment_and_the_host_one_for_all(cast):
    ideas = owed(cast, cast.ann, cast.eve)
    group = ask(cast.cat, *ideas)
    say(cast.ann, group, True)
    say(cast.eve, group, True)
    assert (told(INVITED), told(HOST)) == (["Ann", "Eve"], ["Cat"])
    entries = [text_for(n, NOON).invitation for n in (*notices(INVITED), *notices(HOST))]
    assert [(e.method, e.starts_at, e.minutes) for e in entries] == [("REQUEST", AT, 60)] * 3
    assert len({e.uid for e in entries}) == 3
    assert [len(e.guests) for e in entries] == [2, 2, 1]
    every_word = " ".join(words_of(n) for n in notices(INVITED))
    assert cast.eve.family_name not in every_word.replace(words_of(notices(INVITED)[1]), "")
    with work():
        move(ideas[0], "change_place", actor=cast.cat, now=NOON + timedelta(hours=2), form="video", place="meet/17")
    assert (told(INVITED), told(HOST)) == (["Ann", "Ann", "Eve", "Eve"], ["Cat", "Cat"])
    with work():
        move(ideas[1], "call_off_group", actor=cast.cat, now=NOON + timedelta(hours=3))
    off = [n for n in (*notices(INVITED), *notices(HOST)) if n.facts["method"] == "CANCEL"]
    assert len(off) == 3
    assert [n.facts.get("sequence", n.facts.get("number")) for n in off] == [3, 3, 3]


def test_another_time_voids_the_old_one_and_asks_again(cast):
    ideas = owed(cast, cast.ann, cast.eve)
    group = ask(cast.cat, *ideas)
    say(cast.ann, group, True)
    say(cast.eve, group, True)
    later = NOON + timedelta(hours=2)
    with work():
        move(ideas[0], "move_group", actor=cast.cat, now=later, **{**PLACE, "starts_at": AT + timedelta(days=2)})
    assert told(ASKED) == ["Ann", "Ann", "Eve", "Eve"]
    assert [n.facts["method"] for n in notices(HOST)] == ["REQUEST", "CANCEL"]
    again = words_of(notices(ASKED)[-1], later)
    assert ("it is adopted" in again, "13 November" in again) == (False, True)


def test_a_confidential_submitter_is_named_in_no_letter(cast):
    (hidden,) = owed(cast, cast.ann, confidential=True)
    (named,) = owed(cast, cast.eve)
    with work():
        host = f.host_of(f.parties(hidden)[0])
        for party in f.parties(named):
            party.host_id = host.id
    group = ask(host, hidden, named)
    said = next(words_of(n) for n in notices(ASKED) if n.idea_id == hidden.id)
    assert "Your idea is confidential" in said
    say(cast.ann, group, True)
    say(cast.eve, group, True)
    others = [n for n in notices() if (n.kind in (HOST, INVITED) and n.idea_id != hidden.id) or n.kind == HOST]
    assert [n.kind for n in others if "Albers" in words_of(n)] == []
    guests = [guest.name for n in others for guest in text_for(n, NOON).invitation.guests]
    assert "Ann Albers" not in guests


def test_in_winter_time_the_hour_is_the_one_on_the_wall(cast, clock):
    clock.move_to(NOON.replace(month=10, day=20))  # asked in summer time, held on 28 October, in winter time
    october = NOON.replace(month=10, day=20)
    with work():
        ideas = [f.conversation(cast, person, now=october - (NOON - LONG_AGO)) for person in (cast.ann, cast.eve)]
    form_time = AT.replace(month=10, day=28)  # 9:00 UTC is ten o'clock in Bremen after the change
    with work():
        together.propose(cast.cat, [p.id for i in ideas for p in f.parties(i)], {"starts_at": form_time, **PLACE}, now=october)
    assert "10:00" in words_of(notices(ASKED)[0], october)
