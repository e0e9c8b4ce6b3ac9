"""Measures, found: of ideas, on a touchpoint, for themes, of one owner, and as a list to look through."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.paging import PAGE_SIZE, Columns, Page, page_of
from suggestbox.ideas.models import Idea
from suggestbox.ideas.policy import reads_outcome, visible_to
from suggestbox.people.directory import Directory
from suggestbox.people.policy import Somebody
from suggestbox.people.queries import here
from suggestbox.steps.models import Step

from .models import OPEN_STATES, STATES, Measure

# A table of a room above this one, by name: this room may not import it.
_idea_theme = sa.table("idea_theme", sa.column("idea_id"), sa.column("theme_id"))

_STATE_RANK = sa.case({"running": 0, "planned": 1}, value=Measure.state, else_=2)


def shown_to(person_id: int, book: Directory) -> sa.ColumnElement[bool]:
    """Give the condition for measures the person reads, in a statement that joins their ideas.

    Everybody who may read an idea's outcome reads its measures; whoever has to carry one out reads that one.
    """
    reads = sa.or_(reads_outcome(person_id, book), Measure.owner_id == person_id)
    return sa.and_(visible_to(person_id, book), reads)


def measures_of(idea_ids: Collection[int]) -> dict[int, list[Measure]]:
    """Give {idea id: its measures}, open ones first, by date. One statement; ask first who may read the outcome."""
    found: dict[int, list[Measure]] = {}
    if idea_ids:
        query = sa.select(Measure).where(Measure.idea_id.in_(sorted(idea_ids)))
        for row in db.session.scalars(query.order_by(_STATE_RANK, Measure.due_on, Measure.id)):
            found.setdefault(row.idea_id, []).append(row)
    return found


@dataclass(frozen=True)
class MeasureLine:
    """A measure with its idea, as other pages show it."""

    id: int
    title: str
    state: str
    owner_id: int
    due_on: date
    done_on: date | None
    touchpoint_id: int | None
    idea_id: int
    idea_number: str
    idea_title: str


_LINE = (
    Measure.id, Measure.title, Measure.state, Measure.owner_id, Measure.due_on, Measure.done_on, Measure.touchpoint_id,
    Idea.id, Idea.number, Idea.title,
)


def _lines(me: Somebody, *conditions: Any, order: Iterable[Any]) -> list[MeasureLine]:
    """Of the measures the reader may see; for the house itself (nobody) all of them."""
    query = sa.select(*_LINE).join(Idea, Idea.id == Measure.idea_id).where(*conditions)
    if me is not None:
        query = query.where(shown_to(me.id, here()))
    return [MeasureLine(*row[:8], row[8] or "", row[9]) for row in db.session.execute(query.order_by(*order))]


def running_on(touchpoint_id: int, me: Somebody) -> list[MeasureLine]:
    """Give what is planned or running at a touchpoint, as far as the reader may see it; the soonest first."""
    return _lines(me, Measure.touchpoint_id == touchpoint_id, Measure.state.in_(OPEN_STATES),
                  order=(Measure.due_on, Measure.id))


def running_on_touchpoints(touchpoint_ids: Collection[int], me: Somebody) -> dict[int, list[MeasureLine]]:
    """Give {touchpoint id: what is planned or running there}. One statement."""
    found: dict[int, list[MeasureLine]] = {}
    if touchpoint_ids:
        for line in _lines(me, Measure.touchpoint_id.in_(sorted(touchpoint_ids)), Measure.state.in_(OPEN_STATES),
                           order=(Measure.due_on, Measure.id)):
            found.setdefault(line.touchpoint_id or 0, []).append(line)
    return found


def for_themes(theme_ids: Collection[int], me: Somebody, *, states: tuple[str, ...] = STATES) -> list[MeasureLine]:
    """Give the measures of ideas that answer one of the themes; those done last first.

    Takes   me: the reader; None for the house itself, such as a job, to whom everything is there
    """
    if not theme_ids:
        return []
    answering = sa.select(_idea_theme.c.idea_id).where(_idea_theme.c.theme_id.in_(sorted(theme_ids)))
    return _lines(me, Measure.idea_id.in_(answering), Measure.state.in_(states),
                  order=(_STATE_RANK, Measure.done_on.desc(), Measure.due_on, Measure.id))


def done_for_theme(theme_id: int | Collection[int], me: Somebody) -> list[MeasureLine]:
    """Give the measures that are done, of ideas that answer the theme (or one of several); the last one first."""
    theme_ids = [theme_id] if isinstance(theme_id, int) else theme_id
    return for_themes(theme_ids, me, states=("done",))


# -- the list --------------------------------------------------------------------------------------------------------

ORDERS: dict[str, Columns] = {
    "open": [(Measure.due_on, False), (Measure.id, False)],
    "done": [(Measure.done_at, True), (Measure.id, True)],
    "abandoned": [(Measure.abandoned_at, True), (Measure.id, True)],
}
"""Open ones: the most urgent first. Done and abandoned ones: the last one first."""

STATES_SHOWN = ("open", "planned", "running", "late", "done", "abandoned")


@dataclass(frozen=True)
class Narrowed:
    """What the list is narrowed down to; everything empty means all open ones."""

    state: str = "open"
    owner_id: int | None = None
    department_id: int | None = None
    touchpoint_id: int | None = None


def listed(me: Any, narrowed: Narrowed, book: Directory, *, key: str | None = None, size: int = PAGE_SIZE) -> Page:
    """Give one page of (measure, idea) the reader may see. One statement.

    Raises  Invalid for a page mark that is not one of ours
    """
    query: Any = sa.select(Measure, Idea).join(Idea, Idea.id == Measure.idea_id)
    query = query.where(shown_to(me.id, book), *_conditions(narrowed, book))
    return page_of(query, ORDERS[narrowed.state if narrowed.state in ORDERS else "open"], key=key, size=size)


def _conditions(narrowed: Narrowed, book: Directory) -> list[Any]:
    found: list[Any] = []
    if narrowed.state in STATES:
        found.append(Measure.state == narrowed.state)
    elif narrowed.state != "any":
        found.append(Measure.state.in_(OPEN_STATES))
    if narrowed.state == "late":
        found.append(Measure.due_on < book.today)
    if narrowed.owner_id is not None:
        found.append(Measure.owner_id == narrowed.owner_id)
    if narrowed.department_id is not None:
        found.append(Measure.department_id.in_(sorted(book.below(narrowed.department_id))))
    if narrowed.touchpoint_id is not None:
        found.append(Measure.touchpoint_id == narrowed.touchpoint_id)
    return found


COLUMN_SIZE = 12
"""So many measures stand in one column of the board; the list shows all of them."""


def on_board(me: Any, narrowed: Narrowed, book: Directory) -> dict[str, list[Any]]:
    """Give {state: the first measures of its column, each with its idea}. Four statements, one for each state."""
    found = {}
    for state in STATES:
        page = listed(me, replace(narrowed, state=state), book, size=COLUMN_SIZE)
        found[state] = list(page.rows)
    return found


def counted_by_state(me: Any, narrowed: Narrowed, book: Directory) -> dict[str, int]:
    """Give {state: how many} of what the board is narrowed down to. One statement."""
    query = sa.select(Measure.state, sa.func.count()).join(Idea, Idea.id == Measure.idea_id).group_by(Measure.state)
    query = query.where(shown_to(me.id, book), *_conditions(replace(narrowed, state="any"), book))
    return {state: number for state, number in db.session.execute(query)}


def counted(me: Any, book: Directory) -> dict[str, int]:
    """Give {state, and late: how many} of all measures the reader may see. One statement."""
    late = sa.and_(Measure.state.in_(OPEN_STATES), Measure.due_on < book.today)
    one = sa.func.coalesce(sa.func.sum(sa.case((late, 1), else_=0)), 0)
    columns = [sa.func.coalesce(sa.func.sum(sa.case((Measure.state == state, 1), else_=0)), 0) for state in STATES]
    query = sa.select(*columns, one).join(Idea, Idea.id == Measure.idea_id).where(shown_to(me.id, book))
    row = db.session.execute(query).one()
    return dict(zip((*STATES, "late"), map(int, row), strict=True))


def owners_listed(me: Any, book: Directory) -> list[int]:
    """Give the people who own a measure the reader may see. One statement."""
    query = sa.select(Measure.owner_id).join(Idea, Idea.id == Measure.idea_id).where(shown_to(me.id, book))
    return sorted(set(db.session.scalars(query.distinct())))


def owns_any(person_id: int) -> bool:
    """Say whether the person owns, or owned, a measure."""
    return bool(db.session.scalar(sa.select(sa.exists().where(Measure.owner_id == person_id))))


def benefit_steps(idea_id: int) -> list[Step]:
    """Give the open steps of an idea that are about figures of its measures."""
    query = sa.select(Step).where(
        Step.idea_id == idea_id, Step.kind.in_(("confirm_benefit", "prove_benefit")), Step.done_at.is_(None)
    )
    return list(db.session.scalars(query))
