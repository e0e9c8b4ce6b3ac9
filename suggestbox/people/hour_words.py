"""Weekdays and hours of work in words."""

from dataclasses import dataclass

from suggestbox.core.language import gettext as _

from .book import Directory
from .shifts import is_night_shift
from .words import WEEKDAY_NAMES


@dataclass(frozen=True)
class Hours:
    """When somebody works, in words. `own` says whether that differs from the site."""

    days: str
    times: str
    own: bool
    at_night: bool


def days_in_words(days: frozenset[int]) -> str:
    """Give weekdays in words: several in a row as a span, from Sunday on where the week begins there."""
    if not days or len(days) == 7:
        return _("every day")
    start = next(day for day in range(7) if day in days and (day - 1) % 7 not in days)
    row = [(start + n) % 7 for n in range(len(days))]
    if len(days) > 2 and set(row) == set(days):
        return _("%(first)s to %(last)s", first=WEEKDAY_NAMES[row[0]], last=WEEKDAY_NAMES[row[-1]])
    return ", ".join(str(WEEKDAY_NAMES[day]) for day in sorted(days))


def hours_in_words(book: Directory, person_id: int) -> Hours:
    """Give when a person works."""
    brief = book.person(person_id)
    begins, ends = book.hours_of(person_id)
    own = brief is not None and (brief.weekdays is not None or bool(brief.hours[0] and brief.hours[1]))
    return Hours(days_in_words(book.calendar_of(person_id).weekdays),
                 _("%(begin)s to %(end)s o’clock", begin=begins, end=ends), own, is_night_shift(begins, ends))
