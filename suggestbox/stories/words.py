"""What stands around the words of a story: its people, its money, its picture, and the way the idea went."""

from datetime import date, datetime
from typing import Any

from babel.dates import format_date, format_skeleton

from suggestbox.awards.words import money as money_words
from suggestbox.core.language import current_language, ngettext
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.people.directory import Brief
from suggestbox.people.queries import here

from .models import Story
from .queries import picture_words

MONEY = {
    "measured": _l("Net benefit of the first year, measured"), "agreed": _l("Net benefit of the first year, as agreed"),
    "expected": _l("Net benefit of the first year, as expected"),
}


def picture(story: Story) -> str:
    """Say what can be seen in the picture of a story."""
    return picture_words(story)


def money(story: Story, facts: dict[str, Any]) -> tuple[str, str] | None:
    """Give what the measure brings in its first year, with what kind of figure that is; None where it is not told."""
    cents, kind = facts.get("net_cents"), facts.get("net_kind")
    if not story.shows_money or not isinstance(cents, int) or kind not in MONEY:
        return None
    return str(MONEY[kind]), money_words(cents)


def place(person: Brief) -> str:
    """Give the department a person belongs to, or nothing."""
    found = here().department(person.department_id)
    return found.name if found else ""


def hushed(count: int, named: int) -> str:
    """Say of how many submitters the name is not told."""
    if named:
        return ngettext("and one more who does not want to be named here",
                        "and %(num)d more who do not want to be named here", count)
    return ngettext("a colleague who does not want to be named here",
                    "%(num)d colleagues who do not want to be named here", count)


def month(moment: date | datetime) -> str:
    """Give the month of a day: "March 2026"."""
    return str(format_skeleton("yMMMM", moment, locale="en_GB" if current_language() == "en" else "de_DE"))


def day(on: date) -> str:
    """Give a day without its weekday: "3 June 2026"."""
    return str(format_date(on, "long", locale="en_GB" if current_language() == "en" else "de_DE"))


def way(submitted: datetime | None, decided: datetime | None, done_on: date | None) -> str:
    """Give the way of an idea in one sentence, with as much of it as is known."""
    parts = []
    if submitted is not None and decided is not None and month(submitted) == month(decided):
        parts.append(_("Suggested and decided in %(month)s", month=month(decided)))
        submitted = decided = None
    if submitted is not None:
        parts.append(_("Suggested in %(month)s", month=month(submitted)))
    if decided is not None:
        parts.append(_("decided in %(month)s", month=month(decided)))
    if done_on is not None:
        parts.append(_("carried out on %(day)s", day=day(done_on)))
    return f"{', '.join(parts)}." if parts else ""
