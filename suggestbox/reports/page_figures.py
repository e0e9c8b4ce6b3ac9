"""What the pages of reports put together from a kept report: headline figures, trends, rows, distributions, shares."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from suggestbox.core.language import gettext as _

from . import words
from .choosing import Choice
from .drilling import Address, in_sight
from .figures import DIMENSIONS, FIGURES, Figure, dimensions_of, figures_of
from .memory import Cell
from .pictures import WIDE, Bar, Bars, Distribution, Grid, Multiple, bars_of, grid_of, multiple_of
from .queries import RowName, Sheet, trends
from .targets import targets_on

FEWEST_BINS = 4
"""A distribution shows at least so many parts of its scale, empty or not."""

FEWEST_DRAWN = 5
"""Of fewer there is no distribution to see: their median says it all."""

BACK = {"month": 12, "quarter": 8, "year": 5}
"""How many periods a trend shows, the chosen one included."""


@dataclass(frozen=True)
class Told:
    """One figure of the whole company, with its target on the last day of the period."""

    figure: Figure
    cell: Cell | None
    target: float | None = None
    kept: bool | None = None

    @property
    def value(self) -> str:
        """The value with its unit."""
        return words.value_text(self.cell, self.figure)

    @property
    def number(self) -> float | None:
        """The value itself; None where there is none."""
        return self.cell.value if self.cell is not None and not self.cell.hidden else None

    @property
    def part(self) -> int:
        """What stands above the line; 0 where nothing was counted."""
        return (self.cell.numerator or 0) if self.cell is not None else 0

    @property
    def whole(self) -> int:
        """What stands below the line; 0 where nothing was counted."""
        return (self.cell.denominator or 0) if self.cell is not None else 0

    @property
    def late_tenth(self) -> str:
        """The duration that nine of ten did not exceed, in words; empty for other figures."""
        p90 = _more(self.cell).get("p90")
        return words.amount_text(p90, self.figure.unit) if p90 is not None else ""

    @property
    def target_words(self) -> str:
        """The target with its unit; empty without one."""
        return words.amount_text(self.target, self.figure.unit) if self.target is not None else ""


Targets = dict[str, float]
"""{figure: target}, as they stood on the period's last day. Functions that are not given them ask, one statement each."""


def told(sheet: Sheet, keys: Iterable[str], targets: Targets | None = None) -> dict[str, Told]:
    """Give figures of the whole company by key, each with the target that stood on the period's last day."""
    targets = targets_on(sheet.report.until) if targets is None else targets
    return {key: _told(FIGURES[key], sheet.cell(key), targets.get(key)) for key in keys}


def _told(figure: Figure, cell: Cell | None, target: float | None) -> Told:
    value = cell.value if cell is not None and not cell.hidden else None
    if value is None or target is None or not figure.better:
        return Told(figure, cell, target)
    return Told(figure, cell, target, value >= target if figure.better == "higher" else value <= target)


def pictures_over_time(choice: Choice, keys: Sequence[str], targets: Targets | None = None) -> list[Multiple]:
    """Give each figure as a small picture over the periods of the chosen length; one statement.

    Periods before the first one kept are left out, and figures nothing was kept of.
    """
    if choice.sheet is None or choice.period is None:
        return []
    found = trends(keys, choice.period.kind, BACK[choice.period.kind], until=choice.period)
    while found and not found[0][1]:
        found = found[1:]
    targets = targets_on(choice.sheet.report.until) if targets is None else targets
    open_key = choice.period.key if choice.is_open else ""
    drawn = []
    for key in keys:
        points = [(period, cells.get(key)) for period, cells in found]
        if any(cell is not None and cell.value is not None for _period, cell in points):
            drawn.append(multiple_of(FIGURES[key], points, target=targets.get(key), open_key=open_key))
    return drawn


def bars_by(sheet: Sheet, dimension: str, keys: Iterable[str], targets: Targets) -> list[Bars]:
    """Give the rows of a dimension as bars, one picture for each figure that has any."""
    pictures = (bars_of(sheet, FIGURES[key], dimension, target=targets.get(key)) for key in keys)
    return [picture for picture in pictures if picture is not None]


def grid_by(
    sheet: Sheet | None, dimension: str, keys: Iterable[str], targets: Targets, *, below: str = "",
    address: Address | None = None,
) -> Grid | None:
    """Give the rows of a dimension with several figures side by side; None where none of them may be shown.

    Takes   below, address: see pictures.grid_of
    """
    if sheet is None or not any(
        cell.value is not None for (_figure, where, _row), cell in sheet.cells.items() if where == dimension
    ):
        return None
    figures = [FIGURES[key] for key in keys]
    grid = grid_of(sheet, figures, dimension, targets, below=below, address=address)
    if grid is None:
        return None
    # Sums of the whole company would dwarf their rows: they are written, not drawn.
    rows = [(row, [bar or (_written(sheet, picture.figure) if row.whole else None)
                   for bar, picture in zip(bars, grid.pictures, strict=True)]) for row, bars in grid.rows]
    return replace(grid, rows=rows)


def _written(sheet: Sheet, figure: Figure) -> Bar | None:
    cell = sheet.cell(figure.key)
    if cell is None:
        return None
    return Bar("all", str(DIMENSIONS["all"]), 0, words.value_text(cell, figure), None, why=cell.hidden, whole=True)


# -- distributions -----------------------------------------------------------------------------------------------------


def spreads_of(sheet: Sheet, keys: Iterable[str]) -> list[tuple[Figure, Distribution]]:
    """Give durations of the whole company as distributions, with median and slowest tenth marked."""
    pairs = ((FIGURES[key], _spread(FIGURES[key], sheet.cell(key))) for key in keys)
    return [(figure, picture) for figure, picture in pairs if picture is not None]


def _spread(figure: Figure, cell: Cell | None) -> Distribution | None:
    more = _more(cell)
    bins = [(_bin_words(low, high), float(low), high, int(count)) for low, high, count in more.get("bins", [])]
    while len(bins) > FEWEST_BINS and not bins[-1][3]:
        bins.pop()  # beyond the slowest there is nothing to see
    if cell is None or cell.value is None or sum(count for *_rest, count in bins) < FEWEST_DRAWN:
        return None
    p90 = more.get("p90", cell.value)
    return Distribution.from_bins(bins, [
        ("median", cell.value, _("Half of them within %(days)s", days=words.amount_text(cell.value, figure.unit))),
        ("late", p90, _("Nine of ten within %(days)s", days=words.amount_text(p90, figure.unit))),
    ])


def _more(cell: Cell | None) -> dict[str, Any]:
    return (cell.more or {}) if cell is not None and not cell.hidden else {}


def _bin_words(low: int, high: int | None) -> str:
    if high is None:
        return _("over %(number)s", number=words.number_text(low - 1))
    return words.number_text(low) if low == high else f"{words.number_text(low)}–{words.number_text(high)}"


def marks_of(cell: Cell | None) -> Distribution | None:
    """Give how often each of 1 to 5 was said; None where it is not shown."""
    return Distribution.from_bins([(str(low), low, high, int(count)) for low, high, count in _more(cell).get("bins", [])])


# -- tables ------------------------------------------------------------------------------------------------------------


MOST_CELLS = 250
"""Tables with more of them together are closed doors: only the one somebody asks for is on the page."""

MOST_TABLE_ROWS = 60
"""Rows of a table on a page; what is more stands in the file."""


@dataclass(frozen=True)
class Table:
    """All figures of a kind in the rows of one dimension, the whole company first.

    Without rows it is only named, for whoever wants to ask for it. `left_out`: how many rows stand in the file alone.
    """

    dimension: str
    name: str
    figures: list[Figure]
    rows: list[tuple[RowName, list[Cell | None]]]
    left_out: int = 0
    asked: bool = False
    url: str = ""

    @property
    def marks(self) -> dict[str, str]:
        """Why cells are not shown, and the letter that stands in them instead of many words: {"small": "a"}."""
        whys = {cell.hidden for _row, cells in self.rows for cell in cells if cell is not None and cell.hidden}
        return dict(zip((why for why in words.HIDDEN_SENTENCES if why in whys), "abcd", strict=False))


def tables_of(sheet: Sheet, *, below: str = "", asked: str = "") -> list[Table]:
    """Give the tables behind the pictures: one for each dimension that has rows.

    Takes   below: the department whose rows are in sight, as in the pictures; asked: the dimension somebody asks for
    """
    figures = figures_of(sheet.report.kind)
    found = [_table(sheet, dimension, figures, below, asked) for dimension in dimensions_of(sheet.report.kind)
             if dimension != "all"]
    tables = [table for table in found if table.rows]
    if sum(len(table.rows) * len(table.figures) for table in tables) <= MOST_CELLS:
        return tables
    return [table if table.asked else replace(table, rows=[]) for table in tables]


def _table(sheet: Sheet, dimension: str, figures: list[Figure], below: str, asked: str) -> Table:
    used = [figure for figure in figures if dimension in figure.dimensions]
    named = sheet.rows_with(dimension, [figure.key for figure in used])
    shown = (in_sight(named, below).rows if dimension == "department" else named)[:MOST_TABLE_ROWS]
    rows = [(row, [sheet.cell(figure.key, dimension, row.key) for figure in used]) for row in shown]
    if rows:
        whole = RowName("all", "", 0, str(DIMENSIONS["all"]))
        rows.insert(0, (whole, [sheet.cell(figure.key) for figure in used]))
    return Table(dimension, str(DIMENSIONS[dimension]), used, rows, len(named) - len(shown), dimension == asked)


# -- parts of a whole --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Share:
    """One part of a whole: how many, and how long its bar is (0 to 100). `tint` is a class of the style sheet."""

    name: str
    count: int
    width: float
    x: float
    tint: str


def shares_of(parts: Iterable[tuple[str, int, str]]) -> list[Share]:
    """Give parts of a whole as pieces of one bar, in the order given.

    Takes   parts: (name, how many, tint)
    """
    rows = list(parts)
    whole = sum(count for _name, count, _tint in rows)
    found, x = [], 0.0
    for name, count, tint in rows:
        width = WIDE * count / whole if whole else 0.0
        found.append(Share(name, count, round(width, 2), round(x, 2), tint))
        x += width
    return found
