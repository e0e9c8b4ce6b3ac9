"""Calls for ideas of the demo: published, answered by ideas and stories, and what came of them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from typing import Any

from suggestbox.calls.criteria import Question, change_question, own_questions, remove_question, take_own
from suggestbox.calls.dates import NAMES, Plan, earliest
from suggestbox.calls.models import Call
from suggestbox.calls.operations import draft_call, publish_call, tell_results
from suggestbox.core.clock import local_date
from suggestbox.feedback.heard import add_heard
from suggestbox.feedback.models import Theme
from suggestbox.people.book import Directory
from suggestbox.people.directory import directory

from .script import CONTENT, Row, read_content
from .walk import Script, World

ROOM = 2
"""Working days that dates of a call leave beyond what the house asks for."""

OWN_NAME = {"de": "Spart es jeden Tag einen Handgriff?", "en": "Does it save a motion of the hand every day?"}
OWN_ANCHORS = {
    "de": ["Nein", "Selten", "Einer Person am Tag", "Mehreren am Tag", "Jeder Schicht, immer wieder"],
    "en": ["No", "Rarely", "One person a day", "Several people a day", "Every shift, again and again"],
}


@lru_cache(maxsize=1)
def told() -> list[Row]:
    """Give what is told of calls."""
    rows: list[Row] = read_content(CONTENT / "calls.toml")["calls"]
    return rows


def scripts_of(world: World, themes: dict[str, Theme], *, zone: str) -> Iterator[Script]:
    """Give what happens to calls between the ideas of the year."""
    for row in told():
        yield _call(world, row, themes, zone)


def _call(world: World, row: Row, themes: dict[str, Theme], zone: str) -> Script:
    at = world.now + timedelta(days=row["starts_days"])
    yield at
    by = world.person(row["by"])
    call = _published(world, row, themes, directory(local_date(at, zone)), at)
    world.calls |= dict.fromkeys(row["ideas"], call.id)
    for story in row.get("stories", ()):
        at = world.now - timedelta(days=story["days_ago"])
        yield at
        theme = [themes[row["theme"]].id] if "theme" in row else []
        add_heard(story["text"], person=world.person(story["by"]), said_on=local_date(at, zone), touchpoint_id=None,
                  theme_ids=theme, polarity=story["polarity"], rating=None, own_voice=False, now=at, call_id=call.id)
    if "results" in row:
        at = world.now - timedelta(days=row["results_days_ago"])
        yield at
        tell_results(call, words=row["results"], by_id=by.id, now=at, book=directory(local_date(at, zone)))


def _published(world: World, row: Row, themes: dict[str, Theme], book: Directory, at: Any) -> Call:
    house, by_id = world.house, world.person(row["by"]).id
    sponsor_id, ends_on = world.person(row["sponsor"]).id, world.today + timedelta(days=row["ends_days"])
    plan = Plan()
    for name in NAMES if row.get("own_dates") else ():
        calendar = book.calendar_of(sponsor_id)
        first = getattr(earliest(plan, ends_on, calendar), name)
        plan = replace(plan, **{name: calendar.add_working_days(first, ROOM)})
    named = [("experts", "expert"), ("reviewers", "department")]
    call = draft_call(
        by_id=by_id, now=at, book=book, theme_id=themes[row["theme"]].id if "theme" in row else None,
        question=row["question"], background=row["background"], sponsor_id=sponsor_id,
        starts_on=world.today + timedelta(days=row["starts_days"]), ends_on=ends_on, asks_stories="stories" in row,
        department_ids=[house.departments[key].id for key in row["departments"]],
        reviewers=[(world.person(key).id, capacity) for field, capacity in named for key in row.get(field, ())],
        **plan.days,
    )
    if row.get("own_questions"):
        _ask_own(call, by_id, at)
    publish_call(call, by_id=by_id, now=at, book=book)
    return call


def _ask_own(call: Call, by_id: int, at: Any) -> None:
    """Three questions instead of the house's four, the second of them the call's own."""
    take_own(call, by_id=by_id, now=at)
    rows = {row.key: row for row in own_questions(call)}
    row = rows["company"]
    helps = {"de": row.help_de, "en": row.help_en}
    change_question(call, row.id, Question(OWN_NAME, helps, OWN_ANCHORS, weight=row.weight), by_id=by_id, now=at)
    remove_question(call, rows["customers"].id, by_id=by_id, now=at)
