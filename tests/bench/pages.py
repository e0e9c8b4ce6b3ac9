"""Which pages are measured, as whom, and what each may take at most."""

from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_hex

import sqlalchemy as sa
from flask import Flask

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.ideas.models import Idea
from suggestbox.ideas.queries import Filters, list_ideas
from suggestbox.people.directory import Directory
from suggestbox.people.models import Person
from suggestbox.people.queries import here
from suggestbox.people.sign_in import begin_sign_in
from suggestbox.steps.models import Step
from suggestbox.workflow.agenda import QUEUE_KINDS

from .company import COORDINATOR, FIRST_DEPARTMENT, HEAD, OFFICES, Company
from .visit import Browser, Visit, field_of

LONG_QUEUE = 45
"""Open steps of whoever's queue is measured."""

TYPED = (
    "Im Wareneingang suchen wir jeden Morgen nach der richtigen Palettenliste, weil die Etikettenausgabe zu weit weg steht. "
    "Eine gemeinsame Übersicht direkt neben dem Scannerplatz würde Wege sparen."
)
COMPLAINED = (
    "Die Palettenliste im Wareneingang stimmt oft nicht, und die Etikettenausgabe steht zu weit weg vom Scannerplatz. "
    "Kunden beschweren sich über falsche Etiketten."
)
LIST, IDEA, HAND_IN = 2.5, 3.0, 4.0
"""At most so many times the bare list page."""

SIMILAR_MS = 50
"""At most so many milliseconds for ideas like the one being typed."""

DEEP = 3000
"""So many rows lie before a deep page; fewer where there are fewer."""


@dataclass(frozen=True)
class Page:
    """A page, how to ask for it, and its limit: so many times the bare list, or so many milliseconds."""

    name: str
    visit: Callable[[], Visit]
    limit: float = 0
    limit_ms: float = 0


@dataclass(frozen=True)
class Readers:
    """Who asks: somebody without an office, a coordinator with a long queue, the head of the same department."""

    employee: Person
    coordinator: Person
    head: Person
    open_steps: int


def readers_of(company: Company, book: Directory) -> Readers:
    """Give the readers; the coordinator is the one present whose queue is nearest to 45 steps."""
    owned = dict(db.session.execute(
        sa.select(Step.owner_id, sa.func.count()).where(Step.done_at.is_(None), Step.kind.in_(QUEUE_KINDS))
        .group_by(Step.owner_id)
    ).all())
    here_today = [n for n in range(company.departments)
                  if all(book.is_available(company.person(n, seat)) for seat in (HEAD, COORDINATOR, OFFICES))]
    chosen = min(here_today, key=lambda n: abs(owned.get(company.person(n, COORDINATOR), 0) - LONG_QUEUE))
    employee, coordinator, head = (
        db.session.get_one(Person, company.person(chosen, seat)) for seat in (OFFICES, COORDINATOR, HEAD)
    )
    return Readers(employee, coordinator, head, owned.get(coordinator.id, 0))


def session_of(app: Flask, person: Person) -> str:
    """Give the cookie of a browser the person is signed in with."""
    with work():
        token = begin_sign_in(person, utc_now())
    browser = app.test_client()
    with browser.session_transaction() as session:
        session.update(_user_id=token, _fresh=True)
    cookie = browser.get_cookie("session")
    assert cookie is not None
    return f"session={cookie.value}"


def pages_of(app: Flask, company: Company, port: int) -> tuple[list[Page], Readers]:
    """Give the pages of the product that are measured. Signs three people in."""
    book = here()
    readers = readers_of(company, book)
    employee, coordinator = (Browser(port, session_of(app, p)) for p in (readers.employee, readers.coordinator))
    department = book.department_of(readers.coordinator.id) or FIRST_DEPARTMENT
    idea, step = _long_story(department), _review_step(readers.coordinator)
    deep = list_ideas(Filters(), readers.employee.id, book, size=DEEP).next_key or ""
    token = field_of(employee.get("/ideas/new").text, "csrf_token")
    found = [
        Page("home", lambda: employee.get("/"), LIST),
        Page("ideas", lambda: employee.get("/ideas"), LIST),
        Page("ideas, filtered", lambda: employee.get(f"/ideas?stage=closed&area=process&department={department}"), LIST),
        Page("ideas, searched", lambda: employee.get("/ideas?q=palettenliste+wareneingang"), LIST),
        Page("ideas, by support", lambda: employee.get("/ideas?sort=supported"), LIST),
        Page("ideas, deep page", lambda: employee.get(f"/ideas?page={deep}"), LIST),
        Page("ideas, as coordinator", lambda: coordinator.get("/ideas"), LIST),
        Page("my next steps", lambda: coordinator.get("/steps"), LIST),
        Page("queue", lambda: coordinator.get("/queue?all=1"), LIST),
        Page("queue, review form", lambda: coordinator.get(f"/queue?step={step}"), LIST),
        Page("idea, as colleague", lambda: employee.get(f"/ideas/{idea}"), IDEA),
        Page("idea, as coordinator", lambda: coordinator.get(f"/ideas/{idea}"), IDEA),
        Page("hand in, form", lambda: employee.get("/ideas/new"), LIST),
        Page("hand in, sent", _handing_in(employee, department, token), HAND_IN),
        Page("similar ideas", lambda: employee.post("/ideas/similar", {"q": TYPED, "csrf_token": token}),
             limit_ms=SIMILAR_MS),
        Page("similar ideas, themes", lambda: employee.post("/ideas/similar", {"q": COMPLAINED, "csrf_token": token}), LIST),
    ]
    return found, readers


def _handing_in(browser: Browser, department: int, token: str) -> Callable[[], Visit]:
    def visit() -> Visit:
        fields = {
            "csrf_token": token, "submit_key": token_hex(8), "problem": TYPED, "proposal": "Eine Übersicht für alle.",
            "confidential": "named", "visibility": "open", "department_id": str(department),
        }
        sent = browser.post("/ideas/new", fields)
        return sent + browser.get(sent.location)

    return visit


def _long_story(department: int) -> str:
    """Give the number of the closed idea with the most comments of a department."""
    query = sa.select(Idea.number).where(Idea.stage == "closed", Idea.department_id == department, Idea.visibility == "open")
    return str(db.session.scalars(query.order_by(Idea.comment_count.desc(), Idea.id)).first())


def _review_step(person: Person) -> int:
    query = sa.select(Step.id).where(Step.owner_id == person.id, Step.kind == "review", Step.done_at.is_(None))
    return db.session.scalars(query.order_by(Step.id)).first() or 0
