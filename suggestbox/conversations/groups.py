"""One talk with several submitters: who is asked, who comes, and whom a host could ask at all."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from suggestbox.core.database import db
from suggestbox.ideas.models import Idea, Submitter, SubmitterIdentity
from suggestbox.ideas.parts import person_behind

from .models import SETTLED, Appointment, Party, TalkGroup, TalkGroupMember

ASKED_AT_MOST = 2
"""So often one submitter is asked for a talk with others, for one talk owed: then it is a talk alone."""

MOVED_AT_MOST = 2
"""So often a talk with several that was agreed gets another time."""


@dataclass(frozen=True)
class Seat:
    """One submitter asked to talk together with others, with the idea it is about."""

    member: TalkGroupMember
    group: TalkGroup
    party: Party
    idea: Idea
    submitter: Submitter

    @property
    def person_id(self) -> int:
        """Who it is, also of a confidential submitter. Never show it before the talk is set."""
        return person_behind(self.submitter)

    @property
    def stands(self) -> bool:
        """Whether the talk this one was asked about is still the talk that is owed."""
        party = self.party
        return (
            self.member.attempt == party.attempt and self.idea.stage == "conversation" and party.round == self.idea.round
            and self.submitter.state == "accepted"
        )

    @property
    def live(self) -> bool:
        """Whether this one can still come: asked or agreed, and nothing came between."""
        party = self.party
        return (
            self.stands and self.member.ended_at is None and self.group.state in ("asked", "set")
            and party.state not in SETTLED and party.host_id == self.group.host_id and not party.wants_writing
            and not party.other_host_asked
        )

    @property
    def counts(self) -> bool:
        """Whether the others still count with this one: "rather alone" or another wish is silence to them, until the day."""
        ended_at = self.member.ended_at
        return self.stands and (ended_at is None or ended_at >= self.group.asked_at)

    @property
    def appointment(self) -> Appointment | None:
        """The own appointment this one has because of the group, while it stands."""
        return next((a for a in self.party.appointments if a.state == "set" and a.group_id == self.group.id), None)


_SEATS: Any = (
    sa.select(TalkGroupMember, TalkGroup, Party, Idea, Submitter, SubmitterIdentity)
    .join(TalkGroup, TalkGroup.id == TalkGroupMember.group_id)
    .join(Party, Party.id == TalkGroupMember.party_id)
    .join(Idea, Idea.id == Party.idea_id)
    .join(Submitter, Submitter.id == Party.submitter_id)
    .outerjoin(SubmitterIdentity, SubmitterIdentity.submitter_id == Submitter.id)
    .where(TalkGroupMember.group_id.in_(sa.bindparam("groups", expanding=True)))
    .order_by(TalkGroupMember.party_id)
)
_TIMES: Any = sa.select(Appointment).where(
    Appointment.party_id.in_(sa.bindparam("parties", expanding=True))).order_by(Appointment.id)


def seats_of(group_id: int) -> list[Seat]:
    """Give everybody who was asked, whatever they answered, in the order of their talks.

    Read once per transaction: whom a group asks stays as it was when it was made, and what its rows say follows them.
    """
    session = db.session()
    if session.autoflush and any(isinstance(row, TalkGroupMember) for row in (*session.new, *session.deleted)):
        session.flush()  # as a statement would
    found = _seats_kept(session).get(group_id)
    if found is None:
        read_seats([group_id])
        found = _seats_kept(session)[group_id]
    return list(found)


def read_seats(group_ids: Iterable[int]) -> None:
    """Read the seats of several groups together, for `seats_of`; two statements at most, none where all are known."""
    session = db.session()
    kept = _seats_kept(session)
    groups = sorted(set(group_ids).difference(kept))
    if not groups:
        return
    found: dict[int, list[Seat]] = {group_id: [] for group_id in groups}
    for *row, identity in session.execute(_SEATS, {"groups": groups}):
        seat = Seat(*row)
        if "identity" not in seat.submitter.__dict__:
            set_committed_value(seat.submitter, "identity", identity)
        found[seat.member.group_id].append(seat)
    parties = {seat.party.id: seat.party for seats in found.values() for seat in seats}
    unread = [party for party in parties.values() if "appointments" not in party.__dict__]
    if unread:
        times: dict[int, list[Appointment]] = {party.id: [] for party in unread}
        for appointment in session.scalars(_TIMES, {"parties": sorted(times)}):
            times[appointment.party_id].append(appointment)
        for party in unread:
            set_committed_value(party, "appointments", times[party.id])
    kept |= found


def _seats_kept(session: Session) -> dict[int, list[Seat]]:
    """{group: its seats} of this transaction."""
    transaction = session.get_transaction()
    kept = session.info.get("seats")
    if kept is None or kept[0] is not transaction or transaction is None:
        session.info["seats"] = kept = (transaction, {})
    found: dict[int, list[Seat]] = kept[1]
    return found


@event.listens_for(Session, "after_flush")
def _ask_again(session: Session, _context: Any) -> None:
    kept = session.info.get("seats")
    if kept and kept[1] and any(isinstance(row, TalkGroupMember) for row in (*session.new, *session.deleted)):
        kept[1].clear()


@event.listens_for(Session, "after_commit")
@event.listens_for(Session, "after_soft_rollback")
def _forget_seats(session: Session, _transaction: Any = None) -> None:
    session.info.pop("seats", None)


def people_of(seats: Iterable[Seat]) -> set[int]:
    """Give the people of these seats: somebody with two ideas comes once."""
    return {seat.person_id for seat in seats}


def people_of_rows(rows: Iterable[tuple[Party, Idea, Submitter]]) -> set[int]:
    """Give the people behind rows of `askable`."""
    return {person_behind(submitter) for _party, _idea, submitter in rows}


def ideas_of(group_id: int) -> list[int]:
    """Give the ids of the ideas a talk with several is about."""
    query = (
        sa.select(Party.idea_id).join(TalkGroupMember, TalkGroupMember.party_id == Party.id)
        .where(TalkGroupMember.group_id == group_id).distinct().order_by(Party.idea_id)
    )
    return list(db.session.scalars(query))


_ABOUT = (
    sa.select(TalkGroup.id).join(TalkGroupMember, TalkGroupMember.group_id == TalkGroup.id)
    .join(Party, Party.id == TalkGroupMember.party_id)
    .where(Party.idea_id == sa.bindparam("idea_id"), TalkGroupMember.ended_at.is_(None),
           TalkGroup.state.in_(("asked", "set")))
    .distinct().order_by(TalkGroup.id)
)


def groups_about(idea_id: int) -> list[int]:
    """Give the ids of talks with several this idea is part of and that are not over."""
    return list(db.session.scalars(_ABOUT, {"idea_id": idea_id}))


def asked_in_teams(idea_ids: Iterable[int]) -> set[int]:
    """Give those ideas of several submitters one of whom was asked to talk together with others. One statement at most.

    There one submitter must not read out of the next step of another what that one answered.
    """
    ids = sorted(idea_ids)
    if not ids:
        return set()
    asked = sa.select(Party.idea_id).join(TalkGroupMember, TalkGroupMember.party_id == Party.id)
    asked = asked.where(Party.idea_id.in_(ids))
    query = sa.select(Party.idea_id).where(Party.idea_id.in_(asked)).group_by(Party.idea_id)
    return set(db.session.scalars(query.having(sa.func.count(Party.submitter_id.distinct()) > 1)))


def talks_of(submitter_ids: Iterable[int]) -> frozenset[int]:
    """Give the ids of every talk owed to these submitters, of all rounds."""
    return frozenset(db.session.scalars(sa.select(Party.id).where(Party.submitter_id.in_(list(submitter_ids)))))


def hold_groups(idea_id: int) -> None:
    """Hold every open talk with several this idea is part of, before the idea itself: always in this order.

    Two who answer at the same moment then see each other's answer, and nobody waits for somebody who waits for them.
    """
    held = groups_about(idea_id)
    for group_id in held:
        db.session.get(TalkGroup, group_id, with_for_update=True, populate_existing=True)
    if held:  # whoever had it before may have answered: look again
        _forget_seats(db.session())
        db.session.execute(_SEATS, {"groups": held}, execution_options={"populate_existing": True}).all()


_ASKED: Any = sa.exists().where(TalkGroupMember.party_id == Party.id)
_ASKED_BEFORE: Any = (
    sa.select(sa.func.count()).select_from(TalkGroupMember)
    .where(TalkGroupMember.party_id == Party.id, TalkGroupMember.attempt == Party.attempt)
    .correlate(Party).scalar_subquery()
)
_ASKABLE: Any = (
    sa.select(Party, Idea, Submitter, SubmitterIdentity).join(Idea, Idea.id == Party.idea_id)
    .join(Submitter, Submitter.id == Party.submitter_id)
    .outerjoin(SubmitterIdentity, SubmitterIdentity.submitter_id == Submitter.id)
    .where(
        Party.host_id == sa.bindparam("host_id"), Party.state == "owed", Party.round == Idea.round,
        Idea.stage == "conversation", Idea.outcome != "handed_over", Submitter.state == "accepted",
        Party.wants_writing.is_(False), Party.other_host_asked.is_(False),
        Party.missed_by_submitter < 2, Party.unanswered_offers < 2,
        ~_ASKED.where(TalkGroupMember.ended_at.is_(None)).correlate(Party),
        ~_ASKED.where(TalkGroupMember.attempt == Party.attempt, TalkGroupMember.answer == "alone").correlate(Party),
        _ASKED_BEFORE < ASKED_AT_MOST,
        ~sa.exists().where(Appointment.party_id == Party.id, Appointment.state == "set").correlate(Party),
    )
    .order_by(Party.owed_at, Party.id)
)


def askable(host_id: int) -> list[tuple[Party, Idea, Submitter]]:
    """Give the talks a host owes and for which nothing is agreed or offered yet, the oldest first. One statement.

    Left out are submitters who wish for something else (in writing, another host, rather alone), who were asked often
    enough, who missed a talk or left offers unanswered, and ideas that were handed over.
    """
    found = []
    for party, idea, submitter, identity in db.session.execute(_ASKABLE, {"host_id": host_id}):
        if "identity" not in submitter.__dict__:
            set_committed_value(submitter, "identity", identity)
        found.append((party, idea, submitter))
    return found
