"""Taking the next letters out of the outbox: one worker at a time, and only while their reason still holds."""

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
from suggestbox.core.database import db, short_work
from suggestbox.ideas.models import Idea, Submitter
from suggestbox.ideas.parts import word, words
from suggestbox.people.directory import Directory, directory
from suggestbox.people.hours import next_working_moment

from .answers import house_words
from .carrier import Outgoing
from .letters import Reader, Text
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

@lru_cache
def _due(channels: tuple[str, ...]) -> Any:
    """The letters that wait to be taken on these ways, as a statement; there are few ways, so each is written out once."""
    return (
        sa.select(letters, MailState.restored_at)
        .outerjoin(MailState, MailState.id == 1)
        .where(
            Letter.done_at.is_(None), Letter.state == word("queued"), Letter.not_before <= sa.bindparam("now"),
            Letter.channel.in_(words(*channels)), sa.or_(~Letter.bulk, MailState.paused_at.is_(None)),
        )
        .order_by(Letter.not_before, Letter.id)
        .limit(sa.bindparam("most"))
    )


@lru_cache
def _next(channels: tuple[str, ...]) -> Any:
    return _due(channels).with_for_update(of=letters, skip_locked=True)  # SQLite has no such thing: nobody else writes then


@lru_cache
def _is_due(channels: tuple[str, ...]) -> Any:
    return _due(channels).with_only_columns(Letter.id)


_TAKE = (
    letters.update().where(letters.c.id == sa.bindparam("of_letter"))
    .values(state="sending", stage="dial", lease_token=sa.bindparam("token"), lease_until=sa.bindparam("until"),
            attempts=sa.bindparam("n"))
)
_TRY = attempts.insert()
_MINE_STILL = sa.and_(letters.c.id == sa.bindparam("of_letter"), letters.c.lease_token == sa.bindparam("of_token"),
                      letters.c.state == sa.literal_column("'sending'"), letters.c.stage == sa.literal_column("'dial'"))
_GIVE_BACK = (
    letters.update().where(_MINE_STILL)
    .values(state="queued", stage="", lease_token="", lease_until=None, attempts=letters.c.attempts - 1)
)
_NO_TRY = attempts.delete().where(attempts.c.letter_id == sa.bindparam("of_letter"),
                                  attempts.c.token == sa.bindparam("of_token"))


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


def something_is_due(channels: Collection[str], *, now: datetime) -> bool:
    """Say whether a letter waits to be taken: a look without a lock, for the many times there is none."""
    with db.engine.connect() as connection:
        return connection.execute(_is_due(tuple(channels)), {"now": now, "most": 1}).first() is not None


def next_letters(channels: Collection[str], most: int, *, now: datetime) -> list[Any]:
    """Give the letter that has been due longest, locked; with it those right behind it, where their kind is written many
    at once and each is for somebody else. Rows of letters, with when the house was last restored. Inside `work()`.
    """
    due = db.session.execute(_next(tuple(channels)), {"now": now, "most": most}).all()
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


def consider(
    rows: Sequence[Any], needs_message: Callable[[Any], bool], *, now: datetime,
) -> list[Taken | str]:
    """Take the letters, or say of each what became of it instead: cancelled, put_off, to_print or review. Inside `work()`.

    Takes   rows: as `next_letters` gives them
    Raises  Spoilt, or whatever the making of a text raises
    """
    found = [_look_at(row, now) for row in rows]
    wanted = [one for one in found if not isinstance(one, str)]
    texts = _texts_of(wanted)
    marks = _marks_of(wanted, texts) if len(rows) > 1 else {}
    became: list[Taken | str] = []
    takes, tries = [], []
    for one in found:
        if isinstance(one, str):
            became.append(one)
            continue
        text = texts.get(one.letter.id)
        if text is None:
            became.append(_cancel(one.letter, "no_reason", now))
        elif one.on_paper:
            became.append(_change(one.letter, "to_print", channel="print", state="to_print", last_answer=""))
        else:
            taken = _taken(one, text, marks.get(one.letter.id), needs_message(one.letter), now)
            n = one.letter.attempts + 1
            takes.append({"of_letter": taken.letter_id, "token": taken.token, "until": now + LEASE, "n": n})
            tries.append({"letter_id": taken.letter_id, "n": n, "token": taken.token, "started_at": now, "result": "",
                          "answer": ""})
            became.append(taken)
    if takes:
        db.session.execute(_TAKE, takes)
        db.session.execute(_TRY, tries)
    return became


def give_back(taken: Iterable[Taken]) -> None:
    """Put letters back that were taken and not begun, as if nobody had; whoever lost the lease changes nothing."""
    names = [{"of_letter": one.letter_id, "of_token": one.token} for one in taken]
    if names:
        with short_work() as connection:
            mine = [name for name in names if connection.execute(_GIVE_BACK, name).rowcount == 1]
            if mine:
                connection.execute(_NO_TRY, mine)


def _look_at(letter: Any, now: datetime) -> _Wanted | str:
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
    return _Wanted(letter, book, reader, hook.url if hook else "", on_paper, part)


def _texts_of(wanted: Sequence[_Wanted]) -> dict[int, Text]:
    """{letter id: what it says}, without those whose reason is gone; all are of one kind where they are several."""
    many = kind_of(wanted[0].letter.kind).compose_many if wanted else None
    if many:
        written = many([(one.letter, one.reader) for one in wanted])
        if written.bind:
            written.bind({one.letter.id for one in wanted})
        return written.texts
    found = {}
    for one in wanted:
        with speaking_to(one.reader):
            text = text_of(one.letter, one.reader)
        if text is not None:
            found[one.letter.id] = text
    return found


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


def _taken(one: _Wanted, text: Text, mark: Mark | None, needs_message: bool, now: datetime) -> Taken:
    deployment: Deployment = current_app.config["DEPLOYMENT"]
    letter, reader, message = one.letter, one.reader, b""
    if needs_message and letter.channel == "mail":
        with speaking_to(reader):
            message = _message_of(letter, reader, text, now)
    outgoing = Outgoing(letter.id, message, deployment.mail_from, reader.email or "", letter.message_id, text, one.url)
    hidden = letter.submitter_id is not None and (one.part is None or one.part.person_id is None)
    # A digest may tell its reader of an idea they handed in confidentially: beside their name no words are kept.
    keeps_words = not hidden and letter.local_date is None
    return Taken(letter.id, letter.channel, secrets.token_hex(16), outgoing, keeps_words, hidden, mark)


def _is_between_few(letter: Letter) -> bool:
    """Say whether the letter is about what was handed over in confidence: no channel may read even its title."""
    idea = db.session.get(Idea, letter.idea_id) if letter.idea_id else None
    return idea is not None and idea.outcome == "handed_over"


def _cancel(letter: Letter, why: str, now: datetime) -> str:
    return _change(letter, "cancelled", state="cancelled", done_at=now, message=None, last_answer=house_words(why))


def _change(letter: Letter, became: str, **values: Any) -> str:
    db.session.execute(letters.update().where(letters.c.id == letter.id).values(**values))
    return became
