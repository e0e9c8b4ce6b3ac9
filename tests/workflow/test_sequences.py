"""Random sequences of presses, absences and days: whatever people do, the five promises hold after every step."""

from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from suggestbox.core.database import db
from suggestbox.core.errors import Denied, Invalid, Refused
from suggestbox.people.directory import directory
from suggestbox.workflow.check import check
from suggestbox.workflow.operations import case_of, settle
from tests import factories as f
from tests.workflow.press import press_something

pytestmark = pytest.mark.either

TURNS = 25
LOOKED_AT_ANYWAY = range(TURNS) if settings().max_examples >= 100 else (TURNS - 1,)
"""After a press that was refused nothing but time has passed: in a quick run the next look sees that, too."""


def broken(idea, now) -> list[str]:
    db.session.flush()
    book = directory(case_of(idea, actor=None, now=now).today)
    return [f"{x.promise}: {x.text}" for x in check(book, Path("/nowhere"))]


@pytest.mark.parametrize("start", ["submitted", "in_review", "deciding", "conversation", "confirming", "closed"])
@settings(phases=[Phase.explicit, Phase.generate], max_examples=max(6, settings().max_examples // 4))
@given(seed=st.integers(0, 2**32))
def test_promises_hold_after_every_press(cast, start, seed):
    dice = Random(seed)
    people = list(cast.people().values())
    team = (cast.ann,) if dice.random() < 0.7 else (cast.ann, cast.eve)
    story: list[str] = []
    try:
        f.submitted(cast, cast.sam)  # the earlier idea a duplicate may point to
        idea = f.IN_STAGE[start](cast, *team)
        now = f.START + timedelta(days=15)
        for turn in range(TURNS):
            now += timedelta(days=dice.choice([0, 0, 0, 1, 1, 3, 8, 14]), hours=dice.randint(0, 3))
            settle(idea, now=now)
            owners = [p for p in people if p.id == idea.next_owner_id]
            person = dice.choice([*owners, *owners, *team, *people])
            saved, pressed = db.session.begin_nested(), True
            try:
                story.append(f"{now:%d.%m.} {idea.stage} {person.given_name}: "
                             f"{press_something(idea, person, cast, now, dice)}")
                saved.commit()
            except (Invalid, Refused, Denied) as refusal:
                saved.rollback()
                pressed = False
                story.append(f"{now:%d.%m.} {idea.stage} {person.given_name}: refused {refusal.reason}")
            if pressed or turn in LOOKED_AT_ANYWAY:
                assert broken(idea, now) == [], story
    finally:
        db.session.rollback()
