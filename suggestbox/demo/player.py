"""Plays the stories of the demo: every idea walks its real moves, all of them together in the order of time."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random

from suggestbox.core.clock import local_date
from suggestbox.core.errors import HouseError
from suggestbox.people.directory import directory
from suggestbox.workflow.operations import settle_all

from . import handling, talking
from .company import House
from .hours import A_DAY, Hours
from .script import Story, stories
from .walk import A_MOMENT, Script, Walk, World

LOOK, SHORT = [1.8], [1.2, 1.5]
ORDINARY = [*LOOK, 6.0, 2.0, 3.5]
OFFER, MEET, HEAR = [1.5], [3.5], [3.0]
"""Working days of each stretch: first look, assessments, reading each other, decision, offer, talk, what is said of it."""

WITHOUT_MERIT = {"handed_over": [0.4], "passed_on": [1.5], "duplicate": [2.0, 2.0]}
IN_THE_TALK = {
    "held": MEET, "declined": [1.5], "written": [1.5, 3.0], "missed": [*MEET, *OFFER, *MEET, 2.0],
    "unanswered": [*OFFER, 2.0],
}

STANDS_SINCE = {
    "in_review": (0.4, 0.8, 1.2, 2), "waiting": (1, 2, 3, 5, 7), "deciding": (0.5, 1, 2, 3, 4, 5, 5.5, 7),
    "owed": (0.5, 1, 2, 3, 4), "offered": (0.5, 1, 2, 3, 4), "set": (3, 3.5, 4), "confirming": (1, 2, 4, 6, 9, 11),
}
"""Working days for which ideas have stood where they stand today; some things are overdue, most are not."""


LONG_AGO = 100
"""Days ago: there is time for some ideas to have taken longer than others."""


class UnplayableStory(Exception):
    """A story of the content cannot happen; the text names the idea, and the rule that speaks against it."""


def play(
    house: House, *, now: datetime, zone: str, beside: Callable[[World], Iterable[Script]] = lambda _world: ()
) -> World:
    """Play all stories up to `now` and give what was made. Flushes, never commits.

    Takes   beside: gives what else happens meanwhile
    Raises  UnplayableStory when the content asks for something the workflow refuses
    """
    queue: list[tuple[datetime, int, str, Script]] = []
    serial, playing = count(), [""]

    def begin(script: Script) -> None:
        moment = next(script, None)
        if moment is not None:
            heappush(queue, (moment, next(serial), playing[0], script))

    today = local_date(now, zone)
    world = World(house, Hours(directory(today), house.absences), now, today, begin)
    for story in stories():
        playing[0] = story.key
        begin(tell(_walk(world, story)))
    playing[0] = "what happens beside the ideas"
    for script in beside(world):
        begin(script)
    while queue:
        moment, _serial, playing[0], script = heappop(queue)
        if moment > now:
            raise UnplayableStory(f"{playing[0]}: there is not enough time until today.")
        try:
            begin(script)
        except (HouseError, LookupError) as refused:
            raise UnplayableStory(f"{playing[0]}: {refused!r} {getattr(refused, 'fields', '')}") from refused
    after: int | None = 0
    while after is not None:
        after = settle_all(now=now, after_id=after)
    return world


def _walk(world: World, story: Story) -> Walk:
    first = world.person(story.on_behalf_by or story.submitters[0])
    random, hours = Random(f"hand-in {story.key}"), world.hours
    day = world.today - timedelta(days=story.days_ago)
    if not hours.is_at_work(first.id, day):
        day = hours.working_day(first.id, day, -1)
    start = hours.opening(first.id, day, random.uniform(0.2, 8.5))
    if start > world.now:
        start = world.now - timedelta(hours=1)
    fills = story.stage not in ("closed", "withdrawn")
    until = world.now - A_MOMENT * 2
    since = STANDS_SINCE.get(story.talk_state if story.stage == "conversation" else story.stage)
    if since:
        there = hours.worked(first.id, start, until) / A_DAY
        share = max(1 - random.choice(since) / there, 0.6) if there else 0.6
        until = hours.between(first.id, start, until, share)
    pace = random.uniform(0.8, 1.7) if story.days_ago > LONG_AGO else 1
    plan = [days * pace for days in plan_of(story)]
    return Walk(world, story, start=start, until=until, plan=plan, fills=fills)


def plan_of(story: Story) -> list[float]:
    """Give the stretches of the way the story has come, in working days."""
    if story.stage in ("draft", "submitted"):
        return []
    if story.stage == "withdrawn":
        return [*(LOOK if story.reviewers else []), 1.5]
    decided = WITHOUT_MERIT.get(story.outcome or "", SHORT if story.way == "short" else ORDINARY)
    if story.stage == "in_review":
        return decided[:1] if story.way == "short" else decided[:2]
    if story.stage == "waiting":
        return decided[:2] if story.reviewers else decided[:1]
    if story.stage == "deciding":
        return decided[:3]
    offered = [] if story.talk_state == "owed" else OFFER
    if story.stage == "conversation":
        return [*decided, *offered]
    said = HEAR if story.stage == "closed" else []
    if story.outcome == "passed_on":  # the call was the talk
        return [*decided, *said]
    return [*decided, *offered, *IN_THE_TALK[story.talk_state], *said]


def tell(walk: Walk) -> Iterator[datetime]:
    """Give the whole script of an idea."""
    story = walk.story
    yield from handling.hand_in(walk)
    if story.stage in ("draft", "submitted"):
        return
    if story.stage == "withdrawn":
        if story.reviewers:
            yield from handling.look(walk)
        yield from handling.take_back(walk)
        return
    yield from before_the_talk(walk)
    if story.talk:
        yield from talking.talk(walk)
    if story.stage in ("confirming", "closed"):
        yield from talking.hear(walk)


def before_the_talk(walk: Walk) -> Iterator[datetime]:
    """Give the script up to the decision, or to where the idea stands before it."""
    story = walk.story
    if story.outcome == "passed_on":
        yield from handling.pass_on(walk)
    elif story.outcome == "handed_over":
        yield from handling.hand_over(walk)
    elif story.outcome == "duplicate":
        yield from handling.close_as_duplicate(walk)
    elif story.way == "short":
        yield from handling.go_the_short_way(walk)
    else:
        yield from handling.look(walk)
        if story.reviewers:
            yield from handling.assess(walk)
        if story.outcome or story.stage == "deciding":
            yield from handling.read_each_other(walk)
        if story.outcome:
            yield from handling.decide(walk)
        elif story.stage == "deciding":
            yield from handling.begin_to_vote(walk)
