"""Writing and sealing the journal."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db, touch

from .models import Entry, Seal

_NEW: Any = sa.insert(Entry.__table__).returning(Entry.__table__.c.id)  # type: ignore[arg-type]


def write(
    kind: str,
    /,
    *,
    now: datetime,
    actor_id: int | None = None,
    role: str = "person",
    idea_id: int | None = None,
    audience: str = "handlers",
    **facts: Any,
) -> Entry:
    """Note what happened, in the transaction of the change itself. Flushes nothing, never commits.

    Gives   the entry with its id, to be read only: it is in the database, not in the session
    """
    row = {"at": now, "kind": kind, "idea_id": idea_id, "actor_id": actor_id, "role": role, "audience": audience,
           "facts": facts}
    entry_id = db.session().connection().execute(_NEW, row).scalar_one()  # most are never looked at again
    if idea_id is not None:
        touch(idea_id)
    return Entry(id=entry_id, **row)


def _digest(before: str, entry: Entry) -> str:
    content = [entry.id, entry.at.astimezone(UTC).isoformat(), entry.kind, entry.idea_id, entry.actor_id, entry.role,
               entry.audience, entry.facts]
    return hashlib.sha256((before + json.dumps(content, sort_keys=True, default=str)).encode()).hexdigest()


def seal(limit: int = 10_000) -> int:
    """Chain the committed entries that are not sealed yet; give how many. Run by one process inside `work()`."""
    last = db.session.scalars(sa.select(Seal).order_by(Seal.entry_id.desc()).limit(1)).first()
    before, reached = (last.digest, last.entry_id) if last else ("", 0)
    entries = db.session.scalars(sa.select(Entry).where(Entry.id > reached).order_by(Entry.id).limit(limit)).all()
    for entry in entries:
        before = _digest(before, entry)
        db.session.add(Seal(entry_id=entry.id, digest=before))
    return len(entries)


def first_broken_seal() -> int | None:
    """Give the id of the first entry that is not what was sealed, or None when the chain holds."""
    before = ""
    rows = db.session.execute(
        sa.select(Seal, Entry).outerjoin(Entry, Entry.id == Seal.entry_id).order_by(Seal.entry_id)
    ).yield_per(1000)
    for link, entry in rows:
        if entry is None or _digest(before, entry) != link.digest:
            return link.entry_id
        before = link.digest
    return None
