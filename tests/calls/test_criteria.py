"""Own questions and own reviewers of a call: written, frozen, asked, counted, and never the house's."""

from dataclasses import replace
from datetime import timedelta

import pytest

from suggestbox.calls import criteria
from suggestbox.calls.operations import discard_call, name_reviewers
from suggestbox.calls.reviewing import gone_reviewers, reviewers_of
from suggestbox.core.database import db, work
from suggestbox.core.errors import Invalid, NotFound, Refused, Stale
from suggestbox.reviews.criteria import FIRST_SET
from suggestbox.reviews.models import Criterion
from suggestbox.reviews.operations import publish_criteria
from suggestbox.reviews.queries import criteria_of
from suggestbox.workflow import quorum
from suggestbox.workflow.operations import case_of, move, settle
from suggestbox.workflow.suggest import suggestions
from tests import factories as f
from tests.calls import scene

NOW, TODAY = scene.NOW, scene.TODAY
FIVE = ["none", "little", "some", "much", "all"]
DRY = criteria.Question({"de": "Trocken", "en": "Dry"}, {"de": "", "en": "Does it stay dry?"}, {"de": FIVE, "en": FIVE}, 60)


def own(cast, *names, **facts):
    """Open a call with questions of its own: one for each name."""
    call = scene.opened(cast, **facts)
    who = {"by_id": cast.ida.id, "now": NOW}
    criteria.take_own(call, **who)
    for name in names:
        criteria.add_question(call, replace(DRY, name={"de": name, "en": name}), **who)
    for row in criteria.own_questions(call)[:len(FIRST_SET)]:
        criteria.remove_question(call, row.id, **who)
    return call


def words(rows):
    """Give the English names of questions, in order."""
    return [row.name_en for row in rows]


# -- writing them ----------------------------------------------------------------------------------------------------


@pytest.mark.either
def test_a_copy_of_the_houses_questions_is_changed_without_touching_them(cast):
    with work():
        call, who = scene.draft(cast), {"by_id": cast.ida.id, "now": NOW}
        criteria.take_own(call, **who)
        first = criteria.own_questions(call)
        criteria.change_question(call, first[0].id, DRY, **who)
        criteria.add_question(call, replace(DRY, name={"de": "Neu", "en": "New"}), **who)
        criteria.remove_question(call, first[1].id, **who)
        criteria.move_question_up(call, first[3].id, **who)
    assert words(criteria.own_questions(call)) == ["Dry", "Feasibility", "Good for the people here", "New"]
    assert (first[0].weight, first[0].anchors) == (60, {"de": FIVE, "en": FIVE})
    assert words(criteria_of()) == [row["name_en"] for row in FIRST_SET]
    assert criteria_of()[0].set_version == 1


@pytest.mark.either
def test_a_set_of_a_call_is_never_the_houses_and_new_ones_of_the_house_go_on(cast):
    with work():
        own(cast, "Dry")
        number = publish_criteria(FIRST_SET[:2], now=NOW)
    assert (number, words(criteria_of())) == (2, [row["name_en"] for row in FIRST_SET[:2]])


@pytest.mark.either
def test_back_to_the_house_and_back_again(cast):
    with work():
        call, who = own(cast, "Dry", "Warm"), {"by_id": cast.ida.id, "now": NOW}
        criteria.take_house(call, **who)
        house = (criteria.set_of(call), criteria.own_questions(call))
        criteria.take_own(call, **who)
        with pytest.raises(Refused):
            criteria.take_own(call, **who)
    assert (house, words(criteria.own_questions(call))) == ((None, []), ["Dry", "Warm"])


@pytest.mark.either
@pytest.mark.parametrize("change, fields", [
    ({"name": {"de": " ", "en": "Dry"}}, ["name_de"]), ({"name": {"de": "x" * 121, "en": "Dry"}}, ["name_de"]),
    ({"anchors": {"de": FIVE, "en": FIVE[:4]}}, ["anchor_en_5"]), ({"weight": 0}, ["weight"]), ({"weight": None}, ["weight"]),
    ({"anchors": {"de": ["", *FIVE[1:]], "en": FIVE}, "weight": 101}, ["anchor_de_1", "weight"]),
])
def test_a_question_names_what_is_wrong_with_it(change, fields, cast):
    with work():
        call = own(cast, "Dry")
        with pytest.raises(Invalid) as invalid:
            criteria.add_question(call, replace(DRY, **change), by_id=cast.ida.id, now=NOW)
    assert sorted(invalid.value.fields) == fields


@pytest.mark.either
def test_what_questions_refuse(cast):
    with work():
        call, who = own(cast, "Dry"), {"by_id": cast.ida.id, "now": NOW}
        other = own(cast, "Warm")
        mine, theirs = criteria.own_questions(call)[0].id, criteria.own_questions(other)[0].id
        db.session.flush()
        seen = call.version
        criteria.change_question(call, mine, DRY, version=seen, **who)
        reasons = {}
        presses = {
            "last": (Refused, lambda: criteria.remove_question(call, mine, **who)),
            "of another": (NotFound, lambda: criteria.change_question(call, theirs, DRY, **who)),
            "somebody was quicker": (Stale, lambda: criteria.remove_question(call, mine, version=seen, **who)),
            "none of its own": (Refused, lambda: criteria.add_question(scene.opened(cast), DRY, **who)),
        }
        for name, (error, press) in presses.items():
            with pytest.raises(error) as raised:
                press()
            reasons[name] = raised.value.reason
        for n in range(criteria.MOST_QUESTIONS - 1):
            criteria.add_question(call, replace(DRY, name={"de": str(n), "en": str(n)}), **who)
        with pytest.raises(Refused) as many:
            criteria.add_question(call, DRY, **who)
    assert (reasons["last"], reasons["none of its own"], many.value.reason) == ("last_question", "no_own", "enough")


@pytest.mark.either
def test_the_first_reviewer_asked_freezes_them(cast):
    with work():
        call, who = own(cast, "Dry"), {"by_id": cast.ida.id, "now": NOW}
        question = criteria.own_questions(call)[0].id
        plain = scene.opened(cast)
        for each in (call, plain):
            idea = f.submitted(cast, call_id=each.id)
            assert not criteria.is_frozen(each.id)
            move(idea, "assign", actor=cast.bob, now=f.START,
                 reviewers=f.reviewers((cast.rex, "expert"), (cast.ria, "department")))
        presses = [
            lambda: criteria.change_question(call, question, DRY, **who), lambda: criteria.add_question(call, DRY, **who),
            lambda: criteria.remove_question(call, question, **who), lambda: criteria.move_question_up(call, question, **who),
            lambda: criteria.take_house(call, **who), lambda: criteria.take_own(plain, **who),
        ]
        reasons = []
        for press in presses:
            with pytest.raises(Refused) as refused:
                press()
            reasons.append(refused.value.reason)
    assert reasons == ["frozen"] * 6


@pytest.mark.either
def test_a_draft_is_thrown_away_with_its_questions_and_reviewers(cast):
    with work():
        call = scene.draft(cast, reviewers=[(cast.rex.id, "expert")])
        criteria.take_own(call, by_id=cast.ida.id, now=NOW)
        number, call_id = call.criteria_set, call.id
        discard_call(call, by_id=cast.ida.id, now=NOW)
    assert number is not None
    assert (db.session.query(Criterion).filter_by(set_version=number).count(), reviewers_of(call_id)) == (0, [])


# -- asking them -----------------------------------------------------------------------------------------------------


def test_reviewers_answer_the_calls_questions_and_the_quorum_counts_them(cast):
    with work():
        call = own(cast, "Dry", "Warm")
        idea = f.in_review(cast, call_id=call.id)
        asked = criteria_of(f.assignment(idea, cast.rex).criteria_set)
        with pytest.raises(Invalid) as invalid:
            f.answer_review(idea, cast.rex, f.START + timedelta(hours=2))  # the questions of the house
        for person, points in ((cast.rex, (5, 3)), (cast.ria, (4, None))):
            move(idea, "score", actor=person, now=f.START + timedelta(hours=2), recommendation="adopt", for_submitter="Good",
                 scores={row.id: point for row, point in zip(asked, points, strict=True)})
        settle(idea, now=f.START + timedelta(days=2))
        case = case_of(idea, actor=cast.cat, now=f.START)
        ordinary = f.in_review(cast, cast.eve)
    assert words(asked) == words(case.criteria) == ["Dry", "Warm"]
    assert sorted(invalid.value.fields) == sorted(f"criterion_{row.id}" for row in asked)
    assert (idea.stage, quorum.shortfall(case)) == ("deciding", None)
    assert [f.assignment(idea, p).total_points for p in (cast.rex, cast.ria)] == [4.0, 4.0]
    assert f.assignment(ordinary, cast.rex).criteria_set == 1


def test_the_form_of_an_assessment_asks_them(cast, client_as):
    with work():
        number = f.in_review(cast, call_id=own(cast, "Dry").id).number
        other = f.in_review(cast, cast.eve).number
    pages = [client_as(cast.rex).get(f"/ideas/{n}/moves/score").get_data(as_text=True) for n in (number, other)]
    assert [("Does it stay dry?" in page, "Benefit for customers" in page) for page in pages] == [(True, False), (False, True)]


# -- reviewers of its own --------------------------------------------------------------------------------------------


def offered(idea, cast):
    """Give (first name, capacity) of everybody offered, and the first names of those marked."""
    found = suggestions(case_of(idea, actor=cast.bob, now=f.START))
    return [(s.person.given_name, s.capacity) for s in found], [s.person.given_name for s in found if s.preselected]


@pytest.mark.parametrize("named, first, marked", [
    ([], [("Rex", "expert")], ["Rex", "Dan"]),
    ([("sam", "expert"), ("eve", "department")], [("Sam", "expert"), ("Eve", "department")], ["Sam", "Eve"]),
    ([("sam", "expert")], [("Sam", "expert"), ("Rex", "expert")], ["Sam", "Dan"]),
    ([("pia", "department"), ("ria", "department")], [("Pia", "department"), ("Ria", "department")], ["Pia", "Ria", "Rex"]),
    ([("eve", "expert"), ("bob", "department")], [("Eve", "expert"), ("Bob", "department")], ["Eve", "Bob", "Rex"]),
    ([("ann", "expert"), ("cat", "expert"), ("wes", "department")], [("Wes", "department"), ("Rex", "expert")], ["Wes", "Rex"]),
])
def test_whoever_is_named_is_offered_first_and_marked_as_far_as_they_may(named, first, marked, cast):
    with work():
        call = scene.opened(cast, reviewers=[(getattr(cast, who).id, capacity) for who, capacity in named])
        idea = f.submitted(cast, call_id=call.id)
    everybody, chosen = offered(idea, cast)
    assert (everybody[:len(first)], chosen) == (first, marked)
    assert len({who for who, _capacity in everybody}) == len(everybody)


def test_no_gap_among_the_named_tells_who_a_confidential_idea_comes_from(cast):
    with work():
        named = scene.opened(cast, reviewers=[(who.id, "department") for who in (cast.ann, cast.eve, cast.wes)])
        plain = scene.opened(cast)
        ideas = [f.submitted(cast, cast.ann, call_id=call.id, confidential=True) for call in (named, plain)]
    assert offered(ideas[0], cast) == offered(ideas[1], cast)


@pytest.mark.either
def test_reviewers_change_while_it_goes_on_and_whoever_left_is_pointed_out(cast):
    with work():
        call = scene.opened(cast, reviewers=[(cast.rex.id, "expert"), (cast.ria.id, "department")])
        name_reviewers(call, [(cast.sam.id, "expert"), (cast.ria.id, "expert")], by_id=cast.ida.id, now=NOW, book=scene.on(TODAY))
        cast.sam.left_on = TODAY
        db.session.flush()
        later = scene.on(TODAY + timedelta(days=1))
        with pytest.raises(Invalid) as invalid:
            name_reviewers(call, [(cast.sam.id, "expert")], by_id=cast.ida.id, now=NOW, book=later)
    assert [(r.person_id, r.capacity) for r in reviewers_of(call.id)] == sorted([(cast.ria.id, "expert"), (cast.sam.id, "expert")])
    assert [brief.id for brief in gone_reviewers(call.id, later)] == [cast.sam.id]
    assert list(invalid.value.fields) == ["reviewers"]


@pytest.mark.either
@pytest.mark.parametrize("wrong", [[(999, "expert")], [("rex", "friend")], [("rex", "expert"), ("rex", "department")]])
def test_reviewers_are_not_named_like_this(wrong, cast):
    named = [(getattr(cast, who).id if isinstance(who, str) else who, capacity) for who, capacity in wrong]
    with work(), pytest.raises(Invalid) as invalid:
        scene.draft(cast, reviewers=named)
    assert list(invalid.value.fields) == ["reviewers"]


def test_several_ideas_of_a_call_go_to_its_people_with_one_press(cast, client_as, clock):
    clock.move_to(f.START + timedelta(hours=2))
    with work():
        call = scene.opened(cast, reviewers=[(cast.rex.id, "expert"), (cast.ria.id, "department")])
        ideas = [f.submitted(cast, person, call_id=call.id) for person in (cast.ann, cast.eve)]
        other = f.submitted(cast, cast.dan)
        steps = [str(f.step(idea, "triage").id) for idea in ideas]
    page = client_as(cast.bob).get(f"/queue/several?call={call.id}").get_data(as_text=True)
    assert ("rex@example.com" in page, "ria@example.com" in page) == (True, True)
    assert page.count(" checked") == 2
    done = client_as(cast.bob).post("/queue/several", data={
        "steps": steps, "experts": "rex@example.com", "for_departments": "ria@example.com"})
    assert done.status_code == 303
    db.session.expire_all()
    assert [idea.stage for idea in (*ideas, other)] == ["in_review", "in_review", "submitted"]
