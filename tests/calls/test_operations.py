"""Calls: drafted, published to those they ask, answered, ended, prolonged, and what came of them."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from suggestbox.calls import queries
from suggestbox.calls.models import Call, CallDepartment
from suggestbox.calls.operations import (
    change_call,
    discard_call,
    end_call,
    prolong_call,
    publish_call,
    tell_of_open_calls,
    tell_results,
)
from suggestbox.calls.participation import Participation, participation
from suggestbox.core.database import db, work
from suggestbox.core.errors import HouseError, Invalid, Refused, Stale
from suggestbox.people.models import Absence
from suggestbox.workflow.operations import move
from tests import factories as f
from tests.calls import scene
from tests.mail.telling import line_for, notices, told_of_kind

pytestmark = pytest.mark.either

NOW, TODAY = scene.NOW, scene.TODAY
FACTS = {"question": "Q", "background": "", "starts_on": TODAY, "ends_on": TODAY, "department_ids": []}


# -- drafting --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong, field", [
    ({"question": " "}, "question"), ({"question": "x" * 201}, "question"), ({"background": "x" * 10_001}, "background"),
    ({"sponsor_id": None}, "sponsor"), ({"sponsor_id": 999}, "sponsor"), ({"starts_on": None}, "starts_on"),
    ({"ends_on": None}, "ends_on"), ({"ends_on": TODAY - timedelta(days=1), "starts_on": TODAY - timedelta(days=9)}, "ends_on"),
    ({"starts_on": TODAY + timedelta(days=3), "ends_on": TODAY + timedelta(days=2)}, "ends_on"),
    ({"ends_on": TODAY + timedelta(days=400)}, "ends_on"), ({"department_ids": [77]}, "departments"), ({"theme_id": 9}, "theme"),
])
def test_wrong_facts_name_their_field(wrong, field, cast):
    with work(), pytest.raises(Invalid) as invalid:
        scene.draft(cast, **wrong)
    assert list(invalid.value.fields) == [field]


def test_a_draft_changes_with_its_departments(cast):
    with work():
        call = scene.draft(cast, cast.logistics, cast.it)
        change_call(call, by_id=cast.ida.id, now=NOW, book=scene.on(TODAY), sponsor_id=cast.kim.id,
                    **{**FACTS, "department_ids": [cast.it.id, cast.purchasing.id]})
    assert (call.question, call.sponsor_id) == ("Q", cast.kim.id)
    assert queries.departments_of([call.id]) == {call.id: sorted([cast.it.id, cast.purchasing.id])}


def test_a_draft_is_thrown_away_whole(cast):
    with work():
        discard_call(scene.draft(cast, cast.logistics), by_id=cast.ida.id, now=NOW)
    assert [db.session.scalar(sa.select(sa.func.count()).select_from(t)) for t in (Call, CallDepartment)] == [0, 0]


def test_two_people_at_once(cast):
    with work():
        call = scene.draft(cast)
        seen = call.version
        change_call(call, by_id=cast.ida.id, now=NOW, book=scene.on(TODAY), sponsor_id=cast.lea.id, version=seen, **FACTS)
        with pytest.raises(Stale):
            publish_call(call, by_id=cast.ida.id, now=NOW, book=scene.on(TODAY), version=seen)
    assert call.published_at is None


# -- every press -----------------------------------------------------------------------------------------------------

FOLLOWS = {
    # state: what may still happen
    "draft": {"change", "discard", "publish"}, "coming": {"end", "prolong"}, "open": {"end", "prolong"}, "ended": {"results"},
}


@pytest.mark.parametrize("state", FOLLOWS)
def test_every_press_in_every_state(state, cast):
    with work():
        call = scene.IN_STATE[state](cast)
        who = {"by_id": cast.ida.id, "now": NOW}
        book = scene.on(TODAY)
        presses = {
            "change": lambda: change_call(call, book=book, sponsor_id=cast.lea.id, **FACTS, **who),
            "discard": lambda: discard_call(call, **who),
            "publish": lambda: publish_call(call, book=book, **who),
            "end": lambda: end_call(call, reason="R", book=book, **who),
            "prolong": lambda: prolong_call(call, ends_on=call.ends_on + timedelta(days=7), reason="R", book=book, **who),
            "results": lambda: tell_results(call, words="W", book=book, **who),
        }
        assert queries.state_of(call, TODAY) == state
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
            call = db.session.get_one(Call, call.id)
    assert happened == FOLLOWS[state]


# -- whom it asks ----------------------------------------------------------------------------------------------------


def test_everybody_hears_once_but_whoever_drafted_it_or_is_away(cast):
    with work():
        db.session.add(Absence(person_id=cast.eve.id, from_on=TODAY, until_on=TODAY))
        cast.wes.entitled = False
        db.session.flush()
        scene.opened(cast)
    told = sorted(told_of_kind("calls.opened"))
    everybody = {p.given_name for p in cast.people().values()}
    assert told == sorted(everybody - {"Ida", "Eve", "Wes"})


def test_departments_are_asked_with_those_below_them(cast):
    with work():
        scene.opened(cast, cast.logistics)
        scene.opened(cast, cast.direction, question="And you?")
    told = told_of_kind("calls.opened")
    logistics = ["Ann", "Bob", "Cat", "Dan", "Eve"]
    assert sorted(told[:5]) == logistics
    assert sorted(told[5:]) == sorted({p.given_name for p in cast.people().values()} - {"Ida"})


def test_whoever_comes_back_hears_then_and_nobody_twice(cast):
    with work():
        db.session.add(Absence(person_id=cast.eve.id, from_on=TODAY, until_on=TODAY))
        db.session.flush()
        scene.opened(cast, cast.logistics)
        before = len(notices("calls.opened"))
        tomorrow = TODAY + timedelta(days=1)
        assert tell_of_open_calls(now=NOW + timedelta(days=1), book=scene.on(tomorrow)) == 1
    assert told_of_kind("calls.opened")[before:] == ["Eve"]


def test_a_coming_call_is_told_on_its_first_day(cast):
    with work():
        call = scene.coming(cast, cast.it)
        assert tell_of_open_calls(now=NOW, book=scene.on(TODAY)) == 0
        quiet = told_of_kind("calls.opened")
        tell_of_open_calls(now=NOW + timedelta(days=7), book=scene.on(call.starts_on))
    assert quiet == []
    assert sorted(told_of_kind("calls.opened")) == ["Coo", "Dot", "Kim", "Rex"]


def test_open_calls_are_those_that_ask_me(cast):
    with work():
        everybody = scene.opened(cast, ends_on=TODAY + timedelta(days=30))
        logistics = scene.opened(cast, cast.logistics)
        scene.coming(cast)
        scene.ended(cast)
        scene.draft(cast)
        over = scene.opened(cast)
        end_call(over, reason="R", by_id=cast.ida.id, now=NOW, book=scene.on(TODAY))
        tell_results(over, words="A roof.", by_id=cast.ida.id, now=NOW, book=scene.on(TODAY))
    for person, running in ((cast.ann, [logistics, everybody]), (cast.sam, [everybody])):
        assert queries.calls_at_home(person, TODAY) == (running, [over])
    assert queries.calls_at_home(cast.ann, TODAY + timedelta(days=22))[1] == []


def test_the_line_goes_when_the_call_is_over_or_the_module_off(cast, app):
    from suggestbox.core.settings import set_rule

    with work():
        call = scene.opened(cast, cast.logistics)
    notice = notices("calls.opened")[0]
    line = line_for(notice, NOW)
    assert line is not None
    assert (line.text, line.duty) == (
        "Eine Frage an Sie: „How do parcels arrive dry?“ Ihre Ideen sind willkommen bis Mittwoch, 2. Dezember.", False)
    assert line.url == f"/calls/{call.id}"
    assert line_for(notice, NOW + timedelta(days=29)) is None
    with work():
        set_rule("modules.calls", False, now=NOW)
    assert line_for(notice, NOW) is None


# -- who takes part --------------------------------------------------------------------------------------------------


def took_part(call: Call) -> Participation:
    asked = queries.departments_of([call.id]).get(call.id, [])
    return participation({call.id: asked}, scene.on(TODAY))[call.id]


def test_nothing_is_said_about_fewer_than_five_people(cast):
    with work():
        call = scene.opened(cast)
        scene.answered(cast, call, cast.ann, cast.eve, cast.sam, cast.rex)
        scene.answered(cast, call, cast.ann)
        four = took_part(call)
        hidden = scene.answered(cast, call, cast.lea, confidential=True)[0]
        five = took_part(call)
        # Whoever takes an idea back took part: a number that went down would tell who it was.
        move(hidden, "withdraw", actor=cast.lea, now=NOW + timedelta(hours=3))
        again = took_part(call)
    assert four == Participation(0, (), countable=True)
    assert five == again == Participation(5, (), countable=True)  # four of them named: no department has five


def test_results_reach_everybody_who_took_part_once(cast):
    with work():
        call = scene.opened(cast)
        scene.answered(cast, call, cast.ann, cast.eve)
        scene.answered(cast, call, cast.ann)
        scene.answered(cast, call, cast.sam, confidential=True)
        f.draft(cast, cast.rex, call_id=call.id)
        move(scene.answered(cast, call, cast.dan)[0], "withdraw", actor=cast.dan, now=NOW + timedelta(hours=3))
        end_call(call, reason="Enough", by_id=cast.ida.id, now=NOW, book=scene.on(TODAY))
        for words in ("We roof the ramp.", "We roof the ramp in May."):
            tell_results(call, words=words, by_id=cast.ida.id, now=NOW, book=scene.on(TODAY))
    assert told_of_kind("calls.results") == ["Ann", "Eve", "Sam"]
    assert [n.person_id for n in notices("calls.results")] == [None, None, None]
    line = line_for(notices("calls.results")[0], NOW)
    assert line is not None
    assert line.text == "Was aus dem Ideenaufruf wurde, bei dem Sie mitgemacht haben: „How do parcels arrive dry?“"
    assert (call.results, call.results_by_id) == ("We roof the ramp in May.", cast.ida.id)


# -- its dates -------------------------------------------------------------------------------------------------------


def test_a_call_ends_with_a_reason(cast):
    with work():
        call = scene.opened(cast)
        with pytest.raises(Invalid) as invalid:
            end_call(call, reason=" ", by_id=cast.ida.id, now=NOW, book=scene.on(TODAY))
        end_call(call, reason="Enough answers", by_id=cast.ida.id, now=NOW, book=scene.on(TODAY))
    assert list(invalid.value.fields) == ["reason"]
    assert (queries.state_of(call, TODAY), call.dates_reason) == ("ended", "Enough answers")


@pytest.mark.parametrize("ends_on, reason, field", [
    (None, "R", "ends_on"), (TODAY + timedelta(days=28), "R", "ends_on"), (TODAY + timedelta(days=400), "R", "ends_on"),
    (TODAY + timedelta(days=30), "", "reason"),
])
def test_a_call_is_not_prolonged_like_this(ends_on, reason, field, cast):
    with work():
        call = scene.opened(cast)
        with pytest.raises(Invalid) as invalid:
            prolong_call(call, ends_on=ends_on, reason=reason, by_id=cast.ida.id, now=NOW, book=scene.on(TODAY))
    assert list(invalid.value.fields) == [field]


def test_a_call_is_prolonged_with_a_reason(cast):
    with work():
        call = scene.opened(cast)
        prolong_call(call, ends_on=date(2026, 12, 20), reason="Holidays", by_id=cast.ida.id, now=NOW, book=scene.on(TODAY))
    assert (call.ends_on, call.dates_reason) == (date(2026, 12, 20), "Holidays")


@pytest.mark.parametrize("on, told", [(True, 5), (False, 0)])
def test_the_morning_job_tells_only_while_the_module_is_on(on, told, cast, clock):
    from suggestbox.calls.jobs import tell_of_calls
    from suggestbox.core.settings import set_rule

    with work():
        scene.coming(cast, cast.logistics)
        set_rule("modules.calls", on, now=NOW)
    clock.move_to(NOW + timedelta(days=7))
    tell_of_calls()
    tell_of_calls()
    assert len(notices("calls.opened")) == told
