"""What is known of an idea when its award is worked out: what was carried out, and what it brings."""

from collections.abc import Collection
from dataclasses import dataclass, field

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.measures.benefit import Net, net_first_year
from suggestbox.measures.models import OPEN_STATES, Measure, SoftBenefit


@dataclass
class Basis:
    """What stands of one idea: measures done and open, the net benefit in euros, points of the soft benefit."""

    done: int = 0
    open: int = 0
    net: Net | None = None
    soft: dict[str, int] = field(default_factory=dict)

    @property
    def stands(self) -> bool:
        """Whether everything planned is carried out and somebody said what it brings."""
        return self.done > 0 and self.open == 0 and (self.net is not None or bool(self.soft))


def bases_of(idea_ids: Collection[int]) -> dict[int, Basis]:
    """Give {idea id: what stands of it} for every one asked about. Three statements, one where nothing was carried out."""
    found = {idea_id: Basis() for idea_id in idea_ids}
    measures: dict[int, int] = {}
    rows = sa.select(Measure.id, Measure.idea_id, Measure.state).where(Measure.idea_id.in_(sorted(found)))
    for measure_id, idea_id, state in db.session.execute(rows):
        if state == "done":
            found[idea_id].done += 1
            measures[measure_id] = idea_id
        elif state in OPEN_STATES:
            found[idea_id].open += 1
    if not measures:
        return found
    for idea_id, net in net_first_year(sorted(set(measures.values()))).items():
        found[idea_id].net = net
    points: dict[tuple[int, str], int] = {}
    query = sa.select(SoftBenefit.measure_id, SoftBenefit.aspect, SoftBenefit.points)
    for measure_id, aspect, given in db.session.execute(
        query.where(SoftBenefit.measure_id.in_(sorted(measures))).order_by(SoftBenefit.version)
    ):
        points[measure_id, aspect] = given  # the latest version counts
    for (measure_id, aspect), given in points.items():
        soft = found[measures[measure_id]].soft
        soft[aspect] = max(given, soft.get(aspect, 0))
    return found


def basis_of(idea_id: int) -> Basis:
    """Give what stands of one idea."""
    return bases_of([idea_id])[idea_id]
