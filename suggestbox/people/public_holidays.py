"""Public holidays by name, and the countries and states whose holidays are known, in the reader's language."""

from datetime import date
from functools import lru_cache
from typing import Any

import holidays
from babel import Locale

from .queries import folded

LONGEST_CODE = 10
"""Of a state; some cities have names of their own in the library, which are left out."""

NEIGHBOURS = ("DE", "AT", "CH")
"""Countries whose states are always offered."""


@lru_cache(maxsize=1)
def _known() -> dict[str, list[str]]:
    found: dict[str, list[str]] = holidays.list_supported_countries(include_aliases=False)
    return {country: [s for s in states if len(s) <= LONGEST_CODE] for country, states in found.items() if len(country) == 2}


def is_known(country: str, state: str = "") -> bool:
    """Say whether the holidays of this country, and of this state of it, are known."""
    return country in _known() and (not state or state in _known()[country])


def country_name(country: str, language: str) -> str:
    """Give the country's name in a language."""
    return str(Locale.parse(language).territories.get(country, country))


@lru_cache(maxsize=4)
def countries(language: str) -> tuple[tuple[str, str], ...]:
    """Give (code, name) of every country whose holidays are known, sorted by name."""
    named = ((code, country_name(code, language)) for code in _known())
    return tuple(sorted(named, key=lambda pair: (folded(pair[1]), pair[0])))


@lru_cache(maxsize=64)
def states(country: str) -> tuple[tuple[str, str], ...]:
    """Give (code, name) of a country's states with holidays of their own, sorted by name; names as the country has them."""
    if not is_known(country):
        return ()
    aliases: dict[str, str] = getattr(holidays.country_holidays(country), "subdivisions_aliases", {})
    names: dict[str, str] = {}
    for name, code in aliases.items():
        names.setdefault(code, name)
    found = [(code, names.get(code, code)) for code in _known().get(country, [])]
    return tuple(sorted(found, key=lambda pair: (folded(pair[1]), pair[0])))


def state_name(country: str, state: str) -> str:
    """Give the name of a state."""
    return dict(states(country)).get(state, state)


@lru_cache(maxsize=256)
def named_holidays(country: str, state: str, year: int, language: str) -> tuple[tuple[date, str], ...]:
    """Give (day, name) of the public holidays of a year, the first first; in the country's own words where need be."""
    if not is_known(country, state):
        return ()
    spoken = holidays.country_holidays(country).supported_languages
    wanted = next((code for code in spoken if code[:2] == language), None)
    found: Any = holidays.country_holidays(country, subdiv=state or None, years=year, language=wanted)
    return tuple(sorted(found.items()))
