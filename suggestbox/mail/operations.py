"""Telling somebody something: the notice in the inbox and the letter that carries it, in the change's own transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
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
    return _insert_of(table, dialect).returning(table.c.id)


def _insert(model: Any, **values: Any) -> int | None:
    """Insert a row unless its key is there already; give its id, or None."""
    statement = _insert_telling(model.__table__, db.engine.dialect.name)
    made: int | None = db.session.execute(statement, values).scalar()
    return made


_NOTICES: Any = Notice.__table__
_CARRIED = sa.update(_NOTICES).where(_NOTICES.c.id == sa.bindparam("notice")).values(letter_id=sa.bindparam("letter"))


def tell(
    name: str, key: str, *, now: datetime, person_id: int | None = None, submitter: Submitter | None = None,
    idea_id: int | None = None, step_id: int | None = None, hold_seconds: int | None = None, **facts: Any,
) -> int | None:
    """Tell a person, or a submitter, something once. Flushes, never commits.

    Takes   name: a registered kind; key: what makes this notice the only one of its sort, at most 100 characters
            facts: ids, numbers and dates; never texts people wrote, and never the name of a submitter
    Gives   the notice's id, or None when it was told before
    """
    kind = kind_of(name)
    who = {"submitter_id": submitter.id} if submitter else {"person_id": person_id}
    reader_id = person_behind(submitter) if submitter else person_id
    if reader_id is None:
        raise ValueError("a notice needs a reader")
    notice_id = _insert(Notice, key=key, kind=name, idea_id=idea_id, step_id=step_id, facts=facts, waits=kind.waits,
                        at=now, **who)
    if notice_id is None or kind.waits:
        return notice_id
    book = directory(local_date(now, current_app.config["HEADQUARTERS_ZONE"]))
    letters = write_letters(
        key, name, book, reader_id, now=now, idea_id=idea_id, facts={"notice_id": notice_id},
        hold_seconds=kind.hold_seconds if hold_seconds is None else hold_seconds,
        private=submitter is not None and submitter.person_id is None, **who,
    )
    if letters:
        db.session.execute(_CARRIED, {"notice": notice_id, "letter": letters[0]})
    return notice_id


def tell_waiting(name: str, rows: Sequence[dict[str, Any]], *, now: datetime) -> None:
    """Put notices of a kind that waits for the digest into inboxes, all in one statement. Flushes, never commits.

    Takes   rows: of each its key, person_id or submitter_id, idea_id, step_id and facts, as `tell` describes them
    """
    if kind_of(name).waits is False:
        raise ValueError(f"{name} goes at once: tell them one by one")
    empty: dict[str, Any] = {"person_id": None, "submitter_id": None, "idea_id": None, "step_id": None, "facts": {}}
    filled = [{**empty, **row, "kind": name, "waits": True, "at": now} for row in rows]
    if filled:
        db.session.execute(_insert_of(Notice.__table__, db.engine.dialect.name), filled)


_notice: Any = Notice.__table__
_READ = (
    sa.update(_notice)
    .where(_notice.c.step_id.in_(sa.bindparam("steps", expanding=True)), _notice.c.read_at.is_(None))
    .values(read_at=sa.bindparam("moment"))
)


def write_letters(
    key: str, name: str, book: Directory, reader_id: int, *, now: datetime, hold_seconds: int = 0,
    person_id: int | None = None, submitter_id: int | None = None, idea_id: int | None = None,
    local_date: date | None = None, bulk: bool = False, private: bool = False,
    facts: dict[str, Any] | None = None,
) -> list[int]:
    """Put letters of one key into the outbox, one for each way the reader is reached. Flushes, never commits.

    Takes   private: to a confidential submitter, so not into channels that have other readers
    Gives   the ids of the letters that are new; none when mail is not set up and no other way is there
    """
    epoch, hooks = _epoch_and_hooks(reader_id)
    rows = _rows(key, name, book, reader_id, now=now, hold_seconds=hold_seconds, epoch=epoch, hooks=hooks, private=private)
    rest = {"person_id": person_id, "submitter_id": submitter_id, "idea_id": idea_id, "local_date": local_date,
            "bulk": bulk, "facts": facts or {}}
    made = (_insert(Letter, **row, **rest) for row in rows)
    return [letter_id for letter_id in made if letter_id is not None]


@dataclass(frozen=True)
class ForOne:
    """A letter for one of many: its key, who reads it, which day of theirs it belongs to, and whether no hook may tell."""

    key: str
    person_id: int
    local_date: date
    private: bool


def write_for_many(name: str, wanted: Sequence[ForOne], book: Directory, *, now: datetime) -> int:
    """Put a letter of one kind for each of many people into the outbox, as `write_letters` does, in three statements.

    They are `bulk`. Flushes, never commits.

    Gives   how many are new
    """
    if not wanted:
        return 0
    epoch, hooks = epoch_now(), _hooks_of_many([one.person_id for one in wanted])
    rows = [
        {**row, "person_id": one.person_id, "submitter_id": None, "idea_id": None, "local_date": one.local_date,
         "bulk": True, "facts": {}}
        for one in wanted
        for row in _rows(one.key, name, book, one.person_id, now=now, epoch=epoch, hooks=hooks.get(one.person_id, []),
                         private=one.private)
    ]
    if not rows:
        return 0
    statement = _insert_telling(Letter.__table__, db.engine.dialect.name)  # type: ignore[arg-type]
    return len(db.session.execute(statement, rows).all())


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


_HOOKS_OF_MANY = (
    sa.select(Hook.person_id, Hook.kind, Hook.id)
    .where(Hook.ended_at.is_(None), Hook.person_id.in_(sa.bindparam("people", expanding=True))).order_by(Hook.id)
)


def _hooks_of_many(people: Sequence[int]) -> dict[int, list[tuple[str, int | None]]]:
    found: dict[int, list[tuple[str, int | None]]] = {}
    for person_id, kind, hook_id in db.session.execute(_HOOKS_OF_MANY, {"people": list(people)}):
        found.setdefault(person_id, []).append((kind, hook_id))
    return found


_ONE = sa.select(sa.literal(1).label("one")).subquery()
_EPOCH_AND_HOOKS = (
    sa.select(MailState.epoch, Hook.kind, Hook.id).select_from(_ONE)
    .outerjoin(MailState, MailState.id == 1)
    .outerjoin(Hook, sa.and_(Hook.person_id == sa.bindparam("person_id"), Hook.ended_at.is_(None)))
    .order_by(Hook.id)
)
"""Asked with every letter that is written, so it is one statement."""


def _epoch_and_hooks(person_id: int) -> tuple[int, list[tuple[str, int | None]]]:
    rows = db.session.execute(_EPOCH_AND_HOOKS, {"person_id": person_id}).all()
    return rows[0][0] or 0, [(kind, hook_id) for _epoch, kind, hook_id in rows if hook_id is not None]


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
