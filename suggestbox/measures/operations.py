"""Planning a measure, starting it, moving its date, finishing and abandoning it. Flush, never commit."""

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from suggestbox.core.database import db, hold
from suggestbox.core.errors import Faults, Invalid, Refused
from suggestbox.core.language import gettext as _
from suggestbox.core.typed import typed_text
from suggestbox.feedback.models import Touchpoint
from suggestbox.ideas.files import KeptFile
from suggestbox.ideas.models import Attachment, Idea
from suggestbox.ideas.parts import person_behind
from suggestbox.journal import operations as journal
from suggestbox.mail.operations import tell, tell_waiting
from suggestbox.people.directory import Directory
from suggestbox.steps.models import Step

from .models import Measure
from .policy import is_adopted

TITLE_LENGTH, WORDS_LENGTH, REASON_LENGTH, ADDRESS_LENGTH = 200, 5000, 1000, 500
MOVES_AT_MOST = 2
FARTHEST_DAYS = 3 * 366


def _day(field: str, value: date | None, earliest: date, latest: date) -> date:
    if value is None:
        raise Invalid(fields={field: _("Please give a date, like 2026-03-31.")})
    if value < earliest:
        raise Invalid(fields={field: _("This date is too early.")})
    if value > latest:
        raise Invalid(fields={field: _("This date is too late.")})
    return value


def _owner(person_id: int | None, book: Directory, field: str = "owner") -> int:
    """Anybody who works here, a confidential submitter too: to refuse one colleague of all would tell who it is."""
    brief = book.person(person_id)
    if brief is None or not brief.active:
        raise Invalid(fields={field: _("This person does not work here (any more).")})
    return brief.id


def open_step(measure: Measure) -> Step | None:
    """Give the open step of a measure, or None."""
    query = sa.select(Step).where(
        Step.idea_id == measure.idea_id, Step.kind == "measure", Step.subject_id == measure.id, Step.done_at.is_(None)
    )
    return db.session.scalars(query).first()


def plan_measure(
    idea: Idea, *, title: str, owner_id: int | None, due_on: date | None, by_id: int, now: datetime, book: Directory,
    description: str = "", touchpoint_id: int | None = None, project_url: str = "",
) -> Measure:
    """Plan what an adopted idea sets in motion. Its owner has a next step from now on.

    Raises  Refused (nothing was adopted, or the submitters do not know yet), Invalid
    """
    if not is_adopted(idea):
        text = _("Measures are planned for an adopted idea, once its submitters know the outcome.")
        raise Refused(text, reason="not_adopted")
    faults = Faults()
    with faults:
        title = typed_text("title", title, TITLE_LENGTH)
    with faults:
        description = typed_text("description", description, WORDS_LENGTH, required=False)
    with faults:
        owner_id = _owner(owner_id, book)
    with faults:
        day = _day("due_on", due_on, book.today, book.today + timedelta(days=FARTHEST_DAYS))
    with faults:
        project_url = web_address(project_url)
    touchpoint = db.session.get(Touchpoint, touchpoint_id) if touchpoint_id is not None else None
    with faults:
        if touchpoint_id is not None and (touchpoint is None or touchpoint.archived_at is not None):
            raise Invalid(fields={"touchpoint_id": _("Please choose one of the touchpoints.")})
    faults.tell()
    measure = Measure(
        idea_id=idea.id, title=title, description=description, owner_id=owner_id, project_url=project_url,
        department_id=book.department_of(owner_id), touchpoint_id=touchpoint_id, state="planned", due_on=day,
        first_due_on=day, created_at=now, created_by_id=by_id,
    )
    db.session.add(measure)
    db.session.flush()
    _note("plan_measure", measure, now=now, by_id=by_id, due_on=day.isoformat(), people=[owner_id])
    _tell_submitters(idea, measure, "planned", now=now, by_id=by_id)
    return measure


def start_measure(measure: Measure, *, by_id: int, now: datetime, version: int | None = None) -> None:
    """Note that somebody began.

    Raises  Stale, Refused when it runs or is done already
    """
    hold(measure, version)
    refuse_abandoned(measure)
    if measure.state != "planned":
        raise Refused(_("This measure has begun already."), reason="begun")
    measure.state, measure.started_at = "running", now
    _note("start_measure", measure, now=now, by_id=by_id)
    _tell_submitters(_idea(measure), measure, "running", now=now, by_id=by_id)
    db.session.flush()


def move_measure(
    measure: Measure, *, due_on: date | None, reason: str, by_id: int, now: datetime, book: Directory,
    version: int | None = None,
) -> None:
    """Move the date, with a reason the submitters read; twice at most.

    Raises  Stale, Refused (done, or moved twice already), Invalid
    """
    hold(measure, version)
    _refuse_done(measure)
    if measure.due_moves >= MOVES_AT_MOST:
        raise Refused(_("The date was moved twice already."), reason="moved_twice")
    faults = Faults()
    with faults:
        reason = typed_text("reason", reason, REASON_LENGTH)
    with faults:
        earliest = max(book.today, measure.due_on + timedelta(days=1))
        day = _day("due_on", due_on, earliest, book.today + timedelta(days=FARTHEST_DAYS))
        if not book.calendar_of(measure.owner_id).is_working_day(day):
            raise Invalid(fields={"due_on": _("This is not a working day.")})
    faults.tell()
    measure.due_on, measure.due_reason = day, reason
    measure.due_moves += 1
    step = open_step(measure)
    if step is not None:
        step.due_on, step.due_reason, step.due_moves = day, reason, measure.due_moves
    _note("move_measure", measure, now=now, by_id=by_id, due_on=day.isoformat(), moves=measure.due_moves)
    _tell_submitters(_idea(measure), measure, f"moved{measure.due_moves}", now=now, by_id=by_id)
    db.session.flush()


def finish_measure(
    measure: Measure, *, words: str, done_on: date | None, by_id: int, now: datetime, book: Directory,
    version: int | None = None, picture: KeptFile | None = None,
) -> None:
    """Say that it is done, and since when one can notice it; the submitters are told at once.

    Takes   picture: how it looks now, kept on disk already
    Raises  Stale, Refused (done or abandoned already), Invalid
    """
    hold(measure, version)
    _refuse_done(measure)
    idea = _idea(measure)
    faults = Faults()
    with faults:
        words = typed_text("words", words, WORDS_LENGTH)
    with faults:
        begun = idea.submitted_at.date() - timedelta(days=1) if idea.submitted_at else book.today
        if done_on is not None and done_on > book.today:
            raise Invalid(fields={"done_on": _("This day has not come yet.")})
        day = _day("done_on", done_on, begun, book.today)
    faults.tell()
    step = open_step(measure)
    if step is not None:
        step.done_at, step.outcome, step.done_by_id = now, "done", by_id
    if picture is not None:
        measure.picture_id = _picture(idea, picture, now)
    measure.state, measure.done_at, measure.done_on = "done", now, day
    measure.started_at = measure.started_at or now
    measure.done_by_id, measure.done_words = by_id, words
    _note("finish_measure", measure, now=now, by_id=by_id, done_on=day.isoformat())
    for part in idea.submitters:
        if part.state == "accepted" and person_behind(part) != by_id:
            tell("measures.done", f"measures.done:{measure.id}:s{part.id}", now=now, submitter=part, idea_id=idea.id,
                 measure_id=measure.id)
    if measure.created_by_id != by_id:
        tell_waiting("measures.news", [
            {"key": f"measures.news:{measure.id}:done:p{measure.created_by_id}", "person_id": measure.created_by_id,
             "idea_id": idea.id, "facts": {"measure_id": measure.id, "what": "done"}},
        ], now=now)
    db.session.flush()


def _picture(idea: Idea, file: KeptFile, now: datetime) -> int:
    if not file.is_image:
        raise Invalid(fields={"picture": _("Please choose a photo (JPEG, PNG, WebP or GIF).")})
    row = Attachment(
        idea_id=idea.id, stored_name=file.stored_name, shown_name=file.shown_name, media_type=file.media_type,
        is_image=True, width=file.width, height=file.height, size_bytes=file.size_bytes, added_at=now,
    )
    db.session.add(row)
    db.session.flush()
    return row.id


def abandon_measure(
    measure: Measure, *, reasons: str, by_id: int, now: datetime, version: int | None = None
) -> None:
    """Give up what was promised, with reasons; the submitters are told at once.

    When the idea is settled, everybody who had a talk about it already is owed another one.
    Raises  Stale, Refused (done or abandoned already), Invalid
    """
    hold(measure, version)
    _refuse_done(measure)
    reasons = typed_text("reasons", reasons, WORDS_LENGTH)
    idea, before = _idea(measure), measure.owner_id
    measure.state, measure.abandoned_at, measure.abandoned_by_id = "abandoned", now, by_id
    measure.abandoned_reasons = reasons
    _note("abandon_measure", measure, now=now, by_id=by_id)
    for part in idea.submitters:
        if part.state == "accepted" and person_behind(part) != by_id:
            tell("measures.abandoned", f"measures.abandoned:{measure.id}:s{part.id}", now=now, submitter=part,
                 idea_id=idea.id, measure_id=measure.id)
    readers = {before, measure.created_by_id} - {by_id}
    tell_waiting("measures.news", [
        {"key": f"measures.news:{measure.id}:abandoned:p{person_id}", "person_id": person_id, "idea_id": idea.id,
         "facts": {"measure_id": measure.id, "what": "abandoned"}}
        for person_id in sorted(readers)
    ], now=now)
    db.session.flush()


def link_project(measure: Measure, *, address: str, by_id: int, now: datetime, version: int | None = None) -> None:
    """Say where the work is followed elsewhere; an empty address takes the link away.

    Raises  Stale, Refused (abandoned), Invalid
    """
    hold(measure, version)
    refuse_abandoned(measure)
    measure.project_url = web_address(address)
    _note("link_project", measure, now=now, by_id=by_id, audience="handlers")
    db.session.flush()


def web_address(text: str) -> str:
    """Give a typed web address, or nothing.

    Raises  Invalid when it is none that a browser opens as a page
    """
    address = typed_text("project_url", text, ADDRESS_LENGTH, required=False)
    if not address:
        return ""
    try:
        parts = urlsplit(address)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username
    except ValueError:
        good = False
    if not good or any(c.isspace() or not c.isprintable() for c in address):
        raise Invalid(fields={"project_url": _("Please give a web address that begins with https://.")})
    return address


def give_measure(measure: Measure, person_id: int, department_id: int | None) -> None:
    """Give the measure to somebody else; the date stays. The step follows when the idea is settled."""
    measure.owner_id, measure.department_id = person_id, department_id
    db.session.flush()


def _idea(measure: Measure) -> Idea:
    return db.session.get_one(Idea, measure.idea_id)


def refuse_abandoned(measure: Measure) -> None:
    """Refuse what cannot be done any more with a measure that was given up."""
    if measure.state == "abandoned":
        raise Refused(_("This measure was abandoned."), reason="measure_abandoned")


def _refuse_done(measure: Measure) -> None:
    refuse_abandoned(measure)
    if measure.state == "done":
        raise Refused(_("This measure is done already."), reason="measure_done")


def _note(
    kind: str, measure: Measure, *, now: datetime, by_id: int, audience: str = "submitters", **facts: Any
) -> None:
    journal.write(kind, now=now, actor_id=by_id, idea_id=measure.idea_id, audience=audience, measure_id=measure.id,
                  **facts)


def _tell_submitters(idea: Idea, measure: Measure, what: str, *, now: datetime, by_id: int) -> None:
    tell_waiting("measures.news", [
        {"key": f"measures.news:{measure.id}:{what}:s{part.id}", "submitter_id": part.id, "idea_id": idea.id,
         "facts": {"measure_id": measure.id, "what": what.rstrip("0123456789")}}
        for part in idea.submitters if part.state == "accepted" and person_behind(part) != by_id
    ], now=now)
