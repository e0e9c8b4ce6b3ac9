"""Success stories: written twice a year about what was carried out, agreed to by everybody in them, told on one day.

Every story is a line for the whole company, and a line alone is a letter: so those of a season are told together.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.ideas.models import Idea
from suggestbox.people.models import Person
from suggestbox.steps.models import Step
from suggestbox.stories import asking, drafting
from suggestbox.stories.candidates import story_about
from suggestbox.stories.due import live_story
from suggestbox.stories.models import REACTIONS, Story
from suggestbox.stories.operations import (
    answer_story,
    ask_again,
    ask_story,
    change_story,
    discard_story,
    draft_story,
    leave_out,
    may_ask_again,
    not_yet,
    publish_story,
    relent,
    said_no,
    take_up,
    withdraw_story,
)
from suggestbox.stories.policy import may_write
from suggestbox.stories.reactions import is_in, set_reaction
from suggestbox.workflow.operations import settle

from .world import Event, NotNow, World

SEASONS = (0.6, 0.88)
"""When in the year stories are written."""

TOLD_AFTER, TOLD_AT_MOST = 15, 13
"""Days from the beginning of a season to the day on which its stories are told, and how many; the others never are."""


def _seasons(w: World) -> list[date]:
    days = [w.start + timedelta(days=int(w.days * share)) for share in SEASONS]
    return [day - timedelta(days=day.weekday()) for day in days]


def _telling_days(w: World) -> Iterator[date]:
    return (first + timedelta(days=TOLD_AFTER) for first in _seasons(w))


# -- writing ---------------------------------------------------------------------------------------------------------


def to_be_told(w: World, idea: Idea, dice: Random) -> None:
    """Have the story of what was carried out written in the next season, if there is one."""
    first = next((day for day in _seasons(w) if day > w.today), None)
    if first is not None:
        writer_id = dice.choice(w.company.offices["idea_manager"])
        w.on_day(first + timedelta(days=dice.randint(0, 2)), "write_story", idea.id, person_id=writer_id, dice=dice)


def write(w: World, event: Event) -> None:
    """Somebody in charge writes the story of what was carried out, and asks everybody in it."""
    idea, dice = w.idea(event.args[0]), w.dice("write story", event.args[0])
    actor = _writer(w, idea, event.person_id)
    if (idea.stage != "closed" or actor is None) and event.attempt < 4:
        raise NotNow(1)
    measures = asking.done_measures(idea.id)
    if idea.stage != "closed" or actor is None or not measures or story_about(idea.id) is not None:
        return
    story = draft_story(idea, texts=_texts(idea, 1), facts=drafting.facts_of(idea, measures, {}), by_id=actor.id, now=w.now,
                        measure_id=measures[0].id)
    ask_story(story, by_id=actor.id, now=w.now, book=w.book)
    settle(idea, now=w.now, mover_id=actor.id)
    if w.leans("story taken down by its writer", dice, 0.05, 0.9, behind=0.45):
        w.later("take_story_down", story.id, person_id=actor.id, days=(0.3, 1.5), dice=dice)


def _texts(idea: Idea, wording: int) -> dict[str, dict[str, str]]:
    return {"de": {"title": idea.title, "lead": "So wurde es leichter.", "done": "Es ist eingerichtet.",
                   "idea": f"Etiketten gleich am Tor, in {wording} Farben."}}


def _writer(w: World, idea: Idea, first_id: int = 0) -> Person | None:
    """Give somebody of the idea management who is there and may write the story."""
    managers = w.company.offices["idea_manager"]
    for person_id in sorted(managers, key=lambda one: one != first_id):
        if w.book.is_available(person_id) and may_write(w.person(person_id), idea, w.book):
            return w.person(person_id)
    return None


def _live(idea: Idea) -> Story | None:
    story = story_about(idea.id)
    return live_story([story]) if story is not None else None


def go_on(w: World, step: Step, idea: Idea, actor: Person, event: Event) -> None:
    """Its writer's turn: it is asked about anew, or once more, waits for the day on which it is told, or is put aside."""
    story = _live(idea)
    if story is None:
        return
    if not may_write(actor, idea, w.book):
        raise NotNow(2)
    silent = asking.answers_of(story, idea, w.book).open
    if story.state == "draft":
        change_story(story, texts=_texts(idea, story.text_version + 1), by_id=actor.id, now=w.now)
        ask_story(story, by_id=actor.id, now=w.now, book=w.book)
    elif may_ask_again(story, now=w.now, book=w.book) and silent:
        ask_again(story, by_id=actor.id, now=w.now, book=w.book)
        w.note("story_asked_again")
    elif silent and all(row.person_id for row in silent):
        for row in silent:
            leave_out(story, row.person_id or 0, by_id=actor.id, now=w.now)
        w.note("story_told_without_somebody")
    elif not not_yet(story, idea, w.book) and (left := _days_to_the_telling(w)) is not None:
        raise NotNow(left)
    else:
        discard_story(story, by_id=actor.id, now=w.now)
    settle(idea, now=w.now, mover_id=actor.id)


def _days_to_the_telling(w: World) -> int | None:
    """Give how many working days it is until this season's stories are told, or None outside of a season."""
    left = next((days for day in _telling_days(w) if 0 <= (days := (day - w.today).days) <= TOLD_AFTER), None)
    return left // 7 * 5 + left % 7 + 1 if left is not None else None


# -- the people in it ------------------------------------------------------------------------------------------------


def agree(w: World, step: Step, idea: Idea, actor: Person, event: Event) -> None:
    """Somebody in the story says whether it may be told, and with their name; or nothing."""
    dice, story = w.dice("story", step.id), _live(idea)
    if story is None or story.state != "asked":
        return
    rows = [row for row in asking.my_rows(story, idea, actor.id)
            if row.submitter_id == step.submitter_id and (step.submitter_id or row.person_id == step.owner_id)]
    if not rows:
        return
    if w.leans("story unanswered", dice, 0.08, 1.1, behind=0.25):
        w.leave_alone(step.id, "story_left_unanswered")
        return
    answer = "no" if w.leans("story refused", dice, 0.08, 1.2, behind=0.25) else dice.choice(("named", "named", "unnamed"))
    answer_story(story, rows[0], answer=answer, now=w.now, seen=story.text_version)
    w.note(f"story_{answer}")
    settle(idea, now=w.now, mover_id=actor.id)
    if answer == "no" and step.submitter_id and w.leans("relent", dice, 0.2, 0.9, behind=0.9):
        w.later("relent", story.id, person_id=actor.id, days=(0.3, 2), dice=dice)


def think_again(w: World, event: Event) -> None:
    """Somebody who said no takes it back: the story is its writer's again."""
    story = db.session.get_one(Story, event.args[0])
    idea = w.idea(story.idea_id)
    mine = [row for row in asking.my_rows(story, idea, event.person_id) if row in said_no(story)]
    if story.state == "withdrawn" and mine and w.book.is_here(event.person_id):
        relent(story, mine[0], now=w.now)
        settle(idea, now=w.now, mover_id=event.person_id)


def take_down(w: World, event: Event) -> None:
    """Its writer takes a story down that people are asked about, or somebody in it one that is told."""
    story, dice = db.session.get_one(Story, event.args[0]), w.dice("take down", *event.args)
    idea = w.idea(story.idea_id)
    mine = asking.my_rows(story, idea, event.person_id)
    if story.state == "published" and mine and w.book.is_here(event.person_id):
        withdraw_story(story, row=mine[0], now=w.now)
        settle(idea, now=w.now, mover_id=event.person_id)
    elif story.state == "asked" and _writer(w, idea, event.person_id) is w.person(event.person_id):
        withdraw_story(story, by_id=event.person_id, reason="Eine Zahl stimmt nicht.", now=w.now)
        w.later("take_up_story", story.id, person_id=event.person_id, days=(0.2, 1), dice=dice)
        settle(idea, now=w.now, mover_id=event.person_id)


def write_on(w: World, event: Event) -> None:
    """Its writer goes on with a story that was taken down."""
    story = db.session.get_one(Story, event.args[0])
    idea = w.idea(story.idea_id)
    if story.state == "withdrawn" and not said_no(story) and w.book.is_available(event.person_id):
        take_up(story, by_id=event.person_id, now=w.now)
        settle(idea, now=w.now, mover_id=event.person_id)


# -- telling ---------------------------------------------------------------------------------------------------------


def plan_stories(w: World) -> None:
    """Have the stories of each season told on one day."""
    for day in _telling_days(w):
        w.put(datetime.combine(day, time(8), UTC), "tell_stories")


def tell(w: World, event: Event) -> None:
    """The idea management tells what everybody in it agreed to."""
    if not any(map(w.book.is_available, w.company.offices["idea_manager"])):
        raise NotNow
    told = 0
    for story in db.session.scalars(sa.select(Story).where(Story.state == "asked").order_by(Story.id)).all():
        idea = w.idea(story.idea_id)
        writer, dice = _writer(w, idea, story.created_by_id), w.dice("tell", story.id)
        if told == TOLD_AT_MOST or writer is None or not_yet(story, idea, w.book):
            continue
        told += 1
        publish_story(story, by_id=writer.id, now=w.now, book=w.book)
        w.note("story_told")
        settle(idea, now=w.now, mover_id=writer.id)
        for kind in REACTIONS * 2:
            reader_id = w.choose(dice, w.members(dice.choice(w.company.departments)))
            if reader_id is not None:
                w.later("react", story.id, kind, person_id=reader_id, days=(1, 6), dice=dice)
        if w.leans("story taken down by somebody in it", dice, 0.02, 0.15):
            in_it = next(row.person_id for row in reversed(asking.people_in(story)))
            if in_it is not None:
                w.later("take_story_down", story.id, person_id=in_it, days=(1, 8), dice=dice)


def react(w: World, event: Event) -> None:
    """A reader says "well done", or what they could use too."""
    story_id, kind = event.args
    story = db.session.get_one(Story, story_id)
    if story.state == "published" and w.book.is_available(event.person_id) and not is_in(story_id, event.person_id):
        set_reaction(story, kind, True, words="Bei uns suchen wir auch jeden Tag.", by_id=event.person_id, now=w.now,
                     book=w.book)
        w.note(f"story_{kind}")
