"""What an export holds, whatever the file: tables of typed cells, what they mean, and facts about the whole."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

KINDS = ("text", "long", "count", "number", "percent", "money", "days", "date", "moment")
"""What a cell can be: a long text takes several lines, money is given in cents, percent as 12.5, moments aware."""


class Amount(NamedTuple):
    """A number that says itself what it is, for columns in which every row has a unit of its own."""

    value: float | None
    kind: str


class Printed(NamedTuple):
    """A cell on paper: its words, a bar from 0 to 100 below them, how far it stands in, and whether it is set softly."""

    text: str
    percent: float | None = None
    indent: int = 0
    soft: bool = False


@dataclass(frozen=True)
class Column:
    """A column: `key` is its name for programs, `head` for people; a text in a column of numbers stays a text."""

    key: str
    head: str
    kind: str = "text"
    width: int = 14


@dataclass(frozen=True)
class Table:
    """Rows of cells, as many as columns; `rows` may be a stream that can be gone through once."""

    name: str
    columns: tuple[Column, ...]
    rows: Iterable[Sequence[Any]]


@dataclass(frozen=True)
class Document:
    """An export in its reader's language.

    Takes   facts: (label, what): what it is, of which period, counted when, by which rules
            tables: the first one is what a CSV file holds
            definitions: what every figure or column means
            notes: sentences about the whole
            on_paper: tables of words for a page, instead of `tables`
            trends: small pictures for a page (trend_pictures.Trend), above its tables
    """

    title: str
    language: str
    zone: str
    facts: Sequence[tuple[str, str]]
    tables: Sequence[Table]
    definitions: Table
    notes: Sequence[str] = ()
    on_paper: Sequence[Table] = ()
    trends: Sequence[Any] = ()


_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")
_SHEET_NAME_MOST = 31


def sheet_names(tables: Iterable[Table]) -> list[str]:
    """Give a name for each table that a workbook accepts: short, of allowed signs, each once."""
    taken: set[str] = {"history"}  # Excel keeps it for itself
    names = []
    for table in tables:
        whole = " ".join(_NO_SHEET_NAME.sub(" ", table.name).split()).strip("'") or "-"
        name, n = whole[:_SHEET_NAME_MOST], 1
        while name.casefold() in taken:
            n += 1
            name = f"{whole[: _SHEET_NAME_MOST - len(str(n)) - 1]} {n}"
        taken.add(name.casefold())
        names.append(name)
    return names
