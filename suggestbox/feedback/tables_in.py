"""CSV files as spreadsheets and databases write them, read line by line however large they are.

Encoding and separator are recognised; what cannot be read is refused with the number of its line.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from suggestbox.core.cells import plain
from suggestbox.core.errors import Invalid, TooMuch
from suggestbox.core.language import gettext as _
from suggestbox.core.tables import SEPARATORS

LARGEST_BYTES = 500_000_000
"""Larger files are refused before they are opened."""

MOST_ROWS = 1_000_000
MOST_COLUMNS = 500

LONGEST_LINE = 1_000_000
"""A longer line is no table; it would lie in memory as a whole."""

ENCODINGS = ("utf-8", "cp1252", "iso8859-15", "mac_roman", "utf-16")
"""What somebody may say a file is written in; told by itself are the first two and the last."""

_SAMPLE = 65_536
_UNDEFINED = bytes((0x81, 0x8D, 0x8F, 0x90, 0x9D))
"""Bytes that stand for nothing in Windows-1252."""

FORMULA = re.compile(
    r"\s*+(=\s*+(?:[-+@(\"']++\s*+)?[A-Za-z0-9_.$!]+\s*+[(!*/+^&:-]|=\s*+[-+]?[0-9.]++\s*+$|[-+@]\s*+[A-Z]{2,}+\()"
)
"""What a spreadsheet would work out rather than show. A name (@service) or a bullet (- late) is none."""

_KEPT_FROM_WORKING = re.compile(r"'+[=+\-@\t\r]")

EXPORTED = (
    "key", "date", "channel", "audience", "touchpoint", "rating", "nps", "language", "segment", "customer", "text", "themes",
    "polarities", "settled", "source",
)
"""The heading of what we write ourselves: behind it every apostrophe `guarded` put is taken away again, inside texts
too, where one in a file from elsewhere may be meant."""


@dataclass(frozen=True)
class Line:
    """One row: where it starts in the file (the heading is line 1), and its cells by column.

    `surplus`: filled cells beyond the last column; `formulas`: columns in which a spreadsheet works something out.
    """

    line: int
    cells: dict[str, Any]
    surplus: int = 0
    formulas: tuple[str, ...] = ()


@dataclass
class Rows:
    """A file that was opened: its columns, how it is read, and its rows, which may be gone through again and again."""

    columns: tuple[str, ...]
    encoding: str = ""
    separator: str = ""
    sheets: tuple[str, ...] = ()
    row_estimate: int = 0
    _again: Any = field(default=None, repr=False)

    def __iter__(self) -> Iterator[Line]:
        return iter(self._again())


def refused(what: str, line: int = 0, reason: str = "file_unusable") -> Invalid:
    """Give the error that refuses a file, with the number of the line where there is one."""
    if line:
        return Invalid(_("Line %(line)s: %(what)s", line=line, what=what), reason=reason, line=line, what=what)
    return Invalid(what, reason=reason)


def check_size(size_bytes: int, most: int = LARGEST_BYTES) -> None:
    """Refuse what is too large, or empty.

    Raises  TooMuch, Invalid
    """
    if size_bytes > most:
        raise TooMuch(
            _("The file is too large: %(size)s MB. %(most)s MB are the most; please split it.",
              size=size_bytes // 1_000_000, most=most // 1_000_000), reason="file_too_large",
        )
    if not size_bytes:
        raise refused(_("The file is empty."), reason="file_empty")


def open_csv(path: Path, *, encoding: str = "", separator: str = "") -> Rows:
    """Give the rows of a CSV file.

    Takes   encoding, separator: where somebody knows better than what is recognised
    Raises  TooMuch for a file that is too large; Invalid where it is no text, mixes encodings or has no rows
    """
    check_size(path.stat().st_size)
    how = {"utf-8": "utf-8-sig"}.get(encoding, encoding) or recognise_encoding(path)
    with path.open(encoding=how, newline="", errors="replace") as file:
        sample = file.read(_SAMPLE)
    first, said = _said_separator(sample)
    sign = separator or said or recognise_separator(sample)
    columns, heading_line = _heading(path, how, sign, first)
    estimate = max(1, sample.count("\n")) * path.stat().st_size // max(1, len(sample.encode("utf-8", "replace")))

    def again() -> Iterator[Line]:
        return _lines(path, how, sign, columns, heading_line)

    return Rows(columns, how.removesuffix("-sig"), sign, (), estimate, again)


def recognise_encoding(path: Path) -> str:
    """Give the encoding of a text file, after reading all of it once.

    Raises  Invalid for what is no text, and for a file in which some lines are UTF-8 and others are not
    """
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    first_bad, utf8_lines, number, undefined = 0, 0, 0, 0
    with path.open("rb") as file:
        for raw in _pieces(file):
            number += 1
            if b"\x00" in raw:
                raise refused(_("This is not a text file. Please save the table as CSV or Excel first."), number,
                              "file_no_text")
            if raw.isascii():
                continue
            try:
                raw.decode("utf-8")
                utf8_lines += 1
            except UnicodeDecodeError:
                first_bad = first_bad or number
                if not undefined and any(byte in raw for byte in _UNDEFINED):
                    undefined = number
    if not first_bad:
        return "utf-8-sig" if start.startswith(b"\xef\xbb\xbf") else "utf-8"
    if utf8_lines or start.startswith(b"\xef\xbb\xbf"):
        what = _("this line is not written in UTF-8, others are. Please save the whole file anew as UTF-8.")
        raise refused(what, first_bad, "encodings_mixed")
    if undefined:
        raise refused(_("the encoding of this line is not known. Please save the file as UTF-8."), undefined,
                      "encoding_unknown")
    return "cp1252"


def _pieces(file: Any) -> Iterator[bytes]:
    """The lines of a file as bytes; refuses one without an end before it fills the memory."""
    number = 0
    while raw := file.readline(LONGEST_LINE * 4):
        number += 1
        if len(raw) >= LONGEST_LINE * 4:
            raise _too_long(number)
        yield raw


def _too_long(number: int) -> Invalid:
    what = _("this line is longer than %(most)s characters. Is a quotation mark missing?", most=LONGEST_LINE)
    return refused(what, number, "line_too_long")


def recognise_separator(sample: str) -> str:
    """Give the sign that cuts the first rows into the most columns, the same number in most of them."""
    best, found = (0.0, 0), ","
    for sign in SEPARATORS:
        rows = []
        try:
            for cells in csv.reader(sample.splitlines(keepends=True), delimiter=sign):
                if any(cell.strip() for cell in cells):
                    rows.append(len(cells))
                if len(rows) == 50:
                    break
        except csv.Error:
            continue
        if rows and rows[0] > 1:
            alike = sum(count == rows[0] for count in rows) / len(rows)
            if (round(alike, 1), rows[0]) > best:
                best, found = (round(alike, 1), rows[0]), sign
    return found


def _said_separator(sample: str) -> tuple[int, str]:
    """How many lines stand before the heading, and the separator a first line "sep=;" names for Excel."""
    said = re.match(r"sep=(.)\r?\n", sample)
    return (1, said[1]) if said else (0, "")


def _whole_lines(file: Any) -> Iterator[str]:
    number = 0
    while text := file.readline(LONGEST_LINE):
        number += 1
        if len(text) >= LONGEST_LINE:
            raise _too_long(number)
        yield text


def _records(path: Path, encoding: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of the file that hold anything, with the line each starts in."""
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(_whole_lines(file), delimiter=separator)
        before = 0
        try:
            for cells in reader:
                line, before = before + 1, reader.line_num
                if any(cell.strip() for cell in cells):
                    yield line, cells
        except csv.Error as trouble:
            what = _("this line cannot be read as a row of a table. Is a quotation mark missing?")
            raise refused(what, before + 1, "file_no_table") from trouble
        except UnicodeError as trouble:
            what = _("this line is not written in the encoding %(name)s.", name=encoding.removesuffix("-sig"))
            raise refused(what, _undecodable(path, encoding) or reader.line_num + 1, "encoding_wrong") from trouble


def _undecodable(path: Path, encoding: str) -> int:
    """The first line that is not written in an encoding; 0 where lines cannot be told apart before they are decoded."""
    if encoding == "utf-16":
        return 0
    with path.open("rb") as file:
        for number, raw in enumerate(_pieces(file), 1):
            try:
                raw.decode(encoding)
            except UnicodeDecodeError:
                return number
    return 0


def _heading(path: Path, encoding: str, separator: str, skipped: int) -> tuple[tuple[str, ...], int]:
    for line, cells in _records(path, encoding, separator):
        if line > skipped:
            return columns_of(cells, line), line
    raise refused(_("The file is empty."), reason="file_empty")


def columns_of(cells: Iterable[Any], line: int) -> tuple[str, ...]:
    """Give the names in a heading.

    Raises  Invalid when a name occurs twice, or when there are too many
    """
    columns = tuple(" ".join(str(cell if cell is not None else "").split()) for cell in cells)
    while columns and not columns[-1]:
        columns = columns[:-1]
    if len(columns) > MOST_COLUMNS:
        raise refused(_("there are more than %(most)s columns.", most=MOST_COLUMNS), line, "too_many_columns")
    twice = next((c for n, c in enumerate(columns) if c and c in columns[:n]), None)
    if twice is not None:
        raise refused(_("the column “%(name)s” occurs twice in the heading.", name=twice), line, "column_twice")
    return columns


def _lines(path: Path, encoding: str, separator: str, columns: tuple[str, ...], heading_line: int) -> Iterator[Line]:
    count, as_meant = 0, plain if columns == EXPORTED else clean
    for line, cells in _records(path, encoding, separator):
        if line <= heading_line:
            continue
        count += 1
        if count > MOST_ROWS:
            raise TooMuch(_("The file has more than %(most)s rows. Please split it.", most=MOST_ROWS),
                          reason="file_too_long")
        named: dict[str, Any] = {c: as_meant(cell) for c, cell in zip(columns, cells, strict=False) if c}
        formulas = tuple(c for c, cell in zip(columns, cells, strict=False) if FORMULA.match(cell))
        yield Line(line, named, sum(bool(cell.strip()) for cell in cells[len(columns) :]), formulas)


def clean(cell: str) -> str:
    """Give a cell as it was meant: an apostrophe that only kept a spreadsheet from working it out is gone."""
    return cell[1:] if cell.startswith("'") and _KEPT_FROM_WORKING.match(cell) else cell
