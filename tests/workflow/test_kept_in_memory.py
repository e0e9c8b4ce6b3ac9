"""What is kept in memory: for one transaction what belongs to an idea, from day to day what was read of people."""

import gc
import weakref
from datetime import timedelta

from suggestbox.core.database import db, work
from suggestbox.people.directory import directory, read_directory
from suggestbox.people.models import Membership, Person
from suggestbox.workflow.operations import case_of
from tests import factories as f
from tests.cast import Cast
from tests.factories import START

TODAY = START.date()


def test_a_case_goes_with_its_last_user(cast: Cast) -> None:
    """Not only when Python looks for rings: until then every commit would expire all rows it read."""
    idea = f.in_review(cast)
    gc.disable()
    try:
        case = case_of(idea, actor=None, now=START)
        assert case.earlier.protection is None
        there = weakref.ref(case)
        del case
        assert there() is None
    finally:
        gc.enable()


def test_what_belongs_to_an_idea_is_forgotten_with_the_transaction(cast: Cast) -> None:
    with work() as session:
        idea = f.submitted(cast)
        assert case_of(idea, actor=None, now=START).all_steps
        assert "belongings" in session.info
    assert "belongings" not in db.session().info


def test_people_are_read_anew_when_something_about_them_changed(cast: Cast) -> None:
    """The directory takes over what it knew of everybody else; each day and change reads as if nothing were known."""
    before = directory(TODAY)
    with work() as session:
        session.get_one(Person, cast.ann.id).family_name = "Anders"
        session.get_one(Person, cast.eve.id).left_on = TODAY
        session.add(Membership(person_id=cast.ria.id, department_id=cast.it.id, from_on=TODAY + timedelta(days=1)))
    for day in (TODAY, TODAY + timedelta(days=1)):
        after = directory(day)
        assert after.people == read_directory(0, day).people
    assert after.people[cast.ann.id].family_name == "Anders"
    assert before.people[cast.ann.id].family_name != "Anders"
    assert not after.people[cast.eve.id].active
    unchanged = [p for p in after.people if after.people[p] is before.people.get(p)]
    assert sorted(set(after.people) - set(unchanged)) == sorted({cast.ann.id, cast.eve.id, cast.ria.id})
