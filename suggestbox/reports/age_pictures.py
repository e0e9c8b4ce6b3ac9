"""What waits, by age, as rows of stacked bars; drawn by the macro `ages` of templates/reports/_pictures.html."""

from collections.abc import Sequence
from dataclasses import dataclass

from . import words
from .pictures import WIDE


@dataclass(frozen=True)
class AgeRow:
    """A stage, or a department, and how many wait there in each band of age; `why` it is not shown."""

    name: str
    counts: Sequence[int] = ()
    note: str = ""
    why: str = ""
    url: str = ""
    depth: int = 0
    further: int = 0
    below: str = ""
    """How many rows lie under it that are not in sight, and where they are."""

    @property
    def total(self) -> int:
        """How many wait here."""
        return sum(self.counts)


@dataclass(frozen=True)
class Ages:
    """What waits, by age: rows on one scale, the younger on the left, each band with a tint and a column of numbers."""

    bands: Sequence[str]
    rows: Sequence[AgeRow]

    @property
    def most(self) -> int:
        """How many wait in the fullest row."""
        return max((row.total for row in self.rows), default=0)

    def parts(self, row: AgeRow) -> list[tuple[int, float, float]]:
        """Give (number of the band from 1, where it begins, how wide it is) of the bands that are not empty."""
        parts, x = [], 0.0
        for n, count in enumerate(row.counts, start=1):
            width = count / self.most * WIDE if self.most else 0.0
            if count:
                parts.append((n, round(x, 2), round(width, 2)))
            x += width
        return parts

    @property
    def reasons(self) -> list[str]:
        """Why rows are not shown, each reason once."""
        whys = {row.why for row in self.rows}
        return [why for why in words.HIDDEN_SHORT if why in whys]
