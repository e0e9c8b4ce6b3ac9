"""Files of examples: texts with their themes and polarities, read whole or refused with the number of the line."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from suggestbox.core.errors import Invalid, TooMuch
from suggestbox.core.tables import Row, Table, parse_table

from .theme_model import Example

LARGEST_BYTES = 200_000_000
"""Larger files are refused before they are opened."""

MOST_ROWS = 200_000

COLUMNS = ("text", "themes")
POLARITIES = "polarities"

_FORMULA = re.compile(r"\s*(=\s*[-+@(\"']*\s*[A-Za-z0-9_.$!]+\s*[(!*/+^&:-]|=\s*[-+]?[0-9.]+\s*$|[-+@]\s*[A-Z]{2,}\()")
"""What a spreadsheet would work out rather than show. A name (@service) or a bullet (- late) is none."""


@dataclass(frozen=True)
class ExampleFile:
    """The examples of a file, and whether it says polarities at all."""

    examples: list[Example]
    has_polarities: bool


def read_examples(path: Path) -> ExampleFile:
    """Give the examples in a CSV file with the columns text, themes and, if there is one, polarities.

    Raises  TooMuch for a file that is too large, Invalid for anything else, each naming the file and the line
    """
    table = _table(path)
    missing = [column for column in COLUMNS if column not in table.columns]
    if missing:
        there = ", ".join(column or "(no name)" for column in table.columns)
        raise _wrong(path, 1, f"the column “{missing[0]}” is missing; there are: {there}", "column_missing")
    if not table.rows:
        raise Invalid(f"{path.name} holds no rows below its heading.", reason="file_without_rows")
    if len(table.rows) > MOST_ROWS:
        raise TooMuch(f"{path.name} holds {len(table.rows)} rows; {MOST_ROWS} are the most.", reason="file_too_long")
    return ExampleFile([_example(path, table, row) for row in table.rows], POLARITIES in table.columns)


def _table(path: Path) -> Table:
    try:
        size = path.stat().st_size
        if size > LARGEST_BYTES:
            raise TooMuch(
                f"{path.name} is too large: {size // 1_000_000} MB; {LARGEST_BYTES // 1_000_000} MB are the most.",
                reason="file_too_large",
            )
        raw = path.read_bytes()
    except OSError as trouble:
        raise Invalid(f"{path.name} cannot be read: {trouble.strerror}.", reason="file_unreadable") from trouble
    _refuse_mixed(path, raw)
    try:
        return parse_table(raw)
    except Invalid as wrong:
        raise Invalid(f"{path.name}: {wrong.text}", reason=wrong.reason) from wrong


def _refuse_mixed(path: Path, raw: bytes) -> None:
    """Refuse a file in which some lines are UTF-8 and others are not: read either way, words would be broken."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return
    try:
        raw.decode("utf-8")
        return
    except UnicodeDecodeError as trouble:
        first = trouble.start
    lines = [line for line in raw.split(b"\n") if not line.isascii()]
    if raw.startswith(b"\xef\xbb\xbf") or any(_is_utf8(line) for line in lines):
        where = raw.count(b"\n", 0, first) + 1
        raise _wrong(path, where, "this line is not written in UTF-8, others are; please save the file anew as UTF-8",
                     "encodings_mixed")


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _example(path: Path, table: Table, row: Row) -> Example:
    if row.surplus or any(column not in row.cells for column in COLUMNS):
        more = "more" if row.surplus else "fewer"
        raise _wrong(path, row.line, f"there are {more} cells than columns", "row_of_other_length")
    text = row.get("text")
    if not text:
        raise _wrong(path, row.line, "the text is empty", "text_empty")
    themes = _split(row.get("themes"))
    for cell in (text, *themes):
        if _FORMULA.match(cell):
            raise _wrong(path, row.line, "a cell is a formula, not a text", "formula")
    pairs = tuple(sorted({_pair(path, row.line, entry, themes) for entry in _split(row.get(POLARITIES))}))
    return Example(text, frozenset(themes), pairs)


def _split(cell: str) -> list[str]:
    return list(dict.fromkeys(part.strip() for part in cell.split("|") if part.strip()))


def _pair(path: Path, line: int, entry: str, themes: list[str]) -> tuple[str, str]:
    """Cut "theme:polarity" where the theme ends: names of themes may have colons themselves."""
    for theme in sorted(themes, key=len, reverse=True):
        rest = entry.removeprefix(theme)
        if rest != entry and rest.lstrip().startswith(":") and rest.lstrip()[1:].strip():
            return theme, rest.lstrip()[1:].strip()
    name, colon, polarity = entry.rpartition(":")
    if not colon or not name.strip() or not polarity.strip():
        raise _wrong(path, line, f"“{entry}” is no polarity; write theme:polarity", "polarity_unclear")
    raise _wrong(path, line, f"“{name.strip()}” has a polarity but is none of the line's themes", "polarity_of_other_theme")


def _wrong(path: Path, line: int, what: str, reason: str) -> Any:
    return Invalid(f"{path.name}, line {line}: {what}.", reason=reason, line=line)
