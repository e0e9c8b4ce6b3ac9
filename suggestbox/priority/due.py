"""When a declined idea is protected, when it is looked at again, and when a credit is due: plain rows in, answers out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from suggestbox.core.clock import months_later
from suggestbox.ideas.models import ADOPTING, OPEN_STAGES

from .models import Likeness, Protection

LEAD_DAYS = 14
"""The step of a second look opens so many days before its date: a year of waiting is nothing to have in one's queue."""

SAID_AGAIN_DAYS = 20
"""Working days until a declined idea is looked at again that somebody else has handed in as well."""

CREDITING = ("same", "partly")


def is_protected(protection: Protection | None, day: date) -> bool:
    """Say whether the idea is still first on this day, the last one included."""
    return protection is not None and protection.ended_at is None and day <= protection.until


def wants_look(protection: Protection | None, stage: str, outcome: str | None, today: date) -> date | None:
    """Give the day on which the idea is to be looked at again, once that is near; None when nobody has to."""
    if protection is None or protection.ended_at is not None or protection.look_on is None:
        return None
    near = (protection.look_on - today).days <= LEAD_DAYS
    return protection.look_on if near and stage == "closed" and outcome == "declined" else None


def next_look(protection: Protection, today: date, months: int) -> date | None:
    """Give when it is looked at once more, counted from today; None when it is protected no longer by then."""
    on = months_later(today, months)
    return on if on <= protection.until else None


def wants_answer(likeness: Likeness, stage: str, outcome: str | None) -> bool:
    """Say whether somebody still has to compare the two: nothing follows any more from an idea that came to a no."""
    return likeness.answer == "" and (stage in OPEN_STAGES or (stage == "closed" and outcome in ADOPTING))


@dataclass(frozen=True)
class Yes:
    """That a later idea was adopted and its submitters know: since when."""

    at: datetime
    on: date


def first_yes(decisions: Iterable[tuple[str, datetime | None, datetime | None]]) -> datetime | None:
    """Give when the submitters first learnt of a yes.

    Takes   decisions: (outcome, released_at, revoked_at) of every round
    """
    moments = [released for outcome, released, revoked in decisions
               if outcome in ADOPTING and released is not None and revoked is None]
    return min(moments, default=None)


def is_credit_due(likeness: Likeness, protection: Protection | None, yes: Yes | None) -> bool:
    """Say whether the earlier idea is to be credited: somebody found it in the later one, which came to a yes in time.

    In whatever order the answer and the yes came. What ended the protection before the yes ends the claim as well.
    """
    if yes is None or protection is None or likeness.answer not in CREDITING or yes.on > protection.until:
        return False
    return protection.ended_at is None or yes.at < protection.ended_at
