"""What the postman hands to whoever carries letters out of the house, and what comes back."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from .letters import Text

Result = Literal["sent", "again", "refused", "unknown"]

MOST_WORDS = 500


@dataclass(frozen=True)
class Outgoing:
    """A letter as it leaves the house.

    Takes   message: as it goes over the line to a mail server; empty for webhooks
            text: what it says, for carriers that put their own form around it
            url: of the webhook; secret
    """

    letter_id: int
    message: bytes
    sender: str
    recipient: str
    message_id: str
    text: Text
    url: str = ""


@dataclass(frozen=True)
class Answer:
    """How it went.

    Takes   result: "sent" (accepted), "again" (not accepted, later perhaps), "refused" (for good),
                "unknown" (handed over, and no answer: it may have arrived)
            words: the server's, or `house:` and a word of ours (see answers.py)
            whole_server: nothing else needs to be tried there for the moment
    """

    result: Result
    words: str = ""
    whole_server: bool = False


class Carrier(Protocol):
    """Carries one letter at a time. One with a method `close()` is told when the round is over."""

    def send(self, outgoing: Outgoing, about_to_hand_over: Callable[[], bool]) -> Answer:
        """Carry the letter, and call `about_to_hand_over` right before it could be accepted.

        When that gives False somebody else has the letter now: nothing may be sent. Errors become answers.
        """
        ...


def without(address: str, words: str) -> str:
    """Give a server's words without the address they name, where nobody may learn whose letter it was."""
    named = [address, address.rpartition("@")[0]]
    for part in (part for part in named if len(part) > 1):
        words = re.sub(rf"(?<![\w.]){re.escape(part)}(?![\w])", "…", words, flags=re.IGNORECASE)
    return words


def readable(words: bytes | str) -> str:
    """Give what a server said as one line that can be shown: decoded, without control characters, cut."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:MOST_WORDS]
