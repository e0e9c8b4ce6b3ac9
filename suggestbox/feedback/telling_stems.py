"""The stems of a text that can tell what it is about: common words, addresses and numbers left out."""

import re
from collections import Counter

from suggestbox.core.words import LONGEST, is_common, stems_of

_WORD = re.compile(r"[^\W\d_]{3,}")
_NO_WORD = re.compile(r"https?://\S+|[@#]\w+|\S+@\S+")


def stems_in(text: str, written: dict[str, Counter[str]] | None = None) -> set[str]:
    """Give the stems of a text that can tell something, and count in `written` how they were written."""
    found = set()
    for word in _WORD.findall(_NO_WORD.sub(" ", text)):
        if is_common(word):
            continue
        stems = stems_of(word.casefold()[:LONGEST])
        if not stems or len(stems[0]) < 3:
            continue
        found.add(stems[0])
        if written is not None:
            written[stems[0]][word] += 1
    return found
