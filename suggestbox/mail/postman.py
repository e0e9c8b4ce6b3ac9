"""The postman: takes what is due out of the outbox, has it carried, and notes what became of it.

Any number may run at once, in one process or many. Whatever happens to one of them, nothing is lost: what was not handed
over is tried again, and what was handed over without an answer is marked before it is sent once more.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flask import current_app

from suggestbox.core.config import Deployment
from suggestbox.core.database import work

from .answers import house_words
from .carrier import Answer, Carrier, Outgoing, without
from .claiming import Taken, consider, next_letter, something_is_due
from .fate import finish, hand_over, look_after_the_dead, place_of, set_aside
from .restore import remember_now
from .steady import beat, go_on

__all__ = ["Answer", "Carrier", "Outgoing", "Tally", "beat", "carriers_for", "deliver", "go_on"]

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
) -> Tally:
    """Look after what others left behind, then send until nothing is due; give what came of it.

    Takes   clock: gives the moment it is; carriers: by channel, those of this installation when not given. A carrier
                whose `needs_message` is False is spared the making of the message.
            most: letters to look at in this round; worker: a name for the log
    """
    own = carriers is None
    if carriers is None:
        carriers = carriers_for(current_app.config["DEPLOYMENT"])
    tally = Tally()
    open_ways = ["print", *(way for way in carriers if not own or not _rests(way, clock()))]
    for became in look_after_the_dead(now=clock()):
        tally.add(became)
    if not something_is_due(open_ways, now=clock()):
        return tally
    try:
        for _turn in range(most):
            taken = _take_one(open_ways, carriers, now=clock())
            if taken is None:
                break
            if isinstance(taken, str):
                tally.add(taken)
                continue
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
        for carrier in carriers.values():
            getattr(carrier, "close", bool)()
        remember_now()
    return tally


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


def _take_one(open_ways: list[str], carriers: Mapping[str, Carrier], *, now: datetime) -> Taken | str | None:
    """Take the next letter; or say what became of it instead; or None when nothing is due."""
    letter_id = 0
    try:
        with work():
            found = next_letter(open_ways, now=now)
            if found is None:
                return None
            letter, restored_at = found
            letter_id = letter.id
            needs_message = getattr(carriers.get(letter.channel), "needs_message", True)
            return consider(letter, restored_at, needs_message, now=now)
    except Exception as problem:
        if not letter_id:  # it is not a letter that is in the way
            raise
        return set_aside(letter_id, problem, now=now)


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
