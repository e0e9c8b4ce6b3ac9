"""The hard cases, each through the real moves."""

from datetime import date

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.errors import Denied, Invalid, Refused
from suggestbox.core.settings import set_rule
from suggestbox.people.directory import directory
from suggestbox.people.models import Absence, Department
from suggestbox.people.operations import let_leave
from suggestbox.reviews.models import Decision
from suggestbox.steps.models import Step
from suggestbox.workflow.operations import case_of, move, moves_for, settle
from tests import factories as f
from tests.workflow.hard import T, days, names, one_transaction  # noqa: F401 -- a fixture

pytestmark = pytest.mark.usefixtures("one_transaction")


def test_one_of_a_team_withdraws(cast):
    idea = f.in_review(cast, cast.ann, cast.eve)

    with pytest.raises(Refused) as refusal:
        move(idea, "withdraw", actor=cast.ann, now=days(1))
    move(idea, "leave_team", actor=cast.ann, now=days(1))

    assert refusal.value.reason == "others_stay"
    assert (idea.stage, sorted(s.state for s in idea.submitters)) == ("in_review", ["accepted", "left"])
    assert "withdraw" in names(idea, cast.eve, days(1))
    move(idea, "withdraw", actor=cast.eve, now=days(2))
    assert (idea.stage, f.open_kinds(idea)) == ("withdrawn", [])


def test_decision_maker_is_a_submitter(cast):
    idea = f.submitted(cast, cast.cat)
    move(idea, "assign", actor=cast.bob, now=days(0, 1),
         reviewers=f.reviewers((cast.rex, "expert"), (cast.pia, "department")))
    f.answer_review(idea, cast.rex, days(0, 2))
    f.answer_review(idea, cast.pia, days(0, 3))
    settle(idea, now=days(2))

    assert f.step(idea, "decide").owner_id == cast.lea.id
    with pytest.raises(Denied):
        f.decide(idea, cast.cat, days(2))
    f.decide(idea, cast.lea, days(2))
    assert [p.host_id for p in f.parties(idea)] == [cast.lea.id]


def test_reviewers_reporting_to_a_submitter_are_refused(cast):
    idea = f.submitted(cast, cast.pia)

    with pytest.raises(Invalid) as wrong:
        move(idea, "assign", actor=cast.bob, now=days(0, 1),
             reviewers=f.reviewers((cast.rex, "expert"), (cast.ria, "department")))

    assert wrong.value.reason == "below_submitter"


def test_company_with_one_department(cast):
    set_rule("reviews.two_departments", False, now=T)
    idea = f.submitted(cast)
    move(idea, "assign", actor=cast.bob, now=days(0, 1),
         reviewers=f.reviewers((cast.dan, "expert"), (cast.eve, "department")))
    f.answer_review(idea, cast.dan, days(0, 2))
    f.answer_review(idea, cast.eve, days(0, 3))
    settle(idea, now=days(2))

    assert idea.stage == "deciding"
    assert idea.two_departments is False


def test_two_reviewers_of_one_department_do_not_suffice(cast):
    idea = f.submitted(cast)

    with pytest.raises(Invalid) as wrong:
        move(idea, "assign", actor=cast.bob, now=days(0, 1),
             reviewers=f.reviewers((cast.dan, "expert"), (cast.eve, "department")))

    assert (wrong.value.reason, idea.stage) == ("two_departments", "submitted")


def test_reviewer_leaves_in_the_middle(cast):
    idea = f.in_review(cast)
    f.answer_review(idea, cast.rex, days(1))
    let_leave(cast.ria, on=days(1).date(), today=days(2).date(), now=days(2), actor=cast.dot)
    settle(idea, now=days(2))

    assert f.assignment(idea, cast.ria).state == "left"
    step = f.step(idea, "find_reviewers")
    assert (step.owner_id, step.due_on) == (cast.bob.id, date(2026, 11, 10))
    move(idea, "add_reviewers", actor=cast.bob, now=days(2), reviewers=f.reviewers((cast.sam, "department")))
    assert f.open_kinds(idea) == ["review"]


def test_silence_of_coordinator_reviewer_decider_and_host_keeps_the_step_open(cast):
    for make, kind in ((f.submitted, "triage"), (f.in_review, "review"), (f.deciding, "decide"),
                       (f.conversation, "offer_talk")):
        idea = make(cast)
        stage = idea.stage
        settle(idea, now=days(300))

        assert idea.stage == stage
        assert kind in f.open_kinds(idea)


def test_silence_after_a_question_goes_back_to_the_asker(cast):
    idea = f.waiting(cast)
    before = idea.next_owner_id
    settle(idea, now=days(13))
    assert idea.stage == "waiting"
    settle(idea, now=days(15))

    assert (before, idea.stage) == (None, "in_review")
    assert sorted(s.owner_id for s in db.session.scalars(sa.select(Step).where(
        Step.idea_id == idea.id, Step.done_at.is_(None)))) == sorted([cast.rex.id, cast.ria.id])


def test_a_question_rests_the_askers_clock_once(cast):
    idea = f.in_review(cast)
    first = db.session.scalars(sa.select(Step).where(Step.idea_id == idea.id, Step.owner_id == cast.rex.id)).one()
    due = first.due_on
    move(idea, "ask", actor=cast.rex, now=days(0, 2), text="Which printer?")
    move(idea, "answer", actor=cast.ann, now=days(5), text="The one in hall 3.")

    assert (due, first.due_on, first.done_at) == (date(2026, 11, 18), date(2026, 11, 23), None)
    move(idea, "ask", actor=cast.rex, now=days(5), text="And which paper?")
    move(idea, "answer", actor=cast.ann, now=days(8), text="A4.")
    assert first.due_on == date(2026, 11, 23)
    with pytest.raises(Refused) as refusal:
        move(idea, "ask", actor=cast.rex, now=days(8), text="And why?")
    assert refusal.value.reason == "no_question_left"


def parked(cast, **kw):
    return f.closed(cast, outcome="parked", facts={"return_on": days(60).date()}, **kw)


def test_duplicate_of_a_parked_idea(cast):
    first = parked(cast)
    idea = f.submitted(cast, cast.eve, now=days(20))
    move(idea, "propose_duplicate", actor=cast.bob, now=days(20), number=first.number, reason="The same labels.")
    step = f.step(idea, "confirm_duplicate")
    assert step.owner_id == cast.ida.id
    with pytest.raises(Denied):
        move(idea, "confirm_duplicate", actor=cast.bob, now=days(20))
    move(idea, "confirm_duplicate", actor=cast.ida, now=days(20))

    assert (idea.stage, idea.outcome, idea.second_idea_id) == ("conversation", "duplicate", first.id)
    assert f.open_kinds(idea) == ["offer_talk"]
    assert (first.stage, first.return_on) == ("closed", days(60).date())


def test_a_duplicate_nobody_confirmed_in_time_is_no_step_any_more_once_the_idea_goes_on(cast):
    first = f.submitted(cast)
    idea = f.in_review(cast, cast.eve)
    move(idea, "propose_duplicate", actor=cast.bob, now=days(0, 2), number=first.number, reason="The same labels.")
    before = f.open_kinds(idea)
    f.answer_review(idea, cast.rex, days(0, 3))
    f.answer_review(idea, cast.ria, days(0, 4))
    move(idea, "end_review", actor=cast.bob, now=days(9))

    assert (before, idea.stage, f.open_kinds(idea)) == (["confirm_duplicate", "review", "review"], "deciding", ["decide"])


def test_a_conflict_that_came_out_late_is_settled_when_there_is_somebody_to_talk_to(cast):
    idea = move(f.offered(cast), "declare_conflict_after", actor=cast.rex, now=days(3), reason="My brother")
    assert f.open_kinds(idea) == ["pick_time", "resolve_conflict"]
    idea.stage = "in_review"
    settle(idea, now=days(3, 1))
    assert "resolve_conflict" not in f.open_kinds(idea)


def test_duplicate_of_a_hidden_idea_is_contradicted_and_goes_on(cast):
    first = f.submitted(cast, visibility="handlers")
    idea = f.submitted(cast, cast.eve, now=days(1))
    move(idea, "propose_duplicate", actor=cast.bob, now=days(1), number=first.number, reason="The same.")
    move(idea, "confirm_duplicate", actor=cast.ida, now=days(1))
    party = f.parties(idea)[0]
    host = db.session.get(type(cast.bob), party.host_id)
    move(idea, "offer_talk", actor=host, now=days(2), slots=f.slots(days(2)), words="")
    move(idea, "contradict_duplicate", actor=cast.eve, now=days(3), reason="Mine is about the cold store.")

    assert (idea.stage, idea.outcome, idea.second_idea_id, idea.round) == ("submitted", None, None, 2)
    assert f.open_kinds(idea) == ["triage"]


@pytest.mark.parametrize("outcome", ["parked", "trial"])
def test_parked_and_trial_come_back_by_themselves(cast, outcome):
    facts = {"return_on": days(60).date(), "hypothesis": "Half the time"}
    idea = f.closed(cast, outcome=outcome, facts=facts)
    assert f.open_kinds(idea) == ["return"]
    settle(idea, now=days(59))
    assert idea.stage == "closed"
    settle(idea, now=days(60))

    assert (idea.stage, idea.round, idea.outcome, f.open_kinds(idea)) == ("in_review", 2, None, ["find_reviewers"])


def test_an_idea_is_parked_only_once(cast):
    idea = parked(cast)
    settle(idea, now=days(60))
    move(idea, "add_reviewers", actor=cast.bob, now=days(60),
         reviewers=f.reviewers((cast.rex, "expert"), (cast.ria, "department")))
    f.answer_review(idea, cast.rex, days(61))
    f.answer_review(idea, cast.ria, days(61))
    settle(idea, now=days(64))

    with pytest.raises(Invalid) as wrong:
        f.decide(idea, cast.cat, days(64), "parked", return_on=days(90).date())
    assert list(wrong.value.fields) == ["outcome"]


def test_hand_over_of_an_idea_under_review(cast):
    idea = f.in_review(cast)
    move(idea, "flag", actor=cast.eve, now=days(1), kind="safety", words="Somebody was hurt there.")
    assert f.step(idea, "look_at_flag").owner_id == cast.bob.id
    move(idea, "hand_over", actor=cast.bob, now=days(1), kind="safety", office_id=cast.wes.id, reason="An accident.")

    assert (idea.stage, idea.outcome, idea.office_id) == ("conversation", "handed_over", cast.wes.id)
    assert [(s.kind, s.owner_id) for s in case_of(idea, actor=None, now=days(1)).steps] == [
        ("offer_talk", cast.wes.id)]
    assert {f.assignment(idea, p).state for p in (cast.rex, cast.ria)} == {"thanked"}
    move(idea, "not_ours", actor=cast.wes, now=days(2), reason="No accident, a wish.")
    assert (idea.stage, idea.outcome, f.open_kinds(idea)) == ("submitted", None, ["triage"])


def test_conflict_declared_after_scoring_leads_back_to_the_review(cast):
    idea = f.conversation(cast)
    move(idea, "declare_conflict_late", actor=cast.ria, now=days(3), reason="My brother sells these printers.")

    assert (idea.stage, idea.outcome, f.open_kinds(idea)) == ("in_review", None, ["find_reviewers"])
    assert [d.revoked_at is not None for d in db.session.scalars(
        sa.select(Decision).where(Decision.idea_id == idea.id))] == [True]


def test_conflict_declared_after_the_release_is_settled_by_the_idea_management(cast):
    idea = f.offered(cast)
    move(idea, "declare_conflict_after", actor=cast.ria, now=days(4), reason="My brother sells these printers.")

    assert idea.stage == "conversation"
    assert f.step(idea, "resolve_conflict").owner_id == cast.ida.id
    move(idea, "resolve_conflict", actor=cast.ida, now=days(4), words="I told Ann that she may object.")
    assert "resolve_conflict" not in f.open_kinds(idea)


def test_three_departments_each_owe_a_counted_review(cast):
    idea = f.submitted(cast)
    asked = f.reviewers((cast.rex, "expert"), (cast.ria, "department"))
    further = [cast.purchasing.id, cast.it.id]
    with pytest.raises(Invalid) as wrong:
        move(idea, "assign", actor=cast.bob, now=days(0, 1), reviewers=asked, further_departments=further)
    assert wrong.value.reason == "every_department"
    move(idea, "assign", actor=cast.bob, now=days(0, 1), reviewers=[*asked, *f.reviewers((cast.coo, "department"))],
         further_departments=further)
    f.answer_review(idea, cast.rex, days(1))
    f.answer_review(idea, cast.ria, days(1))
    settle(idea, now=days(5))
    assert idea.stage == "in_review"
    press = next(p for p in moves_for(idea, cast.bob, days(5)) if p.name == "end_review")
    assert "Every department concerned owes an assessment." in press.unmet
    f.answer_review(idea, cast.coo, days(5))
    settle(idea, now=days(8))

    assert idea.stage == "deciding"


def test_coordinator_absent_without_deputy_is_stood_in_for(cast):
    db.session.add(Absence(person_id=cast.bob.id, from_on=T.date(), until_on=days(9).date()))
    db.session.flush()
    idea = f.submitted(cast)
    case = case_of(idea, actor=None, now=days(1))
    step = f.step(idea, "triage")

    assert (step.owner_id, case.acting(step)) == (cast.bob.id, (cast.ida.id, True))
    assert "assign" in names(idea, cast.ida, days(1))
    book = directory(days(10).date())
    assert book.is_available(cast.bob.id)


def test_strong_disagreement_blocks_until_everybody_looked_again(cast):
    idea = f.in_review(cast)
    f.answer_review(idea, cast.rex, days(1), points=5)
    f.answer_review(idea, cast.ria, days(1), points=2)
    settle(idea, now=days(5))
    assert (idea.stage, f.open_kinds(idea)) == ("in_review", ["end_review", "reconsider", "reconsider"])
    press = next(p for p in moves_for(idea, cast.bob, days(5)) if p.name == "end_review")
    assert press.unmet != ()
    move(idea, "reconsider", actor=cast.rex, now=days(5), keep=True)
    settle(idea, now=days(6))
    assert idea.stage == "in_review"
    move(idea, "reconsider", actor=cast.ria, now=days(6), keep=False, scores=f.scores(4), recommendation="adopt",
         for_submitter="I see it now.", for_colleagues="")

    assert (idea.stage, f.assignment(idea, cast.ria).first_total_points) == ("deciding", 2.0)


def test_changed_text_asks_earlier_reviewers_to_keep_or_change(cast):
    idea = f.in_review(cast)
    f.answer_review(idea, cast.rex, days(1))
    move(idea, "ask", actor=cast.ria, now=days(1), text="Which hall?")
    move(idea, "edit_text", actor=cast.ann, now=days(2), title=idea.title, problem="In hall 3 we look for pallets.",
         proposal=idea.proposal, benefit="")
    move(idea, "answer", actor=cast.ann, now=days(2), text="Hall 3.")

    assert (idea.text_version, f.open_kinds(idea)) == (2, ["reconsider", "review"])


def test_corrections_need_two_people(cast):
    idea = f.in_review(cast)
    move(idea, "propose_correction", actor=cast.bob, now=days(1), kind="submitters", add_person_id=cast.eve.id,
         reason="Eve had it too.")
    with pytest.raises(Denied):
        move(idea, "confirm_correction", actor=cast.bob, now=days(1))
    move(idea, "confirm_correction", actor=cast.ida, now=days(1))

    assert sorted(s.person_id for s in idea.submitters if s.state == "accepted") == sorted([cast.ann.id, cast.eve.id])


def test_department_without_coordinator_goes_to_the_idea_management(cast):
    other = Department(key="sales", name="Vertrieb", parent_id=cast.direction.id)
    db.session.add(other)
    db.session.flush()
    idea = f.submitted(cast, department_id=other.id)
    nowhere = f.submitted(cast, department_id=None)

    assert [f.step(i, "triage").owner_id for i in (idea, nowhere)] == [cast.ida.id, cast.ida.id]


def test_confidential_submitter_stands_nowhere_but_in_a_table_of_its_own(cast):
    idea = f.closed(cast, confidential=True)

    assert [s.person_id for s in idea.submitters] == [None]
    rows = db.session.scalars(sa.select(Step).where(Step.idea_id == idea.id)).all()
    assert cast.ann.id not in {s.owner_id for s in rows} | {s.done_by_id for s in rows}
    assert [p.host_id for p in f.parties(idea)] == [cast.ida.id]


def test_review_load_is_limited_unless_a_later_date_is_accepted(cast):
    set_rule("reviews.open_at_most", 1, now=T)
    f.in_review(cast)
    idea = f.submitted(cast)
    asked = f.reviewers((cast.rex, "expert"), (cast.ria, "department"))
    with pytest.raises(Invalid) as wrong:
        move(idea, "assign", actor=cast.bob, now=days(1), reviewers=asked)
    assert wrong.value.reason == "busy"
    move(idea, "assign", actor=cast.bob, now=days(1), reviewers=asked, later_ok=True)

    dues = {s.owner_id: s.due_on for s in case_of(idea, actor=None, now=days(1)).steps}
    assert dues == {cast.rex.id: date(2026, 12, 3), cast.ria.id: date(2026, 12, 3)}


def test_nobody_decides_for_somebody_above_them_in_line(cast):
    cast.cat.superior_id = cast.dan.id
    db.session.flush()
    idea = f.deciding(cast, cast.dan)

    assert f.step(idea, "decide").owner_id == cast.lea.id


def test_idea_of_the_head_of_the_house_is_reviewed_by_people_not_reporting_directly(cast):
    idea = f.submitted(cast, cast.lea)
    with pytest.raises(Invalid) as wrong:
        move(idea, "assign", actor=cast.ida, now=days(0, 1),
             reviewers=f.reviewers((cast.rex, "expert"), (cast.pia, "department")))
    assert wrong.value.reason == "below_submitter"
    move(idea, "assign", actor=cast.ida, now=days(0, 1),
         reviewers=f.reviewers((cast.rex, "expert"), (cast.ria, "department")))
    assert idea.stage == "in_review"


def test_a_due_date_moves_twice_at_most_and_with_a_reason(cast):
    idea = f.deciding(cast)
    step = f.step(idea, "decide")
    with pytest.raises(Invalid):
        move(idea, "move_due", actor=cast.cat, now=days(3), step_id=step.id, due_on=date(2026, 11, 20), reason=" ")
    for day in (20, 25):
        move(idea, "move_due", actor=cast.cat, now=days(3), step_id=step.id, due_on=date(2026, 11, day),
             reason="The printer is being tested.")
    with pytest.raises(Refused) as refusal:
        move(idea, "move_due", actor=cast.cat, now=days(3), step_id=step.id, due_on=date(2026, 11, 27), reason="x")

    assert (refusal.value.reason, step.due_on, step.due_moves) == ("moved_twice", date(2026, 11, 25), 2)
