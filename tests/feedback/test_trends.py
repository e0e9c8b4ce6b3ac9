"""How sure counts and changes are: against exact values and against chance."""

import random
from math import inf, isclose

import pytest

from suggestbox.feedback.trends import compare, interval, mean_of, share_interval

pytestmark = pytest.mark.either


@pytest.mark.parametrize(("count", "low", "high"), [(0, 0.0, 3.689), (1, 0.025, 5.572), (4, 1.09, 10.242),
                                                     (10, 4.795, 18.39), (40, 28.577, 54.469), (100, 81.364, 121.627)])
def test_the_interval_of_a_count_is_nearly_the_exact_one(count, low, high):
    """The exact ones are quantiles of the chi-square distribution, halved."""
    found_low, found_high = interval(count)
    assert isclose(found_low, low, abs_tol=0.05) and isclose(found_high, high, abs_tol=0.12)


def test_shares():
    low, high = share_interval(1, 10)
    assert (round(low, 3), round(high, 3)) == (0.018, 0.404)
    assert share_interval(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(("before", "since", "word"), [
    (2, 4, "unclear"), (0, 9, "unclear"), (0, 10, "rising"), (10, 0, "falling"), (40, 41, "steady"), (61, 22, "falling"),
    (22, 61, "rising"), (12, 14, "open"), (20, 33, "open"), (28, 22, "open"), (9, 10, "unclear"),
])
def test_a_word_is_only_said_when_it_is_sure(before, since, word):
    assert compare(before, since).word == word


def test_lengths_count():
    change = compare(20, 10, before_days=60, since_days=30)
    assert (change.ratio, change.word) == (1.0, "open")
    assert compare(200, 100, before_days=60, since_days=30).word == "steady"
    assert compare(0, 5).ratio is None and compare(0, 5).high == inf


def test_chance_alone_is_rarely_called_a_change():
    chance = random.Random(11)

    def count(level: float) -> int:
        return sum(chance.random() < level / 1000 for _n in range(1000))

    words = [compare(count(25), count(25)).word for _n in range(600)]
    assert sum(word in ("rising", "falling") for word in words) <= 12, "one in a hundred, and a little room"


def test_means():
    assert mean_of([], 1, 5) is None
    one = mean_of([5.0], 1.0, 5.0)
    assert one is not None and (one.mean, one.low, one.high, one.count) == (5.0, 1.0, 5.0, 1)
    many = mean_of([4.0, 5.0] * 50, 1.0, 5.0)
    assert many is not None and (many.mean, round(many.low, 2), round(many.high, 2)) == (4.5, 4.38, 4.62)
