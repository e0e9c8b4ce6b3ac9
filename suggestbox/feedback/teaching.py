"""The heavy part of learning, in a process that knows neither the database nor any page: it leaves room for the model.

Run as a program: a lesson as JSON on standard input, what came of it as JSON on standard output; the model goes into a
file. In between nothing is written and nobody is asked.
"""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from suggestbox.core.errors import Invalid

from .judged import Limits
from .learning_figures import figures_of
from .theme_model import Example, ThemeModel, train
from .theme_store import save_model

ALL_BELOW = 6_000
"""Up to so many examples the model in use learns from the held-back tenth too, after the figures; with more it would hardly
gain, and is the very model the figures are about."""

FEWEST_HELD_BACK = 10
"""Figures from fewer held-back items would be chance."""

FEW = 10
"""A theme with fewer confirmed items is learned from its name and example sentences, too."""


def teach(given: dict[str, Any]) -> dict[str, Any]:
    """Learn from a lesson and give what came of it.

    Takes   taught, held_back, described: [text, themes, [theme, polarity] pairs];  theme_ids: by the themes' names
            limits: three chances;  path: of the model's file
    Gives   themes (none: too little to learn from), figures
    """
    found: dict[str, Any] = {"themes": [], "figures": {}}
    taught, held_back, described = (
        [_example(row) for row in given[name]] for name in ("taught", "held_back", "described"))
    given["taught"] = given["held_back"] = None  # two of each would not fit beside a large model
    if taught:
        try:
            model, found["figures"] = _train(taught, held_back, described, given["theme_ids"], Limits(*given["limits"]))
        except Invalid as too_little:
            if too_little.reason != "nothing_to_learn":
                raise
        else:
            model.facts["theme_ids"] = {key: given["theme_ids"][key] for key in model.themes}
            found["themes"] = model.themes
            save_model(model, Path(given["path"]))
    return found


def _example(row: list[Any]) -> Example:
    text, themes, pairs = row
    return Example(text, frozenset(themes), tuple((theme, polarity) for theme, polarity in pairs))


def _train(
    taught: list[Example], held_back: list[Example], described: list[Example], theme_ids: dict[str, int], limits: Limits
) -> tuple[ThemeModel, dict[str, Any]]:
    """Give the model for use, and the figures of the one that had not seen the held-back items."""
    often = Counter(theme for example in taught for theme in example.themes)
    described = [example for example in described if all(often[theme] < FEW for theme in example.themes)]
    everything = bool(held_back) and len(taught) + len(held_back) <= ALL_BELOW
    figures: dict[str, Any] = {}
    try:
        model = train([*described, *taught])
    except Invalid:
        if not everything:
            raise
        return train([*described, *taught, *held_back]), figures
    if len(held_back) >= FEWEST_HELD_BACK:
        figures = figures_of(model, held_back, theme_ids, limits)
    if everything:
        del model
        model = train([*described, *taught, *held_back])
    return model, figures


def main() -> None:
    """Read standard input, write standard output."""
    json.dump(teach(json.load(sys.stdin)), sys.stdout)


if __name__ == "__main__":
    main()
