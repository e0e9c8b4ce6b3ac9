"""Awards, found: of an idea, of a time, of a submitter; and who is eligible."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import selectinload

from suggestbox.core.clock import local_date
from suggestbox.core.database import db
from suggestbox.core.settings import rule
from suggestbox.ideas.models import Submitter
from suggestbox.measures import settings as _settings  # noqa: F401 -- declares the rule asked for below
from suggestbox.measures.models import Measure, SoftBenefit
from suggestbox.priority.basis import measures_of_credits

from .models import Award, Eligibility


def awards_of(idea_id: int) -> list[Award]:
    """Give every version of an idea's award with its parts, the newest first."""
    query = sa.select(Award).where(Award.idea_id == idea_id).order_by(Award.version.desc())
    return list(db.session.scalars(query.options(selectinload(Award.parts))))


def award_of(idea_id: int) -> Award | None:
    """Give the award that stands: the granted version. None while there is none."""
    return _in_state(idea_id, "granted")


def proposed_for(idea_id: int) -> Award | None:
    """Give the award that waits for a second person, or None."""
    return _in_state(idea_id, "proposed")


def _in_state(idea_id: int, state: str) -> Award | None:
    query = sa.select(Award).where(Award.idea_id == idea_id, Award.state == state)
    return db.session.scalars(query.options(selectinload(Award.parts))).first()


def eligibility_of(idea_id: int) -> dict[int, Eligibility]:
    """Give {submitter id: what was decided about their eligibility}; who is missing is fully eligible."""
    query = sa.select(Eligibility).join(Submitter, Submitter.id == Eligibility.submitter_id).where(
        Submitter.idea_id == idea_id, Eligibility.replaced_at.is_(None))
    return {row.submitter_id: row for row in db.session.scalars(query)}


def kept_from_granting(idea_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """Give {idea id: who may not grant the award that waits}: who proposed it, who decided since then about somebody's
    eligibility as it stands, and who gave the points it rests on. One statement, none for no ideas; three more at most
    where an award by points waits.
    """
    if not idea_ids:
        return {}
    since = sa.and_(Eligibility.submitter_id == Submitter.id, Eligibility.replaced_at.is_(None),
                    Eligibility.at >= Award.proposed_at)
    query = (
        sa.select(Award.idea_id, Award.basis, Award.proposed_by_id, Eligibility.by_id)
        .outerjoin(Submitter, Submitter.idea_id == Award.idea_id).outerjoin(Eligibility, since)
        .where(Award.idea_id.in_(sorted(set(idea_ids))), Award.state == "proposed")
    )
    found: dict[int, frozenset[int]] = {}
    by_points = set()
    for idea_id, basis, *people in db.session.execute(query):
        found[idea_id] = found.get(idea_id, frozenset()) | {who for who in people if who is not None}
        if basis == "points":
            by_points.add(idea_id)
    for idea_id, givers in gave_points(by_points).items():
        found[idea_id] |= givers
    return found


def gave_points(idea_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """Give {idea id: who gave the points of the soft benefit, from so many points on as the house asks for}.

    Whoever says how many points something is worth does not grant the money that follows from them. Three statements at
    most, none for no ideas.
    """
    if not idea_ids:
        return {}
    credited = measures_of_credits(idea_ids)
    belongs = {idea_id: {idea_id, *(later_id for later_id, _percent in credited.get(idea_id, ()))} for idea_id in idea_ids}
    query = (
        sa.select(Measure.idea_id, Measure.id, SoftBenefit.aspect, SoftBenefit.points, SoftBenefit.by_id)
        .join(Measure, Measure.id == SoftBenefit.measure_id)
        .where(Measure.state == "done", Measure.idea_id.in_(sorted(set().union(*belongs.values()))))
        .order_by(SoftBenefit.version)
    )
    latest: dict[tuple[int, int, str], tuple[int, int]] = {}
    for idea_id, measure_id, aspect, points, by_id in db.session.execute(query):
        latest[idea_id, measure_id, aspect] = points, by_id
    found = {}
    for idea_id, ids in belongs.items():
        mine = {key: given for key, given in latest.items() if key[0] in ids and given[0]}
        best: dict[str, int] = {}
        for (_idea_id, _measure_id, aspect), (points, _by_id) in mine.items():
            best[aspect] = max(points, best.get(aspect, 0))
        if mine and sum(best.values()) >= int(rule("measures.second_from_points")):
            found[idea_id] = frozenset(by_id for _points, by_id in mine.values())
    return found


@dataclass
class Granted:
    """A version of an award as it was granted: what is paid because of it, beyond what an earlier version paid."""

    award_id: int
    idea_id: int
    version: int
    on: date  # at headquarters
    basis: str
    cents: int = 0
    parts: dict[int, int] = field(default_factory=dict)  # {submitter id: cents}


def granted_between(since: date, until: date) -> list[Granted]:
    """Give what was granted from one day to another (both included, at headquarters), in the order it was.

    A later version replaces an earlier one, but what the earlier one paid stays where it was: a correction counts with
    the difference, on the day of the correction. Recognitions without money are among them with 0 cents.
    """
    zone = current_app.config["HEADQUARTERS_ZONE"]
    begin = datetime.combine(since, time(), ZoneInfo(zone))
    end = datetime.combine(until + timedelta(days=1), time(), ZoneInfo(zone))
    granted = Award.state.in_(("granted", "replaced"))
    query = sa.select(Award).where(Award.granted_at >= begin, Award.granted_at < end, granted)
    rows = list(db.session.scalars(query.options(selectinload(Award.parts)).order_by(Award.granted_at, Award.id)))
    earlier = _paid_before(rows)
    found = []
    for award in rows:
        assert award.granted_at is not None
        before = earlier.get(award.id, {})
        parts = {part.submitter_id: part.cents - before.get(part.submitter_id, 0) for part in award.parts}
        found.append(Granted(award.id, award.idea_id, award.version, local_date(award.granted_at, zone), award.basis,
                             sum(parts.values()), parts))
    return found


def _paid_before(awards: Collection[Award]) -> dict[int, dict[int, int]]:
    """{award id: {submitter id: cents}} of the version each one replaced."""
    later = [award for award in awards if award.version > 1]
    if not later:
        return {}
    query = sa.select(Award).where(Award.idea_id.in_(sorted({award.idea_id for award in later})), Award.state == "replaced")
    known: dict[int, list[Award]] = {}
    for row in db.session.scalars(query.options(selectinload(Award.parts)).order_by(Award.version)):
        known.setdefault(row.idea_id, []).append(row)
    found = {}
    for award in later:
        before = [one for one in known.get(award.idea_id, ()) if one.version < award.version]
        found[award.id] = {part.submitter_id: part.cents for part in before[-1].parts} if before else {}
    return found
