"""A rule set as fields of a form: every field bears the name of its place in the document ("benefit.bands[1].percent").

So what `document.problems` finds stands at the very field, and a row is added or left blank without any script.
"""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from suggestbox.core.typed_numbers import as_typed, number_typed

from .document import MOST_CHOICES, MOST_PARTS

Typed = dict[str, Any]

_TABLE = r"(?:tables|multipliers)\[\d{1,2}\]\.(?:key|de|en|aspect|choices\[\d{1,2}\]\.(?:de|en|value))"
FIELD = re.compile(
    rf"(?:benefit|points)\.(?:on|minimum|maximum|euros_per_point|bands\[\d{{1,2}}\]\.(?:up_to|percent)|{_TABLE})"
    r"|recognition\.(?:maximum|declined)|rounding\.(?:to|way)"
)
_TOKEN = re.compile(r"(\w+)(?:\[(\d+)\])?")

LISTS = {"benefit.bands": MOST_PARTS, "benefit.multipliers": MOST_PARTS, "points.tables": MOST_PARTS,
         "points.multipliers": MOST_PARTS}
LONGEST_NUMBER = 40
"""What has more signs is no number: a thousand digits would take a long time, and be wrong anyway."""

NEW_CHOICES = 5
"""So many blank entries a new table shows: as many as an aspect of the soft benefit has."""


def shown(document: Mapping[str, Any]) -> Typed:
    """Give a document as the texts in its fields."""
    return _with_parts({
        "benefit": _method(document.get("benefit"), "bands"), "points": _method(document.get("points"), "tables"),
        "recognition": {"maximum": _number(document.get("recognition", {}).get("maximum", 0)),
                        "declined": bool(document.get("recognition", {}).get("declined"))},
        "rounding": {"to": format(Decimal(str(document.get("rounding", {}).get("to", "0.01"))).normalize(), "f"),
                     "way": document.get("rounding", {}).get("way", "nearest")},
    })


def _method(part: Mapping[str, Any] | None, rows: str) -> Typed:
    if part is None:
        return {"on": False}
    found: Typed = {"on": True, "multipliers": [_table(one) for one in part.get("multipliers") or ()]}
    for name in ("minimum", "maximum", "euros_per_point"):
        found[name] = _number(part.get(name))
    found[rows] = [_table(one) if rows == "tables" else {name: _number(one.get(name)) for name in ("up_to", "percent")}
                   for one in part.get(rows, ())]
    return found


def _table(one: Mapping[str, Any]) -> Typed:
    return {**{name: one.get(name, "") for name in ("key", "de", "en", "aspect")},
            "choices": [{"de": c["de"], "en": c["en"], "value": _number(c["value"])} for c in one["choices"]]}


def _number(value: Any) -> str:
    return "" if value is None else as_typed(str(value))


def typed(fields: Iterable[tuple[str, str]]) -> Typed:
    """Give what was sent, without the rows that were left blank; names that are no fields are passed over."""
    found: Typed = {}
    for name, text in fields:
        if FIELD.fullmatch(name):
            _put(found, [(key, int(n) if n else None) for key, n in _TOKEN.findall(name)], text.strip())
    return _with_parts(_lists(found))


def _put(into: dict[Any, Any], path: list[tuple[str, int | None]], text: str) -> None:
    for key, number in path[:-1]:
        into = into.setdefault(key, {})
        if number is not None:
            into = into.setdefault(number, {})
    into[path[-1][0]] = text


def _lists(value: Any) -> Any:
    """The same with lists where numbers were, each in order and without blank rows."""
    if not isinstance(value, dict):
        return value
    if value and all(isinstance(key, int) for key in value):
        rows = [_lists(value[number]) for number in sorted(value)]
        return [row for row in rows if not _is_blank(row)]
    return {key: _lists(inner) for key, inner in value.items()}


def _is_blank(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_is_blank(inner) for key, inner in value.items() if key != "key")
    return not value


def _with_parts(found: Typed) -> Typed:
    """Every part there is, so that the page need not ask."""
    for part, rows in (("benefit", "bands"), ("points", "tables")):
        inner = found.setdefault(part, {})
        inner["on"] = bool(inner.get("on"))
        for name in ("minimum", "maximum", "euros_per_point"):
            inner.setdefault(name, "")
        for name in (rows, "multipliers"):
            inner.setdefault(name, [])
    for table in _tables(found):
        for name in ("key", "de", "en", "aspect"):
            table.setdefault(name, "")
        table.setdefault("choices", [])
    thanks, rounding = found.setdefault("recognition", {}), found.setdefault("rounding", {})
    thanks.setdefault("maximum", "")
    thanks["declined"] = bool(thanks.get("declined"))
    rounding.setdefault("to", "0.01")
    rounding.setdefault("way", "nearest")
    return found


def _tables(found: Typed) -> Iterable[Typed]:
    yield from (*found["points"]["tables"], *found["points"]["multipliers"], *found["benefit"]["multipliers"])


def document_of(found: Typed) -> dict[str, Any]:
    """Give what was typed as a document; what is no number stays as it is, for `document.read` to refuse it."""
    document: dict[str, Any] = {}
    benefit, points = found["benefit"], found["points"]
    if benefit["on"]:
        bands = [{"percent": _as_number(band.get("percent", "")),
                  **({"up_to": _as_number(band["up_to"])} if band.get("up_to") else {})} for band in benefit["bands"]]
        document["benefit"] = {"bands": bands, **_limits(benefit), **_multipliers(benefit)}
    if points["on"]:
        document["points"] = {
            "tables": _documents(points["tables"], aspects=True), "euros_per_point": _as_number(points["euros_per_point"]),
            **_limits(points), **_multipliers(points),
        }
    thanks = found["recognition"]
    document["recognition"] = {"maximum": _as_number(thanks["maximum"] or "0"), "declined": thanks["declined"]}
    document["rounding"] = dict(found["rounding"])
    return document


def _as_number(text: str) -> Any:
    number = number_typed(text) if len(text) <= LONGEST_NUMBER else None
    return text if number is None else int(number) if number == int(number) else str(number)


def _limits(part: Typed) -> dict[str, Any]:
    return {name: _as_number(part[name]) for name in ("minimum", "maximum") if part[name]}


def _multipliers(part: Typed) -> dict[str, Any]:
    return {"multipliers": _documents(part["multipliers"], aspects=False)} if part["multipliers"] else {}


def _documents(tables: list[Typed], *, aspects: bool) -> list[dict[str, Any]]:
    found, keys = [], [table["key"] for table in tables if table["key"]]
    for table in tables:
        key = table["key"] or _key_of(table["en"] or table["de"], keys)
        keys.append(key)
        found.append({
            "key": key, "de": table["de"], "en": table["en"],
            **({"aspect": table["aspect"]} if aspects and table["aspect"] else {}),
            "choices": [{"de": c.get("de", ""), "en": c.get("en", ""), "value": _as_number(c.get("value", ""))}
                        for c in table["choices"]],
        })
    return found


def _key_of(name: str, taken: list[str]) -> str:
    """A key nobody has to think of: from the name, told apart by a number."""
    bare = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:24] or "table"
    bare = bare if bare[0].isalpha() else f"t_{bare}"
    return next(key for n in range(1, len(taken) + 2) if (key := bare if n == 1 else f"{bare}_{n}") not in taken)


def with_spare_rows(found: Typed, add: str = "") -> Typed:
    """Give the same with room to write: one blank row in each list of rows, and in the list `add` names a new table."""
    bands = found["benefit"]["bands"]
    if len(bands) < MOST_PARTS:
        bands.append({"up_to": "", "percent": ""})
    part, _dot, rows = add.partition(".")
    if add in LISTS and rows != "bands" and len(found[part][rows]) < LISTS[add]:
        found[part]["on"] = True
        found[part][rows].append({"key": "", "de": "", "en": "", "aspect": "", "choices": []})
    for table in _tables(found):
        blank = max(1, NEW_CHOICES - len(table["choices"])) if not table["choices"] else 1
        room = MOST_CHOICES - len(table["choices"])
        table["choices"] += [{"de": "", "en": "", "value": ""} for _n in range(min(blank, room))]
    return found
