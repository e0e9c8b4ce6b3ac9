"""What the theme model sees of a text: its words, runs of letters in them, and for English the vectors of its words."""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import TfidfVectorizer

from suggestbox.core.words import fold, stems_of, tokens

from . import vectors
from .opinions import opinions_in

LONGEST_TEXT = 5_000
"""Of longer texts only so many characters are read."""

MOST_WORDS, MOST_GRAMS = 30_000, 50_000
"""The most common so many words (and pairs) and runs of letters count: it keeps the model below its memory."""

TELLING = 700_000
"""Texts of so many characters together, spread over all, tell which words there are and how rare each is."""

SHORTER, SHORTER_TONE, FEWER_GRAMS = (3, 5), (2, 4), 20_000
"""Where there are more texts than that, so many shorter runs of letters are enough, and quicker."""

AT_ONCE = 1_000

SIGNS_COUNT, THEME_COUNTS = 0.3, 0.5
"""Weight of signs and of the theme beside words and grams, each a row of length one, in the tone of a text."""

EMPTY = "-"
"""What stands for a text without a letter."""

GERMAN_WORDS = """
    der die das den dem des ein eine einen einem einer und ist nicht ich wir ihr sie es mit von zu auf im am bei nach seit
    wird werden wurde sind hat haben habe kein keine auch noch nur aber oder wenn dass daß für über mein meine man wie
    warum wieder zum zur aus vom bis schon mal heute bitte danke sehr
"""
ENGLISH_WORDS = """
    the a an and is are not i my me you your it its of to in on for with from by at this that these be been have has had
    do does did can could would will what why how when where which there any if or but as was were still
"""
GERMAN, ENGLISH = frozenset(GERMAN_WORDS.split()), frozenset(ENGLISH_WORDS.split())
"""The commonest words tell the language of a text."""


def is_english(text: str, usual: bool) -> bool:
    """Say whether a text is English rather than German; `usual` where its words do not tell."""
    words = tokens(text[:LONGEST_TEXT])
    english = sum(word in ENGLISH for word in words)
    german = sum(word in GERMAN for word in words)
    return english > german if english != german else usual


def name_as_text(name: str) -> str:
    """Give the words in the name of a theme: "Aufzug#Betrieb", "card_payment" and "Post: late parcel" tell something."""
    parted = re.sub(r"([a-zäöüß])([A-ZÄÖÜ])", r"\1 \2", name)
    return re.sub(r"[\W_]+", " ", parted).strip()


def _stems(text: str, *, english: bool) -> list[str]:
    found = [stems_of(word) for word in tokens(text)]
    return [stems[-1 if english and len(stems) == 2 else 0] for stems in found if stems]


def words_and_pairs(marked: str) -> list[str]:
    """Give the stems of a text and the pairs of neighbours. Its first letter says the language: see `Features`."""
    stems = _stems(marked[1:], english=marked[0] == "e") or [EMPTY]
    return stems + [f"{one} {next_one}" for one, next_one in pairwise(stems)]


def folded(text: str) -> str:
    """Give the words of a text in [a-z0-9], parted by blanks."""
    return " ".join(filter(None, (fold(word) for word in tokens(text))))


@dataclass
class Rows:
    """Texts as numbers: `spelled`, a sparse row per text, and `sense`, its vector (zeros where there is none)."""

    spelled: Any
    sense: Any

    def __len__(self) -> int:
        return int(self.spelled.shape[0])

    def __getitem__(self, chosen: Any) -> "Rows":
        return Rows(self.spelled[chosen], self.sense[chosen])


class Features:
    """Texts as rows of numbers. `learn` finds which words and runs of letters there are; afterwards nothing changes."""

    def __init__(self) -> None:
        self.usually_english = False
        self.width = 0
        self.words = TfidfVectorizer(analyzer=words_and_pairs, sublinear_tf=True, max_features=MOST_WORDS)
        self.grams = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(3, 6), binary=True, min_df=2, max_features=MOST_GRAMS, lowercase=False
        )

    def learn(self, texts: list[str]) -> Rows:
        """Give the rows of the texts that the model is trained on."""
        votes = Counter(is_english(text, False) for text in texts)
        self.usually_english = votes[True] > votes[False]
        self.width = vectors.width() if votes[True] else 0
        telling = _spread(texts)
        if len(telling) < len(texts):
            self.grams.set_params(ngram_range=SHORTER, max_features=FEWER_GRAMS)
        self.words.fit(self._marked(telling))
        # With something that occurs twice, for a beginning with a handful of examples.
        self.grams.fit([*(folded(text) or EMPTY for text in telling), EMPTY, EMPTY])
        return self.rows(texts)

    def rows(self, texts: list[str]) -> Rows:
        """Give the rows of any texts, by what was learned."""
        sense, spelled = np.zeros((len(texts), self.width), dtype=np.float32), []
        for start in range(0, max(1, len(texts)), AT_ONCE):
            marked = self._marked(texts[start : start + AT_ONCE])
            grams = self.grams.transform([folded(text) or EMPTY for text in (text[1:] for text in marked)])
            spelled.append(sp.hstack([self.words.transform(marked), grams], format="csr", dtype=np.float64))
            english = [n for n, text in enumerate(marked) if text[0] == "e"]
            if self.width and english:
                sense[[start + n for n in english]] = vectors.vectors_of([marked[n][1:] for n in english])
        return Rows(sp.vstack(spelled, format="csr"), sense)

    def _marked(self, texts: list[str]) -> list[str]:
        usual = self.usually_english
        return [("e" if is_english(text, usual) else "g") + text for text in (text[:LONGEST_TEXT] for text in texts)]


class Tone:
    """Texts as rows of numbers for their polarity: words as they stand, signs, opinion words, and what it is about."""

    def __init__(self, themes: list[str]) -> None:
        self.themes = themes
        self.words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, max_features=MOST_WORDS)
        self.grams = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, max_features=MOST_GRAMS
        )

    def learn(self, texts: list[str]) -> Any:
        """Give the rows of the texts that the model is trained on."""
        telling = _spread(texts)
        if len(telling) < len(texts):
            self.grams.set_params(ngram_range=SHORTER_TONE, max_features=FEWER_GRAMS)
        short = [text[:LONGEST_TEXT] or EMPTY for text in telling]
        self.words.fit([*short, "nothing"])
        self.grams.fit(short)
        return self.rows(texts)

    def rows(self, texts: list[str]) -> Any:
        """Give the rows of any texts, by what was learned."""
        short = [text[:LONGEST_TEXT] or EMPTY for text in texts]
        return self._rows(short, self.words.transform(short), self.grams.transform(short))

    def _rows(self, texts: list[str], words: Any, grams: Any) -> Any:
        signs = np.array([_signs(text) for text in texts], dtype=np.float64).reshape(len(texts), -1)
        return sp.hstack([words, grams, sp.csr_matrix(SIGNS_COUNT * signs)], format="csr", dtype=np.float64)

    def with_theme(self, rows: Any, places: list[int]) -> Any:
        """Give the rows with the theme each is asked about, by its place among the themes."""
        about = np.zeros((len(places), len(self.themes)))
        about[np.arange(len(places)), places] = THEME_COUNTS
        return sp.hstack([rows, sp.csr_matrix(about)], format="csr")


def _spread(texts: list[str]) -> list[str]:
    """As many of the texts, evenly taken, as have TELLING characters together."""
    length = sum(min(len(text), LONGEST_TEXT) for text in texts)
    if length <= TELLING:
        return texts
    count = max(1, len(texts) * TELLING // length)
    return [texts[int(n)] for n in np.linspace(0, len(texts) - 1, count)]


def _signs(text: str) -> list[float]:
    """What is not a word but has a tone: opinions counted, exclamation marks, links, digits, length."""
    found = Counter(opinions_in(tokens(text)))
    praise, blame = found["praise"], found["blame"]
    counted = [float(min(3, found[name])) for name in ("praise", "blame", "denied praise", "denied blame")]
    seen = (
        praise > blame, blame > praise, not found, "!" in text, "?" in text, "http" in text, text.startswith("RT "),
        text.startswith(("@", ".@")), "#" in text, '"' in text or "„" in text, "…" in text or "..." in text,
        any("\U0001f300" <= sign < "\U0001fb00" for sign in text), any(sign.isdigit() for sign in text),
    )
    return [*counted, *map(float, seen), min(1.0, len(text) / 300)]
