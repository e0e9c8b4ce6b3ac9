"""Days as people, spreadsheets and programs write them. What could be two days is asked about, not guessed."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

EXCEL_BEGINS = date(1899, 12, 30)
"""Day 0 of the numbers spreadsheets keep days in."""

EARLIEST = date(1990, 1, 1)

_MONTH_NAMES = (
    "jan januar january jänner", "feb februar february", "mär mar märz mrz march maerz", "apr april", "mai may",
    "jun juni june", "jul juli july", "aug august", "sep sept september", "okt oct oktober october", "nov november",
    "dez dec dezember december",
)
MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}

_ISO = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T\d{4,6}Z?)?")
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d{2})(?:,?\s+\d{1,2}:\d{2}(?::\d{2})?(?:\s+Uhr)?)?")
_SLASHED = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4}|\d{2})(?:,?\s+\d{1,2}:\d{2}(?::\d{2})?(?:\s*[AaPp][Mm])?)?")
_DAY_FIRST = re.compile(r"(?:[^\W\d]{2,10}\.?,?\s+)?(\d{1,2})(?:\.|st|nd|rd|th)?[\s-]+([^\W\d]{3,9})\.?,?[\s-]+(\d{4})\b.*")
_MONTH_FIRST = re.compile(r"(?:[^\W\d]{2,10}\.?,?\s+)?([^\W\d]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b.*")


class TwoDays(ValueError):
    """The text could be two different days, depending on whether the day or the month comes first."""


def read_day(cell: Any, *, order: str = "", zone: ZoneInfo) -> date:
    """Give the day a cell says.

    Takes   order: "dmy" or "mdy" for 03/04/2026; zone: whose days count where the cell says a moment
    Raises  TwoDays where it depends on the order, which is not known; ValueError for what is no day
    """
    if isinstance(cell, datetime):
        return cell.astimezone(zone).date() if cell.tzinfo else cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, bool):
        raise ValueError("no day")
    text = " ".join(str(cell).split())
    if isinstance(cell, int | float) or re.fullmatch(r"\d{5,13}(?:[.,]\d+)?", text):
        return _counted(float(text.replace(",", ".")), zone, text)
    if found := _ISO.fullmatch(text):
        return _of_iso(found, zone)
    if found := _DOTTED.fullmatch(text):
        return date(_year(found[3]), int(found[2]), int(found[1]))
    if found := _SLASHED.fullmatch(text):
        return _of_slashes(int(found[1]), int(found[3]), _year(found[4]), order)
    if (found := _DAY_FIRST.fullmatch(text)) and found[2].casefold() in MONTHS:
        return date(int(found[3]), MONTHS[found[2].casefold()], int(found[1]))
    if (found := _MONTH_FIRST.fullmatch(text)) and found[1].casefold() in MONTHS:
        return date(int(found[3]), MONTHS[found[1].casefold()], int(found[2]))
    raise ValueError("no day")


def _of_iso(found: re.Match[str], zone: ZoneInfo) -> date:
    day = date(int(found[1]), int(found[2]), int(found[3]))
    if found[7] is None:
        return day
    text = f"{day.isoformat()}T{int(found[4]):02}:{found[5]}:{found[6] or '00'}{found[7].replace('Z', '+00:00')}"
    return datetime.fromisoformat(text).astimezone(zone).date()


def _of_slashes(one: int, two: int, year: int, order: str) -> date:
    if order == "dmy" or (not order and one > 12):
        return date(year, two, one)
    if order == "mdy" or (not order and two > 12):
        return date(year, one, two)
    if one == two:
        return date(year, one, two)
    raise TwoDays


def _counted(number: float, zone: ZoneInfo, text: str) -> date:
    """A number: a day as spreadsheets count, a moment in seconds or milliseconds since 1970, or 20261231."""
    if 20_000 <= number < 80_000:
        return EXCEL_BEGINS + timedelta(days=int(number))
    if found := _COMPACT.fullmatch(text):
        return date(int(found[1]), int(found[2]), int(found[3]))
    seconds = number / 1_000 if number >= 1e11 else number
    if 600_000_000 <= seconds < 5_000_000_000:
        return datetime.fromtimestamp(seconds, UTC).astimezone(zone).date()
    raise ValueError("no day")


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)
