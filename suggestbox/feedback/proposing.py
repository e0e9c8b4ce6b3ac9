"""Items without a theme that speak of the same thing, kept as proposed themes; what people dismissed stays away.

Looked for by `suggestbox feedback assign`, after the model has looked at everything that is new: what it knows needs no
proposal.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from suggestbox.core.database import db, work

from .items import CUSTOMER, visible
from .models import AUDIENCES, Assignment, Item, Proposal

LOOKED_AT = 4_000
"""So many items without a theme, the newest, are looked at together."""

MOST_PROPOSALS = 8
MOST_KEPT_IDS = 300
LIKELY_ENOUGH = 0.3
"""An item with so likely a guess belongs to a theme that is there."""

THE_SAME = 0.5
"""Two clusters that share so much of the smaller one's items, or of their words, are the same."""

Group = tuple[list[int], list[str], list[str]]
"""Ids, texts and customers of items, each list in the same order."""

Found = tuple[Sequence[str], Sequence[int], int]
"""A cluster: its typical words, its items with the most typical first, and how many customers they are of."""


def propose(*, clock: Callable[[], datetime]) -> int:
    """Look for items that speak of the same thing and keep them as proposals; give how many are open."""
    from .clustering import clusters_of  # heavy: no page loads it

    with work():  # nothing is left open while clusters are looked for
        groups = unassigned()
    clusters = [cluster for group in groups for cluster in clusters_of(*group)]
    with work():
        return keep_clusters([(c.words, c.item_ids, c.customer_count) for c in clusters], now=clock())


def unassigned() -> list[Group]:
    """Give the items without a theme, customers' and colleagues' apart."""
    return [_unassigned(audience) for audience in AUDIENCES]


def _unassigned(audience: str) -> Group:
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


def keep_clusters(found: Iterable[Found], *, now: datetime) -> int:
    """Put clusters in the place of earlier proposals nobody decided; give how many are open. Call inside `work()`.

    Open proposals that are found again stay themselves, the others go; dismissed ones are not made again.
    """
    session = db.session
    before = list(session.scalars(sa.select(Proposal).where(Proposal.state != "taken").order_by(Proposal.id)))
    kept: set[int] = set()
    for words, item_ids, customer_count in sorted(found, key=lambda cluster: (-cluster[2], list(cluster[1]))):
        same = next((row for row in before if row.id not in kept and _is_same(row, words, item_ids)), None)
        if len(kept) == MOST_PROPOSALS or (same is not None and same.state == "dismissed"):
            continue
        row = same or Proposal(at=now)
        row.words, row.item_ids = list(words), list(item_ids[:MOST_KEPT_IDS])
        row.item_count, row.customer_count = len(item_ids), customer_count
        session.add(row)
        session.flush()
        kept.add(row.id)
    for row in before:
        if row.state == "open" and row.id not in kept:
            session.delete(row)
    session.flush()
    return len(kept)


def _is_same(row: Proposal, words: Sequence[str], item_ids: Sequence[int]) -> bool:
    for one, other in ((set(row.item_ids), set(item_ids)), (_folded(row.words), _folded(words))):
        if one and other and len(one & other) / min(len(one), len(other)) > THE_SAME:
            return True
    return False


def _folded(words: Sequence[str]) -> set[str]:
    return {word.casefold() for word in words}
