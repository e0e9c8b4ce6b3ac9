"""Open steps as the ladder needs them, read for many ideas at once in a fixed number of statements."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from suggestbox.awards.queries import kept_from_granting
from suggestbox.conversations.models import Objection
from suggestbox.core.database import db
from suggestbox.ideas.models import Idea
from suggestbox.ideas.parts import submitters_of_many
from suggestbox.measures.models import Measure, MeasureFigure
from suggestbox.people.book import Directory
from suggestbox.priority.queries import kept_from_comparing, kept_from_looking
from suggestbox.reviews.models import Assignment, Correction, Decision, DuplicateProposal
from suggestbox.steps.models import Step
from suggestbox.steps.queries import OUT_OF_LINE

from .recipients import OpenStep

COLUMNS = (
    Step.id, Step.due_on, Idea.version, Step.owner_id, Step.submitter_id, Step.kind, Step.role, Step.department_id,
    Step.idea_id, Step.subject_id, Idea.round, Idea.outcome, Idea.office_id, Idea.shown_at, Idea.visibility, Idea.stage,
    Idea.confidential,
)
"""What is read of a step and its idea; the first four say whether anything is to be done at all."""

ROWS: Any = sa.select(*COLUMNS).join(Idea, Idea.id == Step.idea_id).where(Step.done_at.is_(None)).order_by(Step.id)

_IDS: Any = sa.bindparam("ids", expanding=True)
_WITH_IDS = ROWS.where(Step.id.in_(_IDS))
_REVIEWERS = sa.select(Assignment.idea_id, Assignment.person_id, Assignment.state, Assignment.round).where(
    Assignment.idea_id.in_(_IDS)
)
_PROPOSERS = {
    "confirm_duplicate": sa.select(DuplicateProposal.idea_id, DuplicateProposal.proposed_by_id).where(
        DuplicateProposal.idea_id.in_(_IDS), DuplicateProposal.answered_at.is_(None)),
    "confirm_correction": sa.select(Correction.idea_id, Correction.proposed_by_id).where(
        Correction.idea_id.in_(_IDS), Correction.answered_at.is_(None)),
    "confirm_benefit": sa.select(Measure.idea_id, MeasureFigure.by_id, Measure.owner_id)
    .join(Measure, Measure.id == MeasureFigure.measure_id)
    .where(Measure.idea_id.in_(_IDS), MeasureFigure.needs_second, MeasureFigure.confirmed_at.is_(None),
           MeasureFigure.doubted_at.is_(None)),
}
_DECIDED_BEFORE = (
    sa.select(Decision.idea_id, Decision.decided_by_id)
    .join(Objection, Objection.idea_id == Decision.idea_id).join(Idea, Idea.id == Decision.idea_id)
    .where(Decision.idea_id.in_(_IDS), Objection.round < Idea.round, Decision.round <= Objection.round)
)


def open_steps_of(condition: Any, book: Directory) -> list[OpenStep]:
    """Give the open steps a condition on `Step` or `Idea` names; five statements at most, seven with second looks."""
    return with_people(db.session.execute(ROWS.where(condition)).all(), book)


def open_steps_with(ids: Iterable[int], book: Directory) -> list[OpenStep]:
    """Give those of the steps that are open, as `open_steps_of` does: asked for every digest, so put together once."""
    return with_people(db.session.execute(_WITH_IDS, {"ids": list(ids)}).all(), book)


def with_people(rows: Sequence[Any], book: Directory) -> list[OpenStep]:
    """Give rows of `ROWS` with who may not do each step, and who may not hear of it.

    The same as `workflow.case.Case.excluded_from`, asked for many ideas at once; a test compares the two.
    """
    ids = sorted({row.idea_id for row in rows})
    if not ids:
        return []
    people = submitters_of_many(ids)
    reviewers: dict[int, list[Any]] = _grouped(_REVIEWERS, ids)
    proposers: dict[str, dict[int, list[Any]]] = {}
    for kind, statement in _PROPOSERS.items():
        which = [row.idea_id for row in rows if row.kind == kind]
        proposers[kind] = _grouped(statement, which) if which else {}
    granting = kept_from_granting([row.idea_id for row in rows if row.kind == "grant_award"])
    looking = kept_from_looking([row.idea_id for row in rows if row.kind == "second_look"])
    comparing = kept_from_comparing([row.idea_id for row in rows if row.kind == "compare_earlier"])
    deciding = [row.idea_id for row in rows if row.kind in ("decide", "vote")]
    before = _grouped(_DECIDED_BEFORE, deciding) if deciding else {}
    found = []
    for row in rows:
        behind = people.get(row.idea_id, {})
        submitters = frozenset(behind.values())
        asked = reviewers.get(row.idea_id, [])
        conflict = frozenset(a[1] for a in asked if a[2] == "conflict")
        handed_over = row.outcome == "handed_over"
        found.append(OpenStep(
            row.id, row.idea_id, row.kind, row.owner_id, row.submitter_id, row.role, row.department_id, row.due_on,
            row.subject_id, person_id=behind.get(row.submitter_id) if row.submitter_id else None,
            submitters=submitters,
            excluded=_excluded(row, book, submitters, conflict, asked, proposers, before.get(row.idea_id, []))
            | (granting.get(row.idea_id, frozenset()) if row.kind == "grant_award" else frozenset())
            | (looking.get(row.idea_id, frozenset()) if row.kind == "second_look" else frozenset())
            | (comparing.get(row.idea_id, frozenset()) if row.kind == "compare_earlier" else frozenset()),
            barred=submitters | conflict,
            readers=_office(row.office_id, book) if handed_over else None,
            open=_is_open(row), hidden=row.confidential,
        ))
    return found


def _grouped(statement: Any, ids: Iterable[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(statement, {"ids": sorted(set(ids))}):
        found.setdefault(row[0], []).append(row)
    return found


def _excluded(
    row: Any, book: Directory, submitters: frozenset[int], conflict: frozenset[int], asked: list[Any],
    proposers: dict[str, dict[int, list[Any]]], decided: list[Any],
) -> frozenset[int]:
    if row.kind in ("promise", "measure", "agree_story"):  # a submitter may have promised something, or carry it out
        return frozenset()
    if row.kind in ("review", "reconsider", "short_check"):
        return submitters
    excluded = submitters | conflict
    if row.kind in OUT_OF_LINE:
        excluded |= book.reporting_to(submitters)
    if row.kind in ("decide", "vote"):
        excluded |= {a[1] for a in asked if a[3] == row.round and a[2] in ("open", "answered")}
        for _idea_id, decider_id in decided:
            excluded |= {decider_id} | book.everybody_below(decider_id)
    if row.kind == "confirm_benefit":
        excluded |= {who for p in proposers["confirm_benefit"].get(row.idea_id, []) for who in p[1:]}
        return excluded
    excluded |= {p[1] for p in proposers.get(row.kind, {}).get(row.idea_id, [])[:1]}
    return excluded


def _office(office_id: int | None, book: Directory) -> frozenset[int]:
    away = office_id is not None and not book.is_available(office_id)
    deputies = book.deputies.get(office_id or 0, []) if away else []
    return frozenset(p for p in (office_id, *deputies) if p is not None)


def _is_open(row: Any) -> bool:
    shown = row.shown_at is not None and row.visibility == "open"
    return shown and row.stage not in ("draft", "withdrawn") and row.outcome != "handed_over"
