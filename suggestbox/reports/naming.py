"""The names of a report's rows as they are frozen with it: departments, sites, groups, bands, in both languages."""

from collections.abc import Iterable, Mapping
from typing import Any

from suggestbox.core.language import force_locale
from suggestbox.core.language import gettext as _
from suggestbox.ideas.models import AREAS, MERIT_OUTCOMES
from suggestbox.people.models import EMPLOYMENT_GROUPS
from suggestbox.people.words import GROUP_NAMES
from suggestbox.workflow.words import AREAS as AREA_NAMES
from suggestbox.workflow.words import OUTCOMES as OUTCOME_NAMES

from .counting import Row
from .facts_people import NONE, Unit
from .figures import DIMENSIONS, SERVICE_BANDS

Rows = dict[str, list[list[Any]]]
"""{dimension: [[key, parent key, depth, German name, English name]]}."""

FIXED: dict[str, list[str]] = {
    "group": list(EMPLOYMENT_GROUPS), "service": [band[0] for band in SERVICE_BANDS], "area": list(AREAS),
    "outcome": list(MERIT_OUTCOMES),
}
"""Dimensions whose rows have a fixed order."""


def name_rows(used: Iterable[Row], departments: Mapping[int, Unit], sites: Mapping[int, Unit]) -> Rows:
    """Give the rows that are used, in the order of the pages, with the names they have now."""
    keys: dict[str, set[str]] = {}
    for dimension, key in used:
        keys.setdefault(dimension, set()).add(key)
    with force_locale("de"):
        german = _words()
    with force_locale("en"):
        english = _words()
    found: Rows = {}
    for dimension in DIMENSIONS:
        wanted = keys.get(dimension)
        if not wanted:
            continue
        if dimension == "department":
            found[dimension] = _tree(wanted, departments, german, english)
        else:
            found[dimension] = [
                [key, "", 0, _name(dimension, key, german, sites), _name(dimension, key, english, sites)]
                for key in sorted(wanted, key=lambda key: _order(dimension, key, sites))
            ]
    return found


def _words() -> dict[Row, str]:
    """The names of all rows that are no department and no site, in the language of the moment."""
    found: dict[Row, str] = {("all", "all"): _("Whole company")}
    found |= {("group", key): str(name) for key, name in GROUP_NAMES.items()}
    found |= {("area", key): str(name) for key, name in AREA_NAMES.items()}
    found |= {("outcome", key): str(OUTCOME_NAMES[key]) for key in MERIT_OUTCOMES}
    for key, least, most in SERVICE_BANDS:
        if most is None:
            found["service", key] = _("%(least)s years and more", least=least)
        elif not most:
            found["service", key] = _("Under 1 year")
        else:
            found["service", key] = _("%(least)s to %(most)s years", least=least, most=most)
    found["department", NONE] = _("Without department")
    for dimension in ("site", "group", "area", "service"):
        found[dimension, NONE] = _("Not known")
    return found


def _name(dimension: str, key: str, words: Mapping[Row, str], sites: Mapping[int, Unit]) -> str:
    if dimension == "site" and key != NONE:
        return sites[int(key)].name
    if dimension == "site_group":
        site, _bar, group = key.partition("|")
        return f"{_name('site', site, words, sites)}, {_name('group', group, words, sites)}"
    return words.get((dimension, key), key)


def _order(dimension: str, key: str, sites: Mapping[int, Unit]) -> tuple[Any, ...]:
    if key == NONE:
        return 1, 0, "", key
    if dimension == "site":
        return 0, 0, sites[int(key)].name.casefold(), key
    if dimension == "site_group":
        site, _bar, group = key.partition("|")
        return (*_order("site", site, sites), *_order("group", group, sites))
    if dimension == "year":
        return 0, -int(key), "", key
    places = FIXED.get(dimension, [])
    return 0, places.index(key) if key in places else len(places), "", key


def _tree(
    wanted: set[str], departments: Mapping[int, Unit], german: Mapping[Row, str], english: Mapping[Row, str]
) -> list[list[Any]]:
    below: dict[int | None, list[Unit]] = {}
    for unit in sorted(departments.values(), key=lambda unit: (unit.name.casefold(), unit.id)):
        parent = unit.parent_id if unit.parent_id in departments else None
        below.setdefault(parent, []).append(unit)
    found: list[list[Any]] = []

    def walk(parent_id: int | None, parent: str, depth: int) -> None:
        for unit in below.get(parent_id, []):
            if str(unit.id) in wanted:
                found.append([str(unit.id), parent, depth, unit.name, unit.name_en or unit.name])
                walk(unit.id, str(unit.id), depth + 1)
            else:
                walk(unit.id, parent, depth)

    walk(None, "", 0)
    if NONE in wanted:
        found.append([NONE, "", 0, german["department", NONE], english["department", NONE]])
    return found
