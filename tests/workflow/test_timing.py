"""The hourly settling looks only at ideas that time can have moved; here everything is settled after it, and nothing moves."""

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.core.settings import set_rule
from suggestbox.ideas.models import Idea
from suggestbox.journal.models import Entry
from suggestbox.people.models import Absence, Membership, Person, RoleGrant
from suggestbox.reviews.models import Assignment
from suggestbox.steps.models import Step
from suggestbox.workflow import jobs
from suggestbox.workflow.operations import move, settle_all
from suggestbox.workflow.timing import note_settled, only_by_time
from tests import factories as f
from tests.cast import Cast
from tests.factories import START


def how_it_stands() -> tuple[Any, ...]:
    """Give everything settling may change."""
    ideas = db.session.execute(sa.select(
        Idea.id, Idea.stage, Idea.round, Idea.turn, Idea.next_step_id, Idea.discuss_since, Idea.closed_at, Idea.ending
    ).order_by(Idea.id)).all()
    steps = db.session.execute(sa.select(
        Step.id, Step.kind, Step.owner_id, Step.submitter_id, Step.due_on, Step.done_at, Step.outcome
    ).order_by(Step.id)).all()
    return ideas, steps, db.session.scalar(sa.select(sa.func.count(Entry.id)))


def settle(now: datetime, only: Any) -> None:
    """Settle what the condition names, as the job does."""
    after: int | None = 0
    while after is not None:
        with work():
            after = settle_all(now=now, after_id=after, only=only)


def narrow_then_all(now: datetime) -> bool:
    """Settle as the hourly job would, then everything; nothing may have been left out. Give whether it was narrow."""
    only, stands = only_by_time(now)
    settle(now, only)
    note_settled(stands)
    after_narrow = how_it_stands()
    settle(now, None)
    assert how_it_stands() == after_narrow, now
    return only is not None


def ideas_in_all_stages(cast: Cast) -> None:
    """Ideas in every stage, and on every way on which a clock runs."""
    for stage, make in f.IN_STAGE.items():
        make(cast)
        if stage != "withdrawn":  # nobody takes back alone what others are part of
            make(cast, cast.ann, cast.eve)
    f.offered(cast, now=START + timedelta(days=7))
    f.appointed(cast)
    for points in (4, 1):  # agreed, so that only the day to read each other is left; and apart, which somebody must settle
        reading = f.in_review(cast)
        f.answer_review(reading, cast.rex, START + timedelta(days=11, hours=20), points=4)
        f.answer_review(reading, cast.ria, START + timedelta(days=11, hours=21), points=points)
    late = START + timedelta(days=11, hours=20)
    short = f.submitted(cast, now=late)
    move(short, "suggest_short_way", actor=cast.bob, now=late)
    move(short, "team_does_it", actor=cast.dan, now=late, words="We do it.", do_until=date(2026, 11, 20),
         expert_id=cast.rex.id)
    parked = f.closed(cast, outcome="parked", facts={"return_on": date(2026, 12, 1), "change_for_yes": "A new hall."})
    assert parked.return_on is not None


def test_the_narrow_run_does_what_the_whole_run_does(cast: Cast, clock: Any):
    with work():
        ideas_in_all_stages(cast)
    narrow = []
    for hour in range(0, 24 * 40, 13):  # every hour of the day comes
        now = START + timedelta(days=12, hours=hour)
        clock.move_to(now)
        narrow.append(narrow_then_all(now))
        ask_once_more(now)
    assert narrow[0] is False and narrow.count(False) == 1
    by_itself = set(db.session.scalars(sa.select(Entry.kind).where(
        Entry.role == "house", Entry.at > START + timedelta(days=12), Entry.idea_id.is_not(None))))
    assert by_itself == {"question_silent", "short_silence", "offer_unanswered", "close", "come_back", "review_complete"}


def ask_once_more(now: datetime) -> None:
    """Whoever is to ask a silent submitter once more says that they did; what follows is time's."""
    with work():
        for step in db.session.scalars(sa.select(Step).where(Step.kind == "ask_once_more", Step.done_at.is_(None))):
            move(db.session.get(Idea, step.idea_id), "ask_once_more", actor=db.session.get(Person, step.owner_id), now=now)


def test_people_who_leave_and_roles_that_end_are_noticed(cast: Cast, clock: Any):
    with work():
        ideas_in_all_stages(cast)
        db.session.scalars(sa.select(RoleGrant).where(RoleGrant.person_id == cast.bob.id)).one().until_on = date(2026, 11, 27)
    narrow = {}
    for day in range(12, 40):
        now = START + timedelta(days=day)
        clock.move_to(now)
        if day == 14:
            with work():
                cast.rex.active = False
        if day == 16:
            with work():
                cast.kim.left_on = date(2026, 11, 22)
        if day == 18:
            with work():
                db.session.add(Absence(person_id=cast.cat.id, from_on=now.date(), until_on=now.date() + timedelta(days=3)))
        if day == 20:
            with work():
                set_rule("reviews.disagreement_tenths", 5, now=now)
        narrow[now.date()] = narrow_then_all(now)
    whole = [day.isoformat() for day, was_narrow in narrow.items() if not was_narrow]
    assert whole == ["2026-11-16", "2026-11-24"]  # the first, and when a rule changed; of people it is known whom they concern
    assert db.session.scalar(sa.select(sa.func.count()).where(
        Assignment.person_id == cast.rex.id, Assignment.state == "open")) == 0


def change_somebody(cast: Cast, dice: Random, now: datetime) -> str:
    """Let one thing change among people, at random."""
    people = list(db.session.scalars(sa.select(Person).order_by(Person.id)))
    person, other = dice.sample(people, 2)
    what = dice.choice(("active", "active", "superior", "department", "grant", "end", "new"))
    if what == "active":
        person.active = not person.active
    elif what == "superior":
        person.superior_id = other.id
    elif what == "department":
        row = db.session.scalars(sa.select(Membership).where(Membership.person_id == person.id)).first()
        if row is not None:
            row.department_id = dice.choice((cast.logistics.id, cast.purchasing.id, cast.it.id))
    elif what == "grant":
        role = dice.choice(("coordinator", "decision_maker", "team_lead", "idea_manager", "leadership", "admin"))
        everywhere = role in ("idea_manager", "leadership", "admin")
        department = None if everywhere else dice.choice((cast.logistics.id, cast.purchasing.id, cast.it.id))
        if not db.session.scalar(sa.select(RoleGrant.id).where(
                RoleGrant.person_id == person.id, RoleGrant.role == role, RoleGrant.department_id == department)):
            db.session.add(RoleGrant(person_id=person.id, role=role, department_id=department, from_on=now.date()))
    elif what == "end":
        db.session.delete(dice.choice(list(db.session.scalars(sa.select(RoleGrant).order_by(RoleGrant.id)))))
    else:
        db.session.add(Person(
            given_name="New", family_name="Nolte", personnel_no=f"n{len(people)}", site_id=person.site_id, superior_id=other.id))
    return what


@pytest.mark.parametrize("seed", (1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 8))))
def test_whoever_changes_only_ideas_they_can_concern_are_settled(cast: Cast, clock: Any, seed: int):
    """A change at random, settled narrowly, then everything: nothing was left out, and mostly it was narrow."""
    with work():
        ideas_in_all_stages(cast)
    dice, narrow = Random(seed), []
    now = START + timedelta(days=12)
    clock.move_to(now)
    narrow_then_all(now)
    for _change in range(24):
        with work():
            what = change_somebody(cast, dice, now)
        narrow.append((what, narrow_then_all(now)))
    assert sum(was_narrow for _what, was_narrow in narrow) > 12, narrow


def test_the_job_is_narrow_the_second_time(cast: Cast, clock: Any, count_queries: Any):
    with work():
        for _n in range(6):
            f.submitted(cast)
    clock.move_to(START + timedelta(days=1))
    jobs.settle_by_time()
    with count_queries() as statements:
        jobs.settle_by_time()
    assert len(statements) <= 4, statements
