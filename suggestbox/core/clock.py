"""The one place that asks what time it is. Everybody else is told."""

import calendar
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_other_source: Callable[[], datetime] | None = None


def utc_now() -> datetime:
    """Give this moment in UTC, with its zone, cut to whole microseconds."""
    return _other_source() if _other_source else datetime.now(UTC)


@contextmanager
def clock_from(source: Callable[[], datetime]) -> Iterator[None]:
    """Have this process take the time from elsewhere, for a simulated year."""
    global _other_source
    before, _other_source = _other_source, source
    try:
        yield
    finally:
        _other_source = before


def local_date(moment: datetime, zone: str) -> date:
    """Give the calendar date of `moment` in the time zone named `zone`."""
    return moment.astimezone(ZoneInfo(zone)).date()


def months_later(day: date, months: int) -> date:
    """Give the same day so many months later, or the last day of a month that has no such day (BGB, section 188)."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
