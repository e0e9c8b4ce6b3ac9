"""Reading the journal."""

import sqlalchemy as sa

from suggestbox.core.database import db

from .models import Entry


def entries_of(idea_id: int, audiences: tuple[str, ...], *, limit: int = 200) -> list[Entry]:
    """Give an idea's entries that these audiences may read, the newest first."""
    query = (
        sa.select(Entry)
        .where(Entry.idea_id == idea_id, Entry.audience.in_(audiences))
        .order_by(Entry.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(query))
