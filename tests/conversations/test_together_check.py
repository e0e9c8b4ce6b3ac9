"""What the self-check finds of talks with several when rows were changed past the workflow."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from suggestbox.conversations.models import Appointment, TalkGroup, TalkGroupMember
from suggestbox.core.database import db, work
from suggestbox.people.directory import directory
from suggestbox.workflow.group_check import broken_groups
from suggestbox.workflow.operations import move, settle_all
from tests.conftest import NOON
from tests.conversations.together import ask, group_now, owed, parties, say, the_day_is_over

pytestmark = pytest.mark.usefixtures("clock")


def found(now=NOON):
    return [(f.promise, f.idea, f.text) for f in broken_groups(directory(now.date()))]


def agreed(cast):
    """Make a talk ann and eve agreed to; sam would rather talk alone."""
    ideas = owed(cast, cast.ann, cast.eve, cast.sam)
    group = ask(cast.cat, *ideas)
    for person in (cast.ann, cast.eve, cast.sam):
        say(person, group, person is not cast.sam)
    the_day_is_over(group)
    assert group_now(group.id).state == "set"
    return group, ideas


def change(model, *where, **values):
    with work():
        db.session.execute(sa.update(model).where(*where).values(**values))


def test_as_it_should_be_nothing_is_found(cast):
    group, ideas = agreed(cast)
    assert found() == []
    with work():
        move(ideas[0], "cancel_appointment", actor=cast.ann, now=NOON + timedelta(hours=2))
    assert found() == []
    with work():
        move(ideas[1], "call_off_group", actor=cast.cat, now=NOON + timedelta(hours=2), words="")
    assert (found(), group_now(group.id).state) == ([], "called_off")


def test_a_time_for_somebody_who_said_alone(cast):
    group, ideas = agreed(cast)
    (party,) = parties(ideas[2])
    with work():
        db.session.add(Appointment(party_id=party, starts_at=group.starts_at, group_id=group.id))
    assert found() == [("nobody_reads_more", ideas[2].number,
                        "A submitter who did not agree has an appointment together with others.")]


def test_agreed_and_no_time_of_ones_own(cast):
    group, ideas = agreed(cast)
    (party,) = parties(ideas[0])
    change(Appointment, Appointment.party_id == party, starts_at=group.starts_at + timedelta(hours=1))
    assert found() == [
        ("nobody_reads_more", ideas[0].number, "A talk together was agreed by fewer than two people."),
        ("no_black_hole", ideas[0].number, "A submitter agreed to a talk together, and has no appointment at its time.")]


def test_set_with_one_person_who_has_two_ideas(cast):
    mine, too, other = owed(cast, cast.ann, cast.ann, cast.eve)
    group = ask(cast.cat, mine, too, other)
    say(cast.ann, group, True)
    (party,) = parties(other)
    with work():
        for party_id in parties(mine, too):
            db.session.add(Appointment(party_id=party_id, starts_at=group.starts_at, group_id=group.id))
        db.session.execute(sa.delete(TalkGroupMember).where(TalkGroupMember.party_id == party))
        db.session.execute(sa.update(TalkGroup).values(state="set"))
    assert found() == [("nobody_reads_more", mine.number, "A talk together was agreed by fewer than two people.")]


def test_asked_and_nobody_is_waited_for(cast):
    ideas = owed(cast, cast.ann, cast.eve)
    group = ask(cast.cat, *ideas)
    late = group.answer_by + timedelta(days=2)
    assert (found(), found(NOON.replace(day=late.day))) == (
        [], [("no_black_hole", ideas[0].number, "A talk together is asked for, and nobody is waited for any more.")])
    with work():
        settle_all(now=NOON.replace(day=late.day))
    assert found(NOON.replace(day=late.day)) == []
    change(TalkGroup, state="asked")
    assert len(found()) == 1
