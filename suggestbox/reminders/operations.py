"""The reconciler: works out from the open steps who should have been told, and puts in what is not there yet.

Run as often as one likes: every notice and every letter has a key that follows from step, date, rung and reader, so a
second run, a second process or a run after three days of silence adds nothing that was there before.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app

from suggestbox.core.clock import local_date
from suggestbox.core.config import Deployment
from suggestbox.core.database import db
from suggestbox.ideas.models import Idea, Submitter
from suggestbox.ideas.parts import people_behind_submitters, words
from suggestbox.ideas.readable import ideas_read_ahead
from suggestbox.mail.asking import asking_for_many
from suggestbox.mail.letters import kind as kind_of
from suggestbox.mail.models import Hook, Letter, Notice
from suggestbox.mail.operations import ForOne, tell_waiting, write_for_many
from suggestbox.mail.readers import on_the_site, reader_of, speaking_to
from suggestbox.people.directory import Directory, directory
from suggestbox.people.hours import next_working_moment
from suggestbox.steps.models import Step

from .kinds import DIGEST, RUNG
from .ladder import Days, Nudge, days_in_force, horizon, nudges_of
from .recipients import OpenStep
from .rung_lines import holding
from .standing import ROWS, with_people

KEEP_LATENESS_DAYS = 92
"""Three months after an idea closed nobody learns any more who was late."""

LATE_DAYS = 400
"""So long a digest may have waited for its reader: for the weekend, for a server that was down, for the end of a leave."""

_TOLD = sa.select(Notice.key).where(Notice.kind == RUNG, Notice.step_id.in_(sa.bindparam("ids", expanding=True)))
_PORTION: Any = ROWS.where(Step.id > sa.bindparam("after"), Step.due_on <= sa.bindparam("until")).limit(
    sa.bindparam("most"))


def book_of(now: datetime) -> Directory:
    """Give the directory of the day it is at headquarters."""
    return directory(local_date(now, current_app.config["HEADQUARTERS_ZONE"]))


def days_by_zone(book: Directory, now: datetime) -> dict[str, date]:
    """Give which day it is in each time zone people of the house live in."""
    return {zone: local_date(now, zone) for zone in {*book.zones.values(), "UTC"}}


def today_of(step: OpenStep, book: Directory, now: datetime) -> date:
    """Give which day it is for the owner of a step, whoever stands in."""
    return local_date(now, book.zone_of(step.person_id if step.submitter_id is not None else step.owner_id))


def remind(*, now: datetime, after_id: int = 0, limit: int = 500) -> int | None:
    """Put the notices of every rung that has come into the inboxes, for one portion of the open steps. Never commits.

    Gives   the id of the last step looked at, to go on from, or None when there are no more
    """
    book, days = book_of(now), days_in_force()
    today = days_by_zone(book, now)
    until = horizon(book, days, max(today.values()))
    rows = db.session.execute(_PORTION, {"after": after_id, "until": until, "most": limit}).all()
    # Steps of which everything that is due was found told already, as long as neither day nor people nor idea change.
    told: set[tuple[int, date, int]] = book.keep(("reminders.told", days, tuple(sorted(today.items()))), set)
    fresh = [row for row in rows if row[:3] not in told]
    if fresh:
        _tell(with_people(fresh, book), book, days, now, {row[0]: row[:3] for row in fresh}, told)
    return rows[-1][0] if len(rows) == limit else None


def _tell(
    steps: list[OpenStep], book: Directory, days: Days, now: datetime, marks: dict[int, Any],
    told: set[tuple[int, date, int]],
) -> None:
    known = set(db.session.scalars(_TOLD, {"ids": [step.id for step in steps]}))
    today = days_by_zone(book, now)
    rows = []
    for step in steps:
        zone = book.zone_of(step.person_id if step.submitter_id is not None else step.owner_id)
        new = [n for n in nudges_of(step, book, days, today[zone]) if n.key not in known]
        rows += [_row(nudge) for nudge in new]
        if not new:
            told.add(tuple(marks[step.id]))  # type: ignore[arg-type]
    tell_waiting(RUNG, rows, now=now)


def _row(nudge: Nudge) -> dict[str, Any]:
    step = nudge.step
    who = {"submitter_id": step.submitter_id} if nudge.to_submitter else {"person_id": nudge.person_id}
    return {"key": nudge.key, "idea_id": step.idea_id, "step_id": step.id, "facts": nudge.facts, **who}


# -- the digest ------------------------------------------------------------------------------------------------------

_WAITING = sa.and_(Notice.waits, Notice.letter_id.is_(None), Notice.read_at.is_(None))

_notice: Any = Notice.__table__
_READERS = (
    sa.select(Notice.id, Notice.person_id, Notice.submitter_id, Submitter.person_id.label("named_id"))
    .outerjoin(Submitter, Submitter.id == Notice.submitter_id).where(_WAITING)
)
_THESE = sa.select(_notice).where(_notice.c.id.in_(sa.bindparam("ids", expanding=True)))
_NO_MORE = sa.update(_notice).where(_notice.c.id == sa.bindparam("notice")).values(waits=False)

_OVER = sa.exists().where(
    Step.id == Notice.step_id,
    sa.or_(Step.outcome.in_(("done", "dropped")),
           Notice.key.not_like("rung:%:" + sa.cast(Step.due_on, sa.String) + ":%")),
)
_RESTS = sa.update(_notice).where(_WAITING, Notice.kind == RUNG, _OVER).values(waits=False)

_ON_ITS_WAY = sa.select(Letter.person_id).where(
    Letter.kind == DIGEST, Letter.done_at.is_(None), Letter.state.in_(words("queued", "sending", "to_print")))
_LATELY = sa.select(Letter.person_id, Letter.local_date, Letter.state, Letter.done_at).where(
    Letter.kind == DIGEST, Letter.local_date >= sa.bindparam("earliest"),
    Letter.person_id.in_(sa.bindparam("people", expanding=True)),
    sa.or_(Letter.local_date >= sa.bindparam("first"), Letter.done_at >= sa.bindparam("since")),
)


def write_digests(*, now: datetime) -> int:
    """Write the digest of everybody for whom something new waits, once a working day, for their hours. Never commits.

    Whoever does not work today any more, or is away, gets it on their next day. What lost its reason for good stops
    waiting.

    Gives   how many letters were written
    """
    book = book_of(now)
    db.session.execute(_RESTS)
    waiting, hidden = _by_reader(book)
    had = _had_theirs(waiting, book, now)
    days = {person_id: day for person_id in waiting
            if person_id not in had and (day := _digest_day(book, person_id, now)) is not None}
    reachable = _reachable(book, list(days))
    days = {person_id: day for person_id, day in days.items() if person_id in reachable}
    if not days:
        return 0
    notices = _load(notice_id for person_id in days for notice_id in waiting[person_id])
    rungs = holding(list(notices.values()), book, book.today)
    wanted, over = [], []
    with on_the_site(), asking_for_many(notices.values()), ideas_read_ahead(n.idea_id for n in notices.values()):
        for person_id, day in sorted(days.items()):
            mine = [notices[n] for n in waiting[person_id] if n in notices]
            something = any(n.id in rungs for n in mine)
            if not something:
                something, gone = _something_else(mine, book, person_id, now)
                over += gone
            if something:
                # A webhook's digest with nothing to say would be dropped, and tell by it what the one by mail says.
                private = all(n.id in hidden for n in mine if n.kind != RUNG or n.id in rungs)
                wanted.append(ForOne(f"digest:{person_id}:{day.isoformat()}", person_id, day, private))
    if over:
        db.session.execute(_NO_MORE, [{"notice": notice_id} for notice_id in over])
    return write_for_many(DIGEST, wanted, book, now=now)


def _by_reader(book: Directory) -> tuple[dict[int, list[int]], set[int]]:
    """{person id: ids of the notices that wait for them}, and the ids of those to confidential submitters.

    The latter only for people whose mailbox is their own: nobody else may read a letter that holds them.
    """
    rows = db.session.execute(_READERS).all()
    behind = people_behind_submitters({row.submitter_id for row in rows if row.submitter_id})
    found: dict[int, list[int]] = {}
    hidden = {row.id for row in rows if row.submitter_id is not None and row.named_id is None}
    for notice_id, person_id, submitter_id, _named_id in rows:
        reader_id = behind.get(submitter_id) if submitter_id else person_id
        if reader_id is not None and (notice_id not in hidden or _reads_alone(book, reader_id)):
            found.setdefault(reader_id, []).append(notice_id)
    return found, hidden


def _reads_alone(book: Directory, person_id: int) -> bool:
    """Say whether a digest reaches the person in a mailbox of their own: paper somebody prints, webhooks others read."""
    brief, deployment = book.person(person_id), current_app.config["DEPLOYMENT"]
    return bool(brief and brief.email and deployment.mail_is_on)


def _digest_day(book: Directory, person_id: int, now: datetime) -> date | None:
    """The local date on which a digest would reach the person, if that is today."""
    if not book.is_available(person_id):
        return None
    zone = book.zone_of(person_id)
    day = local_date(next_working_moment(book, person_id, now), zone)
    return day if day == local_date(now, zone) else None


def _had_theirs(people: Iterable[int], book: Directory, now: datetime) -> set[int]:
    """Who has a digest for today, got a late one today, or has one that still waits to go out and takes all along."""
    if not people:
        return set()
    today = days_by_zone(book, now)
    first = min(today.values())
    found = set(db.session.scalars(_ON_ITS_WAY))
    lately = {"first": first, "earliest": first - timedelta(days=LATE_DAYS), "since": now - timedelta(hours=36),
              "people": sorted(set(people) - found)}
    for person_id, day, state, done_at in db.session.execute(_LATELY, lately):
        zone = book.zone_of(person_id)
        late = state == "sent" and done_at is not None and local_date(done_at, zone) >= today[zone]
        if late or (day is not None and day >= today[zone]):
            found.add(person_id)
    return {person_id for person_id in found if person_id is not None}


def _reachable(book: Directory, people: list[int]) -> set[int]:
    """Those to whom a letter can go in some way: by mail, on paper, or by a webhook of theirs."""
    deployment: Deployment = current_app.config["DEPLOYMENT"]
    if deployment.mail_is_on or not people:
        return set(people)
    hooked = set(db.session.scalars(sa.select(Hook.person_id).where(Hook.ended_at.is_(None))))
    return {p for p in people if p in hooked or not (b := book.person(p)) or not b.email}


def _load(notice_ids: Iterable[int]) -> dict[int, Any]:
    ids = sorted(set(notice_ids))
    found: dict[int, Any] = {}
    for start in range(0, len(ids), 1000):
        for row in db.session.execute(_THESE, {"ids": ids[start : start + 1000]}):
            found[row.id] = row
    return found


def _something_else(notices: list[Any], book: Directory, person_id: int, now: datetime) -> tuple[bool, list[int]]:
    """Say whether anything beside reminders still holds for the reader, and which notices need not wait any more."""
    others = [notice for notice in notices if notice.kind != RUNG]
    reader = reader_of(book, person_id, now)
    if not others or reader is None:
        return False, []
    held, over = False, []
    with speaking_to(reader):
        for name in sorted({notice.kind for notice in others}):
            same = [notice for notice in others if notice.kind == name]
            lines = kind_of(name).lines(same, reader)
            for notice in same:
                line = lines.get(notice.id)
                if line is None or not wants(line.duty, book, person_id):
                    over.append(notice.id)
                else:
                    held = True
    return held, over


def wants(duty: bool, book: Directory, person_id: int) -> bool:
    """Say whether the person wants a line by letter: duties always; news if they wish, and not on paper."""
    brief = book.person(person_id)
    return duty or bool(brief and brief.mail_news and brief.email)


# -- forgetting ------------------------------------------------------------------------------------------------------


def forget_lateness(*, now: datetime) -> int:
    """Remove who was told of whose delay, three months after an idea closed, with the letters that carried it.

    Reminders of steps that are still open, such as a promise, stay: they would be told anew.

    Gives   how many notices were removed
    """
    before = now - timedelta(days=KEEP_LATENESS_DAYS)
    ended = sa.select(Idea.id).where(sa.or_(Idea.closed_at < before, Idea.withdrawn_at < before))
    still_open = sa.select(Step.id).where(Step.done_at.is_(None))
    gone = sa.delete(Notice).where(
        Notice.kind == RUNG, Notice.idea_id.in_(ended),
        sa.or_(Notice.step_id.is_(None), Notice.step_id.not_in(still_open)),
    )
    removed: int = db.session.execute(gone).rowcount  # type: ignore[attr-defined]
    carries = sa.exists().where(Notice.letter_id == Letter.id)
    db.session.execute(sa.delete(Letter).where(Letter.kind == DIGEST, Letter.done_at < before, ~carries))
    return removed
