"""Where the lines of the pictures in reports lie: bars of rows, small multiples over periods, distributions.

The macros of templates/reports/_pictures.html draw what is made here. All text of a picture is ordinary text of the
page, so that it is as large on a phone as on a desk; every picture is a table, or has one beside it.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from suggestbox.core.language import gettext as _

from . import words
from .drilling import Address, depth_in_sight, in_sight
from .figures import DIMENSIONS
from .memory import Cell

WIDE = 100.0
"""Bars and distributions are stretched to the room there is: their width is 100 of something."""

MULTIPLE_WIDTH, MULTIPLE_HEIGHT = 240.0, 72.0


def round_top(most: float, unit: str = "count") -> float:
    """Give the next round number at or above the largest value, where the scale of a picture ends.

    Takes   most: the largest value, or 0
            unit: of a figure; a percentage of more than a half ends at 100, a mark at 5
    """
    if unit in ("score", "net"):
        return 5.0 if unit == "score" else 100.0
    if unit == "percent" and 50 < most <= 100:
        return 100.0
    step = 1.0 if unit != "cents" else 100.0
    while step < 1e15:
        for factor in (1, 2, 4, 5):
            if most <= step * factor:
                return step * factor
        step *= 10
    return most


# -- bars of rows ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bar:
    """A row: its name, how deep it stands in the tree, its value in words, and how long its bar is (0 to 100)."""

    key: str
    name: str
    depth: int
    value: str
    width: float | None
    parts: str = ""
    why: str = ""
    url: str = ""
    whole: bool = False
    further: int = 0
    """How many rows lie under it that are not in sight; `url` is where they are."""


@dataclass(frozen=True)
class Bars:
    """Rows beside each other on one scale that begins at nothing, with marks for the company and the target."""

    figure: Any
    rows: list[Bar]
    top: float
    top_words: str
    company: float | None = None
    company_words: str = ""
    target: float | None = None
    target_words: str = ""
    reasons: list[str] = field(default_factory=list)

    @property
    def first_rows(self) -> list[Bar]:
        """The rows that are in sight at once: all, or of a large tree the upper levels."""
        return [bar for bar in self.rows if bar.depth <= self._depth_in_sight]

    @property
    def has_more(self) -> bool:
        """Say whether further rows are folded away."""
        return len(self.first_rows) < len(self.rows)

    @property
    def _depth_in_sight(self) -> int:
        return depth_in_sight([bar.depth for bar in self.rows])


def bars_of(
    sheet: Any, figure: Any, dimension: str, *, target: float | None = None, with_whole: bool = True,
    only: Container[str] | None = None,
) -> Bars | None:
    """Give a figure's rows of one dimension; None where the report has none (an open period has no rows).

    Takes   sheet: a kept report (reports.queries.Sheet)
            figure: one of FIGURES
            with_whole: the company as the first row; its value is marked in every other row in any case
            only: the keys of the rows that are drawn; without it all
    """
    if sheet is None or dimension not in figure.dimensions or dimension == "all":
        return None
    found = ((row, sheet.cell(figure.key, dimension, row.key)) for row in sheet.rows(dimension)
             if only is None or row.key in only)
    rows = [(row, cell) for row, cell in found if cell is not None]
    if not rows:
        return None
    all_cell = sheet.cell(figure.key)
    whole = _value(all_cell)
    is_sum = figure.unit in ("count", "cents")  # the sum would dwarf its rows
    values = [v for _row, cell in rows if (v := _value(cell)) is not None]
    top = round_top(max([*values, 0 if is_sum else whole or 0, target or 0]), figure.unit)

    def bar(key: str, name: str, depth: int, cell: Cell, is_whole: bool = False) -> Bar:
        return Bar(key, name, depth, words.value_text(cell, figure), _share(_value(cell), top),
                   words.parts_text(cell, figure), cell.hidden, whole=is_whole)

    drawn = [bar(row.key, row.name, row.depth, cell) for row, cell in rows]
    if with_whole and all_cell is not None and not is_sum:
        drawn.insert(0, bar("all", str(DIMENSIONS["all"]), 0, all_cell, True))
    marked = None if is_sum else whole
    return Bars(
        figure, drawn, top, words.amount_text(top, figure.unit),
        company=_share(marked, top), company_words=words.amount_text(marked, figure.unit) if marked is not None else "",
        target=_share(target, top), target_words=words.amount_text(target, figure.unit) if target is not None else "",
        reasons=_reasons([cell.hidden for _row, cell in rows]),
    )


def _value(cell: Cell | None) -> float | None:
    return None if cell is None or cell.hidden else cell.value


def _share(value: float | None, top: float) -> float | None:
    return None if value is None or not top else round(min(max(value / top, 0), 1) * WIDE, 2)


def _reasons(whys: Sequence[str]) -> list[str]:
    return [key for key in words.HIDDEN_SHORT if key in whys]


@dataclass(frozen=True)
class Grid:
    """Rows of one dimension with several figures beside each other, each on a scale of its own."""

    pictures: list[Bars]
    rows: list[tuple[Bar, list[Bar | None]]]
    left_out: int = 0
    """How many rows of a large tree lie further down than those in sight."""
    trail: list[tuple[str, str]] = field(default_factory=list)
    """The way back up: (name, address) from the whole company on; empty at the top."""

    @property
    def reasons(self) -> list[str]:
        """Why cells are not shown, each reason once."""
        return _reasons([bar.why for _row, bars in self.rows for bar in bars if bar is not None])

    @staticmethod
    def why(bars: "Sequence[Bar | None]") -> str:
        """Give the reason for which a whole row is not shown; empty where one of its figures is, or reasons differ."""
        whys = {bar.why for bar in bars if bar is not None}
        return whys.pop() if len(whys) == 1 else ""


def grid_of(
    sheet: Any, figures: Sequence[Any], dimension: str, targets: dict[str, float] | None = None, *,
    below: str = "", address: Address | None = None,
) -> Grid | None:
    """Give several figures of one dimension side by side; None where the report has no rows of it.

    Takes   below: the key of a row: this one and those under it; address: where the rows under a row stand
    """
    tree = sheet.rows_with(dimension, [figure.key for figure in figures]) if sheet is not None else []
    sight = in_sight(tree, below, address)
    depths = {row.key: row.depth for row in sight.rows}
    aims = targets or {}
    found = [bars_of(sheet, figure, dimension, target=aims.get(figure.key), only=depths) for figure in figures]
    pictures = [picture for picture in found if picture is not None]
    if not pictures:
        return None
    by_key = [{bar.key: bar for bar in picture.rows} for picture in pictures]
    named = {bar.key: bar for picture in reversed(pictures) for bar in picture.rows}
    for key, depth in depths.items():
        further = sight.further.get(key, 0) if address is not None else 0
        named[key] = replace(named[key], depth=depth, further=further, url=address(key) if address and further else "")
    order = [*(["all"] if "all" in named else []), *depths]
    return Grid(pictures, [(named[key], [bars.get(key) for bars in by_key]) for key in order], sight.left_out, sight.trail)


# -- small multiples over periods ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    """One period of a small picture. `state`: empty (kept), open (still running), hidden, or missing (nothing there)."""

    label: str
    value: str
    x: float
    y: float
    width: float
    height: float
    state: str = ""


@dataclass(frozen=True)
class Multiple:
    """A figure over some periods, small enough to stand beside others."""

    figure: Any
    name: str
    columns: list[Column]
    now: str
    now_label: str
    base: float = MULTIPLE_HEIGHT
    """Where nought lies: below, or in the middle where a figure may be below it."""
    change: str = ""
    target_y: float | None = None
    target_words: str = ""
    top_words: str = ""
    url: str = ""
    note: str = ""

    @property
    def has_open(self) -> bool:
        """Say whether the last period still runs."""
        return any(column.state == "open" for column in self.columns)

    @property
    def has_hidden(self) -> bool:
        """Say whether a period is not shown."""
        return any(column.state == "hidden" for column in self.columns)

    @property
    def summary(self) -> str:
        """The picture in a sentence, for whoever hears the page."""
        return "; ".join(f"{column.label}: {column.value}" for column in self.columns)


def multiple_of(
    figure: Any,
    points: Sequence[tuple[Any, Cell | None]],
    *,
    target: float | None = None,
    name: str = "",
    url: str = "",
    note: str = "",
    open_key: str = "",
) -> Multiple:
    """Give a figure over periods as columns from a common ground; the last one is named.

    Takes   points: (period, its cell or None where it was not kept), the oldest first, as reports.queries.trend gives
            open_key: the key of the period that still runs; its column is drawn as an outline
    """
    values = [v for _period, cell in points if (v := _value(cell)) is not None]
    top = round_top(max([*values, target or 0, 0]), figure.unit)
    step = MULTIPLE_WIDTH / max(len(points), 1)
    base = MULTIPLE_HEIGHT / 2 if figure.unit == "net" else MULTIPLE_HEIGHT
    columns = []
    for n, (period, cell) in enumerate(points):
        value = _value(cell)
        above = max(min((value or 0.0) / top, 1), 0.0 if base == MULTIPLE_HEIGHT else -1.0) * base if top else 0.0
        state = "hidden" if cell is not None and cell.hidden else "missing" if value is None else ""
        if not state and period.key == open_key:
            state = "open"
        columns.append(Column(
            period.short_label(), words.value_text(cell, figure), round(n * step + step * 0.14, 1),
            round(base - max(above, 0.0), 1), round(step * 0.72, 1), round(abs(above), 1), state,
        ))
    shown = [column for column in columns if column.state != "missing"]
    last = shown[-1] if shown else None
    return Multiple(
        figure, name or str(figure.name), columns, last.value if last else words.NOTHING, last.label if last else "",
        base=base, change=_change(figure, points),
        target_y=round(base * (1 - min(target / top, 1)), 1) if target is not None and top else None,
        target_words=words.amount_text(target, figure.unit) if target is not None else "",
        top_words=words.amount_text(top, figure.unit), url=url, note=note,
    )


def _change(figure: Any, points: Sequence[tuple[Any, Cell | None]]) -> str:
    """How the last value compares with the one before it, in words; empty where one of them is missing."""
    if len(points) < 2:
        return ""
    (before, was_cell), (_last, now_cell) = points[-2:]
    was, now = _value(was_cell), _value(now_cell)
    if was is None or now is None:
        return ""
    if was == now:
        return _("as in %(period)s", period=before.short_label())
    return _("%(value)s in %(period)s", value=words.amount_text(was, figure.unit), period=before.short_label())


# -- distributions ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bin:
    """A part of the scale and how many lie in it; `share` of the tallest one, 0 to 100."""

    label: str
    count: str
    share: float
    x: float
    width: float


@dataclass(frozen=True)
class Mark:
    """A place on the scale with its words: the median, the slowest tenth."""

    x: float
    words: str
    kind: str


@dataclass(frozen=True)
class Distribution:
    """How many lie where on a scale, rather than one lonely mean."""

    name: str
    bins: list[Bin]
    marks: list[Mark]
    total: str

    @staticmethod
    def from_bins(
        bins: Sequence[tuple[str, float, float | None, int]],
        marks: Sequence[tuple[str, float, str]] = (),
        *,
        name: str = "",
    ) -> "Distribution | None":
        """Give the picture of counted bins; None where nothing was counted.

        Takes   bins: (label, lowest value, highest value or None for "and more", how many), in order and without gaps
                marks: (kind: "median" or "late", value, its words)
        """
        total = sum(count for _label, _low, _high, count in bins)
        if not total:
            return None
        most = max(count for _label, _low, _high, count in bins)
        width = WIDE / len(bins)
        drawn = [
            Bin(label, words.number_text(count), round(count / most * WIDE, 2), round(n * width, 2), round(width, 2))
            for n, (label, _low, _high, count) in enumerate(bins)
        ]
        placed = [Mark(round(_place(value, bins) * width, 2), text, kind) for kind, value, text in marks]
        return Distribution(name, drawn, placed, words.number_text(total))

    @property
    def summary(self) -> str:
        """The picture in a sentence, for whoever hears the page."""
        return "; ".join([*(f"{part.label}: {part.count}" for part in self.bins), *(mark.words for mark in self.marks)])


def _place(value: float, bins: Sequence[tuple[str, float, float | None, int]]) -> float:
    """Where a value lies, counted in bins: 2.5 is the middle of the third."""
    for n, (_label, low, high, _count) in enumerate(bins):
        following = bins[n + 1][1] if n + 1 < len(bins) else None
        if following is not None and value >= following:
            continue
        end = following if following is not None else (high if high is not None else low * 2 or 1)
        inside = (value - low) / (end - low) if end > low else 0.5
        return n + min(max(inside, 0.0), 1.0)
    return float(len(bins))
