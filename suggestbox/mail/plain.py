"""Words people wrote, made harmless for letters: no characters that steer programs, nothing that could start a header."""

import re

_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\u200e\u200f\ufeff]")
"""Control characters but line breaks and tabs, halves of characters, and marks that turn the direction of writing round or
show nothing."""

SUBJECT_MOST = 180


def spoken(text: str) -> str:
    """Give the text without control characters; line breaks and tabs stay."""
    tidy = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    return _STEERING.sub("", tidy)


def one_line(text: str, most: int = SUBJECT_MOST) -> str:
    """Give the text as one line for a header, shortened to `most` characters."""
    line = " ".join(spoken(text).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
