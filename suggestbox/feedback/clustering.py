"""Items without a theme that speak of the same thing: proposed as a theme.

Runs with the learning, in a process of its own; no page imports this. Dense places among the texts are looked for; what
lies in none is left alone. What people dismissed is not proposed again.

Source  Campello, Moulavi, Sander: Density-Based Clustering Based on Hierarchical Density Estimates (2013)
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import sqlalchemy as sa
from sklearn.cluster import HDBSCAN
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from suggestbox.core.database import db, work

from . import vectors
from .features import is_english
from .items import CUSTOMER, visible
from .models import AUDIENCES, Assignment, Item, Proposal
from .theme_words import stems_in

LOOKED_AT = 4_000
"""So many items without a theme, the newest, are looked at together."""

FEWEST_ITEMS = 20
FEWEST_CUSTOMERS = 4
LEAST, MOST = 5, 25
"""Items a cluster has at least: fewer where there are few at all."""

SHARE = 80
DIRECTIONS = 40
MOST_PROPOSALS = 12
MOST_KEPT_IDS = 300
TYPICAL_WORDS = 8
LIKELY_ENOUGH = 0.3
"""An item with so likely a guess belongs to a theme that is there."""

THE_SAME = 0.5
"""Two clusters that share so much of the smaller one's items, or of their words, are the same."""


@dataclass(frozen=True)
class Cluster:
    """Items that speak of the same thing, the most typical first, with their words."""

    words: tuple[str, ...]
    item_ids: tuple[int, ...]
    customer_count: int


def propose(*, clock: Callable[[], datetime]) -> int:
    """Look for clusters and put them in the place of earlier proposals nobody decided; give how many are open."""
    with work():  # nothing is left open while clusters are looked for
        unassigned = [_unassigned(audience) for audience in AUDIENCES]
    found = [cluster for given in unassigned for cluster in clusters_of(*given)]
    found.sort(key=lambda cluster: (-cluster.customer_count, cluster.item_ids))
    with work():
        return _keep(found[:MOST_PROPOSALS], now=clock())


def _unassigned(audience: str) -> tuple[list[int], list[str], list[str]]:
    likely = sa.and_(Assignment.state == "guess", sa.or_(
        Assignment.confidence >= LIKELY_ENOUGH, Assignment.confidence.is_(None)))
    has_theme = sa.select(Assignment.item_id).where(sa.or_(Assignment.state == "assigned", likely))
    taken = {item_id for ids in db.session.scalars(sa.select(Proposal.item_ids).where(Proposal.state == "taken"))
             for item_id in ids}
    rows = db.session.execute(
        sa.select(Item.id, Item.text, CUSTOMER)
        .where(visible(), Item.audience == audience, Item.id.not_in(has_theme))
        .order_by(Item.id.desc()).limit(LOOKED_AT)
    )
    kept = [row for row in rows if row[0] not in taken]
    return [row[0] for row in kept], [row[1] for row in kept], [row[2] for row in kept]


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
        members = np.flatnonzero(which == number)
        centre = places[members].mean(axis=0)
        members = members[np.argsort(-(places[members] @ centre), kind="stable")]
        people = {customers[n] for n in members}
        words = _typical_words([stems[n] for n in members], often, len(texts), written)
        if len(people) >= FEWEST_CUSTOMERS and words:
            found.append(Cluster(words, tuple(int(ids[n]) for n in members), len(people)))
    return found


def _places(texts: list[str], stems: list[set[str]]) -> Any:
    """Each text as a point: by its words, where most are English by its sense too. None where nothing is shared."""
    block = TfidfVectorizer(analyzer=sorted, min_df=3, max_df=0.3, sublinear_tf=True)
    try:
        rows = block.fit_transform(stems)
    except ValueError:  # no word stands in three texts
        return None
    if rows.shape[1] < 3:
        return None
    directions = TruncatedSVD(min(DIRECTIONS, rows.shape[1] - 1), random_state=0)
    points = normalize(directions.fit_transform(rows))
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
    return tuple(written[stem].most_common(1)[0][0] for stem in best[:TYPICAL_WORDS])


def _keep(found: list[Cluster], *, now: datetime) -> int:
    """Open proposals that are found again stay themselves, the others go; dismissed ones are not made again."""
    session = db.session
    before = list(session.scalars(sa.select(Proposal).where(Proposal.state != "taken").order_by(Proposal.id)))
    kept: set[int] = set()
    for cluster in found:
        same = next((row for row in before if row.id not in kept and _is_same(row, cluster)), None)
        if same is not None and same.state == "dismissed":
            continue
        row = same or Proposal(at=now)
        row.words, row.item_ids = list(cluster.words), list(cluster.item_ids[:MOST_KEPT_IDS])
        row.item_count, row.customer_count = len(cluster.item_ids), cluster.customer_count
        session.add(row)
        session.flush()
        kept.add(row.id)
    for row in before:
        if row.state == "open" and row.id not in kept:
            session.delete(row)
    session.flush()
    return len(kept)


def _is_same(row: Proposal, cluster: Cluster) -> bool:
    for one, other in ((set(row.item_ids), set(cluster.item_ids)), (_folded(row.words), _folded(cluster.words))):
        if one and other and len(one & other) / min(len(one), len(other)) > THE_SAME:
            return True
    return False


def _folded(words: Sequence[str]) -> set[str]:
    return {word.casefold() for word in words}
