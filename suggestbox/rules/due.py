"""Dates of the law as next steps: which are still to be kept, and until when somebody should have seen to them."""

from collections.abc import Collection
from datetime import date

from suggestbox.ideas.models import Idea
from suggestbox.people.calendar import WorkCalendar

from .clocks import KEYS, clocks_of

EARLY = {"complete": 10, "claim": 20, "receipt": 2, "answer": 10}
"""Working days before the last day of each on which it is due: time for a letter, a lawyer and a day of illness."""


def open_dates(
    idea: Idea, kept: Collection[str], asked: Collection[int], calendar: WorkCalendar, today: date
) -> list[tuple[int, date]]:
    """Give (number of the date, day it is due) for every date of the law nobody has kept yet; the calendar is its owner's.

    Due early, and never before the next working day after `today` unless the law's own last day is nearer.

    Takes   asked: numbers of dates somebody was asked for before; one that was over before that is nobody's fault now
    """
    found = []
    for clock in clocks_of(idea):
        number = KEYS.index(clock.key) + 1
        if clock.key not in kept and (clock.until >= today or number in asked):
            early = calendar.add_working_days(clock.until, -EARLY[clock.key])
            soonest = min(calendar.add_working_days(today, 1), clock.until)
            found.append((number, max(early, soonest)))
    return found
