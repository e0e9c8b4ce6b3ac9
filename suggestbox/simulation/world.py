"""The simulated house at one moment: its clock, its people, what is about to happen, and what came of it."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from heapq import heappop, heappush
from random import Random
from typing import Any, TypeVar

import sqlalchemy as sa

from suggestbox.core.clock import local_date
from suggestbox.core.database import db, work
from suggestbox.core.errors import HouseError
from suggestbox.ideas.models import Idea
from suggestbox.people.directory import Directory, directory
from suggestbox.people.hours import shift_on, works_on
from suggestbox.people.models import Person
from suggestbox.steps.models import Step
from suggestbox.workflow.belongings import read_together
from suggestbox.workflow.operations import move, settle_touched

from .company import Company
from .habits import Leanings

Chosen = TypeVar("Chosen")

_STEPS: Any = sa.select(Step).where(Step.id.in_(sa.bindparam("ids", expanding=True)))
_PEOPLE: Any = sa.select(Person).where(Person.id.in_(sa.bindparam("ids", expanding=True)))

MOST_IN_ONE_SITTING = 40
TRIES = 4


class Died(BaseException):
    """The process is gone in the middle of what it did. Not an Exception: nothing may catch it and go on."""


class NotNow(Exception):
    """Somebody cannot do it yet: nothing happens, and they come back to it.

    Takes   working_days: after how many
    """

    def __init__(self, working_days: float = 1.0):
        super().__init__(working_days)
        self.working_days = working_days


@dataclass(order=True)
class Event:
    """Something a person is about to do."""

    at: datetime
    serial: int
    kind: str = field(compare=False)
    args: tuple[Any, ...] = field(compare=False)
    person_id: int = field(compare=False, default=0)
    attempt: int = field(compare=False, default=0)


@dataclass
class Draft:
    """What came of a transaction that is not committed yet."""

    moves: Counter[str] = field(default_factory=Counter)
    paths: Counter[str] = field(default_factory=Counter)
    events: list[tuple[datetime, str, tuple[Any, ...], int]] = field(default_factory=list)
    left_alone: set[int] = field(default_factory=set)
    """Steps somebody saw and will not do."""
    told: list[tuple[str, int]] = field(default_factory=list)
    """(what, id of the row) that somebody was told is saved."""


class World:
    """Takes seed, people, days, start (the first day), zone (of headquarters)."""

    def __init__(self, *, seed: int, people: int, days: int, start: date, zone: str):
        self.seed, self.people, self.days, self.start, self.zone = seed, people, days, start, zone
        self.now = datetime.combine(start, time(0), UTC)
        self.company = Company()
        self.leanings = Leanings(people * days / (2000 * 365))
        self.moves: Counter[str] = Counter()
        self.paths: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self.told: list[tuple[str, int]] = []
        self.deaths: Counter[str] = Counter()
        self.to_look_at: set[int] = set()
        """Steps somebody looked at and that may still be open: they are looked at again."""
        self.draft = Draft()
        self.hands: dict[str, Callable[[World, Event], None]] = {}
        self.dies_at: Callable[[int], int | None] = lambda _sitting: None
        self.sittings = 0
        self._events: list[Event] = []
        self._serial = 0
        self._book: Directory | None = None
        self._book_at: datetime | None = None
        """The moment at which it was last seen to be today's."""
        self._members: tuple[tuple[int, date], dict[int | None, list[int]]] = ((-1, start), {})

    # -- time ----------------------------------------------------------------------------------------------------------

    def clock(self) -> datetime:
        """Give the moment it is; handed to everything that asks for the time."""
        return self.now

    @property
    def today(self) -> date:
        """Today at headquarters."""
        return local_date(self.now, self.zone)

    @property
    def book(self) -> Directory:
        """The directory of the day; people change overnight only, so it is asked for once."""
        if self._book is None or (self._book_at is not self.now and self._book.today != self.today):
            self._book = directory(self.today)
        self._book_at = self.now
        return self._book

    @property
    def last_book(self) -> Directory:
        """The directory as it was asked for last, which may have been yesterday."""
        return self._book or self.book

    def keep_night(self) -> None:
        """What happened overnight is in the database."""
        self._keep([], [])

    def new_day(self) -> None:
        """People changed overnight."""
        self._book = None

    def dice(self, *key: Any) -> Random:
        """Give dice of their own for one question: what one person does never changes what another one rolls."""
        return Random(f"{self.seed} {key}")

    def day_of(self, person_id: int) -> date:
        """Give today where the person works."""
        return local_date(self.now, self.book.zone_of(person_id))

    def at_work_after(self, person_id: int, working_days: float, dice: Random) -> datetime:
        """Give a moment of the person's working hours so many of their working days from now."""
        book = self.book
        day = self.day_of(person_id)
        if working_days >= 1:
            day = book.calendar_of(person_id).add_working_days(day, int(working_days))
        return self.moment_on(person_id, day, working_days % 1 if working_days < 1 else dice.random())

    def moment_on(self, person_id: int, day: date, share: float) -> datetime:
        """Give the moment of the person's shift on that day (or the next one) at which the share of it is over."""
        book = self.book
        for _further in range(20):
            start, end = shift_on(book, person_id, day)
            moment = start + (end - start) * share
            if works_on(book, person_id, day) and moment > self.now:
                return moment
            day = book.calendar_of(person_id).add_working_days(day, 1)
        return max(moment, self.now + timedelta(hours=1))

    # -- people --------------------------------------------------------------------------------------------------------

    def person(self, person_id: int | None) -> Person:
        """Give somebody."""
        row = db.session.get(Person, person_id)
        if row is None:
            raise LookupError(f"nobody has the id {person_id}")
        return row

    def idea(self, idea_id: int) -> Idea:
        """Give an idea."""
        row = db.session.get(Idea, idea_id)
        if row is None:
            raise LookupError(f"there is no idea {idea_id}")
        return row

    def members(self, department_id: int | None) -> list[int]:
        """Give who is active in the department today, by id."""
        book = self.book
        version = (book.version, book.today)
        if self._members[0] != version:
            found: dict[int | None, list[int]] = {}
            for brief in book.people.values():
                if brief.active:
                    found.setdefault(brief.department_id, []).append(brief.id)
            self._members = (version, found)
        return self._members[1].get(department_id, [])

    def choose(self, dice: Random, people: Iterable[int], *but: int | None) -> int | None:
        """Give one of the people who are there today, or None."""
        book = self.book
        fit = [p for p in people if p not in but and book.is_available(p)]
        return dice.choice(fit) if fit else None

    def leans(self, name: str, dice: Random, usual: float, weight: float = 1.0, behind: float = 0.3) -> bool:
        """Say whether a rare thing happens this time."""
        return self.leanings.leans(name, dice, usual, weight, behind)

    # -- doing ---------------------------------------------------------------------------------------------------------

    def do(self, idea: Idea, name: str, actor: Person, **facts: Any) -> None:
        """Make a real move now."""
        move(idea, name, actor=actor, now=self.now, **facts)
        self.draft.moves[name] += 1

    def note(self, path: str) -> None:
        """Count something that is no move of its own."""
        self.draft.paths[path] += 1

    def leave_alone(self, step_id: int, path: str) -> None:
        """Have somebody never do a step, and count that."""
        self.draft.left_alone.add(step_id)
        self.note(path)

    def later(self, kind: str, *args: Any, person_id: int, days: tuple[float, float], dice: Random) -> None:
        """Have somebody do something so many of their working days from now."""
        at = self.at_work_after(person_id, dice.uniform(*days), dice)
        self.draft.events.append((at, kind, args, person_id))

    def on_day(self, day: date, kind: str, *args: Any, person_id: int, dice: Random) -> None:
        """Have somebody do something on a day of theirs, this one or the next."""
        self.draft.events.append((self.moment_on(person_id, day, dice.random()), kind, args, person_id))

    def put(self, at: datetime, kind: str, *args: Any, person_id: int = 0, attempt: int = 0) -> None:
        """Have something happen at a moment, outside of any transaction."""
        self._serial += 1
        heappush(self._events, Event(at, self._serial, kind, args, person_id, attempt))

    def play_until(self, moment: datetime) -> None:
        """Let everybody do what they do until then, hour by hour: an hour is one transaction, kept or thrown away."""
        while self._events and self._events[0].at <= moment:
            first = self._events[0].at
            sitting: list[Event] = []
            while self._events and self._events[0].at <= min(moment, first + timedelta(hours=1)) \
                    and len(sitting) < MOST_IN_ONE_SITTING:
                sitting.append(heappop(self._events))
            self._sit(sitting)
        self.now = max(self.now, moment)

    def _sit(self, events: list[Event]) -> None:
        self.sittings += 1
        dies_at = self.dies_at(self.sittings)
        while events:
            self.draft, event = Draft(), events[0]
            self.leanings.forget()
            postponed: list[tuple[Event, float]] = []
            try:
                with work():
                    _in_view = look_ahead(events)
                    for n, event in enumerate(events):
                        if n == dies_at:
                            raise Died
                        self.now = max(self.now, event.at)
                        try:
                            self.hands[event.kind](self, event)
                            settle_touched(self.now)  # as the end of a press does; the sitting is one only to be quick
                        except NotNow as not_now:
                            postponed.append((event, not_now.working_days))
            except HouseError as refused:
                self._refused(event, refused, events)
                continue
            except Died:
                self.deaths["sitting"] += 1
                dies_at = None
                continue
            self._keep(events, postponed)
            return
        self.draft = Draft()

    def _refused(self, event: Event, refused: HouseError, events: list[Event]) -> None:
        """Somebody pressed what could not be: they try otherwise, and let it be after a few tries."""
        self.refusals[f"{event.kind} {event.args[-1] if event.kind == 'step' else ''}: {refused.reason}"] += 1
        event.attempt += 1
        if event.attempt % TRIES == 0:
            events.remove(event)
            if event.attempt >= 3 * TRIES and event.kind == "step":
                self.to_look_at.add(event.args[0])
            if event.attempt < 3 * TRIES and event.person_id:
                self.put(event.at + timedelta(days=1), event.kind, *event.args, person_id=event.person_id,
                         attempt=event.attempt)

    def _keep(self, events: list[Event], postponed: list[tuple[Event, float]]) -> None:
        draft = self.draft
        waiting = {event.serial for event, _days in postponed}
        self.to_look_at |= {event.args[0] for event in events if event.kind == "step" and event.serial not in waiting}
        self.to_look_at -= draft.left_alone
        self.leanings.keep()
        self.moves.update(draft.moves)
        self.paths.update(draft.paths)
        self.told += draft.told
        for at, kind, args, person_id in draft.events:
            self.put(max(at, self.now), kind, *args, person_id=person_id)
        for event, working_days in postponed:
            if event.attempt < 60:
                dice = self.dice("again", event.kind, event.args, event.attempt)
                at = self.at_work_after(event.person_id, working_days, dice) if event.person_id \
                    else self.now + timedelta(days=max(1.0, working_days))
                self.put(at, event.kind, *event.args, person_id=event.person_id, attempt=event.attempt + 1)
        self.draft = Draft()


def look_ahead(events: Iterable[Event]) -> list[Any]:
    """Read together what the steps of a sitting are about. Gives what is to be kept while they are done."""
    ids = [event.args[0] for event in events if event.kind == "step"]
    steps = list(db.session.scalars(_STEPS, {"ids": ids})) if len(ids) > 1 else []
    people = [event.person_id for event in events if event.person_id]
    ideas = read_together(step.idea_id for step in steps if step.done_at is None)
    return [steps, ideas, list(db.session.scalars(_PEOPLE, {"ids": people})) if steps else []]


def pick(dice: Random, weighted: Sequence[tuple[Chosen, float]]) -> Chosen:
    """Give one of the things, by their weights."""
    return dice.choices([thing for thing, _w in weighted], [weight for _t, weight in weighted])[0]
