"""Hard cases of the end of an idea: silence, missed talks, objections, second hosts. Each follows product.md."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.errors import Invalid, Refused
from suggestbox.people.models import Absence, RoleGrant
from suggestbox.people.operations import let_leave
from suggestbox.workflow.operations import case_of, move, settle
from tests import factories as f
from tests.workflow.hard import T, days, names, one_transaction  # noqa: F401 -- a fixture

pytestmark = pytest.mark.usefixtures("one_transaction")


def test_silence_after_two_offers_leads_to_a_written_closing(cast):
    idea = f.offered(cast)
    settle(idea, now=days(9))
    assert f.open_kinds(idea) == ["pick_time"]
    settle(idea, now=days(12))
    assert f.open_kinds(idea) == ["offer_talk"]
    with pytest.raises(Refused) as refusal:
        move(idea, "write_closing", actor=cast.cat, now=days(12), text="Dear Ann ...")
    assert refusal.value.reason == "writing_not_asked"
    move(idea, "offer_talk", actor=cast.cat, now=days(12), slots=f.slots(days(12)), words="")
    settle(idea, now=days(24))
    assert f.open_kinds(idea) == ["write_closing"]
    move(idea, "write_closing", actor=cast.cat, now=days(24), text="Dear Ann, thank you. We do it.")

    assert (idea.stage, f.parties(idea)[0].state) == ("confirming", "unanswered")


def test_days_of_absence_do_not_count_for_the_submitter(cast):
    idea = f.offered(cast)
    db.session.add(Absence(person_id=cast.ann.id, from_on=days(3).date(), until_on=days(20).date()))
    db.session.flush()
    for day in (12, 19, 22):
        settle(idea, now=days(day))
        assert f.open_kinds(idea) == ["pick_time"], day
    settle(idea, now=days(29))

    assert f.open_kinds(idea) == ["offer_talk"]


def test_silence_at_the_end_is_asked_once_more_by_somebody_else_and_closes_unconfirmed(cast):
    idea = f.confirming(cast)
    settle(idea, now=days(21))
    assert f.open_kinds(idea) == ["confirm"]
    settle(idea, now=days(24))
    step = f.step(idea, "ask_once_more")
    assert step.owner_id == cast.bob.id
    assert idea.stage == "confirming"
    move(idea, "ask_once_more", actor=cast.bob, now=days(25))
    settle(idea, now=days(30))
    assert idea.stage == "confirming"
    settle(idea, now=days(35))

    assert (idea.stage, idea.ending) == ("closed", "unconfirmed")


def test_nothing_closes_before_somebody_asked_once_more(cast):
    idea = f.confirming(cast)

    settle(idea, now=days(400))

    assert (idea.stage, f.open_kinds(idea)) == ("confirming", ["ask_once_more", "confirm"])


def test_objection_brings_other_reviewers_and_another_decision_maker(cast):
    idea = f.closed(cast)
    move(idea, "object", actor=cast.ann, now=days(12), reason="The cold store was forgotten.")
    assert (idea.stage, idea.round, f.open_kinds(idea)) == ("in_review", 2, ["find_reviewers"])
    with pytest.raises(Invalid) as wrong:
        move(idea, "add_reviewers", actor=cast.bob, now=days(12), reviewers=f.reviewers((cast.rex, "expert")))
    assert wrong.value.reason == "reviewed_before"
    move(idea, "add_reviewers", actor=cast.bob, now=days(12),
         reviewers=f.reviewers((cast.coo, "expert"), (cast.sam, "department")))
    f.answer_review(idea, cast.coo, days(13))
    f.answer_review(idea, cast.sam, days(13))
    settle(idea, now=days(15))

    assert f.step(idea, "decide").owner_id == cast.lea.id
    f.decide(idea, cast.lea, days(15))
    assert f.open_kinds(idea) == ["offer_talk"]
    with pytest.raises(Refused):
        move(idea, "object", actor=cast.ann, now=days(16), reason="Again")


def test_objection_with_nobody_left_to_decide(cast):
    idea = f.deciding(cast, cast.cat)  # the decision maker's own idea: lea decides
    f.decide(idea, cast.lea, days(2))
    move(idea, "record_talk", actor=cast.lea, now=days(3), held_on=days(3).date(), form="phone", said="We talked.")
    f.confirm(idea, cast.cat, days(4))
    move(idea, "object", actor=cast.cat, now=days(5), reason="I see it differently.")
    move(idea, "add_reviewers", actor=cast.bob, now=days(5),
         reviewers=f.reviewers((cast.coo, "expert"), (cast.sam, "department")))
    f.answer_review(idea, cast.coo, days(6))
    f.answer_review(idea, cast.sam, days(6))
    settle(idea, now=days(8))

    assert (idea.stage, f.open_kinds(idea)) == ("deciding", ["name_panel"])
    assert f.step(idea, "name_panel").owner_id == cast.ida.id


def test_panel_of_three_decides_by_majority_with_the_works_council(cast):
    idea = f.deciding(cast)
    with db.session.no_autoflush:
        for grant in db.session.scalars(sa.select(RoleGrant).where(
                RoleGrant.role.in_(("decision_maker", "leadership")))):
            db.session.delete(grant)
    db.session.flush()
    for person in cast.people().values():  # nobody reports to anybody, so everybody could be named
        person.superior_id = None
    settle(idea, now=days(3))
    assert f.open_kinds(idea) == ["name_panel"]
    with pytest.raises(Invalid):
        move(idea, "name_panel", actor=cast.ida, now=days(3), person_ids=[cast.kim.id, cast.pia.id, cast.sam.id])
    move(idea, "name_panel", actor=cast.ida, now=days(3), person_ids=[cast.kim.id, cast.wes.id, cast.sam.id])
    assert f.open_kinds(idea) == ["decide", "vote", "vote", "vote"]
    first = db.session.get(type(cast.kim), f.step(idea, "decide").owner_id)
    with pytest.raises(Refused) as refusal:
        f.decide(idea, first, days(4))
    assert refusal.value.reason == "votes_missing"
    move(idea, "vote", actor=cast.wes, now=days(4), outcome="declined", words="")
    assert f.open_kinds(idea) == ["decide", "vote", "vote"]  # nobody is reminded of a vote that is given
    move(idea, "vote", actor=cast.wes, now=days(4), outcome="adopted", words="")  # and it may be changed
    move(idea, "vote", actor=cast.sam, now=days(4), outcome="adopted", words="")
    with pytest.raises(Invalid):
        f.decide(idea, first, days(4), "declined", change_for_yes="x")
    f.decide(idea, first, days(4))

    assert (idea.stage, idea.outcome) == ("conversation", "adopted")


def miss(cast, idea, when, by, who="submitter"):
    case = case_of(idea, actor=cast.cat, now=when)
    party = case.parties[0]
    if not any(a.state == "set" for a in party.appointments):
        move(idea, "offer_talk", actor=cast.cat, now=when, slots=f.slots(when), words="")
        slot = case_of(idea, actor=cast.ann, now=when).my_party.offers[-1].slots[0]
        move(idea, "pick_time", actor=cast.ann, now=when + timedelta(hours=1), slot_id=slot.id)
        when = slot.starts_at + timedelta(hours=2)
    move(idea, "report_missed", actor=by, now=when, who=who)
    return when


def test_two_appointments_missed_by_the_submitter_allow_a_written_closing(cast):
    idea = f.appointed(cast)
    miss(cast, idea, days(8), cast.cat)
    assert f.open_kinds(idea) == ["offer_talk"]
    when = miss(cast, idea, days(9), cast.cat)
    assert f.open_kinds(idea) == ["write_closing"]
    move(idea, "write_closing", actor=cast.cat, now=when, text="Dear Ann ...")

    assert (idea.stage, f.parties(idea)[0].state) == ("confirming", "missed")
    move(idea, "dispute_missed", actor=cast.ann, now=when)
    assert (idea.stage, f.parties(idea)[0].state, f.open_kinds(idea)) == ("conversation", "owed", ["find_host"])


def test_appointments_missed_by_the_host_never_close_anything(cast):
    idea = f.appointed(cast)
    miss(cast, idea, days(8), cast.ann)
    when = miss(cast, idea, days(9), cast.ann)
    party = f.parties(idea)[0]

    assert (party.missed_by_host, party.missed_by_submitter, party.state) == (2, 0, "owed")
    assert f.open_kinds(idea) == ["offer_talk"]
    with pytest.raises(Refused):
        move(idea, "write_closing", actor=cast.cat, now=when, text="Dear Ann ...")


def test_submitter_says_that_the_recorded_talk_did_not_take_place(cast):
    idea = f.confirming(cast)
    move(idea, "deny_talk", actor=cast.ann, now=days(9), words="Nobody called me.")

    party = f.parties(idea)[0]
    assert (idea.stage, party.state, party.attempt) == ("conversation", "owed", 2)
    assert [r.denied_at for r in party.records] == [days(9)]
    assert f.step(idea, "find_host").owner_id == cast.ida.id
    move(idea, "change_host", actor=cast.ida, now=days(9), person_id=cast.bob.id)
    assert f.step(idea, "offer_talk").owner_id == cast.bob.id


def test_cannot_follow_calls_a_second_person_once(cast):
    idea = f.confirming(cast)
    with pytest.raises(Invalid):
        f.confirm(idea, cast.ann, days(9), follows="no")
    move(idea, "cannot_follow", actor=cast.ann, now=days(9), words="I do not see why.")

    party = f.parties(idea)[0]
    assert (idea.stage, party.host_id, party.second_host_used) == ("conversation", cast.bob.id, True)
    move(idea, "record_talk", actor=cast.bob, now=days(10), held_on=days(10).date(), form="in_person", said="Better.")
    f.confirm(idea, cast.ann, days(11), follows="no")
    assert (idea.stage, idea.ending) == ("closed", "confirmed")


def test_fault_is_passed_on_after_a_call_with_consent(cast):
    idea = f.submitted(cast)
    facts = {"said": "The lamp of ramp 2 is broken; the caretaker changes it.", "held_on": T.date(),
             "owner_id": cast.sam.id, "due_on": days(5).date()}
    with pytest.raises(Invalid):
        move(idea, "pass_on_fault", actor=cast.bob, now=days(0, 2), **facts)
    move(idea, "pass_on_fault", actor=cast.bob, now=days(0, 2), agreed=True, **facts)

    assert (idea.stage, idea.outcome, f.open_kinds(idea)) == ("confirming", "passed_on", ["confirm", "promise"])
    f.confirm(idea, cast.ann, days(1))
    assert (idea.stage, f.open_kinds(idea)) == ("closed", ["promise"])


def test_wrong_closing_is_taken_back_by_two_people(cast):
    idea = f.closed(cast)
    move(idea, "propose_correction", actor=cast.bob, now=days(10), kind="closing", reason="It was another idea.")
    move(idea, "reopen_closing", actor=cast.ida, now=days(10))

    assert (idea.stage, f.parties(idea)[0].attempt, f.open_kinds(idea)) == ("conversation", 2, ["offer_talk"])


def test_submitter_who_left_is_unreachable_only_through_the_idea_management(cast):
    idea = f.conversation(cast)
    let_leave(cast.ann, on=days(3).date(), today=days(4).date(), now=days(4), actor=cast.dot)
    settle(idea, now=days(4))
    assert "find_host" in f.open_kinds(idea)
    move(idea, "mark_unreachable", actor=cast.ida, now=days(4))

    assert (idea.stage, idea.ending, f.parties(idea)[0].state) == ("closed", "unconfirmed", "unreachable")


def test_declined_talk_is_recorded_and_may_be_asked_for_afterwards(cast):
    idea = f.offered(cast)
    move(idea, "decline_talk", actor=cast.ann, now=days(3))
    assert (idea.stage, f.parties(idea)[0].state) == ("confirming", "declined")
    f.confirm(idea, cast.ann, days(4))
    assert idea.stage == "closed"
    move(idea, "ask_for_talk", actor=cast.ann, now=days(10))

    assert (idea.stage, f.open_kinds(idea)) == ("conversation", ["offer_talk"])
