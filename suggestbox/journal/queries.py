"""Reading the journal."""

from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db

from .models import Entry

_STORY: Any = (
    sa.select(Entry)
    .where(Entry.idea_id == sa.bindparam("idea_id"), Entry.audience.in_(sa.bindparam("audiences", expanding=True)))
    .order_by(Entry.id.desc()).limit(sa.bindparam("most"))
)


def entries_of(idea_id: int, audiences: tuple[str, ...], *, limit: int = 200) -> list[Entry]:
    """Give an idea's entries that these audiences may read, the newest first."""
    return list(db.session.scalars(_STORY, {"idea_id": idea_id, "audiences": audiences, "most": limit}))
