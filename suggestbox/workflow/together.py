"""One talk with several submitters, over several ideas: ask, answer, record. Each idea keeps its own moves and records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app

from suggestbox.conversations.groups import Seat, askable, seats_of
from suggestbox.conversations.models import Party, TalkGroup, TalkGroupMember
from suggestbox.core.clock import local_date
from suggestbox.core.database import db
from suggestbox.core.errors import Invalid, Refused
from suggestbox.core.language import gettext as _
from suggestbox.ideas.models import Idea
from suggestbox.ideas.parts import person_behind
from suggestbox.people.directory import directory
from suggestbox.people.models import Person

from .operations import move
from .then_group import when_and_where


def propose(host: Person, party_ids: Sequence[int], given: dict[str, Any], *, now: datetime) -> TalkGroup:
    """Ask several submitters for one talk; all of them, or none, when one cannot be asked any more. Flushes.

    Takes   given: starts_at (UTC), minutes, form, place, words
    Raises  Invalid with a sentence for each field
    """
    book = directory(local_date(now, current_app.config["HEADQUARTERS_ZONE"]))
    wanted = sa.select(Party.idea_id).where(Party.id.in_(list(party_ids)))
    db.session.execute(sa.select(Idea.id).where(Idea.id.in_(wanted)).order_by(Idea.id).with_for_update())
    possible = {party.id: (party, idea, submitter) for party, idea, submitter in askable(host.id)}
    chosen = [possible[party_id] for party_id in dict.fromkeys(party_ids) if party_id in possible]
    people = {person_behind(submitter) for _party, _idea, submitter in chosen}
    if len(people) < 2 or len(chosen) < len(set(party_ids)):
        raise Invalid(fields={"party_ids": _("Please choose at least two submitters.") if len(chosen) == len(set(party_ids))
                              else _("For one of these talks something is agreed already. Please choose again.")})
    columns, answer_by = when_and_where(book, people, given, host_id=host.id, now=now)
    calls = {idea.call_id for _party, idea, _submitter in chosen}
    group = TalkGroup(host_id=host.id, call_id=calls.pop() if len(calls) == 1 else None, asked_at=now, answer_by=answer_by,
                      state="asked", **columns)
    db.session.add(group)
    db.session.flush()
    ideas: dict[int, Idea] = {}
    for party, idea, _submitter in chosen:
        ideas[idea.id] = idea
        db.session.add(TalkGroupMember(group_id=group.id, party_id=party.id, attempt=party.attempt, answer=""))
    db.session.flush()  # all of them, before the first is asked: of one alone it would be over at once
    for _id, idea in sorted(ideas.items()):
        move(idea, "propose_group", actor=host, now=now, group_id=group.id)
    return group


def answer(me: Person, group: TalkGroup, *, yes: bool, now: datetime) -> None:
    """Say for all own ideas of the group whether one talks together with the others. Flushes.

    Raises  Refused when it is not asked (any more)
    """
    name = "agree_group" if yes else "rather_alone"
    ideas = [seat.idea for seat in seats_of(group.id)
             if seat.live and seat.person_id == me.id and not (yes and seat.member.answer)]
    if not ideas:
        raise Refused(_("This talk is not asked about any more. How it stands now is on this page."),
                      reason="not_asked_together")
    for idea in sorted(ideas, key=lambda idea: idea.id):
        move(idea, name, actor=me, now=now)


@dataclass
class Came:
    """What the host notes about one submitter of the talk: whether they came, and what was said about their idea alone."""

    party_id: int
    how: str  # came, missed, or nothing: it is noted later
    words: str = ""
    promises: list[dict[str, Any]] = field(default_factory=list)


def record(host: Person, group: TalkGroup, rows: Sequence[Came], given: Mapping[str, Any], *, now: datetime) -> int:
    """Record a talk with several for everybody who came; who did not come counts for that one alone. Flushes.

    Takes   given: held_on, form, took_part, said (to everybody)
    Gives   how many came
    """
    seats = {seat.party.id: seat for seat in agreed_seats(group.id)}
    came = [row for row in rows if row.how == "came" and row.party_id in seats]
    if not came:
        raise Invalid(fields={"rows": _("Please say who came.")})
    shared = str(given.get("said") or "").strip()
    for row in came:
        if not (shared or row.words.strip()):
            raise Invalid(fields={"said": _("Please write something here.")})
    for row in rows:
        seat = seats.get(row.party_id)
        if seat is None or row.how not in ("came", "missed"):
            continue
        if row.how == "missed":
            move(seat.idea, "report_missed", actor=host, now=now, party_id=row.party_id, who="submitter")
            continue
        said = "\n\n".join(filter(None, (shared, row.words.strip())))
        move(seat.idea, "record_talk", actor=host, now=now, party_ids=[row.party_id], held_on=given.get("held_on"),
             form=given.get("form"), took_part=given.get("took_part") or "", said=said, promises=row.promises)
    return len(came)


def nobody_came(host: Person, group: TalkGroup, *, now: datetime) -> None:
    """The host could not come: that counts against nobody, and everybody is offered other times. Flushes."""
    for seat in agreed_seats(group.id):
        move(seat.idea, "report_missed", actor=host, now=now, party_id=seat.party.id, who="host")


def agreed_seats(group_id: int) -> list[Seat]:
    """Give the seats of those whose time together still stands."""
    return [seat for seat in seats_of(group_id) if seat.appointment is not None and seat.member.ended_at is None]
