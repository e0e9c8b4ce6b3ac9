"""Own dates of a call: what they must leave room for, the due dates steps get from them, and how they move."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from suggestbox.calls import dates
from suggestbox.calls.models import Call
from suggestbox.calls.moving import move_dates
from suggestbox.calls.operations import end_call, prolong_call, tell_results
from suggestbox.calls.reminding import remind_of_results, rung_of
from suggestbox.core.database import db, work
from suggestbox.core.errors import HouseError, Invalid, Refused
from suggestbox.core.settings import set_rule
from suggestbox.people.models import Body, BodyMeeting, BodyMember
from suggestbox.reminders.ladder import days_in_force
from suggestbox.reminders.ladder import due as due_rungs
from suggestbox.reminders.standing import open_steps_of
from suggestbox.reviews.queries import OWN_SETS
from suggestbox.steps.models import Step
from suggestbox.workflow.call_check import broken_calls
from suggestbox.workflow.operations import move, settle
from tests import factories as f
from tests.calls import scene
from tests.mail.telling import line_for, mail_on, notices, text_for, told_of_kind

NOW, TODAY = scene.NOW, scene.TODAY
ENDS, TRIAGE, REVIEW, DECIDE, RESULTS = (
    date(2026, 12, 2), date(2026, 12, 9), date(2027, 1, 8), date(2027, 1, 20), date(2027, 2, 10))
OWN = {"triage_on": TRIAGE, "review_on": REVIEW, "decide_on": DECIDE, "results_due_on": RESULTS}


def planned(cast, **facts):
    """Open a call with dates of its own, for four weeks from the Wednesday on."""
    return scene.opened(cast, **{**OWN, **facts})


def steps(idea):
    """Give the open steps of an idea, in order."""
    return list(db.session.scalars(sa.select(Step).where(Step.idea_id == idea.id, Step.done_at.is_(None)).order_by(Step.id)))


def due(idea, kind):
    """Give the dates of the idea's open steps of a kind."""
    return [step.due_on for step in steps(idea) if step.kind == kind]


# -- what they must leave room for -----------------------------------------------------------------------------------


EARLY = "This is too early. With the days the house gives for it, {} is the first possible."


@pytest.mark.either
@pytest.mark.parametrize("wrong, field, sentence", [
    ({"triage_on": date(2026, 12, 4)}, "triage_on", EARLY.format("Monday, 7 December 2026")),
    ({"triage_on": date(2026, 12, 12)}, "triage_on", "This is not a working day."),
    ({"review_on": date(2026, 12, 22)}, "review_on", EARLY.format("Wednesday, 23 December 2026")),
    ({"triage_on": None, "review_on": date(2026, 12, 18)}, "review_on", EARLY.format("Monday, 21 December 2026")),
    ({"decide_on": date(2027, 1, 15)}, "decide_on", EARLY.format("Monday, 18 January 2027")),
    ({"results_due_on": DECIDE}, "results_due_on", EARLY.format("Thursday, 21 January 2027")),
    ({"results_due_on": date(2027, 12, 9)}, "results_due_on", "This is more than a year after the last day of the call."),
])
def test_dates_leave_the_days_the_house_gives(wrong, field, sentence, cast):
    with work(), pytest.raises(Invalid) as invalid:
        planned(cast, **wrong)
    assert invalid.value.fields == {field: sentence}


# -- the dates of steps ----------------------------------------------------------------------------------------------


def test_every_step_is_due_on_the_date_of_the_call(cast):
    with work():
        call = planned(cast)
        idea = f.submitted(cast, call_id=call.id)
        found = {"triage": due(idea, "triage"), "next": idea.next_due_on}
        move(idea, "assign", actor=cast.bob, now=f.START + timedelta(hours=1),
             reviewers=f.reviewers((cast.rex, "expert"), (cast.ria, "department")))
        found["review"] = due(idea, "review")
        f.answer_review(idea, cast.rex, f.START + timedelta(hours=2))
        f.answer_review(idea, cast.ria, f.START + timedelta(hours=3))
        found["end_review"] = due(idea, "end_review")
        settle(idea, now=f.START + timedelta(days=2))
        found["decide"] = due(idea, "decide")
    assert found == {"triage": [TRIAGE], "next": TRIAGE, "review": [REVIEW, REVIEW], "end_review": [REVIEW],
                     "decide": [DECIDE]}


def test_whoever_is_late_never_takes_time_from_the_next(cast):
    late = f.START + timedelta(days=50)  # 24 December: the first look was due on the 9th
    with work():
        idea = f.submitted(cast, call_id=planned(cast).id)
        move(idea, "assign", actor=cast.bob, now=late, reviewers=f.reviewers((cast.rex, "expert"), (cast.ria, "department")))
    assert due(idea, "review") == [date(2027, 1, 12), date(2027, 1, 11)]  # ten working days in Leeds, and in Bremen


def test_a_second_round_goes_by_the_days_of_the_house(cast):
    with work():
        call = planned(cast, decide_on=date(2027, 3, 1), results_due_on=date(2027, 4, 1))
        idea = f.closed(cast, call_id=call.id)
        move(idea, "object", actor=cast.ann, now=f.START + timedelta(days=12), reason="It was misread.")
        coordinator = due(idea, "find_reviewers")
        move(idea, "add_reviewers", actor=cast.bob, now=f.START + timedelta(days=12, hours=1),
             reviewers=f.reviewers((cast.sam, "department"), (cast.dot, "expert")))
    assert idea.round == 2
    assert coordinator == [date(2026, 11, 18)]
    assert due(idea, "review") == [date(2026, 11, 30)] * 2


def test_a_body_decides_at_its_last_meeting_up_to_the_date(cast):
    meetings = [date(2026, 11, 10), date(2026, 12, 15), date(2027, 1, 12), date(2027, 1, 26)]
    with work():
        body = Body(key="board", name="Kommission", name_en="Board")
        db.session.add(body)
        db.session.flush()
        db.session.add_all([BodyMeeting(body_id=body.id, on=on) for on in meetings])
        db.session.add_all([BodyMember(body_id=body.id, person_id=p.id, seat="member")
                            for p in (cast.cat, cast.lea)])
        cast.logistics.body_id = body.id
        db.session.flush()
        ordinary = f.deciding(cast)
        idea = f.deciding(cast, call_id=planned(cast).id)
    assert (due(ordinary, "decide"), due(idea, "decide")) == ([date(2026, 11, 10)], [date(2027, 1, 12)])
    assert due(idea, "vote") == [date(2027, 1, 12)] * 2


# -- moving them -----------------------------------------------------------------------------------------------------

LATER = dates.Plan(date(2026, 12, 16), date(2027, 1, 15), date(2027, 1, 27), date(2027, 2, 24))


def moved(call, cast, plan=LATER, **facts):
    """Move the dates of a call."""
    given = {"reason": "The fair", "by_id": cast.ida.id, "now": NOW + timedelta(days=1), "book": scene.on(TODAY), **facts}
    move_dates(call, plan, **given)


def test_open_steps_move_along_with_the_reason_and_count_as_nobodys_move(cast):
    with work():
        call = planned(cast)
        first, second = f.submitted(cast, call_id=call.id), f.in_review(cast, cast.eve, cast.sam, call_id=call.id)
        other = f.submitted(cast, cast.dan)
        moved(call, cast)
        db.session.flush()
        settle(first, now=NOW + timedelta(days=1))
        found = [(s.kind, s.due_on, s.first_due_on, s.due_moves, s.due_reason)
                 for idea in (first, second) for s in steps(idea)]
    assert found == [("triage", LATER.triage_on, TRIAGE, 0, "The fair"), *[("review", LATER.review_on, REVIEW, 0, "The fair")] * 2]
    assert first.next_due_on == LATER.triage_on
    assert due(other, "triage") == [date(2026, 11, 9)]
    assert told_of_kind("calls.moved") == ["Ann", "Eve", "Sam"]
    line = line_for(notices("calls.moved")[0], NOW + timedelta(days=1))
    assert line is not None
    assert line.text == ("Die Termine des Ideenaufrufs haben sich verschoben. Der nächste Schritt für Ihre Idee ist bis Mittwoch, "
                         "16. Dezember 2026 fällig. Der Grund: The fair")


def test_a_question_that_rests_moves_too_and_an_own_later_date_stays(cast):
    with work():
        call = planned(cast)
        waits, busy = f.submitted(cast, call_id=call.id), f.submitted(cast, cast.eve, call_id=call.id)
        move(waits, "ask", actor=cast.bob, now=f.START, text="How many?")
        step = f.step(busy, "triage")
        move(busy, "move_due", actor=cast.bob, now=f.START, step_id=step.id, due_on=date(2026, 12, 18), reason="Ill")
        moved(call, cast)
        move(waits, "answer", actor=cast.ann, now=f.START + timedelta(hours=2), text="Two")
    assert due(waits, "triage") == [LATER.triage_on]
    assert (step.due_on, step.due_moves, step.due_reason) == (date(2026, 12, 18), 1, "Ill")


@pytest.mark.either
@pytest.mark.parametrize("change, fields", [
    ({"triage_on": date(2026, 12, 8)}, ["triage_on"]), ({"decide_on": None}, ["decide_on"]),
    ({"review_on": date(2027, 1, 18), "decide_on": DECIDE}, ["decide_on"]), ({"results_due_on": date(2027, 2, 9)}, ["results_due_on"]),
    ({}, []), ({"reason": " ", "triage_on": date(2026, 12, 10)}, ["reason"]),
])
def test_dates_do_not_move_like_this(change, fields, cast):
    with work():
        call = planned(cast)
        facts = {"reason": "R"} | ({"reason": change["reason"]} if "reason" in change else {})
        plan = dates.Plan(**{**OWN, **{k: v for k, v in change.items() if k != "reason"}})
        with pytest.raises(Invalid) as invalid:
            moved(call, cast, plan, **facts)
        db.session.expire(call)
    assert list(invalid.value.fields) == fields
    assert dates.plan_of(call) == dates.Plan(**OWN)


@pytest.mark.either
def test_a_date_that_was_never_given_is_added_and_nothing_told_comes_earlier(cast):
    with work():
        call = scene.opened(cast)
        idea = f.in_review(cast, cast.eve, cast.sam, call_id=call.id)
        results, before = dates.results_due(call, scene.on(TODAY)), due(idea, "review")
        with pytest.raises(Invalid) as invalid:
            moved(call, cast, dates.Plan(review_on=before[0], decide_on=TODAY - timedelta(days=1)))
        moved(call, cast, dates.Plan(decide_on=date(2027, 3, 1), results_due_on=results))  # results as they would be anyway
        assert (due(idea, "review"), dates.results_due(call, scene.on(TODAY)) > results) == (before, True)
        moved(call, cast, dates.Plan(review_on=date(2027, 1, 25), decide_on=date(2027, 3, 1)))
    assert (list(invalid.value.fields), results) == (["review_on", "decide_on"], date(2027, 1, 28))
    assert dates.plan_of(call) == dates.Plan(review_on=date(2027, 1, 25), decide_on=date(2027, 3, 1))
    assert due(idea, "review") == [date(2027, 1, 25)] * 2


@pytest.mark.either
@pytest.mark.parametrize("state, refused", [("draft", "draft"), ("open", None), ("coming", None), ("ended", None),
                                            ("answered", "answered")])
def test_when_dates_may_move(state, refused, cast):
    with work():
        make = scene.IN_STATE.get(state, scene.ended)
        call = make(cast)
        if state == "answered":
            tell_results(call, words="W", by_id=cast.ida.id, now=NOW, book=scene.on(TODAY))
        plan = dates.Plan(results_due_on=dates.results_due(call, scene.on(TODAY)) + timedelta(days=7))
        reason = None
        try:
            moved(call, cast, plan)
        except HouseError as error:
            assert isinstance(error, Refused)
            reason = error.reason
    assert reason == refused


def test_a_call_that_goes_on_pushes_the_dates_behind_it(cast):
    with work():
        call = planned(cast, decide_on=date(2027, 2, 15), results_due_on=date(2027, 3, 15))
        idea = f.submitted(cast, call_id=call.id)
        prolong_call(call, ends_on=date(2026, 12, 16), reason="Many asked for it", by_id=cast.ida.id, now=NOW,
                     book=scene.on(TODAY))
    assert dates.plan_of(call) == dates.Plan(date(2026, 12, 21), REVIEW, date(2027, 2, 15), date(2027, 3, 15))
    assert (due(idea, "triage"), told_of_kind("calls.moved")) == ([date(2026, 12, 21)], ["Ann"])


# -- results ---------------------------------------------------------------------------------------------------------


@pytest.mark.either
def test_the_line_of_stations_says_where_a_call_is(cast):
    with work():
        call = planned(cast)
        found = {}
        for on in (TODAY, ENDS + timedelta(days=1), REVIEW, RESULTS + timedelta(days=1)):
            found[on] = [s.state for s in dates.stations(call, scene.on(on))]
        names = [s.name for s in dates.stations(call, scene.on(TODAY))]
        plain = [s.on for s in dates.stations(scene.opened(cast), scene.on(TODAY))]
    assert names == ["starts_on", "ends_on", "triage_on", "review_on", "decide_on", "results"]
    assert found == {
        TODAY: ["done", "now", "ahead", "ahead", "ahead", "ahead"],
        ENDS + timedelta(days=1): ["done", "done", "now", "ahead", "ahead", "ahead"],
        REVIEW: ["done", "done", "done", "now", "ahead", "ahead"],
        RESULTS + timedelta(days=1): ["done", "done", "done", "done", "done", "late"],
    }
    assert plain == [TODAY, ENDS, date(2027, 1, 28)]


@pytest.mark.either
def test_a_date_that_passed_while_something_waits_is_late_and_a_call_ended_early_says_when(cast):
    with work():
        call, other = planned(cast), planned(cast)
        for each in (call, other):
            f.submitted(cast, call_id=each.id)
        move(f.submitted(cast, cast.eve, call_id=call.id), "withdraw", actor=cast.eve, now=NOW + timedelta(days=1))
        end_call(other, reason="R", by_id=cast.ida.id, now=NOW + timedelta(days=7), book=scene.on(TODAY + timedelta(days=7)))
        on_the_day, after = (dates.stations(call, scene.on(day)) for day in (TRIAGE, TRIAGE + timedelta(days=1)))
        early = dates.stations(other, scene.on(TODAY + timedelta(days=7)))
    assert [s.state for s in on_the_day][:4] == ["done", "done", "now", "ahead"]
    assert [s.state for s in after][:4] == ["done", "done", "late", "now"]
    assert [(s.on, s.state) for s in early][:3] == [(TODAY, "done"), (TODAY + timedelta(days=7), "done"), (TRIAGE, "now")]


@pytest.mark.either
def test_receipt_and_ladder_count_from_the_date_of_the_call(cast):
    mail_on()
    with work():
        idea = f.submitted(cast, call_id=planned(cast).id)
        step = f.step(idea, "triage")
        rungs = {}
        for on in (date(2026, 11, 24), date(2026, 12, 7), TRIAGE, date(2026, 12, 14)):
            told = due_rungs(open_steps_of(Step.id == step.id, scene.on(on)), scene.on(on), days_in_force(), on)
            rungs[on] = [nudge.rung for nudge in told]
        receipt = text_for(notices("ideas.receipt")[0], f.START)
    assert rungs == {date(2026, 11, 24): [], date(2026, 12, 7): ["heads_up"], TRIAGE: ["due"], date(2026, 12, 14): ["deputy"]}
    assert receipt is not None
    assert "bis Mittwoch, 9. Dezember" in " ".join(receipt.paragraphs)


@pytest.mark.either
def test_the_rungs_come_in_their_order(cast):
    calendar = scene.on(TODAY).calendar_of(cast.lea.id)
    rungs = {}
    for n in range(60):
        rung = rung_of(RESULTS, calendar, RESULTS - timedelta(days=5) + timedelta(days=n))
        rungs.setdefault(rung, RESULTS - timedelta(days=5) + timedelta(days=n))
    assert list(rungs)[:6] == ["", "heads_up", "due", "idea_manager", "again1", "again2"]
    assert [rungs[name] for name in ("heads_up", "due", "idea_manager", "again1", "again2")] == [
        date(2027, 2, 8), RESULTS, date(2027, 2, 24), date(2027, 3, 3), date(2027, 3, 10)]


@pytest.mark.either
def test_results_are_asked_for_until_they_are_told(cast):
    with work():
        call = planned(cast)
        told = {}
        for on in (date(2027, 2, 7), date(2027, 2, 8), RESULTS, RESULTS, date(2027, 2, 24), date(2027, 3, 3)):
            before = len(notices("calls.results_due"))
            remind_of_results(now=NOW, book=scene.on(on))
            told.setdefault(on, told_of_kind("calls.results_due")[before:])
        notice = notices("calls.results_due")[-1]
        line = line_for(notice, f.START.replace(year=2027, month=3, day=3))
        tell_results(call, words="W", by_id=cast.ida.id, now=NOW, book=scene.on(RESULTS))
        remind_of_results(now=NOW, book=scene.on(date(2027, 3, 10)))
        after = len(notices("calls.results_due"))
        gone = line_for(notice, f.START.replace(year=2027, month=3, day=3))
    assert told == {date(2027, 2, 7): [], date(2027, 2, 8): ["Lea"], RESULTS: ["Lea"],
                    date(2027, 2, 24): ["Lea", "Ida"], date(2027, 3, 3): ["Lea", "Ida"]}
    assert after == 6
    assert line is not None
    assert (line.text, line.urgent, gone) == (
        "Wer mitgemacht hat, wartet auf die Ergebnisse des Ideenaufrufs „How do parcels arrive dry?“. Versprochen waren sie "
        "bis Mittwoch, 10. Februar.", True, None)


@pytest.mark.either
def test_a_year_after_the_day_that_was_promised_nobody_is_asked_for_results_any_more(cast):
    with work():
        planned(cast)
        remind_of_results(now=NOW, book=scene.on(RESULTS + timedelta(days=367)))
        late = told_of_kind("calls.results_due")
        remind_of_results(now=NOW, book=scene.on(RESULTS + timedelta(days=366)))
    assert (late, told_of_kind("calls.results_due")) == ([], ["Lea", "Ida"])


@pytest.mark.either
def test_a_sponsor_who_left_is_not_reminded(cast):
    with work():
        planned(cast)
        cast.lea.left_on = date(2027, 1, 1)
        db.session.flush()
        remind_of_results(now=NOW, book=scene.on(RESULTS))
    assert told_of_kind("calls.results_due") == ["Ida"]


@pytest.mark.either
def test_the_house_says_how_long_results_take(cast):
    with work():
        call = db.session.get_one(Call, scene.opened(cast, decide_on=DECIDE).id)
        usual = dates.results_due(call, scene.on(TODAY))
        set_rule("calls.results_days", 5, now=NOW)
        quick = dates.results_due(call, scene.on(TODAY))
    assert (usual, quick) == (date(2027, 2, 17), date(2027, 1, 27))


# -- proven by other means -------------------------------------------------------------------------------------------


@pytest.mark.either
@pytest.mark.parametrize("break_it, promise", [
    (lambda call, idea: setattr(steps(idea)[0], "due_on", REVIEW - timedelta(days=1)), "no_black_hole"),
    (lambda call, idea: setattr(call, "criteria_set", OWN_SETS + call.id), "never_one_person"),
])
def test_the_self_check_names_the_idea(break_it, promise, cast):
    with work():
        call = planned(cast)
        idea = f.in_review(cast, call_id=call.id)
        f.in_review(cast, cast.eve)
        before = list(broken_calls(scene.on(TODAY)))
        break_it(call, idea)
        db.session.flush()
        found = [(finding.promise, finding.idea) for finding in broken_calls(scene.on(TODAY))]
    assert (before, found) == ([], [(promise, idea.number)])
