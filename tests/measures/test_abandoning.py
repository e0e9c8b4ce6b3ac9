"""Giving up what was promised: reasons, the submitters told at once, and a second closing conversation that is owed."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.core.errors import Invalid
from suggestbox.core.language import force_locale
from suggestbox.measures.models import Measure
from suggestbox.measures.operations import abandon_measure, link_project
from suggestbox.people.directory import directory
from suggestbox.steps.models import Step
from suggestbox.workflow.check import check
from suggestbox.workflow.operations import move, moves_for, settle
from suggestbox.workflow.story import story_of
from tests import factories as f
from tests.mail.telling import line_for, notices, text_for, told_of_kind
from tests.measures import scene

pytestmark = pytest.mark.either

NOW = scene.CLOSED_AT
LATER = NOW + timedelta(hours=4)


def open_kinds(idea) -> list[str]:
    query = sa.select(Step.kind).where(Step.idea_id == idea.id, Step.done_at.is_(None)).order_by(Step.kind)
    return list(db.session.scalars(query))


def test_a_closed_idea_owes_a_second_talk_and_only_the_talk_closes_it_again(cast, tmp_path):
    with work():
        idea = f.closed(cast)
        scene.abandoned(cast, idea)
        [party] = f.parties(idea)
        assert (idea.stage, idea.closed_at, party.state, party.attempt, open_kinds(idea)) == (
            "conversation", None, "owed", 2, ["offer_talk"])
        assert check(directory(LATER.date()), tmp_path) == []
        at = NOW + timedelta(days=1)
        move(idea, "offer_talk", actor=f.host_of(party), now=at, party_id=party.id, slots=f.slots(at), words="Let us talk.")
        slot = party.offers[-1].slots[0]
        move(idea, "pick_time", actor=cast.ann, now=at + timedelta(hours=1), slot_id=slot.id)
        held = slot.starts_at + timedelta(hours=2)
        move(idea, "record_talk", actor=f.host_of(party), now=held, party_ids=[party.id], held_on=held.date(), form="phone",
             said="Why the ramp goes.", promises=[])
        assert idea.stage == "confirming"
        f.confirm(idea, cast.ann, held + timedelta(hours=1))
        assert idea.stage == "closed"
        settle(idea, now=held + timedelta(days=2))
        assert (idea.stage, party.attempt) == ("closed", 2)
        assert check(directory(held.date()), tmp_path) == []


def test_while_the_first_talk_is_still_ahead_nothing_is_owed_twice(cast):
    with work():
        idea = f.offered(cast)
        scene.abandoned(cast, idea)
        [party] = f.parties(idea)
    assert (idea.stage, party.state, party.attempt) == ("conversation", "offered", 1)


def test_whoever_talked_before_is_owed_another_and_the_others_are_not_asked_twice(cast):
    """Both had their talk, and only one of them confirmed it."""
    with work():
        idea = f.confirming(cast, cast.ann, cast.sam)
        f.confirm(idea, cast.ann, NOW)
        scene.abandoned(cast, idea)
        found = {(p.state, p.attempt) for p in f.parties(idea)}
    assert (idea.stage, found) == ("conversation", {("owed", 2)})


def test_whoever_left_is_owed_none(cast):
    with work():
        idea = f.closed(cast)
        cast.ann.active = False
        db.session.flush()
        scene.abandoned(cast, idea)
    assert (idea.stage, f.parties(idea)[0].attempt) == ("closed", 1)


def test_reasons_are_needed(cast):
    with work():
        measure = scene.planned(cast, f.closed(cast))
        with pytest.raises(Invalid) as wrong:
            abandon_measure(measure, reasons="  ", by_id=cast.bob.id, now=NOW)
    assert (list(wrong.value.fields), measure.state) == (["reasons"], "planned")


def test_submitters_are_told_at_once_with_the_reasons(cast):
    with work():
        idea = f.closed(cast)
        scene.abandoned(cast, idea)
    assert told_of_kind("measures.abandoned") == ["Ann"]
    [notice] = notices("measures.abandoned")
    text = text_for(notice, LATER)
    assert text is not None
    assert (text.quote, text.quote_by) == ("The ramp is torn down.", "Herr Brandt")
    told = [n for n in notices("measures.news") if n.facts["what"] == "abandoned"]
    assert [n.person_id for n in told] == [cast.eve.id]
    assert "The ramp is torn down." in line_for(told[0], LATER).text


def test_a_confidential_submitter_is_told_and_stands_in_no_step(cast, tmp_path):
    with work():
        idea = f.closed(cast, confidential=True)
        measure = scene.done(cast, idea, cast.ann)
        scene.figure(cast, measure, "agreed", 9000)
        settle(idea, now=LATER)
        scene.abandoned(cast, idea)
        owners = {(s.kind, s.owner_id) for s in db.session.scalars(sa.select(Step).where(Step.done_at.is_(None)))}
    assert told_of_kind("measures.abandoned") == ["Ann"]
    assert {kind: cast.ann.id == owner for kind, owner in owners} == dict.fromkeys(
        ("offer_talk", "confirm_benefit", "prove_benefit"), False)
    assert check(directory(LATER.date()), tmp_path) == []


def test_the_story_says_so(cast):
    with work(), force_locale("de"):
        idea = f.closed(cast)
        scene.abandoned(cast, idea)
        lines = [line.sentence for line in story_of(idea, directory(NOW.date()), submitter=True, handler=False)[:2]]
    assert lines == ["Eine Maßnahme wurde aufgegeben. Deshalb folgt noch ein Gespräch.", "Herr Brandt hat eine Maßnahme aufgegeben."]


def test_the_self_check_misses_a_talk_nobody_is_owed(cast, tmp_path):
    with work():
        idea = f.closed(cast)
        measure = scene.planned(cast, idea)
        before = check(directory(LATER.date()), tmp_path)
        db.session.execute(sa.update(Measure).where(Measure.id == measure.id).values(
            state="abandoned", abandoned_at=LATER, abandoned_reasons="R"))
        broken = check(directory(LATER.date()), tmp_path)
    assert before == []
    assert [(x.promise, x.idea) for x in broken] == [("no_closing_without_talk", idea.number)]


# -- "I would like to talk" ------------------------------------------------------------------------------------------


def test_after_something_was_done_a_submitter_may_ask_for_a_talk_about_it(cast):
    with work():
        idea = f.closed(cast)
        names = [{p.name for p in moves_for(idea, cast.ann, NOW) if not p.unmet}]
        scene.done(cast, idea)
        names += [{p.name for p in moves_for(idea, cast.ann, at) if not p.unmet} for at in (LATER, NOW + timedelta(days=40))]
        move(idea, "ask_for_talk", actor=cast.ann, now=LATER)
    assert ["ask_for_talk" in found for found in names] == [False, True, False]
    assert (idea.stage, f.parties(idea)[0].attempt) == ("conversation", 2)


# -- steps that follow from figures ----------------------------------------------------------------------------------


def steps_of(idea, *kinds):
    query = sa.select(Step).where(Step.idea_id == idea.id, Step.kind.in_(kinds)).order_by(Step.id)
    return [(s.kind, s.owner_id, s.due_on, s.outcome) for s in db.session.scalars(query)]


def test_a_large_figure_is_a_second_persons_step(cast):
    """The coordinator wrote it down, so the idea management looks at it."""
    from suggestbox.measures.figures import confirm_figure, doubt_figure
    from suggestbox.reminders.standing import open_steps_of
    from suggestbox.workflow.operations import case_of

    with work():
        idea = f.closed(cast)
        measure = scene.planned(cast, idea)
        scene.figure(cast, measure, euros=4000)
        settle(idea, now=NOW)
        assert steps_of(idea, "confirm_benefit") == []
        large = scene.figure(cast, measure, euros=8000, reason="More.")
        settle(idea, now=NOW)
        [open_step] = open_steps_of(Step.kind == "confirm_benefit", directory(NOW.date()))
        assert open_step.excluded == case_of(idea, actor=None, now=NOW).excluded_from("confirm_benefit") == {
            cast.ann.id, cast.bob.id, cast.eve.id}
        doubt_figure(large, measure, by_id=cast.ida.id, now=LATER, words="Too much.")
        settle(idea, now=LATER)
        newest = scene.figure(cast, measure, euros=7000, reason="Less.", by=cast.eve)
        settle(idea, now=LATER)
        confirm_figure(newest, measure, by_id=cast.bob.id, now=LATER)
        settle(idea, now=LATER)
    due = date(2026, 11, 20)
    assert steps_of(idea, "confirm_benefit") == [
        ("confirm_benefit", cast.ida.id, due, "done"), ("confirm_benefit", cast.bob.id, due, "done")]
    what = [(n.facts["what"], n.person_id) for n in notices("measures.news") if "figure_id" in n.facts]
    assert what == [("doubted", cast.bob.id), ("confirmed", cast.eve.id)]


def test_a_year_after_it_was_done_somebody_says_what_it_brought(cast):
    with work():
        idea, without = f.closed(cast), f.closed(cast)
        scene.done(cast, without)
        measure = scene.done(cast, idea)
        scene.figure(cast, measure, "agreed", 900)
        settle(idea, now=LATER)
        settle(without, now=LATER)
        assert steps_of(without, "prove_benefit") == []
        [(kind, owner_id, due_on, outcome)] = steps_of(idea, "prove_benefit")
        assert (kind, owner_id, due_on, outcome) == ("prove_benefit", cast.eve.id, date(2027, 11, 19), "")
        scene.figure(cast, measure, "measured", 950, by=cast.eve)
        settle(idea, now=LATER)
    assert steps_of(idea, "prove_benefit") == [("prove_benefit", cast.eve.id, date(2027, 11, 19), "done")]


def test_no_submitter_says_what_it_brought(cast):
    with work():
        idea = f.closed(cast)
        measure = scene.done(cast, idea, cast.ann)
        scene.figure(cast, measure, "agreed", 900)
        settle(idea, now=LATER)
    assert [s[1] for s in steps_of(idea, "prove_benefit")] == [cast.bob.id]


# -- where the work is followed elsewhere ----------------------------------------------------------------------------


@pytest.mark.parametrize("address, good", [
    ("https://projects.example.com/7", True), ("http://plan/board?x=1", True), ("", True), ("javascript:alert(1)", False),
    ("data:text/html,x", False), ("projects.example.com", False), ("https://", False), ("https://a b", False),
    ("https://me:secret@example.com", False), ("https://[::1", False),
])
def test_only_web_addresses_are_linked(address, good, cast):
    with work():
        measure = scene.planned(cast, f.closed(cast))
        if good:
            link_project(measure, address=address, by_id=cast.eve.id, now=NOW)
        else:
            with pytest.raises(Invalid):
                link_project(measure, address=address, by_id=cast.eve.id, now=NOW)
    assert measure.project_url == (address if good else "")
