"""A host who owes talks to several submitters, and what they answer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from suggestbox.conversations import groups
from suggestbox.conversations.models import Party, TalkGroup
from suggestbox.core.database import db, work
from suggestbox.ideas.models import Idea
from suggestbox.people.models import Person
from suggestbox.workflow import together
from suggestbox.workflow.operations import settle_all
from tests import factories as f
from tests.cast import Cast
from tests.conftest import NOON

LONG_AGO = NOON - timedelta(days=6)
AT = datetime(2026, 11, 11, 9, 0, tzinfo=UTC)
"""The next Wednesday, ten o'clock in Bremen."""

PLACE: dict[str, Any] = {"minutes": 60, "form": "in_person", "place": "Room 7", "words": "Let us sit together."}


def owed(cast: Cast, *people: Person, **kw: Any) -> list[Idea]:
    """Make one idea of each person; cat owes all of them a talk."""
    with work():
        return [f.conversation(cast, person, now=LONG_AGO, **kw) for person in people]


def parties(*ideas: Idea) -> list[int]:
    """Give the ids of the talks owed."""
    return [party.id for idea in ideas for party in f.parties(idea)]


def ask(host: Person, *ideas: Idea, at: datetime = AT, now: datetime = NOON, **given: Any) -> TalkGroup:
    """Let the host ask all submitters of the ideas."""
    with work():
        return together.propose(host, parties(*ideas), {"starts_at": at, **PLACE, **given}, now=now)


def say(person: Person, group: TalkGroup, yes: bool, now: datetime = NOON + timedelta(hours=1)) -> None:
    """Let a submitter answer."""
    with work():
        together.answer(person, group, yes=yes, now=now)


def the_day_is_over(group: TalkGroup) -> datetime:
    """Let the day until which everybody may answer be over; give the moment."""
    day = group_now(group.id).answer_by + timedelta(days=1)
    then = NOON.replace(month=day.month, day=day.day)
    with work():
        settle_all(now=then)
    return then


def answers(group: TalkGroup) -> list[tuple[str, bool, bool]]:
    """(answer, still part of it, has the appointment) of each talk."""
    db.session.expire_all()
    return [(s.member.answer, s.member.ended_at is None, s.appointment is not None) for s in groups.seats_of(group.id)]


def group_now(group_id: int) -> TalkGroup:
    """Give the group as it stands in the database."""
    db.session.expire_all()
    found = db.session.get(TalkGroup, group_id)
    assert found is not None
    return found


def state_of(idea: Idea) -> list[str]:
    """Give the states of the idea's talks."""
    return list(db.session.scalars(sa.select(Party.state).where(Party.idea_id == idea.id).order_by(Party.id)))
