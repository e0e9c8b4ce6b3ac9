"""Measures of the demo: planned, carried out or given up beside the ideas, with what they cost and bring."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from suggestbox.core.clock import local_date
from suggestbox.core.database import db
from suggestbox.ideas.models import Idea
from suggestbox.ideas.parts import people_behind
from suggestbox.measures.figures import awaits_second, confirm_figure, record_figure
from suggestbox.measures.models import Measure, MeasureFigure
from suggestbox.measures.operations import (
    abandon_measure,
    finish_measure,
    link_project,
    move_measure,
    plan_measure,
    start_measure,
)
from suggestbox.measures.policy import is_adopted
from suggestbox.measures.soft import rate_aspect
from suggestbox.measures.tasks import add_task, tasks_of, tick_task
from suggestbox.people.directory import directory
from suggestbox.people.models import Person
from suggestbox.reviews.models import Decision
from suggestbox.steps.models import Step
from suggestbox.workflow.operations import case_of, move, settle

from .script import CONTENT, Row, read_content
from .walk import Script, World

TIME_TO_CHECK = timedelta(days=3)
CELLS = ("what", "amount", "unit", "euros", "per_year", "column")


@lru_cache(maxsize=1)
def told() -> Row:
    """Give what is told of measures."""
    return read_content(CONTENT / "measures.toml")


def scripts_of(world: World, *, zone: str) -> Iterator[Script]:
    """Give what happens to measures between the ideas of the year."""
    for row in told()["measures"]:
        yield _measure(world, row, zone)
    for row in told()["figures"]:
        yield _figures(world, row)


def _lines(rows: list[list[str]]) -> list[dict[str, Any]]:
    lines = [dict(zip(CELLS, row, strict=True)) for row in rows]
    return [{**line, "unit_cents": int(Decimal(line.pop("euros")) * 100)} for line in lines]


def _idea(world: World, beginning: str) -> Idea:
    return next(idea for idea in world.ideas.values() if idea.title.startswith(beginning))


def _planner(idea: Idea) -> int:
    """Whoever decided about the idea plans what follows from it."""
    query = sa.select(Decision.decided_by_id).where(Decision.idea_id == idea.id, Decision.revoked_at.is_(None))
    return int(db.session.scalars(query.order_by(Decision.id.desc())).first() or 0)


def _measure(world: World, row: Row, zone: str) -> Script:
    at = world.now - timedelta(days=row["planned_days_ago"])
    yield at
    while not is_adopted(_idea(world, row["idea"])):
        at += timedelta(hours=12)
        yield at
    idea, owner = _idea(world, row["idea"]), world.person(row["owner"])
    by_id, book = _planner(idea), directory(local_date(at, zone))
    calendar = book.calendar_of(owner.id)
    last = row.get("due_days_ago", row.get("done_days_ago", 0) - 6)
    due = calendar.add_working_days(max(world.today - timedelta(days=last), book.today + timedelta(days=3)), 0)
    measure = plan_measure(idea, title=row["title"], owner_id=owner.id, by_id=by_id, now=at, book=book, due_on=due)
    for title in row.get("tasks", ()):
        add_task(measure, title=title, due_on=None, by_id=by_id, now=at, today=book.today)
    if "project" in row:
        link_project(measure, address=row["project"], by_id=by_id, now=at)
    for kind in ("expected", "agreed"):
        if kind in row:
            _write(measure, row, kind, row[kind], by_id, at)
    settle(idea, now=at)
    if _waiting(measure):
        at += TIME_TO_CHECK
        yield at
        _check(measure, row.get("second", ""), at)
    for aspect, points, words in row.get("soft", ()):
        rate_aspect(measure, aspect=aspect, points=points, words=words, by_id=by_id, now=at)
    at += timedelta(days=2)
    yield at
    if "done_days_ago" in row or "started" in row:
        start_measure(measure, by_id=owner.id, now=at)
        for task in _tasks(measure)[: 99 if "done_days_ago" in row else 2]:
            tick_task(measure, task, done=True, by_id=owner.id, now=at)
    if "moved" in row:
        at = max(at, datetime.combine(measure.due_on, at.timetz()) - timedelta(days=4))
        yield at
        book = directory(local_date(at, zone))
        move_measure(measure, due_on=calendar.add_working_days(measure.due_on + timedelta(days=18), 0), reason=row["moved"],
                     by_id=owner.id, now=at, book=book)
    if "done_days_ago" in row:
        yield from _finish(world, measure, row, owner, at, zone)
    elif "abandoned_days_ago" in row:
        yield from _give_up(world, measure, row, by_id)


def _tasks(measure: Measure) -> list[int]:
    return [task.id for task in tasks_of(measure)]


def _finish(world: World, measure: Measure, row: Row, owner: Person, at: datetime, zone: str) -> Script:
    at = max(at + timedelta(days=1), world.now - timedelta(days=row["done_days_ago"]))
    yield at
    idea, day = db.session.get_one(Idea, measure.idea_id), local_date(at, zone)
    finish_measure(measure, words=row["words"], done_on=day, by_id=owner.id, now=at, book=directory(day))
    settle(idea, now=at)
    if "measured" in row:
        at = max(at + timedelta(days=2), world.now - timedelta(days=row["measured_days_ago"]))
        yield at
        _write(measure, row, "measured", row["measured"], owner.id, at, row["measured_words"])
        settle(idea, now=at)
        if _waiting(measure):
            at += TIME_TO_CHECK
            yield at
            _check(measure, "", at)


def _give_up(world: World, measure: Measure, row: Row, by_id: int) -> Script:
    """Given up for good reasons: everybody who had a talk about it has another one, and only that closes the idea again."""
    at = world.now - timedelta(days=row["abandoned_days_ago"])
    yield at
    idea = db.session.get_one(Idea, measure.idea_id)
    while idea.stage != "closed":
        at += timedelta(hours=12)
        yield at
    abandon_measure(measure, reasons=row["reasons"], by_id=by_id, now=at)
    settle(idea, now=at)
    yield (at := max(at + timedelta(days=1), world.now - timedelta(days=row["talk_days_ago"] + 6)))
    [submitter_id] = people_behind(idea).values()
    submitter = db.session.get_one(Person, submitter_id)
    [party] = case_of(idea, actor=None, now=at).parties
    host, calendar = db.session.get_one(Person, party.host_id), directory(at.date()).calendar_of(submitter_id)
    days = [calendar.add_working_days(at.date(), n) for n in (3, 4)]
    slots = [{"starts_at": at.replace(year=d.year, month=d.month, day=d.day, hour=9, minute=0, second=0, microsecond=0),
              "minutes": 30, "form": "phone", "place": ""} for d in days]
    move(idea, "offer_talk", actor=host, now=at, party_id=party.id, slots=slots)
    yield (at := at + timedelta(hours=20))
    slot = party.offers[-1].slots[0]
    move(idea, "pick_time", actor=submitter, now=at, slot_id=slot.id)
    yield (at := slot.starts_at + timedelta(hours=2))
    move(idea, "record_talk", actor=host, now=at, party_ids=[party.id], held_on=at.date(), form="phone", said=row["reasons"],
         promises=[])
    yield (at := at + timedelta(hours=22))
    move(idea, "confirm", actor=submitter, now=at, follows="yes", appreciated=4, words="Schade, aber ich verstehe es.")


def _figures(world: World, row: Row) -> Script:
    at = world.now - timedelta(days=row["days_ago"])
    yield at
    idea = _idea(world, row["idea"])
    while (measure := db.session.scalars(sa.select(Measure).where(Measure.idea_id == idea.id)).first()) is None:
        at += timedelta(hours=12)
        yield at
    by_id = _planner(idea)
    _write(measure, row, row["kind"], row["lines"], by_id, at)
    for aspect, points, words in row.get("soft", ()):
        rate_aspect(measure, aspect=aspect, points=points, words=words, by_id=by_id, now=at)
    settle(idea, now=at)
    if _waiting(measure) and at + TIME_TO_CHECK < world.now:
        at += TIME_TO_CHECK
        yield at
        _check(measure, "", at)


def _write(measure: Measure, row: Row, kind: str, lines: list[list[str]], by_id: int, at: datetime, rest: str = "") -> None:
    record_figure(measure, kind=kind, lines=_lines(lines), use_years=row.get("use_years", 1), by_id=by_id, now=at,
                  assumptions=rest or row.get("assumptions", ""))


def _waiting(measure: Measure) -> list[MeasureFigure]:
    query = sa.select(MeasureFigure).where(MeasureFigure.measure_id == measure.id)
    return [figure for figure in db.session.scalars(query) if awaits_second(figure)]


def _check(measure: Measure, words: str, at: datetime) -> None:
    for figure in _waiting(measure):
        query = sa.select(Step).where(Step.kind == "confirm_benefit", Step.subject_id == figure.id, Step.done_at.is_(None))
        step = db.session.scalars(query).first()
        if step is not None and step.owner_id is not None:
            confirm_figure(figure, measure, by_id=step.owner_id, now=at, words=words)
    settle(db.session.get_one(Idea, measure.idea_id), now=at)
