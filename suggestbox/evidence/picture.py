"""Where the lines of the picture before and since a measure lie."""

from dataclasses import dataclass

from suggestbox.core.language import gettext as _
from suggestbox.core.language import short_date
from suggestbox.feedback.counts import people_words

from .since import Since

WIDTH, NARROW, HEIGHT = 640, 340, 190
LEFT, RIGHT, TOP, BOTTOM = 36, 8, 16, 26
TINTS = {"negative": "sb-c-bad", "positive": "sb-c-good", "all": "sb-c-info"}


@dataclass(frozen=True)
class Box:
    """A bar, or the band of a mean with its middle."""

    x: float
    y: float
    width: float
    height: float
    words: str = ""
    middle: float = 0.0


@dataclass(frozen=True)
class Picture:
    """Everything the template draws, in its own units."""

    bars: list[Box]
    bands: list[Box]
    ticks: list[tuple[float, int]]
    labels: list[tuple[float, str, str]]
    tint: str
    width: int
    height: int = HEIGHT
    left: float = LEFT
    zero: float = HEIGHT - BOTTOM

    @property
    def right(self) -> float:
        """Where the picture ends."""
        return self.width - RIGHT

    @property
    def middle(self) -> float:
        """Where the measure stands."""
        return LEFT + (self.width - LEFT - RIGHT) / 2


def _top_of(most: float) -> int:
    """The next round number, so that the marks at the side are whole."""
    for step in (2, 4, 10, 20, 40, 50, 100, 200, 400, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000):
        if most <= step:
            return step
    return int(most) + 1


def picture_of(found: Since, width: int = WIDTH) -> Picture | None:
    """Give the picture of a comparison, for a desk or `NARROW` for a phone; None where there is nothing to draw.

    Bars count distinct customers in parts of the periods. A band is what is to be expected in such a part: somebody who
    speaks up in two of them is in two bars, but once in the table.
    """
    if not found.bars:
        return None
    half = len(found.bars) // 2
    sides = [sum(b.customers for b in found.bars if b.is_since is since) / half for since in (False, True)]
    row = found.row(found.judged)
    wide = [
        (mean * side.per_month.low / side.per_month.value, mean * side.per_month.high / side.per_month.value)
        if side.per_month.value else (0.0, side.per_month.high * found.days / 30 / half)
        for mean, side in zip(sides, (row.before, row.since), strict=True)
    ]
    top = _top_of(max(*(b.customers for b in found.bars), *(high for _low, high in wide), 1))
    room = HEIGHT - TOP - BOTTOM

    def y(count: float) -> float:
        return round(TOP + room * (1 - count / top), 1)

    step = (width - LEFT - RIGHT) / len(found.bars)
    bars = [
        Box(round(LEFT + n * step + step * 0.15, 1), y(b.customers), round(step * 0.7, 1), round(y(0) - y(b.customers), 1),
            f"{short_date(b.first)} – {short_date(b.last)}: {people_words(b.customers, found.theme.audience)}")
        for n, b in enumerate(found.bars)
    ]
    bands = [
        Box(round(LEFT + n * half * step, 1), y(high), round(half * step, 1), round(y(low) - y(high), 1), middle=y(mean))
        for n, (mean, (low, high)) in enumerate(zip(sides, wide, strict=True))
    ]
    labels = [
        (float(LEFT), short_date(found.before_first), "start"),
        (LEFT + (width - LEFT - RIGHT) / 2,
         short_date(found.start) if width == NARROW else _("Measure, %(day)s", day=short_date(found.start)), "middle"),
        (float(width - RIGHT), short_date(found.since_last), "end"),
    ]
    return Picture(bars, bands, [(y(top), top), (y(top / 2), top // 2)], labels, TINTS[found.judged], width)
