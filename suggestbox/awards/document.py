"""A rule set for awards as data: what may stand in its document, and the same as plain objects to compute with.

    {"benefit": {"bands": [{"up_to": 5000, "percent": 25}, {"percent": 10}], "minimum": 25, "maximum": 50000},
     "points": {"tables": [{"key": "safety", "de": "Sicherheit", "en": "Safety", "aspect": "safety",
                            "choices": [{"de": "keiner", "en": "none", "value": 0}, …]}],
                "euros_per_point": 10},
     "recognition": {"maximum": 50, "declined": true},
     "rounding": {"to": "0.01", "way": "nearest"}}

Amounts are in euros, whole or as text with two places; `benefit` and `points` may also carry `multipliers`, made like
tables without an aspect. A part that is left out does not exist under these rules.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from suggestbox.core.errors import Invalid
from suggestbox.core.language import gettext as _
from suggestbox.measures.models import ASPECTS

WAYS = ("nearest", "up")
MOST_EUROS, MOST_PARTS, MOST_CHOICES, NAME_LENGTH = 10**9, 12, 12, 120


@dataclass(frozen=True)
class Band:
    """A part of the benefit and how much of it is paid. The last one reaches as far as it goes (`up_to_cents` None)."""

    up_to_cents: int | None
    percent: Decimal


@dataclass(frozen=True)
class Choice:
    """One entry of a table: points, or by how much a multiplier multiplies."""

    de: str
    en: str
    value: Decimal


@dataclass(frozen=True)
class Table:
    """What one entry is picked from. With an `aspect` the first five entries are its points 0 to 4 of the soft benefit."""

    key: str
    de: str
    en: str
    choices: tuple[Choice, ...]
    aspect: str = ""


@dataclass(frozen=True)
class ByBenefit:
    """A share of the net benefit of the first year."""

    bands: tuple[Band, ...]
    multipliers: tuple[Table, ...] = ()
    minimum_cents: int = 0
    maximum_cents: int | None = None


@dataclass(frozen=True)
class ByPoints:
    """Points out of tables, each worth so much."""

    tables: tuple[Table, ...]
    cents_per_point: int
    multipliers: tuple[Table, ...] = ()
    minimum_cents: int = 0
    maximum_cents: int | None = None


@dataclass(frozen=True)
class Rules:
    """A rule set to compute with. `maximum_cents` 0 of the recognition: a thank-you in words."""

    benefit: ByBenefit | None
    points: ByPoints | None
    recognition_maximum_cents: int = 0
    recognition_declined: bool = False
    to_cents: int = 1
    way: str = "nearest"

    @property
    def bases(self) -> tuple[str, ...]:
        """The ways an award can be found under these rules, the first one first."""
        return (*(["benefit"] if self.benefit else []), *(["points"] if self.points else []), "recognition")


class _Reader:
    """Reads a document and gathers everything that is wrong with it, each with the place where it stands."""

    def __init__(self) -> None:
        self.wrong: list[tuple[str, str]] = []

    def say(self, place: str, words: str) -> None:
        self.wrong.append((place, words))

    def part(self, value: Any, place: str, known: tuple[str, ...]) -> dict[str, Any]:
        """Give a part with named entries; one that is not known is named."""
        if not isinstance(value, dict):
            self.say(place, _("Here should stand a part with named entries."))
            return {}
        for key in value:
            if key not in known:
                self.say(f"{place}.{key}" if place else str(key), _("This entry is not known."))
        return value

    def rows(self, value: Any, place: str, most: int) -> list[Any]:
        """Give a list that is not empty and not endless."""
        if not isinstance(value, list) or not value:
            self.say(place, _("Here should stand a list with at least one entry."))
            return []
        if len(value) > most:
            self.say(place, _("At most %(number)s entries fit here.", number=most))
        return value[:most]

    def number(self, value: Any, place: str, *, most: int, decimals: int, above: int = 0) -> Decimal:
        """Give a number from `above` to `most` with at most so many places."""
        found = Decimal("NaN")
        if isinstance(value, int | float | str) and not isinstance(value, bool):
            with suppress(InvalidOperation):
                found = Decimal(str(value).strip())
        if not found.is_finite():
            self.say(place, _("Here should stand a number."))
            return Decimal(above)
        if not above <= found <= most:
            self.say(place, _("This number should be from %(least)s to %(most)s.", least=above, most=most))
            return Decimal(above)
        if found != round(found, decimals):
            self.say(place, _("At most %(number)s places after the point.", number=decimals))
        return round(found, decimals)

    def cents(self, value: Any, place: str) -> int:
        """Give an amount in euros as cents."""
        return int(self.number(value, place, most=MOST_EUROS, decimals=2) * 100)

    def words(self, row: dict[str, Any], place: str, key: str) -> str:
        """Give a name of one line."""
        text = row.get(key)
        if not isinstance(text, str) or not text.strip() or len(text) > NAME_LENGTH:
            self.say(f"{place}.{key}", _("Here should stand a name of at most %(number)s characters.", number=NAME_LENGTH))
            return ""
        return " ".join(text.split())

    def tables(self, value: Any, place: str, most: int, *, aspects: bool) -> tuple[Table, ...]:
        """Give tables or multipliers; keys are told apart."""
        found: list[Table] = []
        for n, given in enumerate(self.rows(value, place, MOST_PARTS), 1):
            here = f"{place}[{n}]"
            row = self.part(given, here, ("key", "de", "en", "choices", *(("aspect",) if aspects else ())))
            key, aspect = row.get("key"), row.get("aspect", "")
            if not isinstance(key, str) or not re.fullmatch(r"[a-z][a-z0-9_]{0,29}", key):
                self.say(f"{here}.key", _("A key has small letters, digits and _ only."))
                key = f"n{n}"
            if key in (table.key for table in found):
                self.say(f"{here}.key", _("This key stands there twice."))
            if aspect and aspect not in ASPECTS:
                self.say(f"{here}.aspect", _("An aspect is one of: %(names)s.", names=", ".join(ASPECTS)))
            choices = []
            for m, one in enumerate(self.rows(row.get("choices"), f"{here}.choices", MOST_CHOICES), 1):
                there = f"{here}.choices[{m}]"
                entry = self.part(one, there, ("de", "en", "value"))
                value = self.number(entry.get("value"), f"{there}.value", most=most, decimals=3)
                choices.append(Choice(self.words(entry, there, "de"), self.words(entry, there, "en"), value))
            if aspect and len(choices) != 5:
                self.say(f"{here}.choices", _("An aspect of the soft benefit has five entries, for 0 to 4 points."))
            found.append(Table(key, self.words(row, here, "de"), self.words(row, here, "en"), tuple(choices), aspect))
        return tuple(found)

    def limits(self, row: dict[str, Any], place: str) -> tuple[int, int | None]:
        """Give the least and the most that is paid."""
        least = self.cents(row.get("minimum", 0), f"{place}.minimum")
        most = self.cents(row["maximum"], f"{place}.maximum") if row.get("maximum") is not None else None
        unread = any(where.startswith((f"{place}.minimum", f"{place}.maximum")) for where, _words in self.wrong)
        if most is not None and most < least and not unread:
            self.say(f"{place}.maximum", _("The most should not be below the least."))
        return least, most

    def benefit(self, value: Any) -> ByBenefit:
        row = self.part(value, "benefit", ("bands", "multipliers", "minimum", "maximum"))
        bands: list[Band] = []
        given = self.rows(row.get("bands"), "benefit.bands", MOST_PARTS)
        for n, one in enumerate(given, 1):
            place = f"benefit.bands[{n}]"
            entry = self.part(one, place, ("up_to", "percent"))
            percent = self.number(entry.get("percent"), f"{place}.percent", most=100, decimals=3)
            last = n == len(given)
            if last != (entry.get("up_to") is None):
                self.say(f"{place}.up_to", _("Every band but the last one says how far it reaches."))
            up_to = None if last else self.cents(entry.get("up_to", 0), f"{place}.up_to")
            if bands and up_to is not None and up_to <= (bands[-1].up_to_cents or 0):
                self.say(f"{place}.up_to", _("Every band reaches further than the one before."))
            bands.append(Band(up_to, percent))
        return ByBenefit(tuple(bands), self.multipliers(row, "benefit"), *self.limits(row, "benefit"))

    def points(self, value: Any) -> ByPoints:
        row = self.part(value, "points", ("tables", "euros_per_point", "multipliers", "minimum", "maximum"))
        tables = self.tables(row.get("tables"), "points.tables", 100_000, aspects=True)
        per_point = self.cents(row.get("euros_per_point"), "points.euros_per_point")
        return ByPoints(tables, per_point, self.multipliers(row, "points"), *self.limits(row, "points"))

    def multipliers(self, row: dict[str, Any], place: str) -> tuple[Table, ...]:
        if row.get("multipliers") is None:
            return ()
        return self.tables(row["multipliers"], f"{place}.multipliers", 10, aspects=False)


def read(document: Any) -> Rules:
    """Give a document as rules to compute with.

    Raises  Invalid: at `document` one sentence with everything that is wrong, each with its place
    """
    rules, wrong = _read(document)
    if wrong:
        said = " ".join(_("%(place)s: %(problem)s", place=place, problem=words) for place, words in wrong)
        raise Invalid(fields={"document": said}, reason="wrong_rules")
    return rules


def problems(document: Any) -> dict[str, list[str]]:
    """Give {place in the document: what is wrong there}; nothing for a document that can be read."""
    found: dict[str, list[str]] = {}
    for place, words in _read(document)[1]:
        found.setdefault(place, []).append(words)
    return found


def _read(document: Any) -> tuple[Rules, list[tuple[str, str]]]:
    it = _Reader()
    top = it.part(document, "", ("benefit", "points", "recognition", "rounding"))
    benefit = it.benefit(top["benefit"]) if top.get("benefit") is not None else None
    points = it.points(top["points"]) if top.get("points") is not None else None
    thanks = it.part(top.get("recognition", {}), "recognition", ("maximum", "declined"))
    declined = thanks.get("declined", False)
    if not isinstance(declined, bool):
        it.say("recognition.declined", _("Here should stand true or false."))
    rounding = it.part(top.get("rounding", {}), "rounding", ("to", "way"))
    to_cents = it.cents(rounding.get("to", "0.01"), "rounding.to")
    if to_cents not in (1, 10, 100, 500, 1000):
        it.say("rounding.to", _("Rounded is to 0.01, 0.10, 1, 5 or 10 euros."))
    if rounding.get("way", "nearest") not in WAYS:
        it.say("rounding.way", _("The way of rounding is “nearest” or “up”."))
    most = it.cents(thanks.get("maximum", 0), "recognition.maximum")
    return Rules(benefit, points, most, declined, to_cents, rounding.get("way", "nearest")), it.wrong
