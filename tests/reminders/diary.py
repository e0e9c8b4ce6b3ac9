"""A house that lives day by day: the reconciler runs, a postman carries everything out, and a diary is kept."""

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app

from suggestbox.core.clock import local_date
from suggestbox.core.database import db, work
from suggestbox.mail.letters import Text
from suggestbox.mail.models import Letter, Notice
from suggestbox.mail.readers import reader_of, speaking_to
from suggestbox.mail.writing import text_of
from suggestbox.people.directory import directory
from suggestbox.people.models import Absence, Deputy, Person
from suggestbox.reminders.kinds import DIGEST, RUNG
from suggestbox.reminders.operations import remind, write_digests
from tests.factories import START


def reconcile(now: datetime, limit: int = 500) -> int:
    """Run the reconciler once; give how many digests it wrote."""
    after: int | None = 0
    while after is not None:
        with work():
            after = remind(now=now, after_id=after, limit=limit)
    with work():
        return write_digests(now=now)


def rungs(idea: Any = None) -> list[str]:
    """Give the reminders there are, as "rung -> first name", in order."""
    query = sa.select(Notice).where(Notice.kind == RUNG).order_by(Notice.id)
    if idea is not None:
        query = query.where(Notice.idea_id == idea.id)
    return [f"{_rung(n)} -> {_who(n)}" for n in db.session.scalars(query)]


def _rung(notice: Notice) -> str:
    key = notice.key.split(":")
    n = key[4] if notice.facts["rung"] == "again" else ""
    office = notice.facts["office"]
    return notice.facts["rung"] + (f" {n}" if n else "") + ("" if office == "owner" else f" ({office})")


def _who(notice: Notice) -> str:
    if notice.submitter_id is not None:
        return "submitter"
    person = db.session.get(Person, notice.person_id)
    return person.given_name.lower() if person else "?"


def told_by_day(moments: list[datetime], clock: Any) -> dict[date, list[str]]:
    """Let the days pass; give {day: who was told by which rung}, without days on which nothing happened."""
    found: dict[date, list[str]] = {}
    known = len(rungs())
    for now in moments:
        clock.move_to(now)
        reconcile(now)
        deliver(now)
        new = rungs()[known:]
        known += len(new)
        if new:
            found.setdefault(now.date(), []).extend(new)
    return found


def deliver(now: datetime) -> list[tuple[Letter, Text]]:
    """Carry every digest out whose time has come; give the letters with what they said. One without words is cancelled."""
    gone = []
    with work():
        waiting = sa.select(Letter).where(Letter.kind == DIGEST, Letter.state == "queued", Letter.not_before <= now)
        for letter in db.session.scalars(waiting.order_by(Letter.id)):
            book = directory(local_date(now, current_app.config["HEADQUARTERS_ZONE"]))
            reader = reader_of(book, letter.person_id or 0, now)
            assert reader is not None
            with speaking_to(reader):
                text = text_of(letter, reader)
            letter.state, letter.done_at = ("sent" if text else "cancelled"), now
            if text:
                gone.append((letter, text))
    return gone


def digests() -> list[Letter]:
    """Give all digests there are, in order."""
    return list(db.session.scalars(sa.select(Letter).where(Letter.kind == DIGEST).order_by(Letter.id)))


def away(person: Person, first: date, last: date) -> None:
    """Note somebody as absent; inside `work()`."""
    db.session.add(Absence(person_id=person.id, from_on=first, until_on=last))


def stands_in(deputy: Person, person: Person, position: int = 1) -> None:
    """Have somebody stand in for another; inside `work()`."""
    db.session.add(Deputy(person_id=person.id, deputy_id=deputy.id, position=position))


def mornings(count: int, start: datetime = START) -> list[datetime]:
    """Give so many days at the same hour, beginning with the factories' first."""
    return [start + timedelta(days=n) for n in range(count)]


def silence() -> None:
    """Take everything along that was told while the idea was made, so that only reminders are left."""
    with work():
        db.session.execute(sa.delete(Notice))
        db.session.execute(sa.delete(Letter))
