"""A declined idea is protected, looked at again on its day, and examined anew when the reasons do not stand any more."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.core.errors import Denied, Invalid
from suggestbox.ideas.models import Idea
from suggestbox.mail.models import Notice
from suggestbox.people.directory import directory
from suggestbox.priority import jobs
from suggestbox.priority.jobs import protect_declined
from suggestbox.priority.models import Protection
from suggestbox.priority.operations import look_sooner
from suggestbox.priority.queries import looks_of, protection_of
from suggestbox.reviews.models import Vote
from suggestbox.workflow.check import check
from suggestbox.workflow.needs_earlier import still_first
from suggestbox.workflow.operations import case_of, move, moves_for, settle, settle_all
from tests import factories as f
from tests.priority import scene

DAY = date(2026, 11, 12)
A_YEAR_ON = scene.CLOSED_AT.replace(year=2027)
OPENS = A_YEAR_ON - timedelta(days=14)


def findings(now: datetime) -> list[str]:
    return [x.text for x in check(directory(now.date()), Path("/nowhere")) if x.promise == "no_black_hole"]


def test_a_declined_idea_is_protected_from_the_day_it_is_closed(cast):
    with work():
        idea = scene.declined(cast)
        row = protection_of(idea.id)

        assert (row.since, row.until, row.look_on, row.look_reason, row.ended_at) == (
            DAY, date(2029, 11, 12), date(2027, 11, 12), "planned", None)
        assert protection_of(f.closed(cast).id) is None


def test_its_step_opens_two_weeks_before_the_day_and_not_with_who_declined_it(cast):
    with work():
        idea = scene.declined(cast)
        settle_all(now=OPENS - timedelta(days=1))
        assert f.open_kinds(idea) == []

        settle_all(now=OPENS)

        step = f.step(idea, "second_look")
        assert (step.owner_id, step.due_on) == (cast.bob.id, date(2027, 11, 12))


@pytest.mark.parametrize("voted", [False, True])
def test_whoever_decided_or_voted_does_not_look_again(cast, voted):
    with work():
        idea = scene.declined(cast)
        if voted:
            db.session.add(Vote(idea_id=idea.id, round=1, person_id=cast.bob.id, outcome="declined", at=scene.CLOSED_AT))
        else:
            db.session.execute(sa.text("UPDATE decision SET decided_by_id = :bob"), {"bob": cast.bob.id})
        db.session.flush()
        db.session.expire_all()
        settle_all(now=OPENS)

        assert f.step(idea, "second_look").owner_id == cast.ida.id
        with pytest.raises(Denied):
            move(idea, "look_again", actor=cast.bob, now=OPENS, words="I think so.")


def looking(cast):
    idea = scene.declined(cast)
    settle(idea, now=OPENS)
    return idea


def test_the_reasons_still_stand_with_a_sentence_and_the_next_day_is_planned(cast):
    with work():
        idea = looking(cast)
        with pytest.raises(Invalid):
            move(idea, "keep_decline", actor=cast.bob, now=A_YEAR_ON, words=" ")
        move(idea, "keep_decline", actor=cast.bob, now=A_YEAR_ON, words="The printer still costs too much.")

        assert (idea.stage, idea.round, f.open_kinds(idea)) == ("closed", 1, [])
        assert protection_of(idea.id).look_on == date(2028, 11, 12)
        assert [(look.answer, look.words, look.by_id) for look in looks_of(idea.id)] == [
            ("stands", "The printer still costs too much.", cast.bob.id)]
        told = db.session.scalars(sa.select(Notice).where(Notice.kind == "priority.stands")).all()
        assert [(n.submitter_id, n.waits) for n in told] == [(idea.submitters[0].id, True)]


def test_it_is_first_on_the_last_day_of_its_protection_and_not_a_day_later(cast):
    with work():
        idea, last = scene.declined(cast), scene.CLOSED_AT.replace(year=2029)
        days = (last, last + timedelta(days=1))
        assert [still_first(case_of(idea, actor=cast.ida, now=day)) for day in days] == [None, "not_protected"]


@pytest.mark.parametrize(("days", "look"), [(-1, (date(2027, 11, 11), "said_again")), (1, (date(2027, 11, 12), "planned"))])
def test_a_look_is_brought_forward_and_never_put_off(cast, days, look):
    with work():
        row = protection_of(scene.declined(cast).id)
        look_sooner(row, row.look_on + timedelta(days=days))
        assert (row.look_on, row.look_reason) == look


def test_when_protection_ends_no_further_look_is_planned(cast):
    with work():
        idea = looking(cast)
        row = protection_of(idea.id)
        row.until = date(2028, 11, 11)
        move(idea, "keep_decline", actor=cast.bob, now=A_YEAR_ON, words="No.")

        assert (row.look_on, row.ended_at) == (None, None)


def test_it_is_examined_again_in_a_round_of_its_own(cast):
    with work():
        idea = looking(cast)
        move(idea, "look_again", actor=cast.bob, now=A_YEAR_ON, words="Printers cost half of it today.")

        assert (idea.stage, idea.round, idea.outcome, f.open_kinds(idea)) == ("in_review", 2, None, ["find_reviewers"])
        assert (protection_of(idea.id).ended_at, protection_of(idea.id).look_on) == (None, None)
        letters = db.session.scalars(sa.select(Notice).where(Notice.kind == "priority.again")).all()
        assert [(n.submitter_id, n.waits) for n in letters] == [(idea.submitters[0].id, False)]


def test_the_idea_management_need_not_wait_for_the_day(cast):
    with work():
        idea = scene.declined(cast)
        presses = {who: [p.name for p in moves_for(idea, person, scene.LATER) if p.name in (
            "keep_decline", "look_again", "take_up")] for who, person in cast.people().items()}

    assert {who: names for who, names in presses.items() if names} == {
        "bob": ["look_again"], "ida": ["look_again", "take_up"], "ivo": ["look_again", "take_up"]}


def again(cast, outcome, promised=None, **facts):
    idea = looking(cast)
    if promised is not None:  # by rules that were longer then
        protection_of(idea.id).until = promised
    move(idea, "look_again", actor=cast.bob, now=A_YEAR_ON, words="It is different today.")
    now = A_YEAR_ON + timedelta(hours=1)
    move(idea, "add_reviewers", actor=cast.bob, now=now, reviewers=f.reviewers((cast.rex, "expert"), (cast.ria, "department")))
    f.answer_review(idea, cast.rex, now)
    f.answer_review(idea, cast.ria, now)
    now += timedelta(days=4)
    settle(idea, now=now)
    f.decide(idea, cast.cat, now, outcome, **facts)
    scene.released(idea, now)
    move(idea, "decline_talk", actor=cast.ann, now=now, reason="")
    f.confirm(idea, cast.ann, now)
    assert idea.stage == "closed", idea.stage
    return idea, now


def test_a_yes_in_the_second_round_ends_the_protection(cast):
    with work():
        idea, now = again(cast, "adopted")

        assert (protection_of(idea.id).ended_at, protection_of(idea.id).look_on) == (now, None)


@pytest.mark.parametrize(("promised", "until"), [(None, date(2030, 11, 16)), (date(2031, 1, 1), date(2031, 1, 1))])
def test_a_second_no_protects_it_longer_and_never_shorter(cast, promised, until):
    with work():
        idea, _now = again(cast, "declined", promised=promised, **scene.NO)

        row = protection_of(idea.id)
        assert (row.round, row.since, row.until, row.look_on) == (2, DAY, until, date(2028, 11, 16))


def test_taken_back_after_an_objection_it_is_protected_no_more(cast):
    with work():
        idea = scene.declined(cast)
        now = scene.CLOSED_AT + timedelta(days=1)
        move(idea, "object", actor=cast.ann, now=now, reason="You did not read it.")
        assert protection_of(idea.id).ended_at is None
        move(idea, "withdraw", actor=cast.ann, now=now)

        assert protection_of(idea.id).ended_at == now


def test_a_look_that_nobody_has_is_a_black_hole(cast):
    with work():
        idea = looking(cast)
        late = A_YEAR_ON + timedelta(days=20)
        assert findings(late) == []
        db.session.execute(sa.text("UPDATE step SET done_at = created_at, outcome = 'dropped' WHERE kind = 'second_look'"))
        db.session.expire_all()
        assert findings(late) == ["It is to be looked at again, and nobody sees to it."]
        settle(idea, now=late)

        assert findings(late) == []


def test_a_declined_idea_without_protection_is_found_and_mended(cast):
    with work():
        idea = scene.declined(cast)
        idea_id = idea.id
        db.session.execute(sa.delete(Protection))
    with work():
        assert findings(scene.LATER) == ["It was declined, and is not protected."]
    protect_declined()
    with work():
        idea = db.session.get(Idea, idea_id)
        assert (protection_of(idea.id).since, protection_of(idea.id).until) == (DAY, date(2029, 11, 12))
        assert findings(scene.LATER) == []


@pytest.mark.parametrize(("days", "look_on"), [
    (365, date(2027, 11, 12)), (366, date(2028, 11, 12)), (731, date(2028, 11, 12)), (732, date(2029, 11, 12)), (1097, None)])
def test_ideas_from_before_protection_are_looked_at_on_their_own_days(cast, clock, days, look_on):
    """Otherwise all those of several years would be looked at in the same week."""
    with work():
        idea_id = scene.declined(cast).id
        db.session.execute(sa.delete(Protection))
    clock.move_to(scene.CLOSED_AT + timedelta(days=days))
    protect_declined()
    assert db.session.get_one(Protection, idea_id).look_on == look_on


def test_one_that_cannot_be_protected_holds_up_no_other(cast, monkeypatch):
    with work():
        ids = [scene.declined(cast).id for _one in range(3)]
        db.session.execute(sa.delete(Protection))
    monkeypatch.setattr(jobs, "AT_ONCE", 1)
    protect = jobs.protect_closed

    def fails(idea, **kw):
        if idea.id == ids[1]:
            raise ValueError
        return protect(idea, **kw)

    monkeypatch.setattr(jobs, "protect_closed", fails)
    protect_declined()
    assert sorted(db.session.scalars(sa.select(Protection.idea_id))) == [ids[0], ids[2]]
