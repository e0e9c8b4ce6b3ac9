"""What is kept in memory: for one transaction what belongs to an idea, from day to day what was read of people."""

import gc
import weakref
from datetime import timedelta

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, is_current, short_work, work
from suggestbox.core.errors import Stale
from suggestbox.ideas.models import Idea
from suggestbox.people.directory import directory, read_directory
from suggestbox.people.models import Membership, Person
from suggestbox.reviews.models import Flag
from suggestbox.steps.models import Step
from suggestbox.workflow import belongings
from suggestbox.workflow.operations import case_of, move
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


def test_steps_that_are_over_for_good_are_not_read_again(cast: Cast) -> None:
    """An idea's way is long, and what is asked again of it is little: of what is done, that it had a first look."""
    with work():
        idea_id = f.conversation(cast).id
    with work() as session:
        idea = session.get_one(Idea, idea_id)
        read = case_of(idea, actor=None, now=START).all_steps
        assert {step.kind for step in read if step.done_at is not None} == {"triage"}
        assert [step.kind for step in read if step.done_at is None] == ["offer_talk"]
        every = set(session.scalars(sa.select(Step.kind).where(Step.idea_id == idea_id)))
        assert {"review", "decide"} <= every


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


def on_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def test_what_is_read_together_is_what_each_would_have_read(cast: Cast) -> None:
    with work():
        ids = [f.submitted(cast).id, f.in_review(cast).id, f.conversation(cast).id]
    statements = [statement for statement in belongings._MANY if statement is not belongings.OVERRIDES]

    def known(idea: Idea) -> tuple:
        found = {str(s): [getattr(row, "id", row) for row in belongings.values_of(idea, s)] for s in statements}
        parts = [[score.criterion_id for score in a.scores] for a in belongings.values_of(idea, belongings.ASSIGNMENTS)]
        talks = [([o.id for o in p.offers], [a.id for a in p.appointments])
                 for p in belongings.values_of(idea, belongings.PARTIES)]
        people = [(s.id, s.identity) for s in idea.submitters]
        return found, parts, talks, people, belongings.kinds_of(idea)

    with work() as session:
        alone = [known(session.get_one(Idea, idea_id)) for idea_id in ids]
    with work() as session:
        ideas = belongings.read_together(ids)
        assert [idea.id for idea in ideas] == (ids if on_sqlite() else [])
        assert [known(session.get_one(Idea, idea_id)) for idea_id in ids] == alone


def test_a_change_after_reading_together_is_noticed(cast: Cast) -> None:
    with work():
        idea = f.in_review(cast)
        other = f.submitted(cast)
    ids, ann_id = [idea.id, other.id], cast.ann.id
    with work() as session:
        kept = belongings.read_together(ids)
        assert case_of(idea, actor=None, now=START).open_flag is None
        session.add(Flag(idea_id=ids[0], kind="safety", by_id=ann_id, at=START, words=""))
        assert case_of(idea, actor=None, now=START).open_flag is not None
        del kept
    with short_work() as another:  # as another process would
        another.execute(sa.delete(Flag))
    with work():
        belongings.read_together(ids)
        assert case_of(idea, actor=None, now=START).open_flag is None


def test_a_row_is_read_once_for_a_move_and_never_taken_from_before(cast: Cast) -> None:
    """On SQLite nobody writes beside `work()`: what was read in it stays true, and only that."""
    with work():
        idea = f.submitted(cast)
    turn = idea.turn
    assert not is_current(idea)  # read, but not in a `work()`
    with short_work() as another:
        another.execute(sa.update(Idea).values(turn=turn + 1))
    with work():
        assert not is_current(idea)
        assert idea.turn == turn + 1
        assert is_current(idea) is on_sqlite()
        db.session.expire(idea, ["turn"])
        assert not is_current(idea)
        with pytest.raises(Stale):
            move(idea, "withdraw", actor=cast.ann, now=START, turn=turn)


def test_a_new_step_is_the_sessions_own_at_once_and_gone_with_the_transaction(cast: Cast) -> None:
    """It goes into the database without a flush: found by whoever reads, changed like any other row, undone with the rest."""
    with work() as session:
        idea = f.submitted(cast)
        step = case_of(idea, actor=None, now=START).steps[-1]
        assert session.scalars(sa.select(Step).where(Step.idea_id == idea.id, Step.id == step.id)).one() is step
        step.due_moves = 1
        step_id = step.id
    assert db.session.get_one(Step, step_id).due_moves == 1
    with pytest.raises(ZeroDivisionError), work():
        later = f.submitted(cast)
        gone = case_of(later, actor=None, now=START).steps[-1].id
        raise ZeroDivisionError
    assert db.session.get(Step, gone) is None
