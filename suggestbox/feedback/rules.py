"""Rules: words that say by themselves that a theme is meant, matched in any number of texts.

All words of a rule must be in the text, in whatever form: "Aufzug" meets "Aufzüge". A star stands for any beginning or
ending: "Aufzug*" meets "Aufzugsstörung", "*störung" too. One of the words after "but not", and the rule does not hold.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.words import fold, stems_of, tokens

from .models import Theme, ThemeRule

STAR = "*"
SHORTEST_WITH_STAR = 3
"""Fewer letters beside a star would meet half of all texts; such a word has to stand as it is."""


@dataclass(frozen=True)
class Hit:
    """A rule that holds for a text."""

    rule_id: int
    theme_id: int
    polarity: str


@dataclass(frozen=True)
class _Word:
    """One word of a rule: its stems, or what comes before or after a star."""

    stems: frozenset[str] = frozenset()
    beginning: str = ""
    ending: str = ""

    def is_in(self, text: "_Text") -> bool:
        if self.beginning:
            return any(word.startswith(self.beginning) for word in text.words)
        if self.ending:
            return any(word.endswith(self.ending) for word in text.words)
        return not self.stems.isdisjoint(text.stems)


@dataclass
class _Text:
    words: set[str] = field(default_factory=set)
    stems: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class _Rule:
    hit: Hit
    audience: str
    words: tuple[_Word, ...]
    but_not: tuple[_Word, ...]

    def holds(self, text: _Text) -> bool:
        return all(word.is_in(text) for word in self.words) and not any(word.is_in(text) for word in self.but_not)


class Rules:
    """Rules ready to be matched. Only those whose first word can be in a text are looked at closely."""

    def __init__(self, rows: Iterable[tuple[ThemeRule, str]]):
        """Takes (rule, audience of its theme) pairs; rules without a word hold for nothing."""
        self._by_stem: dict[str, list[_Rule]] = {}
        self._by_star: list[_Rule] = []
        for row, audience in rows:
            words = _words(row.words)
            if not words:
                continue
            rule = _Rule(Hit(row.id, row.theme_id, row.polarity), audience, words, _words(row.but_not))
            for stem in words[0].stems:
                self._by_stem.setdefault(stem, []).append(rule)
            if not words[0].stems:
                self._by_star.append(rule)

    def __bool__(self) -> bool:
        return bool(self._by_stem or self._by_star)

    def hits(self, text: str, audience: str = "") -> list[Hit]:
        """Give the rules that hold, one per theme (the oldest), for themes of this audience or of any."""
        seen = _read(text)
        near = {id(rule): rule for stem in seen.stems for rule in self._by_stem.get(stem, ())}
        rules = sorted([*near.values(), *self._by_star], key=lambda rule: rule.hit.rule_id)
        found: dict[int, Hit] = {}
        for rule in rules:
            if rule.hit.theme_id not in found and audience in ("", rule.audience) and rule.holds(seen):
                found[rule.hit.theme_id] = rule.hit
        return list(found.values())


def rules_in_force() -> Rules:
    """Give the rules that have not ended, of themes that are there, in one statement."""
    rows = db.session.execute(
        sa.select(ThemeRule, Theme.audience).join(Theme, Theme.id == ThemeRule.theme_id)
        .where(ThemeRule.ended_at.is_(None), Theme.archived_at.is_(None)).order_by(ThemeRule.id)
    )
    return Rules((rule, audience) for rule, audience in rows)


def matcher(words: str, but_not: str = "") -> Callable[[str], bool]:
    """Give a function that says whether a rule with these words would hold for a text, to try one out."""
    wanted, unwanted = _words(words), _words(but_not)

    def holds(text: str) -> bool:
        seen = _read(text)
        return bool(wanted) and all(w.is_in(seen) for w in wanted) and not any(w.is_in(seen) for w in unwanted)

    return holds


def _read(text: str) -> _Text:
    found = _Text()
    for word in tokens(text):
        found.words.add(fold(word))
        found.stems.update(stems_of(word))
    return found


def _words(text: str) -> tuple[_Word, ...]:
    found: list[_Word] = []
    for part in text.replace(",", " ").split():
        pieces = tokens(part)
        for place, piece in enumerate(pieces):
            plain = fold(piece)
            long_enough = len(plain) >= SHORTEST_WITH_STAR
            if long_enough and part.endswith(STAR) and place == len(pieces) - 1:
                found.append(_Word(beginning=plain))
            elif long_enough and part.startswith(STAR) and place == 0:
                found.append(_Word(ending=plain))
            elif plain:
                found.append(_Word(stems=frozenset(stems_of(piece))))
    return tuple(word for word in found if word.stems or word.beginning or word.ending)
