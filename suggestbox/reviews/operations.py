"""Putting criteria in force."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.errors import Invalid
from suggestbox.core.language import gettext as _
from suggestbox.journal import operations as journal

from .criteria import FIRST_SET
from .models import Criterion
from .queries import OWN_SETS


def publish_criteria(rows: Iterable[dict[str, Any]], *, now: datetime, by_id: int | None = None) -> int:
    """Put a new set of criteria in force and give its number. Assessments given before keep their set.

    Takes   rows: key, weight (1 to 100), names, helps and anchors (five texts per language), in their order
    Raises  Invalid when a set is empty, a key stands twice, or an anchor is missing
    """
    rows = list(rows)
    keys = [row["key"] for row in rows]
    if not rows or len(set(keys)) != len(keys):
        raise Invalid(_("A set needs criteria, each with a key of its own."))
    if any(len(row["anchors"].get(code, [])) != 5 for row in rows for code in ("de", "en")):
        raise Invalid(_("Each criterion needs five worded answers in both languages."))
    last = db.session.scalar(sa.select(sa.func.max(Criterion.set_version)).where(Criterion.set_version < OWN_SETS)) or 0
    db.session.add_all(Criterion(set_version=last + 1, position=n, **row) for n, row in enumerate(rows, 1))
    journal.write("criteria.published", now=now, actor_id=by_id, role="person" if by_id else "house", set=last + 1)
    db.session.flush()
    return last + 1


def ensure_criteria(*, now: datetime) -> None:
    """Put the first set in force where there is none."""
    if db.session.scalar(sa.select(sa.func.count()).select_from(Criterion)) == 0:
        publish_criteria(FIRST_SET, now=now)
