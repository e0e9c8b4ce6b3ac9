"""What the watch looks for in the mail: the mail server's own book beside the rows of the outbox."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from suggestbox.conversations.models import Offer
from suggestbox.ideas.models import Question
from suggestbox.journal.models import Entry
from suggestbox.mail.models import Letter, Notice

from .watch_ideas import Look, idea, party, step

entry: Any = Entry.__table__
letter: Any = Letter.__table__
notice: Any = Notice.__table__
offer: Any = Offer.__table__
question: Any = Question.__table__

DIGEST = "reminders.digest"
RUNG = "reminders.rung"
OVERDUE_DAYS = 2
"""Working days after the due date by which somebody must have been reminded: one of them may have been a bad day."""

CAME_BACK = timedelta(days=4)
"""A step that came back from a question, or changed hands, is told of on the owner's next working days."""
COMES_BACK = ("answer", "question_silent", "reconsider")
"""What lets a step go on that rested: an answer, or, where the answer changed the text, the look at the new text."""

WEEKLY = timedelta(days=21)
"""From week to week, with the days between the years on which nobody works."""

WAITED = timedelta(hours=1)
WAITS_AT_MOST = timedelta(days=60)
"""A letter to somebody on a long leave waits for them; older ones need not be looked at again."""


@dataclass
class Mail:
    """What the mail server took since the last look, with the rows of the letters, and what it took before.

    `accepted` are tuples of the mail server's book: at, recipient, message id, words, lines.
    """

    look: Look
    accepted: list[Any]
    was_well: bool
    sent_before: Counter[str]
    digests: dict[tuple[str, Any], set[str]]
    server_knows: set[str]
    rows: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ids = sorted({a.message_id for a in self.accepted})
        for start in range(0, len(ids), 900):
            for row in self.look.rows(sa.select(letter).where(letter.c.message_id.in_(ids[start:start + 900]))):
                self.rows[row.message_id] = row


def second_digest_in_a_day(mail: Mail) -> Iterator[str]:
    """People who were sent more than one digest on one day of theirs; marked copies of the same one apart."""
    for taken in mail.accepted:
        row, worker = mail.rows.get(taken.message_id), mail.look.staff.by_email.get(taken.recipient)
        if row is None or worker is None or row.kind != DIGEST:
            continue
        same = mail.digests.setdefault((taken.recipient, taken.at.astimezone(worker.zone).date()), set())
        same.add(taken.message_id)
        if len(same) > 1:
            yield f"{taken.recipient} {taken.at:%Y-%m-%d}"


def mail_outside_working_hours(mail: Mail) -> Iterator[str]:
    """Letters that arrived while their reader was not at work."""
    for taken in mail.accepted:
        worker = mail.look.staff.by_email.get(taken.recipient)
        if worker and not mail.look.staff.at_work(worker, taken.at):
            yield f"{taken.recipient} {taken.at:%Y-%m-%d %H:%M}"


def mail_to_people_who_left(mail: Mail) -> Iterator[str]:
    """Letters to somebody who does not work here any more, or whom nobody knows."""
    for taken in mail.accepted:
        worker = mail.look.staff.by_email.get(taken.recipient)
        if worker is None or not mail.look.staff.was_here(worker, taken.at):
            yield f"{taken.recipient} {taken.at:%Y-%m-%d}"


def reminder_after_reason_gone(mail: Mail) -> Iterator[str]:
    """Duties told of by letter although no such step was open when the letter went out."""
    numbers = {line[0].split(" ")[0] for taken in mail.accepted for line in taken.lines if line[0] and line[2]}
    ideas = {row.number: row.id for row in mail.look.rows(
        sa.select(idea.c.number, idea.c.id).where(idea.c.number.in_(sorted(numbers))))}
    carried = defaultdict(list)
    ids = [row.id for row in mail.rows.values()]
    for start in range(0, len(ids), 900):
        columns = (notice.c.letter_id, notice.c.idea_id, notice.c.step_id, step.c.done_at, step.c.created_at)
        for row in mail.look.rows(sa.select(*columns).join(step, step.c.id == notice.c.step_id).where(
                notice.c.letter_id.in_(ids[start:start + 900]))):
            carried[row.letter_id].append(row)
    any_step = defaultdict(list)
    for row in mail.look.rows(sa.select(step.c.idea_id, step.c.done_at, step.c.created_at).where(
            step.c.idea_id.in_(sorted(ideas.values())),
            sa.or_(step.c.done_at.is_(None), step.c.done_at >= mail.look.since - timedelta(days=1)))):
        any_step[row.idea_id].append(row)
    for taken in mail.accepted:
        row = mail.rows.get(taken.message_id)
        if row is None:
            continue
        duties = [ideas.get(text.split(" ")[0]) for text, _words, duty in taken.lines if duty and text]
        told = carried[row.id]
        if row.kind != DIGEST and told and not any(_stood(s, taken.at) for s in told):
            yield f"letter {row.id}"
        for idea_id in duties if row.kind == DIGEST else ():
            steps = [s for s in told if s.idea_id == idea_id and s.created_at <= taken.at]
            if row.maybe or not steps:  # a copy is written anew: what the first one carried it may carry no more
                steps = steps + any_step[idea_id]
            if idea_id is None or not any(_stood(s, taken.at) for s in steps):
                yield f"letter {row.id}, idea {idea_id}"


def _stood(row: Any, moment: Any) -> bool:
    """The step was there when the letter left: between its writing and its arrival lies a minute at most."""
    begun: bool = row.created_at <= moment
    return begun and (row.done_at is None or row.done_at >= moment - timedelta(minutes=1))


def mail_twice_unmarked(mail: Mail) -> Iterator[str]:
    """Letters the mail server took more often than the house knows of."""
    mail.sent_before.update(taken.message_id for taken in mail.accepted)
    for message_id in sorted({taken.message_id for taken in mail.accepted}):
        count, row = mail.sent_before[message_id], mail.rows.get(message_id)
        if count > 1 + (1 if row is not None and row.maybe else 0):
            yield message_id


def mail_lost(mail: Mail) -> Iterator[str]:
    """Letters that say they were sent and never arrived; that wait though nothing is in the way; that nobody holds.

    And what should have been told and was not: the receipt, the question, the offer of the talk.
    """
    look = mail.look
    mail.server_knows.update(taken.message_id for taken in mail.accepted)
    sent = sa.select(letter.c.id, letter.c.message_id).where(
        letter.c.channel == "mail", letter.c.state == "sent", letter.c.done_at > look.since - timedelta(days=1),
        letter.c.created_at > look.since - WAITS_AT_MOST)
    for row in look.rows(sent):
        if row.message_id not in mail.server_knows:
            yield f"letter {row.id} never arrived"
    columns = (letter.c.id, letter.c.state, letter.c.not_before, letter.c.attempts, letter.c.lease_until)
    for row in look.rows(sa.select(*columns).where(letter.c.done_at.is_(None), letter.c.channel == "mail")):
        if row.state == "queued" and mail.was_well and row.not_before < look.now - WAITED:
            yield f"letter {row.id} waits for nothing"
        if row.state == "sending" and row.lease_until < look.now - WAITED:
            yield f"letter {row.id} is held by nobody"
    failed = look.rows(sa.select(letter.c.id).where(letter.c.state == "failed", letter.c.done_at > look.since))
    if failed:
        shown = {row.facts.get("letter") for row in look.rows(sa.select(notice.c.facts).where(
            notice.c.id > look.notices_before, notice.c.kind.like("mail.%")))}
        for row in failed:
            if row.id not in shown:
                yield f"letter {row.id} failed, and nobody was told"
    yield from _never_told(look)


def _never_told(look: Look) -> Iterator[str]:
    new_ones = (notice.c.id > look.notices_before, notice.c.submitter_id.is_not(None))
    told = {(row.idea_id, row.submitter_id) for row in look.rows(
        sa.select(notice.c.idea_id, notice.c.submitter_id).where(*new_ones))}
    new = [row.id for row in look.rows(sa.select(idea.c.id).where(idea.c.submitted_at > look.since))]
    asked = [row.idea_id for row in look.rows(sa.select(question.c.idea_id).where(question.c.asked_at > look.since))]
    joined = {row.idea_id for row in look.rows(sa.select(entry.c.idea_id).where(
        entry.c.at > look.since, entry.c.kind.in_(("accept_part", "confirm_correction"))))}
    people = look.submitters([idea_id for idea_id in new + asked if idea_id not in joined])  # they came too late for it
    for idea_id in new + asked:
        for submitter_id in people.get(idea_id, {}):
            if (idea_id, submitter_id) not in told:
                yield f"idea {idea_id}: submitter {submitter_id} heard nothing"
    offers = sa.select(party.c.idea_id, party.c.submitter_id).join(offer, offer.c.party_id == party.c.id).where(
        offer.c.offered_at > look.since)
    for row in look.rows(offers):
        if (row.idea_id, row.submitter_id) not in told:
            yield f"idea {row.idea_id}: submitter {row.submitter_id} heard of no talk"


def overdue_and_nobody_reminded(mail: Mail) -> Iterator[str]:
    """Next steps that are late, and nobody was told since they fell due."""
    look = mail.look
    rested = {row.idea_id for row in look.rows(sa.select(entry.c.idea_id).where(
        entry.c.at > look.now - CAME_BACK, entry.c.kind.in_(COMES_BACK)))}
    columns = (step.c.id, step.c.idea_id, step.c.owner_id, step.c.due_on, step.c.created_at)
    late = sa.select(*columns).where(
        step.c.done_at.is_(None), step.c.due_on < look.today - timedelta(days=1), step.c.kind != "return")
    rows = look.rows(late)
    last: dict[int, Any] = {row.step_id: row.last for row in look.rows(
        sa.select(notice.c.step_id, sa.func.max(notice.c.at).label("last")).join(step, step.c.id == notice.c.step_id)
        .where(step.c.done_at.is_(None), notice.c.kind == RUNG).group_by(notice.c.step_id))}
    for row in rows:
        worker = look.staff.people.get(row.owner_id)
        if worker is None or row.created_at > look.now - CAME_BACK or row.idea_id in rested:
            continue  # a submitter's step goes back by itself; one that changed hands today is told tomorrow
        overdue = look.staff.days_overdue(worker, row.due_on, look.today)
        told = last.get(row.id)
        if overdue <= OVERDUE_DAYS:
            continue
        if told is None or told.date() < row.due_on - timedelta(days=1):
            yield f"step {row.id}"
        elif overdue > 30 and look.now - told > WEEKLY:
            yield f"step {row.id}, for weeks"


def read_what_may_not_be_read(mail: Mail) -> Iterator[str]:
    """Names of confidential submitters, and assessments before the release, in what left the house."""
    look = mail.look
    hidden = {row.id: row for row in look.rows(sa.select(idea.c.id, idea.c.number).where(idea.c.confidential))}
    behind = look.submitters(sorted(hidden)) if mail.accepted and hidden else {}
    by_number = {row.number: row.id for row in hidden.values() if row.number}
    for taken in mail.accepted:
        row = mail.rows.get(taken.message_id)
        worker = look.staff.by_email.get(taken.recipient)
        if row is None or worker is None:
            continue
        for idea_id in hidden.keys() & {row.idea_id} if row.kind != DIGEST else ():
            for person_id in behind.get(idea_id, {}).values():
                if person_id != worker.id and look.staff.people[person_id].name in taken.words:
                    yield f"letter {row.id}: the name of a confidential submitter"
                if person_id == row.person_id:
                    yield f"letter {row.id}: the row names a confidential submitter"
        for text, words, _duty in taken.lines:
            found = by_number.get(text.split(" ")[0])
            for person_id in behind.get(found, {}).values() if found else ():
                if person_id != worker.id and look.staff.people[person_id].name in words:
                    yield f"letter {row.id}: the name of a confidential submitter in a digest"
    yield from _early_verdicts(mail)


def _early_verdicts(mail: Mail) -> Iterator[str]:
    about = {row.idea_id for row in mail.rows.values() if row.submitter_id and row.idea_id}
    released = {row.id: row.released_at for row in mail.look.rows(
        sa.select(idea.c.id, idea.c.released_at).where(idea.c.id.in_(sorted(about))))}
    for taken in mail.accepted:
        row = mail.rows.get(taken.message_id)
        if row is not None and row.submitter_id and "Einschätzung Nummer" in taken.words \
                and not (released.get(row.idea_id) and released[row.idea_id] <= taken.at):
            yield f"letter {row.id}: an assessment before the release"


MAIL_RULES = {
    "second_digest_in_a_day": (second_digest_in_a_day, ""),
    "mail_outside_working_hours": (mail_outside_working_hours, ""),
    "mail_to_people_who_left": (mail_to_people_who_left, "nobody_reads_more"),
    "reminder_after_reason_gone": (reminder_after_reason_gone, ""),
    "mail_twice_unmarked": (mail_twice_unmarked, "nothing_lost"),
    "mail_lost": (mail_lost, "nothing_lost"),
    "overdue_and_nobody_reminded": (overdue_and_nobody_reminded, "no_black_hole"),
    "read_what_may_not_be_read": (read_what_may_not_be_read, "nobody_reads_more"),
}
