"""The catalogue read backwards: finds texts of one language on a page of the other."""

import re
from dataclasses import dataclass
from functools import lru_cache

from suggestbox.core import messages

SHORTEST = 13
"""Shorter texts ("Status", "Information") may well be the same or part of another word."""

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


@dataclass(frozen=True)
class Text:
    """A text of the catalogue; `part` is its longest piece without names filled in."""

    words: str
    part: str
    pattern: re.Pattern[str] | None

    def stands_in(self, page: str) -> bool:
        """Say whether the page says this."""
        return self.part in page and (self.pattern is None or self.pattern.search(page) is not None)


@lru_cache
def foreign_texts(language: str) -> tuple[Text, ...]:
    """Give what must not stand on a page in `language`: texts of the other language that read differently in this."""
    own, other = set(), set()
    for message in messages.read_catalogue("de"):
        english, german = ([one] if isinstance(one, str) else list(one) for one in (message.id, message.string))
        for pair in zip(english, german, strict=False):
            mine, theirs = reversed(pair) if language == "de" else pair
            own.add(mine)
            other.add(theirs)
    return tuple(_text(words) for words in sorted(other - own) if len(PLACEHOLDER.sub("", words)) >= SHORTEST)


def _text(words: str) -> Text:
    parts = PLACEHOLDER.split(words)
    filled_in = re.compile(".{1,120}?".join(map(re.escape, parts)), re.S) if len(parts) > 1 else None
    return Text(words, max(parts, key=len), filled_in)


def foreign_words(page_texts: list[str], language: str) -> list[str]:
    """Give the catalogue's texts of the other language that stand among the texts of a page.

    Takes   page_texts: what can be read or heard on it, text by text
    """
    page = "\n".join(" ".join(text.split()) for text in page_texts)
    return [text.words for text in foreign_texts(language) if text.stands_in(page)]
