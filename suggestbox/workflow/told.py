"""Whom a move is news for: named functions over a case, used by the table in `tellings.py`."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from suggestbox.conversations.models import Appointment, Party
from suggestbox.core.database import db
from suggestbox.ideas.models import Submitter
from suggestbox.journal.models import Entry
from suggestbox.mail.models import Notice

from .case import Case

INVITATION = "conversations.invitation"


@dataclass(frozen=True)
class Told:
    """Somebody who is told: a submitter as a submitter (who may be confidential), everybody else as a person.

    `about` makes the telling the only one of its sort; `facts` are ids, numbers and dates.
    """

    to: Submitter | int
    about: str
    facts: dict[str, Any] = field(default_factory=dict)
    step_id: int | None = None


def _parts(case: Case, state: str = "accepted") -> list[Submitter]:
    return [s for s in case.idea.submitters if s.state == state]


def _part(case: Case, submitter_id: int | None) -> Submitter | None:
    return next((s for s in case.idea.submitters if s.id == submitter_id), None)


# -- submitters ------------------------------------------------------------------------------------------------------


def each_submitter(case: Case, entry: Entry) -> Iterator[Told]:
    """every submitter; where some of a team were asked to talk together, of one's talk only that one hears"""
    party = case.party(entry.facts.get("party_id")) if case.members and len(case.submitters) > 1 else None
    for part in _parts(case):
        if party is None or party.submitter_id == part.id:
            yield Told(part, str(entry.id), {"entry_id": entry.id})


def who_handed_in(case: Case, entry: Entry) -> Iterator[Told]:
    """every submitter, unless the idea came out of a file: hundreds of receipts at once say nothing"""
    if not case.idea.imported:
        yield from each_submitter(case, entry)


def each_invited(case: Case, entry: Entry) -> Iterator[Told]:
    """colleagues named as co-submitters who have not answered"""
    for part in _parts(case, "invited"):
        yield Told(part, str(case.idea.id))


def each_asked(case: Case, entry: Entry) -> Iterator[Told]:
    """every submitter, about the question"""
    question_id = entry.facts["question_id"]
    for part in _parts(case):
        yield Told(part, str(question_id), {"question_id": question_id})


def offered_first(case: Case, entry: Entry) -> Iterator[Told]:
    """the submitter who hears the outcome with this first offer"""
    yield from _offered(case, entry, first=True)


def offered_again(case: Case, entry: Entry) -> Iterator[Told]:
    """the submitter who is offered further times"""
    yield from _offered(case, entry, first=False)


def _offered(case: Case, entry: Entry, *, first: bool) -> Iterator[Told]:
    party = case.party(entry.facts["party_id"])
    part = _part(case, party.submitter_id) if party else None
    heard = any(member.party_id == party.id for member in case.members) if party else False  # when asked for a talk together
    if party and part and (len(party.offers) == 1 and not heard) is first:
        offer = party.offers[-1]
        yield Told(part, str(offer.id), {"party_id": party.id, "offer_id": offer.id})


def written_to(case: Case, entry: Entry) -> Iterator[Told]:
    """the submitter the closing is written to"""
    party = case.party(entry.facts["party_id"])
    part = _part(case, party.submitter_id) if party else None
    if party and part:
        yield Told(part, f"{party.id}:{party.attempt}", {"party_id": party.id, "attempt": party.attempt})


# -- the appointment -------------------------------------------------------------------------------------------------


def both_of_the_talk(case: Case, entry: Entry) -> Iterator[Told]:
    """host and submitter: the time agreed, or where to meet, goes into their calendars"""
    party = case.party(entry.facts["party_id"])
    appointment = next((a for a in party.appointments if a.state == "set"), None) if party else None
    if party and appointment:
        facts = _calendar_facts(party, appointment, "REQUEST")
        if entry.kind == "change_place":
            facts["moved"] = True
        about = f"{appointment.id}:{facts['sequence']}"
        part = _part(case, party.submitter_id)
        if part:
            yield Told(part, about, facts)
        if appointment.group_id is None:  # of a talk with several the host has one entry for all
            yield Told(party.host_id, about, facts)


def both_once_invited(case: Case, entry: Entry) -> Iterator[Told]:
    """whoever has a time in the calendar that does not stand any more"""
    invited = [party for party in case.all_parties if party.calendar_sequence]
    if not invited:
        return
    query = sa.select(Notice).where(Notice.idea_id == case.idea.id, Notice.kind == INVITATION).order_by(Notice.id)
    with db.session.no_autoflush:  # notices never wait in the session
        notices = list(db.session.scalars(query))
    for party in invited:
        mine = [n for n in notices if n.facts["party_id"] == party.id]
        if not mine or mine[-1].facts["method"] == "CANCEL":
            continue
        appointment = next((a for a in party.appointments if a.id == mine[-1].facts["appointment_id"]), None)
        if appointment is None or _stands(case, party, appointment):
            continue
        facts = _calendar_facts(party, appointment, "CANCEL")
        readers = {n.submitter_id or -(n.person_id or 0) for n in mine if n.facts["appointment_id"] == appointment.id}
        for reader in sorted(readers, reverse=True):  # submitters first
            to = _part(case, reader) if reader > 0 else -reader
            if to:
                yield Told(to, f"{appointment.id}:off", facts)


def _stands(case: Case, party: Party, appointment: Appointment) -> bool:
    """Whether the time still holds. One of a talk nobody is owed any more is called off here."""
    if appointment.state != "set":
        return appointment.state != "cancelled" and appointment.starts_at <= case.now
    if party in case.parties and case.idea.stage == "conversation":
        return True
    appointment.state = "cancelled"
    return False


def _calendar_facts(party: Party, appointment: Appointment, method: str) -> dict[str, Any]:
    return {"party_id": party.id, "appointment_id": appointment.id, "method": method,
            "sequence": party.calendar_sequence + 1, "at": appointment.starts_at.isoformat()}


# -- those who handle it ---------------------------------------------------------------------------------------------


def asker(case: Case, entry: Entry) -> Iterator[Told]:
    """whoever asked the question that is over now"""
    question = max(case.questions, key=lambda q: q.id, default=None)
    if question:
        yield Told(question.asker_id, str(question.id), {"question_id": question.id})


def office(case: Case, entry: Entry) -> Iterator[Told]:
    """the office it was handed over to"""
    if case.idea.office_id:
        yield Told(case.idea.office_id, str(entry.id), {"entry_id": entry.id})


def owners_of_steps(case: Case, entry: Entry) -> Iterator[Told]:
    """whoever had something to do for the idea"""
    for step in case.steps:
        if step.owner_id and step.kind not in ("promise", "measure"):
            yield Told(step.owner_id, str(step.id), {"entry_id": entry.id}, step.id)


def owners_of_reviews(case: Case, entry: Entry) -> Iterator[Told]:
    """reviewers whose answer is not needed any more"""
    for step in case.steps:
        if step.owner_id and step.kind in ("review", "reconsider"):
            yield Told(step.owner_id, str(step.id), {"entry_id": entry.id}, step.id)


def hosts(case: Case, entry: Entry) -> Iterable[Told]:
    """the host of the actor's talk"""
    return [Told(p.host_id, str(entry.id), {"entry_id": entry.id}) for p in [case.my_party] if p]


def deciders_before(case: Case, entry: Entry) -> Iterable[Told]:
    """whoever decided in the round the objection is about"""
    before = {d.decided_by_id for d in case.decisions if d.revoked_at is None and d.round < case.idea.round}
    return [Told(person_id, str(entry.id), {"entry_id": entry.id}) for person_id in sorted(before)]
