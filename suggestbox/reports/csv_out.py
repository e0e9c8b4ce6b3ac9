"""A document's first table as a CSV file: UTF-8, separator and decimal sign of the reader's country.

No text in it is taken for a formula by whatever program, and every text comes back exactly: see core/cells.py, whose
`plain` is the way back. Numbers, dates and moments are no texts and stand as they are.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from suggestbox.core.cells import guarded

from .documents import Amount, Column, Document

SEPARATORS = {"de": ";", "en": ","}
DECIMAL_SIGNS = {"de": ",", "en": "."}
PLACES = 4
"""Digits behind the decimal sign; numerator and denominator stand beside every rate, so nothing is lost."""


@dataclass(frozen=True)
class Shape:
    """How a CSV file is written. `bom`: begins with the mark by which Excel knows UTF-8."""

    separator: str = ","
    decimal_sign: str = "."
    bom: bool = False


def shape_for(language: str, *, separator: str = "", bom: bool = False) -> Shape:
    """Give the shape that spreadsheets expect where this language is spoken; another separator as asked for."""
    return Shape(separator or SEPARATORS.get(language, ","), DECIMAL_SIGNS.get(language, "."), bom)


def write_csv(path: Path, document: Document, shape: Shape) -> int:
    """Write the first table of a document into a new file; give how many rows it has."""
    table, zone = document.tables[0], ZoneInfo(document.zone)
    with path.open("w", encoding="utf-8-sig" if shape.bom else "utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=shape.separator, lineterminator="\r\n")
        writer.writerow([guarded(column.head) for column in table.columns])
        count = 0
        for row in table.rows:
            writer.writerow(_cells(table.columns, row, shape, zone))
            count += 1
    return count


def _cells(columns: tuple[Column, ...], row: Any, shape: Shape, zone: ZoneInfo) -> Iterator[str]:
    for column, cell in zip(columns, row, strict=True):
        kind, value = (cell.kind, cell.value) if isinstance(cell, Amount) else (column.kind, cell)
        yield _written(value, kind, shape, zone)


def _written(value: Any, kind: str, shape: Shape, zone: ZoneInfo) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return guarded(value)
    if isinstance(value, datetime):
        return value.astimezone(zone).replace(microsecond=0).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if kind == "money":
        text = f"{Decimal(value) / 100:.2f}"
    elif isinstance(value, int):
        return str(value)
    else:
        text = f"{value:.{PLACES}f}".rstrip("0").rstrip(".")
        text = "0" if text == "-0" else text
    return text.replace(".", shape.decimal_sign)
