"""Who takes part, in numbers: nobody can be told from them, however often somebody looks and whatever they know of others."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suggestbox.calls.participation import HEADCOUNT, STEP, Unit, name_of, numbers, participation, units_of
from suggestbox.core.database import db, work
from suggestbox.people.models import Department
from tests.calls import scene
from tests.cast import newcomer

pytestmark = pytest.mark.either

TODAY = scene.TODAY
UNNAMED = -1
"""Stands for a part of a confidential submitter, whoever that is."""

UNSEEN = -2
"""Stands for nothing: a moment at which nobody handed in."""


# -- the attack ------------------------------------------------------------------------------------------------------


def looks(sizes, events):
    """Give what the page shows after every single event to somebody who never looks away."""
    units = [Unit(size, (n,), frozenset({n})) for n, size in enumerate(sizes)]
    named, unnamed, seen = [set() for _unit in units], 0, []
    for unit, person in events:
        if unit == UNNAMED:
            unnamed += 1
        elif unit != UNSEEN:
            named[unit].add(person)
        seen.append(numbers(units, named, unnamed))
    return seen


@st.composite
def calls(draw):
    """Give units of ten people and more, and who hands in one after the other; some hand in more than once."""
    sizes = draw(st.lists(st.integers(HEADCOUNT, 14), min_size=1, max_size=2))
    people = [(unit, person) for unit, size in enumerate(sizes) for person in range(size)]
    events = draw(st.permutations(people))[: draw(st.integers(1, len(people)))]
    return sizes, events + draw(st.lists(st.sampled_from(people), max_size=3))


@given(calls(), st.data())
def test_whoever_knows_all_others_and_looks_all_the_time_cannot_tell_the_one(call, data):
    """Every look would be the same without somebody, or with any of five others of the unit in their place."""
    sizes, events = call
    unit, person = data.draw(st.sampled_from(events))
    shown = looks(sizes, events)
    times = [n for n, event in enumerate(events) if event == (unit, person)]
    nobody = looks(sizes, [event if n not in times else (UNSEEN, None) for n, event in enumerate(events)])
    suspects = [
        other for other in range(sizes[unit]) if other != person
        and looks(sizes, [(unit, other) if n in times else event for n, event in enumerate(events)]) == shown
    ]
    assert nobody == shown or len(suspects) >= STEP, suspects


@given(calls(), st.data())
def test_no_number_tells_who_a_confidential_submitter_is(call, data):
    """Whether it is somebody who took part by name already, or twice the same person, changes nothing that is shown."""
    sizes, events = call
    hidden = data.draw(st.sets(st.sampled_from(range(len(events)))))
    shown = looks(sizes, [(UNNAMED, None) if n in hidden else event for n, event in enumerate(events)])
    for before, after in pairwise([(0, (0,) * len(sizes)), *shown]):
        assert after[0] - before[0] in (0, STEP)  # never down, never more than a step at once
        assert all(b <= a for b, a in zip(before[1], after[1], strict=True))
    assert all(number % STEP == 0 and number <= sum(sizes) - STEP * len(sizes) for number, _of_units in shown)


# -- who is counted together -----------------------------------------------------------------------------------------


def staff(cast, department, count):
    for n in range(count):
        newcomer(cast.home, f"{department.key}{n}", department)


def test_small_departments_count_with_the_larger_unit_they_belong_to(cast):
    """Logistics has twelve people, IT and Purchasing four each: they count with those above them."""
    with work():
        staff(cast, cast.logistics, 7)
        depot = Department(key="depot", name="Depot", parent_id=cast.logistics.id)
        db.session.add(depot)
        db.session.flush()
        staff(cast, depot, 3)
    book = scene.on(TODAY)
    units = units_of([], book)
    assert [(name_of(unit, book), unit.people) for unit in units] == [
        ("Logistics", 15), ("Direction, all others", 11)] == [(name_of(u, book), u.people) for u in units_of([], book)]
    assert units_of([cast.it.id], book) == ()
    # Asked alone, IT with Purchasing are fewer than ten; with Logistics they count along.
    assert [unit.people for unit in units_of([cast.logistics.id, cast.it.id], book)] == [19]


def test_departments_stand_there_from_five_on_and_leavers_stay_in(cast, client_as, clock):
    clock.move_to(scene.NOW)
    with work():
        staff(cast, cast.logistics, 7)
        call = scene.opened(cast)
        scene.answered(cast, call, cast.ann, cast.bob, cast.dan, cast.eve, cast.kim)
        call_id = call.id
        cast.coo.language = "en"
    book = scene.on(TODAY)
    assert participation({call_id: []}, book)[call_id].units == ()
    with work():
        scene.answered(cast, db.session.merge(call), cast.cat)
    assert participation({call_id: []}, book)[call_id].units == (("Logistics", 5),)
    with work():
        cast.cat.active = False
    assert participation({call_id: []}, scene.on(TODAY))[call_id].units == (("Logistics", 5),)
    page = client_as(cast.coo).get(f"/calls/{call_id}").text
    assert ("Logistics</span>" in page, "about 5" in page, "Conrad" in page) == (True, True, False)


def test_a_small_department_asked_alone_is_never_counted(cast, client_as, clock):
    clock.move_to(scene.NOW)
    with work():
        call = scene.opened(cast, cast.logistics)
        scene.answered(cast, call, cast.ann, cast.bob, cast.cat, cast.dan, cast.eve)
        call_id = call.id
        cast.coo.language = "en"
    assert "So few are asked that a number of people would tell who it was." in client_as(cast.coo).get(f"/calls/{call_id}").text
