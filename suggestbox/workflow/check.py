"""The self-check: proves the five promises on the live database, by other means than the workflow itself uses.

It reads rows, not the table of moves; what it finds was done by hand, by a fault, or by a restore from elsewhere.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from suggestbox.conversations.models import Confirmation, Party, Promise, Record
from suggestbox.core.database import db
from suggestbox.core.language import gettext as _
from suggestbox.ideas.models import (
    OPEN_STAGES,
    Attachment,
    Comment,
    Idea,
    Submitter,
    SubmitterIdentity,
    Support,
    YearCounter,
)
from suggestbox.journal.models import Entry
from suggestbox.journal.operations import first_broken_seal
from suggestbox.measures.models import OPEN_STATES as MEASURES_OPEN
from suggestbox.measures.models import Measure, MeasureFigure
from suggestbox.people.directory import Directory
from suggestbox.reviews.models import Assignment, Criterion, Decision, DuplicateProposal, Score
from suggestbox.steps.models import Step
from suggestbox.steps.queries import acting_on

from .award_check import broken_awards
from .priority_check import forgotten
from .story_check import broken_stories

FOR_ANYBODY = ("measure", "promise", "agree_story")
"""Steps of whomever one likes, and of whoever carried it out: to refuse one colleague of all would tell who it is."""

PROMISES = ("no_black_hole", "never_one_person", "no_closing_without_talk", "nothing_lost", "nobody_reads_more")


@dataclass(frozen=True)
class Finding:
    """A broken promise: which one, of which idea (number, or empty), and what is wrong."""

    promise: str
    idea: str
    text: str


_further: list[Callable[[Directory], Iterable[Finding]]] = []
"""Checks of rooms above this one, registered when the application is put together."""


def also(function: Callable[[Directory], Iterable[Finding]]) -> None:
    """Have a further room prove its part. Registering twice counts once."""
    if function not in _further:
        _further.append(function)


def check(book: Directory, files: Path) -> list[Finding]:
    """Give everything that breaks a promise, in the order of the promises; an empty list is the proof.

    Takes   book: the directory of today; files: the folder of attachments
    """
    found = [*_black_holes(book), *_lonely_decisions(), *_silent_closings(book), *_losses(files), *_leaks(),
             *_awards(), *_priority(book), *_stories()]
    for function in _further:
        found += function(book)
    return sorted(found, key=lambda finding: PROMISES.index(finding.promise))


def _numbers(*ids: int) -> dict[int, str]:
    rows = db.session.execute(sa.select(Idea.id, Idea.number).where(Idea.id.in_(ids)))
    return {idea_id: number or f"#{idea_id}" for idea_id, number in rows}


def _submitters() -> dict[int, dict[int, int | None]]:
    """{idea id: {submitter id: person id}} of accepted submitters, by one statement of its own."""
    rows = db.session.execute(
        sa.select(Submitter.idea_id, Submitter.id, sa.func.coalesce(Submitter.person_id, SubmitterIdentity.person_id))
        .outerjoin(SubmitterIdentity, SubmitterIdentity.submitter_id == Submitter.id)
        .where(Submitter.state == "accepted")
    )
    found: dict[int, dict[int, int | None]] = defaultdict(dict)
    for idea_id, submitter_id, person_id in rows:
        found[idea_id][submitter_id] = person_id
    return found


# -- 1: no black hole ------------------------------------------------------------------------------------------------


def _black_holes(book: Directory) -> Iterator[Finding]:
    people = _submitters()
    steps: dict[int, list[Step]] = defaultdict(list)
    for step in db.session.scalars(sa.select(Step).where(Step.done_at.is_(None))):
        steps[step.idea_id].append(step)
    query = sa.select(Idea.id, Idea.number, Idea.stage, Idea.outcome, Idea.return_on).where(Idea.stage != "draft")
    for idea in db.session.execute(query):
        number = idea.number or f"#{idea.id}"
        mine = steps.get(idea.id, [])
        if idea.stage in OPEN_STAGES:
            if not people.get(idea.id):
                yield Finding("no_black_hole", number, _("Nobody is left as its submitter."))
            if not any(_somebody_can(step, people.get(idea.id, {}), book) for step in mine):
                text = _("Nobody who could do it has a next step.") if mine else _("It has no next step.")
                yield Finding("no_black_hole", number, text)
        if idea.stage == "closed" and idea.return_on and idea.outcome in ("parked", "trial") \
                and not any(s.kind == "return" for s in mine):
            yield Finding("no_black_hole", number, _("It is to come back, and nobody sees to it."))
        for step in mine:
            if step.due_moves and not step.due_reason.strip():
                yield Finding("no_black_hole", number, _("A date was moved without a reason."))
    watched = {(s.kind, s.idea_id, s.subject_id) for found in steps.values() for s in found}
    for promise in db.session.scalars(sa.select(Promise).where(Promise.kept_at.is_(None))):
        if ("promise", promise.idea_id, promise.id) not in watched:
            yield Finding("no_black_hole", _numbers(promise.idea_id).get(promise.idea_id, ""),
                          _("A promise of the talk has no next step."))
    for measure in db.session.scalars(sa.select(Measure).where(Measure.state.in_(MEASURES_OPEN))):
        number = _numbers(measure.idea_id).get(measure.idea_id, "")
        if ("measure", measure.idea_id, measure.id) not in watched:
            yield Finding("no_black_hole", number, _("A measure has no next step."))
        if measure.due_moves and not measure.due_reason.strip():
            yield Finding("no_black_hole", number, _("A date was moved without a reason."))
    yield from _unlooked_figures(watched)


def _unlooked_figures(watched: set[tuple[str, int, int]]) -> Iterator[Finding]:
    """Figures that wait for a second person, and nobody is it."""
    newer = sa.orm.aliased(MeasureFigure)
    latest = ~sa.exists().where(newer.measure_id == MeasureFigure.measure_id, newer.kind == MeasureFigure.kind,
                                newer.version > MeasureFigure.version)
    query = sa.select(Measure.idea_id, MeasureFigure.id).join(Measure, Measure.id == MeasureFigure.measure_id).where(
        MeasureFigure.needs_second, MeasureFigure.confirmed_at.is_(None), MeasureFigure.doubted_at.is_(None), latest,
        Measure.state != "abandoned",
    )
    for idea_id, figure_id in db.session.execute(query):
        if ("confirm_benefit", idea_id, figure_id) not in watched:
            yield Finding("no_black_hole", _numbers(idea_id).get(idea_id, ""), _("A benefit waits for a second person."))


def _somebody_can(step: Step, submitters: dict[int, int | None], book: Directory) -> bool:
    if step.submitter_id is not None:
        return step.submitter_id in submitters
    owner = book.person(step.owner_id)
    excluded = {p for p in submitters.values() if p is not None}
    if owner and owner.active and owner.id not in excluded:
        return True  # away for a while; the step stays theirs or is stood in for
    return acting_on(step, book, excluded).person_id is not None


# -- 2: never one person ---------------------------------------------------------------------------------------------


def _lonely_decisions() -> Iterator[Finding]:
    required: dict[int, set[int]] = defaultdict(set)
    for criterion in db.session.scalars(sa.select(Criterion).where(Criterion.required)):
        required[criterion.set_version].add(criterion.id)
    answered: dict[int, set[int]] = defaultdict(set)
    for assignment_id, criterion_id in db.session.execute(sa.select(Score.assignment_id, Score.criterion_id)):
        answered[assignment_id].add(criterion_id)
    reviews: dict[tuple[int, int], list[Assignment]] = defaultdict(list)
    for a in db.session.scalars(sa.select(Assignment).where(Assignment.answered_at.is_not(None))):
        reviews[a.idea_id, a.round].append(a)
    if not required:
        yield Finding("never_one_person", "", _("No criteria are in force; nobody can score anything."))
    people = _submitters()
    query = sa.select(Decision, Idea).join(Idea, Idea.id == Decision.idea_id).where(Decision.revoked_at.is_(None))
    for decision, idea in db.session.execute(query):
        number = idea.number or f"#{idea.id}"
        given = [
            a for a in reviews[idea.id, decision.round]
            if a.state == "answered" or (a.state == "conflict" and decision.released_at)
        ]
        excluded = {p for p in people.get(idea.id, {}).values() if p is not None}
        if decision.kind == "merit":
            excluded.add(decision.decided_by_id)
            counted = [a for a in given if a.person_id not in excluded and required[a.criteria_set] <= answered[a.id]
                       and a.answered_at and a.answered_at <= decision.decided_at]
            yield from _too_few(counted, idea.two_departments, number)
        elif decision.kind == "short":
            counted = [a for a in given if a.person_id not in excluded]
            yield from _too_few(counted, True, number)
        if decision.decided_by_id in set(people.get(idea.id, {}).values()) and decision.kind == "merit":
            yield Finding("never_one_person", number, _("It was decided by one of its submitters."))
    twice = sa.select(DuplicateProposal.idea_id).where(
        DuplicateProposal.accepted.is_(True), DuplicateProposal.answered_by_id == DuplicateProposal.proposed_by_id
    )
    alone = sa.select(Idea.id).where(
        Idea.outcome == "duplicate",
        ~sa.exists().where(DuplicateProposal.idea_id == Idea.id, DuplicateProposal.accepted.is_(True)),
    )
    for idea_id in set(db.session.scalars(twice)) | set(db.session.scalars(alone)):
        yield Finding("never_one_person", _numbers(idea_id).get(idea_id, ""),
                      _("One person alone said that it was there before."))


def _too_few(counted: list[Assignment], two_departments: bool, number: str) -> Iterator[Finding]:
    if len({a.person_id for a in counted}) < 2:
        yield Finding("never_one_person", number, _("It was decided with fewer than two complete assessments."))
    elif {a.capacity for a in counted} != {"expert", "department"}:
        yield Finding("never_one_person", number, _("It was decided without an expert, or without a department."))
    elif two_departments and len({a.department_id for a in counted}) < 2:
        yield Finding("never_one_person", number, _("It was decided within one department."))


# -- 3: no closing without the conversation --------------------------------------------------------------------------


def _is_overtaken(party: Party | None, moment: datetime | None) -> bool:
    """Whether something was given up after the talk."""
    return bool(party and moment and party.settled_at and party.settled_at < moment and party.state != "unreachable")


def _is_here(person_id: int | None, book: Directory) -> bool:
    brief = book.person(person_id)
    return bool(brief and brief.active)


def _silent_closings(book: Directory) -> Iterator[Finding]:
    people = _submitters()
    given_up: dict[int, datetime] = {}
    abandoned: Any = sa.select(Measure.idea_id, Measure.abandoned_at).where(Measure.abandoned_at.is_not(None))
    for idea_id, moment in db.session.execute(abandoned):
        given_up[idea_id] = max(moment, given_up.get(idea_id, moment))
    records: dict[tuple[int, int], list[Record]] = defaultdict(list)
    for record in db.session.scalars(sa.select(Record)):
        records[record.party_id, record.attempt].append(record)
    denied = {
        (party_id, attempt)
        for party_id, attempt in db.session.execute(
            sa.select(Confirmation.party_id, Confirmation.attempt).where(Confirmation.took_place.is_(False))
        )
    }
    parties: dict[int, list[Party]] = defaultdict(list)
    closed = sa.select(Idea.id, Idea.number, Idea.round).where(Idea.stage == "closed")
    for party in db.session.scalars(sa.select(Party).join(Idea, Idea.id == Party.idea_id).where(
            Idea.stage == "closed", Party.round == Idea.round)):
        parties[party.idea_id].append(party)
    closings = set(db.session.scalars(sa.select(Entry.idea_id).where(Entry.kind == "close")))
    for idea_id, given, _round in db.session.execute(closed):
        number = given or f"#{idea_id}"
        found = {p.submitter_id: p for p in parties[idea_id]}
        if idea_id not in closings:
            yield Finding("no_closing_without_talk", number, _("It was closed past the one way there is."))
        for submitter_id in people.get(idea_id, {}):
            talked = found.get(submitter_id)
            missing = _missing(talked, records, denied)
            overtaken = _is_overtaken(talked, given_up.get(idea_id))
            if missing is None and overtaken and _is_here(people[idea_id][submitter_id], book):
                missing = _("A measure was abandoned, and a submitter is still owed a talk about it.")
            if missing:
                yield Finding("no_closing_without_talk", number, missing)


def _missing(party: Party | None, records: dict, denied: set) -> str | None:
    if party is None or party.state in ("owed", "offered"):
        return _("It was closed, and a submitter is still owed a talk.")
    if party.state == "held":
        held = [r for r in records[party.id, party.attempt] if r.denied_at is None]
        if not held:
            return _("It was closed with a talk of which there is no record.")
        if (party.id, party.attempt) in denied and party.state == "held":
            return _("It was closed although a submitter says that the talk did not take place.")
    if party.state in ("written", "missed", "unanswered") and not party.written_text.strip():
        return _("It was closed without the written closing.")
    return None


# -- 4: nothing lost -------------------------------------------------------------------------------------------------


def _losses(files: Path) -> Iterator[Finding]:
    given: dict[int, set[int]] = defaultdict(set)
    for (number,) in db.session.execute(sa.select(Idea.number).where(Idea.number.is_not(None))):
        year, _dash, serial = str(number).partition("-")
        given[int(year)].add(int(serial))
    counters = {row.year: row.last for row in db.session.scalars(sa.select(YearCounter))}
    for counted in sorted({*given, *counters}):
        missing = sorted(set(range(1, counters.get(counted, 0) + 1)) ^ given[counted])
        for lost in missing[:20]:
            yield Finding("nothing_lost", f"{counted}-{lost:04d}", _("An idea with this number should be there."))
    supports = _counts(Support.idea_id)
    comments = _counts(Comment.idea_id, Comment.hidden_at.is_(None), Comment.audience == "everyone")
    for idea_id, number, support, comment in db.session.execute(
        sa.select(Idea.id, Idea.number, Idea.support_count, Idea.comment_count)
    ):
        if support != supports.get(idea_id, 0):
            yield Finding("nothing_lost", number or f"#{idea_id}", _("The number of supporters is wrong."))
        if comment != comments.get(idea_id, 0):
            yield Finding("nothing_lost", number or f"#{idea_id}", _("The number of comments is wrong."))
    for idea_id, name in db.session.execute(sa.select(Attachment.idea_id, Attachment.stored_name)):
        if not (files / name).exists():
            yield Finding("nothing_lost", _numbers(idea_id).get(idea_id, ""), _("A file is missing on the disk."))
    broken = first_broken_seal()
    if broken is not None:
        entry = db.session.get(Entry, broken)
        number = _numbers(entry.idea_id).get(entry.idea_id, "") if entry and entry.idea_id else ""
        text = _("The journal was changed after it was sealed (entry %(id)s).", id=broken)
        yield Finding("nothing_lost", number, text)


def _counts(column, *conditions) -> dict[int, int]:
    query = sa.select(column, sa.func.count()).where(*conditions).group_by(column)
    return dict(db.session.execute(query).all())


def _awards() -> Iterator[Finding]:
    words = {"shares": _("The shares of an award do not sum up to it."),
             "payments": _("What payroll was told to pay is not what was granted."),
             "alone": _("One person alone granted an award."),
             "unseen": _("An award is proposed, and nobody has to look at it.")}
    promises = {"alone": "never_one_person", "unseen": "no_black_hole"}
    for idea_id, what in broken_awards():
        yield Finding(promises.get(what, "nothing_lost"), _numbers(idea_id).get(idea_id, ""), words[what])


def _stories() -> Iterator[Finding]:
    words = {"unseen": _("People were asked about a story, and nobody goes on with it."),
             "not_agreed": _("A story is told, and not everybody in it agreed to it.")}
    promises = {"unseen": "no_black_hole", "not_agreed": "nobody_reads_more"}
    for idea_id, what in broken_stories():
        yield Finding(promises[what], _numbers(idea_id).get(idea_id, ""), words[what])


def _priority(book: Directory) -> Iterator[Finding]:
    words = {"unprotected": _("It was declined, and is not protected."),
             "unseen": _("It is to be looked at again, and nobody sees to it."),
             "uncompared": _("It is to be compared with an earlier idea, and nobody has to."),
             "uncredited": _("It is done after all, and nobody was credited.")}
    for idea_id, what in forgotten(book.today):
        promise = "nothing_lost" if what == "uncredited" else "no_black_hole"
        yield Finding(promise, _numbers(idea_id).get(idea_id, ""), words[what])


# -- 5: nobody reads what they may not -------------------------------------------------------------------------------


def _leaks() -> Iterator[Finding]:
    hidden = dict(db.session.execute(sa.select(Idea.id, Idea.number).where(Idea.confidential)).all())
    behind: dict[int, set[int]] = defaultdict(set)
    for idea_id, hidden_person in db.session.execute(
        sa.select(Submitter.idea_id, SubmitterIdentity.person_id)
        .join(SubmitterIdentity, SubmitterIdentity.submitter_id == Submitter.id)
    ):
        behind[idea_id].add(hidden_person)
    looks = (
        (sa.select(Submitter.idea_id, Submitter.person_id).where(Submitter.person_id.is_not(None)), True,
         _("The name of a confidential submitter stands beside the idea.")),
        (sa.select(Entry.idea_id, Entry.actor_id).where(Entry.role == "submitter", Entry.actor_id.is_not(None)), True,
         _("The journal names a confidential submitter.")),
        (sa.select(Step.idea_id, Step.owner_id).where(Step.owner_id.is_not(None), Step.kind.not_in(FOR_ANYBODY)),
         False,
         _("A next step names a confidential submitter.")),
        (sa.select(Comment.idea_id, Comment.by_id).where(Comment.by_id.is_not(None)), False,
         _("A comment names a confidential submitter.")),
        (sa.select(Support.idea_id, Support.person_id), False,
         _("The list of supporters names a confidential submitter.")),
    )
    for query, whoever, text in looks:
        for row in db.session.execute(query):
            if row[0] in hidden and (whoever or row[1] in behind[row[0]]):
                yield Finding("nobody_reads_more", hidden[row[0]] or f"#{row[0]}", text)
    early = sa.select(Idea.number).where(Idea.released_at.is_not(None), Idea.outcome.is_(None))
    for number in db.session.scalars(early):
        yield Finding("nobody_reads_more", number or "", _("An outcome was released that does not exist."))


def as_json(findings: list[Finding], today: date) -> dict:
    """Give the result as one document: each promise true or false, and what breaks it."""
    return {
        "date": today.isoformat(),
        "promises": {name: not any(f.promise == name for f in findings) for name in PROMISES},
        "findings": [{"promise": f.promise, "idea": f.idea, "text": f.text} for f in findings],
    }
