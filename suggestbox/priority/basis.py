"""From what the award of a credited idea follows: what is carried out of the ideas it was taken up in."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db

from . import queries
from .models import Credit

_IDEAS: Any = sa.bindparam("ideas", expanding=True)
_MEASURED = sa.select(Credit.idea_id, Credit.later_id, Credit.percent).where(
    Credit.idea_id.in_(_IDEAS), Credit.later_id.is_not(None)).order_by(Credit.id)
_EARLIER = sa.select(Credit.idea_id).where(Credit.later_id.in_(_IDEAS)).distinct()


def measures_of_credit(idea_id: int) -> list[tuple[int, int]]:
    """Give (later idea, percent of what it brings that counts for this one)."""
    return measures_of_credits([idea_id]).get(idea_id, [])


def measures_of_credits(idea_ids: Collection[int]) -> dict[int, list[tuple[int, int]]]:
    """Give {earlier idea: (later idea, percent)} of those that are credited.

    A credit counts for nothing where the same people handed in both: what is done is paid to them once already.
    Two statements, one where nothing is credited, none for no ideas.
    """
    if not idea_ids:
        return {}
    asked = db.session.execute(_MEASURED, {"ideas": sorted(set(idea_ids))})
    rows: list[tuple[int, int, int]] = [(row[0], row[1] or 0, row[2]) for row in asked]
    if not rows:
        return {}
    teams = queries.teams_of({row[0] for row in rows} | {row[1] for row in rows})
    found: dict[int, list[tuple[int, int]]] = {}
    for earlier, later, percent in rows:
        if not teams[earlier] <= teams[later]:
            found.setdefault(earlier, []).append((later, percent))
    return found


def earlier_of(later_ids: Collection[int]) -> list[int]:
    """Give the ideas credited because of these: what is carried out of the later ones counts for them too."""
    return sorted(db.session.scalars(_EARLIER, {"ideas": sorted(set(later_ids))})) if later_ids else []
