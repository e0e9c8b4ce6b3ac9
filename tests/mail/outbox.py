"""Letters of a kind of the tests' own, a carrier that does as it is told, and looking into the outbox."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.mail.carrier import Answer, Outgoing
from suggestbox.mail.letters import Kind, Line, Reader, Text, Written, register
from suggestbox.mail.models import Letter, LetterAttempt, Notice
from suggestbox.mail.operations import ForOne, tell, write_for_many
from suggestbox.mail.postman import Tally, deliver
from suggestbox.people.directory import directory

NAME = "test.letter"
MINUTE = timedelta(minutes=1)
DOWN = Answer("again", "house:no_connection Connection refused", whole_server=True)
BUSY = Answer("again", "451 4.3.0 later")
NO = Answer("refused", "550 5.1.1 no such user")
LOST = Answer("unknown", "house:no_answer timeout")
GONE: set[str] = set()
"""Keys of notices whose reason is gone."""

POISON: dict[str, str] = {}
"""What is wrong with the notices of these keys: "raise", "control", "long", "database"."""


def _lines(notices: Sequence[Notice], _reader: Reader) -> dict[int, Line]:
    return {notice.id: Line(notice.key, "/") for notice in notices if notice.key not in GONE}


def _write(notice: Notice, reader: Reader) -> Text | None:
    if notice.key in GONE:
        return None
    match POISON.get(notice.key):
        case "raise":
            raise ValueError("something somebody wrote")
        case "control":
            return Text(subject="Bell\x00\x07 and null", paragraphs=("a\x00b",))
        case "database":
            db.session.execute(sa.text("SELECT nothing FROM nowhere"))
    return Text(subject=f"Letter {notice.key}", paragraphs=(f"For {reader.name}.",), button=("Open", "/"), why="A test.")


def _compose(letter: Letter, _reader: Reader) -> Text | None:
    if letter.key in POISON:
        raise ValueError("something somebody wrote")
    return None if letter.key in GONE else Text(subject=f"Digest {letter.key}", paragraphs=("Everything.",))


def _compose_many(wanted: Sequence[tuple[Letter, Reader]]) -> Written:
    return Written({letter.id: text for letter, reader in wanted if (text := _compose(letter, reader)) is not None})


KIND = Kind(NAME, "Test letter", _lines, write=_write, waits=False)
ANY_HOUR = Kind("test.any_hour", "At any hour", _lines, write=_write, waits=False, at_any_hour=True)
DIGEST = Kind("test.digest", "Digest of the tests", _lines, compose=_compose, compose_many=_compose_many)


def register_kinds() -> None:
    """Make the kinds of the tests known."""
    register(KIND, ANY_HOUR, DIGEST)


def write_to(*people: Any, now: datetime, each: int = 1, name: str = NAME, key: str = "k") -> list[str]:
    """Tell every person `each` things; give the keys of the notices."""
    keys = []
    with work():
        for person in people:
            for number in range(each):
                keys.append(f"{key}:{person.id}:{number}")
                tell(name, keys[-1], now=now, person_id=person.id)
    return keys


def write_digests_to(*people: Any, now: datetime, key: str = "digest") -> None:
    """Write every person a digest: letters that are taken several at once."""
    book = directory(now.date())
    wanted = [ForOne(f"{key}:{person_id}", person_id, now.date(), False) for person_id in people]
    write_for_many(DIGEST.name, wanted, book, now=now)


def letters(**which: Any) -> list[Letter]:
    """Give the letters as they stand in the database, the oldest first."""
    db.session.rollback()
    return list(db.session.scalars(sa.select(Letter).filter_by(**which).order_by(Letter.id)))


def states(**which: Any) -> list[str]:
    """Give the letters' states, the oldest first."""
    return [letter.state for letter in letters(**which)]


def tries(letter: Letter) -> list[tuple[int, str, str]]:
    """Give (number, result, answer) of every try of a letter."""
    rows = db.session.scalars(sa.select(LetterAttempt).filter_by(letter_id=letter.id).order_by(LetterAttempt.n))
    return [(row.n, row.result, row.answer) for row in rows]


def notices(kind: str) -> list[Notice]:
    """Give the notices of a kind, the oldest first."""
    db.session.rollback()
    return list(db.session.scalars(sa.select(Notice).filter_by(kind=kind).order_by(Notice.id)))


@dataclass
class Hand:
    """A carrier that does as it is told: `answers` are used up one by one, then every letter is accepted."""

    answers: list[Answer] = field(default_factory=list)
    accepted: list[Outgoing] = field(default_factory=list)
    seen: list[Outgoing] = field(default_factory=list)
    meanwhile: Callable[[Outgoing], None] | None = None
    closed: int = 0

    def send(self, outgoing: Outgoing, about_to_hand_over: Callable[[], bool]) -> Answer:
        self.seen.append(outgoing)
        if self.meanwhile:
            self.meanwhile(outgoing)
        answer = self.answers.pop(0) if self.answers else Answer("sent", "250 ok")
        if answer.whole_server:
            return answer
        if not about_to_hand_over():
            return Answer("again", "lease lost")
        if answer.result in ("sent", "unknown"):
            self.accepted.append(outgoing)
        return answer

    def close(self) -> None:
        self.closed += 1


@dataclass
class Clock:
    """A clock that stands still until it is turned."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def shift(self, **span: float) -> None:
        self.now += timedelta(**span)


def at(*when: int) -> datetime:
    """Give a moment in UTC."""
    return datetime(*when, tzinfo=UTC)


def round_at(now: datetime, hand: Hand, **kw: Any) -> Tally:
    """Let the postman go round once, with that carrier."""
    return deliver(clock=Clock(now), carriers={"mail": hand}, **kw)


def only() -> Letter:
    """Give the one letter there is."""
    (row,) = letters()
    return row
