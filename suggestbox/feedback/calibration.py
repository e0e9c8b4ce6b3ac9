"""From scores to chances: how sure the model may be, and where it says that nothing fits.

What it learns from are scores of examples by models that had not seen them.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

CANDIDATES = 4
"""So many themes of a text, the best ones, are looked at closely."""

KEPT_IN_SCOPE = 0.925
"""A model for one theme per text declines as long as so many of the texts that have a theme are still told theirs."""

GIVEN_UP = 0.015
"""What a model that is not that good may lose by declining, where examples without a theme teach it to."""

HARDLY_ANYTHING = 0.002
"""What any model may lose by declining where no example lacks a theme: nothing but what looks like no example at all."""

KEPT_EMPTY = 0.97
"""A model for several themes per text tells none to so many of the texts that have none: a wrong theme costs trust."""

THRESHOLDS = np.arange(0.20, 0.85, 0.02)

FEWEST = 40
"""Fewer scored examples tell nothing; then every score is taken as it is."""


@dataclass
class Scores:
    """Scores of texts and themes: by spelling, by sense, and how near and how well known each text is."""

    spelled: Any
    sense: Any
    nearest: Any
    has_sense: Any

    def __len__(self) -> int:
        return len(self.spelled)

    def __getitem__(self, chosen: Any) -> "Scores":
        return Scores(self.spelled[chosen], self.sense[chosen], self.nearest[chosen], self.has_sense[chosen])

    @property
    def together(self) -> Any:
        return self.spelled + 2.0 * self.sense


def _ahead(scores: Any) -> Any:
    """How far each theme is ahead of the best other one."""
    if scores.shape[1] < 2:
        return np.zeros_like(scores)
    best_two = -np.partition(-scores, 1, axis=1)[:, :2]
    best, second = best_two[:, :1], best_two[:, 1:]
    return scores - np.where(scores >= best, second, best)


def _pairs(scores: Scores) -> Any:
    """What is told of each pair of text and theme: an array texts x themes x facts."""
    shape = scores.spelled.shape
    near = np.broadcast_to(scores.nearest[:, None], shape)
    facts = (
        scores.spelled, _ahead(scores.spelled), scores.sense, _ahead(scores.sense), near,
        np.minimum(scores.spelled, 0.0),
    )
    return np.stack(facts, axis=2)


@dataclass
class Curve:
    """A logistic curve over the facts of a pair."""

    weights: Any
    start: float

    def chances(self, scores: Scores) -> Any:
        return 1.0 / (1.0 + np.exp(-np.clip(_pairs(scores) @ self.weights + self.start, -30, 30)))


PLAIN = Curve(np.array([2.0, 0.5, 3.0, 0.5, 0.0, 0.0]), 0.0)
"""Where too few examples are there to calibrate with."""


def learn_curve(scores: Scores, themes: Any) -> Curve:
    """Give the curve from scores of unseen examples to how often the theme did fit."""
    if len(scores) < FEWEST:
        return PLAIN
    together = scores.together
    best = np.argsort(-together, axis=1, kind="stable")[:, :CANDIDATES]
    looked_at = themes > 0
    looked_at[np.arange(len(scores))[:, None], best] = True
    facts, fits = _pairs(scores)[looked_at], themes[looked_at] > 0
    if fits.all() or not fits.any():
        return PLAIN
    found = LogisticRegression(C=10.0, max_iter=1_000).fit(facts, fits)
    return Curve(found.coef_[0], float(found.intercept_[0]))


def best_threshold(chances: Any, themes: Any, *, always_one: bool) -> float:
    """Give the chance from which on a theme is told, so that micro F1 is best.

    Only thresholds count that leave KEPT_EMPTY of the texts without a theme alone; where none does, the strictest.
    """
    fits, found, best = themes > 0, float(THRESHOLDS[-1]), -1.0
    first = np.zeros_like(fits)
    first[np.arange(len(chances)), chances.argmax(axis=1)] = always_one
    without = chances[~fits.any(axis=1)].max(axis=1)
    for threshold in THRESHOLDS:
        if len(without) and (without < threshold).mean() < KEPT_EMPTY:
            continue
        told = (chances >= threshold) | first
        f1 = 2.0 * (told & fits).sum() / max(1, told.sum() + fits.sum())
        if f1 > best + 1e-9:
            found, best = float(threshold), f1
    return found


def declining_below(chances: Any, themes: Any) -> float:
    """Give the chance of the best theme below which a text is told that none fits."""
    in_scope = themes.any(axis=1)
    top = chances.argmax(axis=1)
    best = chances[np.arange(len(chances)), top]
    right = best[in_scope & (themes[np.arange(len(themes)), top] > 0)]
    all_told = len(right) / max(1, in_scope.sum())
    teaches = not in_scope.all()
    if all_told > KEPT_IN_SCOPE:
        kept = max(KEPT_IN_SCOPE, all_told - 0.03) if teaches else max(KEPT_IN_SCOPE, all_told - GIVEN_UP)
        kept = min(kept, all_told - HARDLY_ANYTHING)
    else:
        kept = all_told - (GIVEN_UP if teaches else HARDLY_ANYTHING)
    lost = int((all_told - kept) * in_scope.sum() + 1e-9)
    ordered = np.sort(right)
    return float(ordered[lost]) if lost < len(ordered) else 0.0
