"""Protected ideas, likenesses and credits, found: of one idea, of many, and who may not look at them."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.ideas.models import Idea, Submitter, SubmitterIdentity
from suggestbox.reviews.models import Decision, Vote

from .due import LEAD_DAYS
from .models import Credit, Likeness, Protection, SecondLook


def protection_of(idea_id: int) -> Protection | None:
    """Give how long the idea stays first, or None when it was never declined."""
    return db.session.get(Protection, idea_id)


def protected_ids(today: date) -> frozenset[int]:
    """Give the ids of all ideas that are first today."""
    query = sa.select(Protection.idea_id).where(Protection.ended_at.is_(None), Protection.until >= today)
    return frozenset(db.session.scalars(query))


def look_is_near(today: date) -> sa.ColumnElement[bool]:
    """Give the condition on `Idea` for those to be looked at again soon, or some time ago, see `due.wants_look`."""
    near = today + timedelta(days=LEAD_DAYS)
    return Idea.id.in_(sa.select(Protection.idea_id).where(Protection.ended_at.is_(None), Protection.look_on <= near))


def unprotected(*, after_id: int, limit: int) -> list[int]:
    """Give the ids above `after_id` of declined, closed ideas that are not protected as such, in their order."""
    standing = sa.exists().where(Protection.idea_id == Idea.id, Protection.round == Idea.round,
                                 Protection.ended_at.is_(None))
    query = sa.select(Idea.id).where(Idea.stage == "closed", Idea.outcome == "declined", ~standing, Idea.id > after_id)
    return list(db.session.scalars(query.order_by(Idea.id).limit(limit)))


def looks_of(idea_id: int) -> list[SecondLook]:
    """Give who looked at a declined idea again, the latest first."""
    query = sa.select(SecondLook).where(SecondLook.idea_id == idea_id).order_by(SecondLook.id.desc())
    return list(db.session.scalars(query))


def standing_decision(idea_id: int) -> Decision | None:
    """Give the last decision about an idea that was not taken back."""
    query = sa.select(Decision).where(Decision.idea_id == idea_id, Decision.revoked_at.is_(None))
    return db.session.scalars(query.order_by(Decision.round.desc(), Decision.id.desc())).first()


def likenesses_of(idea_id: int) -> list[Likeness]:
    """Give the earlier ideas this one may be, in the order they were found."""
    return list(db.session.scalars(sa.select(Likeness).where(Likeness.idea_id == idea_id).order_by(Likeness.id)))


def credits_of(idea_id: int) -> list[Credit]:
    """Give what became of a declined idea after all: where it was taken up, in that order."""
    return list(db.session.scalars(sa.select(Credit).where(Credit.idea_id == idea_id).order_by(Credit.id)))


_CREDITS_BY = sa.select(Credit).where(Credit.later_id == sa.bindparam("idea_id")).order_by(Credit.id)


def credits_by(idea_id: int) -> list[Credit]:
    """Give the earlier ideas that are credited because this one came to a yes."""
    return list(db.session.scalars(_CREDITS_BY, {"idea_id": idea_id}))


def _people(*columns: Any) -> Any:
    """People behind submitters who are part of an idea or asked to be; further columns before them."""
    person = sa.func.coalesce(Submitter.person_id, SubmitterIdentity.person_id)
    return (
        sa.select(*columns, person).select_from(Submitter)
        .outerjoin(SubmitterIdentity, SubmitterIdentity.submitter_id == Submitter.id)
        .where(Submitter.state.in_(("accepted", "invited")))
    )


_IDEAS: Any = sa.bindparam("ideas", expanding=True)

_LOOKED: Any = sa.union_all(
    sa.select(Decision.idea_id, Decision.decided_by_id).join(Idea, Idea.id == Decision.idea_id).where(
        Decision.idea_id.in_(_IDEAS), Decision.round == Idea.round, Decision.revoked_at.is_(None)),
    sa.select(Vote.idea_id, Vote.person_id).join(Idea, Idea.id == Vote.idea_id).where(
        Vote.idea_id.in_(_IDEAS), Vote.round == Idea.round),
)


def kept_from_looking(idea_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """Give {idea id: who may not look at its decline again}: who decided it, or voted. One statement, none for no ideas."""
    return _together(_LOOKED, {"ideas": sorted(set(idea_ids))}) if idea_ids else {}


_OPEN: Any = sa.and_(Likeness.idea_id.in_(_IDEAS), Likeness.answer == "")


def _deciders(of: Any) -> Any:
    return sa.select(Likeness.idea_id, Decision.decided_by_id).select_from(Likeness).join(
        Decision, Decision.idea_id == of).where(_OPEN, Decision.revoked_at.is_(None))


_COMPARED: Any = sa.union_all(  # two statements for the deciders: one with OR reads every decision
    _people(Likeness.idea_id).join(Likeness, Likeness.earlier_id == Submitter.idea_id).where(_OPEN),
    _deciders(Likeness.earlier_id), _deciders(Likeness.idea_id),
)


def kept_from_comparing(idea_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """Give {later idea id: who may not say whether it is an earlier one}, for every question that is open.

    The earlier idea's submitters, and whoever decided one of the two: they would judge their own work. The later idea's
    submitters handle nothing of it anyway. One statement, none for no ideas.
    """
    return _together(_COMPARED, {"ideas": sorted(set(idea_ids))}) if idea_ids else {}


def _together(query: Any, values: dict[str, Any]) -> dict[int, frozenset[int]]:
    found: dict[int, frozenset[int]] = {}
    for idea_id, person_id in db.session.execute(query, values):
        if person_id is not None:
            found[idea_id] = found.get(idea_id, frozenset()) | {person_id}
    return found


_TEAMS: Any = _people(Submitter.idea_id).where(Submitter.idea_id.in_(_IDEAS))


def teams_of(idea_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """Give {idea id: people behind its submitters}, for every idea asked about. Never show it."""
    found: dict[int, frozenset[int]] = dict.fromkeys(idea_ids, frozenset())
    if found:
        found |= _together(_TEAMS, {"ideas": sorted(found)})
    return found
