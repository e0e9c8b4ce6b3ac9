"""Who an idea comes from. The only file that looks behind a confidential submitter."""

from collections.abc import Iterable

import sqlalchemy as sa

from suggestbox.core.database import db

from .models import Idea, Submitter, SubmitterIdentity


def person_behind(submitter: Submitter) -> int:
    """Give the id of the person, also of a confidential submitter. Never show it to somebody else."""
    if submitter.person_id is not None:
        return submitter.person_id
    if submitter.identity is None:
        raise LookupError(f"submitter {submitter.id} has neither person nor identity")
    return submitter.identity.person_id


def people_behind(idea: Idea, *states: str) -> dict[int, int]:
    """Give {submitter id: person id} of those in one of the states (accepted, when none is named)."""
    wanted = states or ("accepted",)
    return {s.id: person_behind(s) for s in idea.submitters if s.state in wanted}


def part_of(idea: Idea, person_id: int | None, *states: str) -> Submitter | None:
    """Give the person's own part in the idea (accepted, when no state is named), or None."""
    wanted = states or ("accepted",)
    if person_id is None:
        return None
    return next((s for s in idea.submitters if s.state in wanted and person_behind(s) == person_id), None)


def my_submitter_ids(person_id: int) -> sa.ScalarSelect[int]:
    """Give a subquery of all submitter ids the person stands behind, named and confidential."""
    named = sa.select(Submitter.id).where(Submitter.person_id == person_id)
    hidden = sa.select(SubmitterIdentity.submitter_id).where(SubmitterIdentity.person_id == person_id)
    return named.union(hidden).scalar_subquery()


def my_idea_ids(person_id: int, *states: str) -> sa.ScalarSelect[int]:
    """Give a subquery of the ids of ideas the person has a part in."""
    wanted = states or ("accepted", "invited")
    return (
        sa.select(Submitter.idea_id)
        .where(Submitter.id.in_(my_submitter_ids(person_id)), Submitter.state.in_(wanted))
        .scalar_subquery()
    )


def word(text: str) -> sa.ColumnClause[str]:
    """Give a word of ours as it stands in SQL, for conditions that are asked again and again: nothing is filled in."""
    return sa.literal_column(f"'{text}'", sa.String())


def words(*texts: str) -> list[sa.ColumnClause[str]]:
    """Give several words of ours."""
    return [word(text) for text in texts]


def has_part(person_id: int, *states: str) -> sa.ColumnElement[bool]:
    """Give the condition for ideas the person has a part in, to be asked of few ideas; `my_idea_ids` finds them all."""
    behind = sa.exists().where(SubmitterIdentity.submitter_id == Submitter.id, SubmitterIdentity.person_id == person_id)
    return sa.exists().where(
        Submitter.idea_id == Idea.id, Submitter.state.in_(words(*states)), sa.or_(Submitter.person_id == person_id, behind)
    ).correlate(Idea)


_BEHIND = (
    sa.select(Submitter.idea_id, sa.func.coalesce(Submitter.person_id, SubmitterIdentity.person_id))
    .outerjoin(SubmitterIdentity, SubmitterIdentity.submitter_id == Submitter.id)
    .where(Submitter.idea_id.in_(sa.bindparam("idea_ids", expanding=True)), Submitter.state == "accepted")
)


def people_behind_many(idea_ids: Iterable[int]) -> dict[int, set[int]]:
    """Give {idea id: person ids of accepted submitters} for many ideas, in one statement."""
    found: dict[int, set[int]] = {}
    for idea_id, person_id in db.session.execute(_BEHIND, {"idea_ids": list(idea_ids)}):
        found.setdefault(idea_id, set()).add(person_id)
    return found


_SUBMITTERS_OF = (
    sa.select(Submitter.idea_id, Submitter.id, sa.func.coalesce(Submitter.person_id, SubmitterIdentity.person_id))
    .outerjoin(SubmitterIdentity, SubmitterIdentity.submitter_id == Submitter.id)
    .where(Submitter.idea_id.in_(sa.bindparam("idea_ids", expanding=True)), Submitter.state.in_(("accepted", "invited")))
)


def submitters_of_many(idea_ids: Iterable[int]) -> dict[int, dict[int, int]]:
    """Give {idea id: {submitter id: person id}} of accepted and invited submitters of many ideas, in one statement."""
    found: dict[int, dict[int, int]] = {}
    for idea_id, submitter_id, person_id in db.session.execute(_SUBMITTERS_OF, {"idea_ids": list(idea_ids)}):
        found.setdefault(idea_id, {})[submitter_id] = person_id
    return found


_BEHIND_SUBMITTERS = (
    sa.select(Submitter.id, sa.func.coalesce(Submitter.person_id, SubmitterIdentity.person_id))
    .outerjoin(SubmitterIdentity, SubmitterIdentity.submitter_id == Submitter.id)
    .where(Submitter.id.in_(sa.bindparam("ids", expanding=True)))
)


def people_behind_submitters(submitter_ids: Iterable[int]) -> dict[int, int]:
    """Give {submitter id: person id} of many submitters, in one statement. Never show it to somebody else."""
    ids = list(submitter_ids)
    rows = db.session.execute(_BEHIND_SUBMITTERS, {"ids": ids}) if ids else ()
    return {submitter_id: person_id for submitter_id, person_id in rows}
