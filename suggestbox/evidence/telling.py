"""Measures that were done long enough ago for their submitters to hear what customers say since."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.settings import rule
from suggestbox.feedback.landscape import landscape
from suggestbox.ideas.models import Idea, Submitter
from suggestbox.mail.models import Notice
from suggestbox.mail.operations import tell_waiting
from suggestbox.measures.models import Measure
from suggestbox.measures.queries import MeasureLine

from . import settings  # noqa: F401 -- declares the rule asked for below
from .models import IdeaTheme
from .queries import links_of
from .since import Since, compare_since

LATEST_DAYS = 365
"""Older ones are no news any more, such as when the module is switched on."""


def done_measures(measure_ids: Collection[int]) -> dict[int, MeasureLine]:
    """Give {id: measure} of those that are done, whoever may see them. One statement."""
    query = sa.select(Measure, Idea.number, Idea.title).join(Idea, Idea.id == Measure.idea_id)
    query = query.where(Measure.id.in_(sorted(measure_ids)), Measure.state == "done")
    return {
        m.id: MeasureLine(m.id, m.title, m.state, m.owner_id, m.due_on, m.done_on, m.touchpoint_id, m.idea_id, number or "",
                          title)
        for m, number, title in db.session.execute(query)
    }


SAYING = ("fewer", "more", "unclear", "with_all")
"""Verdicts worth telling somebody; "too few to say" and the like are none."""


def most_telling(told: Sequence[Since]) -> Since | None:
    """Give the comparison a line is about: one with a clear difference, of these the one with most customers."""
    worth = [one for one in told if one.verdict in SAYING]
    return max(worth, key=_weight, default=None)


def _weight(one: Since) -> tuple[bool, int]:
    row = one.row(one.judged)
    return one.verdict in ("fewer", "more"), row.before.customers + row.since.customers


def tell_submitters(*, today: date, now: datetime) -> int:
    """Put a notice into the inbox of every submitter of a measure that is old enough, once, as soon as there is something
    to say; give how many are new. Flushes, never commits.
    """
    linked = sa.exists().where(IdeaTheme.idea_id == Measure.idea_id).correlate(Measure)
    query = (
        sa.select(Measure.id, Measure.idea_id, Submitter.id.label("submitter_id"))
        .join(Submitter, Submitter.idea_id == Measure.idea_id)
        .join(Idea, Idea.id == Measure.idea_id)
        .where(
            Measure.state == "done", Measure.done_on <= today - timedelta(days=rule("feedback.since_told_days")),
            Measure.done_on > today - timedelta(days=LATEST_DAYS), Submitter.state == "accepted",
            Idea.released_at.is_not(None), linked,
        )
        .order_by(Measure.id, Submitter.position, Submitter.id)
    )
    rows: list[dict[str, Any]] = [
        {"key": f"since:{row.id}:{row.submitter_id}", "submitter_id": row.submitter_id, "idea_id": row.idea_id,
         "facts": {"measure_id": row.id}}
        for row in db.session.execute(query)
    ]
    known = set(db.session.scalars(sa.select(Notice.key).where(Notice.key.in_([row["key"] for row in rows]))))
    rows = [row for row in rows if row["key"] not in known]
    sayable = _with_something_to_say({row["facts"]["measure_id"] for row in rows}, today)
    rows = [row for row in rows if row["facts"]["measure_id"] in sayable]
    tell_waiting("evidence.since", rows, now=now)
    return len(rows)


def _with_something_to_say(measure_ids: Collection[int], today: date) -> set[int]:
    if not measure_ids:
        return set()
    measures, lands = done_measures(measure_ids), landscape()
    links = links_of({measure.idea_id for measure in measures.values()}, lands)
    return {
        measure.id for measure in measures.values()
        if most_telling([compare_since(measure, link.theme, lands, None, today=today)
                         for link in links.get(measure.idea_id, ())])
    }
