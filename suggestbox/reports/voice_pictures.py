"""What the page on customers draws: satisfaction and recommendation along the journey and by segment, and the reasons."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from suggestbox.core.language import current_language
from suggestbox.core.language import gettext as _

from . import words
from .figures import DIMENSIONS, FIGURES
from .memory import Cell
from .page_figures import Share, shares_of
from .pictures import WIDE
from .queries import RowName, Sheet

NPS_TINTS = ("sb-c-bad", "rp-part-5", "sb-c-good")
MOST_ROWS = 60
"""Rows of a picture; what is more stands in the file."""


@dataclass(frozen=True)
class Strip:
    """A mark on a scale: where it lies (0 to 100), its value and how many it is of in words; or why it is not shown."""

    value: str = ""
    people: str = ""
    x: float | None = None
    why: str = ""


@dataclass(frozen=True)
class Reason:
    """A theme as the reason for praise or criticism, with a bar for how many people named it."""

    theme_id: int
    name: str
    people: str
    width: float


@dataclass(frozen=True)
class Place:
    """A row: a journey, a touchpoint, a segment, or the whole company, with what was said there."""

    row: RowName
    whole: bool
    csat: Strip | None
    nps: Strip | None
    praised: Reason | None
    criticised: Reason | None
    named_why: str = ""
    """The reason for which no reasons are shown."""

    @property
    def why(self) -> str:
        """The reason for which nothing of the row is shown; empty where something is."""
        whys = {strip.why for strip in (self.csat, self.nps) if strip is not None} | {self.named_why}
        return whys.pop() if len(whys) == 1 else ""


@dataclass(frozen=True)
class Places:
    """Rows beside each other on the same scales."""

    rows: list[Place]
    csat_name: str
    nps_name: str
    company_csat: float | None
    company_nps: float | None
    reasons: list[str] = field(default_factory=list)
    left_out: int = 0

    @property
    def has_csat(self) -> bool:
        """Say whether anybody was asked how satisfied they are."""
        return any(place.csat is not None for place in self.rows)

    @property
    def has_nps(self) -> bool:
        """Say whether anybody was asked for a recommendation."""
        return any(place.nps is not None for place in self.rows)


def places_of(sheet: Sheet, dimension: str, who: str = "") -> Places | None:
    """Give the rows of a dimension; None where the report has none of which anything may be shown.

    Takes   who: "" for customers, "colleague_" for colleagues
    """
    keys = [f"{who}{name}" for name in ("csat", "nps", "praise_rate", "criticism_rate")]
    named = sheet.rows_with(dimension, keys)
    whole = RowName("all", "", 0, str(DIMENSIONS["all"]))
    found = [_place(sheet, dimension, row, who) for row in named[:MOST_ROWS]]
    if not any(_tells(place) for place in found):
        return None
    rows = [_place(sheet, "all", whole, who), *found]
    whys = {strip.why for place in rows for strip in (place.csat, place.nps) if strip is not None}
    whys |= {place.named_why for place in rows}
    return Places(
        rows, str(FIGURES[f"{who}csat"].name), str(FIGURES[f"{who}nps"].name),
        _x_of(sheet.cell(f"{who}csat"), "score"), _x_of(sheet.cell(f"{who}nps"), "net"),
        [why for why in words.HIDDEN_SHORT if why in whys], len(named) - len(found),
    )


def _tells(place: Place) -> bool:
    strips = (place.csat, place.nps)
    return any(strip is not None and strip.x is not None for strip in strips) or bool(place.praised or place.criticised)


def _place(sheet: Sheet, dimension: str, row: RowName, who: str) -> Place:
    said = sheet.cell(f"{who}praise_rate", dimension, row.key)
    first = {
        name: next(iter(reasons_of(sheet.cell(f"{who}{name}", dimension, row.key))), None)
        for name in ("praise_rate", "criticism_rate")
    }
    return Place(
        row, dimension == "all", _strip(sheet.cell(f"{who}csat", dimension, row.key), FIGURES[f"{who}csat"]),
        _strip(sheet.cell(f"{who}nps", dimension, row.key), FIGURES[f"{who}nps"]), first["praise_rate"],
        first["criticism_rate"], said.hidden if said is not None else "",
    )


def _strip(cell: Cell | None, figure: Any) -> Strip | None:
    if cell is None or (not cell.hidden and cell.value is None):
        return None
    if cell.hidden:
        return Strip(why=cell.hidden)
    return Strip(words.value_text(cell, figure), words.parts_text(cell, figure), _x_of(cell, figure.unit))


def _x_of(cell: Cell | None, unit: str) -> float | None:
    """Where a value lies on its scale: marks from 1 to 5, points from -100 to 100."""
    if cell is None or cell.hidden or cell.value is None:
        return None
    share = (cell.value - 1) / 4 if unit == "score" else (cell.value + 100) / 200
    return round(min(max(share, 0), 1) * WIDE, 2)


def reasons_of(cell: Cell | None) -> list[Reason]:
    """Give the themes most people named in a row, the most named first; none where the row is not shown."""
    found: Sequence[Any] = (cell.more or {}).get("reasons", ()) if cell is not None and not cell.hidden else ()
    most = max((people for *_rest, people in found), default=0)
    german = current_language() == "de"
    return [
        Reason(theme_id, name_de if german else name_en, _("at least %(count)s", count=words.number_text(people)),
               round(WIDE * people / most, 2))
        for theme_id, name_de, name_en, people in found
    ]


def recommend_of(cell: Cell | None) -> list[Share]:
    """Give who advises against, who is undecided and who recommends, as parts of one bar; empty where it is not shown."""
    bins: Sequence[Any] = (cell.more or {}).get("bins", ()) if cell is not None and not cell.hidden else ()
    names = (_("advise against us (0 to 6)"), _("undecided (7 and 8)"), _("recommend us (9 and 10)"))
    if not sum(people for *_ends, people in bins):
        return []
    return shares_of((name, people, tint) for name, (*_ends, people), tint in zip(names, bins, NPS_TINTS, strict=True))
