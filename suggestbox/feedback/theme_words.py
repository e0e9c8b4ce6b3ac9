"""Words and quotes that are typical of each theme: shown on pages, and matched while an idea is typed.

Found by counting: how much more often a word stands in texts of the theme than in all others. Names and example
sentences of a theme count too, so that a house without any feedback has words from its first day.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.words import LONGEST

from .items import CUSTOMER, visible
from .models import Assignment, Item, Theme, ThemeQuote, ThemeWord
from .telling_stems import stems_in

MOST_WORDS = 60
LEAST_WEIGHT = 1.0
MOST_WEIGHT = 6.0
NAME_COUNTS = 3
"""A theme's name counts as so many texts; an example sentence as one."""

MOST_QUOTES = 5
LOOKED_THROUGH = 20_000
"""Quotes are looked for among so many assignments, the newest."""

QUOTE_LENGTH = (30, 320)
NEARLY_THE_SAME = 0.7
"""Two texts that share so much of all their words say the same."""


@dataclass
class Counts:
    """In how many texts of each theme a stem stands, and how it is written most often."""

    texts: Counter[int] = field(default_factory=Counter)
    all_texts: int = 0
    stems: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    all_stems: Counter[str] = field(default_factory=Counter)
    written: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    given: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, text: str, theme_ids: Iterable[int], *, times: int = 1, given: bool = False) -> None:
        """Count a text. Takes `given`: its words were given by people who describe the theme, not by customers."""
        stems = stems_in(text, self.written)
        self.all_texts += times
        self.all_stems.update(dict.fromkeys(stems, times))
        for theme_id in theme_ids:
            self.texts[theme_id] += times
            self.stems[theme_id].update(dict.fromkeys(stems, times))
            if given:
                self.given[theme_id].update(stems)

    def weights(self, theme_id: int) -> dict[str, float]:
        """Give the stems that speak for a theme with their weight, the strongest first."""
        inside, outside = self.texts[theme_id], self.all_texts - self.texts[theme_id]
        found = {}
        for stem, count in self.stems[theme_id].items():
            given = stem in self.given[theme_id]
            if count < 2 and not given:
                continue
            others = self.all_stems[stem] - count
            ratio = ((count + 0.5) / (inside + 1)) / ((others + 0.5) / (outside + 1))
            weight = min(MOST_WEIGHT, math.log(ratio) * count / (count + 1))
            if given and len(self.texts) > 3 and sum(stem in known for known in self.given.values()) > len(self.texts) / 2:
                continue
            if given or weight >= LEAST_WEIGHT:
                found[stem] = round(max(LEAST_WEIGHT, weight), 3)
        best = sorted(found.items(), key=lambda pair: (-pair[1] * math.log1p(self.stems[theme_id][pair[0]]), pair[0]))
        return dict(best[:MOST_WORDS])


def count_given(counts: Counts, themes: Iterable[Theme]) -> None:
    """Count what people wrote to describe the themes: names and example sentences."""
    for theme in themes:
        for name in dict.fromkeys((theme.name_de, theme.name_en)):
            counts.add(name, [theme.id], times=NAME_COUNTS, given=True)
        for sentence in (*theme.examples_de, *theme.examples_en):
            counts.add(sentence, [theme.id], given=True)


def write_words(counts: Counts, theme_ids: Iterable[int]) -> int:
    """Put the typical words of these themes in the place of the earlier ones; give how many there are."""
    session = db.session
    session.execute(sa.delete(ThemeWord))
    rows = [
        {"theme_id": theme_id, "stem": stem, "weight": weight,
         "word": next((word for word, _count in counts.written[stem].most_common(1)), stem)[:LONGEST]}
        for theme_id in theme_ids for stem, weight in counts.weights(theme_id).items()
    ]
    if rows:
        session.execute(sa.insert(ThemeWord), rows)
    return len(rows)


def words_of(theme_ids: Sequence[int]) -> dict[int, dict[str, float]]:
    """Give the typical stems of themes with their weights, in one statement."""
    found: dict[int, dict[str, float]] = {theme_id: {} for theme_id in theme_ids}
    rows = db.session.execute(
        sa.select(ThemeWord.theme_id, ThemeWord.stem, ThemeWord.weight).where(ThemeWord.theme_id.in_(theme_ids))
    )
    for theme_id, stem, weight in rows:
        found[theme_id][stem] = weight
    return found


def write_quotes() -> int:
    """Choose typical quotes per theme and polarity anew, from what is assigned; give how many there are.

    The best have many of the theme's words in few others. Every customer is quoted once per theme and polarity, and
    nobody with what another one said in nearly the same words.
    """
    session = db.session
    words: dict[int, dict[str, float]] = defaultdict(dict)
    for theme_id, stem, weight in session.execute(sa.select(ThemeWord.theme_id, ThemeWord.stem, ThemeWord.weight)):
        words[theme_id][stem] = weight
    rows = session.execute(
        sa.select(Assignment.theme_id, Assignment.polarity, Item.id, Item.text, CUSTOMER, Assignment.decided_at)
        .join(Item, Item.id == Assignment.item_id).where(Assignment.state == "assigned", visible())
        .order_by(Item.said_on.desc(), Item.id.desc()).limit(LOOKED_THROUGH)
    )
    scored = []
    for theme_id, polarity, item_id, text, customer, decided_at in rows:
        if QUOTE_LENGTH[0] <= len(text) <= QUOTE_LENGTH[1]:
            said = frozenset(stems_in(text))
            score = sum(words[theme_id].get(stem, 0.0) for stem in sorted(said)) / (6 + len(said))
            scored.append((theme_id, polarity, -score * (1.2 if decided_at else 1.0), item_id, customer, said))
    scored.sort(key=lambda row: row[:4])
    chosen = []
    for (theme_id, polarity), group in groupby(scored, key=lambda row: row[:2]):
        seen: dict[str, frozenset[str]] = {}
        for _theme, _polarity, _score, item_id, customer, stems in group:
            if len(seen) == MOST_QUOTES:
                break
            if customer not in seen and not any(nearly_the_same(stems, other) for other in seen.values()):
                seen[customer] = stems
                chosen.append({"theme_id": theme_id, "item_id": item_id, "polarity": polarity, "position": len(seen)})
    session.execute(sa.delete(ThemeQuote))
    if chosen:
        session.execute(sa.insert(ThemeQuote), chosen)
    return len(chosen)


def nearly_the_same(one: frozenset[str], other: frozenset[str]) -> bool:
    """Say whether two texts with these stems say the same in nearly the same words."""
    return len(one & other) > NEARLY_THE_SAME * len(one | other)
