"""What a person has to do, over all ideas: the page "My next steps", the home page and the queue share it."""

from collections import namedtuple
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from suggestbox.awards.queries import kept_from_granting
from suggestbox.core.database import UtcTime, db
from suggestbox.core.paging import PAGE_SIZE, Columns, Page, page_query, read_page
from suggestbox.ideas.models import Idea
from suggestbox.ideas.parts import my_submitter_ids, submitters_of_many
from suggestbox.ideas.policy import kept_for, visible_to
from suggestbox.measures.figures import writers_unanswered
from suggestbox.people.directory import Directory
from suggestbox.priority.queries import kept_from_comparing, kept_from_looking
from suggestbox.reviews.models import Assignment, Correction, DuplicateProposal
from suggestbox.steps.models import Step
from suggestbox.steps.queries import OUT_OF_LINE, absent_colleagues, is_mine, mine

GROUPS: dict[str, tuple[str, ...]] = {
    "first_look": ("triage", "team_answer", "find_reviewers", "confirm_duplicate", "compare_earlier",
                   "look_at_flag"),
    "review": ("review", "reconsider", "short_check"),
    "decision": ("end_review", "decide", "vote", "name_panel"),
    "talk": ("offer_talk", "hold_talk", "find_host", "write_closing", "ask_once_more"),
    "other": (
        "promise", "measure", "confirm_benefit", "prove_benefit", "propose_award", "grant_award", "write_story",
        "law_date", "second_look", "return", "resolve_conflict", "confirm_correction",
    ),
}
"""The kinds of steps in the queue, as its filter names them. What submitters do has no place in a queue."""

QUEUE_KINDS = tuple(kind for kinds in GROUPS.values() for kind in kinds)
DUES = ("late", "soon", "later")
SOON_DAYS = 2

_SKIPPED = sa.func.coalesce(Step.skipped_at, sa.literal(datetime(1970, 1, 1, tzinfo=UTC), UtcTime()), type_=UtcTime())

ORDER: Columns = [(_SKIPPED, False), (Step.due_on, False), (Step.id, False)]
"""The most urgent first, those put off last."""


STEP_COLUMNS = (
    Step.id, Step.idea_id, Step.kind, Step.owner_id, Step.submitter_id, Step.role, Step.department_id, Step.subject_id,
    Step.due_on, Step.due_moves, Step.due_reason,
)
IDEA_COLUMNS = (Idea.id, Idea.number, Idea.title, Idea.department_id, Idea.round)
"""What a list shows of steps and ideas: rows are made faster than objects."""

ListedStep: Any = namedtuple("ListedStep", [column.key for column in STEP_COLUMNS])  # type: ignore[misc]
ListedIdea: Any = namedtuple("ListedIdea", [column.key for column in IDEA_COLUMNS])  # type: ignore[misc]


@dataclass
class Item:
    """A step of mine and its idea, as far as lists show them; `for_id` is whose step it is when I only stand in."""

    step: Any
    idea: Any
    for_id: int | None = None


@dataclass(frozen=True)
class Narrowed:
    """What the queue is narrowed down to; everything empty means all of it."""

    kind: str = ""
    department_id: int | None = None
    due: str = ""

    @property
    def any(self) -> bool:
        return bool(self.kind or self.department_id or self.due)


def my_steps(
    person_id: int, book: Directory, *, kinds: Iterable[str] | None = None, narrowed: Narrowed | None = None,
    today: date | None = None, key: str | None = None, size: int = PAGE_SIZE,
) -> Page:
    """Give one page of open steps that are mine or that I stand in for today; the most urgent first, skipped ones last.

    Takes   kinds: only these kinds of steps
    Gives   a page of `Item`; four statements at most, six when others are away, whatever the number of rows
    """
    def statement(condition: Any) -> Any:
        columns: Any = sa.select(*STEP_COLUMNS, *IDEA_COLUMNS).join(Idea, Idea.id == Step.idea_id).where(condition)
        return page_query(columns, ORDER, key=key, size=size)

    asked = _asked(person_id, book, statement, kinds, narrowed, today, key, size)
    page = read_page(asked, ORDER, key=key, size=size)
    width = len(STEP_COLUMNS)
    items = [Item(ListedStep(*row[:width]), ListedIdea(*row[width:])) for row in page.rows]
    page.rows = _really_mine(items, person_id, book)
    return page


def count_my_steps(
    person_id: int, book: Directory, *, kinds: Iterable[str] | None = None, narrowed: Narrowed | None = None
) -> int:
    """Give how many there are: own ones, and those of absent colleagues one might stand in for."""
    def statement(condition: Any) -> Any:
        return sa.select(sa.func.count(Step.id)).join(Idea, Idea.id == Step.idea_id).where(condition)

    return db.session.scalar(_asked(person_id, book, statement, kinds, narrowed, None)) or 0


def one_of_my_steps(step_id: int, person_id: int, book: Directory) -> Item | None:
    """Give this step if it is mine today, with its idea, or None."""
    def statement(condition: Any) -> Any:
        both = sa.select(Step, Idea).join(Idea, Idea.id == Step.idea_id)
        return both.where(Step.id == sa.bindparam("step_id"), condition)

    row = db.session.execute(_asked(person_id, book, statement, None, None, None), {"step_id": step_id}).one_or_none()
    found = _really_mine([Item(row[0], row[1])], person_id, book) if row else []
    return found[0] if found else None


def _asked(
    person_id: int, book: Directory, statement: Callable[[Any], Any], kinds: Iterable[str] | None,
    narrowed: Narrowed | None, today: date | None, *key: Any,
) -> Any:
    """The statement, put together once for everything it follows from."""
    others, only = absent_colleagues(person_id, book), tuple(kinds) if kinds is not None else None
    asked = (others, only, narrowed or Narrowed(), today or book.today)
    return kept_for(
        person_id, book, lambda _who: statement(_condition(person_id, book, *asked)), statement.__qualname__, *asked, *key
    )


def _condition(
    person_id: int, book: Directory, others: frozenset[int], kinds: tuple[str, ...] | None, narrowed: Narrowed, today: date
) -> sa.ColumnElement[bool]:
    # Whoever has a step reads its idea, until it is handed over: from then on it does not exist for them.
    conditions: list[Any] = [mine(person_id, others, my_submitter_ids(person_id)), visible_to(person_id, book)]
    wanted = GROUPS.get(narrowed.kind) or kinds
    if wanted is not None:
        conditions.append(Step.kind.in_(wanted))
    if narrowed.department_id:
        conditions.append(Idea.department_id.in_(sorted(book.below(narrowed.department_id))))
    soon = today + timedelta(days=SOON_DAYS)
    if narrowed.due == "late":
        conditions.append(Step.due_on < today)
    elif narrowed.due == "soon":
        conditions.append(Step.due_on.between(today, soon))
    elif narrowed.due == "later":
        conditions.append(Step.due_on > soon)
    return sa.and_(*conditions)


_REVIEWERS = sa.select(Assignment.idea_id, Assignment.person_id, Assignment.state, Assignment.round).where(
    Assignment.idea_id.in_(sa.bindparam("idea_ids", expanding=True))
)


def _really_mine(items: list[Item], person_id: int, book: Directory) -> list[Item]:
    """Leave out what falls to somebody else today; steps of one's own are never asked about."""
    others = [i for i in items if i.step.owner_id is not None and i.step.owner_id != person_id]
    if not others:
        return items
    ids = sorted({item.idea.id for item in others})
    behind = {idea_id: frozenset(people.values()) for idea_id, people in submitters_of_many(ids).items()}
    handled: dict[int, list[tuple[int, str, int]]] = {}
    for idea_id, reviewer_id, state, round_ in db.session.execute(_REVIEWERS, {"idea_ids": ids}):
        handled.setdefault(idea_id, []).append((reviewer_id, state, round_))
    proposers = dict(_proposers(DuplicateProposal, "confirm_duplicate", others))
    proposers |= dict(_proposers(Correction, "confirm_correction", others))
    granting = kept_from_granting([i.idea.id for i in others if i.step.kind == "grant_award"])
    looking = kept_from_looking([i.idea.id for i in others if i.step.kind == "second_look"])
    comparing = kept_from_comparing([i.idea.id for i in others if i.step.kind == "compare_earlier"])
    writers = writers_unanswered([i.idea.id for i in others if i.step.kind == "confirm_benefit"])
    found = []
    for item in items:
        step = item.step
        if step.owner_id is None or step.owner_id == person_id:
            found.append(item)
            continue
        submitters = behind.get(item.idea.id, frozenset())
        excluded = set(submitters)
        if step.kind in OUT_OF_LINE:
            excluded |= book.reporting_to(submitters)
        for reviewer_id, state, round_ in handled.get(item.idea.id, ()):
            if state == "conflict" or (step.kind == "decide" and round_ == item.idea.round
                                       and state in ("open", "answered")):
                excluded.add(reviewer_id)
        if step.kind in ("confirm_duplicate", "confirm_correction") and item.idea.id in proposers:
            excluded.add(proposers[item.idea.id])
        if step.kind == "grant_award":
            excluded |= granting.get(item.idea.id, frozenset())
        if step.kind == "second_look":
            excluded |= looking.get(item.idea.id, frozenset())
        if step.kind == "compare_earlier":
            excluded |= comparing.get(item.idea.id, frozenset())
        if step.kind == "confirm_benefit":
            excluded |= writers.get(item.idea.id, set())
        if is_mine(step, person_id, book, excluded):
            item.for_id = step.owner_id
            found.append(item)
    return found


def _proposers(
    table: type[DuplicateProposal] | type[Correction], kind: str, items: list[Item]
) -> list[tuple[int, int]]:
    """(idea, who proposed it) for those of the steps at which a second person is needed."""
    ids = [item.idea.id for item in items if item.step.kind == kind]
    if not ids:
        return []
    query = sa.select(table.idea_id, table.proposed_by_id).where(table.idea_id.in_(ids), table.answered_at.is_(None))
    return [(idea_id, proposer) for idea_id, proposer in db.session.execute(query)]


def skip_step(step: Step, *, now: datetime) -> None:
    """Move a step to the end of its owner's queue; its date stays. Flushes, never commits."""
    step.skipped_at = now
    db.session.flush()
