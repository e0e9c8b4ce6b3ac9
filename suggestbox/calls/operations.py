"""Drafting a call, publishing it, moving its last day, and telling its results. Flush, never commit."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from suggestbox.core.database import db, hold
from suggestbox.core.errors import Faults, Invalid, Refused
from suggestbox.core.language import gettext as _
from suggestbox.core.typed import typed_text
from suggestbox.feedback.models import Theme
from suggestbox.journal import operations as journal
from suggestbox.mail.operations import tell_waiting
from suggestbox.people.directory import Directory

from .criteria import drop_own
from .dates import NAMES, Plan, check_plan
from .models import Call, CallDepartment
from .moving import prolonged
from .queries import audience, calls_open_on, departments_of, parts_by_person, state_of
from .reviewing import Chosen, check_reviewers, forget_reviewers, write_reviewers
from .told import tellers_of

QUESTION_LENGTH, BACKGROUND_LENGTH, RESULTS_LENGTH, REASON_LENGTH = 200, 10_000, 10_000, 1000
LONGEST_DAYS = 366


def _write(
    call: Call, book: Directory, *, question: str, background: str, sponsor_id: int | None, starts_on: date | None,
    ends_on: date | None, department_ids: Collection[int], reviewers: Chosen | None = None, asks_stories: bool = False,
    **own_dates: date | None,
) -> None:
    faults, plan = Faults(), Plan(**own_dates)
    with faults:
        call.question = typed_text("question", question, QUESTION_LENGTH)
    with faults:
        call.background = typed_text("background", background, BACKGROUND_LENGTH, required=False)
    sponsor = book.person(sponsor_id)
    with faults:
        if sponsor is None or not sponsor.active:
            raise Invalid(fields={"sponsor": _("This person does not work here (any more).")})
        call.sponsor_id = sponsor.id
    with faults:
        call.starts_on, call.ends_on = _first_and_last(starts_on, ends_on, book.today)
        check_plan(plan, call.ends_on, book.calendar_of(sponsor.id if sponsor else None))
    with faults:
        for department_id in department_ids:
            department = book.department(department_id)
            if department is None or not department.active:
                raise Invalid(fields={"departments": _("Please choose a department.")})
    with faults:
        check_reviewers(reviewers or (), book)
    faults.tell()
    call.asks_stories = asks_stories
    for name in NAMES:
        setattr(call, name, getattr(plan, name))
    db.session.add(call)
    db.session.flush()
    before = set(departments_of([call.id]).get(call.id, ()))
    for department_id in before - set(department_ids):
        db.session.delete(db.session.get_one(CallDepartment, (call.id, department_id)))
    for department_id in set(department_ids) - before:
        db.session.add(CallDepartment(call_id=call.id, department_id=department_id))
    db.session.flush()
    if reviewers is not None:
        write_reviewers(call, reviewers, book)


def _first_and_last(starts_on: date | None, ends_on: date | None, today: date) -> tuple[date, date]:
    given = {"starts_on": starts_on, "ends_on": ends_on}
    if starts_on is None or ends_on is None:
        missing = [name for name, on in given.items() if on is None]
        raise Invalid(fields=dict.fromkeys(missing, _("Please give a date, like 2026-03-31.")))
    _check_end(starts_on, ends_on, today)
    return starts_on, ends_on


def _check_end(starts_on: date, ends_on: date, today: date) -> None:
    if ends_on < starts_on:
        raise Invalid(fields={"ends_on": _("The last day lies before the first one.")})
    if ends_on < today:
        raise Invalid(fields={"ends_on": _("This day is over already.")})
    if (ends_on - today).days > 2 * LONGEST_DAYS:
        raise Invalid(fields={"ends_on": _("This day is more than two years away.")})
    if (ends_on - starts_on).days > LONGEST_DAYS:
        raise Invalid(fields={"ends_on": _("A call runs for a year at most.")})


def draft_call(*, by_id: int, now: datetime, book: Directory, theme_id: int | None = None, **facts: Any) -> Call:
    """Give a new call that only those who look after it see.

    Takes   facts: question, background, sponsor_id, starts_on, ends_on, department_ids (none: everybody), and if wanted
            triage_on, review_on, decide_on, results_due_on, asks_stories, reviewers (None: as they are)
    Raises  Invalid
    """
    if theme_id is not None and db.session.get(Theme, theme_id) is None:
        raise Invalid(fields={"theme": _("This theme does not exist (any more).")})
    call = Call(theme_id=theme_id, created_at=now, created_by_id=by_id)
    with db.session.no_autoflush:
        _write(call, book, **facts)
    journal.write("draft_call", now=now, actor_id=by_id, call_id=call.id, theme_id=theme_id)
    return call


def change_call(call: Call, *, by_id: int, now: datetime, book: Directory, version: int | None = None, **facts: Any) -> None:
    """Change a draft; what is published is not rewritten under people who answer it.

    Raises  Stale, Refused when it was published meanwhile, Invalid
    """
    hold(call, version)
    if call.published_at is not None:
        raise Refused(_("This call is published already; its words stay as they are."), reason="published")
    with db.session.no_autoflush:
        _write(call, book, **facts)
    journal.write("change_call", now=now, actor_id=by_id, call_id=call.id)


def discard_call(call: Call, *, by_id: int, now: datetime, version: int | None = None) -> None:
    """Throw a draft away.

    Raises  Stale, Refused when it was published
    """
    hold(call, version)
    if call.published_at is not None:
        raise Refused(_("This call is published already."), reason="published")
    call_id = call.id
    for department_id in departments_of([call.id]).get(call.id, ()):
        db.session.delete(db.session.get_one(CallDepartment, (call.id, department_id)))
    forget_reviewers(call)
    drop_own(call)
    db.session.flush()
    db.session.delete(call)
    journal.write("discard_call", now=now, actor_id=by_id, call_id=call_id)
    db.session.flush()


def publish_call(call: Call, *, by_id: int, now: datetime, book: Directory, version: int | None = None) -> None:
    """Publish a call. Those it asks find it in their inbox and next digest once it is open.

    Raises  Stale, Refused when it is published or its last day is over
    """
    hold(call, version)
    if call.published_at is not None:
        raise Refused(_("This call is published already."), reason="published")
    if call.ends_on < book.today:
        raise Refused(_("The last day of this call is over. Please choose another one."), reason="over")
    call.published_at = now
    journal.write("publish_call", now=now, actor_id=by_id, call_id=call.id)
    db.session.flush()
    if state_of(call, book.today) == "open":
        tell_those_asked(call, now=now, book=book)


def tell_those_asked(call: Call, *, now: datetime, book: Directory) -> None:
    """Tell everybody a call asks, once each; whoever is away is told when back, if it is still open then."""
    asked = audience(departments_of([call.id]).get(call.id, ()), book)
    tell_waiting("calls.opened", [
        {"key": f"calls.opened:{call.id}:p{person_id}", "person_id": person_id, "facts": {"call_id": call.id}}
        for person_id in asked if person_id != call.created_by_id and book.is_available(person_id)
    ], now=now)


def tell_of_open_calls(*, now: datetime, book: Directory) -> int:
    """Tell of every open call whom it asks and who has not been told; give how many are open."""
    calls = calls_open_on(book.today)
    for call in calls:
        tell_those_asked(call, now=now, book=book)
    return len(calls)


def end_call(call: Call, *, reason: str, by_id: int, now: datetime, book: Directory, version: int | None = None) -> None:
    """End a call early, with a reason those asked read.

    Raises  Stale, Refused when it is not going on, Invalid
    """
    hold(call, version)
    _must_go_on(call, book)
    call.dates_reason = typed_text("reason", reason, REASON_LENGTH)
    call.ended_at = now
    journal.write("end_call", now=now, actor_id=by_id, call_id=call.id)
    db.session.flush()


def prolong_call(
    call: Call, *, ends_on: date | None, reason: str, by_id: int, now: datetime, book: Directory, version: int | None = None
) -> None:
    """Move the last day of a call to a later one, with a reason those asked read.

    Raises  Stale, Refused when it is not going on, Invalid
    """
    hold(call, version)
    _must_go_on(call, book)
    faults = Faults()
    with faults:
        reason = typed_text("reason", reason, REASON_LENGTH)
    with faults:
        _first, last = _first_and_last(call.starts_on, ends_on, book.today)
        if last <= call.ends_on:
            raise Invalid(fields={"ends_on": _("The new day has to lie after the last day so far.")})
    faults.tell()
    call.ends_on, call.dates_reason = last, reason
    journal.write("prolong_call", now=now, actor_id=by_id, call_id=call.id, ends_on=last.isoformat())
    db.session.flush()
    prolonged(call, reason=reason, by_id=by_id, now=now, book=book)


def tell_results(call: Call, *, words: str, by_id: int, now: datetime, book: Directory, version: int | None = None) -> None:
    """Write down what came of a call, and tell everybody who took part; afterwards the words may be put right.

    Raises  Stale, Refused while it goes on, Invalid
    """
    hold(call, version)
    if state_of(call, book.today) != "ended":
        raise Refused(_("The results are told when the call is over."), reason="not_over")
    call.results = typed_text("words", words, RESULTS_LENGTH)
    call.results_at, call.results_by_id = now, by_id
    journal.write("tell_results_of_call", now=now, actor_id=by_id, call_id=call.id)
    facts = {"call_id": call.id}
    parts = parts_by_person(call.id)
    rows: list[dict[str, Any]] = [
        {"key": f"calls.results:{call.id}:s{part.id}", "submitter_id": part.id, "facts": facts} for part in parts.values()
    ]
    rows += [
        {"key": f"calls.results:{call.id}:p{person_id}", "person_id": person_id, "facts": facts}
        for person_id in tellers_of(call.id) if person_id not in parts and book.is_here(person_id)
    ]
    tell_waiting("calls.results", rows, now=now)
    db.session.flush()


def _must_go_on(call: Call, book: Directory) -> None:
    if state_of(call, book.today) not in ("coming", "open"):
        raise Refused(_("This call is not going on."), reason="not_open")


FIRST_DAYS = timedelta(days=28)
"""How long a call runs when nobody says anything else."""


def name_reviewers(
    call: Call, reviewers: Chosen, *, by_id: int, now: datetime, book: Directory, version: int | None = None
) -> None:
    """Name who assesses the ideas of a call, also while it goes on: people leave. Who was asked already stays asked.

    Raises  Stale, Refused when its results are told, Invalid
    """
    hold(call, version)
    if call.results_at is not None:
        raise Refused(_("The results of this call are told already."), reason="answered")
    if write_reviewers(call, reviewers, book):
        journal.write("name_call_reviewers", now=now, actor_id=by_id, call_id=call.id,
                      people=[person_id for person_id, _capacity in reviewers])
        db.session.flush()
