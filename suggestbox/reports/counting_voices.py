"""The report on what customers say, counted: satisfaction, recommendation, praise and criticism, with their reasons.

Customers and colleagues (as customers of internal processes) stand apart, by touchpoint and by segment. Whoever spoke
several times counts once in each row.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from math import floor
from typing import Any

from suggestbox.core.settings import rule
from suggestbox.feedback.figures import DETRACTOR, PROMOTER
from suggestbox.feedback.landscape import Landscape, landscape

from . import settings as _settings  # noqa: F401 -- declares the rules asked for below
from .counting import ALL, Backing, Counted, Group, Number, Row, View, atom_of, count, rate
from .facts_people import NONE
from .facts_voices import Voice, voices
from .naming import Rows, name_rows
from .naming_voices import name_places, name_segments
from .periods import Period, period_of

AUDIENCES = {"": "customers", "colleague_": "employees"}
"""How the keys of figures begin: whose voices they count."""

CUTS = ("touchpoint", "segment")
MOST_REASONS = 5
STEP = 5
"""Reasons are told in steps of so many people, so that no difference between two rows is about one of them."""

NPS_PARTS = ((0, DETRACTOR), (DETRACTOR + 1, PROMOTER - 1), (PROMOTER, 10))

By = dict[Row, list[Voice]]


def count_customers(period: Period, until: date) -> Counted:
    """Count the report on what customers say. Takes until: the last day that is counted."""
    lands = landscape()
    said = voices(period.since, until, lands)
    groups: list[Group] = []
    for who, audience in AUDIENCES.items():
        mine = [voice for voice in said if voice.audience == audience]
        groups += [
            _satisfaction(who, [voice for voice in mine if voice.rating is not None], period, lands),
            _recommendation(who, [voice for voice in mine if voice.nps is not None], period, lands),
            _voices(who, mine, period, lands),
        ]
    used = {row for group in groups for row in group.backing}
    rows: Rows = {**name_rows({ALL}, {}, {}), **name_places(used, lands), **name_segments(used)}
    return Counted(groups, rows)


def rows_of(voice: Voice, lands: Landscape) -> tuple[Row, ...]:
    """Give every row a comment counts in: company, journey, touchpoint, and a customer's segment."""
    touchpoint = lands.touchpoints.get(voice.touchpoint_id or 0)
    place: tuple[Row, ...] = (("touchpoint", NONE),)
    if touchpoint is not None:
        place = ("touchpoint", f"j{touchpoint.journey_id}"), ("touchpoint", str(touchpoint.id))
    segment: tuple[Row, ...] = (("segment", voice.segment or NONE),) if voice.audience == "customers" else ()
    return (ALL, *place, *segment)


def _group(key: str, mine: Iterable[Voice], period: Period, lands: Landscape) -> tuple[Group, By]:
    """A group whose rows are those somebody spoke in, and the whole company; with the comments of each row.

    A month has the whole company alone: a mean of a dozen ratings says little, and would cost the quarter its row beside a
    month of hardly anybody.
    """
    group, view = Group(key, "ratings"), View(CUTS)
    by: By = defaultdict(list)
    for voice in mine:
        rows = rows_of(voice, lands) if period.kind != "month" else (ALL,)
        kind = voice.touchpoint_id or 0, 0, voice.segment, ""
        view.put(rows, kind)
        view.behind[atom_of(period_of(voice.on, "month").key, kind)].add(voice.person)
        for row in rows:
            by[row].append(voice)
    for row in sorted({ALL} | set(by)):
        people = len({voice.person for voice in by[row]})
        group.backing[row] = Backing(people, people)
    group.views = [view]
    return group, by


def _once_each(pairs: Iterable[tuple[int, float]]) -> list[float]:
    """Give everybody's mean, each person once."""
    answers: dict[int, list[float]] = defaultdict(list)
    for person, answer in pairs:
        answers[person].append(answer)
    return [sum(some) / len(some) for some in answers.values()]


def _mean(means: list[float], bins: list[list[Any]]) -> Number:
    return Number(None, len(means), sum(means) / len(means) if means else None, {"bins": bins})


def _alike(row: Row, bins: list[list[Any]]) -> bool:
    """Below the company: whether all said the same, so that one knows what each of them said."""
    return row != ALL and sum(1 for *_ends, people in bins if people) == 1


def _satisfaction(who: str, mine: list[Voice], period: Period, lands: Landscape) -> Group:
    group, by = _group(f"{who}satisfaction", mine, period, lands)
    for row, backing in group.backing.items():
        means = _once_each((voice.person, voice.rating or 0.0) for voice in by[row])
        bins: list[list[Any]] = [[mark, mark, sum(floor(mean + 0.5) == mark for mean in means)] for mark in range(1, 6)]
        group.put(f"{who}csat", row, _mean(means, bins))
        backing.extreme = _alike(row, bins)
    return group


def _recommendation(who: str, mine: list[Voice], period: Period, lands: Landscape) -> Group:
    group, by = _group(f"{who}recommendation", mine, period, lands)
    for row, backing in group.backing.items():
        scores = _once_each((voice.person, _score(voice.nps or 0)) for voice in by[row])
        parts = (sum(score < 0 for score in scores), sum(not score for score in scores), sum(score > 0 for score in scores))
        bins: list[list[Any]] = [[low, high, people] for (low, high), people in zip(NPS_PARTS, parts, strict=True)]
        group.put(f"{who}nps", row, _mean(scores, bins))
        backing.extreme = _alike(row, bins)
    return group


def _score(nps: int) -> float:
    """Source: Reichheld 2003 (9 and 10 recommend, 0 to 6 advise against)."""
    return 100.0 if nps >= PROMOTER else -100.0 if nps <= DETRACTOR else 0.0


def _voices(who: str, mine: list[Voice], period: Period, lands: Landscape) -> Group:
    group, by = _group(f"{who}voices", mine, period, lands)
    for row, backing in group.backing.items():
        group.put(f"{who}heard", row, count(backing.behind))
        group.put(f"{who}comments", row, count(len(by[row])))
        for name, polarity in (("praise_rate", "positive"), ("criticism_rate", "negative")):
            about: dict[int, set[int]] = defaultdict(set)
            said: set[int] = set()
            for voice in by[row]:
                for theme_id, how in voice.themes:
                    if how == polarity:
                        about[theme_id].add(voice.person)
                        said.add(voice.person)
            number = rate(len(said), backing.behind)
            number.more = {"reasons": reasons_of(about, lands)}
            group.put(f"{who}{name}", row, number)
    return group


def reasons_of(about: Mapping[int, set[int]], lands: Landscape) -> list[list[Any]]:
    """Give the themes most people named: [theme, German name, English name, at least so many people], most first."""
    found: list[list[Any]] = [
        [theme_id, theme.name_de or theme.name_en, theme.name_en or theme.name_de, len(people) // STEP * STEP]
        for theme_id, people in about.items()
        if len(people) >= max(STEP, rule("reports.least_submitters")) and (theme := lands.themes.get(theme_id)) is not None
    ]
    return sorted(found, key=lambda one: (-one[3], one[1].casefold(), one[0]))[:MOST_REASONS]
