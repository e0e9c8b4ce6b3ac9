"""Working days of a site: its weekdays, its public holidays, its closing days."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import holidays


@lru_cache(maxsize=256)
def _public_holidays(country: str, subdivision: str, year: int) -> frozenset[date]:
    try:
        found: Any = holidays.country_holidays(country, subdiv=subdivision or None, years=year)
    except NotImplementedError:  # a country or state the library does not know: weekdays only
        return frozenset()
    return frozenset(found.keys())


@dataclass(frozen=True)
class WorkCalendar:
    """When people of a site work. Plain data: no database behind it."""

    country: str = "DE"
    subdivision: str = ""
    weekdays: frozenset[int] = frozenset(range(5))
    closing_days: frozenset[date] = field(default_factory=frozenset)

    def is_working_day(self, day: date) -> bool:
        """Say whether people of this site work on `day`."""
        return (
            day.weekday() in self.weekdays
            and day not in self.closing_days
            and day not in _public_holidays(self.country, self.subdivision, day.year)
        )

    def add_working_days(self, day: date, count: int) -> date:
        """Give the working day `count` working days after `day`; 0 gives `day` itself or the next working day.

        Negative counts go back. A site that never works gets calendar days.
        """
        if not self.weekdays:
            return day + timedelta(days=count)
        step = timedelta(days=1 if count >= 0 else -1)
        left = abs(count)
        for _ in range(366 * 3 + left * 8):
            if left == 0 and self.is_working_day(day):
                return day
            day += step
            if self.is_working_day(day):
                left = max(0, left - 1)
                if left == 0:
                    return day
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Give how many working days lie after `start` up to and including `end`; negative if `end` is earlier."""
        if end < start:
            return -self.working_days_between(end, start)
        days = (end - start).days
        return sum(self.is_working_day(start + timedelta(days=n)) for n in range(1, days + 1))
