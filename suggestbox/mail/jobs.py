"""What the clock wakes for letters: the postman, every few seconds; now and then a look at the webhooks."""

import time
from typing import Any

from flask import current_app

from suggestbox.core.clock import utc_now
from suggestbox.core.database import work
from suggestbox.core.stopping import is_stopping

from .forgetting import forget_letters
from .hooking import end_refused_hooks
from .postman import beat, deliver
from .restore import notice_the_past

LETTERS_AT_ONCE = 10
"""After so many the postman looks whether the process is about to end."""

MOST_ROUNDS = 100


def deliver_letters() -> None:
    """Send what is due, a few at a time.

    Before that: notice a database that was brought back from a backup, and a clock that jumped.
    """
    for _round in range(MOST_ROUNDS):
        notice_the_past(current_app.config["DEPLOYMENT"].instance, now=utc_now())
        beat(now=utc_now(), monotonic=time.monotonic())
        tally: Any = deliver(clock=utc_now, most=LETTERS_AT_ONCE)
        if is_stopping() or sum(vars(tally).values()) < LETTERS_AT_ONCE:
            return


def end_hooks() -> None:
    """End webhooks that take nothing any more, and tell their owners."""
    with work():
        end_refused_hooks(now=utc_now())


def forget() -> None:
    """Remove what went out long ago."""
    forgotten = 1
    while forgotten and not is_stopping():
        with work():
            forgotten = forget_letters(now=utc_now())


JOBS = (("mail.end_refused_hooks", {"minute": "*/10"}, end_hooks), ("mail.forget", {"hour": 4, "minute": 5}, forget))
TICKS = (("mail.deliver", 5, deliver_letters),)
"""(name, seconds, what): woken in every process that runs the clockwork; each looks by itself whether there is work."""
