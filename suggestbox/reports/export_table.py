"""A kept report as a document: every figure of every row with what it was made of, and a table per kind of rows.

Formula, numerator, denominator, population and period stand beside each figure in the first table, which is the one a
CSV file holds. What is hidden says why instead of a number.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from flask import current_app

from suggestbox.core.language import current_language, full_date
from suggestbox.core.language import gettext as _

from .documents import Amount, Column, Document, Printed, Table
from .export_spread import ages, distributions, distributions_on_paper, mark, reasons, rows_of
from .figures import DIMENSIONS, Figure, figures_of
from .memory import Cell
from .queries import Sheet
from .words import HIDDEN_SHORT, KIND_NAMES, NOTHING, kept_words, parts_text, span_words, value_text

UNIT_KINDS = {
    "count": "count", "percent": "percent", "per_hundred": "number", "cents": "money", "days": "days",
    "working_days": "days", "score": "number", "ratio": "number",
    "net": "number",
}
"""Unit of a figure: what its cells are."""

MONEY_ABOVE = frozenset({
    "net_benefit", "benefit_per_employee", "benefit_per_idea", "roi", "awards", "average_award", "award_rate",
})
MONEY_BELOW = frozenset({"roi", "award_rate"})
"""Figures whose numerator, or denominator, is money rather than ideas or people."""

COLUMNS_ON_PAPER = 8
"""Figures beside each other on a printed page; more of them begin a further table."""


def unit_words(unit: str) -> str:
    """Give what a column of this unit holds, in the reader's language; empty for plain counts."""
    return {
        "percent": "%", "per_hundred": _("per 100 people"), "cents": "€", "days": _("days"),
        "working_days": _("working days"), "score": _("1 to 5"), "ratio": _("times"),
        "net": _("from -100 to 100"),
    }.get(unit, "")


def document(sheet: Sheet) -> Document:
    """Give a kept report as a document in the reader's language."""
    report, figures = sheet.report, figures_of(sheet.report.kind)
    used = {dimension for _figure, dimension, _row in sheet.cells}
    dimensions = [key for key in DIMENSIONS if key in used and key != "all"]
    tables = [
        _everything(sheet, figures, ["all", *dimensions]), *(_side_by_side(sheet, figures, key) for key in dimensions),
        *ages(sheet), *reasons(sheet), *distributions(sheet, figures),
    ]
    return Document(
        _("%(kind)s, %(period)s", kind=KIND_NAMES[report.kind], period=sheet.period.label()), current_language(),
        current_app.config["HEADQUARTERS_ZONE"], _facts(sheet), tables, _definitions(figures), _notes(sheet),
        _on_paper(sheet, figures, dimensions),
    )


def _facts(sheet: Sheet) -> list[tuple[str, str]]:
    report, label = sheet.report, sheet.period.label()
    facts = [
        (_("Kind of report"), str(KIND_NAMES[report.kind])),
        (_("Period"), f"{label} ({span_words(report.since, report.until)})"),
        (_("State"), kept_words(report, label)), (_("Counted on"), full_date(report.as_of)),
        (_("Time zone"), str(current_app.config["HEADQUARTERS_ZONE"])),
    ]
    if report.reason:
        facts.append((_("Why it was corrected"), report.reason))
    return facts


def _notes(sheet: Sheet) -> list[str]:
    hidden = sorted({cell.hidden for cell in sheet.cells.values() if cell.hidden})
    notes = [_("A row about people is shown only where enough people stand behind it. Rows from which a hidden one could be "
               "worked out are hidden too.")]
    return [*notes, *(_("“%(why)s” stands in place of a number.", why=HIDDEN_SHORT[why]) for why in hidden)]


def _names(sheet: Sheet, dimension: str) -> dict[str, str]:
    return {row.key: row.name for row in sheet.rows(dimension)}


# -- every figure of every row ----------------------------------------------------------------------------------------


def _everything(sheet: Sheet, figures: Sequence[Figure], dimensions: Sequence[str]) -> Table:
    columns = (
        Column("period", _("Period"), width=18), Column("figure", _("Key figure"), width=28),
        Column("dimension", _("Rows by"), width=18), Column("row", _("Row"), width=30),
        Column("within", _("Belongs to"), width=22), Column("value", _("Value"), "number", 12),
        Column("unit", _("Unit"), width=8), Column("numerator", _("Numerator"), "count", 12),
        Column("denominator", _("Denominator"), "count", 12), Column("hidden", _("Not shown because"), width=24),
        Column("mean", _("Mean"), "number", 10), Column("median", _("Median"), "number", 10),
        Column("p90", _("90th percentile"), "number", 10),
        Column("formula", _("Formula"), width=34), Column("numerator_is", _("Numerator is"), width=34),
        Column("denominator_is", _("Denominator is"), width=34), Column("population", _("Population"), width=40),
    )
    return Table(_("All figures"), columns, list(_all_rows(sheet, figures, dimensions)))


def _all_rows(sheet: Sheet, figures: Sequence[Figure], dimensions: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    for dimension in dimensions:
        names = _names(sheet, dimension)
        for row in rows_of(sheet, dimension):
            for figure in figures:
                cell = sheet.cell(figure.key, dimension, row.key)
                if cell is not None:
                    yield (
                        sheet.period.label(), str(figure.name), str(DIMENSIONS[dimension]), row.name,
                        names.get(row.parent or "", ""), *_amounts(figure, cell), str(figure.formula),
                        str(figure.numerator), str(figure.denominator), str(figure.population),
                    )


def _amounts(figure: Figure, cell: Cell) -> tuple[Any, ...]:
    kind = UNIT_KINDS[figure.unit]
    return (
        Amount(cell.value, kind), unit_words(figure.unit),
        Amount(cell.numerator, "money" if figure.key in MONEY_ABOVE else "count"),
        Amount(cell.denominator, "money" if figure.key in MONEY_BELOW else "count"),
        str(HIDDEN_SHORT[cell.hidden]) if cell.hidden else "",
        *(Amount(mark(cell, name), kind) for name in ("mean", "median", "p90")),
    )


# -- a table per kind of rows -----------------------------------------------------------------------------------------


def _shown_in(sheet: Sheet, figures: Sequence[Figure], dimension: str) -> list[Figure]:
    """The figures of which there is a cell in these rows."""
    there = {figure for figure, found, _row in sheet.cells if found == dimension}
    return [figure for figure in figures if figure.key in there]


def _side_by_side(sheet: Sheet, figures: Sequence[Figure], dimension: str) -> Table:
    shown, names = _shown_in(sheet, figures, dimension), _names(sheet, dimension)
    columns = (
        Column("row", str(DIMENSIONS[dimension]), width=32), Column("within", _("Belongs to"), width=24),
        *(Column(figure.key, _head(figure), UNIT_KINDS[figure.unit], 16) for figure in shown),
    )
    rows = [(row.name, names.get(row.parent or "", ""),
             *(_number(sheet.cell(figure.key, dimension, row.key)) for figure in shown))
            for row in rows_of(sheet, dimension)]
    return Table(str(DIMENSIONS[dimension]), columns, rows)


def _head(figure: Figure) -> str:
    unit = unit_words(figure.unit)
    return f"{figure.name} ({unit})" if unit else str(figure.name)


def _number(cell: Cell | None) -> Any:
    if cell is None:
        return None
    return str(HIDDEN_SHORT[cell.hidden]) if cell.hidden else cell.value


def _definitions(figures: Sequence[Figure]) -> Table:
    columns = (
        Column("figure", _("Key figure"), width=28), Column("formula", _("Formula"), "long", 40),
        Column("numerator", _("Numerator is"), "long", 30), Column("denominator", _("Denominator is"), "long", 30),
        Column("population", _("Population"), "long", 44), Column("unit", _("Unit"), width=14),
        Column("note", _("Note"), "long", 60),
    )
    rows = [(str(f.name), str(f.formula), str(f.numerator), str(f.denominator), str(f.population), unit_words(f.unit),
             str(f.note)) for f in figures]
    return Table(_("Definitions"), columns, rows)


# -- on paper ---------------------------------------------------------------------------------------------------------


def _on_paper(sheet: Sheet, figures: Sequence[Figure], dimensions: Sequence[str]) -> list[Table]:
    """The report as it is printed: the whole company with formulas beside the figures, then rows by figures."""
    columns = (Column("figure", _("Key figure"), width=24), Column("value", _("Value"), "number", 16),
               Column("parts", _("Counted"), "number", 18), Column("formula", _("Formula"), "long", 34),
               Column("population", _("Population"), "long", 40))
    company = [(str(f.name), _on_paper_cell(sheet.cell(f.key), f), parts_text(sheet.cell(f.key), f), str(f.formula),
                str(f.population)) for f in figures if sheet.cell(f.key) is not None]
    tables = [Table(str(DIMENSIONS["all"]), columns, company), *ages(sheet),
              *reasons(sheet, whole=True), *distributions_on_paper(sheet, figures)]
    for dimension in dimensions:
        shown = _shown_in(sheet, figures, dimension)
        for part in _shared_out(shown):
            heads = (Column("row", str(DIMENSIONS[dimension]), width=30),
                     *(Column(f.key, str(f.name), "number", 13) for f in part))
            rows = [
                (Printed(row.name, indent=row.depth),
                 *(_on_paper_cell(sheet.cell(f.key, dimension, row.key), f) for f in part))
                for row in rows_of(sheet, dimension)
            ]
            tables.append(Table(str(DIMENSIONS[dimension]), heads, rows))
    return tables


def _shared_out(figures: list[Figure]) -> list[list[Figure]]:
    """As few tables as fit on a page beside each other, with about as many figures in each."""
    tables = -(-len(figures) // COLUMNS_ON_PAPER)
    return [figures[len(figures) * n // tables : len(figures) * (n + 1) // tables] for n in range(tables)]


def _on_paper_cell(cell: Cell | None, figure: Figure) -> Printed:
    if cell is None:
        return Printed(NOTHING)
    if cell.hidden:
        return Printed(str(HIDDEN_SHORT[cell.hidden]), soft=True)
    share = cell.value if figure.unit == "percent" and cell.value is not None and 0 <= cell.value <= 100 else None
    return Printed(value_text(cell, figure), share)
