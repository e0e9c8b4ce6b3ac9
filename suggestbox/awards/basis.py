"""What is known of an idea when its award is worked out: what was carried out, and what it brings."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.measures.benefit import Net, net_first_year
from suggestbox.measures.models import OPEN_STATES, Measure, SoftBenefit
from suggestbox.priority.basis import measures_of_credits


@dataclass
class Basis:
    """What stands of one idea: measures done and open, the net benefit in euros, points of the soft benefit."""

    done: int = 0
    open: int = 0
    net: Net | None = None
    soft: dict[str, int] = field(default_factory=dict)
    credited: bool = False  # declined, and done after all as a later idea: what that one brings counts

    @property
    def stands(self) -> bool:
        """Whether everything planned is carried out and somebody said what it brings."""
        return self.done > 0 and self.open == 0 and (self.net is not None or bool(self.soft))


def bases_of(idea_ids: Collection[int]) -> dict[int, Basis]:
    """Give {idea id: what stands of it} for every one asked about, also what stands of the ideas it was taken up in.

    Four statements, two where nothing was carried out; twice as many and one where a declined idea is credited.
    """
    found = _bases_of(idea_ids)
    taken_up = measures_of_credits(idea_ids)
    later = _bases_of({later_id for rows in taken_up.values() for later_id, _percent in rows}) if taken_up else {}
    for idea_id, rows in taken_up.items():
        basis = found[idea_id]
        basis.credited = True
        for later_id, percent in rows:
            _add(basis, idea_id, later[later_id], percent)
    return found


def _add(basis: Basis, idea_id: int, later: Basis, percent: int) -> None:
    """Let so much of what a later idea brings count for the one that was there first; of points the whole."""
    basis.done += later.done
    basis.open += later.open
    for aspect, points in later.soft.items():
        basis.soft[aspect] = max(points, basis.soft.get(aspect, 0))
    if later.net is None:
        return
    basis.net = net = basis.net or Net(idea_id)
    for one in later.net.measures:
        amounts: dict[str, Any] = {column: share_of(getattr(one, column), percent) for column in MONEY}
        part = replace(one, **amounts)
        net.measures.append(part)
        net.cents += part.net_cents
        net.savings_cents += part.savings_cents
        net.revenue_cents += part.revenue_cents
        net.cost_cents += part.running_cost_cents + part.one_off_first_year_cents


MONEY = ("savings_cents", "revenue_cents", "running_cost_cents", "one_off_first_year_cents", "net_cents")


def share_of(cents: int, percent: int) -> int:
    """Give so many percent of an amount, rounded to the nearest cent, a half away from nought."""
    size = (abs(cents) * percent * 2 + 100) // 200
    return size if cents >= 0 else -size


_IDS: Any = sa.bindparam("ids", expanding=True)
_MEASURES = sa.select(Measure.id, Measure.idea_id, Measure.state).where(Measure.idea_id.in_(_IDS))
_SOFT = sa.select(SoftBenefit.measure_id, SoftBenefit.aspect, SoftBenefit.points).where(
    SoftBenefit.measure_id.in_(_IDS)).order_by(SoftBenefit.version)


def _bases_of(idea_ids: Collection[int]) -> dict[int, Basis]:
    found = {idea_id: Basis() for idea_id in idea_ids}
    measures: dict[int, int] = {}
    for measure_id, idea_id, state in db.session.execute(_MEASURES, {"ids": sorted(found)}):
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
    for measure_id, aspect, given in db.session.execute(_SOFT, {"ids": sorted(measures)}):
        points[measure_id, aspect] = given  # the latest version counts
    for (measure_id, aspect), given in points.items():
        soft = found[measures[measure_id]].soft
        soft[aspect] = max(given, soft.get(aspect, 0))
    return found


def basis_of(idea_id: int) -> Basis:
    """Give what stands of one idea."""
    return bases_of([idea_id])[idea_id]
