"""The mail server of the simulation: it accepts letters, has moods, and keeps a book of its own of what it accepted."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from random import Random

from suggestbox.mail.carrier import Answer, Outgoing
from suggestbox.mail.letters import Text

from .world import Died, World

DOWN, BUSY, SLOW, WELL = "down", "busy", "slow", "well"

SAMPLE = 12
"""Every so many letters one is made into a whole message and read back; of the others the server gets the words."""

REPLY_LOST_EVERY = 170
DIES_EVERY = 41
POINTS = ("before it was handed over", "while it was handed over", "after it was accepted")


@dataclass(frozen=True)
class Accepted:
    """A letter the mail server took. `lines` are those of a digest: (idea, text, whether it is a duty)."""

    at: datetime
    recipient: str
    message_id: str
    words: str
    lines: tuple[tuple[str, str, bool], ...]


def words_of(text: Text, message: bytes) -> str:
    """Give everything a letter says, as one text; of a whole message what its readable parts say."""
    told = [text.subject, *text.paragraphs, text.quote, text.quote_by, text.why]
    told += [f"{line.idea} {line.text}" for line in text.lines]
    if text.invitation:
        told += [text.invitation.summary, text.invitation.description, *(g.name for g in text.invitation.guests)]
    if message:
        parsed = message_from_bytes(message)
        told += [_content_of(part) for part in parsed.walk() if part.get_content_maintype() == "text"]
        told += [str(make_header(decode_header(parsed[name]))) for name in ("Subject", "To")]
    return "\n".join(told)


def _content_of(part: Message) -> str:
    inside = part.get_payload(decode=True)
    assert isinstance(inside, bytes)  # it is no part that holds others
    return inside.decode(part.get_content_charset("ascii"))


@dataclass
class Book:
    """What a mail server saw."""

    accepted: list[Accepted] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    a_day: Counter[tuple[str, date]] = field(default_factory=Counter)
    """Letters by recipient and day."""
    deaths: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Book") -> None:
        """Take over what another one saw."""
        self.accepted += other.accepted
        self.answers.update(other.answers)
        self.a_day.update(other.a_day)
        self.deaths.update(other.deaths)


class MailServer:
    """A carrier for the postman, on the clock of the world.

    Takes   doubts_twice: whether the answer to a copy may be lost as well; then admins are told at once
    """

    def __init__(self, world: World, *, doubts_twice: bool = True):
        self.world, self.doubts_twice = world, doubts_twice
        self.book = Book()
        self.moods = _moods(world)
        self.offered = 0
        self._in_doubt: set[str] = set()
        self.refused = {f"p{number}@feldrath.example" for number in world.dice("gone").sample(range(1, world.people), 3)}

    def needs_message(self, letter_id: int) -> bool:
        """Say whether a letter is made into a whole message."""
        return letter_id % SAMPLE == 0

    def mood(self) -> str:
        """Give how the server is today."""
        return next((mood for since, until, mood in self.moods if since <= self.world.now < until), WELL)

    def send(self, outgoing: Outgoing, about_to_hand_over: Callable[[], bool]) -> Answer:
        """Take a letter, or not; now and then the process that offers it dies."""
        self.offered += 1
        answer = self._answer(outgoing, about_to_hand_over, self._death())
        self.book.answers[answer.result] += 1
        return answer

    def _death(self) -> str:
        return POINTS[self.offered // DIES_EVERY % 3] if self.offered % DIES_EVERY == DIES_EVERY - 1 else ""

    def _die(self, point: str) -> None:
        self.book.deaths[f"postman {point}"] += 1
        raise Died

    def _answer(self, outgoing: Outgoing, about_to_hand_over: Callable[[], bool], death: str) -> Answer:
        mood = self.mood()
        if mood == DOWN:
            return Answer("again", "Connection refused", whole_server=True)
        self.world.now += timedelta(seconds=40 if mood == SLOW else 1)
        if mood == BUSY and self.offered % 3:
            return Answer("again", "451 4.7.1 Please try again later")
        if death == POINTS[0]:
            self._die(death)
        if outgoing.recipient in self.refused:
            return Answer("refused", "550 5.1.1 There is no such mailbox here")
        if not about_to_hand_over():
            return Answer("again", "somebody else has it")
        lost = bool(death) or self.offered % REPLY_LOST_EVERY == 0
        if lost and not self.doubts_twice and outgoing.message_id in self._in_doubt:
            lost, death = False, ""
        if lost:
            self._in_doubt.add(outgoing.message_id)
        if death == POINTS[1]:
            self._die(death)
        self.book.a_day[outgoing.recipient, self.world.now.date()] += 1
        lines = tuple((line.idea, line.text, line.duty) for line in outgoing.text.lines)
        self.book.accepted.append(Accepted(self.world.now, outgoing.recipient, outgoing.message_id,
                                           words_of(outgoing.text, outgoing.message), lines))
        if death == POINTS[2]:
            self._die(death)
        if lost:
            return Answer("unknown", "the connection was lost after the final dot")
        return Answer("sent", "250 2.0.0 Ok: queued")


def _moods(world: World) -> list[tuple[datetime, datetime, str]]:
    """Give when the server is down, busy or slow: some hours about twice a month, once for a day and a half."""
    dice: Random = world.dice("mail server")
    found = []
    for n in range(max(3, world.days // 14)):
        since = world.now + timedelta(days=dice.uniform(1, world.days), hours=0)
        hours = 36 if n == 1 else dice.uniform(1, 9)
        found.append((since, since + timedelta(hours=hours), dice.choice((DOWN, DOWN, BUSY, SLOW))))
    return sorted(found)
