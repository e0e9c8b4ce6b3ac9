"""What the demo remembers of declined ideas: who said it first, named by those who know, compared, and credited."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.ideas.models import Idea
from suggestbox.people.models import Person
from suggestbox.steps.models import Step
from suggestbox.workflow.operations import move, settle

from .walk import Script, World

SAME = "Das ist der Vorschlag von damals. Neu ist nur, dass es heute auf unseren eigenen Rechnern läuft."


def scripts_of(world: World) -> Iterator[Script]:
    """Give what happens to declined ideas beside the others."""
    yield _compared(world, "protokolle-im-haus", "ki-protokolle", by="bergmann", days_ago=79)
    yield _named(world, "schwenkarm-station-3", "exoskelett", by="mertens", days_ago=4)
    yield _every_day(world, "ki-protokolle", "stapler-musik")


def _every_day(world: World, *keys: str) -> Script:
    """What follows for declined ideas from others follows on its day, and not when all is written."""
    at = world.now - timedelta(days=75)
    while at < world.now:
        yield at
        for key in keys:
            settle(world.ideas[key], now=at)
        at += timedelta(days=1)
    yield (at := world.now)
    for key in keys:
        settle(world.ideas[key], now=at)


def _named(world: World, later: str, earlier: str, *, by: str, days_ago: float) -> Script:
    at = world.now - timedelta(days=days_ago)
    yield at
    while world.ideas[later].stage not in ("in_review", "deciding"):
        at += timedelta(hours=12)
        yield at
    _say(world, later, earlier, by, at)


def _say(world: World, later: str, earlier: str, by: str, at: datetime) -> None:
    move(world.ideas[later], "name_earlier", actor=world.person(by), now=at, number=world.ideas[earlier].number)


def _compared(world: World, later: str, earlier: str, *, by: str, days_ago: float) -> Script:
    yield from _named(world, later, earlier, by=by, days_ago=days_ago)
    at = world.now - timedelta(days=days_ago - 3)
    yield at
    step = _question(world.ideas[later])
    while step is None:
        at += timedelta(hours=12)
        yield at
        step = _question(world.ideas[later])
    move(world.ideas[later], "compare_earlier", actor=db.session.get_one(Person, step.owner_id), now=at, answer="same",
         words=SAME)


def _question(idea: Idea) -> Step | None:
    query = sa.select(Step).where(Step.idea_id == idea.id, Step.kind == "compare_earlier", Step.done_at.is_(None))
    return db.session.scalars(query).first()
