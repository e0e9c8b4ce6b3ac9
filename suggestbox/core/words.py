"""Words as search compares them: German and English, whatever the umlauts, the endings and the capitals.

Everything is made in Python and consists of [a-z0-9] only, so both databases index and find the very same thing.
"""

import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import Stemmer

GRAM = 4
"""Letters of a character gram: long enough to be rare, short enough to be inside a part of a compound."""

LONGEST = 40
"""Longer words are cut: they are addresses and ciphers, not words."""

_STEMMERS = threading.local()
_WORD = re.compile(r"[^\W_]+")
_LIGATURES = str.maketrans({"ß": "ss", "æ": "ae", "ø": "oe", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th"})
_UMLAUTS = (("ae", "a"), ("oe", "o"), ("ue", "u"))

COMMON_WORDS = """
    aber alle allem allen aller alles als also am an auch auf aus bei beim bin bis bist da damit dann das dass dem den
    denn der des die dies diese dieser dieses doch dort du durch ein eine einem einen einer eines er es etwas fur gar
    habe haben hat hier ich ihr im immer in ins ist ja kann kein keine konnen man mehr mich mir mit muss mussen nach
    nicht noch nun nur ob oder ohne sehr sein seine sich sie sind so soll sollte sollten uber um und uns unser unsere
    unter viel vom von vor war ware waren warum was weil wenn wer werden wie wieder wir wird wo wurde wurden zu zum zur
    a about all also an and any are as at be because been but by can could do does for from get had has have he her
    here his how i if in into is it its just like many more most my no not of on one or our out over she should so some
    such than that the their them then there these they this to too up us very was we were what when where which who
    why will with would you your
"""
STOPWORDS = frozenset(COMMON_WORDS.split())


def _stemmer(language: str) -> Any:
    """PyStemmer's objects are not safe to share between threads."""
    kept = _STEMMERS.__dict__
    if language not in kept:
        kept[language] = Stemmer.Stemmer(language)
    return kept[language]


def tokens(text: str) -> list[str]:
    """Give the words of a text in small letters, umlauts still in them."""
    text = unicodedata.normalize("NFC", text.replace("\u00ad", "")).casefold()
    return [word[:LONGEST] for word in _WORD.findall(text)]


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """Give a word in [a-z0-9]: "Müll", "Muell" and "mull" become the same. Empty when nothing is left."""
    plain = unicodedata.normalize("NFKD", word.casefold().translate(_LIGATURES))
    plain = "".join(ch for ch in plain if ch.isascii() and ch.isalnum())
    for long, short in _UMLAUTS:
        plain = plain.replace(long, short)
    return plain


@lru_cache(maxsize=50_000)
def stems_of(word: str) -> tuple[str, ...]:
    """Give the German and the English stem of a word, folded, each once, the German one first."""
    german = _stemmer("german")
    found = [german.stemWord(word), _stemmer("english").stemWord(word)]
    if len(word) >= 8 and word.endswith(("ert", "elt")):  # verbessert: as verbessern, which Snowball leaves apart
        found.append(german.stemWord(word[:-1] + "n"))
    return tuple(dict.fromkeys(stem for stem in (fold(one) for one in found) if stem))


def grams_of(word: str) -> list[str]:
    """Give the character grams of a folded word, in order, each once."""
    return list(dict.fromkeys(word[n : n + GRAM] for n in range(len(word) - GRAM + 1)))


def is_common(word: str) -> bool:
    """Say whether a word is too common to tell ideas apart."""
    return fold(word) in STOPWORDS


def all_stems(words: Iterable[str]) -> list[str]:
    """Give all stems of the words, each once."""
    return list(dict.fromkeys(stem for word in words for stem in stems_of(word)))


def all_grams(words: Iterable[str]) -> list[str]:
    """Give all grams of the words that are long enough to be compounds, each once."""
    return list(dict.fromkeys(gram for word in set(words) for gram in grams_of(fold(word))))


def splits_of(word: str) -> Iterator[tuple[str, str]]:
    """Give the stems of every way to cut a compound in two, e.g. ("palett", "lag") for "Palettenlager"."""
    plain = fold(word)
    for cut in range(4, len(plain) - 3):
        left, right = plain[:cut], plain[cut:]
        yield stems_of(left)[0], stems_of(right)[0]
