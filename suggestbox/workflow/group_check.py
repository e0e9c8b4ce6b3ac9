"""Proves what talks with several submitters promise: two who agreed, a time of their own for each, nobody who said alone."""

from collections.abc import Iterator
from datetime import timedelta

import sqlalchemy as sa

from suggestbox.conversations.models import SETTLED, Appointment, Party, TalkGroup, TalkGroupMember
from suggestbox.core.database import db
from suggestbox.core.language import gettext as _
from suggestbox.ideas.models import Idea, Submitter, SubmitterIdentity
from suggestbox.people.directory import Directory

from .check import Finding, also

A_NIGHT = timedelta(days=1)
"""Silence ends by the clock: every hour, and never later than the night after."""


def broken_groups(book: Directory) -> Iterator[Finding]:
    """Give what breaks a promise of a talk with several. Two statements, and two more where one is asked for or agreed."""
    yield from _there_without_a_yes()
    open_ones = list(db.session.scalars(
        sa.select(TalkGroup).where(TalkGroup.state.in_(("asked", "set"))).order_by(TalkGroup.id)))
    if not open_ones:
        return
    ids = [group.id for group in open_ones]
    seats = _seats(ids)
    times = db.session.scalars(sa.select(Appointment).where(Appointment.group_id.in_(ids))).all()
    for group in open_ones:
        mine = [row for row in seats if row.group_id == group.id]
        right = [a for a in times if a.group_id == group.id and a.starts_at == group.starts_at]
        yield from _broken(group, mine, {a.party_id for a in right}, {a.party_id for a in right if a.state == "set"}, book)


def _there_without_a_yes() -> Iterator[Finding]:
    """Whoever said alone, stayed silent or was let go has no time together with others."""
    agreed = sa.exists().where(
        TalkGroupMember.party_id == Appointment.party_id, TalkGroupMember.group_id == Appointment.group_id,
        TalkGroupMember.answer == "yes", TalkGroupMember.ended_at.is_(None))
    query = (
        sa.select(Idea.number).distinct().join(Party, Party.idea_id == Idea.id)
        .join(Appointment, Appointment.party_id == Party.id)
        .where(Appointment.group_id.is_not(None), Appointment.state == "set", ~agreed).order_by(Idea.number)
    )
    for number in db.session.scalars(query):
        text = _("A submitter who did not agree has an appointment together with others.")
        yield Finding("nobody_reads_more", number or "", text)


def _seats(group_ids: list[int]) -> list[sa.Row]:
    """Give everybody who was asked, with who it is, whether they can still come, and whether the others wait for them.

    Whoever would rather talk alone is waited for as somebody silent is: until everybody else has the day to answer.
    """
    owed = sa.and_(TalkGroupMember.attempt == Party.attempt, Party.round == Idea.round, Idea.stage == "conversation",
                   Submitter.state == "accepted")
    still = sa.and_(owed, TalkGroupMember.ended_at.is_(None), Party.state.not_in(SETTLED))
    asked = sa.and_(owed, sa.or_(TalkGroupMember.ended_at.is_(None), TalkGroupMember.ended_at >= TalkGroup.asked_at))
    person_id = sa.func.coalesce(Submitter.person_id, SubmitterIdentity.person_id, -Submitter.id)
    query = (
        sa.select(TalkGroupMember.group_id, TalkGroupMember.party_id, TalkGroupMember.answer, Idea.number,
                  person_id.label("person_id"), still.label("still"), asked.label("asked"))
        .join(TalkGroup, TalkGroup.id == TalkGroupMember.group_id)
        .join(Party, Party.id == TalkGroupMember.party_id).join(Idea, Idea.id == Party.idea_id)
        .join(Submitter, Submitter.id == Party.submitter_id)
        .outerjoin(SubmitterIdentity, SubmitterIdentity.submitter_id == Submitter.id)
        .where(TalkGroupMember.group_id.in_(group_ids)).order_by(TalkGroupMember.party_id)
    )
    return list(db.session.execute(query))


def _broken(group: TalkGroup, seats: list[sa.Row], had: set[int], has: set[int], book: Directory) -> Iterator[Finding]:
    """Take who had the time that was agreed, and who has it still: whoever calls off later was one of the two."""
    number = next((row.number or "" for row in seats), "")
    still, asked = [row for row in seats if row.still], [row for row in seats if row.asked]
    if group.state == "set":
        if len({row.person_id for row in seats if row.party_id in had}) < 2:
            yield Finding("nobody_reads_more", number, _("A talk together was agreed by fewer than two people."))
        for row in still:
            if row.answer == "yes" and row.party_id not in has:
                yield Finding("no_black_hole", row.number or "",
                              _("A submitter agreed to a talk together, and has no appointment at its time."))
    elif (group.answer_by < book.today - A_NIGHT or all(row.still and row.answer for row in asked)
          or not still or len({row.person_id for row in asked}) < 2):
        yield Finding("no_black_hole", number, _("A talk together is asked for, and nobody is waited for any more."))


def register_check() -> None:
    """Have the self-check prove it."""
    also(broken_groups)
