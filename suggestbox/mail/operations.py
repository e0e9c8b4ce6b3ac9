"""Telling somebody something: the notice in the inbox and the letter that carries it, in the change's own transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.dialects import postgresql, sqlite

from suggestbox.core.clock import local_date
from suggestbox.core.config import Deployment
from suggestbox.core.database import db
from suggestbox.ideas.models import Submitter
from suggestbox.ideas.parts import person_behind
from suggestbox.people.directory import Directory, directory
from suggestbox.people.hours import next_working_moment

from .letters import kind as kind_of
from .message_id import message_id_for
from .models import Hook, Letter, MailState, Notice


@lru_cache
def _insert_of(table: sa.Table, dialect: str) -> Any:
    """The INSERT of this database that leaves alone what is there already; made once, that takes longer than running it."""
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return insert(table).on_conflict_do_nothing(index_elements=["key"])


@lru_cache
def _insert_telling(table: sa.Table, dialect: str) -> Any:
    return _insert_of(table, dialect).returning(table.c.id, table.c.key)


def _insert(model: Any, rows: list[dict[str, Any]]) -> dict[str, int]:
    """Insert rows, but those whose key is there already; give {key: id} of the new ones.

    What else waits in the session is not written for it: a notice or a letter needs only what has an id.
    """
    statement = _insert_telling(model.__table__, db.engine.dialect.name)
    made = db.session().connection().execute(statement, rows if len(rows) > 1 else rows[0])
    return {key: row_id for row_id, key in made}


_NOTICES: Any = Notice.__table__
_CARRIED = sa.update(_NOTICES).where(_NOTICES.c.id == sa.bindparam("notice")).values(letter_id=sa.bindparam("letter"))


@dataclass(frozen=True)
class ToTell:
    """A notice for a person, or for a submitter: its key, what it is about, and its facts, see `tell`."""

    key: str
    person_id: int | None = None
    submitter: Submitter | None = None
    idea_id: int | None = None
    step_id: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def reader_id(self) -> int:
        """Who reads it, whoever that is to the idea."""
        found = person_behind(self.submitter) if self.submitter else self.person_id
        if found is None:
            raise ValueError("a notice needs a reader")
        return found


def tell(
    name: str, key: str, *, now: datetime, person_id: int | None = None, submitter: Submitter | None = None,
    idea_id: int | None = None, step_id: int | None = None, hold_seconds: int | None = None, **facts: Any,
) -> int | None:
    """Tell a person, or a submitter, something once. Never commits.

    Takes   name: a registered kind; key: what makes this notice the only one of its sort, at most 100 characters
            facts: ids, numbers and dates; never texts people wrote, and never the name of a submitter
    Gives   the notice's id, or None when it was told before
    """
    one = ToTell(key, person_id, submitter, idea_id, step_id, facts)
    return tell_each(name, [one], now=now, hold_seconds=hold_seconds).get(key)


def tell_each(name: str, wanted: Sequence[ToTell], *, now: datetime, hold_seconds: int | None = None) -> dict[str, int]:
    """Tell several readers something of one kind, each once, as `tell` does. Never commits.

    Gives   {key: the notice's id} of what was not told before
    """
    if not wanted:
        return {}
    kind = kind_of(name)
    readers = {one.key: one.reader_id for one in wanted}
    notices = _insert(Notice, [
        {"key": one.key, "kind": name, "waits": kind.waits, "at": now, "facts": one.facts, "idea_id": one.idea_id,
         "step_id": one.step_id, "person_id": None if one.submitter else one.person_id,
         "submitter_id": one.submitter.id if one.submitter else None}
        for one in wanted
    ])
    new = [one for one in wanted if one.key in notices]
    if kind.waits or not new:
        return notices
    book = directory(local_date(now, current_app.config["HEADQUARTERS_ZONE"]))
    hold = kind.hold_seconds if hold_seconds is None else hold_seconds
    epoch, hooks = _epoch_and_hooks([readers[one.key] for one in new])
    letters: list[dict[str, Any]] = []
    for one in new:
        rows = _rows(one.key, name, book, readers[one.key], now=now, hold_seconds=hold, epoch=epoch,
                     hooks=hooks.get(readers[one.key], ()),
                     private=one.submitter is not None and one.submitter.person_id is None)
        rest = {"person_id": None if one.submitter else one.person_id, "idea_id": one.idea_id, "local_date": None,
                "submitter_id": one.submitter.id if one.submitter else None, "bulk": False,
                "facts": {"notice_id": notices[one.key]}}
        letters += [row | rest for row in rows]
    written = _insert(Letter, letters) if letters else {}
    carried: dict[int, int] = {}  # by the first of its letters
    for letter in letters:
        if letter["key"] in written:
            carried.setdefault(letter["facts"]["notice_id"], written[letter["key"]])
    if carried:
        links = [{"notice": notice_id, "letter": letter_id} for notice_id, letter_id in carried.items()]
        db.session().connection().execute(_CARRIED, links)
    return notices


def tell_waiting(name: str, rows: Sequence[dict[str, Any]], *, now: datetime) -> None:
    """Put notices of a kind that waits for the digest into inboxes, all in one statement. Never commits.

    Takes   rows: of each its key, person_id or submitter_id, idea_id, step_id and facts, as `tell` describes them
    """
    if kind_of(name).waits is False:
        raise ValueError(f"{name} goes at once: tell them one by one")
    empty: dict[str, Any] = {"person_id": None, "submitter_id": None, "idea_id": None, "step_id": None, "facts": {}}
    filled = [{**empty, **row, "kind": name, "waits": True, "at": now} for row in rows]
    if filled:
        statement = _insert_of(Notice.__table__, db.engine.dialect.name)  # type: ignore[arg-type]
        db.session().connection().execute(statement, filled)


_notice: Any = Notice.__table__
_READ = (
    sa.update(_notice)
    .where(_notice.c.step_id.in_(sa.bindparam("steps", expanding=True)), _notice.c.read_at.is_(None))
    .values(read_at=sa.bindparam("moment"))
)


@dataclass(frozen=True)
class ForOne:
    """A letter for one of many: its key, who reads it, which day of theirs it belongs to, and whether no hook may tell."""

    key: str
    person_id: int
    local_date: date
    private: bool


def write_for_many(name: str, wanted: Sequence[ForOne], book: Directory, *, now: datetime) -> int:
    """Put a letter of one kind for each of many people into the outbox, in two statements.

    They are `bulk`. Flushes, never commits.

    Gives   how many are new
    """
    if not wanted:
        return 0
    epoch, hooks = _epoch_and_hooks([one.person_id for one in wanted])
    rows = [
        {**row, "person_id": one.person_id, "submitter_id": None, "idea_id": None, "local_date": one.local_date,
         "bulk": True, "facts": {}}
        for one in wanted
        for row in _rows(one.key, name, book, one.person_id, now=now, epoch=epoch, hooks=hooks.get(one.person_id, []),
                         private=one.private)
    ]
    return len(_insert(Letter, rows)) if rows else 0


def _rows(
    key: str, name: str, book: Directory, reader_id: int, *, now: datetime, epoch: int,
    hooks: Sequence[tuple[str, int | None]], private: bool, hold_seconds: int = 0,
) -> list[dict[str, Any]]:
    """What stands in the outbox for each way the reader is reached."""
    deployment: Deployment = current_app.config["DEPLOYMENT"]
    brief = book.person(reader_id)
    ways: list[tuple[str, int | None]] = []
    if brief is not None and not brief.email:
        ways.append(("print", None))
    elif deployment.mail_is_on:
        ways.append(("mail", None))
    if deployment.base_url and not private:
        ways += hooks
    not_before = now + timedelta(seconds=hold_seconds)
    if ways and not kind_of(name).at_any_hour:
        not_before = next_working_moment(book, reader_id, not_before)
    found = []
    for channel, hook_id in ways:
        own_key = f"{key}:{channel}" if hook_id is None else f"{key}:{channel}:{hook_id}"
        found.append({
            "key": own_key, "kind": name, "channel": channel, "hook_id": hook_id, "state": "queued", "created_at": now,
            "message_id": message_id_for(own_key, deployment), "not_before": not_before, "epoch": epoch,
        })
    return found


_ONE = sa.select(sa.literal(1).label("one")).subquery()
_EPOCH_AND_HOOKS = (
    sa.select(MailState.epoch, Hook.person_id, Hook.kind, Hook.id).select_from(_ONE)
    .outerjoin(MailState, MailState.id == 1)
    .outerjoin(Hook, sa.and_(Hook.person_id.in_(sa.bindparam("people", expanding=True)), Hook.ended_at.is_(None)))
    .order_by(Hook.id)
)
"""Asked whenever letters are written, so it is one statement."""


def _epoch_and_hooks(people: Sequence[int]) -> tuple[int, dict[int, list[tuple[str, int | None]]]]:
    """How often the house was restored, and {person: (kind, id) of each webhook that tells them too}."""
    session = db.session()
    if any(isinstance(row, Hook | MailState) for row in (*session.new, *session.dirty)):
        session.flush()  # nothing else needs to be written for it
    rows = session.connection().execute(_EPOCH_AND_HOOKS, {"people": list(people)}).all()
    found: dict[int, list[tuple[str, int | None]]] = {}
    for _epoch, person_id, kind, hook_id in rows:
        if hook_id is not None:
            found.setdefault(person_id, []).append((kind, hook_id))
    return rows[0][0] or 0, found


def hooks_of(person_id: int) -> list[Hook]:
    """Give the webhooks through which a person wants to be told too."""
    return list(db.session.scalars(sa.select(Hook).where(Hook.person_id == person_id, Hook.ended_at.is_(None))))


def mail_state() -> MailState:
    """Give the one row all postmen share, made when it is missing. Inside `work()`."""
    row = db.session.get(MailState, 1)
    if row is None:
        row = MailState(id=1, epoch=0, counter=0)
        db.session.add(row)
        db.session.flush()
    return row


def epoch_now() -> int:
    """Give how often the house was restored from a backup."""
    return db.session.scalar(sa.select(MailState.epoch).where(MailState.id == 1)) or 0
