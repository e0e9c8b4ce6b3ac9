"""The hard cases of the way an idea takes, each through the real moves: the short one, and from one department to another."""


import pytest

from suggestbox.core.errors import Refused
from suggestbox.workflow.operations import move, settle
from tests import factories as f
from tests.workflow.hard import T, days, names, one_transaction  # noqa: F401 -- a fixture

pytestmark = pytest.mark.usefixtures("one_transaction")


def test_short_way_is_the_team_and_one_expert(cast):
    idea = f.submitted(cast, way="short")
    assert f.step(idea, "team_answer").owner_id == cast.dan.id
    move(idea, "team_does_it", actor=cast.dan, now=days(0, 1), words="We print them tomorrow.",
         do_until=days(7).date(), expert_id=cast.rex.id)
    assert f.step(idea, "short_check").owner_id == cast.rex.id
    move(idea, "nothing_against", actor=cast.rex, now=days(1), words="Fine.")

    assert (idea.stage, idea.outcome, [p.host_id for p in f.parties(idea)]) == (
        "conversation", "adopted", [cast.dan.id])


def test_short_way_with_doubt_or_silence_goes_the_ordinary_way_with_the_first_date_kept(cast):
    for how in ("doubt", "silence"):
        idea = f.submitted(cast, way="short")
        first = f.step(idea, "team_answer").due_on
        move(idea, "have_it_examined", actor=cast.dan, now=days(0, 1)) if how == "never" else move(
            idea, "team_does_it", actor=cast.dan, now=days(0, 1), words="We do it.", do_until=days(7).date(),
            expert_id=cast.rex.id)
        if how == "doubt":
            move(idea, "short_doubt", actor=cast.rex, now=days(1), reason="The fire door.")
        else:
            settle(idea, now=days(9))
        assert (idea.stage, idea.way, f.step(idea, "triage").first_due_on) == ("submitted", "ordinary", first)


def test_short_way_of_a_team_lead_is_the_ordinary_way(cast):
    idea = f.submitted(cast, cast.dan, way="short")

    assert (idea.way, f.open_kinds(idea)) == ("ordinary", ["triage"])


def test_rerouting_never_restarts_the_clock_and_stops_after_two(cast):
    idea = f.submitted(cast)
    due = f.step(idea, "triage").due_on
    move(idea, "route", actor=cast.bob, now=days(1), department_id=cast.purchasing.id, reason="They order labels.")
    assert (f.step(idea, "triage").owner_id, f.step(idea, "triage").due_on) == (cast.pia.id, due)
    move(idea, "route", actor=cast.pia, now=days(2), department_id=cast.it.id, reason="They own the printers.")
    with pytest.raises(Refused) as refusal:
        move(idea, "route", actor=cast.coo, now=days(3), department_id=cast.logistics.id, reason="No.")
    assert refusal.value.reason == "routed_twice"
    move(idea, "route", actor=cast.ida, now=days(3), department_id=cast.logistics.id, reason="It stays there.")
    assert f.step(idea, "triage").due_on == due
