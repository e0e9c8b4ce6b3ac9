"""How sure counts are: intervals of counts and means, and whether something became more or less.

Counts are of distinct customers, taken as Poisson: each speaks up or does not, without regard to the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt
from typing import Any

from suggestbox.core.language import lazy_gettext as _l

SURE = 1.96
"""Standard deviations of an interval that misses once in twenty times."""

VERY_SURE = 2.576
"""Of one that misses once in a hundred times: a list of sixty themes must not find three rises in pure chance."""

FEWEST = 10
"""With fewer customers in both periods together no change is ever told."""

FEW = 20
"""With fewer it is said that they are too few, unless the change is sure."""

SAME_WITHIN = 2.0
"""Neither doubled nor halved, and sure of it: steady."""


@dataclass(frozen=True)
class Mean:
    """A mean with its interval; `count` is how many customers it is of."""

    mean: float
    low: float
    high: float
    count: int


@dataclass(frozen=True)
class Change:
    """How a count compares with the one before: `word` is rising, falling, steady (sure to have stayed about the same),
    open (no clear change) or unclear (too few to say).

    `ratio` is that of the two rates (1.5: half as much again), None where there was nothing before; `low` and `high` are
    its interval.
    """

    before: int
    since: int
    word: str
    ratio: float | None
    low: float
    high: float


WORDS: dict[str, Any] = {
    "rising": _l("rising"), "steady": _l("steady"), "falling": _l("falling"), "open": _l("no clear change"),
    "unclear": _l("too few to say"),
}


def interval(count: int, sure: float = SURE) -> tuple[float, float]:
    """Give the interval of a count.

    Source  Byar's approximation of the exact Poisson interval (Breslow and Day 1987, Statistical Methods in Cancer
            Research II, page 69)
    """
    low = 0.0 if count == 0 else count * (1 - 1 / (9 * count) - sure / (3 * sqrt(count))) ** 3
    more = count + 1
    return max(0.0, low), more * (1 - 1 / (9 * more) + sure / (3 * sqrt(more))) ** 3


def share_interval(part: int, whole: int, sure: float = SURE) -> tuple[float, float]:
    """Give the interval of a share.

    Source  Wilson's score interval (Wilson 1927, Journal of the American Statistical Association 22)
    """
    if whole == 0:
        return 0.0, 1.0
    share, square = part / whole, sure * sure
    middle = (share + square / (2 * whole)) / (1 + square / whole)
    half = sure / (1 + square / whole) * sqrt(share * (1 - share) / whole + square / (4 * whole * whole))
    return max(0.0, middle - half), min(1.0, middle + half)


def compare(before: int, since: int, before_days: float = 1.0, since_days: float = 1.0) -> Change:
    """Give how a count of some days compares with one of the days before.

    Of both together, the share that fell into the later days is compared with what their length alone would give.
    Rising and falling are only said when chance would do the same once in two hundred times.
    Source  Przyborowski and Wilenski 1940, Biometrika 31 (comparing two Poisson rates)
    """
    low, high = _ratios(before, since, before_days / since_days, SURE)
    strict_low, strict_high = _ratios(before, since, before_days / since_days, VERY_SURE)
    word = "unclear"
    if before + since >= FEWEST:
        if strict_low > 1:
            word = "rising"
        elif strict_high < 1:
            word = "falling"
        elif low > 1 / SAME_WITHIN and high < SAME_WITHIN:
            word = "steady"
        elif before + since >= FEW:
            word = "open"
    ratio = since / before * before_days / since_days if before else None
    return Change(before, since, word, ratio, low, high)


def _ratios(before: int, since: int, longer: float, sure: float) -> tuple[float, float]:
    low, high = share_interval(since, before + since, sure)
    return low / (1 - low) * longer if low < 1 else inf, high / (1 - high) * longer if high < 1 else inf


def mean_of(values: Sequence[float], least: float, most: float) -> Mean | None:
    """Give the mean of marks between `least` and `most` with its interval; None for none.

    One mark more at each end stands for what is not known yet: so a single mark is not sure, nor are three equal ones.
    """
    count = len(values)
    if count == 0:
        return None
    mean = sum(values) / count
    padded = [*values, least, most]
    middle = sum(padded) / len(padded)
    spread = sqrt(sum((value - middle) ** 2 for value in padded) / (len(padded) - 1))
    half = SURE * spread / sqrt(count)
    return Mean(mean, max(least, mean - half), min(most, mean + half), count)
