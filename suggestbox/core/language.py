"""German and English: which language a reader gets, and dates as people say them."""

from datetime import date, datetime, timedelta
from typing import Any

from babel.dates import format_date, format_datetime, format_time, get_timezone
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, force_locale, get_locale, gettext, lazy_gettext, ngettext

from . import places
from .clock import utc_now

LANGUAGES = (("de", "Deutsch"), ("en", "English"))
CODES = tuple(code for code, _ in LANGUAGES)

__all__ = [
    "CODES",
    "LANGUAGES",
    "current_language",
    "force_locale",
    "full_date",
    "gettext",
    "init_language",
    "lazy_gettext",
    "ngettext",
    "relative_date",
]


def _choose_language() -> str:
    if not has_request_context():
        return "en"
    chosen = g.get("language") or request.cookies.get("language")
    if chosen in CODES:
        return chosen
    return request.accept_languages.best_match(CODES, default="en") or "en"


def _choose_zone() -> str | None:
    return g.get("zone") if has_request_context() else None


def init_language(app: Flask, zone: str) -> None:
    """Serve every page in the person's own choice of language, else the browser's."""
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", str(places.translations()))
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "en")
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", zone)
    Babel(app, locale_selector=_choose_language, timezone_selector=_choose_zone)


def current_language() -> str:
    """Give "de" or "en"."""
    locale = get_locale()
    return locale.language if locale and locale.language in CODES else "en"


def _zone() -> Any:
    from flask_babel import get_timezone as reader_zone

    return reader_zone() or get_timezone("UTC")


def full_date(moment: date | datetime, *, year: bool = True) -> str:
    """Give the exact date (and time, where there is one) in the reader's language and time zone."""
    locale = current_language()
    if isinstance(moment, datetime):
        local = moment.astimezone(_zone())
        return f"{format_date(local, 'full', locale=locale)}, {clock_time(moment)}"
    if year:
        return format_date(moment, "full", locale=locale)
    return format_date(moment, "EEEE, d. MMMM" if locale == "de" else "EEEE, d MMMM", locale=locale)


def short_date(moment: date | datetime) -> str:
    """Give a short date without the weekday, e.g. "12. Nov."; with the year when it is not this one."""
    locale = current_language()
    day = moment.astimezone(_zone()).date() if isinstance(moment, datetime) else moment
    this_year = utc_now().astimezone(_zone()).year == day.year
    if this_year:
        return format_date(day, "d. MMM" if locale == "de" else "d MMM", locale=locale)
    return format_date(day, "medium", locale=locale)


def clock_time(moment: datetime) -> str:
    """Give the time of day in the reader's zone."""
    return format_time(moment.astimezone(_zone()), "short" if current_language() == "de" else "HH:mm",
                       locale=current_language())


def appointment_time(moment: datetime, zone: str) -> str:
    """Give weekday, date and time of an appointment on the clock of the zone named `zone`."""
    locale = current_language()
    pattern = "EEEE, d. MMMM, HH:mm" if locale == "de" else "EEEE d MMMM, HH:mm"
    return format_datetime(moment, pattern, tzinfo=get_timezone(zone), locale=locale)


def relative_date(moment: date | datetime, *, today: date | None = None) -> str:
    """Give a date as people say it: today, tomorrow, on Thursday, 12 November."""
    day = moment.astimezone(_zone()).date() if isinstance(moment, datetime) else moment
    today = today or utc_now().astimezone(_zone()).date()
    distance = (day - today).days
    if distance == 0:
        return gettext("today")
    if distance == 1:
        return gettext("tomorrow")
    if distance == -1:
        return gettext("yesterday")
    if 1 < distance < 7:
        return format_date(day, "EEEE", locale=current_language())
    if -7 < distance < -1:
        return ngettext("%(num)d day ago", "%(num)d days ago", -distance)
    return short_date(day)


def due_words(due_on: date, *, today: date) -> str:
    """Say when something is due: "until Thursday", "due today", "2 days overdue"."""
    distance = (due_on - today).days
    if distance < 0:
        return ngettext("%(num)d day overdue", "%(num)d days overdue", -distance)
    if distance == 0:
        return gettext("due today")
    return gettext("until %(date)s", date=relative_date(due_on, today=today))


def by_when(due_on: date, *, today: date) -> str:
    """Give a date for the middle of a sentence, with a space before it: " by Thursday"; empty once it has passed."""
    if due_on <= today:
        return "" if due_on < today else " " + gettext("today")
    return " " + gettext("by %(date)s", date=relative_date(due_on, today=today))


def late_sentence(due_on: date, *, today: date) -> str:
    """Give a sentence that says how long ago something was due; empty while there is time."""
    days = (today - due_on).days
    return ngettext("That was due yesterday.", "That was due %(num)d days ago.", days) if days > 0 else ""


def month_start(day: date) -> date:
    """Give the first day of the month of `day`."""
    return day - timedelta(days=day.day - 1)
