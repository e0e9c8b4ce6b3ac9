"""When somebody was at work: moments for what people of the demo company did."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from suggestbox.people.directory import Directory

OPENS, CLOSES = time(7, 0), time(16, 0)
A_DAY = timedelta(hours=9)
"""What a working day is long, for those who count in working days."""


class Hours:
    """Working hours on the clocks of the sites, without weekends, holidays and the days somebody is away.

    Takes   book: the directory of today; absences: {person id: [(first day, last day)]}
    """

    def __init__(self, book: Directory, absences: dict[int, list[tuple[date, date]]]):
        self._book, self._absences = book, absences

    def is_at_work(self, person_id: int, day: date) -> bool:
        """Say whether the person works on that day."""
        away = any(first <= day <= last for first, last in self._absences.get(person_id, ()))
        return not away and self._book.calendar_of(person_id).is_working_day(day)

    def worked(self, person_id: int, start: datetime, end: datetime) -> timedelta:
        """Give how long the person is at work between two moments."""
        return sum((until - since for since, until in self._windows(person_id, start, end)), timedelta())

    def between(self, person_id: int, start: datetime, end: datetime, share: float) -> datetime:
        """Give the moment at which the share (0 to 1) of the person's work between `start` and `end` is done.

        When nobody works in between, a moment is given all the same: somebody stayed late.
        """
        share = min(max(share, 0.0), 1.0)
        whole = self.worked(person_id, start, end)
        if not whole:
            return start + (end - start) * share
        left = whole * share
        for since, until in self._windows(person_id, start, end):
            if left <= until - since:
                return since + left
            left -= until - since
        return end

    def opening(self, person_id: int, day: date, hour: float = 0) -> datetime:
        """Give the moment at which the person's day begins, or so many hours later."""
        zone = ZoneInfo(self._book.zone_of(person_id))
        return datetime.combine(day, OPENS, zone).astimezone(UTC) + timedelta(hours=hour)

    def day_of(self, person_id: int, moment: datetime) -> date:
        """Give the date of the moment where the person works."""
        return moment.astimezone(ZoneInfo(self._book.zone_of(person_id))).date()

    def working_day(self, person_id: int, day: date, count: int = 0) -> date:
        """Give the day if somebody works there, else the next one; or the one `count` working days later or earlier."""
        return self._book.calendar_of(person_id).add_working_days(day, count)

    def _windows(self, person_id: int, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        zone = ZoneInfo(self._book.zone_of(person_id))
        day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
        while day <= last:
            if self.is_at_work(person_id, day):
                since = max(start, datetime.combine(day, OPENS, zone).astimezone(UTC))
                until = min(end, datetime.combine(day, CLOSES, zone).astimezone(UTC))
                if since < until:
                    yield since, until
            day += timedelta(days=1)
