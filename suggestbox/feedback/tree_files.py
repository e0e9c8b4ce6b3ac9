"""The whole landscape as a file: journeys, touchpoints, themes and rules, as CSV or JSON, there and back.

In a CSV file every row is one of KINDS; in a JSON file touchpoints stand within their journey, rules within their theme.
Everything is known by its key, so that the same file twice changes nothing the second time.
"""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.errors import Invalid, TooMuch
from suggestbox.core.language import gettext as _
from suggestbox.core.tables import decode, parse_table
from suggestbox.people.directory import Directory

from .models import Journey, Theme, ThemeRule, ThemeTouchpoint, Touchpoint

KINDS = ("journey", "touchpoint", "theme", "rule")
NAMES = ("name_de", "name_en")
DESCRIPTIONS = ("description_de", "description_en")
COLUMNS_OF = {
    "journey": ("key", *NAMES, *DESCRIPTIONS, "audience"),
    "touchpoint": ("key", "parent", *NAMES, "department", "owner", "process"),
    "theme": ("key", "parent", *NAMES, *DESCRIPTIONS, "examples_de", "examples_en", "audience", "need", "owner",
              "touchpoints"),
    "rule": ("parent", "words", "but_not", "polarity"),
}  # fmt: skip
COLUMNS = ("kind", *dict.fromkeys(name for names in COLUMNS_OF.values() for name in names))
LISTS = {"examples_de": "\n", "examples_en": "\n", "touchpoints": "|"}
"""Cells that hold several texts, and what stands between them in a CSV file."""

LARGEST_BYTES = 20_000_000


@dataclass(frozen=True)
class Entry:
    """A row of the file: where it stands ("line 7", "themes[2]"), its kind, and the cells the file has for it."""

    where: str
    kind: str
    cells: dict[str, Any] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Give the text of a cell without blank space around it; empty when there is none."""
        return str(self.cells.get(name) or "").strip()

    def texts(self, name: str) -> list[str]:
        """Give the texts of a cell that holds several."""
        value = self.cells.get(name) or []
        parts = value if isinstance(value, list) else str(value).split(LISTS[name])
        return [text for text in (str(part).strip() for part in parts) if text]


# -- reading -----------------------------------------------------------------------------------------------------------


def read_entries(path: Path) -> list[Entry]:
    """Give the rows of a CSV or JSON file, as they stand there.

    Raises  TooMuch for a large file, Invalid for one that cannot be read as what it seems to be
    """
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise TooMuch(_("The file %(name)s is too large.", name=path.name), reason="file_too_large")
        raw = path.read_bytes()
    except OSError as trouble:
        sentence = _("The file %(name)s cannot be read: %(why)s", name=path.name, why=trouble.strerror or "")
        raise Invalid(sentence, reason="file_unreadable") from trouble
    found = list(_in_json(raw) if path.suffix.lower() == ".json" else _in_csv(raw))
    if not found:
        raise Invalid(_("The file %(name)s holds no journey and no theme.", name=path.name), reason="file_without_rows")
    return found


def _in_csv(raw: bytes) -> Iterator[Entry]:
    table = parse_table(raw)
    if "kind" not in table.columns:
        there = ", ".join(column or "?" for column in table.columns)
        sentence = _("The column “kind” is missing. It says what a row is: %(kinds)s. There are: %(columns)s",
                     kinds=", ".join(KINDS), columns=there)  # fmt: skip
        raise Invalid(sentence, reason="column_missing")
    unknown = [column for column in table.columns if column and column not in COLUMNS]
    if unknown:
        sentence = _("The column “%(name)s” is not known. Known are: %(columns)s", name=unknown[0],
                     columns=", ".join(COLUMNS))  # fmt: skip
        raise Invalid(sentence, reason="column_unknown")
    for row in table.rows:
        cells = {name: row.get(name) for name in table.columns if name and name != "kind"}
        yield Entry(_("line %(number)s", number=row.line), row.get("kind"), cells)


def _in_json(raw: bytes) -> Iterator[Entry]:
    text, _encoding = decode(raw)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as trouble:
        line = getattr(trouble, "lineno", 1)
        raise Invalid(_("The file is not valid JSON, see line %(line)s.", line=line), reason="file_no_json") from trouble
    if not isinstance(document, dict):
        raise Invalid(_("The file should hold an object with “journeys” and “themes”."), reason="file_no_object")
    for many, kind, inner, inner_kind in (
        ("journeys", "journey", "touchpoints", "touchpoint"), ("themes", "theme", "rules", "rule")
    ):
        for where, row in _rows(document, many, many):
            # A theme's own "touchpoints" are keys; a journey's are rows of their own.
            own = {name: value for name, value in row.items() if name != inner}
            yield Entry(where, kind, own)
            for below, part in _rows(row, inner, f"{where}.{inner}"):
                yield Entry(below, inner_kind, {**part, "parent": row.get("key")})


def _rows(document: dict[str, Any], name: str, where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    rows = document.get(name) or []
    if not isinstance(rows, list):
        raise Invalid(_("%(where)s should be a list.", where=where), reason="file_no_list")
    for number, row in enumerate(rows):
        if not isinstance(row, dict):
            raise Invalid(_("%(where)s should be an object.", where=f"{where}[{number}]"), reason="file_no_object")
        yield f"{where}[{number}]", row


# -- writing -----------------------------------------------------------------------------------------------------------


def landscape_rows(book: Directory) -> list[tuple[str, dict[str, Any]]]:
    """Give (kind, cells) of everything that is not archived, in an order in which it can be read again."""
    session, found = db.session, []
    owners = {person.id: person.email or person.personnel_no or "" for person in book.people.values()}
    departments = {department.id: department.key for department in book.departments.values()}
    journeys = session.scalars(
        sa.select(Journey).where(Journey.archived_at.is_(None)).order_by(Journey.position, Journey.id)
    ).all()
    touchpoints = session.scalars(
        sa.select(Touchpoint).where(Touchpoint.archived_at.is_(None)).order_by(Touchpoint.position, Touchpoint.id)
    ).all()
    for journey in journeys:
        found.append(("journey", {name: getattr(journey, name) for name in COLUMNS_OF["journey"]}))
        for one in touchpoints:
            if one.journey_id == journey.id:
                found.append(("touchpoint", {
                    "key": one.key, "parent": journey.key, "name_de": one.name_de, "name_en": one.name_en,
                    "department": departments.get(one.department_id or 0, ""), "process": one.process,
                    "owner": owners.get(one.owner_id or 0, ""),
                }))  # fmt: skip
    return found + _theme_rows(owners, {one.id: one.key for one in touchpoints})


def _theme_rows(owners: dict[int, str], keys: dict[int, str]) -> list[tuple[str, dict[str, Any]]]:
    session, found = db.session, []
    themes = session.scalars(sa.select(Theme).where(Theme.archived_at.is_(None)).order_by(Theme.key)).all()
    by_id = {theme.id: theme for theme in themes}
    placed: dict[int, list[str]] = {}
    for row in session.scalars(sa.select(ThemeTouchpoint)):
        if row.touchpoint_id in keys:
            placed.setdefault(row.theme_id, []).append(keys[row.touchpoint_id])
    for theme in themes:
        above = by_id.get(theme.parent_id or 0)
        own = {name: getattr(theme, name) for name in COLUMNS_OF["theme"] if hasattr(theme, name)}
        found.append(("theme", {
            **own, "parent": above.key if above else "", "owner": owners.get(theme.owner_id or 0, ""),
            "touchpoints": sorted(placed.get(theme.id, [])),
        }))  # fmt: skip
    rules = sa.select(ThemeRule).where(ThemeRule.ended_at.is_(None)).order_by(ThemeRule.theme_id, ThemeRule.id)
    for rule in session.scalars(rules):
        if rule.theme_id in by_id:
            own = {name: getattr(rule, name) for name in COLUMNS_OF["rule"] if name != "parent"}
            found.append(("rule", {"parent": by_id[rule.theme_id].key, **own}))
    return found


def as_csv(rows: list[tuple[str, dict[str, Any]]]) -> str:
    """Give the rows as a CSV file."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for kind, cells in rows:
        flat = {name: LISTS[name].join(value) if name in LISTS else value for name, value in cells.items()}
        writer.writerow({"kind": kind, **flat})
    return text.getvalue()


def as_json(rows: list[tuple[str, dict[str, Any]]]) -> str:
    """Give the rows as a JSON file: touchpoints within their journey, rules within their theme."""
    document: dict[str, list[Any]] = {"journeys": [], "themes": []}
    for kind, cells in rows:
        if kind == "journey":
            document["journeys"].append({**cells, "touchpoints": []})
        elif kind == "theme":
            document["themes"].append({**cells, "rules": []})
        else:
            many, inner = ("journeys", "touchpoints") if kind == "touchpoint" else ("themes", "rules")
            above = next(row for row in document[many] if row["key"] == cells["parent"])
            above[inner].append({name: value for name, value in cells.items() if name != "parent"})
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
