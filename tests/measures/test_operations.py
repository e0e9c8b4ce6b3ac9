"""Measures: planned for what was adopted and is known, begun, moved twice at most, done; never nobody's."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.core.errors import HouseError, Invalid, Refused, Stale
from suggestbox.ideas.models import Idea
from suggestbox.journal.models import Entry
from suggestbox.measures.figures import record_figure
from suggestbox.measures.models import Measure
from suggestbox.measures.operations import (
    abandon_measure,
    finish_measure,
    link_project,
    move_measure,
    plan_measure,
    start_measure,
)
from suggestbox.measures.soft import rate_aspect
from suggestbox.measures.tasks import add_task
from suggestbox.people.directory import directory
from suggestbox.steps.models import Step
from suggestbox.workflow.check import check
from suggestbox.workflow.operations import case_of, move, moves_for, settle
from tests import factories as f
from tests.mail.telling import line_for, mail_on, notices, text_for, told_of_kind
from tests.measures import scene

pytestmark = pytest.mark.either

NOW = scene.CLOSED_AT
BOOK = NOW.date()


def steps_of(measure: Measure) -> list[Step]:
    query = sa.select(Step).where(Step.kind == "measure", Step.subject_id == measure.id).order_by(Step.id)
    return list(db.session.scalars(query))


def plan(cast, idea, **facts):
    given = {"title": "T", "owner_id": cast.eve.id, "due_on": scene.DUE, **facts}
    return plan_measure(idea, by_id=cast.bob.id, now=NOW, book=directory(BOOK), **given)


# -- planning --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome, facts", [
    ("adopted", {}), ("adopted_in_part", {}), ("trial", {"hypothesis": "Less searching.", "return_on": date(2027, 1, 8)}),
])
def test_what_was_adopted_gets_measures(outcome, facts, cast):
    with work():
        measure = plan(cast, f.offered(cast, outcome=outcome, facts=facts))
    assert (measure.state, measure.due_on, measure.first_due_on, measure.department_id, measure.due_moves) == (
        "planned", scene.DUE, scene.DUE, cast.logistics.id, 0)
    assert [(s.owner_id, s.due_on, s.done_at, s.role) for s in steps_of(measure)] == [
        (cast.eve.id, scene.DUE, None, "measure")]


@pytest.mark.parametrize("make", [
    lambda cast: f.deciding(cast), lambda cast: f.conversation(cast), lambda cast: f.withdrawn(cast),
    lambda cast: f.closed(cast, outcome="declined", facts={"change_for_yes": "A cheaper printer."}),
    lambda cast: f.closed(cast, outcome="parked", facts={"return_on": date(2027, 2, 1)}),
], ids=["not decided", "not released", "withdrawn", "declined", "parked"])
def test_what_was_not_adopted_or_is_not_known_gets_none(make, cast):
    with work():
        idea = make(cast)
        with pytest.raises(Refused) as refused:
            plan(cast, idea)
    assert refused.value.reason == "not_adopted"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Measure)) == 0


@pytest.mark.parametrize("wrong, field", [
    ({"title": " "}, "title"), ({"title": "x" * 201}, "title"), ({"description": "x" * 5001}, "description"),
    ({"owner_id": None}, "owner"), ({"owner_id": 9999}, "owner"), ({"due_on": None}, "due_on"),
    ({"due_on": BOOK - timedelta(days=1)}, "due_on"), ({"due_on": BOOK + timedelta(days=1200)}, "due_on"),
    ({"touchpoint_id": 77}, "touchpoint_id"),
])
def test_wrong_facts_name_their_field(wrong, field, cast):
    with work():
        idea = f.closed(cast)
        with pytest.raises(Invalid) as invalid:
            plan(cast, idea, **wrong)
    assert list(invalid.value.fields) == [field]


def test_whoever_has_left_gets_none(cast):
    with work():
        idea = f.closed(cast)
        cast.eve.left_on = BOOK - timedelta(days=1)
        db.session.flush()
        with pytest.raises(Invalid) as invalid:
            plan(cast, idea)
    assert list(invalid.value.fields) == ["owner"]


def test_a_submitter_may_carry_it_out_a_confidential_one_too(cast, tmp_path):
    """To refuse one colleague of all would tell who handed it in; that somebody carries it out tells nothing."""
    with work():
        own = plan(cast, f.closed(cast), owner_id=cast.ann.id)
        hidden = plan(cast, f.closed(cast, confidential=True), owner_id=cast.ann.id)
    assert [steps_of(measure)[0].owner_id for measure in (own, hidden)] == [cast.ann.id, cast.ann.id]
    assert steps_of(own)[0].done_at is None
    assert check(directory(BOOK), tmp_path) == []


# -- begun, moved, done ----------------------------------------------------------------------------------------------


def test_begun_once(cast):
    with work():
        measure = scene.planned(cast, f.closed(cast))
        start_measure(measure, by_id=cast.eve.id, now=NOW)
        with pytest.raises(Refused) as refused:
            start_measure(measure, by_id=cast.eve.id, now=NOW)
    assert (measure.state, measure.started_at, refused.value.reason) == ("running", NOW, "begun")


def test_a_date_moves_twice_with_a_reason_and_its_step_with_it(cast):
    later = [date(2026, 12, 8), date(2026, 12, 15)]
    with work():
        measure = scene.planned(cast, f.closed(cast))
        for day in later:
            move_measure(measure, due_on=day, reason=f"Until {day}", by_id=cast.eve.id, now=NOW, book=directory(BOOK))
        with pytest.raises(Refused) as refused:
            move_measure(measure, due_on=date(2026, 12, 22), reason="Again", by_id=cast.eve.id, now=NOW, book=directory(BOOK))
    [step] = steps_of(measure)
    assert refused.value.reason == "moved_twice"
    for row in (measure, step):
        assert (row.due_on, row.first_due_on, row.due_moves, row.due_reason) == (later[1], scene.DUE, 2, "Until 2026-12-15")


@pytest.mark.parametrize("due_on, reason, field", [
    (None, "R", "due_on"), (scene.DUE, "R", "due_on"), (date(2026, 12, 5), "R", "due_on"), (date(2026, 12, 7), " ", "reason"),
    (date(2026, 12, 7), "x" * 1001, "reason"),
], ids=["none", "the same", "a Saturday", "no reason", "long reason"])
def test_a_date_does_not_move_like_this(due_on, reason, field, cast):
    with work():
        measure = scene.planned(cast, f.closed(cast))
        with pytest.raises(Invalid) as invalid:
            move_measure(measure, due_on=due_on, reason=reason, by_id=cast.eve.id, now=NOW, book=directory(BOOK))
    assert list(invalid.value.fields) == [field]
    assert (measure.due_on, measure.due_moves) == (scene.DUE, 0)


def test_done_ends_the_step_and_says_since_when(cast):
    with work():
        idea = f.closed(cast)
        measure = scene.done(cast, idea)
    assert (measure.state, measure.done_on, measure.done_by_id, measure.done_words) == (
        "done", BOOK, cast.eve.id, "The printer stands.")
    assert [(s.outcome, s.done_by_id) for s in steps_of(measure)] == [("done", cast.eve.id)]
    assert idea.next_kind == ""


@pytest.mark.parametrize("words, done_on, field", [
    ("", BOOK, "words"), ("W", None, "done_on"), ("W", BOOK + timedelta(days=1), "done_on"), ("W", date(2026, 10, 1), "done_on"),
], ids=["no words", "no day", "to come", "before the idea"])
def test_done_is_not_said_like_this(words, done_on, field, cast):
    with work():
        measure = scene.planned(cast, f.closed(cast))
        with pytest.raises(Invalid) as invalid:
            finish_measure(measure, words=words, done_on=done_on, by_id=cast.eve.id, now=NOW, book=directory(BOOK))
    assert list(invalid.value.fields) == [field]
    assert measure.state == "planned"


def test_two_people_at_once(cast):
    """Who looked at an earlier state looks again; what is done is done once."""
    with work():
        measure = scene.planned(cast, f.closed(cast))
        seen = measure.version
        start_measure(measure, by_id=cast.eve.id, now=NOW, version=seen)
        with pytest.raises(Stale):
            finish_measure(measure, words="W", done_on=BOOK, by_id=cast.eve.id, now=NOW, book=directory(BOOK), version=seen)
        facts = {"words": "W", "done_on": BOOK, "by_id": cast.eve.id, "now": NOW, "book": directory(BOOK)}
        finish_measure(measure, **facts)
        with pytest.raises(Refused) as refused:
            finish_measure(measure, **facts)
    assert refused.value.reason == "measure_done"
    assert len(notices("measures.done")) == 1


# -- every press -----------------------------------------------------------------------------------------------------

FOLLOWS = {
    # state: what may still happen
    "planned": {"start", "move", "finish", "abandon", "task", "link", "expect", "agree", "rate"},
    "running": {"move", "finish", "abandon", "task", "link", "expect", "agree", "rate"},
    "done": {"link", "agree", "measure", "rate"}, "abandoned": set(),
}


@pytest.mark.parametrize("state", FOLLOWS)
def test_every_press_in_every_state(state, cast):
    with work():
        measure = getattr(scene, state)(cast, f.closed(cast))
        facts = {"by_id": cast.eve.id, "now": NOW}
        book = directory(BOOK)
        presses = {
            "start": lambda: start_measure(measure, **facts),
            "move": lambda: move_measure(measure, due_on=date(2026, 12, 8), reason="R", book=book, **facts),
            "finish": lambda: finish_measure(measure, words="W", done_on=BOOK, book=book, **facts),
            "abandon": lambda: abandon_measure(measure, reasons="R", **facts),
            "task": lambda: add_task(measure, title="T", due_on=None, today=BOOK, **facts),
            "link": lambda: link_project(measure, address="https://projects.example.com/7", **facts),
            "expect": lambda: record_figure(measure, kind="expected", lines=[scene.line(100)], **facts),
            "agree": lambda: record_figure(measure, kind="agreed", lines=[scene.line(100)], **facts),
            "measure": lambda: record_figure(measure, kind="measured", lines=[scene.line(100)], **facts),
            "rate": lambda: rate_aspect(measure, aspect="joy", points=2, words="W", **facts),
        }
        happened = set()
        for name, press in presses.items():
            point = db.session.begin_nested()
            try:
                press()
                happened.add(name)
            except HouseError as refused:
                assert isinstance(refused, Refused), name
            point.rollback()
            db.session.expire_all()
    assert happened == FOLLOWS[state]


# -- who has the step ------------------------------------------------------------------------------------------------


def test_somebody_leaves_and_the_coordinator_has_it_with_its_date(cast):
    with work():
        idea = f.closed(cast)
        measure = scene.planned(cast, idea)
        move_measure(measure, due_on=date(2026, 12, 8), reason="Ill", by_id=cast.eve.id, now=NOW, book=directory(BOOK))
        cast.eve.active = False
        db.session.flush()
        settle(idea, now=NOW + timedelta(days=1))
    before, now = steps_of(measure)
    assert (before.owner_id, before.outcome) == (cast.eve.id, "dropped")
    assert (now.owner_id, now.due_on, now.first_due_on, now.due_moves, now.due_reason) == (
        cast.bob.id, date(2026, 12, 8), scene.DUE, 1, "Ill")


def test_it_is_given_to_somebody_else(cast):
    with work():
        idea = f.closed(cast)
        measure = scene.planned(cast, idea)
        move(idea, "reassign", actor=cast.bob, now=NOW, step_id=steps_of(measure)[0].id, person_id=cast.sam.id,
             reason="He knows printers.")
    assert (measure.owner_id, measure.department_id) == (cast.sam.id, cast.purchasing.id)
    assert [s.owner_id for s in steps_of(measure) if s.done_at is None] == [cast.sam.id]


def test_it_is_given_to_anybody_a_confidential_submitter_too(cast, tmp_path):
    with work():
        idea = f.closed(cast, confidential=True)
        measure = scene.planned(cast, idea)
        move(idea, "reassign", actor=cast.bob, now=NOW, step_id=steps_of(measure)[0].id, person_id=cast.ann.id, reason="R")
    assert measure.owner_id == cast.ann.id
    assert check(directory(BOOK), tmp_path) == []


def test_the_way_round_the_page_does_not_move_its_date(cast):
    """`move_due` would move the step alone."""
    with work():
        idea = f.offered(cast)
        measure = scene.planned(cast, idea, cast.bob)
        step = steps_of(measure)[0]
        names = {press.name for press in moves_for(idea, cast.bob, NOW)}
        with pytest.raises(HouseError):
            move(idea, "move_due", actor=cast.bob, now=NOW, step_id=step.id, due_on=date(2026, 12, 8), reason="R")
    assert "move_due" not in names
    assert step.due_on == scene.DUE


def test_what_was_handed_over_is_with_the_idea_management(cast):
    with work():
        idea = f.offered(cast)
        measure = scene.planned(cast, idea)
        move(idea, "hand_over", actor=cast.bob, now=NOW, kind="invention", office_id=cast.wes.id, reason="A patent.")
    assert [s.owner_id for s in steps_of(measure) if s.done_at is None] == [cast.ida.id]


def test_the_self_check_misses_a_step_nobody_has(cast, app, tmp_path):
    with work():
        idea = f.closed(cast)
        measure = scene.planned(cast, idea)
        whole = check(directory(BOOK), tmp_path)
        db.session.execute(sa.delete(Step).where(Step.id == steps_of(measure)[0].id))
        broken = check(directory(BOOK), tmp_path)
    assert whole == []
    assert [(x.promise, x.idea, x.text) for x in broken] == [("no_black_hole", idea.number, "A measure has no next step.")]


def test_who_may_not_hear_of_it_is_the_same_in_the_ladder(cast):
    from suggestbox.reminders.standing import open_steps_of

    with work():
        idea = f.closed(cast)
        scene.planned(cast, idea, cast.ann)
    [step] = open_steps_of(Step.kind == "measure", directory(BOOK))
    assert step.excluded == case_of(idea, actor=None, now=NOW).excluded_from("measure") == frozenset()


# -- what people hear ------------------------------------------------------------------------------------------------


def test_submitters_read_of_every_move_but_not_of_their_own(cast):
    with work():
        idea = f.closed(cast, cast.ann, cast.eve)
        measure = scene.planned(cast, idea, cast.eve)
        start_measure(measure, by_id=cast.eve.id, now=NOW)
        move_measure(measure, due_on=date(2026, 12, 8), reason="Ill", by_id=cast.eve.id, now=NOW, book=directory(BOOK))
    assert told_of_kind("measures.news") == ["Ann", "Eve", "Ann", "Ann"]
    lines = [line_for(n, NOW) for n in notices("measures.news")]
    assert [line.text for line in lines if line] == [
        "„A printer at the ramp“ ist geplant. Frau Ebert kümmert sich darum, bis Dienstag, 8. Dezember.",
        "„A printer at the ramp“ ist geplant. Frau Ebert kümmert sich darum, bis Dienstag, 8. Dezember.",
        "Frau Ebert hat damit angefangen: „A printer at the ramp“.",
        "„A printer at the ramp“ dauert länger, bis Dienstag, 8. Dezember: Ill",
    ]


def test_done_is_told_at_once_and_the_planner_with_the_digest(cast, clock):
    mail_on()
    with work():
        scene.done(cast, f.closed(cast))
    assert told_of_kind("measures.done") == ["Ann"]
    assert [n.letter_id is not None for n in notices("measures.done")] == [True]
    assert [(n.person_id, n.facts["what"]) for n in notices("measures.news")][-1] == (cast.bob.id, "done")


def test_a_confidential_submitter_is_told_and_not_named(cast, tmp_path):
    mail_on()
    with work():
        idea = f.closed(cast, confidential=True)
        scene.done(cast, idea)
        entries = list(db.session.scalars(sa.select(Entry).where(Entry.idea_id == idea.id, Entry.kind.like("%_measure"))))
    assert told_of_kind("measures.done") == ["Ann"]
    assert [n.person_id for n in notices("measures.done")] == [None]
    assert [cast.ann.id in (e.actor_id, *e.facts.get("people", [])) for e in entries] == [False, False]
    assert check(directory(BOOK), tmp_path) == []


def test_the_way_back_is_offered_only_while_it_is_open(cast):
    """A talk can be asked for after a closing without one, and only for twenty working days."""
    with work():
        idea = f.offered(cast)
        move(idea, "decline_talk", actor=cast.ann, now=f.START + timedelta(days=3))
        f.confirm(idea, cast.ann, f.START + timedelta(days=4))
        scene.done(cast, idea)
        talked = f.closed(cast)
        scene.done(cast, talked)
    first, second = notices("measures.done")
    assert [label for label, _url in text_for(first, NOW).links] == ["Ich möchte darüber sprechen"]
    assert text_for(first, NOW + timedelta(days=60)).links == ()
    assert [label for label, _url in text_for(second, NOW).links] == ["Ich möchte darüber sprechen"]  # about what is new


def test_the_story_tells_those_who_may_know(cast):
    from suggestbox.workflow.story import story_of

    with work():
        idea = f.closed(cast)
        scene.done(cast, idea)
    book = directory(BOOK)
    said = [line.kind for line in story_of(idea, book, submitter=True, handler=False)]
    others = [line.kind for line in story_of(idea, book, submitter=False, handler=False)]
    assert said[:2] == ["finish_measure", "plan_measure"]
    assert [kind for kind in others if kind.endswith("_measure")] == []


def test_it_does_not_open_what_is_closed(cast):
    with work():
        idea = f.closed(cast)
        scene.planned(cast, idea)
        settle(idea, now=NOW + timedelta(days=40))
    assert db.session.get_one(Idea, idea.id).stage == "closed"
