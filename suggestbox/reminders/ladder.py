"""THE second table: which next step is nagged about when, and to whom. Plain functions, no database.

Read a row as: on this day, counted in working days of the owner's site, these people are told, for these steps. Deputies
do not change the days. What has come is worked out anew each time from how things stand (level-triggered): a missed day,
a stopped machine or somebody new in an office heals itself, and a person hears of each step only the latest rung.
Source: product.md, "Deadlines and reminders".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from suggestbox.core.language import lazy_gettext as _l
from suggestbox.core.settings import rule
from suggestbox.people.book import Directory
from suggestbox.people.calendar import WorkCalendar

from . import recipients
from .recipients import HANDLER, MANAGER, SUBMITTER, OpenStep
from .settings import NEVER

ALL = (SUBMITTER, HANDLER, MANAGER)


@dataclass(frozen=True)
class Rung:
    """One row of the ladder.

    Takes   name: as it stands in keys; never changes
            setting: the rule that says how many days; `sign` -1 counts them before the due date
            to: offices that are told, as `recipients.FINDERS` knows them
            steps: whose steps it holds for
            words: the rung as people read it
    """

    name: str
    setting: str
    to: tuple[str, ...]
    steps: tuple[str, ...]
    words: Any
    sign: int = 1


ROWS = (
    Rung("heads_up", "reminders.heads_up_days", ("owner",), ALL, _l("A heads-up"), sign=-1),
    Rung("due", "reminders.due_days", ("owner",), ALL, _l("On the due date")),
    Rung("deputy", "reminders.deputy_days", ("owner", "deputy"), (HANDLER, MANAGER), _l("The owner and the deputy")),
    Rung("head", "reminders.head_days", ("head",), (HANDLER,), _l("The head of department")),
    Rung("manager_late", "reminders.manager_late_days", ("leadership",), (MANAGER,),
         _l("Leadership, for a step of the idea management")),
    Rung("idea_manager", "reminders.idea_manager_days", ("idea_manager",), (HANDLER,), _l("The idea management")),
    Rung("leadership", "reminders.leadership_days", ("leadership",), (HANDLER, MANAGER), _l("A member of leadership")),
    Rung("again", "reminders.again_days", ("owner", "idea_manager", "leadership"), (HANDLER, MANAGER),
         _l("Again, until it is done")),
)
"""The ladder. The last row repeats: so many calendar days after the one before it, and again, and again."""

RUNGS = {row.name: row for row in ROWS}
AGAIN = RUNGS["again"]
LAST = RUNGS["leadership"]

Days = tuple[int, ...]
"""The number of days of every row, in the order of `ROWS`."""


def days_in_force() -> Days:
    """Give the days of every rung as the house has set them."""
    return tuple(rule(row.setting) for row in ROWS)


@dataclass(frozen=True, slots=True)
class Nudge:
    """One person to be told of one step by one rung. `person_id` is who reads it, also behind a submitter.

    Takes   on: the day the rung comes; n: which of the repetitions, 0 for all other rungs
            office: what the person is for the step: owner, reassign, deputy, head, idea_manager, leadership, relay
            for_id: whose step it is, where it is not the reader's own
    """

    step: OpenStep
    rung: str
    n: int
    on: date
    office: str
    person_id: int
    for_id: int | None = None

    @property
    def to_submitter(self) -> bool:
        return self.step.submitter_id is not None and self.office == "owner"

    @property
    def key(self) -> str:
        """What makes the notice the only one of its sort; a confidential submitter's names the submitter."""
        who = f"s{self.step.submitter_id}" if self.to_submitter else str(self.person_id)
        again = f":{self.n}" if self.n else ""
        relay = ":relay" if self.office == "relay" else ""
        return f"rung:{self.step.id}:{self.step.due_on.isoformat()}:{self.rung}{again}:{who}{relay}"

    @property
    def facts(self) -> dict[str, Any]:
        """What the notice keeps: ids and dates. For whom a submitter's step is told on is never kept."""
        found: dict[str, Any] = {"rung": self.rung, "due_on": self.step.due_on.isoformat(), "office": self.office,
                                 "step_kind": self.step.kind}
        return found


@lru_cache(maxsize=8192)
def dates_of(calendar: WorkCalendar, due_on: date, whose: str, days: Days) -> tuple[tuple[Rung, date], ...]:
    """Give the rungs of a step with the day each one comes, the earliest first; of the repetition its first day."""
    found: list[tuple[Rung, date]] = []
    last: date | None = None
    for row, count in zip(ROWS, days, strict=True):
        if row is AGAIN:
            if last is not None and whose in row.steps:
                found.append((row, calendar.add_working_days(last + timedelta(days=count), 0)))
            continue
        if count == NEVER or whose not in row.steps:
            continue
        on = calendar.add_working_days(due_on, row.sign * count)
        found.append((row, on))
        if row is LAST:
            last = on
    return tuple(sorted(found, key=lambda pair: pair[1]))


@lru_cache(maxsize=8192)
def come(calendar: WorkCalendar, due_on: date, whose: str, days: Days, today: date) -> tuple[tuple[Rung, date, int], ...]:
    """Give the rungs whose day has come, the latest first, with their day and which repetition it is."""
    found: list[tuple[Rung, date, int]] = []
    base = None
    for row, on in dates_of(calendar, due_on, whose, days):
        if row is LAST:
            base = on
        if row is not AGAIN:
            if on <= today:
                found.append((row, on, 0))
        elif base is not None and on <= today:
            every = timedelta(days=days[ROWS.index(AGAIN)])
            n = (today - base) // every
            while n > 0 and (day := calendar.add_working_days(base + n * every, 0)) > today:
                n -= 1
            if n > 0:
                found.append((row, day, n))
    return tuple(reversed(found))


def calendar_of(step: OpenStep, book: Directory) -> WorkCalendar:
    """Give the working days a step's dates are counted in: its owner's, whoever stands in."""
    return book.calendar_of(step.person_id if step.submitter_id is not None else step.owner_id)


def due(steps: Iterable[OpenStep], book: Directory, days: Days, today: date) -> list[Nudge]:
    """Give who is told of which step as of today: per recipient and step the latest rung that has come.

    Takes   today: on the clock of the steps' owners
    Gives   in the order of the steps; what was told before is in it too, under the same key
    """
    found: list[Nudge] = []
    for step in steps:
        found += nudges_of(step, book, days, today)
    return found


def nudges_of(step: OpenStep, book: Directory, days: Days, today: date) -> Sequence[Nudge]:
    """Give who is told of one step as of today."""
    there = come(calendar_of(step, book), step.due_on, recipients.whose(step, book), days, today)
    told: dict[int, Nudge] = {}
    for row, on, n in there:
        for office in row.to:
            found = recipients.FINDERS[office](step, book)
            if found is not None and found.person_id not in told:
                told[found.person_id] = Nudge(step, row.name, n, on, found.office, found.person_id, found.for_id)
    for nudge in list(told.values()):
        other = recipients.relay(step, book, nudge.person_id)
        if other is not None and other not in told:
            told[other] = Nudge(step, nudge.rung, nudge.n, nudge.on, "relay", other, nudge.person_id)
    return sorted(told.values(), key=lambda nudge: (nudge.on, nudge.person_id))


def horizon(book: Directory, days: Days, today: date) -> date:
    """Give the latest due date about which anybody could be told today, over all calendars there are."""
    count = max(days[0], 0)
    return book.keep(("reminders.horizon", count, today), lambda: max(
        (calendar.add_working_days(today, count) for calendar in _calendars(book)), default=today + timedelta(days=count)
    ))


def _calendars(book: Directory) -> set[WorkCalendar]:
    return {*book.calendars.values(), *(book.calendar_of(p.id) for p in book.people.values() if p.weekdays is not None)}
