"""One talk with several submitters who agree: asked alone, answered alone, agreed by two or more."""

from datetime import timedelta

import pytest

from suggestbox.core.database import work
from suggestbox.core.errors import Invalid, Refused
from suggestbox.workflow.operations import move, moves_for, settle_all
from tests import factories as f
from tests.conftest import NOON
from tests.conversations.together import AT, answers, ask, group_now, owed, say, state_of


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
    assert answers(group) == [("yes", True, True), ("yes", True, True), ("alone", False, False)]
    assert group_now(group.id).state == "set"
    assert [f.open_kinds(idea) for idea in ideas] == [["hold_talk"], ["hold_talk"], ["offer_talk"]]
    assert f.step(ideas[0], "hold_talk").due_on == AT.date()


def test_silence_is_no_yes_and_goes_back_to_the_host(cast):
    ideas = owed(cast, cast.ann, cast.eve, cast.sam)
    group = ask(cast.cat, *ideas)
    say(cast.ann, group, True)
    say(cast.eve, group, True)
    until = group_now(group.id).answer_by
    with work():
        settle_all(now=NOON.replace(day=until.day))
    assert group_now(group.id).state == "asked"
    with work():
        settle_all(now=NOON.replace(day=until.day) + timedelta(days=1))
    assert answers(group) == [("yes", True, True), ("yes", True, True), ("", False, False)]
    assert f.open_kinds(ideas[2]) == ["offer_talk"]


def test_one_yes_is_not_enough(cast):
    ideas = owed(cast, cast.ann, cast.eve)
    group = ask(cast.cat, *ideas)
    say(cast.ann, group, True)
    say(cast.eve, group, False)
    assert (group_now(group.id).state, answers(group)) == (
        "called_off", [("yes", False, False), ("alone", False, False)])
    assert [f.open_kinds(idea) for idea in ideas] == [["offer_talk"], ["offer_talk"]]


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
