"""Whatever people press while a talk with several is asked for, agreed or held: the promises hold, and nobody is lost."""

from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from suggestbox.conversations import groups
from suggestbox.conversations.models import Party, TalkGroup
from suggestbox.core.database import db
from suggestbox.core.errors import Denied, Invalid, Refused
from suggestbox.ideas.parts import people_behind
from suggestbox.people.directory import directory
from suggestbox.steps.models import Step
from suggestbox.workflow import together
from suggestbox.workflow.check import check
from suggestbox.workflow.operations import moves_for, settle, settle_touched
from tests import factories as f
from tests.conversations.together import PLACE, parties
from tests.workflow.press import press_one, press_something

TALKING = {"agree_group", "pick_time", "offer_talk", "hold_talk", "write_closing", "find_host"}


def wrong(ideas, now) -> list[str]:
    """Give what does not fit together about talks with several."""
    db.session.flush()
    found: list[str] = []
    for group in db.session.scalars(sa.select(TalkGroup)):
        for seat in groups.seats_of(group.id):
            there = seat.appointment is not None
            if seat.live and there != (group.state == "set" and seat.member.answer == "yes"):
                found.append(f"group {group.id} {group.state}: party {seat.party.id} {seat.member.answer} {there}")
            if there and group.state in ("asked", "called_off"):
                found.append(f"group {group.id} {group.state}, and a time stands")
            if there and (seat.appointment.starts_at, seat.appointment.place) != (group.starts_at, group.place):
                found.append(f"group {group.id}: another time or place for party {seat.party.id}")
        state = group.state
        seats = groups.seats_of(group.id)
        comes, asked = [s for s in seats if s.live], [s for s in seats if s.counts]
        if state == "asked" and (not comes or len(groups.people_of(asked)) < 2):
            found.append(f"group {group.id} waits for nobody")
        if state == "asked" and all(s.live and s.member.answer == "yes" for s in asked):
            found.append(f"group {group.id} is agreed by everybody, and not set")
    for idea in ideas:
        steps = db.session.scalars(sa.select(Step.kind).where(Step.idea_id == idea.id, Step.done_at.is_(None)))
        owed = db.session.scalar(sa.select(sa.func.count(Party.id)).where(
            Party.idea_id == idea.id, Party.round == idea.round, Party.state.in_(("owed", "offered"))))
        if idea.stage == "conversation" and len([k for k in steps if k in TALKING]) < owed:
            found.append(f"a talk of {idea.number} is nobody's")
    return found


ALONE = ["agree_group", "agree_group", "agree_group", "rather_alone", "cancel_appointment", "ask_in_writing"]
HOSTS = ["record_talk", "move_group", "change_place", "report_missed", "propose_group", "call_off_group", "offer_talk"]


RARE = {"ask_in_writing": 0.9, "offer_talk": 0.9, "record_talk": 0.8, "call_off_group": 0.8, "cancel_appointment": 0.7}


def press(ideas, cast, now, dice) -> str:
    """Let somebody press: mostly a submitter or the host about the talk, sometimes anybody anything."""
    idea, chance = dice.choice(ideas), dice.random()
    people = list(cast.people().values())
    wishes: list[str] = []
    if chance < 0.85:
        wishes = ALONE if chance < 0.6 else HOSTS
        behind = set(people_behind(idea).values())
        person = dice.choice([p for p in people if p.id in behind]) if wishes is ALONE else cast.cat
    else:
        person = dice.choice(people)
    possible = [p.name for p in moves_for(idea, person, now) if not p.unmet]
    wished = [name for name in wishes if name in possible and dice.random() > RARE.get(name, 0)]
    if wished:
        return press_one(idea, person, cast, now, dice, dice.choice(wished))
    return "" if wishes else press_something(idea, person, cast, now, dice)


def walk(cast, seed: int, turns: int = 24) -> list[str]:
    """Press so many times; give the story. Everything is checked after each press."""
    dice = Random(seed)
    story: list[str] = []
    try:
        ideas = [f.conversation(cast, cast.ann), f.conversation(cast, cast.eve), f.conversation(cast, cast.sam, cast.ann)]
        now = f.START + timedelta(days=5)
        together.propose(cast.cat, parties(*ideas), {"starts_at": now + timedelta(days=8), **PLACE}, now=now)
        settle_touched(now)
        for _turn in range(turns):
            now += timedelta(days=dice.choice([0, 0, 0, 0, 0, 1, 3]), hours=dice.randint(0, 3))
            for idea in ideas:
                settle(idea, now=now)
            settle_touched(now)
            saved = db.session.begin_nested()
            try:
                story.append(press(ideas, cast, now, dice))
                settle_touched(now)
                saved.commit()
            except (Invalid, Refused, Denied) as refusal:
                saved.rollback()
                db.session.info.pop("touched", None)
                story.append(f"refused {refusal.reason}")
            assert wrong(ideas, now) == [], story
        assert [f"{x.promise}: {x.text}" for x in check(directory(now.date()), Path("/nowhere"))] == [], story
    finally:
        db.session.rollback()
    return story


@pytest.mark.either
def test_a_talk_together_holds_after_every_press(cast):
    """Two seeds in which people agree, talk alone, get another time and place, and it is recorded."""
    assert {"agree_group", "rather_alone", "record_talk", "move_group", "change_place"} <= {name for seed in SEEDS for name in walk(cast, seed)}


SEEDS = (1, 5)


@pytest.mark.slow
@settings(phases=[Phase.explicit, Phase.generate])
@given(seed=st.integers(0, 2**32))
def test_talks_together_hold_whatever_is_pressed(cast, seed):
    walk(cast, seed)
