"""Writing new steps: every move opens some, so they do not take the way of a row nobody has seen before."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import make_transient_to_detached

from suggestbox.core.database import db

from .models import Step
from .queries import forget_owners

_STEPS: Any = Step.__table__
_NEW = sa.insert(_STEPS).returning(_STEPS.c.id)
_EMPTY = {"done_at": None, "done_by_id": None, "skipped_at": None, "outcome": ""}


def open_steps(rows: Sequence[dict[str, Any]]) -> list[Step]:
    """Write open steps, and give them as the session's own, in this order. Flushes nothing else, never commits.

    Takes   rows: of each every column but its id and what says that it is done
    """
    session = db.session()
    connection = session.connection()
    made = []
    for row in rows:
        step = Step(id=connection.execute(_NEW, row | _EMPTY).scalar_one(), **row, **_EMPTY)
        make_transient_to_detached(step)  # as if it had been read: it stands in the database like this
        session.add(step)
        made.append(step)
    if made:
        forget_owners(session)
    return made
