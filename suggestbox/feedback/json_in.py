"""JSON: an array of objects, or one object per line; read piece by piece, each with the line it starts in."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from suggestbox.core.errors import Invalid, TooMuch
from suggestbox.core.language import gettext as _

from .tables_in import MOST_COLUMNS, MOST_ROWS, Line, Rows, check_size, refused

LONGEST_OBJECT = 1_000_000
"""A longer object is no row; it would lie in memory as a whole."""

LOOKED_AT = 100
"""The names in so many objects are offered as columns."""

_BLOCK = 65_536
_NEAR_THE_END = 20
"""What is wrong this near the end of the window may only be cut off there."""

_NO_BLANK = re.compile(r"[^ \t\r\n]")
_DECODER = json.JSONDecoder()


def open_json(path: Path) -> Rows:
    """Give the rows of a JSON file in UTF-8. Names in objects inside objects become "outer.inner".

    Raises  TooMuch for a file that is too large; Invalid where it is no JSON or holds no objects
    """
    check_size(path.stat().st_size)
    columns: dict[str, None] = {}
    taken = 0
    for line in _lines(path):
        columns.update(dict.fromkeys(line.cells))
        taken += 1
        if taken == LOOKED_AT:
            break
    if len(columns) > MOST_COLUMNS:
        raise refused(_("there are more than %(most)s columns.", most=MOST_COLUMNS), 1, "too_many_columns")
    return Rows(tuple(columns), "utf-8", "", (), 0 if taken == LOOKED_AT else taken, lambda: _lines(path))


def _lines(path: Path) -> Iterator[Line]:
    for count, (line, found) in enumerate(_values(path), 1):
        if not isinstance(found, dict):
            raise refused(_("here should be an object: {\"text\": \"...\"}."), line, "json_no_object")
        if count > MOST_ROWS:
            raise TooMuch(_("The file has more than %(most)s rows. Please split it.", most=MOST_ROWS),
                          reason="file_too_long")
        yield Line(line, _flat(found))


def _flat(found: dict[str, Any], before: str = "") -> dict[str, Any]:
    cells: dict[str, Any] = {}
    for key, value in found.items():
        name = _whole(key)
        if isinstance(value, dict) and before.count(".") < 3:
            cells.update(_flat(value, f"{before}{name}."))
        elif isinstance(value, list) and all(isinstance(part, str | int | float) for part in value):
            cells[before + name] = _whole("|".join(str(part) for part in value))
        elif isinstance(value, dict | list):
            cells[before + name] = _whole(json.dumps(value, ensure_ascii=False))
        else:
            cells[before + name] = _whole(value) if isinstance(value, str) else value
    return cells


def _whole(text: str) -> str:
    """A text without halves of signs: JSON can name them, nothing else can hold them."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


class _Text:
    """The text of the file, of which only a window lies in memory; `at` is the place in it, `line` the line there."""

    def __init__(self, path: Path):
        self._file = path.open(encoding="utf-8-sig", newline="")
        self.window, self.at, self.line, self.ended = "", 0, 1, False

    def more(self) -> None:
        """Read on; an object that grows too long is refused."""
        self.window, self.at = self.window[self.at :], 0
        if len(self.window) > LONGEST_OBJECT:
            what = _("the object that starts here is longer than %(most)s characters.", most=LONGEST_OBJECT)
            raise refused(what, self.line, "json_too_long")
        try:
            block = self._file.read(max(_BLOCK, len(self.window)))  # doubled, so that nothing is looked at too often
        except UnicodeDecodeError as trouble:
            what = _("behind this line something is not written in UTF-8. Please save the file as UTF-8.")
            raise refused(what, self.line, "encoding_wrong") from trouble
        self.window += block
        self.ended = not block

    def go_to(self, place: int) -> None:
        """Go on at this place of the window."""
        self.line += self.window.count("\n", self.at, place)
        self.at = place

    def next_sign(self) -> str:
        """Give the next sign that is no blank, without taking it; empty at the end."""
        while True:
            found = _NO_BLANK.search(self.window, self.at)
            self.go_to(found.start() if found else len(self.window))
            if found or self.ended:
                return self.window[self.at : self.at + 1]
            self.more()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _values(path: Path) -> Iterator[tuple[int, Any]]:
    text = _Text(path)
    try:
        is_array = text.next_sign() == "["
        if is_array:
            text.go_to(text.at + 1)
        first = True
        while sign := text.next_sign():
            if is_array and sign == "]":
                text.go_to(text.at + 1)
                if text.next_sign():
                    raise _broken(text.line)
                return
            if is_array and not first:
                if sign != ",":
                    raise _broken(text.line)
                text.go_to(text.at + 1)
                text.next_sign()
            yield text.line, _one(text)
            first = False
        if is_array:
            raise refused(_("the file ends before its list does. Was it cut off?"), text.line, "json_cut_off")
    finally:
        text.close()


def _one(text: _Text) -> Any:
    """The next value; the window grows until it lies in it as a whole."""
    while True:
        try:
            value, end = _DECODER.raw_decode(text.window, text.at)
            if end < len(text.window) or text.ended or isinstance(value, dict | list):
                text.go_to(end)
                return value
        except RecursionError as trouble:
            raise _broken(text.line) from trouble
        except ValueError as trouble:
            if not isinstance(trouble, json.JSONDecodeError):  # a number of thousands of digits
                raise _broken(text.line) from trouble
            cut_off = trouble.msg.startswith("Unterminated") or trouble.pos > len(text.window) - _NEAR_THE_END
            if text.ended or not cut_off:
                raise _broken(text.line + text.window.count("\n", text.at, trouble.pos)) from trouble
        text.more()


def _broken(line: int) -> Invalid:
    return refused(_("here the file is no JSON. It should be a list of objects, or one object per line."), line, "no_json")
