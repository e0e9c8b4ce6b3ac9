"""Leadership's one page: what is aimed at, what was reached, and where it is going, figure by figure."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from suggestbox.core.language import lazy_gettext as _l

from . import words
from .choosing import choose
from .figures import FIGURES, Figure
from .memory import Cell, Mark
from .page_figures import BACK
from .periods import Period
from .pictures import Multiple, multiple_of
from .queries import not_yet, trends
from .targets import is_told, targets_on

AREAS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "participation": (_l("Do people take part?"), ("participation_rate", "suggestion_rate")),
    "flow": (_l("Do ideas wait?"), ("first_answer", "lead_time", "open_steps")),
    "closings": (_l("Do we talk with everybody?"),
                 ("conversation_rate", "on_time", "comprehensibility", "appreciation", "unconfirmed")),
    "benefit": (_l("What comes of it?"),
                ("acceptance_rate", "implementation_rate", "net_benefit", "benefit_per_employee", "roi", "award_rate")),
    "customers": (_l("Are customers satisfied?"), ("csat", "nps")),
}
"""What leadership asks, in the order of the page, and the figures that answer it."""

YEARLY = ("roi",)
"""Figures there are of whole years only."""

REACHED, MISSED, OPEN = "reached", "missed", "open"


@dataclass(frozen=True)
class Line:
    """One figure: what it was, what was aimed at, and how it went over the periods before."""

    figure: Figure
    cell: Cell | None
    target: float | None
    picture: Multiple

    @property
    def target_words(self) -> str:
        """The target with its unit; empty without one."""
        return words.amount_text(self.target, self.figure.unit) if self.target is not None else ""

    @property
    def verdict(self) -> str:
        """Whether the target was reached; "open" without a target, without a number, or where neither way is better."""
        value = self.cell.value if self.cell is not None and not self.cell.hidden else None
        if value is None or self.target is None or not self.figure.better:
            return OPEN
        reached = value >= self.target if self.figure.better == "higher" else value <= self.target
        return REACHED if reached else MISSED


@dataclass(frozen=True)
class Area:
    """A question with the figures that answer it."""

    key: str
    question: str
    lines: list[Line]


@dataclass(frozen=True)
class Board:
    """The whole page: of which period, whether it still runs, and what else there is to choose."""

    period: Period | None
    periods: list[Period]
    is_open: bool
    areas: list[Area]

    @property
    def reached(self) -> int:
        """How many targets were reached."""
        return sum(line.verdict == REACHED for area in self.areas for line in area.lines)

    @property
    def aimed(self) -> int:
        """How many figures can be held against a target."""
        return sum(line.verdict != OPEN for area in self.areas for line in area.lines)


def board(period_text: str, today: date, known: list[Mark] | None = None) -> Board:
    """Give leadership's page of a period; without one of the latest closed quarter.

    Targets are those that stood on the period's last day. A period still running is held against no target: its figures
    are not final.
    Takes   known: which reports of all kinds there are, where the caller has asked already
    Raises  Invalid for something that is no period; NotFound for one that was not kept
    """
    choice = choose("participation", period_text, "", today, known)
    if choice.sheet is None or choice.period is None:
        return Board(None, choice.periods, False, [])
    period = choice.period
    keys = [key for _question, some in AREAS.values() for key in some
            if (key not in YEARLY or period.kind == "year") and is_told(key)]
    found = trends(keys, period.kind, BACK[period.kind], until=period)
    while len(found) > 1 and not found[0][1]:
        found = found[1:]
    targets = {} if choice.is_open else targets_on(period.until)
    areas = []
    for key, (question, some) in AREAS.items():
        lines = [_line(FIGURES[one], found, targets.get(one), period.key if choice.is_open else "")
                 for one in some if one in keys]
        if lines:
            areas.append(Area(key, str(question), lines))
    return Board(period, choice.periods, choice.is_open, areas)


def _line(
    figure: Figure, found: list[tuple[Period, dict[str, Cell]]], target: float | None, open_key: str
) -> Line:
    points = [(period, cells.get(figure.key)) for period, cells in found]
    cell = points[-1][1] or (not_yet(figure.kind, points[-1][0].kind).get((figure.key, "all", "all")) if open_key else None)
    return Line(figure, cell, target, multiple_of(figure, points, target=target, open_key=open_key))
