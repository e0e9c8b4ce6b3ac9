"""What lies behind a mean, as tables of an export: distributions, answers one by one, open steps by stage and age."""

from collections.abc import Sequence
from typing import Any

from suggestbox.core.language import current_language
from suggestbox.core.language import gettext as _

from .documents import Column, Table
from .figures import DIMENSIONS, Figure, figures_of
from .flow_live import BAND_WORDS, STAGE_WORDS
from .memory import Cell
from .queries import RowName, Sheet

ANSWERS = ("yes", "partly", "no")


def rows_of(sheet: Sheet, dimension: str) -> list[RowName]:
    """Give the rows of a dimension that have a cell, in their order."""
    if dimension == "all":
        return [RowName("all", "", 0, str(DIMENSIONS["all"]))]
    used = {row for _figure, found, row in sheet.cells if found == dimension}
    return [row for row in sheet.rows(dimension) if row.key in used]


def mark(cell: Cell, name: str) -> float | None:
    """Give a number that stands beside a figure, such as its median; nothing where the figure is hidden."""
    found = (cell.more or {}).get(name)
    return found if isinstance(found, int | float) and not cell.hidden else None


def distributions(sheet: Sheet, figures: Sequence[Figure]) -> list[Table]:
    """Give how often each value came, in one table for all figures; none where nothing is spread."""
    rows = [
        (str(figure.name), str(DIMENSIONS[dimension]), row.name, low, high, count)
        for figure in figures for dimension in figure.dimensions for row in rows_of(sheet, dimension)
        if (cell := sheet.cell(figure.key, dimension, row.key)) is not None and not cell.hidden
        for low, high, count in _spread(cell)
    ]
    columns = (
        Column("figure", _("Key figure"), width=30), Column("dimension", _("Rows by"), width=18),
        Column("row", _("Row"), width=30), Column("from", _("From (included)"), "number", 10),
        Column("to", _("Up to (included)"), "number", 10), Column("count", _("How many"), "count", 10),
    )
    return [Table(_("Distributions"), columns, rows)] if rows else []


def distributions_on_paper(sheet: Sheet, figures: Sequence[Figure]) -> list[Table]:
    """Give the same for the whole company as it is printed: a line per figure, the values beside each other."""
    found: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    for figure in figures:
        cell = sheet.cell(figure.key)
        spread = _spread(cell) if cell is not None and not cell.hidden else []
        if spread:
            heads = tuple(_bin_words(low, high) for low, high, _count in spread)
            found.setdefault(heads, []).append((str(figure.name), *(count for _low, _high, count in spread)))
    return [
        Table(_("Distributions"), (Column("figure", _("Key figure"), width=30),
                                   *(Column(f"bin{n}", head, "count", 12) for n, head in enumerate(heads))), rows)
        for heads, rows in found.items()
    ]


def _bin_words(low: Any, high: Any) -> str:
    if high is None:
        return _("%(number)s and more", number=low)
    return str(low) if high in (low, "") else _("%(first)s to %(last)s", first=low, last=high)


def _spread(cell: Cell) -> list[tuple[Any, Any, int]]:
    more = cell.more or {}
    words = {"yes": _("yes"), "partly": _("partly"), "no": _("no")}
    answers = [(words[name], "", more[name]) for name in ANSWERS if name in more]
    return answers or [(low, high, count) for low, high, count in more.get("bins", ())]


def reasons(sheet: Sheet, *, whole: bool = False) -> list[Table]:
    """Give the themes named as reasons for praise and criticism; none in reports of another kind.

    Takes   whole: of the whole company alone, as it is printed
    """
    rows = [
        (str(figure.name), str(DIMENSIONS[dimension]), row.name, name_de if current_language() == "de" else name_en, people)
        for figure in figures_of(sheet.report.kind) for dimension in (("all",) if whole else figure.dimensions)
        for row in rows_of(sheet, dimension)
        if (cell := sheet.cell(figure.key, dimension, row.key)) is not None and not cell.hidden
        for _theme, name_de, name_en, people in (cell.more or {}).get("reasons", ())
    ]
    columns = (
        Column("figure", _("Key figure"), width=30), Column("dimension", _("Rows by"), width=18),
        Column("row", _("Row"), width=30), Column("theme", _("Theme"), width=34),
        Column("people", _("People, at least"), "count", 14),
    )
    keep = (0, 3, 4) if whole else range(5)
    return [Table(_("Reasons"), tuple(columns[n] for n in keep), [[row[n] for n in keep] for row in rows])] if rows else []


def ages(sheet: Sheet) -> list[Table]:
    """Give the steps that were open, by what was waited for and for how long; none in reports of another kind."""
    cell = sheet.cell("open_steps")
    stages = (cell.more or {}).get("stages", {}) if cell is not None and not cell.hidden else {}
    columns = (
        Column("stage", _("What is waited for"), width=30),
        *(Column(f"band{n}", _("%(band)s working days", band=band), "count", 14) for n, band in enumerate(BAND_WORDS)),
    )
    rows = [(str(STAGE_WORDS[stage]), *stages[stage]) for stage in STAGE_WORDS if stage in stages]
    return [Table(_("Open next steps by age"), columns, rows)] if rows else []
