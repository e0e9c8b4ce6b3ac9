"""Which ideas could be told: what was carried out and has no story yet. Nothing falls off this list by itself."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import UtcTime, db
from suggestbox.core.paging import PAGE_SIZE, Columns, Page, page_of
from suggestbox.ideas.models import ADOPTING, Idea
from suggestbox.journal.models import Entry
from suggestbox.measures.benefit import COUNTS
from suggestbox.measures.models import Measure, MeasureFigure, SoftBenefit
from suggestbox.people.directory import Directory

from .models import Story
from .policy import written_by

TABS = ("worth", "all", "writing", "told", "ended")
"""Worth telling: it brings something, or a submitter would like to talk about it. Then all; and the stories there are."""

_STATES = {"writing": ("draft", "asked"), "told": ("published",), "ended": ("withdrawn",)}


@dataclass(frozen=True)
class Row:
    """An idea that could be told, or is, and what speaks for it."""

    idea_id: int
    number: str
    title: str
    department_id: int | None
    at: datetime  # when it was carried out, or the story was last changed
    done_on: date | None = None
    story_id: int | None = None
    state: str = ""
    counts: bool = False  # a figure stands for what it brings
    points: bool = False  # it brings something no money shows
    wish: bool = False  # a submitter would like to talk about it
    picture: bool = False  # there is one of how it looks now


def _done(*conditions: Any) -> Any:
    return sa.exists().where(Measure.idea_id == Idea.id, Measure.state == "done", *conditions).correlate(Idea)


_LAST_DONE = (
    sa.select(sa.func.max(Measure.done_at)).where(Measure.idea_id == Idea.id, Measure.state == "done")
    .correlate(Idea).scalar_subquery()
)
_DONE_AT: Any = sa.type_coerce(_LAST_DONE, UtcTime())
_SINCE = (
    sa.select(sa.func.min(Measure.done_on)).where(Measure.idea_id == Idea.id, Measure.state == "done")
    .correlate(Idea).scalar_subquery()
)
_BRINGS = _done(sa.exists().where(MeasureFigure.measure_id == Measure.id, COUNTS))
_POINTS = _done(sa.exists().where(SoftBenefit.measure_id == Measure.id, SoftBenefit.points > 0))
_PICTURE = _done(Measure.picture_id.is_not(None))
_WISH = sa.exists().where(
    Entry.idea_id == Idea.id, Entry.kind == "ask_for_talk",
    sa.exists().where(Measure.idea_id == Entry.idea_id, Measure.done_at <= Entry.at),
).correlate(Idea)
_UNTOLD = ~sa.exists().where(Story.idea_id == Idea.id, Story.state != "discarded").correlate(Idea)
_CARRIED_OUT = sa.and_(
    Idea.outcome.in_(ADOPTING), Idea.released_at.is_not(None), Idea.stage.not_in(("draft", "withdrawn")), _done(), _UNTOLD,
)
_WORTH = sa.or_(_BRINGS, _POINTS, _WISH)
_MARKS = tuple(sa.case((mark, 1), else_=0) for mark in (_BRINGS, _POINTS, _WISH, _PICTURE))
_IDEA = (Idea.id, Idea.number, Idea.title, Idea.department_id)


def counted(person_id: int, book: Directory) -> dict[str, int]:
    """Give how many rows each tab has for somebody who writes. Two statements."""
    mine = written_by(person_id, book)
    worth = sa.func.coalesce(sa.func.sum(sa.case((_WORTH, 1), else_=0)), 0)
    both = db.session.execute(sa.select(worth, sa.func.count()).select_from(Idea).where(_CARRIED_OUT, mine)).one()
    query = sa.select(Story.state, sa.func.count()).join(Idea, Idea.id == Story.idea_id).where(mine)
    states = {state: int(number) for state, number in db.session.execute(query.group_by(Story.state))}
    found = {tab: sum(states.get(state, 0) for state in which) for tab, which in _STATES.items()}
    return {"worth": int(both[0]), "all": int(both[1]), **found}


def listed(tab: str, person_id: int, book: Directory, *, key: str | None = None, size: int = PAGE_SIZE) -> Page:
    """Give one page of a tab, what was carried out (or written on) last first. One statement."""
    return _stories(tab, person_id, book, key, size) if tab in _STATES else _untold(tab, person_id, book, key, size)


def _untold(tab: str, person_id: int, book: Directory, key: str | None, size: int) -> Page:
    columns: Columns = [(_DONE_AT, True), (Idea.id, True)]
    query: Any = sa.select(*_IDEA, _DONE_AT, _SINCE, *_MARKS).where(_CARRIED_OUT, written_by(person_id, book))
    page = page_of(query.where(_WORTH) if tab == "worth" else query, columns, key=key, size=size)
    page.rows = [_could(*row) for row in page.rows]
    return page


def _could(
    idea_id: int, number: str, title: str, department_id: int | None, at: datetime, done_on: date | None, *marks: int
) -> Row:
    counts, points, wish, picture = map(bool, marks)
    return Row(idea_id, number, title, department_id, at, done_on, counts=counts, points=points, wish=wish, picture=picture)


def _stories(tab: str, person_id: int, book: Directory, key: str | None, size: int) -> Page:
    columns: Columns = [(Story.changed_at, True), (Story.id, True)]
    query: Any = sa.select(*_IDEA, Story.changed_at, _SINCE, Story.id, Story.state).join(Idea, Idea.id == Story.idea_id)
    query = query.where(Story.state.in_(_STATES[tab]), written_by(person_id, book))
    page = page_of(query, columns, key=key, size=size)
    page.rows = [Row(*row) for row in page.rows]
    return page


def story_about(idea_id: int) -> Story | None:
    """Give the story of an idea that was not put aside, whatever its state. One statement."""
    return db.session.scalars(sa.select(Story).where(Story.idea_id == idea_id, Story.state != "discarded")).first()
