"""The catalogue read backwards: finds texts of one language on a page of the other."""

import re
from functools import lru_cache

from suggestbox.core import messages

SHORTEST = 13
"""Shorter texts ("Status", "Information") may well be the same or part of another word."""

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


@lru_cache
def foreign_texts(language: str) -> tuple[tuple[str, re.Pattern[str] | None], ...]:
    """Give what must not stand on a page in `language`: (text, pattern where names are filled in)."""
    pairs = []
    for message in messages.read_catalogue("de"):
        texts = [message.id, message.string] if isinstance(message.id, str) else zip(message.id, message.string)
        pairs += [texts] if isinstance(message.id, str) else [list(pair) for pair in texts]
    english = {pair[0] for pair in pairs if pair[0]}
    german = {pair[1] for pair in pairs if pair[1]}
    wrong = {(pair[0] if language == "de" else pair[1]) for pair in pairs if pair[0] and pair[1] and pair[0] != pair[1]}
    wrong -= german if language == "de" else english
    return tuple((text, _pattern(text)) for text in sorted(wrong) if len(PLACEHOLDER.sub("", text)) >= SHORTEST)


def _pattern(text: str) -> re.Pattern[str] | None:
    if not PLACEHOLDER.search(text):
        return None
    parts = [re.escape(part) for part in PLACEHOLDER.split(text)]
    return re.compile(".{1,120}?".join(parts), re.S)


def foreign_words(page_texts: list[str], language: str) -> list[str]:
    """Give the catalogue's texts of the other language that stand among the texts of a page.

    Takes   page_texts: what can be read or heard on it, text by text
    """
    everything = "\n".join(" ".join(text.split()) for text in page_texts)
    return [
        text for text, pattern in foreign_texts(language)
        if (pattern.search(everything) if pattern else text in everything)
    ]
