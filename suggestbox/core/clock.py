"""The one place that asks what time it is. Everybody else is told."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def utc_now() -> datetime:
    """Give this moment in UTC, with its zone, cut to whole microseconds."""
    return datetime.now(UTC)


def local_date(moment: datetime, zone: str) -> date:
    """Give the calendar date of `moment` in the time zone named `zone`."""
    return moment.astimezone(ZoneInfo(zone)).date()
