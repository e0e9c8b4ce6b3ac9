"""Talks with several submitters in the demo: hosts who owe more than one ask for one talk together."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from suggestbox.conversations.groups import askable, people_of_rows, seats_of
from suggestbox.conversations.models import Party
from suggestbox.core.database import db
from suggestbox.core.settings import rule
from suggestbox.people.models import Person
from suggestbox.workflow import together

from .script import stories
from .walk import Script, World

ASKED_BEFORE, ANSWERS_AFTER = timedelta(hours=5), timedelta(minutes=40)

WORDS = {
    "de": "Ihre Vorschläge gehören zusammen. Ich würde gern mit allen gemeinsam darüber sprechen, bei einem Kaffee.",
    "en": "Your suggestions belong together. I would like to talk about it with all of you, over a coffee.",
}


def scripts_of(world: World) -> Iterator[Script]:
    """Give what hosts do who owe talks to several at the end of the year's history."""
    yield _gather(world)


def _gather(world: World) -> Script:
    at = world.now - ASKED_BEFORE
    yield at
    waiting = {world.ideas[story.key].id for story in stories()
               if story.stage == "conversation" and story.talk_state == "owed" and story.key in world.ideas}
    hosts = db.session.scalars(sa.select(Party.host_id).where(Party.state == "owed", Party.idea_id.in_(waiting))
                               .distinct().order_by(Party.host_id))
    asked = 0
    for host_id in list(hosts):
        rows = [row for row in askable(host_id) if row[1].id in waiting]
        if len(people_of_rows(rows)) > 1:
            yield from _ask(world, db.session.get_one(Person, host_id), rows, at, everybody=asked > 0)
            asked += 1


def _ask(world: World, host: Person, rows: list[Any], at: datetime, *, everybody: bool) -> Script:
    people, hours = people_of_rows(rows), world.hours
    day = max(hours.working_day(person_id, world.today, rule("workflow.group_days") + 2) for person_id in people)
    while not all(hours.is_at_work(person_id, day) for person_id in (*people, host.id)):
        day += timedelta(days=1)
    starts_at = hours.opening(host.id, day, 3)
    group = together.propose(host, [party.id for party, _idea, _submitter in rows], {
        "starts_at": starts_at, "minutes": 60, "form": "in_person",
        "place": f"Büro {host.name}" if host.language == "de" else f"{host.name}'s office", "words": WORDS[host.language],
    }, now=at)
    answering = sorted({seat.person_id for seat in seats_of(group.id)})
    for person_id in answering if everybody else answering[:-1]:
        yield (at := at + ANSWERS_AFTER)
        together.answer(db.session.get_one(Person, person_id), group, yes=True, now=at)
