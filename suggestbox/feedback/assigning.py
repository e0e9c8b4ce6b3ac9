"""Which themes an item has: said by a person, or by rules. The model's part is in `judging.py`.

What a person said is never overwritten: rules and the model only touch rows that nobody decided, and leave settled
items alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.errors import Invalid
from suggestbox.core.language import gettext as _
from suggestbox.journal import operations as journal

from .models import POLARITIES, Assignment, Item, Theme
from .rules import Hit, Rules, rules_in_force

AT_ONCE = 500


# -- by a person -------------------------------------------------------------------------------------------------------


def assign(item: Item, theme_id: int, polarity: str, *, by_id: int | None, now: datetime) -> Assignment:
    """Say that an item is about a theme, or confirm that it is; whoever found it first stays on record as its origin.

    Takes   by_id: who says so; None for a person who is not to be known
    Raises  Invalid when there is no such theme or polarity
    """
    if polarity not in POLARITIES:
        raise Invalid(_("Please choose positive, negative or neutral."), reason="unknown_polarity")
    theme = db.session.get(Theme, theme_id)
    if theme is None or theme.archived_at is not None:
        raise Invalid(_("This theme is not there any more. Please choose another one."), reason="unknown_theme")
    row = _row(item, theme_id)
    if row is None:
        row = Assignment(item_id=item.id, theme_id=theme_id, origin="person", at=now)
        db.session.add(row)
    row.polarity, row.state = polarity, "assigned"
    row.by_id, row.decided_at = by_id, now
    _write("feedback.assigned", item, by_id, now, theme_id=theme_id, polarity=POLARITIES.index(polarity))
    db.session.flush()
    return row


def reject(item: Item, theme_id: int, *, by_id: int | None, now: datetime) -> Assignment:
    """Say that an item is not about a theme. That teaches the model, so the row stays.

    Raises  Invalid when there is no such theme
    """
    row = _row(item, theme_id)
    if row is None:
        if db.session.get(Theme, theme_id) is None:
            raise Invalid(_("This theme is not there any more. Please choose another one."), reason="unknown_theme")
        row = Assignment(item_id=item.id, theme_id=theme_id, polarity="neutral", origin="person", at=now)
        db.session.add(row)
    row.state, row.by_id, row.decided_at = "rejected", by_id, now
    _write("feedback.rejected", item, by_id, now, theme_id=theme_id)
    db.session.flush()
    return row


def settle(item: Item, *, by_id: int | None, now: datetime) -> None:
    """Say that an item has no further theme: what is assigned is confirmed with it, what was only guessed is rejected."""
    for row in assignments_of(item):
        if row.state == "guess" or (row.state == "assigned" and row.decided_at is None and row.origin in ("rule", "model")):
            row.state = "assigned" if row.state == "assigned" else "rejected"
            row.by_id, row.decided_at = by_id, now
    item.state, item.settled_by_id, item.settled_at = "settled", by_id, now
    _write("feedback.settled", item, by_id, now)
    db.session.flush()


def take_back(item: Item, *, by_id: int | None, now: datetime) -> None:
    """Undo the last settling of an item: it waits again, with the guesses and findings it had."""
    if item.state != "settled":
        return
    for row in assignments_of(item):
        if row.origin == "source":
            continue
        if row.origin == "person" and row.at == item.settled_at:
            db.session.delete(row)
        elif row.decided_at is not None and row.decided_at == item.settled_at:
            row.by_id = row.decided_at = None
            row.state = "assigned" if row.state == "assigned" and row.origin == "rule" else "guess"
    item.state, item.settled_by_id, item.settled_at = "unsure", None, None
    _write("feedback.taken_back", item, by_id, now)
    db.session.flush()


def assignments_of(item: Item) -> list[Assignment]:
    """Give the rows of an item, rejected ones included, the surest first."""
    rows = db.session.scalars(sa.select(Assignment).where(Assignment.item_id == item.id).order_by(Assignment.id))
    return sorted(rows, key=lambda row: -(row.confidence if row.confidence is not None else 1.0))


def _row(item: Item, theme_id: int) -> Assignment | None:
    return db.session.scalars(
        sa.select(Assignment).where(Assignment.item_id == item.id, Assignment.theme_id == theme_id)
    ).first()


def _write(kind: str, item: Item, by_id: int | None, now: datetime, **facts: Any) -> None:
    journal.write(kind, now=now, actor_id=by_id, role="person" if by_id else "house", item_id=item.id, **facts)


# -- by rules ----------------------------------------------------------------------------------------------------------


def apply_rules(items: Sequence[Item], *, now: datetime) -> int:
    """Assign the themes that rules find in these items (flushed already); give how many were assigned."""
    db.session.flush()
    return apply_rules_to([item.id for item in items], now=now)


def apply_rules_to(item_ids: Iterable[int], *, now: datetime, rules: Rules | None = None) -> int:
    """Assign the themes that rules find in the items with these ids; give how many were assigned.

    Settled items stay as they are, and so does every row a person decided.
    """
    rules = rules if rules is not None else rules_in_force()
    if not rules:
        return 0
    return sum(_apply_to(part, rules, now) for part in parts_of(list(item_ids)))


def parts_of(ids: list[int], size: int = AT_ONCE) -> Iterator[list[int]]:
    """Give the ids in parts that fit into one statement."""
    return (ids[start : start + size] for start in range(0, len(ids), size))


def _apply_to(ids: list[int], rules: Rules, now: datetime) -> int:
    session = db.session
    found: dict[int, list[Hit]] = {}
    meant: dict[int, str] = {}
    rows = session.execute(
        sa.select(Item.id, Item.text, Item.audience, Item.meant)
        .where(Item.id.in_(ids), Item.state != "settled").order_by(Item.id)
    )
    for item_id, text, audience, polarity in rows:
        if hits := rules.hits(text, audience):
            found[item_id], meant[item_id] = hits, polarity
    if not found:
        return 0
    known = {
        (item_id, theme_id): (row_id, state == "guess" and decided_at is None)
        for row_id, item_id, theme_id, state, decided_at in session.execute(
            sa.select(Assignment.id, Assignment.item_id, Assignment.theme_id, Assignment.state, Assignment.decided_at)
            .where(Assignment.item_id.in_(found)))
    }
    new, raised = [], []
    for item_id, hits in found.items():
        for hit in hits:
            row_id, is_guess = known.get((item_id, hit.theme_id), (None, False))
            told = {"polarity": meant[item_id] or hit.polarity, "state": "assigned", "origin": "rule",
                    "rule_id": hit.rule_id, "at": now}
            if row_id is None:
                new.append({"item_id": item_id, "theme_id": hit.theme_id, **told})
            elif is_guess:
                raised.append({"id": row_id, **told})
    if new:
        session.execute(sa.insert(Assignment), new)
    if raised:
        session.execute(sa.update(Assignment), raised)
    session.execute(
        sa.update(Item).where(Item.id.in_(found), Item.state == "new").values(state="told")
        .execution_options(synchronize_session="fetch")
    )
    return len(new) + len(raised)
