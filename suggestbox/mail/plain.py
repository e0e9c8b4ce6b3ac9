"""Words people wrote, made harmless for letters: no characters that steer programs, nothing that could start a header."""

import unicodedata

_STEERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\ufeff")
"""Marks that turn the direction of writing round, or show nothing."""

SUBJECT_MOST = 180


def spoken(text: str) -> str:
    """Give the text without control characters; line breaks and tabs stay."""
    tidy = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    return "".join(ch for ch in tidy if ch in "\n\t" or not _steers(ch))


def _steers(ch: str) -> bool:
    return ch in _STEERING or unicodedata.category(ch) in ("Cc", "Cs")


def one_line(text: str, most: int = SUBJECT_MOST) -> str:
    """Give the text as one line for a header, shortened to `most` characters."""
    line = " ".join(spoken(text).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
