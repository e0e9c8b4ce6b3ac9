"""One idea on its way through the demo: what time it is for it, who is on duty, and what others add to it meanwhile."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from suggestbox.core.database import db
from suggestbox.core.errors import Denied
from suggestbox.ideas.models import Idea, Support
from suggestbox.ideas.remarks import add_comment
from suggestbox.people.models import Person
from suggestbox.steps.models import Step
from suggestbox.workflow.case import Case
from suggestbox.workflow.operations import case_of, move, settle

from .company import House
from .hours import A_DAY, Hours
from .script import Row, Story

Script = Iterator[datetime]
"""Something that happens bit by bit: gives the moment of its next bit, and does it when it is asked to go on."""

A_MOMENT = timedelta(minutes=7)


@dataclass
class World:
    """What all ideas share: the company, its working hours, the day of the show, and the scripts to be played."""

    house: House
    hours: Hours
    now: datetime
    today: date
    begin: Callable[[Script], None]
    ideas: dict[str, Idea] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)  # how the title of an idea begins: the call it answers

    def person(self, key: str) -> Person:
        """Give somebody by the key of the content."""
        return self.house.people[key]


class Walk:
    """Takes world, story, start (the moment of hand-in), until (when it reached where it stands), plan (working days).

    The plan says how long each stretch of the way takes. With `fills` the stretches are drawn out or shortened so that
    the last one ends at `until`; without, they are only shortened when there is not enough time.
    """

    idea: Idea

    def __init__(self, world: World, story: Story, *, start: datetime, until: datetime, plan: list[float], fills: bool):
        self.world, self.story, self.hours = world, story, world.hours
        self.at, self.until, self.fills = start, until, fills
        self.random = Random(f"Feldrath {story.key}")
        self._plan = list(plan)

    # -- people -------------------------------------------------------------------------------------------------------

    @property
    def submitters(self) -> list[Person]:
        return [self.world.person(key) for key in self.story.submitters]

    def case(self) -> Case:
        """Give the case of the idea as the house sees it at this moment."""
        return case_of(self.idea, actor=None, now=self.at)

    def step(self, kind: str, subject_id: int | None = None) -> Step:
        """Give the open step of a kind."""
        return next(s for s in self.case().steps if s.kind == kind and subject_id in (None, s.subject_id))

    def owner(self, kind: str, subject_id: int | None = None) -> Person:
        """Give whose the open step of a kind is."""
        return _by_id(self.step(kind, subject_id).owner_id)

    def on_duty(self, kind: str, subject_id: int | None = None) -> Person:
        """Give who does the open step of a kind today: its owner, or whoever stands in."""
        step = self.step(kind, subject_id)
        person_id, may_do = self.case().acting(step)
        return _by_id(person_id if person_id and may_do else step.owner_id)

    # -- time ---------------------------------------------------------------------------------------------------------

    def stretch(self, person: Person) -> datetime:
        """Give when the next stretch of the plan ends, in the working hours of the person who ends it."""
        days, total = self._plan[0], sum(self._plan)
        last = len(self._plan) == 1
        self._plan.pop(0)
        there = self.hours.worked(person.id, self.at, self.until) / A_DAY
        share = days * self.random.uniform(0.75, 1.25) / (total if self.fills else max(total, there, 0.1))
        if last and self.fills:
            share = 1.0
        return self.reached(self.hours.between(person.id, self.at, self.until, share))

    def reached(self, moment: datetime) -> datetime:
        """Give the moment, or one shortly after the present one when it lies before that."""
        return max(moment, self.at + A_MOMENT)

    def go_to(self, moment: datetime) -> datetime:
        """Let it be the moment, or shortly after the present one; give it, to be yielded.

        Until the script goes on, `at` lies ahead: what others do meanwhile keeps a clock of its own.
        """
        self.at = self.reached(moment)
        return self.at

    def within(self, person: Person, start: datetime, end: datetime, least: float = 0.1, most: float = 0.9) -> datetime:
        """Give a moment of the person's working hours somewhere between two others."""
        return self.hours.between(person.id, start, end, self.random.uniform(least, most))

    def day(self, person: Person) -> date:
        """Give today's date where the person works."""
        return self.hours.day_of(person.id, self.at)

    def morning(self, person: Person, day: date) -> datetime:
        """Give a moment on the morning of a day."""
        return self.hours.opening(person.id, day, self.random.uniform(0.2, 3.5))

    # -- doing --------------------------------------------------------------------------------------------------------

    def do(self, name: str, actor: Person, **facts: Any) -> None:
        """Make a real move at this moment."""
        move(self.idea, name, actor=actor, now=self.at, **facts)

    def settle(self) -> None:
        """Let the house do what it does by itself at this moment."""
        settle(self.idea, now=self.at)


def _by_id(person_id: int | None) -> Person:
    person = db.session.get(Person, person_id)
    assert person is not None
    return person


# -- what others add --------------------------------------------------------------------------------------------------


def comment(walk: Walk, row: Row) -> Script:
    """Let somebody write a remark on its day, or as soon as they may read and write here."""
    by, hours, random = walk.world.person(row["by"]), walk.hours, Random(row["text"])
    day = walk.world.today - timedelta(days=row["days_ago"])
    if not hours.is_at_work(by.id, day):
        day = hours.working_day(by.id, day, -1)
    moment = max(hours.opening(by.id, day, random.uniform(0.3, 8)), walk.at + A_MOMENT)
    while moment < walk.world.now:
        yield moment
        try:
            add_comment(walk.idea, row["text"], audience=row["audience"], actor=by, now=moment)
            return
        except Denied:  # not shown yet, or the own assessment comes first
            day = hours.working_day(by.id, hours.day_of(by.id, moment), 1)
            moment = hours.opening(by.id, day, random.uniform(0.3, 8))
    raise LookupError(f"{walk.story.key}: {row['by']} may not write this remark: {row['text'][:40]}")


def supports(walk: Walk) -> None:
    """Let colleagues support the idea in the weeks after others could first read it, or until it was taken back.

    The rows are written at once with their later dates: 435 times asking who may read it would take half as long as
    everything else, and the workflow never looks at supporters.
    """
    lasts = timedelta(hours=6) if walk.story.stage == "withdrawn" else timedelta(days=30)
    for key in walk.story.support:
        person = walk.world.person(key)
        start = walk.at
        if person.entered_on:
            start = max(start, walk.hours.opening(person.id, person.entered_on))
        end = min(start + lasts, walk.world.now)
        moment = walk.within(person, start, end, 0.02, 0.98)
        db.session.add(Support(idea_id=walk.idea.id, person_id=person.id, at=moment))
    walk.idea.support_count = len(walk.story.support)
    db.session.flush()


def keep_promise(walk: Walk, promise_id: int, owner: Person, due_on: date) -> Script:
    """Let somebody keep a promise of the talk, a little before it falls due."""
    due = walk.hours.opening(owner.id, due_on, 9)
    moment = walk.within(owner, max(walk.at, due - timedelta(days=5)), min(due, walk.world.now), 0.3, 0.95)
    moment = max(moment, walk.at + A_MOMENT)
    yield moment
    move(walk.idea, "keep_promise", actor=owner, now=moment, promise_id=promise_id)
