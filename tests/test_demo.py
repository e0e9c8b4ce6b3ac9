"""The demo company: everything in it was made by real moves, and it is the same on every start."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.terminal import CannotGoOn
from suggestbox.demo.cast import PASSWORD, cast_members
from suggestbox.demo.company import House
from suggestbox.demo.filling import fill, filled_on, refuse_wrong_kind
from suggestbox.demo.script import Story, company, stories
from suggestbox.ideas.models import OPEN_STAGES, Comment, Idea, Support
from suggestbox.journal.models import Entry
from suggestbox.journal.operations import first_broken_seal
from suggestbox.people.directory import directory
from suggestbox.people.models import Person
from suggestbox.people.queries import person_by_email, today_for
from suggestbox.people.sign_in import hash_password, password_fits
from suggestbox.reviews.models import Assignment
from suggestbox.steps.models import Step
from suggestbox.workflow.check import check
from tests.cast import gather

pytestmark = pytest.mark.slow

Rows = list[tuple[Any, ...]]


def _fingerprint() -> list[Rows]:
    """Everything a visitor sees that follows from the content: numbers, moments, people, steps, scores, journal."""
    queries = (
        sa.select(Idea.number, Idea.title, Idea.stage, Idea.outcome, Idea.ending, Idea.submitted_at, Idea.closed_at,
                  Idea.support_count, Idea.comment_count, Idea.next_kind, Idea.next_owner_id, Idea.next_due_on),
        sa.select(Person.id, Person.email, Person.given_name, Person.entered_on, Person.superior_id),
        sa.select(Step.idea_id, Step.kind, Step.owner_id, Step.due_on, Step.created_at, Step.done_at),
        sa.select(Assignment.idea_id, Assignment.person_id, Assignment.answered_at, Assignment.total_points),
        sa.select(Comment.idea_id, Comment.by_id, Comment.at, Comment.text),
        sa.select(Support.idea_id, Support.person_id, Support.at),
        sa.select(Entry.idea_id, Entry.kind, Entry.at, Entry.actor_id),
    )
    return [[tuple(row) for row in db.session.execute(query.order_by(*query.selected_columns))] for query in queries]


@pytest.fixture(scope="module")
def filled(one_app: Flask, house: Any) -> Iterator[dict[str, Any]]:
    """The demo company in the test database, made twice at the same moment; tests only read it."""
    now, hashed, made = utc_now(), hash_password(PASSWORD), []
    config = dict(one_app.config)
    with one_app.app_context():
        for _time in range(2):
            one_app.extensions.pop("directories", None)
            house.renew()
            with work():
                world = fill(now=now, zone="Europe/Berlin", password_hash=hashed)
                ideas = {key: idea.id for key, idea in world.ideas.items()}
            made.append(_fingerprint())
            db.session.remove()
        yield {"now": now, "ideas": ideas, "made": made, "house": world.house}
        db.session.remove()
    one_app.config.clear()
    one_app.config.update(config)
    one_app.extensions.pop("directories", None)


@pytest.fixture
def demo(filled: dict[str, Any], one_app: Flask) -> Iterator[dict[str, Any]]:
    with one_app.app_context():
        yield filled
        db.session.remove()


def _ideas(demo: dict[str, Any]) -> dict[str, Idea]:
    ideas = {idea.id: idea for idea in db.session.scalars(sa.select(Idea))}
    return {key: ideas[idea_id] for key, idea_id in demo["ideas"].items()}


def test_every_idea_stands_where_the_content_says(demo: dict[str, Any]) -> None:
    ideas = _ideas(demo)
    told = {story.key: (story.stage, story.outcome) for story in stories()}
    assert {key: (idea.stage, idea.outcome) for key, idea in ideas.items()} == told
    assert len(told) == len(stories()) == 127


def test_closed_ideas_were_confirmed_where_somebody_said_how_it_was(demo: dict[str, Any]) -> None:
    def ending(story: Story) -> str:
        return "confirmed" if story.talk["confirm"] else "unconfirmed"

    ideas = _ideas(demo)
    told = {story.key: ending(story) for story in stories() if story.stage == "closed"}
    assert {key: ideas[key].ending for key in told} == told


def test_supporters_and_remarks_are_all_there(demo: dict[str, Any]) -> None:
    ideas = _ideas(demo)
    assert {key: idea.support_count for key, idea in ideas.items()} == {s.key: len(s.support) for s in stories()}
    written = db.session.execute(sa.select(Comment.text, Comment.audience)).all()
    assert sorted(map(tuple, written)) == sorted((row["text"], row["audience"]) for s in stories() for row in s.comments)


def test_no_promise_is_broken(demo: dict[str, Any], one_app: Flask) -> None:
    assert check(directory(today_for()), one_app.config["DEPLOYMENT"].files) == []


def test_every_open_idea_has_a_next_step(demo: dict[str, Any]) -> None:
    without = sa.select(Idea.number).where(Idea.stage.in_(OPEN_STAGES), Idea.next_step_id.is_(None))
    assert db.session.scalars(without).all() == []


def test_queues_are_alive(demo: dict[str, Any]) -> None:
    today = today_for()
    dues = [step.due_on for step in db.session.scalars(sa.select(Step).where(Step.done_at.is_(None)))]
    overdue = sum(due < today for due in dues)
    assert 8 <= overdue <= len(dues) // 2
    assert any(today <= due <= today + timedelta(days=4) for due in dues)


def test_numbers_rise_with_the_moment_of_hand_in(demo: dict[str, Any]) -> None:
    handed_in = db.session.scalars(sa.select(Idea.number).where(Idea.number.is_not(None)).order_by(Idea.submitted_at))
    numbers = list(handed_in)
    assert numbers == sorted(numbers)
    assert len(numbers) == sum(story.stage != "draft" for story in stories())


def test_the_journal_is_in_the_order_of_time_and_sealed(demo: dict[str, Any]) -> None:
    moments = list(db.session.scalars(sa.select(Entry.at).where(Entry.idea_id.is_not(None)).order_by(Entry.id)))
    assert moments == sorted(moments)
    assert moments[-1] <= demo["now"]
    assert first_broken_seal() is None


def test_what_people_did_they_did_by_day(demo: dict[str, Any]) -> None:
    book = directory(today_for())

    def local(at: datetime, person_id: int) -> datetime:
        return at.astimezone(ZoneInfo(book.zone_of(person_id)))

    given = db.session.execute(
        sa.select(Assignment.answered_at, Assignment.person_id).where(Assignment.answered_at.is_not(None))
    ).all()
    odd = [
        at for at, person_id in given
        if not 6 <= local(at, person_id).hour < 18
        or not book.calendar_of(person_id).is_working_day(local(at, person_id).date())
    ]
    assert len(given) == sum("recommendation" in row for story in stories() for row in story.reviewers)
    assert len(odd) <= 5  # between the years somebody may have stayed late


def test_it_is_the_same_twice(demo: dict[str, Any]) -> None:
    first, second = demo["made"]
    assert first == second


def test_departments_bodies_and_absences_are_there(demo: dict[str, Any]) -> None:
    told, house = company(), demo["house"]
    assert isinstance(house, House)
    assert set(house.people) == {row["key"] for row in told.people}
    book = directory(today_for())
    assert len(book.departments) == len(told.departments)
    assert {len(seats) for seats in book.seats.values()} == {
        len({*row["members"], *row["works_council"], row["chair"]}) for row in told.bodies
    }
    away = sum(row["from_days"] <= 0 <= row["until_days"] for row in told.absences)
    assert len(book.absent) == away


def test_the_cast_signs_in_with_the_password_that_is_printed(demo: dict[str, Any], one_app: Flask) -> None:
    cast = [person_by_email(member.email) for member in cast_members()]
    assert len(cast) == 16
    assert all(person and person.active for person in cast)
    assert password_fits(cast[0], PASSWORD)
    assert len({person.password_hash for person in cast if person}) == 1
    db.session.rollback()
    answer = one_app.test_client().post("/sign-in", data={"email": cast_members()[0].email, "password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/")


def test_a_demo_database_is_told_from_a_real_one(demo: dict[str, Any], one_app: Flask) -> None:
    assert filled_on() == today_for()
    folder = one_app.config["DEPLOYMENT"].instance
    refuse_wrong_kind(folder, demo=True)
    with pytest.raises(CannotGoOn, match="is a demo database"):
        refuse_wrong_kind(folder, demo=False)


def test_a_real_database_is_never_filled(app: Flask) -> None:
    folder = app.config["DEPLOYMENT"].instance
    refuse_wrong_kind(folder, demo=True)
    gather()
    refuse_wrong_kind(folder, demo=False)
    with pytest.raises(CannotGoOn, match="is not a demo database"):
        refuse_wrong_kind(folder, demo=True)
