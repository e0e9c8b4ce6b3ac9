"""What goes out on a day: reminders as the ladder would make them, without writing anything down."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app

from suggestbox.core.clock import local_date
from suggestbox.core.config import Deployment
from suggestbox.core.database import db
from suggestbox.ideas.models import Idea
from suggestbox.mail.models import Notice
from suggestbox.people.book import Directory
from suggestbox.people.directory import read_directory
from suggestbox.people.hours import works_on
from suggestbox.steps.models import Step

from .kinds import RUNG
from .ladder import Nudge, days_in_force, due
from .standing import open_steps_of

LOOK_AHEAD_DAYS = 366
"""Further ahead nobody knows which steps there will be."""


@dataclass(frozen=True)
class Planned:
    """One reminder of a day. `to` is a person's id, or None for a confidential submitter.

    Takes   way: mail, print, or inbox where mail is not set up; goes_on: the reader's next working day
    """

    idea: str
    step: str
    due_on: date
    rung: str
    office: str
    to: int | None
    way: str
    goes_on: date | None


def planned(on: date, *, now: datetime, zone: str) -> tuple[list[Planned], Directory]:
    """Give what would go out on a day that is to come, or what was put in on one that has passed, and the directory.

    As things stand now: what is done until then falls away. Reads only; the directory is read for every day between.

    Takes   zone: whose clock says which day it is now
    """
    today = local_date(now, zone)
    if on < today:
        return _told_on(on, zone), read_directory(0, today)
    known = set(db.session.scalars(sa.select(Notice.key).where(Notice.kind == RUNG)))
    days = days_in_force()
    book = read_directory(0, today)
    day = today
    steps = open_steps_of(Step.due_on <= on + timedelta(days=LOOK_AHEAD_DAYS), book)
    while day < on:
        known |= {nudge.key for nudge in due(steps, book, days, day)}
        day += timedelta(days=1)
        book = read_directory(0, day)
        steps = open_steps_of(Step.due_on <= on + timedelta(days=LOOK_AHEAD_DAYS), book)
    new = [nudge for nudge in due(steps, book, days, on) if nudge.key not in known]
    numbers = _numbers({nudge.step.idea_id for nudge in new})
    return [_planned(nudge, book, numbers) for nudge in new], book


def _numbers(ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    rows = db.session.execute(sa.select(Idea.id, Idea.number).where(Idea.id.in_(ids)))
    return {idea_id: number or "" for idea_id, number in rows}


def _planned(nudge: Nudge, book: Directory, numbers: dict[int, str]) -> Planned:
    hidden = nudge.to_submitter and nudge.step.hidden
    day = next((d for n in range(60) if works_on(book, nudge.person_id, d := book.today + timedelta(days=n))), None)
    return Planned(
        numbers[nudge.step.idea_id], nudge.step.kind, nudge.step.due_on, nudge.rung,
        "submitter" if nudge.to_submitter else nudge.office, None if hidden else nudge.person_id,
        _way(book, nudge.person_id), day,
    )


def _way(book: Directory, person_id: int) -> str:
    deployment: Deployment = current_app.config["DEPLOYMENT"]
    brief = book.person(person_id)
    if brief is not None and not brief.email:
        return "print"
    return "mail" if deployment.mail_is_on else "inbox"


def _told_on(on: date, zone: str) -> list[Planned]:
    """Reminders that were put in on a day, from what is kept of them."""
    start = datetime(on.year, on.month, on.day, tzinfo=ZoneInfo(zone))
    end = start + timedelta(days=1)
    query = sa.select(Notice, Idea.number, Step.kind).join(Idea, Idea.id == Notice.idea_id).join(
        Step, Step.id == Notice.step_id).where(Notice.kind == RUNG, Notice.at >= start, Notice.at < end)
    found = []
    for notice, number, kind in db.session.execute(query.order_by(Notice.id)):
        office = "submitter" if notice.submitter_id else notice.facts["office"]
        found.append(Planned(number or "", kind, date.fromisoformat(notice.facts["due_on"]), notice.facts["rung"],
                             office, notice.person_id, "letter" if notice.letter_id else "inbox", None))
    return found
