"""The workbench: an idea and the panel beside it, and around them the queue somebody works through."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import request, session, url_for

from suggestbox.calls.models import Call
from suggestbox.core.forms import whole_number
from suggestbox.core.language import due_words
from suggestbox.core.modules import is_on
from suggestbox.core.paging import Page
from suggestbox.ideas import policy
from suggestbox.ideas.models import Idea, Question
from suggestbox.ideas.queries import comments_of
from suggestbox.people.directory import Brief, Directory
from suggestbox.people.queries import departments_by_name
from suggestbox.steps.words import step_title

from .agenda import GROUPS, QUEUE_KINDS, SOON_DAYS, Item, Narrowed, count_my_steps, my_steps
from .case import Case
from .journey import line_of
from .panels import may_read_opinions, opinions_of

MARKS = ("kind", "department", "due", "after")
"""What the queue's address holds beside the step that is open."""


@dataclass
class Row:
    """One line of the queue."""

    step_id: int
    title: str
    number: str
    what: str
    due: str
    due_on: date
    state: str | None
    url: str
    current: bool
    place: str
    for_name: str = ""


@dataclass
class Listing:
    """The queue around a panel: rows, filters, progress."""

    rows: list[Row]
    narrowed: Narrowed
    marks: dict[str, str]
    done: int
    open: int
    page: Page
    next_step: int | None = None
    departments: list[tuple[int, str]] = field(default_factory=list)
    picks_reviewers: bool = False

    @property
    def total(self) -> int:
        return self.done + self.open

    @property
    def current(self) -> Row | None:
        return next((row for row in self.rows if row.current), None)


def due_state(due_on: date, today: date) -> str | None:
    """Give "late", "soon" or None for the colour of a date."""
    if due_on < today:
        return "late"
    return "soon" if (due_on - today).days <= SOON_DAYS else None


def marks_from_request() -> dict[str, str]:
    """Give the queue's filters: from the address or the form, else as they were last."""
    source = request.form if request.method == "POST" else request.args
    given = {name: source.get(name, "")[:200] for name in MARKS if source.get(name)}
    if given or source.get("all"):
        session["queue"] = {name: value for name, value in given.items() if name != "after"}
        return given
    kept = session.get("queue") or {}
    return {name: str(kept[name]) for name in MARKS if kept.get(name)}


def narrowed_by(marks: dict[str, str]) -> Narrowed:
    """Give the filters as the agenda takes them; nonsense counts as nothing."""
    kind, department = marks.get("kind", ""), marks.get("department", "")
    return Narrowed(
        kind if kind in GROUPS else "", whole_number(department),
        marks.get("due", "") if marks.get("due") in ("late", "soon", "later") else "",
    )


def listing_for(me: Any, book: Directory, today: date, marks: dict[str, str], step_id: int | None) -> Listing:
    """Give the queue of a person: one page of rows, with the open step marked."""
    narrowed = narrowed_by(marks)
    page = my_steps(me.id, book, kinds=QUEUE_KINDS, narrowed=narrowed, today=today, key=marks.get("after") or None)
    rows = [_row(item, book, today, marks, step_id) for item in page.rows]
    if rows and not any(row.current for row in rows) and step_id is None:
        rows[0].current = True
    open_ones = count_my_steps(me.id, book, kinds=QUEUE_KINDS, narrowed=narrowed)
    kept: dict[str, Any] = {name: value for name, value in marks.items() if name != "after"}
    if page.next_key:
        page.next_url = url_for("reviews.queue", **kept, after=page.next_key)
    if page.prev_key:
        page.prev_url = url_for("reviews.queue", **kept, after=page.prev_key)
    departments = [(d.id, d.name) for d in departments_by_name(book)]
    picks = any(book.has_role(me.id, role, any_=True) for role in ("coordinator", "idea_manager"))
    listing = Listing(rows, narrowed, marks, done_in_this_pass(today), open_ones, page, departments=departments,
                      picks_reviewers=picks)
    place = next((n for n, row in enumerate(rows) if row.current), -1)
    following = rows[place + 1 :] or rows[:place] if place >= 0 else rows
    listing.next_step = following[0].step_id if following else None
    return listing


def _row(item: Item, book: Directory, today: date, marks: dict[str, str], step_id: int | None) -> Row:
    step, idea = item.step, item.idea
    department = book.department(idea.department_id)
    stood_in = book.person(item.for_id)
    address: dict[str, Any] = dict(marks)
    return Row(
        step.id, idea.title, idea.number or "", step_title(step.kind), due_words(step.due_on, today=today),
        step.due_on, due_state(step.due_on, today), url_for("reviews.queue", **address, step=step.id),
        step.id == step_id, department.name if department else "", stood_in.name if stood_in else "",
    )


def done_in_this_pass(today: date) -> int:
    """Give how many steps were finished today in this browser's queue."""
    kept = session.get("queue_done") or {}
    return int(kept.get("count", 0)) if kept.get("day") == today.isoformat() else 0


def note_done(today: date) -> None:
    """Count one more finished step of the queue."""
    session["queue_done"] = {"day": today.isoformat(), "count": done_in_this_pass(today) + 1}


@dataclass
class View:
    """The idea as it stands on the bench for this reader."""

    idea: Idea
    parts: frozenset[str]
    line: Any
    department: str
    named: list[Brief]
    names_later: bool
    questions: list[tuple[str, Question]]
    comments: list[dict[str, Any]]
    discussing: bool
    opinions: list[Any]
    call: Call | None = None


def view_of(case: Case, me: Any) -> View:
    """Give the idea with what the reader may know beside it: blind before the own score, open afterwards."""
    idea, book = case.idea, case.book
    parts = policy.involved(idea, me.id, book)
    department = book.department(idea.department_id)
    named = policy.named_submitters(idea, me, book, parts=parts)
    hidden_for_now = not named and not idea.confidential and "reviewing" in parts
    discussing = policy.may_read_handlers_comments(idea, me, parts=parts)
    opinions = opinions_of(case) if may_read_opinions(case, parts) else []
    insiders = bool(parts & (policy.SUBMITTERS | policy.HANDLERS))
    questions = []
    if insiders:
        for question in case.questions:
            asker = book.person(question.asker_id)
            questions.append((asker.name if asker else "", question))
    comments = []
    for comment in comments_of(idea, handlers=discussing):
        person = book.person(comment.by_id)
        if comment.by_submitter_id is not None and not named:
            person = None  # whoever reads "submitter" above must not read the name here
        place = book.department(person.department_id) if person else None
        comments.append({
            "person": person, "place": place.name if place else "", "at": comment.at, "text": comment.text,
            "id": comment.id, "closed": comment.audience == "handlers",
            "hidden": comment.hidden_reason if comment.hidden_at else "",
        })
    return View(idea, parts, line_of(idea), department.name if department else "", named, hidden_for_now,
                questions, comments, discussing, opinions, case.call if is_on("calls") else None)


def standing_steps(case: Case, today: date) -> list[tuple[str, str, str]]:
    """(what, who, until when) of the open steps, for a page that says how it stands now."""
    found = []
    for step in sorted(case.steps, key=lambda s: (s.due_on, s.id)):
        acting_id = case.acting(step)[0]
        brief = case.book.person(acting_id)
        found.append((step_title(step.kind), brief.name if brief else "", due_words(step.due_on, today=today)))
    return found

