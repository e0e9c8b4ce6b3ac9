"""Somebody else has the same idea later: a person compares the two, and whoever said it first is credited by itself."""

from datetime import timedelta
from itertools import permutations

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.core.errors import Denied, Invalid, Refused
from suggestbox.journal.models import Entry
from suggestbox.mail.models import Notice
from suggestbox.people.directory import directory
from suggestbox.people.operations import let_leave
from suggestbox.priority.finding import came_before
from suggestbox.priority.queries import credits_by, credits_of, likenesses_of, protection_of
from suggestbox.reminders.standing import open_steps_of
from suggestbox.steps.models import Step
from suggestbox.workflow.operations import case_of, move, moves_for, settle
from tests import factories as f
from tests.priority import scene

SECOND_DAY = timedelta(days=2, hours=1)


def told() -> list[int]:
    query = sa.select(Notice.submitter_id).where(Notice.kind == "priority.credit").order_by(Notice.id)
    return list(db.session.scalars(query))


def pair(cast, make=f.in_review, **kw):
    earlier = scene.declined(cast)
    later = scene.later(cast, make=make, **kw)
    scene.named(cast, later, earlier)
    return earlier, later


# -- asking ----------------------------------------------------------------------------------------------------------


def test_an_idea_in_the_same_words_is_found_at_its_triage(cast):
    with work():
        earlier = scene.declined(cast, title="Labels at goods receipt for every pallet")
        for n in range(30):  # words are rare among others
            f.submitted(cast, title=f"Something about matter {n}", problem=f"It is number {n}.", proposal="Mend it.")
        later = f.submitted(cast, cast.eve, now=scene.LATER, title="Labels at goods receipt for pallets")
        assert likenesses_of(later.id) == []

        move(later, "assign", actor=cast.bob, now=scene.LATER,
             reviewers=f.reviewers((cast.rex, "expert"), (cast.ria, "department")))

        [found] = likenesses_of(later.id)
        assert (found.earlier_id, found.found_by_id, found.answer, found.score >= 0.35) == (earlier.id, None, "", True)
        assert f.step(later, "compare_earlier").subject_id == found.id


@pytest.mark.either
def test_that_nobody_is_asked_does_not_tell_who_a_confidential_idea_came_from(cast):
    words = {"title": "Solar panels above the parking deck", "problem": "Cars get hot.", "proposal": "Panels above them."}
    with work():
        earlier = scene.declined(cast, confidential=True, **words)
        later = [f.in_review(cast, person, now=scene.LATER, **words) for person in (cast.ann, cast.eve)]
        found = [[one.earlier_id for one in likenesses_of(idea.id)] for idea in later]
    assert found == [[earlier.id]] * 2


def test_something_else_and_the_own_idea_again_are_not_asked_about(cast):
    with work():
        scene.declined(cast, title="Labels at goods receipt for every pallet")
        other = scene.later(cast)
        own = f.in_review(cast, cast.ann, now=scene.LATER, title="Labels at goods receipt for every pallet")
        earlier = f.in_review(cast, cast.eve, now=f.START - timedelta(days=30),
                              title="Labels at goods receipt for every pallet")

    assert [likenesses_of(idea.id) for idea in (other, own, earlier)] == [[], [], []]


def test_who_handled_neither_compares(cast):
    with work():
        earlier, later = pair(cast)
        assert (scene.judge_of(later), likenesses_of(later.id)[0].found_by_id) == (cast.bob, cast.bob.id)
        for who in (cast.ann, cast.eve, cast.cat, cast.sam):
            with pytest.raises(Denied):
                move(later, "compare_earlier", actor=who, now=later.changed_at, answer="same")

        db.session.execute(sa.text("UPDATE decision SET decided_by_id = :bob WHERE idea_id = :idea"),
                           {"bob": cast.bob.id, "idea": earlier.id})
        db.session.expire_all()
        settle(later, now=later.changed_at)

        assert scene.judge_of(later) == cast.ida


def test_the_ladder_keeps_out_the_same_people(cast):
    with work():
        earlier, later = pair(cast)
        now = scene.CLOSED_AT.replace(year=2027)
        settle(earlier, now=now)
        steps = open_steps_of(Step.kind.in_(("second_look", "compare_earlier")), directory(now.date()))
        kept_out = {step.kind: step.excluded for step in steps}

        assert kept_out == {
            "second_look": case_of(earlier, actor=None, now=now).excluded_from("second_look"),
            "compare_earlier": case_of(later, actor=None, now=now).excluded_from("compare_earlier")}
        assert kept_out == {"second_look": {cast.ann.id, cast.cat.id}, "compare_earlier": {cast.ann.id, cast.cat.id, cast.eve.id}}


def test_a_confidential_one_is_compared_by_the_idea_management_alone(cast):
    with work():
        earlier = scene.declined(cast, cast.ida, confidential=True)
        later = scene.later(cast)
        scene.named(cast, later, earlier)

        assert scene.judge_of(later) == cast.ivo
        with pytest.raises(Invalid):
            move(later, "reassign", actor=cast.ivo, now=later.changed_at, step_id=f.step(later, "compare_earlier").id,
                 person_id=cast.bob.id, reason="He knows it.")


def test_naming_what_is_no_earlier_declined_idea_is_refused(cast):
    with work():
        scene.declined(cast)
        adopted, idea = f.closed(cast), scene.later(cast)
        younger = f.submitted(cast, now=scene.LATER + timedelta(days=5))
        why = {}
        for number in ("2026-9999", adopted.number, younger.number, idea.number):
            with pytest.raises(Invalid) as wrong:
                move(idea, "name_earlier", actor=cast.ida, now=idea.changed_at, number=number)
            why[number] = wrong.value.fields["number"]

    assert why == {
        "2026-9999": "There is no other idea with this number.", idea.number: "There is no other idea with this number.",
        younger.number: "The other idea was handed in later; the first one keeps priority.",
        adopted.number: "This idea was not declined, or is not protected any more.",
    }


def test_of_two_handed_in_at_the_same_moment_only_one_came_first(cast):
    """Two that credit each other would settle each other without end."""
    with work():
        one, other = f.submitted(cast), f.submitted(cast)
        assert one.submitted_at == other.submitted_at
        assert [came_before(one, other), came_before(other, one), came_before(one, one)] == [True, False, False]


def test_naming_the_same_twice_and_answering_twice_are_refused(cast):
    with work():
        earlier, later = pair(cast)
        with pytest.raises(Invalid):
            scene.named(cast, later, earlier)
        with pytest.raises(Invalid) as wrong:
            scene.compared(later, "partly", percent=100, words="Half of it.")
        assert list(wrong.value.fields) == ["percent"]
        scene.compared(later, "other")
        with pytest.raises(Denied):
            move(later, "compare_earlier", actor=cast.bob, now=later.changed_at, answer="same")

        assert [(one.answer, one.answered_by_id) for one in likenesses_of(later.id)] == [("other", cast.bob.id)]
        assert "compare_earlier" not in f.open_kinds(later)


# -- crediting -------------------------------------------------------------------------------------------------------


def answer(cast, later, now, given="same", **facts):
    scene.compared(later, given, now=now, **facts)


def adopt(cast, later, now):
    f.decide(later, cast.cat, now)


ORDERS = sorted(o for o in permutations(("answer", "adopt", "release", "measure"))
                if o.index("adopt") < o.index("release") < o.index("measure"))


@pytest.mark.parametrize(("order", "given", "credited"), [
    *((order, "same", 100) for order in ORDERS), (ORDERS[0], "partly", 40), (ORDERS[-1], "partly", 40), (ORDERS[1], "other", None)])
def test_in_whatever_order_there_is_one_credit_and_one_message(cast, order, given, credited):
    from tests.measures import scene as measures

    with work():
        earlier, later = pair(cast, make=f.deciding)
        now = scene.LATER + SECOND_DAY
        facts = {"percent": 40, "words": "The labels."} if given == "partly" else {}
        for n, what in enumerate(order):
            at = now + timedelta(hours=n)
            if what == "answer":
                answer(cast, later, at, given, **facts)
            elif what == "adopt":
                adopt(cast, later, at)
            elif what == "release":
                scene.released(later, at)
            else:
                measures.planned(cast, later, now=at, due_on=at.date() + timedelta(days=30))
            done = {"answer", "release"} <= set(order[:n + 1]) and credited is not None
            assert len(credits_of(earlier.id)) == len(told()) == done, (order, what)
            settle(later, now=at)
            settle(earlier, now=at)
        rows = credits_of(earlier.id)

        assert [(row.later_id, row.percent, row.by_id) for row in rows] == (
            [(later.id, credited, None)] if credited else [])
        assert told() == ([earlier.submitters[0].id] if credited else [])
        assert credits_by(later.id) == rows
        kinds = set(db.session.scalars(sa.select(Entry.kind).where(Entry.kind.in_(("credited", "credit_earlier")))))
        assert kinds == ({"credited", "credit_earlier"} if credited else set())


@pytest.mark.parametrize(("days", "credited"), [(0, 1), (-1, 0)])
def test_a_yes_on_the_last_day_counts_and_one_a_day_later_does_not(cast, days, credited):
    with work():
        earlier, later = pair(cast, make=f.deciding)
        now = scene.LATER + SECOND_DAY
        protection_of(earlier.id).until = now.date() + timedelta(days=days)
        answer(cast, later, now)
        adopt(cast, later, now)
        scene.released(later, now)

        assert len(credits_of(earlier.id)) == credited


def test_no_credit_where_the_earlier_one_came_to_a_yes_itself_or_the_later_one_to_a_no(cast):
    with work():
        earlier, later = pair(cast, make=f.deciding)
        now = scene.LATER + SECOND_DAY
        answer(cast, later, now)
        f.decide(later, cast.cat, now, "declined", **scene.NO)
        scene.released(later, now)
        assert credits_of(earlier.id) == []
        another = scene.later(cast, make=f.deciding)
        scene.named(cast, another, earlier)
        protection_of(earlier.id).ended_at = now
        answer(cast, another, now)
        adopt(cast, another, now)
        scene.released(another, now + timedelta(hours=1))

        assert credits_of(earlier.id) == []


def test_a_submitter_who_left_is_credited_all_the_same(cast):
    with work():
        earlier, later = pair(cast, make=f.deciding)
        now = scene.LATER + SECOND_DAY
        let_leave(cast.ann, on=now.date(), today=now.date(), now=now, actor=None)
        answer(cast, later, now)
        adopt(cast, later, now)
        scene.released(later, now)

        assert len(credits_of(earlier.id)) == 1


def test_a_confirmed_duplicate_has_the_first_looked_at_sooner(cast):
    with work():
        earlier = scene.declined(cast)
        later = scene.later(cast)
        now = later.changed_at
        move(later, "propose_duplicate", actor=cast.rex, now=now, number=earlier.number, reason="The same printer.")
        move(later, "confirm_duplicate", actor=cast.bob, now=now)

        row = protection_of(earlier.id)
        assert (row.look_reason, (row.look_on - now.date()).days) == ("said_again", 26)  # twenty working days
        assert [one.answer for one in likenesses_of(later.id)] == ["same"]

        scene.released(later, now)
        move(later, "contradict_duplicate", actor=cast.eve, now=now, reason="Mine is blue.")

        assert [one.answer for one in likenesses_of(later.id)] == [""]
        assert f.step(later, "compare_earlier").owner_id == cast.bob.id


def test_the_house_simply_does_it(cast):
    with work():
        earlier = scene.declined(cast, cast.ann, cast.eve)
        now = scene.LATER
        with pytest.raises(Denied):
            move(earlier, "take_up", actor=cast.bob, now=now, words="We bought one.")
        move(earlier, "take_up", actor=cast.ida, now=now, words="We bought one.")
        with pytest.raises(Refused) as twice:
            move(earlier, "take_up", actor=cast.ivo, now=now, words="We did.")

        assert twice.value.reason == "credited_already"
        assert [(row.later_id, row.words, row.by_id) for row in credits_of(earlier.id)] == [(None, "We bought one.", cast.ida.id)]
        assert told() == [part.id for part in earlier.submitters]
        assert protection_of(earlier.id).look_on is None


def test_a_wrong_answer_is_mended_by_naming_the_later_idea(cast):
    with work():
        earlier, later = pair(cast, make=f.deciding)
        now = scene.LATER + SECOND_DAY
        answer(cast, later, now, "other")
        with pytest.raises(Invalid):
            move(earlier, "take_up", actor=cast.ida, now=now, words="It is this one.", number=later.number)
        adopt(cast, later, now)
        scene.released(later, now)
        move(earlier, "take_up", actor=cast.ida, now=now, words="It is this one.", number=later.number)

        assert [(row.later_id, row.by_id) for row in credits_of(earlier.id)] == [(later.id, cast.ida.id)]


def test_who_may_press_what_about_a_later_idea(cast):
    with work():
        _earlier, later = pair(cast)
        pressed = {who: [p.name for p in moves_for(later, person, later.changed_at) if p.name in (
            "name_earlier", "compare_earlier")] for who, person in cast.people().items()}

    assert {who: names for who, names in pressed.items() if names} == {
        "bob": ["name_earlier", "compare_earlier"], "cat": ["name_earlier"], "ida": ["name_earlier"], "ivo": ["name_earlier"],
        "lea": ["name_earlier"], "rex": ["name_earlier"], "ria": ["name_earlier"]}


def test_without_a_declined_idea_there_is_no_button(cast):
    with work():
        later = scene.later(cast)

        assert "name_earlier" not in [p.name for p in moves_for(later, cast.bob, later.changed_at)]
        assert case_of(later, actor=cast.bob, now=later.changed_at).earlier.likenesses == []
