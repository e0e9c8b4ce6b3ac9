"""Weekdays and hours of work as people write them: in forms, in files to import."""

import re

from suggestbox.core.language import gettext as _

DAYS = {"mo": 0, "di": 1, "tu": 1, "mi": 2, "we": 2, "do": 3, "th": 3, "fr": 4, "sa": 5, "so": 6, "su": 6}
"""The first two letters of a weekday, German and English."""


def clock_time(text: str) -> str | None:
    """Give a time of day as it is kept ("06:00"), or None when the text is none: 6:00, 06.00, 6, 22:30:00, 6 Uhr."""
    found = re.fullmatch(r"(\d{1,2})(?:[:.](\d{2})(?:[:.]\d{2})?)?\s*(?:uhr|h)?", text.strip().casefold())
    if not found or not found[1].isascii():
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    return f"{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else None


def weekdays_in(text: str) -> str | None:
    """Give the weekdays as they are kept ("01234"; Monday is 0), or None: Mo-Fr; Mo, Mi, Fr; Sunday to Thursday."""
    plain = re.sub(r"\s*(?:-|–|\bbis\b|\bto\b)\s*", "-", text.strip().casefold())
    days: set[int] = set()
    for part in (p for p in re.split(r"[\s,;/|+&]+", plain) if p):
        ends = part.split("-")
        if len(ends) > 2 or not all(re.fullmatch(r"[a-z]{2,}\.?", end) and end[:2] in DAYS for end in ends):
            return None
        first, last = DAYS[ends[0][:2]], DAYS[ends[-1][:2]]
        days |= {(first + n) % 7 for n in range((last - first) % 7 + 1)}
    return "".join(str(day) for day in sorted(days))


def hours_objection(begins: str, ends: str) -> dict[str, str]:
    """Give what speaks against these hours, by field; nothing when they can be used. Both empty: as the site."""
    if begins and not ends:
        return {"works_until": _("Please say when work ends, too, or leave both empty.")}
    if ends and not begins:
        return {"works_from": _("Please say when work begins, too, or leave both empty.")}
    if begins and begins == ends:
        return {"works_until": _("Work cannot begin and end at the same time.")}
    return {}


def is_night_shift(begins: str, ends: str) -> bool:
    """Say whether work ends on the day after it began."""
    return bool(begins and ends) and ends < begins
