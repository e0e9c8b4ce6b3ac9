"""One of those asked for a talk together falls away: the others go on in the same transaction, not the next night."""

from datetime import timedelta

import pytest

from suggestbox.conversations import groups
from suggestbox.core.database import db, touch, work
from suggestbox.people.models import Person
from suggestbox.workflow.leaving import settle_idea
from suggestbox.workflow.operations import case_of, move
from suggestbox.workflow.then_elsewhere import start_again
from tests import factories as f
from tests.conftest import NOON
from tests.conversations.together import LONG_AGO, answers, ask, group_now, owed, say, the_day_is_over

pytestmark = pytest.mark.usefixtures("clock")

LATER = NOON + timedelta(hours=2)


def handed_over(cast, idea):
    move(idea, "hand_over", actor=cast.bob, now=LATER, kind="safety", office_id=cast.wes.id, reason="It is dangerous.")


def not_the_same(cast, idea):
    move(idea, "contradict_duplicate", actor=cast.sam, now=LATER, reason="Mine is about the cold store.")


def taken_off(cast, idea):
    part = next(p for p in idea.submitters if p.person_id == cast.sam.id)
    move(idea, "propose_correction", actor=cast.bob, now=LATER, kind="submitters", remove_submitter_id=part.id, reason="Not his.")
    move(idea, "confirm_correction", actor=cast.ida, now=LATER)


def left_the_company(cast, idea):
    db.session.get(Person, cast.sam.id).active = False
    db.session.flush()
    settle_idea(idea.id, now=LATER)


def owed_anew(cast, idea):
    case = case_of(idea, actor=None, now=LATER)
    start_again(next(p for p in case.parties if case.submitters[p.submitter_id] == cast.sam.id), case)
    touch(idea.id)


def wants_another_host(cast, idea):
    move(idea, "ask_other_host", actor=cast.sam, now=LATER)


WAYS = [handed_over, not_the_same, taken_off, left_the_company, owed_anew]


def of_sam(cast, way):
    """Make sam's idea as the way needs it, with a talk cat owes: before the others' by its id."""
    with work():
        if way is taken_off:
            return f.conversation(cast, cast.sam, cast.coo, now=LONG_AGO)
        if way is not not_the_same:
            return f.conversation(cast, cast.sam, now=LONG_AGO)
        first = f.submitted(cast, cast.coo, now=LONG_AGO)
        idea = f.submitted(cast, cast.sam, now=LONG_AGO)
        move(idea, "propose_duplicate", actor=cast.bob, now=LONG_AGO, number=first.number, reason="The same labels.")
        move(idea, "confirm_duplicate", actor=cast.ida, now=LONG_AGO)
        (party,) = f.parties(idea)
        move(idea, "change_host", actor=f.host_of(party), now=LONG_AGO, party_id=party.id, person_id=cast.cat.id)
        return idea


def seat(group, person_id):
    """(answer, still part of it, has the appointment) of one person's seat."""
    db.session.expire_all()
    (found,) = [s for s in groups.seats_of(group.id) if s.submitter.person_id == person_id]
    return found.member.answer, found.member.ended_at is None, found.appointment is not None


@pytest.mark.parametrize("way", WAYS)
def test_everybody_else_agreed_and_it_is_set(cast, way):
    sams = of_sam(cast, way)
    ideas = owed(cast, cast.ann, cast.eve)
    group = ask(cast.cat, sams, *ideas)
    for person in (cast.ann, cast.eve, *([cast.coo] if way is taken_off else [])):
        say(person, group, True)
    assert group_now(group.id).state == "asked"
    with work():
        way(cast, sams)
    assert group_now(group.id).state == "set"
    assert [seat(group, p.id) for p in (cast.sam, cast.ann, cast.eve)] == [
        ("", False, False), ("yes", True, True), ("yes", True, True)]
    assert [f.open_kinds(idea) for idea in ideas] == [["hold_talk"]] * 2


@pytest.mark.parametrize("way", WAYS)
def test_one_other_alone_is_offered_times(cast, way):
    sams = of_sam(cast, way)
    (other,) = owed(cast, cast.ann)
    group = ask(cast.cat, sams, other)
    say(cast.ann, group, True)
    if way is taken_off:
        say(cast.coo, group, False)
    with work():
        way(cast, sams)
    if way is taken_off:  # the other one's answer must not be told by the day
        assert group_now(group.id).state == "asked"
        the_day_is_over(group)
    assert (group_now(group.id).state, seat(group, cast.ann.id)) == ("called_off", ("yes", False, False))
    assert f.open_kinds(other) == ["offer_talk"]


def test_a_wish_of_ones_own_is_silence_to_the_others(cast):
    sams = of_sam(cast, wants_another_host)
    (other,) = owed(cast, cast.ann)
    group = ask(cast.cat, sams, other)
    with work():
        wants_another_host(cast, sams)
    assert (group_now(group.id).state, f.open_kinds(other)) == ("asked", ["agree_group"])
    then = the_day_is_over(group)
    assert (group_now(group.id).state, group_now(group.id).ended_at) == ("called_off", then)


@pytest.mark.parametrize("way", [handed_over, left_the_company])
def test_others_who_have_not_answered_are_still_asked(cast, way):
    sams = of_sam(cast, way)
    ideas = owed(cast, cast.ann, cast.eve)
    group = ask(cast.cat, sams, *ideas)
    with work():
        way(cast, sams)
    assert (group_now(group.id).state, [live for _answer, live, _there in answers(group)]) == ("asked", [False, True, True])
    assert [f.open_kinds(idea) for idea in ideas] == [["agree_group"]] * 2


@pytest.mark.parametrize("way", [handed_over, not_the_same])
def test_a_time_that_was_agreed_stands_for_the_others_only(cast, way):
    sams = of_sam(cast, way)
    ideas = owed(cast, cast.ann, cast.eve)
    group = ask(cast.cat, sams, *ideas)
    for person in (cast.sam, cast.ann, cast.eve):
        say(person, group, True)
    with work():
        way(cast, sams)
    assert (group_now(group.id).state, answers(group)) == (
        "set", [("yes", False, False), ("yes", True, True), ("yes", True, True)])


@pytest.mark.parametrize("agreed", [False, True])
def test_when_all_of_them_go_at_once_it_does_not_take_place(cast, agreed):
    with work():
        idea = f.conversation(cast, cast.sam, cast.coo, now=LONG_AGO)
    group = ask(cast.cat, idea)
    for person in (cast.sam, cast.coo) if agreed else ():
        say(person, group, True)
    assert group_now(group.id).state == ("set" if agreed else "asked")
    with work():
        handed_over(cast, idea)
    assert group_now(group.id).state == "called_off"
