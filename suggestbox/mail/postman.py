"""The postman: takes what is due out of the outbox, has it carried, and notes what became of it.

Any number may run at once, in one process or many. Whatever happens to one of them, nothing is lost: what was not handed
over is tried again, and what was handed over without an answer is marked before it is sent once more.
"""

import logging
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flask import current_app

from suggestbox.core.config import Deployment

from .answers import house_words
from .carrier import Answer, Carrier, Outgoing, without
from .claiming import Share, Taken, consider, give_back, lease_next, note, something_is_due
from .fate import finish, hand_over, look_after_the_dead, place_of, set_aside
from .rechecking import stands
from .restore import remember_now
from .steady import beat, go_on

__all__ = ["Answer", "Carrier", "Outgoing", "Tally", "beat", "carriers_for", "deliver", "go_on"]

AT_ONCE = 10
"""Letters taken together, where their kind is written many at once."""

FRESH = timedelta(seconds=12)
"""So long what was read of their reasons counts; whatever was not begun by then is given back and asked anew."""

SHORT_REST = timedelta(seconds=20)
LONG_REST = timedelta(minutes=5)
"""A wrong password shown every few seconds would have the account locked."""

logger = logging.getLogger(__name__)


@dataclass
class Tally:
    """What a round of the postman came to, in letters."""

    sent: int = 0
    failed: int = 0
    put_off: int = 0  # not accepted for now, or its reader is not at work
    cancelled: int = 0
    uncertain: int = 0
    to_print: int = 0
    review: int = 0

    def add(self, became: str) -> None:
        """Count one more letter of which this became."""
        name = "put_off" if became == "queued" else became
        if name in self.__dataclass_fields__:
            setattr(self, name, getattr(self, name) + 1)


def carriers_for(deployment: Deployment) -> dict[str, Carrier]:
    """Give who carries what in this installation, by channel. A channel that is missing waits."""
    from .hooks import HookCarrier
    from .smtp import SmtpCarrier

    carriers: dict[str, Carrier] = {}
    if deployment.mail_is_on:
        carriers["mail"] = SmtpCarrier(deployment)
    if deployment.base_url:
        carriers |= {"teams": HookCarrier("teams"), "slack": HookCarrier("slack")}
    return carriers


def deliver(
    *, clock: Callable[[], datetime], carriers: Mapping[str, Carrier] | None = None, most: int = 200, worker: str = "",
    share: Share | None = None,
) -> Tally:
    """Look after what others left behind, then send until nothing is due; give what came of it.

    Takes   clock: gives the moment it is; carriers: by channel, those of this installation when not given. A carrier
                whose `needs_message` is False, or a function that says so of a letter's id, is spared the making of the
                message.
            most: letters to look at in this round; worker: a name for the log
            share: (which parts, of how many) of the readers to look after; all when not given
    """
    own = carriers is None
    if carriers is None:
        carriers = carriers_for(current_app.config["DEPLOYMENT"])
    tally = Tally()
    open_ways = ["print", *(way for way in carriers if not own or not _rests(way, clock()))]
    for became in look_after_the_dead(now=clock(), share=share):
        tally.add(became)
    if not something_is_due(open_ways, now=clock(), share=share):
        return tally
    held: deque[Taken] = deque()
    looked_at, at_once, read_at = 0, AT_ONCE, clock()
    try:
        while looked_at < most or held:
            if not held:
                read_at = clock()
                found = _take_some(open_ways, carriers, min(at_once, most - looked_at), now=read_at, share=share)
                if not found:
                    break
                looked_at, at_once = looked_at + len(found), min(at_once * 2, AT_ONCE)
                for one in found:
                    if isinstance(one, str):
                        tally.add(one)
                    else:
                        held.append(one)
                continue
            if not _still_holds(held[0], read_at, open_ways, now=clock()):
                looked_at, at_once = looked_at - len(held), 1
                _give_back(held)
                continue
            taken = held.popleft()
            answer = _carry(carriers[taken.channel], taken, clock)
            became = finish(taken, answer, now=clock())
            if became == "lost":
                logger.warning("%s: the lease of letter %s was lost", worker or "postman", taken.letter_id)
            tally.add(became)
            if answer.whole_server:
                open_ways.remove(taken.channel)
            if own:
                _note_rest(taken.channel, answer, clock())
    finally:
        _give_back(held)
        for carrier in carriers.values():
            getattr(carrier, "close", bool)()
        remember_now()
    return tally


def _still_holds(taken: Taken, read_at: datetime, open_ways: list[str], *, now: datetime) -> bool:
    """Say whether a letter may go now that its turn has come. One that was taken alone was read just now.

    Takes   read_at: when the reasons were read of letters that were taken together
    """
    fresh = timedelta(0) <= now - read_at <= FRESH
    return taken.mark is None or (fresh and taken.channel in open_ways and stands(taken.mark, now=now))


def _give_back(held: deque[Taken]) -> None:
    """Put back what was taken and not begun. Where even that fails, it comes back when the lease has run out."""
    waiting = [(one.letter_id, one.token) for one in held]
    held.clear()
    try:
        give_back(waiting)
    except Exception as problem:
        logger.error("%s letters could not be given back: %s", len(waiting), place_of(problem))


def _rests(way: str, now: datetime) -> bool:
    """Say whether this process leaves a server in peace that did not answer, or refused the password, just now."""
    until, _length = current_app.extensions.get("mail_rests", {}).get(way, (now, SHORT_REST))
    return bool(timedelta(0) < until - now <= LONG_REST)


def _note_rest(way: str, answer: Answer, now: datetime) -> None:
    rests: dict[str, tuple[datetime, timedelta]] = current_app.extensions.setdefault("mail_rests", {})
    if not answer.whole_server:
        rests.pop(way, None)
        return
    length = rests[way][1] * 2 if way in rests else SHORT_REST
    rests[way] = (now + min(length, LONG_REST), min(length, LONG_REST))


def _take_some(
    open_ways: list[str], carriers: Mapping[str, Carrier], most: int, *, now: datetime, share: Share | None,
) -> list[Taken | str]:
    """Take the next letters, or say of each what became of it instead; nothing when none is due."""

    def needs_message(letter: Any) -> bool:
        said = getattr(carriers.get(letter.channel), "needs_message", True)
        return bool(said(letter.id) if callable(said) else said)

    lease = lease_next(open_ways, most, now=now, share=share)
    if not lease.rows:
        return []
    try:
        return note(lease, consider(lease, needs_message, now=now))
    except Exception as problem:
        if len(lease.rows) == 1:
            return [set_aside(lease.rows[0].id, lease.token, problem, now=now)]
        give_back((row.id, lease.token) for row in lease.rows)
    except BaseException:  # the process ends
        give_back((row.id, lease.token) for row in lease.rows)
        raise
    return _take_some(open_ways, carriers, 1, now=now, share=share)  # one of them is in the way; it fails alone


def _carry(carrier: Carrier, taken: Taken, clock: Callable[[], datetime]) -> Answer:
    """Have the letter carried. A carrier that breaks is an answer too."""
    handed_over = False

    def about_to_hand_over() -> bool:
        nonlocal handed_over
        handed_over = hand_over(taken, now=clock())
        return handed_over

    try:
        answer = carrier.send(taken.outgoing, about_to_hand_over)
    except Exception as problem:
        logger.error("the carrier of letter %s broke: %s", taken.letter_id, place_of(problem))
        answer = Answer("unknown", house_words("carrier", place_of(problem)))
    if taken.hidden:
        answer = replace(answer, words=without(taken.outgoing.recipient, answer.words))
    if answer.result == "unknown" and not handed_over:
        return Answer("again", answer.words, answer.whole_server)
    return answer
