"""When somebody is at work: on their own weekdays and hours, not on holidays, not while they are away."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from suggestbox.core.clock import local_date

from .book import Directory

LOOK_AHEAD_DAYS = 120


def shift_on(book: Directory, person_id: int, day: date) -> tuple[datetime, datetime]:
    """Give when the person's shift of that day begins and ends, in UTC; a night shift ends on the next day.

    A time the clocks jump over is taken as the moment after the jump, one that comes twice as its first.
    """
    begins, ends = book.hours_of(person_id)
    zone = ZoneInfo(book.zone_of(person_id))
    last = day + timedelta(days=1) if ends <= begins else day
    start = datetime.combine(day, time.fromisoformat(begins), zone).astimezone(UTC)
    return start, datetime.combine(last, time.fromisoformat(ends), zone).astimezone(UTC)


def works_on(book: Directory, person_id: int, day: date) -> bool:
    """Say whether the person has a shift that begins on that day, as far as is known today."""
    until = book.absent.get(person_id)
    away = until is not None and book.today <= day <= until
    if day == book.today - timedelta(days=1):
        away = person_id in book.absent_yesterday
    return not away and book.calendar_of(person_id).is_working_day(day)


def next_working_moment(book: Directory, person_id: int, moment: datetime) -> datetime:
    """Give `moment` itself when the person is at work then, else when their next shift begins.

    Looks some months ahead; for somebody who never works it is `moment` itself. Absences that begin after
    `book.today` are not known: ask again when the time has come.
    """
    day = local_date(moment, book.zone_of(person_id)) - timedelta(days=1)
    for _day in range(LOOK_AHEAD_DAYS):
        if works_on(book, person_id, day):
            start, end = shift_on(book, person_id, day)
            if moment < end:
                return max(moment, start)
        day += timedelta(days=1)
    return moment


def is_at_work(book: Directory, person_id: int, moment: datetime) -> bool:
    """Say whether the person is at work at that moment."""
    return next_working_moment(book, person_id, moment) == moment
