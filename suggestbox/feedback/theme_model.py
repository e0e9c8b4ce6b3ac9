"""The theme model: which themes a text has, and with which polarity, learned from what people confirmed.

A text is scored for every theme by its spelling (a linear support vector machine per theme over words and runs of
letters; theme names count as examples) and, in English, by its sense (`sense.py`). Scores of examples by models that had
not seen them teach how sure the model may be (`calibration.py`). Polarity has a model of its own over the tone of the
text. The same examples in the same order always make the same model.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from suggestbox.core.errors import Invalid

from .calibration import Curve, Scores, best_threshold, declining_below, learn_curve
from .features import Features, Rows, Tone, name_as_text
from .sense import Sense, learn_sense

FOLDS = 4
"""Examples are scored by models that had not seen them, in so many turns; in one turn where there are many examples."""

MANY = 5_000

STRICTNESS, TONE_STRICTNESS = 2.0, 1.0
"""How much an example on the wrong side of the line weighs."""

SURE, SURE_OF_POLARITY = 0.8, 0.75
"""From so good a chance on, nobody need look: a setting may say otherwise."""


@dataclass(frozen=True)
class Example:
    """A text and what people said about it: its themes (none: no theme fits), and the polarity of some of them."""

    text: str
    themes: frozenset[str] = frozenset()
    polarities: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Guess:
    """One theme a text may have. `fits` says whether it is told; otherwise it is only one of the best guesses."""

    theme: str
    chance: float
    polarity: str = ""
    polarity_chance: float = 0.0
    fits: bool = False

    @property
    def sure(self) -> bool:
        return self.fits and self.chance >= SURE


@dataclass
class Lines:
    """A line per class through the space of rows."""

    weights: Any
    starts: Any

    def scores(self, rows: Any) -> Any:
        return np.asarray(rows @ self.weights.T) + self.starts


@dataclass
class Polarity:
    """How the tone of a text is read."""

    names: list[str]
    tone: Tone
    lines: Lines
    weights: Any
    starts: Any

    def chances(self, texts: list[str], places: list[int]) -> Any:
        """Give a chance per text and polarity, each text asked about the theme at its place."""
        scores = self.lines.scores(self.tone.with_theme(self.tone.rows(texts), places))
        return _shares(scores @ self.weights.T + self.starts)


@dataclass
class ThemeModel:
    """What was learned. `one_each` says that every example had one theme at most; `only_polarity` is the polarity of all of
    them, where there is nothing to tell apart."""

    themes: list[str]
    features: Features
    lines: Lines
    sense: Sense | None
    curves: tuple[Curve, Curve]
    threshold: float
    none_below: float
    one_each: bool
    polarity: Polarity | None = None
    only_polarity: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    def guesses(self, texts: Sequence[str], *, best: int = 3) -> list[list[Guess]]:
        """Give for each text the themes that fit, and further ones until there are `best`; the likeliest first."""
        texts = list(texts)
        if not texts:
            return []
        chances = _chances(self.curves, _scores(self.lines, self.sense, self.features.rows(texts)))
        told = _told(chances, self.threshold, self.none_below, one_each=self.one_each)
        order = np.argsort(-chances, axis=1, kind="stable")
        kept = [[k for place, k in enumerate(row) if place < best or told[n, k]] for n, row in enumerate(order)]
        tones = self._tones(texts, kept)
        found = []
        for n, places in enumerate(kept):
            row = []
            for k in places:
                polarity, chance = next(tones) if tones is not None else (self.only_polarity, 0.0)
                row.append(Guess(self.themes[k], float(chances[n, k]), polarity, chance, bool(told[n, k])))
            found.append(sorted(row, key=lambda guess: not guess.fits))
        return found

    def fitting(self, texts: Sequence[str]) -> list[list[Guess]]:
        """Give for each text the themes that fit; an empty list says that none does."""
        return [[guess for guess in row if guess.fits] for row in self.guesses(texts, best=1)]

    def _tones(self, texts: list[str], kept: list[list[int]]) -> Any:
        if self.polarity is None:
            return None
        names = self.polarity.names
        asked = [texts[n] for n, places in enumerate(kept) for _k in places]
        chances = self.polarity.chances(asked, [k for places in kept for k in places])
        best = chances.argmax(axis=1)
        return iter([(names[p], float(row[p])) for p, row in zip(best, chances, strict=True)])


def train(examples: Sequence[Example]) -> ThemeModel:
    """Give a model that learned from the examples.

    Raises  Invalid when they hold no theme, or nothing else than one theme
    """
    themes = sorted({theme for example in examples for theme in example.themes})
    place = {theme: k for k, theme in enumerate(themes)}
    fits = np.zeros((len(examples), len(themes)))
    for n, example in enumerate(examples):
        fits[n, [place[theme] for theme in example.themes]] = 1.0
    if not themes or (len(themes) == 1 and fits.all()):
        raise Invalid("There is nothing to learn: the examples need two themes, or one and texts without it.",
                      reason="nothing_to_learn")
    one_each = bool(fits.sum(axis=1).max() <= 1)
    texts, names = [example.text for example in examples], [name_as_text(theme) for theme in themes]
    features = Features()
    rows = features.learn([*texts, *names])
    with_names = np.vstack([fits, np.eye(len(themes))])
    unseen, seen_fits = _score_unseen(rows, with_names, _folds(fits), one_each=one_each)
    curves = _learn_curves(unseen, seen_fits)
    chances = _chances(curves, unseen)
    always_one = bool(fits.any(axis=1).all())
    none_below = declining_below(chances, seen_fits) if one_each or always_one else 0.0
    threshold = 1.0 if one_each else best_threshold(chances, seen_fits, always_one=always_one)
    if not one_each and not always_one:
        none_below = threshold
    lines, sense = _learn(rows, with_names, one_each=one_each)
    del rows, unseen  # before the next large matrices are made
    model = ThemeModel(themes, features, lines, sense, curves, threshold, none_below, one_each)
    polarities = {polarity for example in examples for _theme, polarity in example.polarities}
    model.only_polarity = polarities.pop() if len(polarities) == 1 else ""
    model.polarity = _learn_polarity(examples, place)
    model.facts = {"examples": len(examples), "without_theme": int((~fits.any(axis=1)).sum())}
    return model


def _told(chances: Any, threshold: float, none_below: float, *, one_each: bool) -> Any:
    told = chances >= threshold if not one_each else np.zeros(chances.shape, dtype=bool)
    told[np.arange(len(chances)), chances.argmax(axis=1)] = True
    told[chances.max(axis=1) < none_below] = False
    return told


def _folds(fits: Any) -> list[Any]:
    """Parts of the examples, each with its share of every theme: dealt out theme by theme, like cards."""
    order = np.lexsort((np.arange(len(fits)), fits.argmax(axis=1), fits.any(axis=1)))
    parts = [np.sort(order[start::FOLDS]) for start in range(min(FOLDS, len(fits)))]
    return parts if len(fits) <= MANY else parts[:1]


def _score_unseen(rows: Rows, fits: Any, folds: list[Any], *, one_each: bool) -> tuple[Scores, Any]:
    """Score examples by models that had not seen them; give the scores and which themes these examples have.

    Takes   rows, fits: the examples, then a row per theme's name, which every model may see
    """
    found = []
    for part in folds:
        seen = np.setdiff1d(np.arange(len(fits)), part)
        lines, sense = _learn(rows[seen], fits[seen], one_each=one_each)
        found.append(_scores(lines, sense, rows[part]))
    together = Scores(*(np.concatenate([getattr(one, name) for one in found]) for name in Scores.__dataclass_fields__))
    return together, np.concatenate([fits[part] for part in folds])


def _learn(rows: Rows, fits: Any, *, one_each: bool) -> tuple[Lines, Sense | None]:
    """Learn the lines and the sense of all themes."""
    lines = _learn_lines(rows.spelled, fits, one_each=one_each)
    has = rows.sense.any(axis=1)
    if not has.any():
        return lines, None
    return lines, learn_sense(rows.sense if has.all() else rows.sense[has], fits if has.all() else fits[has])


def _learn_lines(rows: Any, fits: Any, *, one_each: bool) -> Lines:
    """A line per theme, between the texts that have it and all others."""
    count = fits.shape[1]
    if one_each and count > 2:  # all at once is quicker; texts without a theme are a class of their own
        which = np.where(fits.any(axis=1), fits.argmax(axis=1), count)
        exactness = 0.05 if rows.shape[0] <= MANY else 0.2
        machine = LinearSVC(C=STRICTNESS, tol=exactness, random_state=0).fit(rows, which)
        return Lines(machine.coef_[:count].astype(np.float32), machine.intercept_[:count].copy())
    weights, starts = np.zeros((count, rows.shape[1]), dtype=np.float32), np.zeros(count)
    for k in range(count):
        if fits[:, k].all():  # nothing to tell apart
            starts[k] = 1.0
            continue
        machine = LinearSVC(C=STRICTNESS, class_weight="balanced", tol=0.05, random_state=0).fit(rows, fits[:, k])
        weights[k], starts[k] = machine.coef_[0], machine.intercept_[0]
    return Lines(weights, starts)


def _scores(lines: Lines, sense: Sense | None, rows: Rows) -> Scores:
    spelled = lines.scores(rows.spelled)
    has = rows.sense.any(axis=1) if sense is not None else np.zeros(len(rows), dtype=bool)
    by_sense, nearest = np.zeros_like(spelled), np.zeros(len(rows))
    if sense is not None and has.any():
        by_sense[has], nearest[has] = sense.scores(rows.sense[has])
    return Scores(spelled, by_sense, nearest, has)


def _learn_curves(scores: Scores, fits: Any) -> tuple[Curve, Curve]:
    """A curve for texts without a vector and one for those with it."""
    without, having = ~scores.has_sense, scores.has_sense
    return learn_curve(scores[without], fits[without]), learn_curve(scores[having], fits[having])


def _chances(curves: tuple[Curve, Curve], scores: Scores) -> Any:
    without, having = (curve.chances(scores) for curve in curves)
    return np.where(scores.has_sense[:, None], having, without)


# -- polarity ----------------------------------------------------------------------------------------------------------


def _learn_polarity(examples: Sequence[Example], place: dict[str, int]) -> Polarity | None:
    said = [
        (example.text, place[theme], polarity)
        for example in examples
        for theme, polarity in example.polarities
        if theme in place
    ]
    names = sorted({polarity for _text, _place, polarity in said})
    if len(names) < 2:
        return None
    tone = Tone(sorted(place, key=lambda theme: place[theme]))
    rows = tone.with_theme(tone.learn([text for text, _place, _polarity in said]), [k for _text, k, _polarity in said])
    which = np.array([names.index(polarity) for _text, _place, polarity in said])
    part = np.arange(len(said)) % FOLDS
    unseen = np.full((len(said), len(names)), -1.0)
    for fold in range(FOLDS):
        others = which[part != fold]
        if len(set(others)) == len(names):
            unseen[part == fold] = _learn_tone(rows[part != fold], others).scores(rows[part == fold])
    curve = LogisticRegression(C=10.0, max_iter=1_000).fit(unseen, which)
    weights, starts = curve.coef_, curve.intercept_
    if len(names) == 2:  # scikit-learn keeps one row for two classes
        weights, starts = np.vstack([-weights[0], weights[0]]) / 2, np.array([-starts[0], starts[0]]) / 2
    return Polarity(names, tone, _learn_tone(rows, which), weights, starts)


def _learn_tone(rows: Any, which: Any) -> Lines:
    classes = int(which.max()) + 1
    weights, starts = np.zeros((classes, rows.shape[1]), dtype=np.float32), np.zeros(classes)
    for k in range(classes):
        machine = LinearSVC(C=TONE_STRICTNESS, tol=0.01, random_state=0).fit(rows, which == k)
        weights[k], starts[k] = machine.coef_[0], machine.intercept_[0]
    return Lines(weights, starts)


def _shares(scores: Any) -> Any:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)
