"""Declined ideas to look through: when each is looked at again, which later ones may be the same, which were credited."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.paging import PAGE_SIZE, Columns, Page, page_of
from suggestbox.ideas.models import Idea
from suggestbox.ideas.policy import reads_outcome, visible_to
from suggestbox.people.directory import Directory

from .models import Credit, Likeness, Protection
from .policy import in_charge

TABS = ("protected", "alike", "credited")
SOON_DAYS = 60
FAR = date(9999, 12, 31)


@dataclass(frozen=True)
class Narrowed:
    """What a list is narrowed down to: one department with those below it; only what is looked at again soon."""

    department_id: int | None = None
    soon: bool = False


@dataclass(frozen=True)
class Row:
    """A declined idea, and what the list says of it; `other` is the later idea, where the reader may know it."""

    idea_id: int
    number: str
    title: str
    department_id: int | None
    until: date | None = None
    look_on: date | None = None
    look_reason: str = ""
    other_id: int | None = None
    score: float | None = None
    percent: int | None = None
    words: str = ""
    at: datetime | None = None


def _ideas(person_id: int, book: Directory, narrowed: Narrowed) -> list[Any]:
    conditions: list[Any] = [in_charge(person_id, book)]
    if narrowed.department_id:
        conditions.append(Idea.department_id.in_(sorted(book.below(narrowed.department_id))))
    return conditions


def _standing(today: date, narrowed: Narrowed) -> list[Any]:
    standing = [Protection.ended_at.is_(None), Protection.until >= today]
    if narrowed.soon:
        standing.append(Protection.look_on <= today + timedelta(days=SOON_DAYS))
    return standing


def _asked_about(person_id: int, book: Directory) -> list[Any]:
    """Questions that are open, about later ideas the reader may see: of any other there is none for this reader."""
    seen = sa.select(Idea.id).where(visible_to(person_id, book)).correlate(None)
    return [Likeness.answer == "", Likeness.idea_id.in_(seen)]


def counted(person_id: int, book: Directory, narrowed: Narrowed, today: date) -> dict[str, int]:
    """Give how many rows each list has for this reader. Three statements."""
    mine = _ideas(person_id, book, narrowed)
    ideas: Any = sa.select(sa.func.count()).select_from(Idea)
    alike = ideas.join(Likeness, Likeness.earlier_id == Idea.id).where(*_asked_about(person_id, book))
    queries = {
        "protected": ideas.join(Protection).where(*_standing(today, narrowed)),
        "alike": alike, "credited": ideas.join(Credit, Credit.idea_id == Idea.id),
    }
    return {tab: db.session.scalar(query.where(*mine)) or 0 for tab, query in queries.items()}


def listed(tab: str, person_id: int, book: Directory, narrowed: Narrowed, today: date, *, key: str | None = None,
           size: int = PAGE_SIZE) -> Page:
    """Give one page of a list, its rows `Row`: what is looked at next first; what was found or credited last first."""
    mine = _ideas(person_id, book, narrowed)
    idea: tuple[Any, ...] = (Idea.id, Idea.number, Idea.title, Idea.department_id)
    query: Any
    if tab == "protected":
        look = sa.func.coalesce(Protection.look_on, FAR, type_=sa.Date())
        query = sa.select(*idea, Protection.until, Protection.look_on, Protection.look_reason).join(Protection)
        columns: Columns = [(look, False), (Idea.id, False)]
        page = page_of(query.where(*mine, *_standing(today, narrowed)), columns, key=key, size=size)
        page.rows = [Row(*row) for row in page.rows]
        return page
    if tab == "alike":
        query = sa.select(*idea, Likeness.idea_id, Likeness.score, Likeness.found_at).join(
            Likeness, Likeness.earlier_id == Idea.id).where(*mine, *_asked_about(person_id, book))
        page = page_of(query, [(Likeness.found_at, True), (Likeness.id, True)], key=key, size=size)
        page.rows = [_row(row[:4], other_id=row[4], score=row[5], at=row[6]) for row in page.rows]
        return page
    query = sa.select(*idea, Credit.later_id, Credit.percent, Credit.words, Credit.at).join(
        Credit, Credit.idea_id == Idea.id).where(*mine)
    page = page_of(query, [(Credit.at, True), (Credit.id, True)], key=key, size=size)
    page.rows = [_row(row[:4], other_id=row[4], percent=row[5], words=row[6], at=row[7]) for row in page.rows]
    return page


def _row(idea: Any, **more: Any) -> Row:
    idea_id, number, title, department_id = idea
    return Row(idea_id, number, title, department_id, **more)


def known_to(ids: Collection[int | None], person_id: int, book: Directory, *, outcome: bool) -> dict[int, Any]:
    """Give {idea id: id, number, title} of those the reader may see; with `outcome` only what became of them as well.

    One statement, none for no ideas.
    """
    wanted = sorted({idea_id for idea_id in ids if idea_id})
    if not wanted:
        return {}
    query = sa.select(Idea.id, Idea.number, Idea.title).where(Idea.id.in_(wanted), visible_to(person_id, book))
    if outcome:
        query = query.where(reads_outcome(person_id, book))
    return {row.id: row for row in db.session.execute(query)}
