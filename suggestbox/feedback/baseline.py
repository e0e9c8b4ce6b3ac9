"""The plain method the theme model is compared with: TF-IDF of words and letters, a linear support vector machine."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from .calibration import declining_below
from .measures import Told
from .theme_model import Example

FOLDS = 4


def plain_method(examples: Sequence[Example], texts: Sequence[str], *, with_polarity: bool) -> Told:
    """Give what the plain method tells of the texts, after training on the examples.

    Words alone and in pairs, letters in twos to fives, one machine per theme and one per pair of theme and polarity.
    Where no example has two themes the best theme is told, unless its score lies below a threshold found by
    cross-validation, by the same rule as the theme model's.
    """
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    learned = [example.text or "-" for example in examples]
    rows = sp.hstack([words.fit_transform(learned), letters.fit_transform(learned)], format="csr")
    asked = [text or "-" for text in texts]
    asked_rows = sp.hstack([words.transform(asked), letters.transform(asked)], format="csr")
    themes = _told(rows, [example.themes for example in examples], asked_rows)
    pairs: list[frozenset[Any]] = [frozenset() for _text in texts]
    if with_polarity:
        pairs = _told(rows, [frozenset(example.polarities) for example in examples], asked_rows)
    return Told(themes, pairs)


def _told(rows: Any, true: list[frozenset[Any]], asked: Any) -> list[frozenset[Any]]:
    labels = sorted({label for row in true for label in row}, key=str)
    fits = np.array([[label in row for label in labels] for row in true], dtype=float)
    scores = _scores(rows, fits, asked)
    if fits.sum(axis=1).max() > 1:
        told = scores > 0
    else:
        unseen, parts = np.zeros_like(fits), np.arange(len(fits)) % FOLDS
        for part in range(FOLDS):
            unseen[parts == part] = _scores(rows[parts != part], fits[parts != part], rows[parts == part])
        # Scores of machines lie on both sides of 0; a curve makes chances of them without changing their order.
        below = declining_below(1 / (1 + np.exp(-unseen)), fits)
        told = np.zeros(scores.shape, dtype=bool)
        told[np.arange(len(scores)), scores.argmax(axis=1)] = True
        told[1 / (1 + np.exp(-scores.max(axis=1))) < below] = False
    return [frozenset(labels[k] for k in np.flatnonzero(row)) for row in told]


def _scores(rows: Any, fits: Any, asked: Any) -> Any:
    found = np.full((asked.shape[0], fits.shape[1]), -1.0)
    for k in range(fits.shape[1]):
        if 0 < fits[:, k].sum() < len(fits):
            found[:, k] = LinearSVC(random_state=0).fit(rows, fits[:, k]).decision_function(asked)
    return found
