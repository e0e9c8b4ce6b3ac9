"""The private feed for calendar programs: its key, and the file. What stands in it is chosen by the page (feed_routes)."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from icalendar import Calendar, Event, vDuration

from suggestbox.conversations.models import Appointment, Party
from suggestbox.core.database import db
from suggestbox.ideas.models import Idea
from suggestbox.ideas.parts import my_submitter_ids
from suggestbox.ideas.policy import visible_to
from suggestbox.journal.operations import write
from suggestbox.people.directory import Directory
from suggestbox.people.models import Person

from .calendar_file import PRODID, plain

LOOK_AGAIN = timedelta(hours=1)
"""How often calendar programs are asked to look; most do so when they like."""

SHOWN_BACK_DAYS = 60


@dataclass(frozen=True)
class FeedEntry:
    """One entry: on a whole day (a step to be done), or from one moment to another (an appointment)."""

    key: str  # unique in the house, such as "step-17"
    title: str
    text: str
    url: str
    on: date | None = None
    starts_at: datetime | None = None
    minutes: int = 0
    place: str = ""


# -- the key ---------------------------------------------------------------------------------------------------------


def hash_of_key(key: str) -> str:
    """Give what is kept of a key."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def renew_key(person: Person, *, now: datetime) -> str:
    """Give a new key to the person's feed; the one before is good for nothing from now on. Flushes, never commits."""
    key = secrets.token_urlsafe(32)
    person.calendar_key_hash = hash_of_key(key)
    write("person.calendar_key_made", now=now, actor_id=person.id, role="person", person_id=person.id)
    db.session.flush()
    return key


def switch_off(person: Person, *, now: datetime) -> None:
    """End the person's feed. Flushes, never commits."""
    if person.calendar_key_hash is not None:
        person.calendar_key_hash = None
        write("person.calendar_key_ended", now=now, actor_id=person.id, role="person", person_id=person.id)
        db.session.flush()


_WHOSE = sa.select(Person).where(
    Person.calendar_key_hash == sa.bindparam("key_hash"), Person.active,
    sa.or_(Person.left_on.is_(None), Person.left_on >= sa.bindparam("today")),
)


def person_of_key(key: str, today: date) -> Person | None:
    """Give whose feed this key opens, while they are with the organisation."""
    return db.session.scalars(_WHOSE, {"key_hash": hash_of_key(key), "today": today}).first()


# -- what stands in it -----------------------------------------------------------------------------------------------


def appointments_of(person_id: int, book: Directory, *, now: datetime) -> list[tuple[Appointment, Party, Idea]]:
    """Give the agreed talks a person hosts or is invited to, those of the last weeks too. One statement."""
    mine = sa.or_(Party.host_id == person_id, Party.submitter_id.in_(my_submitter_ids(person_id)))
    query = (
        sa.select(Appointment, Party, Idea)
        .join(Party, Party.id == Appointment.party_id)
        .join(Idea, Idea.id == Party.idea_id)
        .where(
            Appointment.state.in_(("set", "held")), Appointment.starts_at >= now - timedelta(days=SHOWN_BACK_DAYS), mine,
            visible_to(person_id, book),
        )
        .options(sa.orm.lazyload("*"))
        .order_by(Appointment.starts_at, Appointment.id)
    )
    return [(row[0], row[1], row[2]) for row in db.session.execute(query)]


def feed_file(name: str, entries: Iterable[FeedEntry], *, host: str, today: date) -> bytes:
    """Give the feed as an iCalendar file; the same to the last byte while nothing changes on a day.

    Source: RFC 5545; RFC 7986 (NAME, REFRESH-INTERVAL)
    """
    made_at = datetime(today.year, today.month, today.day, tzinfo=UTC)
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", plain(name))
    calendar.add("x-wr-calname", plain(name))
    calendar.add("refresh-interval", vDuration(LOOK_AGAIN), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(LOOK_AGAIN))
    for entry in entries:
        calendar.add_component(_event(entry, host, made_at))
    return calendar.to_ical(sorted=False)


def _event(entry: FeedEntry, host: str, made_at: datetime) -> Event:
    event = Event()
    event.add("uid", f"feed-{entry.key}@{host}")
    event.add("dtstamp", made_at)
    if entry.on is not None:
        event.add("dtstart", entry.on)
        event.add("dtend", entry.on + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
    elif entry.starts_at is not None:
        event.add("dtstart", entry.starts_at.astimezone(UTC))
        event.add("dtend", entry.starts_at.astimezone(UTC) + timedelta(minutes=entry.minutes))
        event.add("transp", "OPAQUE")
    event.add("summary", plain(entry.title))
    if entry.text:
        event.add("description", plain(entry.text))
    if entry.place:
        event.add("location", plain(entry.place))
    event.add("url", entry.url)
    event.add("class", "PRIVATE")
    return event
