"""Time cut into weeks, months or years, so that a line has neither three points nor three hundred."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date, format_skeleton

from suggestbox.core.language import current_language, short_date
from suggestbox.core.language import gettext as _

MOST_DAYS_IN_WEEKS = 190
MOST_DAYS_IN_MONTHS = 366 * 4
LEAST_DAYS_IN_FOUR_WEEKS = 84
FEWEST_A_WEEK = 1.5


@dataclass(frozen=True)
class Span:
    """Some days, both ends included; `whole` unless the time looked at begins or ends within."""

    since: date
    until: date
    unit: str  # week, four_weeks, month, year
    whole: bool

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    @property
    def label(self) -> str:
        """As it stands below a line: "12 Oct", "Oct", "2026"."""
        if self.unit in ("week", "four_weeks"):
            return short_date(self.since)
        if self.unit == "month":
            return str(format_date(self.since, "LLL", locale=current_language()))
        return str(self.since.year)

    @property
    def name(self) -> str:
        """As it stands in a table: "12 Oct to 18 Oct", "October 2026"."""
        if self.unit == "month" and self.whole:
            return str(format_skeleton("yMMMM", self.since, locale=current_language()))
        if self.unit == "year" and self.whole:
            return str(self.since.year)
        return _("%(since)s to %(until)s", since=short_date(self.since), until=short_date(self.until))


@dataclass(frozen=True)
class Spans:
    """Spans that follow each other without a gap."""

    all: tuple[Span, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "_starts", [span.since for span in self.all])

    def __iter__(self):
        return iter(self.all)

    def __len__(self) -> int:
        return len(self.all)

    def place(self, day: date) -> int:
        """Give which span a day falls into; of days outside, the nearest."""
        return max(0, bisect_right(self._starts, day) - 1)  # type: ignore[attr-defined]


def spans_of(since: date, until: date, *, voices: int | None = None) -> Spans:
    """Give the spans from a day to a day: weeks counted back from the last day, calendar months, or years.

    Takes   voices: how many there are to be drawn; so few that weeks would show nothing but chance get spans of four weeks
    """
    days = (until - since).days + 1
    if days <= MOST_DAYS_IN_WEEKS:
        few = voices is not None and voices < FEWEST_A_WEEK * days / 7
        return Spans(tuple(_weeks(since, until, 4 if few and days >= LEAST_DAYS_IN_FOUR_WEEKS else 1)))
    unit = "month" if days <= MOST_DAYS_IN_MONTHS else "year"
    found: list[Span] = []
    start = since
    while start <= until:
        last = _last_day(start, unit)
        first = start.replace(day=1) if unit == "month" else start.replace(month=1, day=1)
        found.append(Span(start, min(last, until), unit, start == first and last <= until))
        start = last + timedelta(days=1)
    return Spans(tuple(found))


def even_spans(since: date, until: date, count: int) -> Spans:
    """Give spans of nearly the same length, for a line so small that it has no words."""
    days = (until - since).days + 1
    count = min(count, days)
    starts = [since + timedelta(days=days * n // count) for n in range(count)]
    ends = [start - timedelta(days=1) for start in starts[1:]] + [until]
    return Spans(tuple(Span(a, b, "week", True) for a, b in zip(starts, ends, strict=True)))


def _weeks(since: date, until: date, count: int) -> list[Span]:
    found: list[Span] = []
    end = until
    while end >= since:
        start = end - timedelta(days=7 * count - 1)
        found.insert(0, Span(max(start, since), end, "week" if count == 1 else "four_weeks", start >= since))
        end = start - timedelta(days=1)
    return found


def _last_day(day: date, unit: str) -> date:
    if unit == "year":
        return date(day.year, 12, 31)
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
