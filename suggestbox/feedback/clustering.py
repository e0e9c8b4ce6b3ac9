"""Texts that speak of the same thing: dense places among them are looked for; what lies in none is left alone.

Part of the learning, in a process of its own; knows no database.

Source  Campello, Moulavi, Sander: Density-Based Clustering Based on Hierarchical Density Estimates (2013)
"""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.cluster import HDBSCAN
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from . import vectors
from .features import is_english
from .telling_stems import stems_in

FEWEST_ITEMS = 20
FEWEST_CUSTOMERS = 4
LEAST, MOST = 5, 25
"""Items a cluster has at least: fewer where there are few at all."""

SHARE = 80
DIRECTIONS = 40
TYPICAL_WORDS = 8
COMMON_GROUND = 0.3
"""One typical word stands in at least so much of a cluster; otherwise nobody could say what its texts have in common."""


@dataclass(frozen=True)
class Cluster:
    """Items that speak of the same thing, the most typical first, with their words."""

    words: tuple[str, ...]
    item_ids: tuple[int, ...]
    customer_count: int


def clusters_of(ids: Sequence[int], texts: Sequence[str], customers: Sequence[str]) -> list[Cluster]:
    """Give the clusters among texts; none where there are too few, or nothing in common."""
    if len(texts) < FEWEST_ITEMS:
        return []
    written: dict[str, Counter[str]] = defaultdict(Counter)
    stems = [stems_in(text, written) for text in texts]
    places = _places(list(texts), stems)
    if places is None:
        return []
    size = max(LEAST, min(MOST, len(texts) // SHARE))
    search = HDBSCAN(min_cluster_size=size, min_samples=max(3, size // 2), cluster_selection_method="leaf", copy=True)
    which = search.fit_predict(places)
    often = Counter(stem for found in stems for stem in found)
    found = []
    for number in range(int(which.max()) + 1):
        members: Any = np.flatnonzero(which == number)
        centre = places[members].mean(axis=0)
        members = members[np.argsort(-(places[members] @ centre), kind="stable")]
        people = {customers[int(n)] for n in members}
        words = _typical_words([stems[n] for n in members], often, len(texts), written)
        if len(people) >= FEWEST_CUSTOMERS and words:
            found.append(Cluster(words, tuple(ids[int(n)] for n in members), len(people)))
    return found


def _places(texts: list[str], stems: list[set[str]]) -> Any:
    """Each text as a point: by its words, where most are English by its sense too. None where nothing is shared."""
    block = TfidfVectorizer(analyzer=sorted, min_df=3, max_df=0.6, sublinear_tf=True)
    try:
        rows = block.fit_transform(stems)
    except ValueError:  # no word stands in three texts
        return None
    if rows.shape[1] > DIRECTIONS:
        rows = TruncatedSVD(DIRECTIONS, random_state=0).fit_transform(rows)
    else:
        rows = rows.toarray()
    points = normalize(rows)
    if vectors.width() and np.mean([is_english(text, False) for text in texts]) > 0.5:
        sense = vectors.vectors_of(texts)
        points = np.hstack([points, normalize(sense - sense.mean(axis=0))])
    return points


def _typical_words(
    members: list[set[str]], often: Counter[str], every: int, written: dict[str, Counter[str]]
) -> tuple[str, ...]:
    inside = Counter(stem for found in members for stem in found)
    shares = {stem: count / len(members) for stem, count in inside.items() if count >= 2}
    others = every - len(members) + 1
    scores = {
        stem: share * math.log(share / ((often[stem] - inside[stem] + 0.5) / others))
        for stem, share in shares.items() if share >= 0.15
    }
    best = [stem for stem, score in sorted(scores.items(), key=lambda pair: (-pair[1], pair[0])) if score > 0]
    if not best or max(shares[stem] for stem in best) < COMMON_GROUND:
        return ()
    return tuple(written[stem].most_common(1)[0][0] for stem in best[:TYPICAL_WORDS])
