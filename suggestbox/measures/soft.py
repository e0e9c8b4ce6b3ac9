"""What a measure brings that no money shows: points by a table, one aspect at a time. Flush, never commit."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.errors import Faults, Invalid
from suggestbox.core.language import gettext as _
from suggestbox.core.typed import typed_text
from suggestbox.journal import operations as journal

from .models import ASPECTS, Measure, SoftBenefit
from .operations import REASON_LENGTH, refuse_abandoned

MOST_POINTS = 4


def soft_of(measure_ids: Collection[int]) -> dict[int, dict[str, SoftBenefit]]:
    """Give {measure id: {aspect: what was said of it last}}, aspects in the order of the table. One statement."""
    latest: dict[int, dict[str, SoftBenefit]] = {}
    query = sa.select(SoftBenefit).where(SoftBenefit.measure_id.in_(sorted(measure_ids)))
    for row in db.session.scalars(query.order_by(SoftBenefit.version)):
        latest.setdefault(row.measure_id, {})[row.aspect] = row
    return {key: {a: rows[a] for a in ASPECTS if a in rows} for key, rows in latest.items()}


def rate_aspect(
    measure: Measure, *, aspect: str, points: int | None, words: str, by_id: int, now: datetime
) -> SoftBenefit:
    """Say how much a measure does for one aspect, and why. A later word replaces the earlier one, which stays kept.

    Raises  Invalid, Refused (abandoned)
    """
    refuse_abandoned(measure)
    faults = Faults()
    with faults:
        if aspect not in ASPECTS:
            raise Invalid(fields={"aspect": _("Please choose one of these.")})
    with faults:
        if points is None or not 0 <= points <= MOST_POINTS:
            raise Invalid(fields={"points": _("Please choose one of these.")})
    with faults:
        words = typed_text("words", words, REASON_LENGTH)
    faults.tell()
    query = sa.select(sa.func.max(SoftBenefit.version)).where(
        SoftBenefit.measure_id == measure.id, SoftBenefit.aspect == aspect
    )
    row = SoftBenefit(measure_id=measure.id, aspect=aspect, version=(db.session.scalar(query) or 0) + 1, points=points,
                      words=words, by_id=by_id, at=now)
    db.session.add(row)
    db.session.flush()
    journal.write("rate_aspect", now=now, actor_id=by_id, idea_id=measure.idea_id, audience="handlers",
                  measure_id=measure.id, aspect=aspect, points=points, version=row.version)
    return row
