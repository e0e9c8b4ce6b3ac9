"""Ideas of a call walk at random while its dates move: no open step is ever due before the call's date."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from suggestbox.calls import dates
from suggestbox.calls.criteria import own_questions
from suggestbox.calls.moving import move_dates
from suggestbox.calls.operations import prolong_call
from suggestbox.core.database import db, work
from suggestbox.core.errors import HouseError
from suggestbox.ideas.models import Idea
from suggestbox.people.directory import directory
from suggestbox.people.models import Person
from suggestbox.workflow.call_check import broken_calls
from suggestbox.workflow.operations import move, settle
from tests import factories as f
from tests.calls.test_criteria import own
from tests.calls.test_dates import OWN

pytestmark = pytest.mark.either


def press(idea: Idea, name: str, person: Person, now: datetime, **facts: Any) -> None:
    """Press, as somebody would who does not know whether it is possible now."""
    point = db.session.begin_nested()
    try:
        move(idea, name, actor=person, now=now, **facts)
        point.commit()
    except HouseError:
        point.rollback()


@pytest.mark.parametrize("seed", range(4))
def test_no_step_comes_before_its_call(seed, cast):
    dice = Random(seed)
    now, ideas = f.START, []
    with work():
        call = own(cast, "Dry", "Warm", reviewers=[(cast.rex.id, "expert")], **OWN)
        asked = {row.id: 4 for row in own_questions(call)}
        steps = {
            "hand in": lambda: ideas.append(f.submitted(cast, dice.choice((cast.ann, cast.eve)), now=now, call_id=call.id)),
            "assign": lambda: press(dice.choice(ideas), "assign", cast.bob, now,
                                    reviewers=f.reviewers((cast.rex, "expert"), (cast.ria, "department"))),
            "score": lambda: [press(idea, "score", dice.choice((cast.rex, cast.ria)), now, recommendation="adopt",
                                    for_submitter="Good", scores={key: dice.choice((1, 4, 5)) for key in asked})
                              for idea in ideas],
            "keep": lambda: [press(idea, "reconsider", dice.choice((cast.rex, cast.ria)), now, keep=True) for idea in ideas],
            "ask": lambda: press(dice.choice(ideas), "ask", dice.choice((cast.bob, cast.rex, cast.cat)), now, text="Why?"),
            "answer": lambda: [press(idea, "answer", person, now, text="So") for idea in ideas for person in (cast.ann, cast.eve)],
            "pass on": lambda: press(dice.choice(ideas), "pass_on", cast.ria, now, person_id=cast.sam.id, reason="Sam knows"),
            "short": lambda: press(dice.choice(ideas), "suggest_short_way", cast.bob, now),
            "route": lambda: press(dice.choice(ideas), "route", cast.bob, now, department_id=cast.it.id, reason="IT"),
            "move dates": lambda: move_dates(call, dates.Plan(**{
                name: directory(now.date()).calendar_of(cast.lea.id).add_working_days(on, 3)
                for name, on in dates.plan_of(call).days.items()}),
                reason="Ill", by_id=cast.ida.id, now=now, book=directory(now.date())),
            "go on": lambda: prolong_call(call, ends_on=call.ends_on + timedelta(days=7), reason="More", by_id=cast.ida.id,
                                          now=now, book=directory(now.date())),
        }
        steps["hand in"]()
        for _n in range(25):
            now += timedelta(hours=dice.choice((1, 20, 30)))
            name = dice.choice(list(steps))
            if name != "go on" or now.date() <= call.ends_on:
                steps[name]()
            db.session.flush()
            for idea in ideas:
                settle(idea, now=now)
            book = directory(now.date())
            assert list(broken_calls(book)) == [], (seed, name)
    assert len(ideas) > 1
