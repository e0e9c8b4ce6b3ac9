"""Text in cells of CSV files that no spreadsheet takes for a formula, and that comes back exactly as it was.

A CSV file says of no cell whether it is a text. Excel and LibreOffice work out what begins with = + - or @, and which
cell begins where depends on the separator the reader's computer expects: in a file with commas, a German Excel finds
a cell of its own after every semicolon inside a text. So an apostrophe is put wherever a cell could begin, at the start
of a text and behind every separator or line end in it, when a sign that begins a formula follows, whatever
apostrophes, quotation marks and blanks stand between. `plain` takes exactly these apostrophes away again.

Source: docs/decisions/0024_exports.md; CWE-1236
"""

import re

_TRANSPARENT = "['\" \u00a0\u200b\u2060\ufeff]*"
_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
_WHERE_A_CELL_BEGINS = f"(?<![^,;|\t\r\n])(?={{mark}}{_TRANSPARENT}[{_SIGNS}])"
_AT_THE_START = f"(?={{mark}}{_TRANSPARENT}[\t\r\n])"
"""A tab or a line end at the very start is swallowed by some programs, and what comes then begins the cell."""

_TO_GUARD = re.compile(f"{_WHERE_A_CELL_BEGINS}|\\A{_AT_THE_START}".format(mark=""))
_GUARDED = re.compile(f"(?:{_WHERE_A_CELL_BEGINS}|\\A{_AT_THE_START})'".format(mark="'"))


def guarded(text: str) -> str:
    """Give a text as it stands in a CSV file: no part of it begins a formula, whatever separator the reader expects."""
    return _TO_GUARD.sub("'", text)


def plain(text: str) -> str:
    """Give the text that `guarded` was given. A text that was never guarded may lose an apostrophe by it."""
    return _GUARDED.sub("", text)
