"""Similar ideas: those about the same as a text that is being written, or as a title."""

import math
from collections import defaultdict
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.words import is_common

from .models import Idea, IdeaWords
from .search import Terms, Word, matches_of_each, words_of

RARE_ENOUGH, IN_ALL = 400, 4_000
"""Looking for ideas with a word stops here, sooner where there are many words: common ones do not tell ideas apart."""

MOST_LOOKED_FOR = 16
"""Further words of a text are ignored: the longest tell most."""

MOST_COMPARED = 120
"""So many ideas, those with the rarest words of the text, are compared word by word."""

TITLE_COUNTS = 1.5
"""A word in the title on top of one in the text."""

SHORTER_TITLES, SHORTER_TEXTS = 0.3, 0.1
"""How much less a word counts in a long title or text, as in BM25 (Robertson and Zaragoza, 2009): 0 not at all."""

USUAL_TITLE, USUAL_TEXT = 9, 55
"""Different stems in a usual title and in a usual text."""

IN_A_COMPOUND, CUT_IN_TWO = 0.6, 0.7
"""What a word counts that is only part of a longer one, or was written as two."""

SHORTEST_PART = 5
"""Shorter words are found inside too many others."""


def similar(text: str, condition: Any, *, limit: int = 5) -> list[int]:
    """Give the ids of ideas that are about the same as a text being written, the most alike first.

    Only ideas with one of the rarer words are compared, so the time does not grow with common ones. Few words in
    common are not enough: nothing is better than something in the way.

    Takes   text: anything at all
            condition: on `Idea`, what the reader may see; how rare a word is, is counted under it too
    """
    return [idea_id for _score, idea_id, _most in _scored(_longest(text), condition, None)[:limit]]


def alike(text: str, condition: Any, among: frozenset[int], *, limit: int = 5) -> list[tuple[float, int]]:
    """Give (how much alike, id) of those ideas `among` all under the condition that are about the same as a whole text.

    How rare a word is, is counted under the condition. The number lies between 0 and 1, where 1 is every word that
    was looked for in a title and a text of usual length; `similar` gives the order, this also how sure it is.
    """
    words = _longest(text)
    return [(min(1.0, score / most), idea_id) for score, idea_id, most in _scored(words, condition, among)[:limit]]


def _longest(text: str) -> list[Word]:
    return sorted(words_of(text, most=60), key=lambda word: -len(word.plain))[:MOST_LOOKED_FOR]


def _scored(words: list[Word], condition: Any, among: frozenset[int] | None) -> list[tuple[float, int, float]]:
    """(score, idea, the most any idea of usual length could have), the most alike first; `among` None: all of them."""
    if not words:
        return []
    rare_enough = min(RARE_ENOUGH, IN_ALL // len(words))
    found = _ideas_with(words, condition, rare_enough)
    weights = [1.0 + math.log((rare_enough + 1) / max(1, len(ideas))) for ideas in found]
    if among is not None:
        found = [ideas & among for ideas in found]
    compared = _with_rare_words(found, weights, rare_enough)
    if not compared:
        return []
    most = sum(weights) * (TITLE_COUNTS + 1)
    ranked = []
    for idea_id, title, stems in _words_of_ideas(compared):
        score = _likeness(words, weights, title, stems)
        if score is not None:
            ranked.append((score, idea_id, most))
    return sorted(ranked, reverse=True)


def _with_rare_words(found: list[set[int]], weights: list[float], rare_enough: int) -> list[int]:
    """The ideas that share most with the text, by its rarer words; by the rarest of all where every one is common."""
    rare = [n for n, ideas in enumerate(found) if 0 < len(ideas) < rare_enough]
    if not rare:
        rare = sorted((n for n, ideas in enumerate(found) if ideas), key=lambda n: len(found[n]))[:1]
    shared: defaultdict[int, float] = defaultdict(float)
    for n in rare:
        for idea_id in found[n]:
            shared[idea_id] += weights[n]
    return sorted(shared, key=lambda idea_id: (-shared[idea_id], -idea_id))[:MOST_COMPARED]


def _likeness(words: list[Word], weights: list[float], title: str, text: str) -> float | None:
    """How much an idea has in common with the words; None where that is too little to be shown."""
    in_title, in_text = frozenset(title.split()), frozenset(text.split())
    title_length = 1 - SHORTER_TITLES + SHORTER_TITLES * len(in_title) / USUAL_TITLE
    text_length = 1 - SHORTER_TEXTS + SHORTER_TEXTS * len(in_text) / USUAL_TEXT
    score = common = 0.0
    shared = titled = 0
    for word, weight in zip(words, weights, strict=True):
        there = _how_well(word, in_text, text)
        if not there:
            continue
        above = _how_well(word, in_title, title)
        score += weight * (TITLE_COUNTS * above / title_length + there / text_length)
        common += weight
        shared += 1
        titled += above > 0
    enough = shared >= 2 or (len(words) <= 2 and shared) or (len(words) <= 4 and titled)
    usual = sum(weights[:8]) / len(weights[:8])
    return score if enough and common >= 0.3 * usual * min(len(words), 5) else None


def _how_well(word: Word, stems: frozenset[str], line: str) -> float:
    """How well a line of stems holds a word: itself, inside a compound, or cut in two."""
    if not stems.isdisjoint(word.stems):
        return 1.0
    if len(word.core) >= SHORTEST_PART and word.inside and word.core in line:
        return IN_A_COMPOUND
    if any(left in stems and right in stems for left, right in word.splits):
        return CUT_IN_TWO
    return 0.0


def _ideas_with(words: list[Word], condition: Any, rare_enough: int) -> list[set[int]]:
    """Give for each word the ideas under the condition that have it (`rare_enough` at most), in one statement.

    Others do not count: how rare a word is would tell whether somebody wrote it into an idea one may not read.
    """
    hit, values = matches_of_each([_anywhere(word) for word in words], rare_enough)
    # One row per word: thousands of rows would take longer to fetch than to find.
    together = sa.func.aggregate_strings(sa.cast(hit.c.idea_id, sa.String), " ")
    query = sa.select(hit.c.n, together).join(Idea, Idea.id == hit.c.idea_id).where(condition).group_by(hit.c.n)
    found: list[set[int]] = [set() for _word in words]
    for n, ids in db.session.execute(query, values):
        found[n] = set(map(int, ids.split()))
    return found


def _anywhere(word: Word) -> Terms:
    """The word itself, inside a compound, or, of a compound, its two parts."""
    terms = Terms.any_stem(word.stems)
    if len(word.core) >= SHORTEST_PART and word.inside and not is_common(word.text):
        # Three of its grams find nearly the same ideas as all, and sooner; which do hold it is seen when they are compared.
        terms |= Terms.all_of("grams", word.inside[:: max(1, len(word.inside) // 3)])
    for pair in word.splits:
        terms |= Terms.all_of("stems", pair)
    return terms


def _words_of_ideas(ids: list[int]) -> list[tuple[int, str, str]]:
    query = sa.select(IdeaWords.idea_id, IdeaWords.title_stems, IdeaWords.stems).where(IdeaWords.idea_id.in_(ids))
    return [(idea_id, title, stems) for idea_id, title, stems in db.session.execute(query)]
