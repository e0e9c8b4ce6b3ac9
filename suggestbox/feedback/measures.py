"""How good themes are told: ordinary F1, accuracy, recall of "none fits", and whether a difference is more than chance."""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Labels = Sequence[frozenset[Hashable]]

DRAWS = 1_000
"""So many times the paired bootstrap draws the test items anew."""


@dataclass(frozen=True)
class Told:
    """What was true of each test item, or what was told: its themes, and the pairs of theme and polarity."""

    themes: Labels
    pairs: Labels


def micro_f1(true: Labels, told: Labels) -> float:
    """Give the F1 of all decisions together: 2 TP / (2 TP + FP + FN)."""
    hits = sum(len(one & other) for one, other in zip(true, told, strict=True))
    both = sum(len(one) + len(other) for one, other in zip(true, told, strict=True))
    return 2 * hits / both if both else 0.0


def macro_f1(true: Labels, told: Labels) -> float:
    """Give the mean over all labels, true or told, of each label's own F1."""
    hits: Counter[Hashable] = Counter()
    both: Counter[Hashable] = Counter()
    for one, other in zip(true, told, strict=True):
        hits.update(one & other)
        both.update(one)
        both.update(other)
    return sum(2 * hits[label] / count for label, count in both.items()) / len(both) if both else 0.0


def measures(true: Told, told: Told, *, with_polarity: bool) -> dict[str, Any]:
    """Give all figures by their names; None where the test items cannot tell.

    `accuracy` is there when every test item has one theme at most: none told for none counts as right.
    `in_scope_accuracy` looks only at items that have a theme, `none_recall` only at those that have none.
    """
    one_each = all(len(themes) <= 1 for themes in true.themes)
    right = [one == other for one, other in zip(true.themes, told.themes, strict=True)]
    in_scope = [ok for ok, themes in zip(right, true.themes, strict=True) if themes]
    without = [ok for ok, themes in zip(right, true.themes, strict=True) if not themes]
    return {
        "themes": {"micro_f1": micro_f1(true.themes, told.themes), "macro_f1": macro_f1(true.themes, told.themes)},
        "themes_with_polarity": {
            "micro_f1": micro_f1(true.pairs, told.pairs) if with_polarity else None,
            "macro_f1": macro_f1(true.pairs, told.pairs) if with_polarity else None,
        },
        "accuracy": _share(right) if one_each else None,
        "in_scope_accuracy": _share(in_scope),
        "none_recall": _share(without),
    }


def _share(right: list[bool]) -> float | None:
    return sum(right) / len(right) if right else None


def differences(true: Told, ours: Told, theirs: Told, *, with_polarity: bool) -> dict[str, Any]:
    """Give for each figure how much better ours is, with a 95 % interval by a paired bootstrap over the test items.

    Source  Efron, Tibshirani: An Introduction to the Bootstrap (1993); Berg-Kirkpatrick et al. (2012)
    """
    flat = _flat(measures(true, ours, with_polarity=with_polarity))
    other = _flat(measures(true, theirs, with_polarity=with_polarity))
    names = [name for name in flat if flat[name] is not None and other[name] is not None]
    drawn: dict[str, list[float]] = {name: [] for name in names}
    dice = np.random.default_rng(20_261)
    counts = [_Counts(true, told, with_polarity=with_polarity) for told in (ours, theirs)]
    for _draw in range(DRAWS):
        times = np.bincount(dice.integers(0, len(true.themes), len(true.themes)), minlength=len(true.themes))
        one, two = (count.figures(times) for count in counts)
        for name in names:
            mine, its = one[name], two[name]
            if mine is not None and its is not None:
                drawn[name].append(mine - its)
    found = {}
    for name in names:
        low, high = np.quantile(drawn[name], [0.025, 0.975]) if drawn[name] else (0.0, 0.0)
        found[name] = {
            "difference": flat[name] - other[name], "low": float(low), "high": float(high),
            "better": bool(low > 0), "worse": bool(high < 0),
        }
    return found


def _flat(figures: dict[str, Any]) -> dict[str, Any]:
    found = {}
    for name, value in figures.items():
        if isinstance(value, dict):
            found.update({f"{name}.{below}": number for below, number in value.items()})
        else:
            found[name] = value
    return found


class _Counts:
    """Hits and sizes per item and label, so that a draw of the bootstrap is a few multiplications."""

    def __init__(self, true: Told, told: Told, *, with_polarity: bool):
        self.themes = _tables(true.themes, told.themes)
        self.pairs = _tables(true.pairs, told.pairs) if with_polarity else None
        self.one_each = all(len(themes) <= 1 for themes in true.themes)
        self.right = np.array([one == other for one, other in zip(true.themes, told.themes, strict=True)])
        self.in_scope = np.array([bool(themes) for themes in true.themes])

    def figures(self, times: Any) -> dict[str, float | None]:
        themes = _f1s(self.themes, times)
        pairs = _f1s(self.pairs, times) if self.pairs is not None else (None, None)
        return {
            "themes.micro_f1": themes[0], "themes.macro_f1": themes[1],
            "themes_with_polarity.micro_f1": pairs[0], "themes_with_polarity.macro_f1": pairs[1],
            "accuracy": _mean(self.right, times) if self.one_each else None,
            "in_scope_accuracy": _mean(self.right, times * self.in_scope),
            "none_recall": _mean(self.right, times * ~self.in_scope),
        }


def _tables(true: Labels, told: Labels) -> tuple[Any, Any]:
    import scipy.sparse as sp

    labels = {label: k for k, label in enumerate(sorted({label for row in (*true, *told) for label in row}, key=str))}
    shape = (len(true), len(labels))
    hits, both = sp.lil_matrix(shape), sp.lil_matrix(shape)
    for n, (one, other) in enumerate(zip(true, told, strict=True)):
        for label in one | other:
            hits[n, labels[label]] = float(label in one and label in other)
            both[n, labels[label]] = float(label in one) + float(label in other)
    return hits.T.tocsr(), both.T.tocsr()


def _f1s(tables: tuple[Any, Any], times: Any) -> tuple[float, float]:
    hits, both = tables[0] @ times, tables[1] @ times
    seen = both > 0
    if not seen.any():
        return 0.0, 0.0
    return float(2 * hits.sum() / both.sum()), float((2 * hits[seen] / both[seen]).mean())


def _mean(right: Any, times: Any) -> float | None:
    return float((right * times).sum() / times.sum()) if times.sum() else None
