"""Figures in words: a value with its unit, why it is not shown, how old a report is. Pages, exports and mails use them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from babel.dates import format_date

from suggestbox.core.language import current_language, full_date, ngettext
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l

from .figures import DIMENSIONS
from .memory import Cell, Head
from .models import Report

NOTHING = "–"
"""Stands where there was nothing to divide by: no decision, no talk that was due."""

_GERMAN = str.maketrans(",.", ".,")

KIND_NAMES: dict[str, Any] = {
    "participation": _l("Participation"),
    "flow": _l("Flow and waiting"),
    "closings": _l("Closings"),
    "benefit": _l("Benefit"),
    "awards": _l("Awards"),
    "customers": _l("What customers say"),
}
"""Kind of report: its name."""

DIMENSION_NAMES = DIMENSIONS
"""Fixed list of rows: what a row of it is."""

SHORT_NAMES: dict[str, Any] = {**KIND_NAMES, "flow": _l("Flow"), "customers": _l("Customer voices")}
"""Kind of report: its name in the line of pages."""

QUESTIONS: dict[str, Any] = {
    "participation": _l("How many people hand in ideas, and from where?"),
    "flow": _l("Where do ideas wait, how long, and since when?"),
    "closings": _l("Did we talk with everybody, in time, and could they follow it?"),
    "benefit": _l("What have the measures brought?"),
    "awards": _l("What did submitters get?"),
    "customers": _l("How satisfied are customers, where, and why?"),
}
"""Kind of report: what it answers."""

HIDDEN_SHORT: dict[str, Any] = {
    "small": _l("too few people"),
    "complement": _l("protects another row"),
    "owners": _l("too few people do this work"),
    "change": _l("change too small"),
    "running": _l("shown once the period is over"),
}

HIDDEN_SENTENCES: dict[str, Any] = {
    "small": _l("Too few people stand behind this row. One could tell who they are."),
    "complement": _l("With this row one could work out another row with too few people."),
    "owners": _l("Too few people do this work here. The row would be about single persons."),
    "change": _l("The correction changes this row by a few people only. One could tell who they are."),
    "running": _l("Shown once the period is over: until then the difference between two looks would be about one person."),
}


def number_text(number: float, places: int = 0) -> str:
    """Give a number as the reader writes it: "1,728" or "1.728", "12.5" or "12,5". Tables have thousands of them."""
    written = f"{number:,.{places}f}"
    return written.translate(_GERMAN) if current_language() == "de" else written


def money_text(cents: float) -> str:
    """Give an amount: whole euros from 100 euros on, else with cents."""
    written = number_text(abs(cents) / 100, 0 if abs(cents) >= 10_000 else 2)
    sign = "−" if cents < 0 else ""
    return f"{sign}{written}\u00a0€" if current_language() == "de" else f"{sign}€{written}"


def amount_text(value: float, unit: str) -> str:
    """Give a value with its unit in the reader's language."""
    if unit == "cents":
        return money_text(value)
    if unit in ("days", "working_days"):
        words = number_text(value, 0 if value == round(value) or value >= 10 else 1)
        if unit == "days":
            return _("1 day") if words == "1" else _("%(number)s days", number=words)
        return _("1 working day") if words == "1" else _("%(number)s working days", number=words)
    if unit == "net":
        return f"+{number_text(value)}" if round(value) > 0 else number_text(abs(value)) if not round(value) else \
            f"−{number_text(-value)}"
    places = {"percent": 1, "per_hundred": 1, "score": 1, "ratio": 1}.get(unit, 0)
    words = number_text(value, places)
    if unit != "percent":
        return words
    return f"{words}\u00a0%" if current_language() == "de" else f"{words}%"


def value_text(cell: Cell | None, figure: Any) -> str:
    """Give a cell's value with its unit; the short reason where it is hidden; a dash where there was nothing to count."""
    if cell is None:
        return NOTHING
    if cell.hidden:
        return hidden_text(cell.hidden)
    return NOTHING if cell.value is None else amount_text(cell.value, figure.unit)


def parts_text(cell: Cell | None, figure: Any) -> str:
    """Give what was divided by what, "12 of 143", or of how many a mean is; empty for hidden cells and all others."""
    if cell is not None and cell.denominator and figure.unit in ("score", "net"):
        return _("n = %(count)s", count=number_text(cell.denominator))
    if cell is None or cell.hidden or cell.numerator is None or not cell.denominator:
        return ""
    if figure.unit == "count":
        return _("of %(whole)s", whole=number_text(cell.denominator))
    if figure.unit == "per_hundred":
        return _("%(part)s for %(whole)s people", part=number_text(cell.numerator), whole=number_text(cell.denominator))
    if figure.unit not in ("percent", "ratio"):
        return ""
    written = money_text if figure.kind in ("benefit", "awards") else number_text
    return _("%(part)s of %(whole)s", part=written(cell.numerator), whole=written(cell.denominator))


def hidden_text(why: str) -> str:
    """Give in a few words why a number is not shown; empty for one that is. A wrong key raises KeyError."""
    if why == "running":
        return hidden_short(why)
    return _("not shown: %(why)s", why=HIDDEN_SHORT[why]) if why else ""


def hidden_short(why: str) -> str:
    """Give the reason alone, for a narrow cell; empty for a number that is shown. A wrong key raises KeyError."""
    return str(HIDDEN_SHORT[why]) if why else ""


def hidden_sentence(why: str) -> str:
    """Give in a sentence why a number is not shown; empty for one that is. A wrong key raises KeyError."""
    return str(HIDDEN_SENTENCES[why]) if why else ""


def kept_words(report: Report | Head, label: str) -> str:
    """Say whether a report is still open, closed or corrected, and when it was counted."""
    when = full_date(report.as_of)
    if report.version == 0:
        return _("%(period)s is still running. Counted on %(when)s, for the whole company only.", period=label, when=when)
    if report.version == 1:
        return _("%(period)s is over. Counted on %(when)s; these figures do not change any more.", period=label, when=when)
    return _(
        "%(period)s, version %(number)s, corrected on %(when)s: %(reason)s",
        period=label, number=report.version, when=when, reason=report.reason,
    )


def hidden_words(cells: Iterable[Cell]) -> str:
    """Say how many rows of a report are not wholly shown, and how many of them only to protect others; empty for none.

    A row counts once, whatever number of its figures is hidden, as on the page for everybody.
    """
    rows: dict[tuple[str, str], set[str]] = defaultdict(set)
    for cell in cells:
        if cell.hidden != "running":
            rows[cell.dimension, cell.row].add(cell.hidden)
    small = sum(1 for reasons in rows.values() if reasons & {"small", "owners"})
    hidden = sum(1 for reasons in rows.values() if reasons != {""})
    if not hidden:
        return ""
    if hidden == small:
        return _(
            "%(hidden)s of %(rows)s rows are not shown, or not all of them, because too few people stand behind them.",
            hidden=number_text(hidden), rows=number_text(len(rows)),
        )
    return _(
        "%(hidden)s of %(rows)s rows are not shown, or not all of them: %(small)s because too few people stand behind "
        "them, %(beyond)s (%(share)s of all) so that those cannot be worked out.",
        hidden=number_text(hidden), rows=number_text(len(rows)), small=number_text(small),
        beyond=number_text(hidden - small), share=amount_text((hidden - small) / len(rows) * 100, "percent"),
    )


def age_words(as_of: datetime, now: datetime) -> str:
    """Give how old the count of an open period is: "counted 12 minutes ago"."""
    minutes = max(int((now - as_of).total_seconds() // 60), 0)
    if minutes < 90:
        return ngettext("counted %(num)d minute ago", "counted %(num)d minutes ago", minutes)
    if minutes < 48 * 60:
        return ngettext("counted %(num)d hour ago", "counted %(num)d hours ago", minutes // 60)
    return ngettext("counted %(num)d day ago", "counted %(num)d days ago", minutes // (24 * 60))


def span_words(since: date, until: date) -> str:
    """Give the days of a period with both ends: "1 July 2026 to 30 September 2026"."""
    locale = "de" if current_language() == "de" else "en_GB"
    first, last = (format_date(day, "long", locale=locale) for day in (since, until))
    return _("%(first)s to %(last)s", first=first, last=last)

