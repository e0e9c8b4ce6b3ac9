"""German and English: which language a reader gets, texts in it, and dates as people say them.

Flask-Babel stands behind it; what a page does hundreds of times, looking a text up and writing a date, is done here
with catalogues and written dates that are kept.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import flask_babel
from babel.dates import format_date, format_datetime
from babel.support import NullTranslations, Translations
from flask import Flask, current_app, g, has_request_context, request
from flask_babel import Babel
from flask_babel.speaklater import LazyString
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError

from . import places
from .clock import utc_now
from .settings import Setting, declare, rule

LANGUAGES = (("de", "Deutsch"), ("en", "English"))
CODES = tuple(code for code, _ in LANGUAGES)

FAMILIAR = "de_DU"
"""The catalogue of German texts that say du; it holds only those that differ, all others come from "de"."""

declare(
    Setting("language.du", False, "German letters and pages say du instead of Sie."),
)


# -- which language --------------------------------------------------------------------------------------------------


def current_language() -> str:
    """Give "de" or "en": what the person chose, else what their browser asks for; English outside a request."""
    try:
        known = g._get_current_object()  # asked hundreds of times for a page: not through the proxy each time
    except RuntimeError:
        return "en"
    chosen: str = known.get("language", "")
    return chosen if chosen in CODES else known.get("browser_language") or _language_of_browser()


def _language_of_browser() -> str:
    if not has_request_context():
        return "en"
    chosen = request.cookies.get("language")
    if chosen not in CODES:
        chosen = request.accept_languages.best_match(CODES, default="en") or "en"
    g.browser_language = chosen
    return chosen


@contextmanager
def force_locale(language: str) -> Iterator[None]:
    """Speak another language for a while, for somebody else's eyes."""
    before = g.get("language")
    g.language = language
    try:
        with flask_babel.force_locale(language):
            yield
    finally:
        g.language = before


def _zone() -> ZoneInfo:
    """The reader's time zone, else that of headquarters."""
    try:
        return ZoneInfo(g.get("zone") or current_app.config["HEADQUARTERS_ZONE"])
    except RuntimeError:
        return ZoneInfo("UTC")


def init_language(app: Flask, zone: str) -> None:
    """Serve every page in the person's own choice of language, else the browser's."""
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", str(places.translations()))
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "en")
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", zone)
    Babel(app, locale_selector=current_language, timezone_selector=lambda: str(_zone()))
    app.jinja_env.globals.update(_=_shown, gettext=_shown, ngettext=_shown_number)


# -- texts -----------------------------------------------------------------------------------------------------------


@lru_cache
def _catalogue(language: str) -> NullTranslations:
    found = Translations.load(str(places.translations()), [language])
    if language == FAMILIAR:
        found.add_fallback(_catalogue("de"))
    return found


def is_familiar() -> bool:
    """Say whether the house has its German readers addressed with du (the rule `language.du`)."""
    known = g._get_current_object()
    said: bool | None = known.get("familiar")
    if said is None:
        said = known.familiar = _rule_says_du()
    return said


def _rule_says_du() -> bool:
    try:
        return bool(rule("language.du"))
    except SQLAlchemyError:  # the page about a fault of the database wants its words too
        return False


def forget_form_of_address() -> None:
    """Have the rule asked anew: for processes that speak to many readers, one after the other."""
    g.pop("familiar", None)


def _words() -> NullTranslations:
    """The reader's catalogue."""
    language = current_language()
    return _catalogue(FAMILIAR if language == "de" and is_familiar() else language)


def gettext(text: str, /, **values: Any) -> str:
    """Give a text in the reader's language, with the values filled in."""
    found = _words().gettext(text)
    return found % values if values else found


def ngettext(one: str, many: str, num: int, /, **values: Any) -> str:
    """Give the form of a text that goes with a number, which stands in it as `num`."""
    return _words().ngettext(one, many, num) % {"num": num, **values}


def _shown(text: str, /, **values: Any) -> Markup:
    """A text in a template: it may hold markup, the values filled in never do."""
    found = Markup(_words().gettext(text))
    return found % values if values else found


def _shown_number(one: str, many: str, /, num: int, **values: Any) -> Markup:
    found = Markup(_words().ngettext(one, many, num))
    return found % {"num": num, **values}


def lazy_gettext(text: str, /, **values: Any) -> Any:
    """Give a text that is translated when it is read, for what is made before there is a reader."""
    return LazyString(gettext, text, **values)


# -- dates -----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _written(day: date, pattern: str, language: str) -> str:
    return format_date(day, pattern, locale="en_GB" if language == "en" else language)


def date_words(moment: date | datetime) -> tuple[str, str]:
    """Give a date as people say it (`relative_date`) and the exact one (`full_date`)."""
    zone = _zone()
    return _date_words(moment, utc_now().astimezone(zone).date(), current_language(), zone.key)


@lru_cache(maxsize=4096)
def _date_words(moment: date | datetime, today: date, _language: str, _zone: str) -> tuple[str, str]:
    return relative_date(moment, today=today), full_date(moment)


def full_date(moment: date | datetime, *, year: bool = True) -> str:
    """Give the exact date (and time, where there is one) in the reader's language and time zone."""
    language = current_language()
    if isinstance(moment, datetime):
        local = moment.astimezone(_zone())
        return f"{_written(local.date(), 'full', language)}, {local:%H:%M}"
    if year:
        return _written(moment, "full", language)
    return _written(moment, "EEEE, d. MMMM" if language == "de" else "EEEE, d MMMM", language)


def short_date(moment: date | datetime) -> str:
    """Give a short date without the weekday, e.g. "12. Nov."; with the year when it is not this one."""
    language = current_language()
    day = moment.astimezone(_zone()).date() if isinstance(moment, datetime) else moment
    if utc_now().astimezone(_zone()).year != day.year:
        return _written(day, "medium", language)
    return _written(day, "d. MMM" if language == "de" else "d MMM", language)


def clock_time(moment: datetime) -> str:
    """Give the time of day in the reader's zone."""
    return f"{moment.astimezone(_zone()):%H:%M}"


def appointment_time(moment: datetime, zone: str) -> str:
    """Give weekday, date and time of an appointment on the clock of the zone named `zone`."""
    locale = current_language()
    pattern = "EEEE, d. MMMM, HH:mm" if locale == "de" else "EEEE d MMMM, HH:mm"
    return format_datetime(moment, pattern, tzinfo=ZoneInfo(zone), locale=locale)


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
        return _written(day, "EEEE", current_language())
    if -7 < distance < -1:
        return ngettext("%(num)d day ago", "%(num)d days ago", -distance)
    return short_date(day)


def oblique(name: str) -> str:
    """Give a person's name as it stands after a preposition: "mit Herrn Amini"."""
    if current_language() == "de" and name.startswith("Herr "):
        return f"Herrn {name.removeprefix('Herr ')}"
    return name


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


def decimal(number: float) -> str:
    """Give a number with one place after the point, which in German is a comma."""
    written = f"{number:.1f}"
    return written.replace(".", ",") if current_language() == "de" else written


def month_start(day: date) -> date:
    """Give the first day of the month of `day`."""
    return day - timedelta(days=day.day - 1)
