"""What the places in a rule set for awards are called, for whoever reads what is wrong there."""

import re

from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l

_TOKEN = re.compile(r"(\w+)(?:\[(\d+)\])?")

NAMES = {
    "benefit": _l("A share of the benefit"), "points": _l("Points"), "recognition": _l("Recognition"),
    "rounding": _l("Rounding"), "bands": _l("Bands"), "tables": _l("Tables"),
    "multipliers": _l("Multipliers"),
    "choices": _l("Entries"), "percent": _l("So much is paid"), "up_to": _l("How far it reaches"),
    "minimum": _l("At least"), "maximum": _l("At most"), "euros_per_point": _l("A point is worth"),
    "value": _l("Number"), "de": _l("Name in German"), "en": _l("Name in English"), "key": _l("Key"),
    "aspect": _l("Filled from the soft benefit"),
    "to": _l("Rounded to"), "way": _l("How it is rounded"), "declined": _l("Also for declined ideas that helped"),
}
"""Parts and fields by the name they have in the document."""

NUMBERED = {
    "bands": _l("Band %(number)s"), "tables": _l("Table %(number)s"), "multipliers": _l("Multiplier %(number)s"),
    "choices": _l("Entry %(number)s"),
}
"""One of several, counted from 1 as on the page."""


def place_words(place: str) -> str:
    """Give the name of a place such as "benefit.bands[2].percent": part, row and field, as they stand on the page."""
    found = []
    for key, number in _TOKEN.findall(place):
        found.append(str(NUMBERED[key]) % {"number": number} if number and key in NUMBERED else str(NAMES.get(key, key)))
    return ", ".join(found) or _("The rules")
