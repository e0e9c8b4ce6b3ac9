"""Excel workbooks: looked over member by member while they are unpacked, then read by a process of its own.

A workbook is a zip file of XML. What unfolds to far more than it is, declares entities, or refers to anything outside
itself is refused before any library sees it. The sizes a zip file claims are not believed: bytes are counted.
"""

import json
import os
import re
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from suggestbox.core.errors import Invalid, TooMuch
from suggestbox.core.language import gettext as _

from . import sheet_child
from .tables_in import MOST_COLUMNS, Line, Rows, check_size, columns_of, refused

LARGEST_FILE = 50_000_000
LARGEST_UNPACKED = 400_000_000
MOST_RATIO = 100
"""So many times its packed size a member may unfold to; XML of honest tables stays below a third of that."""

MEASURED_FROM = 5_000_000
"""Smaller members may be packed as tightly as they like."""

MOST_MEMBERS, MOST_SHEETS, MOST_ROWS = 1_000, 100, 300_000
LARGEST_INDEX = 1_000_000
_BLOCK = 262_144

_DECLARATION = re.compile(rb"<!(?!--|\[CDATA\[)")
_OUTSIDE = re.compile(r"xl/(externalLinks/|connections\.xml|queryTables/|embeddings/|vbaProject|activeX/|model/)", re.I)
_CELL = re.compile(rb'<(?:\w+:)?c (?>[^<>]{0,300}?\br="([A-Z]{1,3})(\d{1,7})")[^<>]{0,300}+>\s{0,9}(<(?:\w+:)?f\b)?')


def open_xlsx(path: Path, *, sheet: str = "") -> Rows:
    """Give the rows of a sheet; the first one where none is named. Its first filled row is the heading.

    Raises  TooMuch, Invalid for what is refused, with the row where there is one
    """
    check_size(path.stat().st_size, LARGEST_FILE)
    try:
        with zipfile.ZipFile(_looked_at(path)) as packed:
            _check_members(packed)
            sheets = _sheets(packed)
            name = sheet or next(iter(sheets))
            if name not in sheets:
                there = ", ".join(sheets)
                raise refused(_("There is no sheet “%(name)s”. There are: %(names)s.", name=name, names=there),
                              reason="no_such_sheet")
            formulas, last_row = _look_over(packed, sheets[name])
    except (zipfile.BadZipFile, zlib.error, EOFError, struct.error, RuntimeError, OSError,
            ElementTree.ParseError, KeyError, UnicodeError) as trouble:
        raise _unreadable() from trouble
    rows = _from_child(path, name)
    first = next((row for row in rows if any(_filled(cell) for cell in row[1])), None)
    rows.close()
    if first is None:
        raise refused(_("The sheet “%(name)s” is empty.", name=name), reason="file_empty")
    heading_line, cells = first
    columns = columns_of(cells, heading_line)
    by_column = {number: column for number, column in enumerate(columns, 1) if column}

    def again() -> Iterator[Line]:
        for number, cells in _from_child(path, name):
            if number <= heading_line or not any(_filled(cell) for cell in cells):
                continue
            named = {column: cell for column, cell in zip(columns, cells, strict=False) if column}
            worked_out = tuple(by_column[n] for n in formulas.get(number, ()) if n in by_column)
            yield Line(number, named, 0, worked_out)

    return Rows(columns, "", "", tuple(sheets), max(0, last_row - heading_line), again)


def _unreadable() -> Invalid:
    return refused(_("The file cannot be read as an Excel workbook (.xlsx)."), reason="file_no_workbook")


def _filled(cell: Any) -> bool:
    return bool(str(cell).strip()) if cell is not None else False


# -- before anything is read -------------------------------------------------------------------------------------------


def _looked_at(path: Path) -> Path:
    """The path, after a look at both ends of the file: the list of its members alone may fill the memory."""
    with path.open("rb") as file:
        start = file.read(8)
        file.seek(0, 2)
        file.seek(max(0, file.tell() - 65_557))
        tail = file.read()
    if start.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise refused(_("The workbook is protected by a password or of the old kind (.xls). Please save it as .xlsx, "
                        "without a password."), reason="workbook_encrypted")
    end = tail.rfind(b"PK\x05\x06")
    if not start.startswith(b"PK") or end < 0 or len(tail) - end < 22:
        raise _unreadable()
    members, index_bytes = struct.unpack("<HI", tail[end + 10 : end + 16])
    elsewhere = tail[max(0, end - 20) : end].startswith(b"PK\x06\x07")  # another list, with numbers of its own
    if elsewhere or members > MOST_MEMBERS or index_bytes > LARGEST_INDEX:
        raise _bomb(_("The workbook has too many parts."))
    return path


def _bomb(what: str) -> TooMuch:
    return TooMuch(what, reason="workbook_too_much")


def _check_members(packed: zipfile.ZipFile) -> None:
    members = packed.infolist()
    if len(members) > MOST_MEMBERS:
        raise _bomb(_("The workbook has too many parts."))
    for member in members:
        name = member.filename
        if member.flag_bits & 1:
            raise refused(_("The workbook is protected by a password. Please save it without."), reason="workbook_encrypted")
        if name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name):
            raise _unreadable()
        if _OUTSIDE.match(name):
            raise refused(
                _("The workbook refers to other files or holds macros (%(name)s). Please save only the table as a new "
                  "workbook.", name=name), reason="workbook_external",
            )
    if "xl/workbook.xml" not in packed.namelist():
        raise _unreadable()
    unpacked = 0
    for member in members:
        unpacked += _check_member(packed, member, LARGEST_UNPACKED - unpacked)


def _check_member(packed: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> int:
    """Unpack a member into nothing; give how many bytes it really holds."""
    is_xml = member.filename.lower().endswith((".xml", ".rels", ".vml"))
    allowed = max(MEASURED_FROM, MOST_RATIO * member.compress_size)
    count, kept = 0, b""
    with packed.open(member) as file:
        while block := file.read(_BLOCK):
            count += len(block)
            if count > left or count > allowed:
                raise _bomb(_("The workbook unfolds to far more than it is. It is not opened."))
            if is_xml:
                if b"\x00" in block or _DECLARATION.search(kept + block):
                    what = _("The workbook declares entities, as no spreadsheet program writes them. It is not opened.")
                    raise refused(what, reason="workbook_entities")
                kept = block[-16:]
    return count


def _small(packed: zipfile.ZipFile, name: str) -> ElementTree.Element:
    with packed.open(name) as file:
        raw = file.read(MEASURED_FROM + 1)
    if len(raw) > MEASURED_FROM:
        raise _bomb(_("The workbook has too many parts."))
    return ElementTree.fromstring(raw)  # declarations were refused above


def _sheets(packed: zipfile.ZipFile) -> dict[str, str]:
    """The names of the sheets, with the members that hold them."""
    for name in packed.namelist():
        if name.endswith(".rels"):
            for relation in _small(packed, name):
                outside = relation.get("TargetMode", "").lower() == "external"
                if outside and not relation.get("Type", "").lower().endswith("/hyperlink"):
                    raise refused(_("The workbook refers to other files or holds macros (%(name)s). Please save only the "
                                    "table as a new workbook.", name=name), reason="workbook_external")
    targets = {one.get("Id"): one.get("Target", "") for one in _small(packed, "xl/_rels/workbook.xml.rels")}
    found: dict[str, str] = {}
    for sheet in _small(packed, "xl/workbook.xml").iter():
        if sheet.tag.rpartition("}")[2] == "sheet":
            target = targets.get(_relation_of(sheet), "")
            found[sheet.get("name", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if len(found) > MOST_SHEETS:
                raise _bomb(_("The workbook has more than %(most)s sheets.", most=MOST_SHEETS))
    if not found:
        raise _unreadable()
    return found


def _relation_of(sheet: ElementTree.Element) -> str | None:
    return next((value for name, value in sheet.attrib.items() if name.endswith("}id")), None)


def _look_over(packed: zipfile.ZipFile, member: str) -> tuple[dict[int, list[int]], int]:
    """Where the sheet has formulas (row: columns), and its last row."""
    formulas: dict[int, list[int]] = {}
    last_row, kept = 0, b""
    with packed.open(member) as file:
        while True:
            block = file.read(_BLOCK)
            text = kept + block
            cut = len(text) if not block else max(text.rfind(b"<c "), text.rfind(b":c ") - 16, len(text) - _BLOCK, 0)
            for letters, digits, formula in _CELL.findall(text[:cut]):
                row = int(digits)
                last_row = max(last_row, row)
                if formula:
                    formulas.setdefault(row, []).append(_column_number(letters))
                elif len(letters) == 3 and _column_number(letters) > MOST_COLUMNS:
                    raise _bomb(_("The sheet has more than %(most)s columns.", most=MOST_COLUMNS))
                if row > MOST_ROWS:
                    raise _bomb(_("The sheet has more than %(most)s rows. Please save it as CSV.", most=MOST_ROWS))
            kept = text[cut:]
            if not block:
                return formulas, last_row


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


# -- reading -----------------------------------------------------------------------------------------------------------


def _from_child(path: Path, sheet: str) -> Any:
    """The rows of a sheet with their numbers, as the child prints them; closing it early ends the child."""
    command = [sys.executable, "-I", str(Path(sheet_child.__file__)), str(path), sheet]
    child = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, env=_surroundings())
    assert child.stdout is not None
    try:
        for raw in child.stdout:
            number, before, cells = json.loads(raw)
            yield number, [None] * before + [_typed(cell) for cell in cells]
        if child.wait() != 0:
            raise _unreadable()
    finally:
        child.stdout.close()
        child.kill()
        child.wait()


def _surroundings() -> dict[str, str]:
    """What a process needs to run at all; keys and addresses of the house it need not know."""
    return {name: value for name, value in os.environ.items() if name in ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")}


def _typed(cell: Any) -> Any:
    if isinstance(cell, dict):
        return datetime.fromisoformat(cell["at"]) if "at" in cell else date.fromisoformat(cell["on"])
    return cell
