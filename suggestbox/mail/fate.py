"""What becomes of a letter somebody took: handed over, sent, put back, refused, uncertain. Every change is fenced.

Whoever lost the lease, because it ran out or a person decided otherwise, changes nothing any more: each statement asks
for the token of the lease.
"""

import logging
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.exc import InterfaceError, OperationalError

from suggestbox.core.clock import local_date
from suggestbox.core.database import db, short_work, work
from suggestbox.core.errors import Stale
from suggestbox.core.settings import rule
from suggestbox.people.directory import directory

from . import settings as _declared  # noqa: F401 -- `mail.uncertain` is known from here on
from .answers import house_words
from .carrier import Answer
from .claiming import LEASE, Share, Spoilt, Taken, attempts, letters, of_share
from .models import Letter, LetterAttempt, MailState
from .operations import tell
from .restore import remember_soon
from .steady import FIRST_ROW

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
GIVE_UP_AFTER = timedelta(days=3)
TRIES_AT_LEAST = 10
"""A machine that stood still for days has not tried for days."""

TROUBLE = "mail.trouble"
"""The kind of notice admins get; house_letters.py has its words."""

logger = logging.getLogger(__name__)

_state: Any = MailState.__table__
_COUNT = (
    sa.update(_state).where(_state.c.id == 1).values(counter=_state.c.counter + 1)
    .returning(_state.c.epoch, _state.c.counter)
)
_MINE = sa.and_(letters.c.id == sa.bindparam("of_letter"), letters.c.lease_token == sa.bindparam("of_token"),
                letters.c.state == sa.literal_column("'sending'"))
_HELD = sa.select(Letter).where(_MINE).with_for_update()
_HAND_OVER = (
    sa.update(letters).where(_MINE, letters.c.stage == "dial", letters.c.lease_until > sa.bindparam("moment"))
    .values(stage="data", lease_until=sa.bindparam("until"), message=sa.bindparam("words"))
)
_SENT = (
    sa.update(letters).where(_MINE)
    .values(state="sent", stage="", done_at=sa.bindparam("moment"), lease_until=None, lease_token="", message=None,
            last_answer=sa.bindparam("said"))
)
_END = (
    sa.update(attempts)
    .where(attempts.c.letter_id == sa.bindparam("of_letter"), attempts.c.token == sa.bindparam("of_token"))
    .values(ended_at=sa.bindparam("moment"), result=sa.bindparam("became"), answer=sa.bindparam("said"))
)
_OVER = sa.and_(Letter.done_at.is_(None), Letter.state == "sending", Letter.lease_until <= sa.bindparam("moment"))
_ONE_OVER = (
    sa.select(Letter).where(Letter.id == sa.bindparam("of_letter"), _OVER).with_for_update(skip_locked=True)
)


@lru_cache
def _all_over(share: Share | None) -> Any:
    return sa.select(Letter.id).where(_OVER, *of_share(share)).order_by(Letter.id).limit(sa.bindparam("most"))


# -- on the way ------------------------------------------------------------------------------------------------------


def hand_over(taken: Taken, *, now: datetime) -> bool:
    """Note that the letter is about to leave the house; False when somebody else has it now."""
    words = taken.outgoing.message if taken.keeps_words else None
    with short_work() as connection:
        changed = connection.execute(_HAND_OVER, {
            "of_letter": taken.letter_id, "of_token": taken.token, "moment": now, "until": now + LEASE,
            "words": words or None,
        })
        if changed.rowcount != 1:
            return False
        counted = connection.execute(_COUNT).first()
        if counted is None:
            connection.execute(FIRST_ROW)
            counted = connection.execute(_COUNT).one()
    remember_soon(*counted)
    return True


def finish(taken: Taken, answer: Answer, *, now: datetime) -> str:
    """Note how it went; give what became of the letter, or "lost" when somebody else has it now."""
    if answer.result == "sent":
        values = {"of_letter": taken.letter_id, "of_token": taken.token, "moment": now, "said": answer.words,
                  "became": "sent"}
        with short_work() as connection:
            if connection.execute(_SENT, values).rowcount != 1:
                return "lost"
            connection.execute(_END, values)
        return "sent"
    with work() as session:
        letter = session.scalars(_HELD, {"of_letter": taken.letter_id, "of_token": taken.token}).first()
        if letter is None:
            return "lost"
        if answer.result == "refused":
            return _fail(letter, answer.words, now)
        if answer.result == "unknown":
            return _doubt(letter, answer.words, now)
        return _put_back(letter, answer.words, now)


# -- afterwards ------------------------------------------------------------------------------------------------------


def look_after_the_dead(*, now: datetime, most: int = 200, share: Share | None = None) -> list[str]:
    """Take back what was taken by somebody who did not return within the lease; give what became of each letter."""
    with db.engine.connect() as connection:
        ids = list(connection.scalars(_all_over(share), {"moment": now, "most": most}))
    became = []
    for letter_id in ids:
        try:
            with work() as session:
                letter = session.scalars(_ONE_OVER, {"moment": now, "of_letter": letter_id}).first()
                if letter is None:  # somebody else was quicker
                    continue
                if letter.stage == "data":
                    became.append(_doubt(letter, house_words("no_answer"), now))
                else:
                    became.append(_put_back(letter, house_words("stopped"), now, at_once=True))
        except Exception as problem:  # one that cannot be taken back stops no other
            logger.error("letter %s could not be taken back: %s", letter_id, place_of(problem))
    return became


def set_aside(letter_id: int, token: str, problem: Exception, *, now: datetime) -> str:
    """Note that a letter one holds could not be written: it fails alone, unless it was only the database that was busy."""
    for_a_while = isinstance(problem, OperationalError | InterfaceError | Stale)
    words = str(problem) if isinstance(problem, Spoilt) else house_words(
        "busy" if for_a_while else "spoilt", place_of(problem)
    )
    logger.error("letter %s could not be written: %s", letter_id, words)
    with work() as session:
        letter = session.scalars(_HELD, {"of_letter": letter_id, "of_token": token}).first()
        if letter is None:
            return "lost"
        return _put_back(letter, words, now) if for_a_while else _fail(letter, words, now)


def place_of(problem: Exception) -> str:
    """Give a fault's kind and place: its own words may quote what people wrote, or hold a password."""
    trace = problem.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f" ({trace.tb_frame.f_globals.get('__name__', '')}:{trace.tb_lineno})" if trace else ""
    return type(problem).__name__ + place


def _put_back(letter: Letter, words: str, now: datetime, *, at_once: bool = False) -> str:
    before = letter.facts.get("tries_before", 0)
    tries = letter.attempts - before
    first = db.session.scalar(
        sa.select(sa.func.min(LetterAttempt.started_at, type_=LetterAttempt.started_at.type))
        .where(LetterAttempt.letter_id == letter.id, LetterAttempt.n > before)
    )
    if first is not None and tries >= TRIES_AT_LEAST and now - first >= GIVE_UP_AFTER:
        return _fail(letter, house_words("gave_up", words), now)
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(max(tries - 1, 0), 10))
    letter.not_before = now if at_once and tries < TRIES_AT_LEAST else now + pause
    return _leave(letter, "queued", words, now)


def _doubt(letter: Letter, words: str, now: datetime) -> str:
    """It was handed over and may have arrived: once more, marked and the same, or a person decides."""
    if letter.maybe or rule("mail.uncertain") == "hold":
        _leave(letter, "uncertain", words, now)
        _tell_admins(letter, now)
        return "uncertain"
    letter.maybe = True
    letter.not_before = now + FIRST_PAUSE
    _leave(letter, "queued", words, now, became="uncertain")
    return "uncertain"


def _fail(letter: Letter, words: str, now: datetime) -> str:
    _leave(letter, "failed", words, now)
    _tell_admins(letter, now)
    return "failed"


def _leave(letter: Letter, state: str, words: str, now: datetime, *, became: str = "") -> str:
    """Give the lease back and note the end of the try."""
    ended = {"of_letter": letter.id, "of_token": letter.lease_token, "moment": now, "said": words, "became": became or state}
    if state == "failed":
        letter.done_at = now
    if state == "failed" or not (letter.maybe or state == "uncertain"):
        letter.message = None  # kept only for a copy
    letter.state, letter.stage, letter.last_answer = state, "", words
    letter.lease_until, letter.lease_token = None, ""
    db.session.execute(_END, ended)
    return state


def _tell_admins(letter: Letter, now: datetime) -> None:
    """A notice for every admin, once for each letter; the next digest carries it."""
    book = directory(local_date(now, current_app.config["HEADQUARTERS_ZONE"]))
    admins = {person_id for (role, _where), people in book.roles.items() if role == "admin" for person_id in people}
    for person_id in sorted(admins):
        tell(TROUBLE, f"{TROUBLE}:{letter.id}:{person_id}", now=now, person_id=person_id, letter=letter.id)
