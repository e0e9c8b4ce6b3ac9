"""Tables people send us as files: encoding and separator are recognised, every row knows its line."""

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path

from .errors import Invalid
from .language import gettext as _

SEPARATORS = ",;\t|"


@dataclass(frozen=True)
class Row:
    """One row: `line` is where it starts in the file (the heading is line 1), `cells` maps column to text.

    `surplus` is how many filled cells stand beyond the last column, for which there is no heading.
    """

    line: int
    cells: dict[str, str]
    surplus: int = 0

    def get(self, column: str) -> str:
        """Give the text of a cell, without blank space around it; empty when there is none."""
        return self.cells.get(column, "").strip()


@dataclass(frozen=True)
class Table:
    """What a file holds: its columns in their order, its rows, and how it was read."""

    columns: tuple[str, ...]
    rows: list[Row] = field(default_factory=list)
    encoding: str = "utf-8"
    separator: str = ","


def read_table(path: Path | str) -> Table:
    """Give the table in a CSV file, as spreadsheet programs and databases write it.

    Raises  Invalid when the file cannot be read, is no text, is empty, or names a column twice
    """
    try:
        raw = Path(path).read_bytes()
    except OSError as trouble:
        sentence = _("The file %(name)s cannot be read: %(why)s", name=Path(path).name, why=trouble.strerror or "")
        raise Invalid(sentence, reason="file_unreadable") from trouble
    return parse_table(raw)


def parse_table(raw: bytes) -> Table:
    """Give the table in the bytes of a CSV file; see `read_table`."""
    text, encoding = decode(raw)
    # Python's csv module takes line ends only the way `newline=""` gives them.
    separator = _separator_of(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=False)
    try:
        heading = next((cells for cells in reader if any(cell.strip() for cell in cells)), None)
        if heading is None:
            raise Invalid(_("The file is empty."), reason="file_empty")
        columns = tuple(cell.strip() for cell in heading)
        _check_columns(columns)
        rows: list[Row] = []
        before = reader.line_num
        for cells in reader:
            line, before = before + 1, reader.line_num
            if any(cell.strip() for cell in cells):
                surplus = sum(bool(cell.strip()) for cell in cells[len(columns) :])
                rows.append(Row(line, dict(zip(columns, cells, strict=False)), surplus))
    except csv.Error as trouble:
        sentence = _("Line %(line)s of the file cannot be read as a table.", line=reader.line_num)
        raise Invalid(sentence, reason="file_no_table") from trouble
    return Table(columns, rows, encoding, separator)


def decode(raw: bytes) -> tuple[str, str]:
    """Give the text of a file and the encoding it was written in.

    Raises  Invalid when it is no text at all
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            try:
                return raw.decode(encoding), encoding
            except UnicodeDecodeError:
                break
    if b"\x00" in raw:
        raise Invalid(_("This is not a text file. Please save the table as CSV first."), reason="file_no_text")
    try:
        return raw.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        # What Windows programs in western Europe write; the five bytes it leaves undefined become a mark.
        return raw.decode("cp1252", "replace"), "cp1252"


def _separator_of(text: str) -> str:
    """The sign that splits the heading into the most cells, outside quotation marks."""
    heading = text.lstrip("\r\n \t").split("\n", 1)[0].rstrip("\r")
    counts = dict.fromkeys(SEPARATORS, 0)
    quoted = False
    for sign in heading:
        if sign == '"':
            quoted = not quoted
        elif not quoted and sign in counts:
            counts[sign] += 1
    return max(SEPARATORS, key=lambda sign: counts[sign])


def _check_columns(columns: tuple[str, ...]) -> None:
    seen: set[str] = set()
    for column in columns:
        if column and column in seen:
            sentence = _("The column %(name)s occurs twice in the heading.", name=column)
            raise Invalid(sentence, reason="column_twice")
        seen.add(column)
