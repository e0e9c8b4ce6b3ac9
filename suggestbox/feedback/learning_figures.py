"""How good a model is on the items held back: F1, each theme, whether its percentages mean what they say."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from .judged import Limits, verdict
from .measures import Told, measures
from .theme_model import Example, Guess, ThemeModel

STEPS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.000001)
"""Between two of these, chances are looked at together."""


def figures_of(
    model: ThemeModel, held_back: Sequence[Example], theme_ids: dict[str, int], limits: Limits
) -> dict[str, Any]:
    """Give the figures, as they are kept with the learning.

    Gives   themes, themes_with_polarity: micro_f1 and macro_f1;  none_recall, in_scope_accuracy
            by_theme: [theme id, confirmed, told, right];  calibration: [from, to, mean chance, right share, count]
            alone: items decided without a person, share of all, and the share of these that was right
    """
    rows = model.guesses([example.text for example in held_back])
    true = Told([example.themes for example in held_back], [frozenset(example.polarities) for example in held_back])
    told = Told(
        [frozenset(guess.theme for guess in row if guess.fits) for row in rows],
        [frozenset((guess.theme, guess.polarity) for guess in row if guess.fits) for row in rows],
    )
    found = measures(true, told, with_polarity=any(example.polarities for example in held_back))
    found["by_theme"] = _by_theme(true, told, theme_ids)
    found["calibration"] = _calibration(held_back, rows)
    found["alone"] = _alone(held_back, rows, limits)
    found["themes_that_were_there"] = len({theme for themes in true.themes for theme in themes})
    return found


def _by_theme(true: Told, told: Told, theme_ids: dict[str, int]) -> list[list[int]]:
    confirmed, said, right = Counter[Any](), Counter[Any](), Counter[Any]()
    for one, other in zip(true.themes, told.themes, strict=True):
        confirmed.update(one)
        said.update(other)
        right.update(one & other)
    return [[theme_ids[t], confirmed[t], said[t], right[t]] for t in sorted(theme_ids) if confirmed[t] or said[t]]


def _calibration(held_back: Sequence[Example], rows: Sequence[Sequence[Guess]]) -> list[list[float]]:
    """Every guess among the best three counts once: with what it said, and whether it was right."""
    pairs = [(guess.chance, guess.theme in example.themes)
             for example, row in zip(held_back, rows, strict=True) for guess in row]
    found = []
    for low, high in pairwise(STEPS):
        inside = [(chance, right) for chance, right in pairs if low <= chance < high]
        if inside:
            said = sum(chance for chance, _right in inside) / len(inside)
            share = sum(right for _chance, right in inside) / len(inside)
            found.append([low, min(high, 1.0), round(said, 4), round(share, 4), len(inside)])
    return found


def _alone(held_back: Sequence[Example], rows: Sequence[Sequence[Guess]], limits: Limits) -> dict[str, int]:
    verdicts = [verdict(row, limits) for row in rows]
    alone = [(v, example) for v, example in zip(verdicts, held_back, strict=True) if v.state == "told"]
    right = sum(frozenset(guess.theme for guess in v.assigned) == example.themes for v, example in alone)
    assigned = [(guess, example) for v, example in zip(verdicts, held_back, strict=True) for guess in v.assigned]
    return {
        "items": len(held_back), "alone": len(alone), "alone_right": right,
        "assigned": len(assigned), "assigned_right": sum(guess.theme in example.themes for guess, example in assigned),
    }
