"""Two ways at once: a figure by site and employment group, as a table whose cells are drawn."""

from dataclasses import dataclass
from typing import Any

from . import words
from .memory import Cell
from .pictures import WIDE, round_top
from .queries import RowName, Sheet


@dataclass(frozen=True)
class Place:
    """A cell of the crossing: its value in words, its bar, or why it is not shown."""

    value: str = ""
    parts: str = ""
    width: float | None = None
    why: str = ""


@dataclass(frozen=True)
class Crossing:
    """Sites down, employment groups across, the sums of both at the edges; None where nobody is."""

    figure: Any
    columns: list[RowName]
    rows: list[tuple[RowName, list[Place | None]]]
    top_words: str
    reasons: list[str]


def crossing_of(sheet: Sheet, figure: Any) -> Crossing | None:
    """Give a figure by site and employment group; None where the report has no such rows."""
    inner = {key: cell for (name, dimension, key), cell in sheet.cells.items()
             if name == figure.key and dimension == "site_group"}
    pairs = [tuple(key.split("|", 1)) for key in inner]
    sites = [row for row in sheet.rows("site") if any(pair[0] == row.key for pair in pairs)]
    groups = [row for row in sheet.rows("group") if any(pair[-1] == row.key for pair in pairs)]
    if not sites or not groups:
        return None
    edges = [sheet.cell(figure.key, "site", row.key) for row in sites]
    edges += [sheet.cell(figure.key, "group", row.key) for row in groups]
    cells = [cell for cell in [*inner.values(), *edges, sheet.cell(figure.key)] if cell is not None]
    top = round_top(max([cell.value for cell in cells if not cell.hidden and cell.value is not None] or [0]), figure.unit)

    def place(cell: Cell | None) -> Place | None:
        if cell is None:
            return None
        seen = not cell.hidden and cell.value is not None and top
        width = round(min((cell.value or 0) / top, 1) * WIDE, 2) if seen else None
        return Place(words.value_text(cell, figure), words.parts_text(cell, figure), width, cell.hidden)

    rows = [
        (site, [*(place(inner.get(f"{site.key}|{group.key}")) for group in groups),
                place(sheet.cell(figure.key, "site", site.key))])
        for site in sites
    ]
    whole = RowName("all", "", 0, str(words.DIMENSION_NAMES["all"]))
    rows.append((whole, [*(place(sheet.cell(figure.key, "group", group.key)) for group in groups),
                         place(sheet.cell(figure.key))]))
    whys = {cell.hidden for cell in cells}
    return Crossing(figure, groups, rows, words.amount_text(top, figure.unit),
                    [why for why in words.HIDDEN_SHORT if why in whys])
