"""Steps that get another owner: every kind by hand, by the bulk page, and by themselves when somebody leaves."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.core.errors import Denied, Invalid, Refused
from suggestbox.people.directory import directory, read_directory
from suggestbox.people.models import Body, BodyMember, Person
from suggestbox.people.operations import let_leave
from suggestbox.reviews.models import Panelist
from suggestbox.steps.models import Step
from suggestbox.workflow.check import check
from suggestbox.workflow.jobs import settle_left_behind
from suggestbox.workflow.leaving import heirs, ideas_left_behind, without
from suggestbox.workflow.operations import case_of, move, moves_for, settle
from tests import cast as people
from tests import factories as f

T = f.START


def days(count: float, hours: float = 0):
    return T + timedelta(days=count, hours=hours)


def give(idea, kind, to, *, by, now=T + timedelta(days=1), **which):
    """Give the open step of a kind to somebody else; give the step as it is now."""
    before = step_of(idea, kind, **which)
    move(idea, "reassign", actor=by, now=now, step_id=before.id, person_id=to.id, reason="Leaves us")
    return before


def step_of(idea, kind, **which):
    query = sa.select(Step).where(Step.idea_id == idea.id, Step.done_at.is_(None), Step.kind == kind)
    return db.session.scalars(query.filter_by(**which)).one()


def dates(step):
    return step.due_on, step.first_due_on, step.due_moves


def corrected(cast):
    idea = f.submitted(cast)
    return move(idea, "propose_correction", actor=cast.bob, now=days(0, 1), kind="department",
                department_id=cast.it.id, reason="It is about scanners")


def doubled(cast):
    first = f.submitted(cast, cast.eve)
    idea = f.submitted(cast, now=days(0, 1))
    return move(idea, "propose_duplicate", actor=cast.bob, now=days(0, 2), number=first.number, reason="The same")


def flagged(cast):
    return move(f.in_review(cast), "flag", actor=cast.sam, now=days(0, 2), kind="safety", words="A ladder")


def silent(cast):
    idea = f.confirming(cast)
    settle(idea, now=days(40))
    return idea


def in_conflict_late(cast):
    return move(f.offered(cast), "declare_conflict_after", actor=cast.rex, now=days(3), reason="My brother")


def hostless(cast):
    return move(f.offered(cast), "ask_other_host", actor=cast.ann, now=days(3), words="")


def of_the_team(cast):
    people.grant(cast.cat, "team_lead", cast.logistics)
    db.session.flush()
    idea = f.submitted(cast)
    return move(idea, "suggest_short_way", actor=cast.bob, now=days(0, 1))


def promised(cast):
    return f.closed(cast, promises=[{"text": "I show it", "owner_id": cast.cat.id, "due_on": days(30).date()}])


def parked(cast):
    return f.closed(cast, outcome="parked", facts={"return_on": days(60).date()})


def few_reviewers(cast):
    return move(f.in_review(cast), "abstain", actor=cast.rex, now=days(0, 2), reason="Not mine")


def ending(cast):
    idea = f.in_review(cast)
    f.answer_review(idea, cast.rex, days(0, 2))
    return f.answer_review(idea, cast.ria, days(0, 3))


def in_writing(cast):
    return move(f.offered(cast), "ask_in_writing", actor=cast.ann, now=days(3))


NAMED = {
    # kind: (an idea that has it, who had it, who gets it, who gives it)
    "triage": (f.submitted, "bob", "eve", "ida"),
    "find_reviewers": (few_reviewers, "bob", "dan", "bob"),
    "end_review": (ending, "bob", "dan", "ida"),
    "decide": (f.deciding, "cat", "lea", "bob"),
    "look_at_flag": (flagged, "bob", "dan", "dot"),
    "confirm_duplicate": (doubled, "ida", "dan", "ida"),
    "confirm_correction": (corrected, "ida", "ivo", "ida"),
    "ask_once_more": (silent, "bob", "dan", "bob"),
    "resolve_conflict": (in_conflict_late, "ida", "ivo", "ida"),
    "find_host": (hostless, "ida", "ivo", "ida"),
    "return": (parked, "bob", "dan", "ida"),
    "team_answer": (of_the_team, "dan", "cat", "bob"),
    "promise": (promised, "cat", "kim", "bob"),
    "write_closing": (in_writing, "cat", "lea", "ida"),
    "offer_talk": (f.conversation, "cat", "lea", "ida"),
    "review": (f.in_review, "rex", "kim", "bob"),
}


@pytest.mark.parametrize("kind", sorted(NAMED))
def test_the_step_goes_to_the_person_named_and_keeps_its_date(kind, cast):
    make, had, gets, by = NAMED[kind]
    with work():
        idea = make(cast)
        which = {"owner_id": getattr(cast, had).id}
        expected = dates(step_of(idea, kind, **which))
        others = sorted(k for k in f.open_kinds(idea))
        later = {"ask_once_more": days(41), "end_review": days(0, 4)}.get(kind, days(9 if idea.stage == "closed" else 3, 1))
        give(idea, kind, getattr(cast, gets), by=getattr(cast, by), now=later, **which)

    now_with = step_of(idea, kind, owner_id=getattr(cast, gets).id)
    assert (dates(now_with), f.open_kinds(idea)) == (expected, others)
    with work():
        settle(idea, now=later + timedelta(minutes=1))
    assert dates(step_of(idea, kind, owner_id=getattr(cast, gets).id)) == expected
    assert check(directory(T.date()), Path("/nowhere")) == []


def test_a_date_that_was_moved_goes_along_with_its_reason(cast):
    with work():
        idea = f.in_review(cast)
        step = step_of(idea, "review", owner_id=cast.rex.id)
        move(idea, "move_due", actor=cast.rex, now=days(1), step_id=step.id, due_on=days(26).date(), reason="A fair")
        give(idea, "review", cast.kim, by=cast.bob, owner_id=cast.rex.id)

    moved = step_of(idea, "review", owner_id=cast.kim.id)
    assert (moved.due_on, moved.due_moves, moved.due_reason) == (days(26).date(), 1, "A fair")


def test_an_assessment_goes_on_in_the_same_capacity_and_the_first_one_is_out(cast):
    with work():
        idea = f.in_review(cast)
        give(idea, "review", cast.kim, by=cast.bob, owner_id=cast.rex.id)

    before, after = f.assignment(idea, cast.rex), f.assignment(idea, cast.kim)
    assert (before.state, before.passed_to_id, after.state, after.capacity) == ("passed_on", after.id, "open", "expert")
    with work():
        f.answer_review(idea, cast.kim, days(1, 1))
        f.answer_review(idea, cast.ria, days(1, 2))
        settle(idea, now=days(4))
    assert idea.stage == "deciding"


def test_a_second_look_becomes_a_new_assessment(cast):
    with work():
        idea = f.in_review(cast)
        f.answer_review(idea, cast.rex, days(0, 2), points=5)
        f.answer_review(idea, cast.ria, days(0, 3), points=1, recommendation="decline")
        give(idea, "reconsider", cast.kim, by=cast.bob, owner_id=cast.rex.id)

    assert f.assignment(idea, cast.rex).state == "passed_on"
    assert step_of(idea, "review").owner_id == cast.kim.id


def test_the_check_of_the_short_way_goes_to_another_department(cast):
    with work():
        idea = of_the_team(cast)
        move(idea, "team_does_it", actor=cast.dan, now=days(0, 2), words="We do it", do_until=days(5).date(),
             expert_id=cast.rex.id)
        expected = dates(step_of(idea, "short_check"))
        with pytest.raises(Invalid) as same_department:
            give(idea, "short_check", cast.cat, by=cast.bob)
        give(idea, "short_check", cast.ria, by=cast.bob)

    assert list(same_department.value.fields) == ["person_id"]
    assert (step_of(idea, "short_check").owner_id, dates(step_of(idea, "short_check"))) == (cast.ria.id, expected)


def test_a_talk_agreed_on_is_offered_anew_by_the_new_host(cast):
    with work():
        idea = f.appointed(cast)
        give(idea, "hold_talk", cast.lea, by=cast.ida, now=days(4))

    (party,) = f.parties(idea)
    assert (party.host_id, party.state, [a.state for a in party.appointments]) == (cast.lea.id, "owed", ["cancelled"])
    assert step_of(idea, "offer_talk").owner_id == cast.lea.id


WRONG = {
    # who cannot get it: a submitter, somebody without the office, the one who proposed, the host, somebody asked already
    "triage": (f.submitted, "ann"),
    "decide": (f.deciding, "sam"),
    "team_answer": (of_the_team, "bob"),
    "find_host": (hostless, "bob"),
    "resolve_conflict": (in_conflict_late, "lea"),
    "confirm_duplicate": (doubled, "bob"),
    "confirm_correction": (corrected, "bob"),
    "ask_once_more": (silent, "cat"),
    "review": (f.in_review, "ria"),
    "offer_talk": (f.conversation, "ann"),
}


@pytest.mark.parametrize("kind", sorted(WRONG))
def test_who_may_not_do_a_step_does_not_get_it(kind, cast):
    make, wrong = WRONG[kind]
    with work():
        idea = make(cast)
        which = {"owner_id": cast.rex.id} if kind == "review" else {}
        before = step_of(idea, kind, **which)
        with pytest.raises(Invalid) as refusal:
            give(idea, kind, getattr(cast, wrong), by=cast.ida, now=days(42), **which)

    assert list(refusal.value.fields) == ["person_id"]
    assert step_of(idea, kind, **which).id == before.id


def test_steps_of_submitters_and_steps_that_are_over_cannot_be_given(cast):
    with work():
        idea = f.waiting(cast)
        for step_id in (f.step(idea, "answer").id, 999):
            with pytest.raises(Refused) as refusal:
                move(idea, "reassign", actor=cast.bob, now=days(1), step_id=step_id, person_id=cast.dan.id, reason="x")
            assert refusal.value.reason == "cannot_reassign"
        with pytest.raises(Denied):
            move(idea, "reassign", actor=cast.sam, now=days(1), step_id=step_id, person_id=cast.dan.id, reason="x")


def test_the_button_is_there_as_long_as_somebody_has_a_step(cast):
    with work():
        done, owed = f.closed(cast), promised(cast)
        for idea, expected in ((done, False), (owed, True)):
            assert ("reassign" in [p.name for p in moves_for(idea, cast.bob, days(9))]) == expected


def seat(cast, *members):
    body = Body(key="board", name="Kommission", name_en="Board")
    db.session.add(body)
    db.session.flush()
    for person in members:
        db.session.add(BodyMember(body_id=body.id, person_id=person.id, seat="chair" if person is members[0] else "member"))
    cast.logistics.body_id = body.id
    db.session.flush()
    return body


def test_a_vote_in_a_body_cannot_be_handed_on_and_its_chair_only_to_a_member(cast):
    with work():
        seat(cast, cast.kim, cast.pia, cast.wes)
        idea = f.deciding(cast)
        expected = dates(step_of(idea, "decide"))
        with pytest.raises(Refused) as refusal:
            give(idea, "vote", cast.lea, by=cast.ida, owner_id=cast.wes.id)
        with pytest.raises(Invalid):
            give(idea, "decide", cast.lea, by=cast.ida)
        give(idea, "decide", cast.pia, by=cast.ida, now=days(3))

    assert (refusal.value.reason, step_of(idea, "decide").owner_id) == ("body_vote", cast.pia.id)
    assert (dates(step_of(idea, "decide")), f.open_kinds(idea)) == (expected, ["decide", "vote", "vote", "vote"])


def panelled(cast):
    """An idea three people decide together: pia, wes and sam."""
    idea = f.deciding(cast)
    for person in (cast.pia, cast.sam, cast.wes):
        db.session.add(Panelist(idea_id=idea.id, round=idea.round, person_id=person.id, named_at=T))
    db.session.flush()
    settle(idea, now=days(2, 1))
    return idea


def test_a_vote_of_the_three_goes_to_somebody_who_was_not_part_of_it(cast):
    with work():
        idea = panelled(cast)
        with pytest.raises(Invalid):  # the works council keeps its voice
            give(idea, "vote", cast.dan, by=cast.ida, now=days(3), owner_id=cast.wes.id)
        with pytest.raises(Invalid):
            give(idea, "decide", cast.lea, by=cast.ida, now=days(3))
        give(idea, "vote", cast.dan, by=cast.ida, now=days(3), owner_id=cast.sam.id)

    assert case_of(idea, actor=None, now=T).panel == sorted([cast.pia.id, cast.wes.id, cast.dan.id])
    assert f.open_kinds(idea) == ["decide", "vote", "vote", "vote"]


def test_who_leaves_the_three_is_replaced_by_the_idea_management(cast):
    with work():
        idea = panelled(cast)
        let_leave(cast.pia, on=days(2).date(), today=days(3).date(), now=days(3), actor=None)
        settle(idea, now=days(3))
        assert (f.open_kinds(idea), step_of(idea, "name_panel").owner_id) \
            == (["decide", "name_panel", "vote", "vote"], cast.ida.id)
        assert step_of(idea, "decide").owner_id in (cast.sam.id, cast.wes.id)
        move(idea, "name_panel", actor=cast.ida, now=days(3, 1), person_ids=[cast.sam.id, cast.wes.id, cast.dan.id])

    assert f.open_kinds(idea) == ["decide", "vote", "vote", "vote"]


# -- when somebody leaves ---------------------------------------------------------------------------------------------

ALL = {**{kind: row[0] for kind, row in NAMED.items()}, "hold_talk": f.appointed, "vote": panelled, "waiting": f.waiting,
       "draft": f.draft, "withdrawn": f.withdrawn}


def owners_who_left(book):
    rows = db.session.scalars(sa.select(Step.owner_id).where(Step.done_at.is_(None), Step.owner_id.is_not(None)))
    return sorted({owner for owner in rows if not book.is_here(owner)})


@pytest.mark.either
@pytest.mark.parametrize("name", ["bob", "cat", "rex", "ria", "ida", "dan", "pia", "wes", "sam", "lea", "kim"])
def test_after_somebody_left_nobody_who_left_owns_a_step(name, cast, clock, house):
    leaves = getattr(cast, name).id
    db.session.remove()
    if house.has("every_way"):
        house.renew("every_way")
    else:
        with work():
            for make in ALL.values():
                make(cast)
        db.session.remove()
        house.keep("every_way")
    clock.move_to(days(42))
    with work():
        let_leave(db.session.get_one(Person, leaves), on=days(41).date(), today=days(42).date(),
                  now=days(42), actor=None)
    behind = ideas_left_behind(directory(days(42).date()))
    settle_left_behind()

    book = read_directory(0, days(42).date())
    assert (owners_who_left(book), ideas_left_behind(book), check(book, Path("/nowhere"))) == ([], [], [])
    assert bool(behind) == (name not in ("lea", "kim"))


def test_who_leaves_with_a_second_look_open_is_replaced(cast):
    with work():
        idea = f.in_review(cast)
        f.answer_review(idea, cast.rex, days(0, 2), points=5)
        f.answer_review(idea, cast.ria, days(0, 3), points=1, recommendation="decline")
        let_leave(cast.rex, on=days(0).date(), today=days(1).date(), now=days(1), actor=None)
        settle(idea, now=days(1))

    assert (f.assignment(idea, cast.rex).state, step_of(idea, "find_reviewers").owner_id) == ("left", cast.bob.id)


def test_who_leaves_while_a_question_is_open_is_replaced(cast):
    with work():
        idea = f.in_review(cast)
        move(idea, "ask", actor=cast.ria, now=days(0, 2), text="Which one?")
        let_leave(cast.rex, on=days(0).date(), today=days(1).date(), now=days(1), actor=None)
        settle(idea, now=days(1))

    assert (idea.stage, f.open_kinds(idea)) == ("waiting", ["answer"])


def test_the_date_stays_when_an_office_changes_hands(cast):
    with work():
        idea = few_reviewers(cast)
        expected = dates(step_of(idea, "find_reviewers"))
        let_leave(cast.bob, on=days(2).date(), today=days(9).date(), now=days(9), actor=None)
        settle(idea, now=days(9))

    moved = step_of(idea, "find_reviewers")
    assert (moved.owner_id, dates(moved)) == (cast.ida.id, expected)


def test_the_page_says_beforehand_what_then_happens(cast):
    with work():
        ideas = {name: make(cast) for name, make in ALL.items() if name not in ("draft", "withdrawn", "waiting")}
    book = directory(T.date())
    for name, idea in ideas.items():
        step = db.session.scalars(sa.select(Step).where(Step.idea_id == idea.id, Step.done_at.is_(None),
                                                        Step.kind == name)).first()
        assert step is not None, name
        heir = heirs([(step, idea)], without(book, step.owner_id), days(42))[step.id]
        with work():
            person = db.session.get_one(Person, step.owner_id)
            person.active = False
            settle(idea, now=days(42))
            new = {s.kind: s.owner_id for s in db.session.scalars(
                sa.select(Step).where(Step.idea_id == idea.id, Step.done_at.is_(None)))}
        kind = {"same": name}.get(heir.how, heir.how)
        if heir.how not in ("others_vote",) and kind in new:
            assert new[kind] == heir.person_id, name
        with work():
            db.session.get_one(Person, step.owner_id).active = True
