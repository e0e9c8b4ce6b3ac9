"""A time zone as calendar programs want it beside an appointment: right for that date, and in the shape all of them read.

Made here and not by the library, which gives Exchange more than one STANDARD part (it may refuse the whole file then)
and lets summer time begin an hour late.
"""

from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True)
class Onset:
    """A moment from which clocks show something else."""

    at: datetime  # UTC
    before: timedelta
    after: timedelta
    name: str

    @property
    def on_the_wall(self) -> datetime:
        """What the clocks show when it happens, before they are changed (RFC 5545, 3.6.5)."""
        return (self.at + self.before).replace(tzinfo=None)


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


@lru_cache(maxsize=128)
def onsets(name: str, first_year: int, last_year: int) -> tuple[Onset, ...]:
    """Give the changes of the clocks in a zone during these years, the earliest first."""
    zone = ZoneInfo(name)
    found = []
    low = datetime(first_year, 1, 1, tzinfo=UTC)
    end = datetime(last_year + 1, 1, 1, tzinfo=UTC)
    while low < end:
        high = low + timedelta(days=1)
        if _offset(zone, low) != _offset(zone, high):
            early, late = low, high
            while late - early > timedelta(minutes=1):
                middle = early + (late - early) / 2
                middle = middle.replace(second=0, microsecond=0)
                early, late = (early, middle) if _offset(zone, middle) == _offset(zone, high) else (middle, late)
            found.append(Onset(late, _offset(zone, early), _offset(zone, late), late.astimezone(zone).tzname() or name))
        low = high
    return tuple(found)


def _nth(day: date) -> set[int]:
    """Give which one of its weekday the day is in its month: 1 to 5 from the front, and -1 for the last."""
    last = {-1} if day.day + 7 > monthrange(day.year, day.month)[1] else set()
    return {(day.day - 1) // 7 + 1} | last


def yearly_rule(found: list[Onset]) -> vRecur | None:
    """Give the rule behind changes of one sort in following years ("the last Sunday of March"), or None."""
    walls = [onset.on_the_wall for onset in found]
    alike = len({(wall.month, wall.weekday(), wall.time()) for wall in walls}) == 1
    years = [wall.year for wall in walls]
    common = set.intersection(*(_nth(wall.date()) for wall in walls))
    if not alike or not common or years != list(range(years[0], years[0] + len(years))):
        return None
    nth = -1 if -1 in common else min(common)
    return vRecur(freq="YEARLY", bymonth=walls[0].month, byday=f"{nth}{WEEKDAYS[walls[0].weekday()]}")


def _part(onset: Onset, summer: bool, rule: vRecur | None = None) -> TimezoneDaylight | TimezoneStandard:
    part = TimezoneDaylight() if summer else TimezoneStandard()
    part.add("dtstart", onset.on_the_wall)
    if rule:
        part.add("rrule", rule)
    part.add("tzoffsetfrom", onset.before)
    part.add("tzoffsetto", onset.after)
    part.add("tzname", onset.name)
    return part


def time_zone_part(name: str, moment: datetime) -> Timezone:
    """Give the VTIMEZONE for an appointment at that moment: one STANDARD part, and one DAYLIGHT part where clocks change.

    Source: RFC 5545, 3.6.5; MS-OXCICAL, 2.1.3.1.1.19 (only yearly rules, one part of each sort)
    """
    zone = ZoneInfo(name)
    year = moment.astimezone(zone).year
    changes = onsets(name, year - 1, year + 1)
    part = Timezone()
    part.add("tzid", name)
    sorts: dict[tuple[timedelta, timedelta], list[Onset]] = defaultdict(list)
    for onset in changes:
        sorts[onset.before, onset.after].append(onset)
    rules = [(found[0], yearly_rule(found)) for found in sorts.values() if len(found) == 3]
    if len(sorts) == 2 == len(rules) and all(rule for _, rule in rules):
        for onset, rule in sorted(rules, key=lambda pair: pair[0].at):
            part.add_component(_part(onset, onset.after > onset.before, rule))
        return part
    # No rule a calendar program would understand: what holds at that moment, and the next change.
    begin = datetime(year - 1, 1, 1, tzinfo=UTC)
    now = _offset(zone, moment)
    last = next((o for o in reversed(changes) if o.at <= moment),
                Onset(begin, now, now, moment.astimezone(zone).tzname() or name))
    following = next((o for o in changes if o.at > moment), None)
    summer = following is not None and following.after < last.after
    part.add_component(_part(last, summer))
    if following:
        part.add_component(_part(following, not summer))
    return part
