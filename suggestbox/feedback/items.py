"""Which items of feedback exist for anybody: of imports that came in whole, and not hidden."""

from typing import Any

import sqlalchemy as sa

from .models import Import, Item

CUSTOMER: Any = sa.func.coalesce(Item.customer_hash, sa.literal("item ").concat(sa.cast(Item.id, sa.String)))
"""What tells customers apart. An item without a customer's key counts as a customer of its own."""


def came_in() -> sa.ColumnElement[bool]:
    """Give the condition for items of imports that came in whole, hidden ones included.

    One look-up of one value: of two conditions with "or" between them SQLite would make two, and sort all they give.
    """
    whole = sa.select(Import.id).where(Import.state == "visible").union_all(sa.select(sa.literal(0)))
    return sa.func.coalesce(Item.import_id, 0).in_(whole)


def visible() -> sa.ColumnElement[bool]:
    """Give the condition for items that count and are shown."""
    return sa.and_(came_in(), Item.hidden_at.is_(None))
