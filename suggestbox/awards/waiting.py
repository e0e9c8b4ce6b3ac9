"""Which ideas wait for an award, which proposals for a second person, and what was granted: lists to look through."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.paging import PAGE_SIZE, Columns, Page, page_of
from suggestbox.ideas.models import ADOPTING, Idea
from suggestbox.measures.models import OPEN_STATES, Measure
from suggestbox.people.directory import Directory
from suggestbox.priority.models import Credit

from .basis import bases_of
from .models import Award
from .policy import shown_to

TABS = ("waiting", "proposed", "granted")


@dataclass(frozen=True)
class Row:
    """An idea in one of the lists. `cents` is the net benefit while it waits, else the award; `soft`: points stand."""

    idea_id: int
    number: str
    title: str
    department_id: int | None
    at: datetime
    cents: int | None
    soft: bool = False
    basis: str = ""
    by_id: int | None = None


def _measures(*conditions: Any) -> sa.ColumnElement[bool]:
    return sa.exists().where(Measure.idea_id == Idea.id, *conditions)


_NO_AWARD = ~sa.exists().where(Award.idea_id == Idea.id, Award.state.in_(("proposed", "granted")))
_ADOPTED = sa.and_(
    Idea.outcome.in_(ADOPTING), _measures(Measure.state == "done"), ~_measures(Measure.state.in_(OPEN_STATES)),
)


def _taken_up(*conditions: Any) -> sa.ColumnElement[bool]:
    done_as = sa.select(Measure.id).join(Credit, Credit.later_id == Measure.idea_id)
    return sa.exists(done_as.where(Credit.idea_id == Idea.id, *conditions).correlate(Idea))


_CREDITED = sa.and_(_taken_up(Measure.state == "done"), ~_taken_up(Measure.state.in_(OPEN_STATES)))
_WAITS = sa.and_(_NO_AWARD, sa.or_(_ADOPTED, _CREDITED))


def counted(person_id: int, book: Directory) -> dict[str, int]:
    """Give how many rows each list has for this reader. Two statements."""
    waits = sa.select(sa.func.count()).select_from(Idea).where(_WAITS, shown_to(person_id, book))
    states = (
        sa.select(Award.state, sa.func.count()).join(Idea, Idea.id == Award.idea_id)
        .where(Award.state.in_(("proposed", "granted")), shown_to(person_id, book)).group_by(Award.state)
    )
    found = {state: int(count) for state, count in db.session.execute(states)}
    return {"waiting": db.session.scalar(waits) or 0, **{tab: found.get(tab, 0) for tab in TABS[1:]}}


def listed(tab: str, person_id: int, book: Directory, *, key: str | None = None, size: int = PAGE_SIZE) -> Page:
    """Give one page of a list: ideas that wait the longest first, proposals too; what was granted latest first."""
    if tab == "waiting":
        return _waiting(person_id, book, key, size)
    moment, latest_first = (Award.granted_at, True) if tab == "granted" else (Award.proposed_at, False)
    columns: Columns = [(moment, latest_first), (Award.id, latest_first)]
    query: Any = (
        sa.select(Idea.id, Idea.number, Idea.title, Idea.department_id, moment, Award.cents, Award.basis,
                  Award.proposed_by_id)
        .join(Idea, Idea.id == Award.idea_id).where(Award.state == tab, shown_to(person_id, book))
    )
    page = page_of(query, columns, key=key, size=size)
    page.rows = [_row(row[:5], cents=row[5], basis=row[6], by_id=row[7]) for row in page.rows]
    return page


def _waiting(person_id: int, book: Directory, key: str | None, size: int) -> Page:
    columns: Columns = [(Idea.submitted_at, False), (Idea.id, False)]
    query: Any = sa.select(Idea.id, Idea.number, Idea.title, Idea.department_id, Idea.submitted_at)
    page = page_of(query.where(_WAITS, shown_to(person_id, book)), columns, key=key, size=size)
    known = bases_of([row[0] for row in page.rows]) if page.rows else {}
    page.rows = [
        _row(row[:5], cents=net.cents if (net := known[row[0]].net) else None, soft=bool(known[row[0]].soft))
        for row in page.rows
    ]
    return page


def _row(idea: Any, *, cents: int | None, **more: Any) -> Row:
    idea_id, number, title, department_id, at = idea
    return Row(idea_id, number, title, department_id, at, cents, **more)
