"""What people need before and after a closing conversation."""

from dataclasses import dataclass

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.ideas.models import Idea
from suggestbox.people.directory import Directory
from suggestbox.reviews.models import Assignment, Decision

from .models import Confirmation, Objection, Party, Promise


@dataclass
class Looked:
    """Everybody who looked at an idea for one department, and their sentences for the submitter."""

    department: str
    people: list[str]
    sentences: list[str]


def who_looked(idea: Idea, book: Directory, *, names: bool) -> list[Looked]:
    """Give who answered in the idea's round, by department; with `names` who they are. One statement.

    Submitters read sentences and departments, never who said what: for them `names` is False.
    """
    query = (
        sa.select(Assignment.department_id, Assignment.person_id, Assignment.for_submitter)
        .where(Assignment.idea_id == idea.id, Assignment.round == idea.round, Assignment.state == "answered")
        .order_by(Assignment.department_id, Assignment.id)
    )
    found: dict[int | None, Looked] = {}
    for department_id, person_id, sentence in db.session.execute(query):
        department = book.department(department_id)
        looked = found.setdefault(department_id, Looked(department.name if department else "", [], []))
        brief = book.person(person_id)
        if names and brief and brief.name not in looked.people:
            looked.people.append(brief.name)
        if sentence and sentence not in looked.sentences:
            looked.sentences.append(sentence)
    return list(found.values())


_STANDING = sa.select(Decision).where(
    Decision.idea_id == sa.bindparam("idea_id"), Decision.round == sa.bindparam("round"), Decision.revoked_at.is_(None)
)


def standing_decision(idea: Idea) -> Decision | None:
    """Give the decision of the idea's round that was not taken back."""
    return db.session.scalars(_STANDING, {"idea_id": idea.id, "round": idea.round}).first()


def promises_of(idea: Idea) -> list[Promise]:
    """Give what was promised about the idea, open ones first."""
    query = sa.select(Promise).where(Promise.idea_id == idea.id)
    return list(db.session.scalars(query.order_by(Promise.kept_at.is_not(None), Promise.due_on, Promise.id)))


def confirmations_of(parties: list[Party]) -> dict[tuple[int, int], Confirmation]:
    """Give {(party id, attempt): what the submitter said} of these talks."""
    query = sa.select(Confirmation).where(Confirmation.party_id.in_([p.id for p in parties]))
    return {(c.party_id, c.attempt): c for c in db.session.scalars(query)}


def objection_to(idea: Idea) -> Objection | None:
    """Give the objection against the idea's outcome, if there was one."""
    return db.session.scalars(sa.select(Objection).where(Objection.idea_id == idea.id)).first()
