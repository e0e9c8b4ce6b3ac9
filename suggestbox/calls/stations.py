"""The dates of a call as a line of stations: until when ideas are welcome, looked at, assessed, decided, and answered."""

from dataclasses import dataclass
from datetime import date

from suggestbox.core.language import gettext as _

from .models import Call


@dataclass(frozen=True)
class Station:
    """One date of a call. State: done (its day is over), now (the next one to come), next, late."""

    label: str
    on: date
    state: str


def stations_of(call: Call, today: date) -> list[Station]:
    """Give the stations that have a date; a call without dates of its own has its last day alone."""
    ended_on = min(call.ends_on, call.ended_at.date()) if call.ended_at else call.ends_on
    named: list[tuple[str, date | None]] = [
        (_("Ideas welcome"), ended_on), (_("First look"), call.triage_on), (_("Assessed"), call.review_on),
        (_("Decided"), call.decide_on), (_("What came of it"), call.results_due_on),
    ]
    dated = [(label, on) for label, on in named if on is not None]
    current = next((n for n, (_label, on) in enumerate(dated) if on >= today), None)
    found = []
    for n, (label, on) in enumerate(dated):
        last = on == call.results_due_on and n == len(dated) - 1
        over = on < today or (n == 0 and call.ended_at is not None)
        state = "done" if over else "now" if n == current else "next"
        if last:
            state = "done" if call.results_at else "late" if over else state
        found.append(Station(label, on, state))
    return found


def is_late(call: Call, today: date) -> bool:
    """Say whether the day is over on which those who took part should have heard what came of it."""
    return call.published_at is not None and call.results_at is None and call.results_due_on is not None \
        and call.results_due_on < today
