"""Reminders when much happens at once: two processes, random days, many steps; and what is forgotten again."""

import threading
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from suggestbox.core.database import db, work
from suggestbox.core.settings import set_rule
from suggestbox.ideas.models import Submitter
from suggestbox.ideas.parts import submitters_of_many
from suggestbox.mail.models import Notice
from suggestbox.people.directory import directory
from suggestbox.people.hours import is_at_work
from suggestbox.reminders.kinds import DIGEST
from suggestbox.reminders.operations import forget_lateness, remind, write_digests
from suggestbox.reminders.standing import open_steps_of
from suggestbox.reminders.words import ladder_in_words
from suggestbox.steps.models import Step
from suggestbox.workflow.operations import case_of, move
from tests import factories
from tests.cast import Cast
from tests.factories import START, in_review, submitted
from tests.mail.telling import mail_on
from tests.reminders.diary import (
    away,
    deliver,
    digests,
    mornings,
    reconcile,
    rungs,
    silence,
    stands_in,
    told_by_day,
)

EMPTY: list[str] = []


@pytest.fixture(autouse=True)
def _mail(app: Flask) -> None:
    mail_on()


# -- people, many and at once ----------------------------------------------------------------------------------------


def test_two_processes_at_once_put_in_one_each(cast: Cast, clock, app: Flask):
    with work():
        for _n in range(8):
            submitted(cast)
    silence()
    people = sorted([cast.bob.id, cast.cat.id])
    db.session.remove()
    now = START + timedelta(days=12)
    clock.move_to(now)
    ready = threading.Barrier(3)
    faults: list[BaseException] = []

    def process() -> None:
        with app.app_context():
            try:
                ready.wait(10)
                for _run in range(2):
                    reconcile(now)
            except BaseException as fault:  # a thread's own fault is shown by the test
                faults.append(fault)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=process) for _n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []
    assert sorted(rungs()) == ["deputy -> bob"] * 8 + ["head (head) -> cat"] * 8
    assert sorted(letter.person_id for letter in digests()) == people


@pytest.mark.either
@settings(max_examples=4 if settings().max_examples < 100 else 60)
@given(st.data())
def test_the_budget_holds_whatever_happens(app: Flask, house, data):
    """Random days with absences, moved dates and answers: one digest per person and day, in working hours, none late."""
    import time_machine

    from tests.cast import gather

    app.extensions.pop("directories", None)
    db.session.remove()
    house.renew()
    cast = gather()
    with work():
        ideas = [in_review(cast), submitted(cast), submitted(cast, cast.eve)]
        for person in (cast.bob, cast.rex, cast.cat, cast.ida):
            for first in data.draw(st.lists(st.dates(date(2026, 11, 5), date(2026, 12, 31)), max_size=2)):
                away(person, first, first + timedelta(days=data.draw(st.integers(0, 9))))
        stands_in(cast.eve, cast.bob)
    with time_machine.travel(START, tick=False) as clock:
        got: list[tuple[int, date]] = []
        now = START
        while now < START + timedelta(days=40):
            now += timedelta(hours=data.draw(st.sampled_from([3, 9, 21, 40, 75])))
            clock.move_to(now)
            if data.draw(st.integers(0, 9)) == 0:
                _move_a_date(ideas, now, data)
            reconcile(now)
            book = directory(now.date())
            for letter, text in deliver(now):
                assert letter.person_id is not None and text.lines
                assert is_at_work(book, letter.person_id, letter.not_before)
                got.append((letter.person_id, now.date()))
        assert len(got) == len(set(got))
        keys = list(db.session.scalars(sa.select(Notice.key)))
        assert len(keys) == len(set(keys))


def _move_a_date(ideas: list, now: datetime, data) -> None:
    step = db.session.scalars(sa.select(Step).where(Step.done_at.is_(None)).order_by(Step.id)).first()
    if step is None:
        return
    with work():
        row = db.session.get(Step, step.id)
        row.due_on = now.date() + timedelta(days=data.draw(st.integers(1, 12)))
        row.due_moves, row.due_reason = 1, "Ill."


def test_excluded_people_are_those_of_the_workflow(cast: Cast, clock):
    """What is read for many steps at once says the same as the case of each idea."""
    late = START + timedelta(days=12)
    with work():
        for make in (factories.submitted, factories.in_review, factories.waiting, factories.deciding,
                     factories.conversation, factories.offered, factories.confirming):
            make(cast, cast.ann, cast.eve)
        factories.deciding(cast, cast.cat)
        first, same = submitted(cast, cast.eve), submitted(cast)
        move(same, "propose_duplicate", actor=cast.bob, now=START, number=first.number, reason="The same.")
        conflict = factories.offered(cast)
        move(conflict, "declare_conflict_after", actor=cast.ria, now=START + timedelta(days=4), reason="My brother.")
        objected = factories.confirming(cast)
        move(objected, "object", actor=cast.ann, now=late, reason="The cold store was forgotten.")
        move(objected, "add_reviewers", actor=cast.bob, now=late, reviewers=factories.reviewers(
            (cast.sam, "department"), (cast.coo, "expert")))
        for person in (cast.sam, cast.coo):
            factories.answer_review(objected, person, late)
        factories.settle(objected, now=late + timedelta(days=5))
        assert objected.stage == "deciding"
    book = directory(START.date())
    found = open_steps_of(sa.true(), book)
    for step in found:
        case = case_of(db.session.get(factories.Idea, step.idea_id), actor=None, now=START)
        assert (step.kind, step.excluded) == (step.kind, case.excluded_from(step.kind))
        assert step.submitters == case.submitter_people
    assert {"decide", "confirm_duplicate", "resolve_conflict", "offer_talk", "review"} <= {step.kind for step in found}


# -- what it costs ---------------------------------------------------------------------------------------------------


def test_a_run_that_finds_nothing_is_a_few_statements(cast: Cast, clock, count_queries):
    with work():
        for _n in range(12):
            submitted(cast)
    silence()
    now = START + timedelta(days=20)
    clock.move_to(now)
    reconcile(now)
    deliver(now)
    reconcile(now)
    with work(), count_queries() as statements:
        assert remind(now=now) is None
        assert write_digests(now=now) == 0
    assert [s.split()[0] for s in statements] == ["SELECT", "SELECT", "SELECT", "UPDATE", "SELECT"]


def test_the_number_of_statements_does_not_follow_the_number_of_steps(cast: Cast, clock, count_queries):
    counts = []
    for many in (1, 30):
        with work():
            for _n in range(many):
                submitted(cast)
        silence()
        now = START + timedelta(days=20)
        clock.move_to(now)
        with work():
            directory(now.date())
        with work(), count_queries() as statements:
            remind(now=now)
        counts.append(len(statements))
    assert counts[0] == counts[1]


# -- forgetting ------------------------------------------------------------------------------------------------------


def test_lateness_is_forgotten_three_months_after_closing(cast: Cast, clock):
    with work():
        idea = submitted(cast)
        other = submitted(cast)
    silence()
    late = START + timedelta(days=12)
    clock.move_to(late)
    reconcile(late)
    deliver(late)
    with work():
        move(idea, "withdraw", actor=cast.ann, now=late)
    with work():
        assert forget_lateness(now=late + timedelta(days=90)) == 0
    with work():
        assert forget_lateness(now=late + timedelta(days=93)) == 2
    assert rungs(idea) == EMPTY and len(rungs(other)) == 2
    with work():
        move(other, "withdraw", actor=cast.ann, now=late)
        forget_lateness(now=late + timedelta(days=93))
        assert [letter.kind for letter in digests() if letter.person_id == cast.cat.id] == EMPTY


def test_the_ladder_in_words_is_made_from_the_table(app: Flask):
    found = [(line.rung, line.days) for line in ladder_in_words()]
    assert found == [
        ("A heads-up", "2 working days before"), ("On the due date", "on the due date"),
        ("The owner and the deputy", "3 working days after"), ("The head of department", "5 working days after"),
        ("Leadership, for a step of the idea management", "5 working days after"),
        ("The idea management", "10 working days after"), ("A member of leadership", "20 working days after"),
        ("Again, until it is done", "then every 7 days"),
    ]
    assert [line.to for line in ladder_in_words()][2] == ("whoever does it today", "the deputy")


def test_weekly_reminders_can_be_set(cast: Cast, clock):
    with work():
        submitted(cast)
        set_rule("reminders.again_days", 14, now=START)
    silence()
    told = told_by_day(mornings(70), clock)
    assert [day.isoformat() for day, found in told.items() if found[0].startswith("again")] == ["2026-12-21", "2027-01-04"]


def test_submitters_are_read_with_those_invited(cast: Cast):
    with work():
        idea = submitted(cast, cast.ann, cast.eve)
        db.session.scalars(sa.select(Submitter).where(Submitter.person_id == cast.eve.id)).one().state = "invited"
    assert set(submitters_of_many([idea.id])[idea.id].values()) == {cast.ann.id, cast.eve.id}


def test_digest_kind_is_bulk_so_that_it_waits_when_the_postman_pauses(cast: Cast, clock):
    with work():
        submitted(cast)
    silence()
    now = START + timedelta(days=5)
    clock.move_to(now)
    reconcile(now)
    assert [(letter.bulk, letter.kind) for letter in digests()] == [(True, DIGEST)]
