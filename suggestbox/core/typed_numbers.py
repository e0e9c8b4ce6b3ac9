"""Numbers as people type them: 1.234,5 in German, 1,234.5 in English, and whatever can mean only one thing."""

import re
from decimal import Decimal

from .language import current_language


def number_typed(text: str | None) -> Decimal | None:
    """Give the number somebody typed, or None when it is none; a currency sign and blank spaces do not matter.

    A lone separator before exactly three digits groups thousands where the language of the page says so.
    """
    bare = re.sub(r"[\s\u00a0\u202f'’€]|EUR", "", text or "")
    if not re.fullmatch(r"-?\d[\d.,]*", bare):
        return None
    point = _point_of(bare)
    group = "," if point == "." else "."
    whole, _point, rest = bare.partition(point)
    if group in rest or point in rest or (group in whole and not re.fullmatch(rf"-?\d{{1,3}}(?:\{group}\d{{3}})+", whole)):
        return None
    return Decimal(whole.replace(group, "") + ("." + rest if rest else ""))


def _point_of(bare: str) -> str:
    """The sign before the decimal places."""
    own = "," if current_language() == "de" else "."
    other = "." if own == "," else ","
    if own in bare and other in bare:
        return max(own, other, key=bare.rindex)
    if own in bare:
        return own if bare.count(own) == 1 else other
    groups = re.fullmatch(rf"-?\d{{1,3}}(?:\{other}\d{{3}})+", bare)
    return own if groups or bare.count(other) != 1 else other


def as_typed(number: Decimal | int | str) -> str:
    """Give a number as one would type it in the language of the page."""
    written = format(Decimal(number), "f")
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return written.replace(".", ",") if current_language() == "de" else written


def euros_as_typed(cents: int) -> str:
    """Give an amount in euros as one would type it."""
    written = f"{cents // 100}.{cents % 100:02d}" if cents % 100 else str(cents // 100)
    return written.replace(".", ",") if current_language() == "de" else written
