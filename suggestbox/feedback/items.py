"""Which items of feedback exist for anybody: of imports that came in whole, and not hidden."""

from typing import Any

import sqlalchemy as sa

from .models import Import, Item

CUSTOMER: Any = sa.func.coalesce(Item.customer_hash, sa.literal("item ").concat(sa.cast(Item.id, sa.String)))
"""What tells customers apart. An item without a customer's key counts as a customer of its own."""


def visible() -> sa.ColumnElement[bool]:
    """Give the condition for items that count and are shown."""
    whole = sa.select(Import.id).where(Import.state == "visible")
    return sa.and_(sa.or_(Item.import_id.is_(None), Item.import_id.in_(whole)), Item.hidden_at.is_(None))
