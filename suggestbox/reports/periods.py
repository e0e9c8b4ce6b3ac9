"""Months, quarters and years of a report, in the calendar of headquarters."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache

from babel.dates import format_date

from suggestbox.core.errors import Invalid
from suggestbox.core.language import current_language
from suggestbox.core.language import gettext as _

KINDS = ("month", "quarter", "year")
MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}
_KEY = re.compile(r"(?P<year>[12]\d{3})(?:-(?:Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?", re.IGNORECASE)


@lru_cache(maxsize=1000)
def _written(day: date, pattern: str, language: str) -> str:
    """A month in words; pages list many of them."""
    return format_date(day, pattern, locale=language)


@dataclass(frozen=True, order=True)
class Period:
    """A month ("2026-09"), a quarter ("2026-Q3") or a year ("2026"); make one with `parse` or `period_of`."""

    key: str

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.key):
            raise ValueError(f"no period: {self.key}")

    @property
    def kind(self) -> str:
        """Give "month", "quarter" or "year"."""
        return "year" if len(self.key) == 4 else "quarter" if "Q" in self.key else "month"

    @property
    def year(self) -> int:
        return int(self.key[:4])

    @cached_property
    def first_month(self) -> int:
        """Give the number of its first month, from 1."""
        if self.kind == "year":
            return 1
        return int(self.key[6:]) * 3 - 2 if self.kind == "quarter" else int(self.key[5:])

    @property
    def last_month(self) -> int:
        return self.first_month + MONTHS_IN[self.kind] - 1

    @property
    def since(self) -> date:
        """Give its first day."""
        return date(self.year, self.first_month, 1)

    @property
    def until(self) -> date:
        """Give its last day, included."""
        return date(self.year, self.last_month, monthrange(self.year, self.last_month)[1])

    def label(self) -> str:
        """Give its name in the reader's language: September 2026, 3rd quarter 2026, 2026."""
        if self.kind == "year":
            return self.key
        if self.kind == "quarter":
            number = int(self.key[6:])
            ordinal = (_("1st quarter %(year)s", year=self.year), _("2nd quarter %(year)s", year=self.year),
                       _("3rd quarter %(year)s", year=self.year), _("4th quarter %(year)s", year=self.year))
            return ordinal[number - 1]
        return _written(self.since, "LLLL y", current_language())

    def short_label(self) -> str:
        """Give a short name for the axis of a picture: Sep 26, Q3 26, 2026."""
        if self.kind == "year":
            return self.key
        if self.kind == "quarter":
            return f"Q{self.key[6:]} {self.key[2:4]}"
        return _written(self.since, "LLL yy", current_language())

    def before(self) -> "Period":
        """Give the period of the same kind just before."""
        return period_of(self.since - timedelta(days=1), self.kind)

    def after(self) -> "Period":
        """Give the period of the same kind just after."""
        return period_of(self.until + timedelta(days=1), self.kind)

    def months(self) -> list["Period"]:
        """Give its months in order; a month is its own."""
        return [Period(f"{self.year:04}-{number:02}") for number in range(self.first_month, self.last_month + 1)]

    def parts(self) -> list["Period"]:
        """Give the next smaller periods it is made of: quarters of a year, months of a quarter, none of a month."""
        if self.kind == "year":
            return [Period(f"{self.year:04}-Q{number}") for number in range(1, 5)]
        return self.months() if self.kind == "quarter" else []

    def around(self) -> list["Period"]:
        """Give the larger periods it lies in: quarter and year of a month, the year of a quarter."""
        larger = {"month": ("quarter", "year"), "quarter": ("year",), "year": ()}[self.kind]
        return [period_of(self.since, kind) for kind in larger]

    def holds(self, day: date) -> bool:
        """Say whether the day lies in it."""
        return self.since <= day <= self.until


def period_of(day: date, kind: str) -> Period:
    """Give the period of this kind that holds the day."""
    if kind == "year":
        return Period(f"{day.year:04}")
    if kind == "quarter":
        return Period(f"{day.year:04}-Q{(day.month + 2) // 3}")
    return Period(f"{day.year:04}-{day.month:02}")


def parse(text: str, today: date) -> Period:
    """Give the period somebody named: 2026-09, 2026-Q3, 2026, last-month, last-quarter, last-year.

    Raises  Invalid when it names none, or one that has not begun
    """
    words = text.strip()
    if words.lower() in {f"last-{kind}" for kind in KINDS}:
        return latest_closed(words.lower().removeprefix("last-"), today)
    if not _KEY.fullmatch(words):
        raise Invalid(
            _("“%(text)s” is no period. Write a month (2026-09), a quarter (2026-Q3), a year (2026), or last-month, "
              "last-quarter, last-year.", text=words[:40]),
            reason="no_period",
        )
    period = Period(words.upper())
    if period.since > today:
        raise Invalid(_("%(period)s has not begun yet.", period=period.label()), reason="period_ahead")
    return period


def is_over(period: Period, today: date) -> bool:
    """Say whether the period's last day has passed."""
    return today > period.until


def latest_closed(kind: str, today: date) -> Period:
    """Give the last period of this kind that is over."""
    return open_period(kind, today).before()


def open_period(kind: str, today: date) -> Period:
    """Give the period of this kind that is running."""
    return period_of(today, kind)
