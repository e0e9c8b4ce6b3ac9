"""Looking ideas up: one, lists of them, what belongs to one. Every list is a fixed number of statements."""

import re
from collections import namedtuple
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.paging import PAGE_SIZE, Columns, Page, page_of, page_of_ids, page_query, read_page
from suggestbox.core.settings import rule
from suggestbox.people.directory import Directory

from . import policy
from .models import (
    ADOPTING,
    OPEN_STAGES,
    Attachment,
    Comment,
    CommentReport,
    Idea,
    IdeaVersion,
    Submitter,
    Support,
)
from .parts import my_idea_ids
from .search import search
from .similar import similar

STAGE_GROUPS: dict[str, tuple[str, ...]] = {
    "new": ("submitted",),
    "examined": ("in_review", "waiting"),
    "deciding": ("deciding",),
    "talk": ("conversation", "confirming"),
    "closed": ("closed",),
    "withdrawn": ("withdrawn",),
}
"""Stages in the plain words of the list's filter."""

SORTS = ("best", "newest", "supported", "moved")


NUMBER = re.compile(r"[0-9]{4}-[0-9]{4,7}")
STORED_NAME = re.compile(r"[A-Za-z0-9_-]{10,60}\.[a-z]{3,4}")
"""What is no number or file name of ours is not asked for: a database may choke on it."""


def idea_by_number(number: str) -> Idea | None:
    """Give the idea with this number, or None. It says nothing about who may see it."""
    if not NUMBER.fullmatch(number):
        return None
    return db.session.scalars(sa.select(Idea).where(Idea.number == number)).first()


def visible_idea(number: str, person_id: int, book: Directory) -> Idea | None:
    """Give the idea with this number if the person may see it; what they may not see does not exist."""
    if not NUMBER.fullmatch(number):
        return None
    found: Idea | None = db.session.scalars(policy.kept_for(person_id, book, _numbered), {"number": number}).first()
    return found


def _numbered(who: policy.Who) -> Any:
    return sa.select(Idea).where(Idea.number == sa.bindparam("number"), policy.visible_to(who.id, who.book))


def idea_by_submit_key(key: str) -> Idea | None:
    """Give the idea made by the form that carried this key, or None."""
    return db.session.scalars(sa.select(Idea).where(Idea.submit_key == key)).first()


def my_draft(draft_id: int, person_id: int, book: Directory) -> Idea | None:
    """Give the draft if it is the person's own, or None."""
    query = sa.select(Idea).where(Idea.id == draft_id, Idea.stage == "draft", policy.visible_to(person_id, book))
    return db.session.scalars(query).first()


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed down to; everything empty means all the person may read."""

    text: str = ""
    stage: str = ""
    area: str = ""
    department_id: int | None = None
    outcome: str = ""
    mine: bool = False
    to_support: bool = False
    call_id: int | None = None
    sort: str = ""

    @property
    def order(self) -> str:
        """How the list is sorted: as asked for, else by how well it fits a text, else the newest first."""
        usable = SORTS if self.text else SORTS[1:]
        return self.sort if self.sort in usable else usable[0]

    @property
    def narrowed(self) -> bool:
        return bool(
            self.text or self.stage or self.area or self.department_id or self.outcome or self.mine or self.to_support
            or self.call_id
        )


def condition_of(filters: Filters, person_id: int, book: Directory) -> sa.ColumnElement[bool]:
    """Give the condition on `Idea` that the filters and the visibility table make together."""
    wanted: list[Any] = [policy.handed_in_and_visible_to(person_id, book)]
    newest = filters.order == "newest"
    if filters.stage in STAGE_GROUPS:
        wanted.append(_common(Idea.stage, filters.stage == "closed" and not newest).in_(STAGE_GROUPS[filters.stage]))
    if filters.area:
        wanted.append(_common(Idea.area, not newest) == filters.area)
    if filters.department_id:
        below = sorted(book.below(filters.department_id))
        wanted.append(_common(Idea.department_id, len(below) > FEW_DEPARTMENTS).in_(below))
    if filters.outcome:
        # Filtering by what one may not read would tell it.
        wanted += [_common(Idea.outcome, not newest) == filters.outcome, policy.reads_outcome(person_id, book)]
    if filters.call_id is not None:
        wanted.append(Idea.call_id == filters.call_id)
    if filters.mine:
        wanted.append(Idea.id.in_(my_idea_ids(person_id)))
    if filters.to_support:
        wanted += [
            _common(Idea.stage, True).in_(OPEN_STAGES),
            Idea.shown_at.is_not(None),
            Idea.id.not_in(my_idea_ids(person_id)),
            ~sa.exists().where(Support.idea_id == Idea.id, Support.person_id == person_id).correlate(Idea),
        ]
    return sa.and_(*wanted)


FEW_DEPARTMENTS = 5
"""Of more departments there are so many ideas that sorting them takes longer than passing over the others."""


def _common(column: Any, is_common: bool) -> Any:
    """Give the column so that no index is searched for it where most ideas fit: the list is read in its order instead.

    SQLite keeps no account of how common a value is; it would sort ten thousand ideas to show thirty.
    """
    return sa.func.coalesce(column, column) if is_common else column


IN_A_LIST = (
    Idea.id, Idea.number, Idea.title, Idea.stage, Idea.waiting_from, Idea.outcome, Idea.department_id, Idea.confidential,
    Idea.submitted_at, Idea.closed_at, Idea.support_count, Idea.comment_count,
    Idea.next_step_id, Idea.next_kind, Idea.next_owner_id, Idea.next_due_on,
)
"""What a list shows of an idea. Long texts are not among it, and rows are made faster than objects."""

Listed: Any = namedtuple("Listed", [column.key for column in IN_A_LIST])  # type: ignore[misc]


@dataclass
class Row:
    """One line of a list: the idea, as far as lists show it, and what its reader may know beside it."""

    idea: Any
    reads_outcome: bool
    submitters: list[int | None] = field(default_factory=list)


def list_ideas(
    filters: Filters, person_id: int, book: Directory, *, key: str | None = None, size: int = PAGE_SIZE
) -> Page:
    """Give one page of ideas the person may read; its rows are `Row`.

    Raises  Invalid for a page mark that is not one of ours
    """
    columns = ORDERS.get(filters.order, ORDERS["newest"])
    if filters.text:
        page = _found_page(filters, person_id, book, columns, key, size)
    elif key:
        page = page_of(_list_query(filters, person_id, book), columns, key=key, size=size)
    else:
        names = rule("ideas.names_before_scoring")
        first = policy.kept_for(
            person_id, book, lambda _who: page_query(_list_query(filters, person_id, book), columns, size=size),
            filters, size, names,
        )
        page = read_page(first, columns, size=size)
    found: Any = [(Listed(*idea), bool(reads), nameless) for *idea, reads, nameless in page.rows]
    named = _named([idea.id for idea, _reads, nameless in found if not nameless])
    page.rows = [Row(idea, reads, named.get(idea.id, [None])) for idea, reads, _nameless in found]
    return page


ORDERS: dict[str, Columns] = {
    "newest": [(Idea.submitted_at, True), (Idea.id, True)],
    "supported": [(Idea.support_count, True), (Idea.id, True)],
    "moved": [(Idea.changed_at, True), (Idea.id, True)],
}


def _list_query(filters: Filters, person_id: int, book: Directory) -> Any:
    return _shown_to(person_id, book).where(condition_of(filters, person_id, book))


def _shown_to(person_id: int, book: Directory) -> Any:
    """The columns of a list, whether the reader may read the outcome, and whether the names are hidden from them."""
    reads = sa.case((policy.reads_outcome(person_id, book), 1), else_=0).label("reads_outcome")
    nameless = sa.case((policy.hides_names(person_id, book), 1), else_=0).label("nameless")
    return sa.select(*IN_A_LIST, reads, nameless)


def _found_page(
    filters: Filters, person_id: int, book: Directory, columns: Columns, key: str | None, size: int
) -> Page:
    """A page of what a search finds, the best first or in another order."""
    best = search(filters.text, condition_of(filters, person_id, book))
    query = _shown_to(person_id, book)
    if filters.order != "best":
        ids: Any = sa.bindparam("best", best, expanding=True, literal_execute=True)
        return page_of(query.where(Idea.id.in_(ids)), columns, key=key, size=size)
    page = page_of_ids(best, key=key, size=size)
    rows = {row.id: tuple(row) for row in db.session.execute(query.where(Idea.id.in_(page.rows)))}
    page.rows = [rows[idea_id] for idea_id in page.rows if idea_id in rows]
    return page


_NAMED = (
    sa.select(Submitter.idea_id, Submitter.person_id)
    .where(Submitter.idea_id.in_(sa.bindparam("idea_ids", expanding=True)), Submitter.state == "accepted")
    .order_by(Submitter.idea_id, Submitter.position)
)


def _named(idea_ids: list[int]) -> dict[int, list[int | None]]:
    """Give {idea id: people named as submitters}; None stands for a confidential one. One statement."""
    if not idea_ids:
        return {}
    found: dict[int, list[int | None]] = {}
    for idea_id, person_id in db.session.execute(_NAMED, {"idea_ids": idea_ids}):
        found.setdefault(idea_id, []).append(person_id)
    return found


_MINE: Any = sa.bindparam("person_id")
_MOST: Any = sa.bindparam("most")
_MY_DRAFTS = (
    sa.select(Idea.id, Idea.title, Idea.changed_at)
    .where(Idea.stage == "draft", sa.or_(Idea.id.in_(my_idea_ids(_MINE, "accepted")), Idea.on_behalf_by_id == _MINE))
    .order_by(Idea.changed_at.desc(), Idea.id.desc()).limit(_MOST)
)
_MY_IDEAS: Any = (
    sa.select(*IN_A_LIST).where(Idea.stage != "draft", Idea.id.in_(my_idea_ids(_MINE)))
    .order_by(sa.case((Idea.stage.in_(OPEN_STAGES), 0), else_=1), Idea.changed_at.desc(), Idea.id.desc()).limit(_MOST)
)


def _lately_adopted(who: policy.Who) -> Any:
    ended_well: Any = sa.select(*IN_A_LIST).where(
        Idea.stage == "closed", Idea.outcome.in_(ADOPTING), policy.visible_to(who.id, who.book)
    )
    return ended_well.order_by(Idea.closed_at.desc(), Idea.id.desc()).limit(_MOST)


def my_drafts(person_id: int, *, limit: int = 50) -> list[Any]:
    """Give id, title and date of the person's drafts, those changed last first."""
    return list(db.session.execute(_MY_DRAFTS, {"person_id": person_id, "most": limit}))


def my_ideas(person_id: int, *, limit: int = 5) -> list[Any]:
    """Give the ideas the person has a part in: open ones first, the one that moved last at the top."""
    rows = db.session.execute(_MY_IDEAS, {"person_id": person_id, "most": limit})
    return [Listed(*row) for row in rows]


def lately_adopted(person_id: int, book: Directory, *, limit: int = 3) -> list["Row"]:
    """Give ideas that ended well a short while ago, and that the person may read."""
    query = policy.kept_for(person_id, book, _lately_adopted)
    ideas: list[Any] = [Listed(*row) for row in db.session.execute(query, {"most": limit})]
    named = _named([idea.id for idea in ideas])
    return [Row(idea, True, named.get(idea.id, [None])) for idea in ideas]


def similar_ideas(
    text: str, person_id: int, book: Directory, *, limit: int = 5, but_id: int | None = None
) -> list[Row]:
    """Give ideas about the same as a text being written, declined and finished ones too, that the person may read."""
    condition = policy.handed_in_and_visible_to(person_id, book)
    if but_id is not None:
        condition = sa.and_(condition, Idea.id != but_id)
    ids = similar(text, sa.and_(condition, Idea.stage != "withdrawn"), limit=limit)
    if not ids:
        return []
    query = _shown_to(person_id, book).where(Idea.id.in_(ids))
    rows = (Row(Listed(*idea), bool(reads)) for *idea, reads, _nameless in db.session.execute(query))
    found = {row.idea.id: row for row in rows}
    return [found[idea_id] for idea_id in ids if idea_id in found]


_ALL_COMMENTS = sa.select(Comment).where(Comment.idea_id == sa.bindparam("idea_id")).order_by(Comment.id)
_OPEN_COMMENTS = _ALL_COMMENTS.where(Comment.audience == "everyone")
_REPORTS = (
    sa.select(CommentReport).join(Comment, Comment.id == CommentReport.comment_id)
    .where(Comment.idea_id == sa.bindparam("idea_id"), CommentReport.settled_at.is_(None)).order_by(CommentReport.id)
)


def comments_of(idea: Idea, *, handlers: bool) -> list[Comment]:
    """Give the comments of an idea, the oldest first; with `handlers` also those for its handlers only."""
    return list(db.session.scalars(_ALL_COMMENTS if handlers else _OPEN_COMMENTS, {"idea_id": idea.id}))


def reported_comments(idea: Idea) -> dict[int, list[CommentReport]]:
    """Give {comment id: reports nobody has dealt with} of an idea."""
    found: dict[int, list[CommentReport]] = {}
    for report in db.session.scalars(_REPORTS, {"idea_id": idea.id}):
        found.setdefault(report.comment_id, []).append(report)
    return found


def supports(idea: Idea, person_id: int) -> bool:
    """Say whether the person supports the idea."""
    return db.session.get(Support, (idea.id, person_id)) is not None


def versions_of(idea: Idea) -> list[IdeaVersion]:
    """Give earlier texts of an idea, the latest first."""
    query = sa.select(IdeaVersion).where(IdeaVersion.idea_id == idea.id).order_by(IdeaVersion.text_version.desc())
    return list(db.session.scalars(query))


def attachment_by_name(stored_name: str) -> Attachment | None:
    """Give the attachment stored under this name, or None."""
    if not STORED_NAME.fullmatch(stored_name):
        return None
    return db.session.scalars(sa.select(Attachment).where(Attachment.stored_name == stored_name)).first()


def kept_bytes(person_id: int) -> int:
    """Give how much room the files beside the person's ideas take."""
    query = sa.select(sa.func.coalesce(sa.func.sum(Attachment.size_bytes), 0)).where(
        Attachment.idea_id.in_(my_idea_ids(person_id))
    )
    return int(db.session.scalar(query) or 0)


def all_stored_names() -> set[str]:
    """Give the names of all files that belong to an idea."""
    return set(db.session.scalars(sa.select(Attachment.stored_name)))

