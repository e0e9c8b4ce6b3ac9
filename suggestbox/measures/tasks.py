"""The steps a measure is made of: lines with a tick. Flush, never commit."""

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.errors import Faults, Invalid, NotFound, Refused
from suggestbox.core.language import gettext as _
from suggestbox.core.typed import typed_text
from suggestbox.journal import operations as journal

from .models import OPEN_STATES, Measure, MeasureTask
from .operations import FARTHEST_DAYS, TITLE_LENGTH

TASKS_AT_MOST = 30


def tasks_of(measure: Measure) -> list[MeasureTask]:
    """Give the steps of a measure in their order."""
    query = sa.select(MeasureTask).where(MeasureTask.measure_id == measure.id)
    return list(db.session.scalars(query.order_by(MeasureTask.position, MeasureTask.id)))


def add_task(
    measure: Measure, *, title: str, due_on: date | None, by_id: int, now: datetime, today: date
) -> MeasureTask:
    """Add a step at the end.

    Raises  Refused (done or abandoned), Invalid (no title, a date gone by, or too many)
    """
    _refuse_over(measure)
    faults = Faults()
    with faults:
        title = typed_text("title", title, TITLE_LENGTH)
    with faults:
        if due_on is not None and not today <= due_on <= today + timedelta(days=FARTHEST_DAYS):
            raise Invalid(fields={"due_on": _("This date is too early.") if due_on < today else _("This date is too late.")})
    faults.tell()
    there = tasks_of(measure)
    if len(there) >= TASKS_AT_MOST:
        raise Invalid(fields={"title": _("At most %(number)s steps fit a measure.", number=TASKS_AT_MOST)})
    task = MeasureTask(measure_id=measure.id, position=max((t.position for t in there), default=0) + 1, title=title,
                       due_on=due_on)
    db.session.add(task)
    db.session.flush()
    _note("add_task", measure, task, now=now, by_id=by_id)
    return task


def tick_task(measure: Measure, task_id: int, *, done: bool, by_id: int, now: datetime) -> MeasureTask:
    """Tick a step, or take the tick away. Ticking twice changes nothing.

    Raises  NotFound, Refused (done or abandoned)
    """
    _refuse_over(measure)
    task = _task(measure, task_id)
    if done != (task.done_at is not None):
        task.done_at, task.done_by_id = (now, by_id) if done else (None, None)
        _note("tick_task" if done else "untick_task", measure, task, now=now, by_id=by_id)
        db.session.flush()
    return task


def remove_task(measure: Measure, task_id: int, *, by_id: int, now: datetime) -> None:
    """Take a step off the list.

    Raises  NotFound, Refused (done or abandoned)
    """
    _refuse_over(measure)
    task = _task(measure, task_id)
    _note("remove_task", measure, task, now=now, by_id=by_id)
    db.session.delete(task)
    db.session.flush()


def _task(measure: Measure, task_id: int) -> MeasureTask:
    task = db.session.get(MeasureTask, task_id)
    if task is None or task.measure_id != measure.id:
        raise NotFound()
    return task


def _refuse_over(measure: Measure) -> None:
    if measure.state not in OPEN_STATES:
        raise Refused(_("This measure is over; its steps stay as they are."), reason="measure_over")


def _note(kind: str, measure: Measure, task: MeasureTask, **more: Any) -> None:
    journal.write(kind, now=more["now"], actor_id=more["by_id"], idea_id=measure.idea_id, audience="handlers",
                  measure_id=measure.id, task_id=task.id)
