"""How good the theme model is: trained on one file, asked about another, and compared with the plain method."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .example_files import read_examples
from .measures import Told, differences, measures
from .theme_model import Example, train


def evaluate(train_path: Path, test_path: Path, *, with_baseline: bool) -> dict[str, Any]:
    """Give the figures of a model trained on one file and asked about the other.

    Takes   with_baseline: also those of the plain method, and how sure the differences are
    Raises  Invalid or TooMuch for files that cannot be used, with the line
    """
    learned, asked = read_examples(train_path), read_examples(test_path)
    start = time.perf_counter()
    model = train(learned.examples)
    seconds = time.perf_counter() - start
    with_polarity = asked.has_polarities and bool(model.polarity or model.only_polarity)
    texts = [example.text for example in asked.examples]
    true, told = _true(asked.examples), _told(model, texts)
    found = measures(true, told, with_polarity=with_polarity)
    found["train_seconds"] = round(seconds, 2)
    found["train_items"], found["test_items"] = len(learned.examples), len(texts)
    if with_baseline:
        from .baseline import plain_method

        plain = plain_method(learned.examples, texts, with_polarity=with_polarity)
        found["baseline"] = measures(true, plain, with_polarity=with_polarity)
        found["difference"] = differences(true, told, plain, with_polarity=with_polarity)
    return found


def _true(examples: Sequence[Example]) -> Told:
    return Told([example.themes for example in examples], [frozenset(example.polarities) for example in examples])


def _told(model: Any, texts: list[str]) -> Told:
    rows = model.fitting(texts)
    return Told(
        [frozenset(guess.theme for guess in row) for row in rows],
        [frozenset((guess.theme, guess.polarity) for guess in row) for row in rows],
    )
