"""Closing conversations as figures count them: one per submitter and talk owed, as things stood at the end of a day."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from suggestbox.conversations.models import Confirmation, Party, Record
from suggestbox.core.clock import local_date
from suggestbox.core.database import db
from suggestbox.ideas.models import Idea, Submitter, SubmitterIdentity
from suggestbox.people.book import Directory
from suggestbox.reviews.models import Decision
from suggestbox.rules.bound import rule_for

from .facts_people import bounds, chunks

LONGEST = timedelta(days=120)
"""No deadline for a talk lies further behind the day it was owed from (40 working days at most)."""

_PERSON: Any = sa.func.coalesce(Submitter.person_id, SubmitterIdentity.person_id)


@dataclass(frozen=True, slots=True)
class Talk:
    """A talk one submitter was owed until `due_on`.

    `state`: held, declined, unanswered, missed, written, unreachable, or open.
    """

    idea_id: int
    person_id: int
    department_id: int | None
    area: str
    due_on: date
    state: str
    held_on: date | None
    confirmed: bool

    @property
    def on_time(self) -> bool:
        return self.held_on is not None and self.held_on <= self.due_on


@dataclass(frozen=True, slots=True)
class Answer:
    """What one submitter said afterwards, or (for closed ideas) did not say. `on`: when, or when the idea closed."""

    idea_id: int
    person_id: int
    department_id: int | None
    area: str
    on: date
    follows: str | None = None
    appreciated: int | None = None


def _parties(*conditions: Any) -> Any:
    return (
        sa.select(
            Party.id, Party.idea_id, Party.round, Party.attempt, Party.host_id, Party.state, Party.owed_at,
            Party.settled_at, Idea.department_id, Idea.area, Idea.submitted_at, Idea.closed_at, _PERSON.label("person_id"),
        )
        .join(Idea, Idea.id == Party.idea_id)
        .join(Submitter, Submitter.id == Party.submitter_id)
        .outerjoin(SubmitterIdentity, SubmitterIdentity.submitter_id == Submitter.id)
        .where(*conditions)
        .order_by(Party.id)
    )


def _of_parties(columns: tuple[Any, ...], model: Any, ids: list[int]) -> dict[tuple[int, int], list[Any]]:
    """{(party, attempt): rows}."""
    found: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for portion in chunks(ids):
        rows = db.session.execute(sa.select(*columns).where(model.party_id.in_(portion)).order_by(model.id))
        for row in rows:
            found[row.party_id, row.attempt].append(row)
    return found


def talks_due(since: date, until: date, zone: str, book: Directory) -> list[Talk]:
    """Give the talks whose last day, in the host's calendar, lies between two days.

    How many working days there are is read in the rules the idea was handed in under (decision 0033).
    A talk that was denied or not understood is owed again and counts a second time, with its own last day. One whose
    alternative was replaced because the submitter asked for a talk after all counts with its new last day only.
    """
    first, end = bounds(since, until, zone)
    lately = sa.and_(Party.owed_at < end, Party.owed_at >= first - LONGEST)
    rows = db.session.execute(_parties(sa.or_(lately, Party.attempt > 1))).all()
    ids = [row.id for row in rows]
    records = _of_parties((Record.party_id, Record.attempt, Record.held_on, Record.recorded_at, Record.denied_at),
                          Record, ids)
    said = _of_parties((Confirmation.party_id, Confirmation.attempt, Confirmation.took_place, Confirmation.at),
                       Confirmation, ids)
    decided_at = _decided_at([row.idea_id for row in rows if row.attempt > 1])
    due_days: dict[Any, date] = {}
    found = []
    for row in rows:
        calendar, own_zone = book.calendar_of(row.host_id), book.zone_of(row.host_id)
        days = rule_for(row.submitted_at, "workflow.talk_days")
        for attempt in range(1, row.attempt + 1):
            owed_at = _owed_at(row, attempt, decided_at, said)
            mine = [r for r in records.get((row.id, attempt), []) if r.recorded_at < end]
            if owed_at is None or owed_at >= end or (attempt < row.attempt and not mine):
                continue
            key = (calendar, local_date(owed_at, own_zone), days)
            if key not in due_days:
                due_days[key] = calendar.add_working_days(key[1], days)
            if not since <= due_days[key] <= until:
                continue
            held = next((r for r in mine if r.denied_at is None or r.denied_at >= end), None)
            found.append(Talk(
                row.idea_id, row.person_id, row.department_id, row.area, due_days[key],
                "held" if held else _other_state(row, attempt, end), held.held_on if held else None,
                held is not None and any(c.took_place and c.at < end for c in said.get((row.id, attempt), [])),
            ))
    return found


def _owed_at(row: Any, attempt: int, decided_at: dict[Any, datetime], said: dict[Any, list[Any]]) -> datetime | None:
    """Since when a talk was owed: the first with the decision, a later one since the answer that asked for it."""
    if attempt == row.attempt:
        return row.owed_at  # type: ignore[no-any-return]
    if attempt == 1:
        return decided_at.get((row.idea_id, row.round))
    before = said.get((row.id, attempt - 1), [])
    return before[-1].at if before else None


def _other_state(row: Any, attempt: int, end: datetime) -> str:
    settled = attempt == row.attempt and row.settled_at is not None and row.settled_at < end
    return row.state if settled and row.state != "held" else "open"


def _decided_at(idea_ids: list[int]) -> dict[Any, datetime]:
    """{(idea, round): when it was decided}, by the decision that stands, else by the last one."""
    found: dict[Any, datetime] = {}
    for portion in chunks(idea_ids):
        rows = db.session.execute(
            sa.select(Decision.idea_id, Decision.round, Decision.decided_at).where(Decision.idea_id.in_(portion))
            .order_by(sa.case((Decision.revoked_at.is_(None), 1), else_=0), Decision.decided_at, Decision.id)
        )
        for idea_id, round_, at in rows:
            found[idea_id, round_] = at
    return found


def answers(since: date, until: date, zone: str) -> list[Answer]:
    """Give what submitters said between two days about how their idea was treated. One statement."""
    first, end = bounds(since, until, zone)
    rows = db.session.execute(
        sa.select(Party.idea_id, _PERSON, Idea.department_id, Idea.area, Confirmation.at, Confirmation.follows,
                  Confirmation.appreciated)
        .select_from(Confirmation)
        .join(Party, Party.id == Confirmation.party_id)
        .join(Idea, Idea.id == Party.idea_id)
        .join(Submitter, Submitter.id == Party.submitter_id)
        .outerjoin(SubmitterIdentity, SubmitterIdentity.submitter_id == Submitter.id)
        .where(Confirmation.at >= first, Confirmation.at < end,
               sa.or_(Confirmation.follows.is_not(None), Confirmation.appreciated.is_not(None)))
        .order_by(Confirmation.id)
    )
    return [
        Answer(idea_id, person_id, department_id, area, local_date(at, zone), follows, appreciated)
        for idea_id, person_id, department_id, area, at, follows, appreciated in rows
    ]


def heard(since: date, until: date, zone: str) -> list[tuple[Answer, bool]]:
    """Give every submitter of ideas closed between two days, and whether they said how it was."""
    first, end = bounds(since, until, zone)
    rows = db.session.execute(_parties(
        Idea.stage == "closed", Idea.closed_at >= first, Idea.closed_at < end, Party.round == Idea.round,
    )).all()
    said = _of_parties((Confirmation.party_id, Confirmation.attempt, Confirmation.at, Confirmation.follows),
                       Confirmation, [row.id for row in rows])
    return [
        (Answer(row.idea_id, row.person_id, row.department_id, row.area, local_date(row.closed_at, zone)),
         any(c.follows is not None and c.at < end for c in said.get((row.id, row.attempt), [])))
        for row in rows
    ]
