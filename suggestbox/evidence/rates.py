"""How sure one can be of a difference between two counts: exact intervals, without a statistics library.

Counts of distinct customers in two equally long periods are compared as two Poisson counts. Given their sum, the later
one is binomial, so the exact (Clopper-Pearson) interval of its share gives one of the ratio.
Source: Przyborowski and Wilenski (1940); Clopper and Pearson (1934); the incomplete beta function by its continued
fraction (Lentz's method), Numerical Recipes 6.4.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

LEVEL = 0.95
_TINY = 1e-300
_STEPS = 500


@dataclass(frozen=True)
class Span:
    """An estimate with the ends of its interval; `high` is infinite where nothing limits it."""

    low: float
    value: float
    high: float

    def holds(self, value: float) -> bool:
        """Say whether the interval holds a value."""
        return self.low <= value <= self.high


def _continued_fraction(a: float, b: float, x: float) -> float:
    c, d = 1.0, 1.0 - (a + b) * x / (a + 1.0)
    d = 1.0 / (d if abs(d) > _TINY else _TINY)
    h = d
    for m in range(1, _STEPS):
        for term in (m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
                     -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))):
            d, c = 1.0 + term * d, 1.0 + term / c
            d = 1.0 / (d if abs(d) > _TINY else _TINY)
            c = c if abs(c) > _TINY else _TINY
            h *= d * c
        if abs(d * c - 1.0) < 1e-13:
            break
    return h


def beta_share(a: float, b: float, x: float) -> float:
    """Give the regularised incomplete beta function I_x(a, b): the share of the beta distribution below x."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    if x < (a + 1) / (a + b + 2):
        return front * _continued_fraction(a, b, x) / a
    return 1.0 - front * _continued_fraction(b, a, 1 - x) / b


def _where(rising: Callable[[float], float], target: float) -> float:
    """Where a rising function on 0 to 1 reaches the target, by halving."""
    low, high = 0.0, 1.0
    for _n in range(60):
        middle = (low + high) / 2
        if rising(middle) < target:
            low = middle
        else:
            high = middle
    return (low + high) / 2


@lru_cache(maxsize=4096)
def share_interval(some: int, whole: int, level: float = LEVEL) -> Span:
    """Give a share with its exact (Clopper-Pearson) interval.

    Raises  ValueError unless 0 <= some <= whole and there is a whole
    """
    if not 0 <= some <= whole or whole == 0:
        raise ValueError("some of a whole that is there")
    tail = (1 - level) / 2
    low = _where(lambda p: beta_share(some, whole - some + 1, p), tail) if some else 0.0
    high = _where(lambda p: beta_share(some + 1, whole - some, p), 1 - tail) if some < whole else 1.0
    return Span(low, some / whole, high)


def ratio_interval(before: int, since: int, level: float = LEVEL) -> Span | None:
    """Give how many times as many there are since, per day, as before, in periods of the same length.

    None where there was nobody at all, before or since.
    """
    if before + since == 0:
        return None
    share = share_interval(since, before + since, level)

    def odds(p: float) -> float:
        return p / (1 - p) if p < 1 else math.inf

    return Span(odds(share.low), since / before if before else math.inf, odds(share.high))


@lru_cache(maxsize=4096)
def count_interval(count: int, level: float = LEVEL) -> Span:
    """Give a Poisson count with the exact (Garwood, 1936) interval of what is to be expected in such a period."""
    tail = (1 - level) / 2
    low = _gamma_where(count, tail) if count else 0.0
    return Span(low, float(count), _gamma_where(count + 1, 1 - tail))


def gamma_share(a: float, x: float) -> float:
    """Give the regularised incomplete gamma function P(a, x): the share of the gamma distribution below x."""
    if x <= 0:
        return 0.0
    front = math.exp(a * math.log(x) - x - math.lgamma(a))
    if x < a + 1:
        term = total = 1.0 / a
        n = a
        while term > total * 1e-15:
            n += 1
            term *= x / n
            total += term
        return front * total
    b, c = x + 1 - a, 1 / _TINY
    d = h = 1 / b
    for i in range(1, 100_000):
        step = -i * (i - a)
        b += 2
        d = step * d + b
        d = 1 / (d if abs(d) > _TINY else _TINY)
        c = b + step / c
        c = c if abs(c) > _TINY else _TINY
        h *= d * c
        if abs(d * c - 1) < 1e-14:
            break
    return 1 - front * h


def _gamma_where(a: float, target: float) -> float:
    low, high = 0.0, a + 20 * math.sqrt(a) + 20
    for _n in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if gamma_share(a, middle) < target else (low, middle)
    return (low + high) / 2
