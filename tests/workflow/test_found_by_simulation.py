"""What the simulated year found in the workflow: each once a fault, now a rule."""

from datetime import timedelta

import pytest

from suggestbox.core.errors import Invalid, Refused
from suggestbox.workflow.operations import case_of, move, moves_for
from tests import factories as f


def test_what_belongs_elsewhere_is_handed_over_even_while_its_submitters_are_asked_how_it_was(cast):
    idea = f.confirming(cast)
    move(idea, "hand_over", actor=cast.ida, now=f.START + timedelta(days=9), kind="safety", office_id=cast.wes.id,
         reason="It is a matter of safety.")
    assert (idea.stage, idea.outcome, idea.round, idea.released_at) == ("conversation", "handed_over", 2, None)
    assert f.open_kinds(idea) == ["offer_talk"]


def test_the_coordinator_ends_the_review_early_once_the_quorum_stood_for_a_day(cast):
    idea = f.submitted(cast)
    asked = f.reviewers((cast.rex, "expert"), (cast.ria, "department"), (cast.coo, "department"))
    move(idea, "assign", actor=cast.bob, now=f.START + timedelta(hours=1), reviewers=asked)
    f.answer_review(idea, cast.rex, f.START + timedelta(hours=2))
    f.answer_review(idea, cast.ria, f.START + timedelta(hours=3))
    now = f.START + timedelta(hours=4)
    assert [p.unmet != () for p in moves_for(idea, cast.bob, now) if p.name == "end_review"] == [True]
    move(idea, "end_review", actor=cast.bob, now=f.START + timedelta(days=2))
    assert idea.stage == "deciding"
    case = case_of(idea, actor=None, now=now)
    assert sorted(a.state for a in case.assignments) == ["answered", "answered", "thanked"]


def test_a_panel_may_report_to_whoever_decided_before(cast):
    boss = cast.cat
    for person in (cast.kim, cast.wes, cast.sam, cast.lea):
        if person is not boss:
            person.superior_id = boss.id
    idea = f.confirming(cast)
    move(idea, "object", actor=cast.ann, now=f.START + timedelta(days=9), reason="The reasons are wrong.")
    case = case_of(idea, actor=None, now=f.START + timedelta(days=9))
    assert {cast.kim.id, cast.wes.id, cast.sam.id, boss.id} <= case.excluded_from("decide")
    assert case.excluded_from("sit_on_panel").isdisjoint({cast.kim.id, cast.wes.id, cast.sam.id})
    assert boss.id in case.excluded_from("sit_on_panel")


def test_who_decided_or_hosts_cannot_become_a_submitter(cast):
    """The simulation found an idea decided by one of its submitters, with a talk nobody could hold."""
    idea = f.deciding(cast)
    facts = {"kind": "submitters", "add_person_id": cast.cat.id, "reason": "She had the thought too."}
    move(idea, "propose_correction", actor=cast.bob, now=f.START + timedelta(days=2), **facts)
    f.decide(idea, cast.cat, f.START + timedelta(days=2, hours=1))
    with pytest.raises(Refused) as refused:
        move(idea, "confirm_correction", actor=cast.ida, now=f.START + timedelta(days=2, hours=2))
    assert (refused.value.reason, str(refused.value.text)[:10]) == ("handled_it", "Cat Conrad")
    move(idea, "reject_correction", actor=cast.ida, now=f.START + timedelta(days=2, hours=3))
    with pytest.raises(Invalid) as wrong:
        move(idea, "propose_correction", actor=cast.bob, now=f.START + timedelta(days=2, hours=4), **facts)
    assert list(wrong.value.fields) == ["add_person_id"]


def test_a_submitter_who_comes_to_it_while_the_others_confirm_has_a_talk_first(cast):
    idea = f.confirming(cast)
    day = f.START + timedelta(days=9)
    move(idea, "propose_correction", actor=cast.bob, now=day, kind="submitters", add_person_id=cast.sam.id,
         reason="He had the thought too.")
    move(idea, "confirm_correction", actor=cast.ida, now=day)
    after = (idea.stage, f.open_kinds(idea))
    sams = next(party for party in f.parties(idea) if party.state == "owed")
    move(idea, "offer_talk", actor=f.host_of(sams), now=day, slots=f.slots(day), words="", party_id=sams.id)
    offered = f.open_kinds(idea)
    assert (after, offered) == (("conversation", ["offer_talk"]), ["pick_time"])
