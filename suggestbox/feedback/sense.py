"""Themes by the sense of a text: ridge regression over how near its vector is to those of examples.

One equation is solved for all themes together. Beyond `MOST_ANCHORS` examples nearness is taken to a fixed sample of
them.

Source  Rifkin, Yeo, Poggio: Regularized Least-Squares Classification (2003); Williams, Seeger: Using the Nyström Method
        to Speed Up Kernel Machines (2001)
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.linalg

MOST_ANCHORS = 2_200
"""Examples a text is compared with; more would make training slow and the model large."""

SHARPNESS = 2.0
"""How quickly nearness falls off."""

RIDGE = 0.1
"""How little a single example is believed."""

AT_ONCE = 500

ROUNDING = 1e-5
"""Sums of many products in single precision are wrong by so much of the largest; as much is added to keep them solvable."""


@dataclass
class Sense:
    """What was learned: the anchors' vectors, and what nearness to each says about each theme."""

    anchors: Any
    weights: Any
    usual: Any

    def scores(self, vectors: Any) -> tuple[Any, Any]:
        """Give a score per text and theme, and how near each text is to the nearest example."""
        scores = np.zeros((len(vectors), len(self.usual)))
        nearest = np.zeros(len(vectors))
        for some in _parts(len(vectors)):
            cosines = vectors[some] @ self.anchors.T
            scores[some] = self.usual + _near(cosines) @ self.weights
            nearest[some] = cosines.max(axis=1)
        return scores, nearest


def learn_sense(vectors: Any, themes: Any) -> Sense:
    """Give what the examples teach. Takes a row of length one per example, and 1 where a theme fits it, else 0."""
    usual = themes.mean(axis=0)
    exact = len(vectors) <= MOST_ANCHORS
    chosen = np.arange(len(vectors)) if exact else _some_distinct(vectors)
    anchors = vectors[chosen]
    # Filled part by part: a second matrix of that size would not fit beside it.
    left = np.empty((len(chosen), len(chosen)))
    for some in _parts(len(chosen)):
        left[some] = _near(anchors[some] @ anchors.T)
    if exact:
        left[np.diag_indices(len(left))] += RIDGE
        return Sense(anchors, _solve(left, themes - usual), usual)
    left *= RIDGE
    right = np.zeros((len(chosen), themes.shape[1]))
    for some in _parts(len(vectors)):
        near = _near(vectors[some] @ anchors.T)
        for part in _parts(len(chosen)):
            left[part] += near[:, part].T @ near
        right += near.T @ (themes[some] - usual).astype(np.float32)
    left[np.diag_indices(len(left))] += max(1e-4, ROUNDING * left.diagonal().max())
    return Sense(anchors, _solve(left, right), usual)


def _some_distinct(vectors: Any) -> Any:
    """Places of some vectors, no two alike: the same one twice would leave nothing to solve."""
    distinct = np.sort(np.unique(vectors, axis=0, return_index=True)[1])
    return distinct[np.linspace(0, len(distinct) - 1, min(len(distinct), MOST_ANCHORS)).astype(int)]


def _parts(length: int) -> Iterator[slice]:
    return (slice(start, start + AT_ONCE) for start in range(0, length, AT_ONCE))


def _solve(left: Any, right: Any) -> Any:
    """Solve in the very memory of the symmetric `left`: turned over it is the same, and laid out as LAPACK wants it."""
    factor = scipy.linalg.cho_factor(left.T, lower=True, overwrite_a=True, check_finite=False)
    return scipy.linalg.cho_solve(factor, right, check_finite=False)


def _near(cosines: Any) -> Any:
    return np.exp(np.float32(SHARPNESS) * (cosines - np.float32(1.0)))
