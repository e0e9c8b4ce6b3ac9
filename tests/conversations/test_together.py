"""One talk with several submitters who agree: asked alone, answered alone, agreed by two or more."""

import threading
from datetime import timedelta

import pytest

from suggestbox.conversations import groups
from suggestbox.conversations.models import TalkGroup
from suggestbox.core.database import db, work
from suggestbox.core.errors import Invalid, Refused
from suggestbox.people.models import Person
from suggestbox.workflow import together
from suggestbox.workflow.operations import move, moves_for, settle_all
from suggestbox.workflow.timing import by_time
from tests import factories as f
from tests.conftest import NOON
from tests.conversations.together import AT, PLACE, answers, ask, group_now, owed, say, state_of, the_day_is_over

pytestmark = pytest.mark.usefixtures("clock")


def test_two_agree_and_the_third_talks_alone(cast):
    ideas = owed(cast, cast.ann, cast.eve, cast.sam)
    group = ask(cast.cat, *ideas)
    assert [f.open_kinds(idea) for idea in ideas] == [["agree_group"]] * 3
    assert [idea.released_at for idea in ideas] == [NOON] * 3
    say(cast.ann, group, True)
    say(cast.sam, group, False)
    assert [f.open_kinds(idea) for idea in ideas] == [["hold_talk"], ["agree_group"], ["offer_talk"]]
    assert group_now(group.id).state == "asked"
    say(cast.eve, group, True)
    assert answers(group) == [("yes", True, False), ("yes", True, False), ("alone", False, False)]
    the_day_is_over(group)
    assert answers(group) == [("yes", True, True), ("yes", True, True), ("alone", False, False)]
    assert group_now(group.id).state == "set"
    assert [f.open_kinds(idea) for idea in ideas] == [["hold_talk"], ["hold_talk"], ["offer_talk"]]
    assert f.step(ideas[0], "hold_talk").due_on == AT.date()


def test_silence_is_no_yes_and_goes_back_to_the_host(cast):
    ideas = owed(cast, cast.ann, cast.eve, cast.sam)
    group = ask(cast.cat, *ideas)
    say(cast.ann, group, True)
    say(cast.eve, group, True)
    with work():
        settle_all(now=NOON.replace(day=group_now(group.id).answer_by.day))
    assert group_now(group.id).state == "asked"
    the_day_is_over(group)
    assert answers(group) == [("yes", True, True), ("yes", True, True), ("", False, False)]
    assert f.open_kinds(ideas[2]) == ["offer_talk"]


@pytest.mark.parametrize("first", [True, False])
def test_one_yes_is_not_enough_and_that_is_told_when_the_day_is_over(cast, first):
    ideas = owed(cast, cast.ann, cast.eve)
    group = ask(cast.cat, *ideas)
    for person in (cast.ann, cast.eve) if first else (cast.eve, cast.ann):
        say(person, group, person is cast.ann)
    assert (group_now(group.id).state, answers(group)) == ("asked", [("yes", True, False), ("alone", False, False)])
    assert [f.open_kinds(idea) for idea in ideas] == [["hold_talk"], ["offer_talk"]]
    the_day_is_over(group)
    assert (group_now(group.id).state, answers(group)) == (
        "called_off", [("yes", False, False), ("alone", False, False)])
    assert [f.open_kinds(idea) for idea in ideas] == [["offer_talk"], ["offer_talk"]]


def test_nobody_is_left_to_come_together(cast):
    ideas = owed(cast, cast.ann, cast.eve)
    group = ask(cast.cat, *ideas)
    say(cast.ann, group, False)
    assert (group_now(group.id).state, f.open_kinds(ideas[1])) == ("asked", ["agree_group"])
    say(cast.eve, group, False)
    assert (group_now(group.id).state, [f.open_kinds(idea) for idea in ideas]) == ("called_off", [["offer_talk"]] * 2)


def test_what_everybody_answered_comes_to_its_end_within_the_hour_as_well(cast):
    group = ask(cast.cat, *owed(cast, cast.ann, cast.eve, cast.sam))
    for person in (cast.ann, cast.eve, cast.sam):
        say(person, group, person is not cast.sam)
    until = group_now(group.id).answer_by
    for day, state in ((until, "asked"), (until + timedelta(days=1), "set")):
        with work():
            settle_all(now=NOON.replace(day=day.day), only=by_time(day))
        assert group_now(group.id).state == state


def test_somebody_with_two_ideas_is_one_person_and_answers_once(cast):
    mine, too, other = owed(cast, cast.ann, cast.ann, cast.eve)
    with pytest.raises(Invalid):
        ask(cast.cat, mine, too)
    group = ask(cast.cat, mine, too, other)
    say(cast.ann, group, True)
    assert answers(group) == [("yes", True, False), ("yes", True, False), ("", True, False)]
    say(cast.eve, group, True)
    assert answers(group) == [("yes", True, True)] * 3


def test_co_submitters_of_one_idea(cast):
    (idea,) = [None]
    with work():
        idea = f.conversation(cast, cast.ann, cast.eve, now=NOON - timedelta(days=6))
    group = ask(cast.cat, idea)
    say(cast.ann, group, True)
    say(cast.eve, group, True)
    assert answers(group) == [("yes", True, True)] * 2
    assert f.open_kinds(idea) == ["hold_talk", "hold_talk"]


def test_who_was_asked_is_not_asked_twice_at_once(cast):
    ideas = owed(cast, cast.ann, cast.eve)
    ask(cast.cat, *ideas)
    with pytest.raises(Invalid):
        ask(cast.cat, *ideas)
    assert "propose_group" not in [p.name for p in moves_for(ideas[0], cast.cat, NOON)]


def test_rather_alone_as_long_as_it_is_not_agreed(cast):
    ideas = owed(cast, cast.ann, cast.eve, cast.sam)
    group = ask(cast.cat, *ideas)
    say(cast.ann, group, True)
    say(cast.ann, group, False)
    assert answers(group)[0] == ("alone", False, False)
    with pytest.raises(Refused):
        say(cast.ann, group, True)
    assert state_of(ideas[0]) == ["owed"]


def test_ask_in_writing_leaves_the_others_their_talk(cast):
    ideas = owed(cast, cast.ann, cast.eve, cast.sam)
    group = ask(cast.cat, *ideas)
    say(cast.ann, group, True)
    say(cast.eve, group, True)
    with work():
        move(ideas[2], "ask_in_writing", actor=cast.sam, now=NOON + timedelta(hours=2))
    assert answers(group) == [("yes", True, False), ("yes", True, False), ("", False, False)]
    the_day_is_over(group)
    assert answers(group) == [("yes", True, True), ("yes", True, True), ("", False, False)]
    assert f.open_kinds(ideas[2]) == ["write_closing"]


def test_one_calls_off_and_the_time_stays_for_the_others(cast):
    ideas = owed(cast, cast.ann, cast.eve, cast.sam)
    group = ask(cast.cat, *ideas)
    for person in (cast.ann, cast.eve, cast.sam):
        say(person, group, True)
    with work():
        move(ideas[0], "cancel_appointment", actor=cast.ann, now=NOON + timedelta(hours=2))
    assert answers(group) == [("yes", False, False), ("yes", True, True), ("yes", True, True)]
    assert (f.open_kinds(ideas[0]), group_now(group.id).state) == (["offer_talk"], "set")


@pytest.mark.parametrize("agreed", [False, True])
def test_host_calls_it_off_for_everybody(cast, agreed):
    ideas = owed(cast, cast.ann, cast.eve, cast.sam)
    group = ask(cast.cat, *ideas)
    if agreed:
        for person in (cast.ann, cast.eve, cast.sam):
            say(person, group, True)
    with work():
        move(ideas[1], "call_off_group", actor=cast.cat, now=NOON + timedelta(hours=2), words="I am ill.")
    assert [(live, there) for _answer, live, there in answers(group)] == [(False, False)] * 3
    assert [f.open_kinds(idea) for idea in ideas] == [["offer_talk"]] * 3
    assert group_now(group.id).ended_words == "I am ill."


def test_another_time_asks_everybody_anew_and_voids_the_old_one(cast):
    ideas = owed(cast, cast.ann, cast.eve)
    group = ask(cast.cat, *ideas)
    say(cast.ann, group, True)
    say(cast.eve, group, True)
    later = AT + timedelta(days=2)
    with work():
        move(ideas[0], "move_group", actor=cast.cat, now=NOON + timedelta(hours=2), **{**PLACE, "starts_at": later})
    assert answers(group) == [("", True, False)] * 2
    assert [f.open_kinds(idea) for idea in ideas] == [["agree_group"]] * 2
    say(cast.ann, group, True, NOON + timedelta(hours=3))
    say(cast.eve, group, True, NOON + timedelta(hours=3))
    assert [s.appointment.starts_at for s in groups.seats_of(group.id)] == [later, later]


def test_another_place_for_one_is_another_place_for_all(cast):
    ideas = owed(cast, cast.ann, cast.eve)
    group = ask(cast.cat, *ideas)
    say(cast.ann, group, True)
    say(cast.eve, group, True)
    with work():
        move(ideas[0], "change_place", actor=cast.cat, now=NOON + timedelta(hours=2), form="video", place="meet/17")
    group_now(group.id)
    assert [(s.appointment.form, s.appointment.place) for s in groups.seats_of(group.id)] == [("video", "meet/17")] * 2


def test_one_record_for_all_and_a_miss_counts_for_that_one_only(cast, clock):
    ideas = owed(cast, cast.ann, cast.eve, cast.sam)
    group = ask(cast.cat, *ideas)
    for person in (cast.ann, cast.eve, cast.sam):
        say(person, group, True)
    ann, eve, sam = [s.party.id for s in groups.seats_of(group.id)]
    after = AT + timedelta(hours=2)
    clock.move_to(after)
    with work():
        came = together.record(
            cast.cat, group_now(group.id),
            [together.Came(ann, "came", "The label comes first."), together.Came(eve, "came"), together.Came(sam, "missed")],
            {"held_on": AT.date(), "form": "in_person", "said": "We went through all of them.", "took_part": ""}, now=after)
    assert (came, [state_of(idea) for idea in ideas]) == (2, [["held"], ["held"], ["owed"]])
    said = [r.said for idea in ideas for p in f.parties(idea) for r in p.records]
    assert said == ["We went through all of them.\n\nThe label comes first.", "We went through all of them."]
    assert [p.missed_by_submitter for idea in ideas for p in f.parties(idea)] == [0, 0, 1]
    assert [f.open_kinds(idea) for idea in ideas] == [["confirm"], ["confirm"], ["offer_talk"]]
    assert group_now(group.id).state == "held"
    f.confirm(ideas[0], cast.ann, after)
    assert [idea.stage for idea in ideas] == ["closed", "confirming", "conversation"]


def test_the_host_could_not_come_counts_against_nobody(cast, clock):
    ideas = owed(cast, cast.ann, cast.eve)
    group = ask(cast.cat, *ideas)
    say(cast.ann, group, True)
    say(cast.eve, group, True)
    clock.move_to(AT + timedelta(hours=2))
    with work():
        together.nobody_came(cast.cat, group_now(group.id), now=AT + timedelta(hours=2))
    assert group_now(group.id).state == "called_off"  # and not for ever agreed, or over and on record
    assert [p.missed_by_submitter for idea in ideas for p in f.parties(idea)] == [0, 0]
    assert [f.open_kinds(idea) for idea in ideas] == [["offer_talk"]] * 2


@pytest.mark.parametrize(("days", "hour", "sentence"), [
    (1, 9, "Everybody has until"), (9, 2, "before 6 or after 20"), (10, 9, "not a working day of everybody"),
])
def test_a_time_that_cannot_be_is_said_at_its_field(cast, days, hour, sentence):
    ideas = owed(cast, cast.ann, cast.eve)
    at = (NOON + timedelta(days=days)).replace(hour=hour)
    with pytest.raises(Invalid) as wrong:
        ask(cast.cat, *ideas, at=at)
    assert [(field, sentence in text) for field, text in wrong.value.fields.items()] == [("starts_at", True)]


def test_two_who_answer_at_the_same_moment_hear_each_other(cast, app):
    ideas = owed(cast, cast.ann, cast.eve)
    group_id, faults = ask(cast.cat, *ideas).id, []
    start = threading.Barrier(2)

    def answer(person_id):
        with app.app_context():
            try:
                person, group = db.session.get(Person, person_id), db.session.get(TalkGroup, group_id)
                groups.seats_of(group_id)  # as the page looked at it before
                start.wait(10)
                with work():
                    together.answer(person, group, yes=True, now=NOON + timedelta(hours=1))
            except Exception as fault:
                faults.append(fault)
            finally:
                db.session.remove()

    people = [cast.ann.id, cast.eve.id]
    db.session.rollback()
    threads = [threading.Thread(target=answer, args=(person_id,)) for person_id in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert (group_now(group_id).state, answers(group_now(group_id))) == ("set", [("yes", True, True)] * 2)


def gone(person):
    with work():
        person.active = False


def test_somebody_leaves_the_company_meanwhile(cast):
    ideas = owed(cast, cast.ann, cast.eve, cast.sam)
    group = ask(cast.cat, *ideas)
    say(cast.ann, group, True)
    say(cast.eve, group, True)
    gone(cast.sam)
    with work():
        settle_all(now=NOON + timedelta(hours=2))
    assert answers(group) == [("yes", True, True), ("yes", True, True), ("", False, False)]
    assert f.open_kinds(ideas[2]) == ["find_host", "offer_talk"]


def test_without_its_host_nobody_comes_together(cast):
    ideas = owed(cast, cast.ann, cast.eve)
    group = ask(cast.cat, *ideas)
    say(cast.ann, group, True)
    say(cast.eve, group, True)
    gone(cast.cat)
    with work():
        settle_all(now=NOON + timedelta(hours=2))
    assert [(live, there) for _answer, live, there in answers(group)] == [(False, False)] * 2
    assert [f.open_kinds(idea) for idea in ideas] == [["find_host"]] * 2
    assert group_now(group.id).state == "called_off"


def test_another_host_for_one_leaves_the_others_their_talk(cast):
    ideas = owed(cast, cast.ann, cast.eve, cast.sam)
    group = ask(cast.cat, *ideas)
    for person in (cast.ann, cast.eve, cast.sam):
        say(person, group, True)
    with work():
        (party,) = f.parties(ideas[0])
        move(ideas[0], "change_host", actor=cast.cat, now=NOON + timedelta(hours=2), party_id=party.id, person_id=cast.ida.id)
    assert [(live, there) for _answer, live, there in answers(group)] == [(False, False), (True, True), (True, True)]


def test_times_offered_to_one_take_that_one_out(cast):
    ideas = owed(cast, cast.ann, cast.eve, cast.sam)
    group = ask(cast.cat, *ideas)
    with work():
        (party,) = f.parties(ideas[0])
        move(ideas[0], "offer_talk", actor=cast.cat, now=NOON, party_id=party.id, slots=f.slots(NOON))
    assert [live for _answer, live, _there in answers(group)] == [False, True, True]
    assert f.open_kinds(ideas[0]) == ["pick_time"]
