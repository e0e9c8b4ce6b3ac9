"""Telling somebody something: the notice in the inbox and the letter that carries it, in the change's own transaction."""

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app

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


def _insert(model: Any, **values: Any) -> int | None:
    """Insert a row unless its key is there already; give its id, or None."""
    if db.engine.dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert
    else:
        from sqlalchemy.dialects.postgresql import insert  # type: ignore[assignment]
    row = insert(model).values(**values).on_conflict_do_nothing(index_elements=["key"])
    made: int | None = db.session.execute(row.returning(model.id)).scalar()
    return made


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
        hold_seconds=kind.hold_seconds if hold_seconds is None else hold_seconds, **who,
    )
    if letters:
        db.session.execute(sa.update(Notice).where(Notice.id == notice_id).values(letter_id=letters[0]))
    return notice_id


def write_letters(
    key: str, name: str, book: Directory, reader_id: int, *, now: datetime, hold_seconds: int = 0,
    person_id: int | None = None, submitter_id: int | None = None, idea_id: int | None = None,
    local_date: date | None = None, bulk: bool = False, facts: dict[str, Any] | None = None,
) -> list[int]:
    """Put letters of one key into the outbox, one for each way the reader is reached. Flushes, never commits.

    Gives   the ids of the letters that are new; none when mail is not set up and no other way is there
    """
    deployment: Deployment = current_app.config["DEPLOYMENT"]
    brief = book.person(reader_id)
    ways: list[tuple[str, int | None]] = []
    if brief is not None and not brief.email:
        ways.append(("print", None))
    elif deployment.mail_is_on:
        ways.append(("mail", None))
    if deployment.base_url:
        ways += [(hook.kind, hook.id) for hook in hooks_of(reader_id)]
    not_before = now + timedelta(seconds=hold_seconds)
    if not kind_of(name).at_any_hour:
        not_before = next_working_moment(book, reader_id, not_before)
    made = []
    for channel, hook_id in ways:
        own_key = f"{key}:{channel}" if hook_id is None else f"{key}:{channel}:{hook_id}"
        letter_id = _insert(
            Letter, key=own_key, kind=name, channel=channel, person_id=person_id, submitter_id=submitter_id,
            hook_id=hook_id, idea_id=idea_id, local_date=local_date, bulk=bulk, facts=facts or {},
            message_id=message_id_for(own_key, deployment), state="queued", not_before=not_before, created_at=now,
            epoch=epoch_now(),
        )
        if letter_id is not None:
            made.append(letter_id)
    return made


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
