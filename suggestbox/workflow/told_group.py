"""Whom a move about a talk with several submitters is news for. Nobody is told of the others but their number."""

from collections.abc import Iterator
from dataclasses import replace

import sqlalchemy as sa

from suggestbox.conversations.groups import people_of, seats_of
from suggestbox.conversations.models import TalkGroup
from suggestbox.core.database import db
from suggestbox.journal.models import Entry
from suggestbox.mail.models import Notice
from suggestbox.steps.models import Step

from .case import Case
from .told import Told, _calendar_facts, _part

HOST = "conversations.together_host"


def asked(case: Case, one: Told, step: Step) -> Told:
    """Give the telling of a step to say whether one talks together; `first`: the outcome is new to the submitter."""
    party = next(p for p in case.parties if p.submitter_id == step.submitter_id)
    before = [s for s in case.all_steps if s.kind == step.kind and s.submitter_id == step.submitter_id
              and s.round == step.round and s.id != step.id]
    return replace(one, facts={"group_id": step.subject_id, "party_id": party.id,
                               "first": not party.offers and not before})


def each_coming(case: Case, entry: Entry) -> Iterator[Told]:
    """every submitter who comes to the talk together: it goes into the own calendar"""
    for party_id in entry.facts["party_ids"]:
        party = case.party(party_id)
        part = _part(case, party.submitter_id) if party else None
        appointment = next((a for a in party.appointments if a.state == "set"), None) if party else None
        if party and part and appointment:
            facts = _calendar_facts(party, appointment, "REQUEST")
            if entry.kind == "group_elsewhere":
                facts["moved"] = True
            yield Told(part, f"{appointment.id}:{facts['sequence']}", facts)


def each_asked(case: Case, entry: Entry) -> Iterator[Told]:
    """every submitter of the idea for whom there is no talk together any more"""
    for party_id in entry.facts["party_ids"]:
        party = case.party(party_id)
        part = _part(case, party.submitter_id) if party else None
        if part:
            yield Told(part, str(entry.id), {"entry_id": entry.id})


def host_of_group(case: Case, entry: Entry) -> Iterator[Told]:
    """the host of a talk with several: one entry in the calendar for all of them, as it stands now"""
    for group_id in sorted({member.group_id for member in case.members}):
        group = db.session.get(TalkGroup, group_id)
        if group is None or group.state == "held" or group.starts_at <= case.now:
            continue
        comes = [seat for seat in seats_of(group_id) if seat.live and seat.appointment is not None]
        last = _last_notice(group)
        stands = last is not None and last.facts["method"] == "REQUEST"
        method = "REQUEST" if people_of(comes) and group.state == "set" else "CANCEL"
        if method == "CANCEL" and not stands:
            continue
        if method == "REQUEST" and stands and last and last.facts["version"] == group.version:
            continue
        number = last.facts["number"] + 1 if last else 1
        at = last.facts["at"] if method == "CANCEL" and last else group.starts_at.isoformat()
        yield Told(group.host_id, f"{group_id}:{number}", {
            "group_id": group_id, "method": method, "number": number, "version": group.version, "at": at,
        })


def _last_notice(group: TalkGroup) -> Notice | None:
    of_this = Notice.key.startswith(f"{HOST}:{group.id}:", autoescape=True)
    query = sa.select(Notice).where(of_this, Notice.person_id == group.host_id).order_by(Notice.id.desc())
    return db.session.scalar(query.limit(1))
