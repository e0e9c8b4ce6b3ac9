"""Fills an empty database with the demo company, and tells a demo database from a real one."""

from datetime import date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from suggestbox.core.clock import local_date
from suggestbox.core.database import db
from suggestbox.core.settings import HouseRule
from suggestbox.core.terminal import CannotGoOn
from suggestbox.journal.operations import seal
from suggestbox.mail.models import Letter, Notice
from suggestbox.people.models import Person
from suggestbox.reports.keeping import keep, keep_due, running
from suggestbox.reviews.operations import ensure_criteria

from .awarding import scripts_of as awards_of
from .calling import scripts_of as calls_of
from .company import found_company
from .crediting import scripts_of as credits_of
from .gathering import scripts_of as gatherings_of
from .measuring import scripts_of as measures_of
from .player import play
from .ruling import scripts_of as rules_of
from .script import stories
from .storytelling import scripts_of as stories_of
from .voices import lay_out, scripts_of, speak
from .walk import World

MARK = "demo.filled_on"
"""No rule anybody can set: the row is written here only, and its presence makes a database a demo database."""

NEWS_FOR = timedelta(days=5)

BEFORE_THE_FIRST_IDEA = timedelta(days=40)


def fill(*, now: datetime, zone: str, password_hash: str) -> World:
    """Put the company and all its ideas into the empty database and give them. Flushes, never commits.

    The same on every start: people, ideas and numbers follow from the content and the date alone.

    Takes   password_hash: of the password of the cast, made by `people.sign_in.hash_password`
    Raises  UnplayableStory when the content asks for something the workflow refuses
    """
    founded = now - timedelta(days=max(story.days_ago for story in stories())) - BEFORE_THE_FIRST_IDEA
    db.session.add(HouseRule(name=MARK, value=local_date(now, zone).isoformat(), changed_at=now))
    ensure_criteria(now=founded)
    house = found_company(now=now, founded=founded, zone=zone, password_hash=password_hash)
    places, themes = lay_out(house, founded=founded)
    world = play(house, now=now, zone=zone, beside=lambda world: [
        *scripts_of(world, places, themes, zone), *calls_of(world, themes, zone=zone), *measures_of(world, zone=zone),
        *awards_of(world, founded=founded, zone=zone), *rules_of(world, founded=founded, zone=zone),
        *credits_of(world), *stories_of(world, zone=zone),
        *gatherings_of(world)])
    speak(house, places, themes, now=now, zone=zone)
    _is_old_news(now - NEWS_FOR)
    keep_due(now)
    for kind, period in running(now):
        keep(kind, period, now=now)
    seal(limit=1_000_000)
    db.session.flush()
    return world


def _is_old_news(before: datetime) -> None:
    """In a year of history people have read what they were told, and letters on paper were handed out."""
    read = sa.update(Notice).where(Notice.at < before, Notice.read_at.is_(None)).values(read_at=Notice.at)
    out = sa.update(Letter).where(Letter.created_at < before, Letter.done_at.is_(None))
    db.session.execute(read, execution_options={"synchronize_session": False})
    db.session.execute(out.values(state="sent", done_at=Letter.not_before, channel="print"),
                       execution_options={"synchronize_session": False})


def filled_on() -> date | None:
    """Give the day the demo company was put into this database; None for a database that is no demo."""
    value = db.session.scalar(sa.select(HouseRule.value).where(HouseRule.name == MARK))
    return date.fromisoformat(value) if value else None


def refuse_wrong_kind(folder: Path, *, demo: bool) -> None:
    """Keep the demo away from real databases, and its open doors away from real work.

    Takes   folder: of the installation, to be named; demo: whether the database is to be used as a demonstration
    Raises  CannotGoOn when it is the other kind
    """
    day = filled_on()
    if demo and day is None and db.session.scalar(sa.select(Person.id).limit(1)) is not None:
        raise CannotGoOn(
            f"The database of {folder} is not a demo database: it holds people of its own, and nothing was changed. "
            "Choose another folder for the demo with --instance FOLDER."
        )
    if not demo and day is not None:
        raise CannotGoOn(
            f"The database of {folder} is a demo database: everybody of its cast has the same password. "
            "Start it with: suggestbox demo. For real work choose another folder with --instance FOLDER."
        )
