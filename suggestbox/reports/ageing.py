"""Where ideas wait today: the open next steps by stage and age, counted when somebody looks.

A step is as old as its question: from the day it was first somebody's turn, in working days of whoever has it now. Who
has it may change hands; that never makes it younger. A date that was moved makes it neither younger nor less open.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from suggestbox.core.clock import local_date
from suggestbox.core.database import db
from suggestbox.ideas.models import Idea, Submitter, SubmitterIdentity
from suggestbox.people.book import Directory
from suggestbox.people.calendar import WorkCalendar
from suggestbox.steps.models import Step

STAGES: dict[str, tuple[str, ...]] = {
    "first_look": ("triage", "team_answer", "find_reviewers", "confirm_duplicate", "compare_earlier",
                   "look_at_flag"),
    "review": ("review", "reconsider", "short_check"),
    "decision": ("end_review", "decide", "vote", "name_panel"),
    "talk": ("offer_talk", "hold_talk", "find_host", "write_closing", "ask_once_more"),
    "submitter": ("answer", "pick_time", "agree_group", "confirm", "agree_story"),
    "carrying_out": ("measure", "promise", "confirm_benefit", "prove_benefit"),
    "other": (
        "propose_award", "grant_award", "write_story", "law_date", "second_look", "return", "resolve_conflict",
        "confirm_correction",
    ),
}
"""Every kind of step in one stage, in the order of the way. The submitters' own steps stand apart."""

STAGE_OF = {kind: stage for stage, kinds in STAGES.items() for kind in kinds}

BANDS: tuple[tuple[int, int | None], ...] = ((0, 10), (11, 20), (21, 40), (41, None))
"""Ages in working days, both ends included. Source: kpis.md, "open and overdue"."""

_ENDS = [most for _least, most in BANDS if most is not None]

_ONE_QUESTION = {"team_answer": "triage"}
"""Kinds that ask the same thing of different people: the first look, whoever takes it."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One open step. `days`: its age; `late_days`: how long it is overdue; both in working days.

    `department_id` is the idea's department, and empty where the idea has none or was handed over.
    """

    stage: str
    kind: str
    idea_id: int
    department_id: int | None
    since: date
    days: int
    late_days: int


@dataclass(frozen=True)
class Together:
    """Several open steps together: how many of each age, how many are overdue, and since when the oldest is open."""

    bands: tuple[int, ...]
    late: int
    ideas: int
    median_days: float | None
    oldest: date | None
    oldest_days: int

    @property
    def count(self) -> int:
        return sum(self.bands)


_STEPS: Any = (
    sa.select(
        Step.kind, Step.idea_id, Step.round, Step.owner_id, Step.created_at, Step.due_on, Idea.department_id, Idea.outcome,
        sa.func.coalesce(Submitter.person_id, SubmitterIdentity.person_id).label("submitter"),
    )
    .join(Idea, Idea.id == Step.idea_id)
    .outerjoin(Submitter, Submitter.id == Step.submitter_id)
    .outerjoin(SubmitterIdentity, SubmitterIdentity.submitter_id == Step.submitter_id)
)


def open_now(book: Directory, now: datetime) -> list[Waiting]:
    """Give every open step, in two statements whatever their number."""
    return _open(book, now, Step.done_at.is_(None))


def open_at(book: Directory, moment: datetime) -> list[Waiting]:
    """Give the steps that were open just before a moment that has passed; dates and departments as they are now."""
    return _open(book, moment, sa.and_(Step.created_at < moment, sa.or_(Step.done_at.is_(None), Step.done_at >= moment)))


@dataclass
class _Clock:
    """What day it is for somebody, and how many working days lie between days of theirs, counted once."""

    zone: ZoneInfo
    today: date
    calendar: WorkCalendar
    counted: dict[date, int]

    def days_since(self, day: date) -> int:
        """Give the working days after `day` up to today; 0 for one to come."""
        days = self.counted.get(day)
        if days is None:
            days = self.counted[day] = max(0, self.calendar.working_days_between(day, self.today))
        return days


def _open(book: Directory, moment: datetime, are_open: Any) -> list[Waiting]:
    earlier = _earlier(are_open)
    clocks: dict[int | None, _Clock] = {}
    shared: dict[tuple[WorkCalendar, str], _Clock] = {}

    def clock_of(person_id: int | None) -> _Clock:
        calendar, zone = book.calendar_of(person_id), book.zone_of(person_id)
        found = shared.get((calendar, zone))
        if found is None:
            found = shared[calendar, zone] = _Clock(ZoneInfo(zone), local_date(moment, zone), calendar, {})
        clocks[person_id] = found
        return found

    found = []
    for row in db.session.connection().execute(_STEPS.where(are_open)):  # thousands of rows: without the session's care
        person_id = row.owner_id or row.submitter
        clock = clocks.get(person_id) or clock_of(person_id)
        since = _first_asked(row, earlier).astimezone(clock.zone).date()
        found.append(Waiting(
            STAGE_OF[row.kind], row.kind, row.idea_id, None if row.outcome == "handed_over" else row.department_id,
            since, clock.days_since(since), clock.days_since(row.due_on),
        ))
    return found


def _question(row: Any, at: datetime) -> tuple[int, int, str, datetime]:
    return row.idea_id, row.round, _ONE_QUESTION.get(row.kind, row.kind), at


def _earlier(are_open: Any) -> dict[Any, datetime]:
    """{(idea, round, what is asked, when a step of that ended without being done): since when it had been open}."""
    found: dict[Any, datetime] = {}
    for row in db.session.connection().execute(
        sa.select(Step.kind, Step.idea_id, Step.round, Step.created_at, Step.done_at)
        .where(Step.outcome == "dropped", Step.idea_id.in_(sa.select(Step.idea_id).where(are_open)))
    ):
        key = _question(row, row.done_at)
        found[key] = min(row.created_at, found.get(key, row.created_at))
    return found


def _first_asked(row: Any, earlier: dict[Any, datetime]) -> datetime:
    """Follow a step back through those it took over from: each of them ended in the moment the next one began."""
    at: datetime = row.created_at
    while (before := earlier.get(_question(row, at))) is not None and before < at:
        at = before
    return at


def band_of(days: int) -> int:
    """Give the place of an age among BANDS."""
    return bisect_left(_ENDS, days)


def together(waiting: Iterable[Waiting]) -> Together:
    """Give several open steps together."""
    rows: Sequence[Waiting] = list(waiting)
    bands = [0] * len(BANDS)
    for row in rows:
        bands[band_of(row.days)] += 1
    oldest = min(rows, key=lambda row: (row.since, -row.days), default=None)
    return Together(
        tuple(bands), sum(row.late_days > 0 for row in rows), len({row.idea_id for row in rows}),
        float(median(row.days for row in rows)) if rows else None,
        oldest.since if oldest else None, max((row.days for row in rows), default=0),
    )


def by_stage(waiting: Iterable[Waiting]) -> dict[str, list[Waiting]]:
    """Give the open steps of each stage, in the order of the way; stages where nothing waits are there too."""
    found: dict[str, list[Waiting]] = {stage: [] for stage in STAGES}
    for row in waiting:
        found[row.stage].append(row)
    return found


def by_department(waiting: Iterable[Waiting]) -> dict[int | None, list[Waiting]]:
    """Give the open steps of each department itself, without those below it."""
    found: dict[int | None, list[Waiting]] = defaultdict(list)
    for row in waiting:
        found[row.department_id].append(row)
    return dict(found)
