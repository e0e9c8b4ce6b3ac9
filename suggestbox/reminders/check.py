"""The self-check of reminders: no step overlooked, nothing sent twice, nothing after the step was done.

It reads rows and counts days itself; nothing of the ladder is used, so that a fault there shows here.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

import sqlalchemy as sa

from suggestbox.core.clock import local_date
from suggestbox.core.database import db
from suggestbox.core.job_runs import JobRun
from suggestbox.core.language import gettext as _
from suggestbox.core.settings import rule
from suggestbox.ideas.models import Idea, Submitter
from suggestbox.ideas.parts import people_behind_submitters
from suggestbox.mail.models import Letter, LetterAttempt, Notice
from suggestbox.people.directory import Directory
from suggestbox.steps.models import Step
from suggestbox.workflow.check import Finding, also

GRACE_DAYS = 1
"""Working days after the day of a reminder until its absence counts as a fault."""


def findings(book: Directory) -> list[Finding]:
    """Give what breaks a promise about reminders; an empty list is the proof."""
    return [*_overlooked(book), *_twice(book), *_too_late(), *_links()]


def register_check() -> None:
    """Make it part of the self-check."""
    also(findings)


def _reminders_began() -> date | None:
    """The first day on which reminders were at work; None on a house that never had any."""
    job = db.session.scalar(sa.select(sa.func.min(JobRun.started_at)).where(JobRun.job == "reminders.reconcile"))
    notice = db.session.scalar(sa.select(sa.func.min(Notice.at)).where(Notice.kind == "reminders.rung"))
    known = [moment.date() for moment in (job, notice) if moment]
    return min(known) if known else None


def _overlooked(book: Directory) -> Iterator[Finding]:
    """A step long due must have been told of, for its present date, or have nobody who could be told."""
    began = _reminders_began()
    if began is None or began >= book.today:
        return
    told: dict[int | None, list[str]] = defaultdict(list)
    for step_id, key in db.session.execute(sa.select(Notice.step_id, Notice.key).where(Notice.kind == "reminders.rung")):
        told[step_id].append(key)
    query = sa.select(Step, Idea.number, Idea.changed_at).join(Idea, Idea.id == Step.idea_id).where(
        Step.done_at.is_(None), Step.due_on < book.today
    )
    rows = db.session.execute(query).all()
    behind = people_behind_submitters({step.submitter_id for step, _n, _c in rows if step.submitter_id})
    for step, number, changed_at in rows:
        person_id = behind.get(step.submitter_id) if step.submitter_id else step.owner_id
        if not _long_due(book, person_id, step.due_on) or changed_at.date() >= book.today - timedelta(days=1):
            continue
        if step.created_at.date() >= book.today - timedelta(days=1):
            continue
        if any(key.startswith(f"rung:{step.id}:{step.due_on.isoformat()}:") for key in told[step.id]):
            continue
        if step.submitter_id is not None and not book.is_here(person_id):
            continue  # left: their talk is the host's matter, nobody reminds them
        yield Finding("nothing_lost", number or f"#{step.idea_id}",
                      _("A next step is long due, and nobody was reminded (%(kind)s).", kind=step.kind))


def _long_due(book: Directory, person_id: int | None, due_on: date) -> bool:
    calendar, passed, day = book.calendar_of(person_id), 0, due_on + timedelta(days=1)
    while day < book.today and passed <= GRACE_DAYS + rule("reminders.due_days"):
        passed += calendar.is_working_day(day)
        day += timedelta(days=1)
    return passed > GRACE_DAYS + rule("reminders.due_days")


def _twice(book: Directory) -> Iterator[Finding]:
    accepted = (
        sa.select(LetterAttempt.letter_id).where(LetterAttempt.result == "sent")
        .group_by(LetterAttempt.letter_id).having(sa.func.count() > 1)
    )
    for letter_id in db.session.scalars(accepted):
        yield Finding("nothing_lost", "", _("A letter was sent twice (%(id)s).", id=letter_id))
    digests = sa.select(Letter.person_id, Letter.channel, Letter.hook_id, Letter.done_at).where(
        Letter.kind == "reminders.digest", Letter.state == "sent", Letter.channel != "print"
    )
    seen: dict[tuple[int | None, str, int | None, date], int] = defaultdict(int)
    for person_id, channel, hook_id, done_at in db.session.execute(digests):
        assert done_at is not None  # the database holds it: sent letters have their moment
        seen[person_id, channel, hook_id, local_date(done_at, book.zone_of(person_id))] += 1
    for (person_id, _channel, _hook, day), count in seen.items():
        if count > 1:
            yield Finding("nothing_lost", "", _("Somebody (%(id)s) got %(count)s summaries on %(day)s.", id=person_id,
                                                count=count, day=day.isoformat()))


def _in_it(begun: sa.Subquery) -> sa.ColumnElement[bool]:
    """What was read before the letter was begun is not in it, although an earlier try took it along."""
    return sa.or_(Notice.read_at.is_(None), Notice.read_at > begun.c.started_at)


def _too_late() -> Iterator[Finding]:
    """Told after the step was done: as a notice, or by a letter that was begun only then."""
    begun = sa.select(
        LetterAttempt.letter_id, sa.func.max(LetterAttempt.started_at).label("started_at")
    ).where(LetterAttempt.result == "sent").group_by(LetterAttempt.letter_id).subquery()
    query = (
        sa.select(Idea.number, Step.kind).join(Step, Step.idea_id == Idea.id).join(Notice, Notice.step_id == Step.id)
        .outerjoin(begun, begun.c.letter_id == Notice.letter_id)
        .where(Notice.kind == "reminders.rung", Step.outcome.in_(("done", "dropped")),
               sa.or_(Notice.at > Step.done_at, sa.and_(begun.c.started_at > Step.done_at, _in_it(begun)))).distinct()
    )
    for number, kind in db.session.execute(query):
        yield Finding("nothing_lost", number or "",
                      _("Somebody was reminded of a step that was done (%(kind)s).", kind=kind))


def _links() -> Iterator[Finding]:
    """A letter that names the person must not be linked with what a confidential submitter was told."""
    query = (
        sa.select(Idea.number).join(Notice, Notice.idea_id == Idea.id).join(Submitter, Submitter.id == Notice.submitter_id)
        .join(Letter, Letter.id == Notice.letter_id)
        .where(Submitter.person_id.is_(None), Letter.person_id.is_not(None)).distinct()
    )
    for number in db.session.scalars(query):
        yield Finding("nobody_reads_more", number or "", _("A letter names a confidential submitter."))
