"""Criteria in force, totals, load of reviewers."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from suggestbox.core.database import db

from .models import Assignment, Criterion

OWN_SETS = 1_000_000
"""From this number on a set belongs to something of its own, a call for ideas, and is never the house's."""


_OF_A_SET = sa.select(Criterion).where(Criterion.set_version == sa.bindparam("which")).order_by(Criterion.position)
_OF_THE_HOUSE = sa.select(Criterion).where(
    Criterion.set_version == sa.select(sa.func.max(Criterion.set_version))
    .where(Criterion.set_version < OWN_SETS).scalar_subquery()
).order_by(Criterion.position)


def criteria_of(set_version: int | None = None) -> list[Criterion]:
    """Give the criteria of a set in their order; without a number the house's. Read once per transaction."""
    session = db.session()
    kept: Any = session.info.get("criteria")
    if kept is None or kept[0] is not session.get_transaction():
        session.info["criteria"] = kept = (session.get_transaction(), {})
    found: list[Criterion] | None = kept[1].get(set_version)
    if found is None:
        if session.autoflush and _one_changed(session):
            session.flush()
        with session.no_autoflush:  # nothing else needs to be written for it
            found = list(
                session.scalars(_OF_A_SET, {"which": set_version}) if set_version else session.scalars(_OF_THE_HOUSE))
        if session.get_transaction() is not kept[0]:  # the question itself began one
            session.info["criteria"] = kept = (session.get_transaction(), {})
        kept[1][set_version] = found
    return list(found)


@event.listens_for(Session, "after_flush")
def _forget_criteria(session: Session, _context: Any) -> None:
    if _one_changed(session):
        session.info.pop("criteria", None)


def _one_changed(session: Session) -> bool:
    return any(isinstance(row, Criterion) for row in (*session.new, *session.dirty, *session.deleted))


def weighted_total(points: dict[int, int | None], criteria: Iterable[Criterion]) -> float | None:
    """Give the weighted mean of the points given, 1 to 5, or None when nothing could be judged.

    Takes   points: {criterion id: 1 to 5, or None for "I cannot judge this"}
    Source  the mean predicted decisions better than the median on real reviews (design data)
    """
    judged = [(c.weight, points[c.id]) for c in criteria if points.get(c.id) is not None]
    if not judged:
        return None
    return round(sum(w * (p or 0) for w, p in judged) / sum(w for w, _ in judged), 4)


def open_reviews(person_ids: Iterable[int] | None = None) -> dict[int, int]:
    """Give {person id: open assessments}, of everybody or of the people named."""
    query = sa.select(Assignment.person_id, sa.func.count()).where(Assignment.state == "open")
    if person_ids is not None:
        query = query.where(Assignment.person_id.in_(list(person_ids)))
    return dict(db.session.execute(query.group_by(Assignment.person_id)).all())  # type: ignore[arg-type]


def mean_points(assignments: Iterable[Assignment]) -> float | None:
    """Give the mean of the totals, or None."""
    totals = [a.total_points for a in assignments if a.total_points is not None]
    return round(sum(totals) / len(totals), 2) if totals else None
