"""An address as a square of dots that a phone's camera reads (ISO/IEC 18004), drawn as one path."""

from dataclasses import dataclass

import segno

QUIET = 4
"""Blank modules on every side, as the standard asks for."""


@dataclass(frozen=True)
class Square:
    """The code in modules: its side with the blank edge, and the path of its dark ones."""

    side: int
    path: str


def square_of(address: str) -> Square:
    """Give the code of an address; a quarter of it may be soiled and it is still read."""
    rows = [bytes(row) for row in segno.make(address, error="q", micro=False, boost_error=False).matrix]
    parts = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            length = 1
            while x + length < len(row) and row[x + length] == row[x]:
                length += 1
            if row[x]:
                parts.append(f"M{x + QUIET} {y + QUIET}h{length}v1h-{length}z")
            x += length
    return Square(len(rows) + 2 * QUIET, "".join(parts))
