"""Taking the next letter out of the outbox: one worker at a time, and only while its reason still holds."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app

from suggestbox.core.clock import local_date
from suggestbox.core.config import Deployment
from suggestbox.core.database import db
from suggestbox.ideas.models import Idea, Submitter
from suggestbox.people.directory import Directory, directory
from suggestbox.people.hours import next_working_moment

from .answers import house_words
from .carrier import Outgoing
from .letters import Reader, Text
from .letters import kind as kind_of
from .models import Hook, Letter, LetterAttempt, MailState
from .readers import person_told, reader_of, speaking_to
from .writing import text_of

LEASE = timedelta(minutes=15)
"""Longer than any try may last; whoever did not come back by then is taken for dead."""

ASK_AGAIN = timedelta(days=3)
"""Somebody away for weeks may be back sooner than was said."""

LONGEST_LINE = 998  # RFC 5322, 2.1.1

letters: Any = Letter.__table__
attempts: Any = LetterAttempt.__table__

_DUE = (
    sa.select(Letter, MailState.restored_at)
    .outerjoin(MailState, MailState.id == 1)
    .where(
        Letter.done_at.is_(None), Letter.state == sa.literal_column("'queued'"),
        Letter.not_before <= sa.bindparam("now"), Letter.channel.in_(sa.bindparam("channels", expanding=True)),
        sa.or_(~Letter.bulk, MailState.paused_at.is_(None)),
    )
    .order_by(Letter.not_before, Letter.id)
    .limit(1)
)
_NEXT = _DUE.with_for_update(of=Letter, skip_locked=True)  # SQLite has no such thing: there nobody else writes meanwhile
_IS_DUE = _DUE.with_only_columns(Letter.id)
_TAKE = (
    letters.update().where(letters.c.id == sa.bindparam("of_letter"))
    .values(state="sending", stage="dial", lease_token=sa.bindparam("token"), lease_until=sa.bindparam("until"),
            attempts=sa.bindparam("n"))
)
_TRY = attempts.insert()


class Spoilt(Exception):
    """A letter that cannot be sent as it is; the words say why."""


@dataclass(frozen=True)
class Taken:
    """A letter somebody holds the lease of."""

    letter_id: int
    channel: str
    token: str
    outgoing: Outgoing
    keeps_words: bool  # the message may lie in the database while it is on its way
    hidden: bool  # nobody may learn from the letter's row who gets it


def something_is_due(channels: Collection[str], *, now: datetime) -> bool:
    """Say whether a letter waits to be taken: a look without a lock, for the many times there is none."""
    with db.engine.connect() as connection:
        return connection.execute(_IS_DUE, {"now": now, "channels": list(channels)}).first() is not None


def next_letter(channels: Collection[str], *, now: datetime) -> tuple[Letter, datetime | None] | None:
    """Give the letter that has been due longest, locked, and when the house was last restored. Inside `work()`."""
    found = db.session.execute(_NEXT, {"now": now, "channels": list(channels)}).first()
    return (found[0], found[1]) if found else None


def consider(letter: Letter, restored_at: datetime | None, needs_message: bool, *, now: datetime) -> Taken | str:
    """Take the letter, or say what became of it instead: cancelled, put_off, to_print or review. Inside `work()`.

    Raises  Spoilt, or whatever the making of its text raises
    """
    reader_id = person_told(letter)
    book = _book_of(reader_id, now)
    brief = book.person(reader_id)
    reader = reader_of(book, reader_id, now) if reader_id else None
    if brief is None or reader is None:
        return _cancel(letter, "nobody", now)
    if not brief.active:
        return _cancel(letter, "reader_left", now)
    if _went_out_before_the_restore(letter, reader, restored_at):
        return _change(letter, "review", state="review", maybe=True, last_answer=house_words("restored"))
    hook = db.session.get(Hook, letter.hook_id) if letter.hook_id else None
    if letter.channel in ("teams", "slack") and (hook is None or hook.ended_at is not None):
        return _cancel(letter, "no_hook", now)
    if hook is not None and _is_between_few(letter):
        return _cancel(letter, "hook_private", now)
    on_paper = letter.channel == "print" or (letter.channel == "mail" and not reader.email)
    if not on_paper and not _at_any_hour(letter):
        moment = next_working_moment(book, reader.person_id, now)
        if moment > now:
            return _change(letter, "put_off", not_before=min(moment, now + ASK_AGAIN))
    with speaking_to(reader):
        text = text_of(letter, reader)
        if text is None:
            return _cancel(letter, "no_reason", now)
        if on_paper:
            return _change(letter, "to_print", channel="print", state="to_print", last_answer="")
        message = _message_of(letter, reader, text, now) if needs_message and letter.channel == "mail" else b""
    return _take(letter, reader, text, message, hook.url if hook else "", now)


def _book_of(person_id: int | None, now: datetime) -> Directory:
    """Give the directory of the day it is where the person works: absences begin and end there."""
    book = directory(local_date(now, current_app.config["HEADQUARTERS_ZONE"]))
    there = local_date(now, book.zone_of(person_id)) if person_id else book.today
    return book if there == book.today else directory(there)


def _at_any_hour(letter: Letter) -> bool:
    try:
        return kind_of(letter.kind).at_any_hour
    except KeyError:
        raise Spoilt(house_words("no_text", letter.kind)) from None


def _went_out_before_the_restore(letter: Letter, reader: Reader, restored_at: datetime | None) -> bool:
    """A digest of a day up to that of the restore: its first copy may have gone out, and the database forgot it.

    Whoever released it has seen that (`maybe` is set).
    """
    if restored_at is None or letter.local_date is None or letter.maybe:
        return False
    return letter.local_date <= local_date(restored_at, reader.zone)


def _message_of(letter: Letter, reader: Reader, text: Text, now: datetime) -> bytes:
    from .message import build

    if letter.maybe and letter.message:  # a copy is the same to the last byte
        return letter.message
    message = build(letter, reader, text, now=now)
    if b"\x00" in message or max(map(len, message.split(b"\n"))) > LONGEST_LINE + 1:
        raise Spoilt(house_words("control_characters"))
    return message


def _take(letter: Letter, reader: Reader, text: Text, message: bytes, url: str, now: datetime) -> Taken:
    deployment: Deployment = current_app.config["DEPLOYMENT"]
    token = secrets.token_hex(16)
    outgoing = Outgoing(letter.id, message, deployment.mail_from, reader.email or "", letter.message_id, text, url)
    hidden = _is_for_somebody_confidential(letter)
    # A digest may tell its reader of an idea they handed in confidentially: beside their name no words are kept.
    taken = Taken(letter.id, letter.channel, token, outgoing, not hidden and letter.local_date is None, hidden)
    n = letter.attempts + 1
    db.session.execute(_TAKE, {"of_letter": letter.id, "token": token, "until": now + LEASE, "n": n})
    row = {"letter_id": letter.id, "n": n, "token": token, "started_at": now, "result": "", "answer": ""}
    db.session.execute(_TRY, row)
    return taken


def _is_between_few(letter: Letter) -> bool:
    """Say whether the letter is about what was handed over in confidence: no channel may read even its title."""
    idea = db.session.get(Idea, letter.idea_id) if letter.idea_id else None
    return idea is not None and idea.outcome == "handed_over"


def _is_for_somebody_confidential(letter: Letter) -> bool:
    if letter.submitter_id is None:
        return False
    submitter = db.session.get(Submitter, letter.submitter_id)
    return submitter is None or submitter.person_id is None


def _cancel(letter: Letter, why: str, now: datetime) -> str:
    return _change(letter, "cancelled", state="cancelled", done_at=now, message=None, last_answer=house_words(why))


def _change(letter: Letter, became: str, **values: Any) -> str:
    db.session.execute(letters.update().where(letters.c.id == letter.id).values(**values))
    return became
