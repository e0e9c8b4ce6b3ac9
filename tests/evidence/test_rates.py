"""Exact intervals beside scipy's, and how often they hold the truth in a simulation."""

import math
import random
from functools import lru_cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from suggestbox.evidence.rates import (
    beta_share,
    count_interval,
    gamma_share,
    ratio_interval,
    share_interval,
)

pytestmark = pytest.mark.either


@given(st.floats(0.5, 3000), st.floats(0.5, 3000), st.floats(0.0005, 0.9995))
def test_the_beta_function_is_scipys(a: float, b: float, x: float):
    assert beta_share(a, b, x) == pytest.approx(special.betainc(a, b, x), abs=1e-10)


@given(st.floats(0.5, 5000), st.floats(0.01, 3))
def test_the_gamma_function_is_scipys(a: float, times: float):
    assert gamma_share(a, a * times) == pytest.approx(special.gammainc(a, a * times), abs=1e-10)


@given(st.integers(0, 400), st.integers(0, 400))
def test_the_interval_of_a_share_is_scipys(some: int, others: int):
    if some + others == 0:
        with pytest.raises(ValueError, match="whole"):
            share_interval(0, 0)
        return
    span, truth = share_interval(some, some + others), stats.binomtest(some, some + others).proportion_ci(method="exact")
    assert (span.low, span.value, span.high) == pytest.approx((truth.low, some / (some + others), truth.high), abs=1e-9)


@pytest.mark.parametrize("count", [0, 1, 2, 7, 40, 300, 20_000])
def test_the_interval_of_a_count_is_that_of_the_chi_squared_distribution(count: int):
    low = stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0.0
    high = stats.chi2.ppf(0.975, 2 * count + 2) / 2
    span = count_interval(count)
    assert (span.low, span.value, span.high) == pytest.approx((low, count, high), rel=1e-9)


def test_the_ratio_of_two_counts_is_the_conditional_binomial_one():
    """40 before and 18 since: the interval of the share 18/58, as odds."""
    truth = stats.binomtest(18, 58).proportion_ci(method="exact")
    span = ratio_interval(40, 18)
    assert span is not None
    assert (span.low, span.value, span.high) == pytest.approx(
        (truth.low / (1 - truth.low), 18 / 40, truth.high / (1 - truth.high)))
    assert (span.holds(1.0), span.holds(0.45)) == (False, True)


def test_nobody_before_nobody_since_and_nobody_at_all():
    none_before, none_since = ratio_interval(0, 12), ratio_interval(12, 0)
    assert none_before is not None
    assert none_since is not None
    assert (none_before.low > 1, none_before.value, none_before.high) == (True, math.inf, math.inf)
    assert (none_since.low, none_since.value, none_since.high < 1) == (0.0, 0.0, True)
    assert ratio_interval(0, 0) is None


@pytest.mark.parametrize(("before", "times"), [(6.0, 1.0), (30.0, 0.5), (30.0, 2.0), (200.0, 1.0), (200.0, 0.8)])
def test_the_interval_of_the_ratio_holds_the_truth_at_least_95_times_in_100(before: float, times: float):
    """Two thousand pairs of Poisson counts with a known ratio, always the same ones. Exact intervals are on the safe side."""
    draw = random.Random(20261122)
    held = drawn = 0
    interval_of = lru_cache(None)(ratio_interval)
    for _n in range(2_000):
        span = interval_of(_poisson(draw, before), _poisson(draw, before * times))
        if span is not None:
            drawn += 1
            held += span.holds(times)
    assert 0.945 <= held / drawn <= 0.999


def _poisson(draw: random.Random, mean: float) -> int:
    """Arrivals within one unit of time."""
    count, passed = 0, draw.expovariate(mean)
    while passed < 1:
        count += 1
        passed += draw.expovariate(mean)
    return count
