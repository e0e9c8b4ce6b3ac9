"""Themes many customers complain about and no idea answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.settings import rule
from suggestbox.feedback.items import CUSTOMER, visible
from suggestbox.feedback.landscape import Landscape, ThemeBrief
from suggestbox.feedback.models import Assignment, Item
from suggestbox.feedback.trends import Change, compare
from suggestbox.ideas.policy import Somebody

from . import settings  # noqa: F401 -- declares the rule asked for below
from .queries import answers_by_theme, stands_for
from .rates import count_interval
from .voices import QUARTER_DAYS, YEAR_DAYS, with_below

MOSTLY = 0.5
"""A theme is left out where one below it, that is named, has so great a part of its customers."""


@dataclass(frozen=True)
class Unanswered:
    """A theme without an idea that is on its way or adopted, as far as the reader sees ideas.

    `at_least` is the lower end of the interval of its customers: what one can count on, and what ranks it. Ideas that
    were declined or put off are no answer, but they are named.
    """

    theme: ThemeBrief
    customers: int  # who complain, in 12 months
    comments: int
    at_least: float
    trend: Change  # of the last 90 days beside those before
    declined: int
    later: int


def unanswered(
    me: Somebody, lands: Landscape, *, today: date, audience: str = "customers", most: int = 30
) -> list[Unanswered]:
    """Give the themes many customers complain about and no idea answers, ranked by what is sure. Two statements.

    An idea answers its theme, and those above and below it: better one theme too few than one that has its idea already.
    """
    said = _complaints(today, audience)
    answered, turned_down = _ideas(me, lands)
    found: list[tuple[Unanswered, set[Any]]] = []
    for theme in lands.alive():
        if theme.audience != audience or theme.id in answered:
            continue
        below = with_below(theme, lands)
        people = _together(said, below)
        if len(people) < rule("feedback.unanswered_customers"):
            continue
        found.append((_row(theme, people, turned_down, below), set(people)))
    found.sort(key=lambda pair: (-pair[0].at_least, -len(lands.path(pair[0].theme.id)), pair[0].theme.id))
    named = {row.theme.id: people for row, people in found}
    return [row for row, people in found if not _told_below(row.theme, people, named, lands)][:most]


@dataclass
class _Person:
    comments: int = 0
    lately: bool = False
    earlier: bool = False


def _complaints(today: date, audience: str) -> dict[int, list[Any]]:
    """{theme id: a row per customer who complained about it}"""
    quarter = today - timedelta(days=QUARTER_DAYS)
    half = quarter - timedelta(days=QUARTER_DAYS)
    between = sa.and_(Item.said_on <= quarter, Item.said_on > half)
    query = (
        sa.select(Assignment.theme_id, CUSTOMER.label("customer"), sa.func.count(sa.distinct(Item.id)).label("comments"),
                  sa.func.max(Item.said_on).label("last"),
                  sa.func.max(sa.case((between, 1), else_=0)).label("earlier"))
        .join(Item, Item.id == Assignment.item_id)
        .where(Assignment.state == "assigned", Assignment.polarity == "negative", Item.audience == audience, visible(),
               Item.said_on > today - timedelta(days=YEAR_DAYS), Item.said_on <= today)
        .group_by(Assignment.theme_id, CUSTOMER)
    )
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(query):
        found.setdefault(row.theme_id, []).append((row.customer, row.comments, row.last > quarter, bool(row.earlier)))
    return found


def _together(said: dict[int, list[Any]], theme_ids: Iterable[int]) -> dict[Any, _Person]:
    """{customer: what they said about any of the themes}"""
    people: dict[Any, _Person] = {}
    for theme_id in theme_ids:
        for customer, comments, lately, earlier in said.get(theme_id, ()):
            person = people.setdefault(customer, _Person())
            person.comments += comments
            person.lately |= lately
            person.earlier |= earlier
    return people


def _row(theme: ThemeBrief, people: dict[Any, _Person], turned_down: dict[int, list[str]], below: set[int]) -> Unanswered:
    kinds = [kind for theme_id in below for kind in turned_down.get(theme_id, ())]
    return Unanswered(
        theme, len(people), sum(p.comments for p in people.values()), count_interval(len(people)).low,
        compare(sum(p.earlier for p in people.values()), sum(p.lately for p in people.values())),
        kinds.count("declined"), kinds.count("later"),
    )


def _ideas(me: Somebody, lands: Landscape) -> tuple[set[int], dict[int, list[str]]]:
    """The themes that have an answer, and {theme id: kinds of ideas that are none}."""
    answered: set[int] = set()
    turned_down: dict[int, list[str]] = {}
    for theme_id, ideas in answers_by_theme(me).items():
        theme = stands_for(theme_id, lands)
        if theme is None:
            continue
        if any(kind in ("open", "adopted") for _idea_id, kind in ideas):
            answered |= {t.id for t in lands.path(theme.id)} | lands.below(theme.id)
        turned_down.setdefault(theme.id, []).extend(kind for _idea_id, kind in ideas)
    return answered, turned_down


def _told_below(theme: ThemeBrief, people: set[Any], named: dict[int, set[Any]], lands: Landscape) -> bool:
    """Say whether themes below it that are named themselves have most of a theme's customers."""
    below = [named[t] for t in lands.below(theme.id) if t != theme.id and t in named]
    return bool(below) and len(set().union(*below)) >= MOSTLY * len(people)
