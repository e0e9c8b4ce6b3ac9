"""Bringing ideas in from a file: each row once, whole or not at all, the first looks spread over working days.

Every idea goes through the same draft and the same move as one that is typed in, so numbers have no gaps and journal,
next steps and search words are those of every other idea. Receipts are not sent.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.errors import Invalid
from suggestbox.core.forms import one_line, tidy
from suggestbox.core.language import gettext as _
from suggestbox.core.settings import rule
from suggestbox.core.tables import Row, Table
from suggestbox.journal.operations import write
from suggestbox.people.directory import Brief, Directory
from suggestbox.people.models import Person
from suggestbox.people.queries import here
from suggestbox.steps.models import Step

from .models import AREAS, Idea, IdeaVersion, Submitter
from .operations import TEXT_LENGTH, Words, create_draft, propose_title

FIELDS = ("source_id", "title", "problem", "proposal", "benefit", "area", "department", "submitter", "days_ago")
"""What a column can be mapped to."""

HandIn = Callable[..., Any]
"""The workflow's `move`, handed in by the command: this room lies below the workflow."""


@dataclass(frozen=True)
class Wanted:
    """One row as it is to stand in the database."""

    line: int
    source_id: str
    title: str
    problem: str
    proposal: str
    benefit: str
    area: str
    department_id: int | None
    submitter_id: int
    days_ago: int

    @property
    def texts(self) -> dict[str, str]:
        return {"title": self.title, "problem": self.problem, "proposal": self.proposal, "benefit": self.benefit}


@dataclass
class Result:
    """What an import did, or would do."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)

    def refuse(self, line: int, sentence: str) -> None:
        self.errors.append({"line": line, "error": str(sentence)})


def read_mapping(pairs: Iterable[str], table: Table) -> dict[str, str]:
    """Give {field: column} from "field=column" pairs; columns named like a field map by themselves.

    Raises  Invalid naming what is not known
    """
    mapping = {name: name for name in FIELDS if name in table.columns}
    for pair in pairs:
        name, sign, column = pair.partition("=")
        name, column = name.strip(), column.strip()
        if not sign or name not in FIELDS:
            raise Invalid(_("“%(pair)s” is no mapping. Write field=column; fields are %(fields)s.", pair=pair,
                            fields=", ".join(FIELDS)), reason="bad_mapping")
        if column not in table.columns:
            raise Invalid(_("The file has no column “%(column)s”. It has: %(columns)s.", column=column,
                            columns=", ".join(filter(None, table.columns))), reason="no_such_column")
        mapping[name] = column
    for name in ("source_id", "title"):
        if name not in mapping:
            raise Invalid(_("Say which column holds %(field)s: --map %(field)s=COLUMN.", field=name),
                          reason="mapping_missing")
    return mapping


def read_rows(
    table: Table, mapping: dict[str, str], result: Result, *, actor: Person, department_id: int | None = None
) -> list[Wanted]:
    """Give what the rows of a table ask for; rows that cannot be used become errors of `result`."""
    book = here()
    departments = {d.key.casefold(): d.id for d in book.departments.values()}
    for found in book.departments.values():
        departments.setdefault(found.german.casefold(), found.id)
        departments.setdefault((found.english or found.german).casefold(), found.id)
    people = {brief.email.casefold(): brief for brief in book.people.values() if brief.email}
    seen: dict[str, int] = {}
    wanted = []
    for row in table.rows:
        try:
            one = _read_row(row, mapping, departments, people, actor, department_id)
            if one.source_id in seen:
                raise Invalid(_("The source id “%(id)s” occurs in line %(line)s already.", id=one.source_id,
                                line=seen[one.source_id]))
        except Invalid as wrong:
            result.refuse(row.line, wrong.text)
            continue
        seen[one.source_id] = row.line
        wanted.append(one)
    return wanted


def _read_row(
    row: Row, mapping: dict[str, str], departments: dict[str, int], people: dict[str, Brief], actor: Person,
    department_id: int | None,
) -> Wanted:
    def cell(name: str) -> str:
        return row.get(mapping[name]) if name in mapping else ""

    source_id = (one_line(cell("source_id")) or "")[:200]
    if not source_id:
        raise Invalid(_("The source id is missing."))
    texts = {name: tidy(cell(name)) or "" for name in ("problem", "proposal", "benefit")}
    title = one_line(cell("title")) or propose_title(texts["problem"], texts["proposal"])
    if not title:
        raise Invalid(_("There is neither a title nor a text."))
    if not texts["problem"] and not texts["proposal"]:
        texts["problem"] = title  # some ideas are one sentence, written into the field for the title
    for text in texts.values():
        if len(text) > TEXT_LENGTH * 5:
            raise Invalid(_("The text is too long."))
    area = cell("area").casefold()
    if area and area not in AREAS:
        raise Invalid(_("“%(area)s” is no area. Areas are %(areas)s.", area=area, areas=", ".join(AREAS)))
    department = cell("department").casefold()
    if department and department not in departments:
        raise Invalid(_("There is no department “%(name)s”.", name=cell("department")))
    email = cell("submitter").casefold()
    if email and (email not in people or not people[email].active):
        raise Invalid(_("Nobody works here under the address “%(email)s”.", email=cell("submitter")))
    days_ago = cell("days_ago") or "0"
    if not days_ago.isascii() or not days_ago.isdigit() or len(days_ago) > 5:
        raise Invalid(_("“%(days)s” is no number of days.", days=days_ago))
    return Wanted(
        row.line, source_id, title, texts["problem"], texts["proposal"], texts["benefit"], area,
        departments[department] if department else department_id,
        people[email].id if email else actor.id, int(days_ago),
    )


def import_ideas(
    wanted: list[Wanted], result: Result, *, actor: Person, now: datetime, hand_in: HandIn,
    progress: Callable[[Iterable[Wanted]], Iterator[Wanted]] = iter,
) -> Result:
    """Create and update ideas as the rows ask for; a row that changes nothing writes nothing. Flushes, never commits.

    Takes   hand_in: the workflow's move
            progress: wraps the rows, to show how far it is
    """
    known = _known([one.source_id for one in wanted])
    created: list[Idea] = []
    ordered = sorted(wanted, key=lambda one: -one.days_ago)  # numbers follow the days of handing in
    for one in progress(ordered):
        idea = known.get(one.source_id)
        if idea is None:
            created.append(_create(one, actor, now, hand_in))
            result.created.append(one.source_id)
        elif not _differs(idea, one):
            result.unchanged.append(one.source_id)
        elif idea.stage != "submitted":
            result.refuse(one.line, _("Idea %(number)s is being examined already; its text is not changed any more.",
                                      number=idea.number))
        else:
            _update(idea, one, now)
            result.updated.append(one.source_id)
    spread_first_looks(created, here())
    if created or result.updated:
        write("ideas.imported", now=now, actor_id=actor.id, audience="handlers", created=len(created),
              updated=len(result.updated))
    db.session.flush()
    return result


def _known(source_ids: list[str]) -> dict[str, Idea]:
    found: dict[str, Idea] = {}
    for start in range(0, len(source_ids), 500):
        query = sa.select(Idea).where(Idea.source_id.in_(source_ids[start : start + 500]))
        found.update({idea.source_id or "": idea for idea in db.session.scalars(query)})
    return found


def _differs(idea: Idea, one: Wanted) -> bool:
    return any(getattr(idea, name) != text for name, text in one.texts.items()) or idea.area != one.area


def _create(one: Wanted, actor: Person, now: datetime, hand_in: HandIn) -> Idea:
    submitter = actor if one.submitter_id == actor.id else db.session.get(Person, one.submitter_id) or actor
    words = Words(
        title=one.title, problem=one.problem, proposal=one.proposal, benefit=one.benefit, area=one.area,
        department_id=one.department_id,
    )
    at = now - timedelta(days=one.days_ago)
    idea = create_draft(words, actor=submitter, now=at)
    idea.source_id, idea.imported = one.source_id, True
    hand_in(idea, "submit", actor=submitter, now=at)
    return idea


def _update(idea: Idea, one: Wanted, now: datetime) -> None:
    before = IdeaVersion(
        idea_id=idea.id, text_version=idea.text_version, title=idea.title, problem=idea.problem,
        proposal=idea.proposal, benefit=idea.benefit, replaced_at=now,
    )
    if any(getattr(idea, name) != text for name, text in one.texts.items()):
        db.session.add(before)
        idea.text_version += 1
        idea.turn += 1
    for name, text in one.texts.items():
        setattr(idea, name, text)
    idea.area, idea.changed_at = one.area, now
    write("idea.text_imported", now=now, idea_id=idea.id, audience="submitters", text_version=idea.text_version)


def spread_first_looks(ideas: list[Idea], book: Directory) -> None:
    """Let the first looks of imported ideas fall due on one working day after the other, so many a day and owner."""
    if not ideas:
        return
    most = rule("ideas.import_triages_per_day")
    ids = [idea.id for idea in ideas]
    by_id = {idea.id: idea for idea in ideas}
    steps: list[Step] = []
    for start in range(0, len(ids), 500):
        query = sa.select(Step).where(Step.idea_id.in_(ids[start : start + 500]), Step.done_at.is_(None),
                                      Step.kind.in_(("triage", "team_answer"))).order_by(Step.id)
        steps += db.session.scalars(query)
    counted: dict[int | None, int] = {}
    for step in steps:
        place = counted[step.owner_id] = counted.get(step.owner_id, -1) + 1
        later = place // most
        if later:
            step.due_on = step.first_due_on = book.calendar_of(step.owner_id).add_working_days(step.due_on, later)
            idea = by_id[step.idea_id]
            if idea.next_step_id == step.id:
                idea.next_due_on = step.due_on
    db.session.flush()


def submitter_emails(ideas: Iterable[Idea]) -> dict[int, list[int | None]]:
    """Give {idea id: named submitters, None for confidential ones} for exports, in one statement."""
    query = (
        sa.select(Submitter.idea_id, Submitter.person_id)
        .where(Submitter.idea_id.in_([idea.id for idea in ideas]), Submitter.state == "accepted")
        .order_by(Submitter.idea_id, Submitter.position)
    )
    found: dict[int, list[int | None]] = {}
    for idea_id, person_id in db.session.execute(query):
        found.setdefault(idea_id, []).append(person_id)
    return found
