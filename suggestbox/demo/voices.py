"""What customers of the demo company say: a year of comments, the themes they are about, and what came of it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from suggestbox.core.clock import local_date
from suggestbox.core.database import db
from suggestbox.core.modules import MODULES
from suggestbox.core.settings import set_rule
from suggestbox.evidence.operations import link_theme
from suggestbox.feedback.customer_key import hash_customer
from suggestbox.feedback.journeys import create_journey, create_touchpoint
from suggestbox.feedback.landscape import landscape
from suggestbox.feedback.models import Assignment, Item, Source, Theme, Touchpoint
from suggestbox.feedback.rises import note_rises
from suggestbox.feedback.tree import create_theme
from suggestbox.ideas.models import Idea
from suggestbox.measures.operations import finish_measure, plan_measure, start_measure
from suggestbox.measures.policy import is_adopted
from suggestbox.people.directory import directory
from suggestbox.people.models import Person

from .company import House
from .script import Row, stories, voices
from .walk import Script, World

CURATOR = "albrecht"
SCALE = 0.8
"""The content counts a larger company than a demo can show; this part of it is said here."""

CITIES = ("Soest", "Lippstadt", "Paderborn", "Kassel", "Fritzlar", "Warburg", "Leeds", "Stockport", "Galway")
DEVICES = ("Arvo 6", "Arvo 9", "Arvo 14", "Terno", "Tella")
WEEKDAYS = {"de": ("Montag", "Dienstag", "Donnerstag", "Freitag"), "en": ("Monday", "Tuesday", "Thursday", "Friday")}
BEFORE = {"de": ("", "", "", "", "Guten Tag. ", "Kurz und knapp: ", "Ehrlich gesagt: ", "Zur Info: "),
          "en": ("", "", "", "Hello. ", "To be honest: ")}
AFTER = {
    "positive": {"de": ("", "", " Weiter so!", " Danke!", " Gern wieder."), "en": ("", "", " Thank you!", " Keep it up.")},
    "negative": {"de": ("", "", " Bitte kümmern Sie sich darum.", " Schade.", " Das muss besser gehen."),
                 "en": ("", "", " Please look into it.", " Not good enough.")},
}
CHANNELS = (("survey", 5), ("call_note", 3), ("email", 2), ("review", 2), ("complaint", 1), ("employee", 1))
SEGMENTS = ("Privatkunden", "Privatkunden", "Privatkunden", "Wohnungswirtschaft")
LANGUAGES = ("de", "de", "de", "en")
SETTLED = 0.62
"""So many of the comments people sorted themselves; the model learns from them, and judges the rest."""


def lay_out(house: House, *, founded: datetime) -> tuple[dict[str, Touchpoint], dict[str, Theme]]:
    """Put journeys and themes into the database before the first idea comes; give touchpoints and themes by key."""
    told, curator_id = voices(), house.people[CURATOR].id
    for module in MODULES:
        set_rule(f"modules.{module}", True, now=founded)
    places = _journeys(told, house, founded, curator_id)
    return places, _themes(told, places, founded, curator_id)


def scripts_of(world: World, places: dict[str, Touchpoint], themes: dict[str, Theme], zone: str) -> Iterator[Script]:
    """Give what happens between the ideas of the year: links to themes, measures."""
    told, curator = voices(), world.house.people[CURATOR]
    for row in told["links"]:
        yield _link(world, row, themes[row["theme"]], curator)
    for row in told["measures"]:
        yield _measure(world, row, places, zone)


def speak(house: House, places: dict[str, Touchpoint], themes: dict[str, Theme], *, now: datetime, zone: str) -> None:
    """Put a year of comments into the database, and notice what rose in the last week. Flushes, never commits."""
    today = local_date(now, zone)
    _Speaker(voices(), themes, places, house.people[CURATOR].id, today, now).say_it_all()
    note_rises(on=today, lands=landscape(), book=directory(today), now=now)
    db.session.flush()


def _journeys(told: Row, house: House, at: datetime, by_id: int) -> dict[str, Touchpoint]:
    journeys = {row["key"]: create_journey(now=at, by_id=by_id, **row) for row in told["journeys"]}
    found = {}
    for row in told["touchpoints"]:
        facts = {name: value for name, value in row.items() if name not in ("journey", "department")}
        department_id = house.departments[row["department"]].id
        found[row["key"]] = create_touchpoint(
            journeys[row["journey"]], now=at, by_id=by_id, department_id=department_id, **facts
        )
    return found


def _themes(told: Row, places: dict[str, Touchpoint], at: datetime, by_id: int) -> dict[str, Theme]:
    found = {}
    for row in told["themes"]:
        facts = {name: row[name] for name in ("key", "name_de", "name_en", "description_de", "description_en")}
        found[row["key"]] = create_theme(
            now=at, by_id=by_id, touchpoint_ids=[places[key].id for key in row["touchpoints"]],
            audience=row.get("audience", "customers"), need=row.get("need", ""),
            examples_de=row.get("examples_de", []), examples_en=row.get("examples_en", []), **facts,
        )
    return found


class _Speaker:
    """Says every comment of the year; the same ones on every start of a day."""

    def __init__(self, told: Row, themes: dict[str, Theme], places: dict[str, Touchpoint], curator_id: int, today: date,
                 now: datetime):
        self.told, self.themes, self.places, self.curator_id = told, themes, places, curator_id
        self.today, self.now = today, now
        self.dice = Random("voices of the demo company")
        self.customers = [hash_customer(f"demo {number}") for number in range(900)]
        self.items: list[dict[str, Any]] = []
        self.themes_of: list[list[tuple[int, str]]] = []
        source = Source(key="kundenbefragung", name="Kundenbefragung", created_at=now - timedelta(days=380),
                        changed_at=now)
        db.session.add(source)
        db.session.flush()
        self.source_id = source.id

    def say_it_all(self) -> None:
        """Write items and what they are about."""
        for row in self.told["themes"]:
            for polarity in ("positive", "negative"):
                self._theme(row, polarity)
        for row in self.told["also"]:
            pair = [(self.themes[row["first"]].id, row["polarity"]), (self.themes[row["second"]].id, row["second_polarity"])]
            for _time in range(6):
                self._say("de", row["de"], "negative", self.dice.randrange(365), pair, {})
        others = self.told["others"]
        for _time in range(round(others["rate"] * 12 * SCALE * 1.6)):
            language = "en" if self.dice.random() < 0.15 else "de"
            self._say(language, others[language], "", self.dice.randrange(365), [], {})
        self._write()

    def _theme(self, row: Row, polarity: str) -> None:
        rate, shape = row[polarity]["rate"], row[polarity]["shape"]
        for _time in range(round(rate * 12 * SCALE)):
            language = self.dice.choice(LANGUAGES)
            bank = row[f"{polarity}_{language}"] or row[f"{polarity}_de"] or row[f"{polarity}_en"]
            language = language if row[f"{polarity}_{language}"] else "de"
            self._say(language, bank, polarity, self._days_ago(shape), [(self.themes[row["key"]].id, polarity)], row)
        if shape == "burst":
            for _time in range(26):
                self._say("de", row[f"{polarity}_de"], polarity, 1 + self.dice.randrange(6),
                          [(self.themes[row["key"]].id, polarity)], row)

    def _days_ago(self, shape: str) -> int:
        part = self.dice.random()
        if shape == "rising":
            return int(365 * (1 - part**0.6))
        if shape == "falling":
            return int(365 * part**0.6)
        if shape.startswith("until ") and self.dice.random() < 2 / 3:
            since = int(shape.removeprefix("until "))
            return since + int((365 - since) * part)
        return int(365 * part)

    def _say(self, language: str, bank: list[str], polarity: str, days_ago: int, themes: list[tuple[int, str]],
             row: Row) -> None:
        dice = self.dice
        colleague = row.get("audience") == "employees"
        text = dice.choice(bank).format(n=dice.choice((3, 4, 5, 6, 8, 12, 17)), city=dice.choice(CITIES),
                                        device=dice.choice(DEVICES), day=dice.choice(WEEKDAYS[language]))
        before = dice.choice(BEFORE[language])
        after = dice.choice(AFTER.get(polarity, {}).get(language, ("",)))
        channel = "employee" if colleague else dice.choices([c for c, _w in CHANNELS], [w for _c, w in CHANNELS])[0]
        asked = channel == "survey"
        usual = {"positive": (4, 5), "negative": (1, 2, 3)}.get(polarity, (3, 4))
        self.items.append({
            "source_id": self.source_id if asked else None, "source_key": f"{len(self.items)}" if asked else None,
            "text": f"{before}{text}{after}", "said_on": self.today - timedelta(days=days_ago), "channel": channel,
            "audience": "employees" if colleague else "customers",
            "touchpoint_id": self.places[row["touchpoints"][0]].id if row and dice.random() < 0.7 else None,
            "rating": float(dice.choice(usual)) if asked else None,
            "nps": dice.choice((8, 9, 10) if polarity == "positive" else (0, 3, 5, 6, 7)) if asked else None,
            "language": language, "segment": "" if colleague else row.get("segment") or dice.choice(SEGMENTS),
            "customer_hash": self.customers[int(len(self.customers) * dice.random() ** 1.8)],  # some are louder
            "masked": False, "meant": "", "hidden_reason": "",
        })
        self.themes_of.append(themes)

    def _write(self) -> None:
        for item in self.items:
            sorted_by_people = self.dice.random() < SETTLED and item["said_on"] < self.today
            at = datetime.combine(item["said_on"], time(9), UTC)
            item["created_at"] = at
            item["state"] = "settled" if sorted_by_people else "new"
            item["settled_at"] = min(at + timedelta(days=1), self.now) if sorted_by_people else None
            item["settled_by_id"] = self.curator_id if sorted_by_people else None
        ids = list(db.session.scalars(sa.insert(Item).returning(Item.id, sort_by_parameter_order=True), self.items))
        rows = [
            {"item_id": item_id, "theme_id": theme_id, "polarity": polarity, "state": "assigned", "origin": "person",
             "at": item["settled_at"], "by_id": self.curator_id, "decided_at": item["settled_at"]}
            for item_id, item, themes in zip(ids, self.items, self.themes_of, strict=True)
            if item["state"] == "settled" for theme_id, polarity in themes
        ]
        db.session.execute(sa.insert(Assignment), rows)


# -- what came of it ---------------------------------------------------------------------------------------------------


def _idea(world: World, beginning: str) -> Idea:
    return next(idea for idea in world.ideas.values() if idea.title.startswith(beginning))


def _handed_in(beginning: str) -> int:
    return next(story.days_ago for story in stories() if story.title.startswith(beginning))


def _link(world: World, row: Row, theme: Theme, curator: Person) -> Script:
    at = world.now - timedelta(days=max(0, _handed_in(row["idea"]) - 2), minutes=30)
    yield at
    while _idea(world, row["idea"]).shown_at is None:
        at += timedelta(hours=12)
        yield at
    link_theme(_idea(world, row["idea"]), theme.id, actor=curator, now=at)


def _measure(world: World, row: Row, places: dict[str, Touchpoint], zone: str) -> Script:
    owner = world.person(row["owner"])
    at = world.now - timedelta(days=row["planned_days_ago"])
    yield at
    while not is_adopted(_idea(world, row["idea"])):
        at += timedelta(hours=12)
        yield at
    book = directory(local_date(at, zone))
    due = world.today + timedelta(days=row.get("due_days", 5 - row.get("done_days_ago", 0)))
    measure = plan_measure(
        _idea(world, row["idea"]), title=row["title"], owner_id=owner.id, by_id=owner.id, now=at, book=book,
        due_on=book.calendar_of(owner.id).add_working_days(due, 0), touchpoint_id=places[row["touchpoint"]].id,
    )
    if row.get("started"):
        at += timedelta(hours=3)
        yield at
        start_measure(measure, by_id=owner.id, now=at)
    if "done_days_ago" in row:
        at = max(at + timedelta(days=2), world.now - timedelta(days=row["done_days_ago"]))
        yield at
        day = local_date(at, zone)
        finish_measure(measure, words=row["words"], done_on=day, by_id=owner.id, now=at, book=directory(day))
