"""Taking the next letters out of the outbox: each by one worker, and only while their reason still holds.

In three steps, so that nobody who writes waits while letters are put together: the lease is taken in a short transaction;
what is to be said is read and written with the lease in hand; and what has to be noted of that is noted in a second short
transaction, in which whoever lost the lease meanwhile changes nothing.
"""

import secrets
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from flask import current_app

from suggestbox.core.clock import local_date
from suggestbox.core.config import Deployment
from suggestbox.core.database import db, let_go, short_work, work
from suggestbox.ideas.models import Idea, Submitter
from suggestbox.ideas.parts import word, words
from suggestbox.people.directory import Directory, directory
from suggestbox.people.hours import next_working_moment

from .answers import house_words
from .carrier import Outgoing
from .letters import Reader, Text, Written
from .letters import kind as kind_of
from .models import Hook, Letter, LetterAttempt, MailState
from .readers import person_told, reader_of, speaking_to
from .rechecking import Mark, marks_of
from .writing import text_of

LEASE = timedelta(minutes=15)
"""Longer than any try may last; whoever did not come back by then is taken for dead."""

ASK_AGAIN = timedelta(days=3)
"""Somebody away for weeks may be back sooner than was said."""

LONGEST_LINE = 998  # RFC 5322, 2.1.1

letters: Any = Letter.__table__
attempts: Any = LetterAttempt.__table__

Share = tuple[tuple[int, ...], int]
"""(which parts, of how many) of the readers a postman looks after, where several share the work; letters to submitters,
whose rows name no person, are shared by the submitter's number.
"""


def of_share(share: Share | None) -> tuple[Any, ...]:
    """Give the condition that a letter is for one of these readers; none for whoever looks after all."""
    if share is None:
        return ()
    parts, of = share
    number: list[Any] = [sa.literal_column(str(n)) for n in range(of + 1)]
    whose = sa.func.coalesce(letters.c.person_id, letters.c.submitter_id, number[0])
    return ((whose % number[of]).in_([number[part] for part in parts]),)


@lru_cache
def _due(channels: tuple[str, ...], share: Share | None) -> Any:
    """The letters that wait to be taken on these ways, as a statement; there are few ways, so each is written out once."""
    return (
        sa.select(letters, MailState.restored_at)
        .outerjoin(MailState, MailState.id == 1)
        .where(
            Letter.done_at.is_(None), Letter.state == word("queued"), Letter.not_before <= sa.bindparam("now"),
            Letter.channel.in_(words(*channels)), sa.or_(~Letter.bulk, MailState.paused_at.is_(None)), *of_share(share),
        )
        .order_by(Letter.not_before, Letter.id)
        .limit(sa.bindparam("most"))
    )


@lru_cache
def _next(channels: tuple[str, ...], share: Share | None) -> Any:
    due = _due(channels, share)
    return due.with_for_update(of=letters, skip_locked=True)  # SQLite has no such thing: nobody else writes then


@lru_cache
def _is_due(channels: tuple[str, ...], share: Share | None) -> Any:
    return _due(channels, share).with_only_columns(Letter.id)


_TAKE = (
    letters.update().where(letters.c.id.in_(sa.bindparam("ids", expanding=True)))
    .values(state="sending", stage="dial", lease_token=sa.bindparam("token"), lease_until=sa.bindparam("until"),
            attempts=letters.c.attempts + 1)
)
_TRY = attempts.insert()
_MINE_STILL = sa.and_(letters.c.id == sa.bindparam("of_letter"), letters.c.lease_token == sa.bindparam("of_token"),
                      letters.c.state == sa.literal_column("'sending'"), letters.c.stage == sa.literal_column("'dial'"))
_UNTAKEN = {"state": "queued", "stage": "", "lease_token": "", "lease_until": None, "attempts": letters.c.attempts - 1}
_GIVE_BACK = letters.update().where(_MINE_STILL).values(**_UNTAKEN)
_NO_TRY = attempts.delete().where(attempts.c.letter_id == sa.bindparam("of_letter"),
                                  attempts.c.token == sa.bindparam("of_token"))


_OURS = (
    sa.select(letters.c.id)
    .where(letters.c.id.in_(sa.bindparam("ids", expanding=True)), letters.c.lease_token == sa.bindparam("of_token"),
           letters.c.state == sa.literal_column("'sending'"), letters.c.stage == sa.literal_column("'dial'"))
    .order_by(letters.c.id).with_for_update()
)


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
    mark: Mark | None = None  # of one that was taken together with others: what it rests on


@dataclass(frozen=True)
class Lease:
    """Letters somebody holds for a while: rows as they were before, with when the house was last restored."""

    token: str
    rows: Sequence[Any]


@dataclass(frozen=True)
class Instead:
    """What becomes of a letter that does not go out now. Takes what that is called, and the values of its row."""

    letter_id: int
    became: str
    values: dict[str, Any]


@dataclass(frozen=True)
class Considered:
    """What was read and written with the lease in hand. Nothing of it is in the database yet.

    Takes   found: in the order of the letters; bind: notes what those that go take along
    """

    found: list["Taken | Instead"]
    bind: Callable[[Collection[int]], Collection[int]] | None


def something_is_due(channels: Collection[str], *, now: datetime, share: Share | None = None) -> bool:
    """Say whether a letter waits to be taken: a look without a lock, for the many times there is none."""
    with db.engine.connect() as connection:
        return connection.execute(_is_due(tuple(channels), share), {"now": now, "most": 1}).first() is not None


def lease_next(channels: Collection[str], most: int, *, now: datetime, share: Share | None = None) -> Lease:
    """Take the lease of the letter that has been due longest; with it of those right behind it, where their kind is written
    many at once and each is for somebody else. In a short transaction of its own.
    """
    token = secrets.token_hex(16)
    with short_work() as connection:
        rows = _together(connection.execute(_next(tuple(channels), share), {"now": now, "most": most}).all())
        if rows:
            connection.execute(_TAKE, {"ids": [row.id for row in rows], "token": token, "until": now + LEASE})
            connection.execute(_TRY, [
                {"letter_id": row.id, "n": row.attempts + 1, "token": token, "started_at": now, "result": "", "answer": ""}
                for row in rows
            ])
    return Lease(token, rows)


def _together(due: Sequence[Any]) -> list[Any]:
    together: list[Any] = []
    readers = set()
    for row in due:
        if row.person_id in readers or not _is_written_many_at_once(row.kind):
            break
        readers.add(row.person_id)
        together.append(row)
    return together or list(due[:1])


def _is_written_many_at_once(name: str) -> bool:
    try:
        return kind_of(name).compose_many is not None
    except KeyError:
        return False


@dataclass(frozen=True)
class _Wanted:
    """A letter that may go out now, as far as its reader and its way go."""

    letter: Any
    book: Directory
    reader: Reader
    url: str
    on_paper: bool
    part: Submitter | None  # held, so that whoever asks for it next finds it in memory


def consider(lease: Lease, needs_message: Callable[[Any], bool], *, now: datetime) -> Considered:
    """Say of each letter that it goes, or what becomes of it instead: cancelled, put_off, to_print or review. Only reads.

    Raises  Spoilt, or whatever the making of a text raises
    """
    try:
        let_go()  # what was read before the lease was taken may be old
        looked_at = [_look_at(row, now) for row in lease.rows]
        wanted = [one for one in looked_at if isinstance(one, _Wanted)]
        written = _written(wanted)
        marks = _marks_of(wanted, written.texts) if len(lease.rows) > 1 else {}
        found: list[Taken | Instead] = []
        for one in looked_at:
            if isinstance(one, Instead):
                found.append(one)
                continue
            text = written.texts.get(one.letter.id)
            if text is None:
                found.append(_cancel(one.letter, "no_reason", now))
            elif one.on_paper:
                values = {"channel": "print", "state": "to_print", "last_answer": ""}
                found.append(Instead(one.letter.id, "to_print", values))
            else:
                mark = marks.get(one.letter.id)
                found.append(_taken(one, text, lease.token, mark, needs_message(one.letter), now))
        return Considered(found, written.bind)
    finally:
        let_go()  # nothing is held while the letter is on its way


def note(lease: Lease, considered: Considered) -> list[Taken | str]:
    """Note what became of the letters that do not go, and what the others take along; give it, or the letter, of each.

    A letter that somebody else has now is "lost". One whose text does not hold any more is put back: "again".
    """
    if considered.bind is None and not any(isinstance(one, Instead) for one in considered.found):
        return list(considered.found)  # type: ignore[arg-type]
    ids = [one.letter_id for one in considered.found]
    with work() as session:
        ours = set(session.scalars(_OURS, {"ids": ids, "of_token": lease.token}))
        old = set(considered.bind(ours) if considered.bind else ())
        became: list[Taken | str] = []
        for one in considered.found:
            if one.letter_id not in ours:
                became.append("lost")
                continue
            instead = Instead(one.letter_id, "again", {}) if one.letter_id in old else one
            if isinstance(instead, Instead):
                became.append(instead.became)
                session.execute(letters.update().where(letters.c.id == one.letter_id).values(_UNTAKEN | instead.values))
                session.execute(_NO_TRY, {"of_letter": one.letter_id, "of_token": lease.token})
            else:
                became.append(instead)
    return became


def give_back(taken: Iterable[tuple[int, str]]) -> None:
    """Put letters back that were taken and not begun, as if nobody had; whoever lost the lease changes nothing.

    Takes   taken: (the letter's id, the token of its lease)
    """
    names = [{"of_letter": letter_id, "of_token": token} for letter_id, token in taken]
    if names:
        with short_work() as connection:
            mine = [name for name in names if connection.execute(_GIVE_BACK, name).rowcount == 1]
            if mine:
                connection.execute(_NO_TRY, mine)


def _look_at(letter: Any, now: datetime) -> _Wanted | Instead:
    """Ask whether the letter has a reader who is there and a way to go."""
    part = db.session.get(Submitter, letter.submitter_id) if letter.submitter_id is not None else None
    reader_id = person_told(letter)
    book = _book_of(reader_id, now)
    brief = book.person(reader_id)
    reader = reader_of(book, reader_id, now) if reader_id else None
    if brief is None or reader is None:
        return _cancel(letter, "nobody", now)
    if not brief.active:
        return _cancel(letter, "reader_left", now)
    if _went_out_before_the_restore(letter, reader, letter.restored_at):
        return Instead(letter.id, "review", {"state": "review", "maybe": True, "last_answer": house_words("restored")})
    hook = db.session.get(Hook, letter.hook_id) if letter.hook_id else None
    if letter.channel in ("teams", "slack") and (hook is None or hook.ended_at is not None):
        return _cancel(letter, "no_hook", now)
    if hook is not None and _is_between_few(letter):
        return _cancel(letter, "hook_private", now)
    on_paper = letter.channel == "print" or (letter.channel == "mail" and not reader.email)
    if not on_paper and not _at_any_hour(letter):
        moment = next_working_moment(book, reader.person_id, now)
        if moment > now:
            return Instead(letter.id, "put_off", {"not_before": min(moment, now + ASK_AGAIN)})
    return _Wanted(letter, book, reader, hook.url if hook else "", on_paper, part)


def _written(wanted: Sequence[_Wanted]) -> Written:
    """What the letters say; all are of one kind where they are several."""
    many = kind_of(wanted[0].letter.kind).compose_many if wanted else None
    if many:
        return many([(one.letter, one.reader) for one in wanted])
    found = {}
    for one in wanted:
        with speaking_to(one.reader):
            text = text_of(one.letter, one.reader)
        if text is not None:
            found[one.letter.id] = text
    return Written(found)


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


def _marks_of(wanted: Sequence[_Wanted], texts: dict[int, Text]) -> dict[int, Mark]:
    written = [one for one in wanted if one.letter.id in texts]
    read = [(one.book, one.reader.person_id, texts[one.letter.id].notices) for one in written]
    return {one.letter.id: mark for one, mark in zip(written, marks_of(read), strict=True)}


def _taken(
    one: _Wanted, text: Text, token: str, mark: Mark | None, needs_message: bool, now: datetime,
) -> Taken:
    deployment: Deployment = current_app.config["DEPLOYMENT"]
    letter, reader, message = one.letter, one.reader, b""
    if needs_message and letter.channel == "mail":
        with speaking_to(reader):
            message = _message_of(letter, reader, text, now)
    outgoing = Outgoing(letter.id, message, deployment.mail_from, reader.email or "", letter.message_id, text, one.url)
    hidden = letter.submitter_id is not None and (one.part is None or one.part.person_id is None)
    # A digest may tell its reader of an idea they handed in confidentially: beside their name no words are kept.
    keeps_words = not hidden and letter.local_date is None
    return Taken(letter.id, letter.channel, token, outgoing, keeps_words, hidden, mark)


def _is_between_few(letter: Letter) -> bool:
    """Say whether the letter is about what was handed over in confidence: no channel may read even its title."""
    idea = db.session.get(Idea, letter.idea_id) if letter.idea_id else None
    return idea is not None and idea.outcome == "handed_over"


def _cancel(letter: Letter, why: str, now: datetime) -> Instead:
    values = {"state": "cancelled", "done_at": now, "message": None, "last_answer": house_words(why)}
    return Instead(letter.id, "cancelled", values)
