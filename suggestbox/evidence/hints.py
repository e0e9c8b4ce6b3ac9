"""Themes that fit what somebody is typing, with how many customers say it: a few that fit, rather none than wrong ones.

Words are compared by their stems, German compounds in their parts, against the words the model found telling
(`ThemeWord`), the names of themes, and their examples; so a house without a model has hints too. The words of all themes
are kept in memory until a theme or its words change.
"""

import math
import re
import time
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import current_app

from suggestbox.core.database import db
from suggestbox.core.words import is_common, splits_of, stems_of, tokens
from suggestbox.feedback.landscape import Landscape, ThemeBrief, landscape
from suggestbox.feedback.models import Learning, Theme, ThemeWord
from suggestbox.feedback.theme_words import stems_in

from .voices import Evidence, Voices, quotes_of, voices_of

MOST = 3
MOST_WORDS = 80
"""Further words of a text are ignored."""

IN_A_COMPOUND, AT_ITS_END = 0.6, 0.4
"""What a match counts where the word is only part of a longer one: as its beginning, or as what it only ends with."""

_NO_WORD = re.compile(r"https?://\S+|[@#]\w+|[^\s@]{1,64}@\S+")

SHORTEST_STEM = 3
SHORTEST_PART = 5
"""Shorter parts of words are not looked for: they are inside too many."""

NO_MORE_THAN_CHANCE = 1.0
"""So much of a word's weight is not counted: many words that tell little would tell much together."""

WHOLE_NAME = 1.8
"""On top, where the whole name of the theme is in the text; less where half of it is."""

USUAL_LENGTH = 6
"""Different words of a short text. In a longer one more words fit by chance."""

FROM_NAME, FROM_EXAMPLE = 6.4, 3.0
"""Weights of a word of the name (divided among several) and of the examples, before anything was learned."""

ENOUGH, BY_FAR = 5.0, 0.6
"""So well a theme has to fit, by itself and beside the best one. Measured: see docs/decisions."""


@dataclass
class Index:
    """The words of themes: stem -> theme -> how much it speaks for it, as the logarithm of a ratio of chances."""

    weights: dict[str, dict[int, float]] = field(default_factory=lambda: defaultdict(dict))
    names: dict[int, list[frozenset[str]]] = field(default_factory=lambda: defaultdict(list))
    _sorted: list[str] = field(default_factory=list)
    _backwards: list[str] = field(default_factory=list)

    def add(self, theme_id: int, stem: str, weight: float) -> None:
        """Let a stem speak for a theme; the strongest reason counts."""
        themes, counts = self.weights[stem], weight - NO_MORE_THAN_CHANCE
        themes[theme_id] = max(themes.get(theme_id, 0.0), counts)

    def close(self) -> "Index":
        """Sort the stems, so that longer ones with a part in them are found; give the index."""
        long = [stem for stem in self.weights if len(stem) >= SHORTEST_PART + 3]
        self._sorted, self._backwards = sorted(long), sorted(stem[::-1] for stem in long)
        return self

    def of_word(self, word: str) -> tuple[dict[int, float], set[str]]:
        """Give the themes a written word speaks for, and the stems by which it was found.

        Itself; else its own two parts, or a longer word that begins with it; else one that only ends with it.
        """
        stems = stems_of(word)
        found, by = self._together(stems, 1.0)
        if not found:
            found, by = self._together(_other_forms(stems), 1.0)
        if found or not stems or len(word) < SHORTEST_PART:
            return found, by
        parts = [part for pair in splits_of(word) for part in pair if len(part) >= SHORTEST_PART - 1]
        found, by = self._together([*parts, *_beginning(self._sorted, stems[0])], IN_A_COMPOUND)
        if not found:
            ends = [stem[::-1] for stem in _beginning(self._backwards, stems[0][::-1])]
            found, _by = self._together(ends, AT_ITS_END)
        return found, by

    def _together(self, stems: Iterable[str], quality: float) -> tuple[dict[int, float], set[str]]:
        found: dict[int, float] = {}
        known = {stem for stem in stems if stem in self.weights}
        for stem in known:
            for theme_id, weight in self.weights[stem].items():
                found[theme_id] = max(found.get(theme_id, 0.0), weight * quality)
        return found, known

    def fitting(self, text: str, *, most: int = MOST) -> list[tuple[int, float]]:
        """Give (theme id, how well it fits), the best first; none where nothing fits well enough."""
        words: dict[str, str] = {}  # one way of writing for each stem
        for word in tokens_in(text):
            stem = next(iter(stems_of(word)), "")
            if len(stem) >= SHORTEST_STEM and len(words) < MOST_WORDS:
                words.setdefault(stem, word)
        scores: defaultdict[int, float] = defaultdict(float)
        there: set[str] = set()
        for word in words.values():
            themes, by = self.of_word(word)
            there |= by
            for theme_id, counts in themes.items():
                scores[theme_id] += counts
        less = math.log(max(len(words), USUAL_LENGTH) / USUAL_LENGTH)
        for theme_id in scores:
            share = max((len(name & there) / len(name) for name in self.names.get(theme_id, ())), default=0.0)
            scores[theme_id] += WHOLE_NAME * share - less
        best = max(scores.values(), default=0.0)
        ranked = sorted(((score, -theme_id) for theme_id, score in scores.items()), reverse=True)
        return [(-n, score) for score, n in ranked if score >= max(ENOUGH, BY_FAR * best)][:most]


def _other_forms(stems: Sequence[str]) -> list[str]:
    """Stems of the same verb that Snowball leaves apart: "brummt" beside "brummen"."""
    stem = stems[0] if stems else ""
    if len(stem) < SHORTEST_PART - 1:
        return []
    return [stem[:-1], stem + "t"] if stem.endswith("t") and len(stem) >= SHORTEST_PART else [stem + "t"]


def _beginning(stems: list[str], start: str) -> list[str]:
    """The longer ones among sorted stems that begin with this one."""
    found: list[str] = []
    if len(start) >= SHORTEST_PART:
        for stem in stems[bisect_left(stems, start) :]:
            if not stem.startswith(start):
                break
            if len(stem) >= len(start) + 3:
                found.append(stem)
    return found


def tokens_in(text: str) -> list[str]:
    """Give the words of a text that can tell something, in small letters, each once."""
    return list(dict.fromkeys(w for w in tokens(_NO_WORD.sub(" ", text)) if not w.isdigit() and not is_common(w)))


# -- the index of this house -------------------------------------------------------------------------------------------

_STAMP = sa.select(
    sa.select(sa.func.count(Theme.id)).scalar_subquery(), sa.select(sa.func.sum(Theme.version)).scalar_subquery(),
    sa.select(sa.func.max(Learning.ended_at)).scalar_subquery(),
)


@dataclass
class Kept:
    """What a process keeps between two texts: as long as no theme changes, and counts for a while."""

    stamp: tuple[Any, ...]
    index: Index
    lands: Landscape
    voices: dict[tuple[int, date], tuple[float, Voices]] = field(default_factory=dict)


VOICES_SECONDS = 600
"""So long the counts beside a text being typed may be old. Pages that are read count anew."""


def kept() -> Kept:
    """Give the words of all themes that are there for everybody; made anew only when one of them changed.

    One statement where nothing changed. Each process keeps its own.
    """
    stamp = tuple(db.session.execute(_STAMP).one())
    found: Kept | None = current_app.extensions.get("theme_hints")
    if found is None or found.stamp != stamp:
        themes = db.session.scalars(sa.select(Theme).where(Theme.archived_at.is_(None)).order_by(Theme.id)).all()
        words = db.session.execute(sa.select(ThemeWord.theme_id, ThemeWord.stem, ThemeWord.weight))
        current_app.extensions["theme_hints"] = found = Kept(stamp, index_of(themes, words), landscape())
    return found


def _voices(themes: Sequence[ThemeBrief], known: Kept, today: date) -> dict[int, Voices]:
    """How many say it, counted a while ago at most."""
    moment = time.monotonic()
    old = [t for t in themes if known.voices.get((t.id, today), (-VOICES_SECONDS, None))[0] <= moment - VOICES_SECONDS]
    if old:
        counted = voices_of(old, known.lands, today=today)
        known.voices |= {(t.id, today): (moment, counted.get(t.id, Voices())) for t in old}
    return {t.id: known.voices[t.id, today][1] for t in themes}


def index_of(themes: Sequence[Theme], words: Iterable[Sequence[Any]]) -> Index:
    """Give the index of themes.

    Takes   words: (theme id, stem, weight), as the model found them; names speak for a theme as long as nothing was
            learned about it, examples always: whoever wrote them may know words that customers do not use
    """
    made, learned = Index(), [(theme_id, stem, weight) for theme_id, stem, weight in words]
    alive, known = {theme.id for theme in themes}, {theme_id for theme_id, _stem, _weight in learned}
    described: dict[int, dict[str, float]] = {}
    examples: dict[int, set[str]] = {}
    for theme in themes:
        names = [name for name in (stems_in(theme.name_de), stems_in(theme.name_en)) if name]
        made.names[theme.id] = [frozenset(name) for name in names]
        examples[theme.id] = {s for text in (*theme.examples_de, *theme.examples_en) for s in stems_in(text)}
        described[theme.id] = dict.fromkeys(examples[theme.id], FROM_EXAMPLE)
        described[theme.id] |= {stem: FROM_NAME / math.sqrt(len(name)) for name in names for stem in name}
    common = Counter(stem for stems in described.values() for stem in stems)
    for theme_id in alive:
        learned += [(theme_id, s, weight - math.log(common[s])) for s, weight in described[theme_id].items()
                    if theme_id not in known or s in examples[theme_id]]
    for theme_id, stem, weight in learned:
        if theme_id in alive and weight > NO_MORE_THAN_CHANCE:
            made.add(theme_id, stem, weight)
    return made.close()


@dataclass(frozen=True)
class Hint:
    """A theme that fits, what customers say about it, and whether the idea has it already."""

    evidence: Evidence
    ticked: bool


def hints_for(
    text: str, *, today: date, ticked: Iterable[int] = (), but: Collection[int] = (), most: int = MOST,
    names: Callable[[], frozenset[str]] = frozenset,
) -> list[Hint]:
    """Give the themes that fit a text, each with counts and one quote; those the idea has already come first.

    A theme nobody raised in the last 12 months is left out: there is nothing to show for it.

    Takes   ticked: themes the idea has, to be shown whatever the text says; but: themes not to be shown
    """
    chosen = list(dict.fromkeys(ticked))
    if not text.strip() and not chosen:
        return []
    known, left_out = kept(), {*chosen, *but}
    fitting = [theme_id for theme_id, _score in known.index.fitting(text, most=most + len(left_out))]
    wanted = [*chosen, *[theme_id for theme_id in fitting if theme_id not in left_out][:most]]
    themes = [theme for theme in map(known.lands.theme, wanted) if theme is not None and not theme.gone]
    voices = _voices(themes, known, today)
    themes = [theme for theme in themes if theme.id in chosen or voices[theme.id].customers]
    quotes = quotes_of(themes, known.lands, today=today, most=1, names=names) if themes else {}
    return [Hint(Evidence(t, voices[t.id], quotes[t.id]), t.id in chosen) for t in themes]
