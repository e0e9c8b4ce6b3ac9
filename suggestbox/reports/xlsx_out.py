"""A document as an Excel workbook: typed cells, a heading that stays, filters, and never a formula.

Rows go to disk as they come (the library's constant-memory mode), so that 100,000 of them take no more memory than ten.
Source: ECMA-376 part 1, 18.3.1.4 and 22.4.2.4 (text with control characters is written as _xHHHH_)
"""

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter

from suggestbox.core.language import gettext as _

from .documents import Amount, Column, Document, Table, sheet_names

LONGEST_CELL = 32_767
"""UTF-16 units; Excel calls a workbook with a longer cell damaged."""

LONGEST_TITLE = 255
FORMATS = {
    "text": {"valign": "top"},
    "long": {"valign": "top", "text_wrap": True},
    "count": {"num_format": "#,##0"},
    "number": {"num_format": "#,##0.0"},
    "percent": {"num_format": "0.0%"},
    "money": {"num_format": '#,##0.00 "€"'},
    "days": {"num_format": "#,##0.0"},
    "date": {"num_format": 14},  # the short date of the reader's own system
    "moment": {"num_format": 22},
}
_NOT_IN_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_OPTIONS = {
    "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}


def write_workbook(path: Path, document: Document) -> int:
    """Write a document into a new file and give how many rows its tables have; the rows' stream may take its time.

    Takes   path: scratch files lie beside it while it is written
    """
    book = xlsxwriter.Workbook(str(path), {**_OPTIONS, "tmpdir": str(path.parent)})
    try:
        book.set_properties({"title": _fit(document.title, LONGEST_TITLE)})
        writer = _Writer(book, document)
        tables = [*document.tables, document.definitions, _facts(document)]
        return sum(writer.put(table, name) for table, name in zip(tables, sheet_names(tables), strict=True))
    finally:
        book.close()  # removes the scratch files too


def _facts(document: Document) -> Table:
    columns = (Column("what", _("About this file"), width=28), Column("value", document.title, "long", 80))
    return Table(_("About this file"), columns, [*document.facts, *(("", note) for note in document.notes)])


class _Writer:
    """Puts tables into a workbook, one sheet each."""

    def __init__(self, book: Any, document: Document):
        self._book = book
        self._zone = ZoneInfo(document.zone)
        self._formats = {kind: book.add_format(look) for kind, look in FORMATS.items()}
        self._head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})

    def put(self, table: Table, name: str) -> int:
        """Write a table; give how many rows it has."""
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for n, column in enumerate(table.columns):
            sheet.set_column(n, n, column.width)
        for n, column in enumerate(table.columns):
            sheet.write_string(0, n, _fit(column.head), self._head)
        count = 0
        for count, row in enumerate(table.rows, 1):
            for n, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
                self._cell(sheet, count, n, column.kind, cell)
        sheet.autofilter(0, 0, count, len(table.columns) - 1)
        return count

    def _cell(self, sheet: Any, row: int, n: int, kind: str, cell: Any) -> None:
        if isinstance(cell, Amount):
            kind, cell = cell.kind, cell.value
        if cell is None or cell == "":
            return
        look = self._formats[kind]
        if isinstance(cell, str):
            sheet.write_string(row, n, _fit(cell), self._formats["long" if kind == "long" else "text"])
        elif isinstance(cell, datetime):
            sheet.write_datetime(row, n, cell.astimezone(self._zone).replace(tzinfo=None, microsecond=0), look)
        elif isinstance(cell, date):
            sheet.write_datetime(row, n, cell, look)
        else:
            sheet.write_number(row, n, cell / 100 if kind in ("percent", "money") else cell, look)


def _fit(text: str, most: int = LONGEST_CELL) -> str:
    """Give a text as a workbook can hold it; what is longer than a cell ends with an ellipsis."""
    text = _NOT_IN_XML.sub("\ufffd", text)
    if len(text) * 2 <= most or len(text.encode("utf-16-le")) // 2 <= most:
        return text
    return text.encode("utf-16-le")[: (most - 1) * 2].decode("utf-16-le", "ignore") + "…"
