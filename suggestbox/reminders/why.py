"""Why was nobody reminded? For each open step of an idea its rungs, and of each what became of it, or the named reason.

Lateness is seen by the person, by those on its ladder and by the idea management; submitters see their own steps.
Nobody reads here who else was told of a confidential idea: a gap on the ladder would say who handed it in.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.language import gettext as _
from suggestbox.ideas.models import Idea
from suggestbox.mail.models import Letter, Notice
from suggestbox.people.book import Brief, Directory
from suggestbox.steps.models import Step
from suggestbox.steps.words import step_title

from . import recipients
from .fate import Fates
from .kinds import DIGEST, RUNG
from .ladder import RUNGS, Nudge, Rung, calendar_of, dates_of, days_in_force, nudges_of
from .operations import today_of
from .recipients import OpenStep
from .standing import open_steps_of
from .words import OFFICES, THINGS


@dataclass(frozen=True)
class Row:
    """One rung for one reader: when it comes, to whom it goes, and what became of it.

    Takes   to: the office in words; plain: whoever does the step, of whom the name says enough
    """

    rung: str
    on: date
    to: str
    state: str  # told, waits, later, none, over
    text: str
    name: str = ""
    plain: bool = False


@dataclass(frozen=True)
class StepRows:
    """An open step with its ladder. `rests`: a question is open, and its clock stands still."""

    what: str
    kind: str
    due_on: date
    owner: str
    rests: bool = False
    mine: bool = False
    rows: tuple[Row, ...] = ()
    owner_id: int | None = None  # of whom it is a step of handling; of a submitter's step nobody


@dataclass
class Answer:
    """Everything the reader may know about reminders of an idea; `further` steps are not theirs to see."""

    steps: list[StepRows] = field(default_factory=list)
    earlier: list[Row] = field(default_factory=list)
    further: int = 0


@dataclass(frozen=True)
class Viewer:
    """Who asks. `everything`: the idea management, or the terminal; `discloses`: reads who a confidential submitter is."""

    person_id: int | None
    everything: bool
    discloses: bool = False


def why(idea: Idea, book: Directory, viewer: Viewer, *, now: datetime) -> Answer:
    """Give what became of the reminders of an idea, as far as the viewer may know.

    A fixed number of statements, whatever the number of steps and notices.
    """
    notices = list(db.session.scalars(
        sa.select(Notice).where(Notice.idea_id == idea.id, Notice.kind == RUNG).order_by(Notice.id)
    ))
    days = days_in_force()
    answer = Answer()
    opened = open_steps_of(Step.idea_id == idea.id, book)
    nudges = {step.id: nudges_of(step, book, days, today_of(step, book, now)) for step in opened}
    fates = Fates(book, now, notices, _letters(notices, opened, book), {n.key for found in nudges.values() for n in found})
    for step in opened:
        told = [n for n in notices if n.step_id == step.id]
        if not _may_see(step, viewer, nudges[step.id], told):
            answer.further += 1
            continue
        rows = _rows(step, book, viewer, told, list(nudges[step.id]), fates, now)
        mine = viewer.person_id is not None and viewer.person_id in (step.owner_id, step.person_id)
        answer.steps.append(StepRows(
            _what(step.kind, mine), step.kind, step.due_on, _owner_name(step, book, viewer), rows=tuple(rows), mine=mine,
            owner_id=step.owner_id if step.submitter_id is None else None,
        ))
    _resting(idea, book, viewer, answer)
    over = [n for n in notices if n.step_id not in nudges]
    answer.earlier = [_told_row(n, None, book, viewer, fates) for n in over if _was_told(n, viewer)]
    return answer


def _letters(notices: list[Notice], steps: list[OpenStep], book: Directory) -> dict[int, Letter]:
    """{notice id: the digest that carried it}; a confidential submitter's is found by its day."""
    ids = {n.letter_id for n in notices if n.letter_id is not None}
    rows = db.session.scalars(sa.select(Letter).where(Letter.id.in_(ids))) if ids else ()
    letters: dict[int | None, Letter] = {row.id: row for row in rows}
    found = {n.id: letters[n.letter_id] for n in notices if n.letter_id in letters}
    people: dict[int | None, int | None] = {step.submitter_id: step.person_id
                                            for step in steps if step.submitter_id is not None}
    marked = {(people.get(n.submitter_id), str(n.facts["carried_on"])): n.id for n in notices
              if "carried_on" in n.facts}
    if marked:
        query = sa.select(Letter).where(
            Letter.kind == DIGEST, Letter.person_id.in_({p for p, _day in marked if p is not None}),
            Letter.local_date.in_({date.fromisoformat(day) for _p, day in marked}),
        )
        for letter in db.session.scalars(query):
            day = letter.local_date.isoformat() if letter.local_date else ""
            if (letter.person_id, day) in marked:
                found[marked[letter.person_id, day]] = letter
    return found


def _may_see(step: OpenStep, viewer: Viewer, nudges: object, told: list[Notice]) -> bool:
    if viewer.everything:
        return True
    if viewer.person_id in step.submitters:
        return viewer.person_id in (step.person_id, step.owner_id)
    on_ladder = {n.person_id for n in nudges} | {n.person_id for n in told}  # type: ignore[attr-defined]
    return viewer.person_id is not None and viewer.person_id in on_ladder | {step.owner_id}


def _was_told(notice: Notice, viewer: Viewer) -> bool:
    return viewer.everything or (notice.person_id is not None and notice.person_id == viewer.person_id)


def _rows(
    step: OpenStep, book: Directory, viewer: Viewer, told: list[Notice], nudges: list[Nudge], fates: Fates, now: datetime
) -> list[Row]:
    days, today = days_in_force(), today_of(step, book, now)
    due_on = step.due_on.isoformat()
    found: list[Row] = [_told_row(n, step, book, viewer, fates, moved=True) for n in told if n.facts["due_on"] != due_on]
    current = [n for n in told if n.facts["due_on"] == due_on]
    for rung, on in dates_of(calendar_of(step, book), step.due_on, recipients.whose(step, book), days):
        mine = [n for n in current if n.facts["rung"] == rung.name]
        found += [_told_row(n, step, book, viewer, fates) for n in mine]
        if mine:
            continue
        waiting = [n for n in nudges if n.rung == rung.name]
        for office in rung.to:
            who = recipients.FINDERS[office](step, book)
            if who is None and office == "deputy":
                continue
            name = _name(who.person_id, step, book, viewer) if who else ""
            state, text = _reason(rung, on, today, bool(waiting), who is None, bool(current))
            found.append(Row(str(rung.words), on, _office(step, who.office if who else office), state, text, name,
                             who is not None and (who.office == "owner" or rung.to == (who.office,))))
    return found


def _reason(rung: Rung, on: date, today: date, waiting: bool, nobody: bool, told: bool) -> tuple[str, str]:
    if on > today:
        return "later", _("Not yet: its day has not come.")
    if nobody:
        return "none", _("Nobody was found who may be told.")
    if waiting:
        return "waits", _("Its day has come; it is put in within a few minutes.")
    return "none", _("A later reminder took its place.") if told else _("Its day had passed when the step came up.")


def _told_row(
    notice: Notice, step: OpenStep | None, book: Directory, viewer: Viewer, fates: Fates, *, moved: bool = False
) -> Row:
    state, text = fates.of(notice, over=step is None, moved=moved)
    rung = RUNGS.get(notice.facts["rung"])
    office = "submitter" if notice.submitter_id else notice.facts["office"]
    named = notice.person_id is not None and (viewer.everything or notice.person_id == viewer.person_id
                                              or (step is not None and not step.hidden))
    brief = book.person(notice.person_id) if named else None
    what = str(THINGS[notice.facts["step_kind"]]) + ": " if step is None else ""
    return Row(what + str(rung.words if rung else ""), fates.day_of(notice), str(OFFICES[office]), state, text,
               _called(brief, viewer),
               office in ("owner", "submitter") or (rung is not None and rung.to == (office,)))


def _what(kind: str, mine: bool) -> str:
    """A step as its owner reads it, or as others speak of it."""
    return step_title(kind) if mine else str(THINGS[kind])


def _office(step: OpenStep, office: str) -> str:
    return str(OFFICES["submitter" if step.submitter_id is not None and office == "owner" else office])


def _name(person_id: int, step: OpenStep, book: Directory, viewer: Viewer) -> str:
    if step.hidden and person_id != viewer.person_id:
        hidden = step.submitter_id is not None and not viewer.discloses
        if hidden or not viewer.everything:
            return ""
    return _called(book.person(person_id), viewer)


def _called(brief: Brief | None, viewer: Viewer) -> str:
    """How a person is named to the reader: the reader reads of themselves."""
    if brief is None:
        return ""
    return _("you yourself") if brief.id == viewer.person_id else brief.polite


def _owner_name(step: OpenStep, book: Directory, viewer: Viewer) -> str:
    if step.submitter_id is not None:
        return _name(step.person_id, step, book, viewer) if step.person_id is not None else ""
    brief = book.person(step.owner_id)
    return brief.polite if brief else ""


def _resting(idea: Idea, book: Directory, viewer: Viewer, answer: Answer) -> None:
    """Steps whose clock stands still while the submitter is asked something."""
    if idea.stage != "waiting":
        return
    query = sa.select(Step).where(Step.idea_id == idea.id, Step.outcome == "rests", Step.round == idea.round)
    for step in db.session.scalars(query.order_by(Step.id)):
        brief = book.person(step.owner_id)
        if viewer.everything or viewer.person_id == step.owner_id:
            mine = viewer.person_id == step.owner_id
            answer.steps.append(StepRows(_what(step.kind, mine), step.kind, step.due_on, brief.polite if brief else "",
                                         rests=True, mine=mine))
