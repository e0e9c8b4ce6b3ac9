"""How good the model is, ready to be shown: numbers for sentences, the themes, the calibration, the course over time."""

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db

from .items import visible
from .landscape import Landscape
from .models import ITEM_STATES, Item, Learning

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 360, 320, 44, 16, 16, 44
LARGEST_DOT, SMALLEST_DOT = 13.0, 4.0
COURSE_WIDTH, COURSE_HEIGHT, COURSE_LEFT, COURSE_BOTTOM = 640, 200, 44, 30


@dataclass(frozen=True)
class ThemeLine:
    """How well one theme is told; f1 in percent."""

    name: str
    theme_id: int
    confirmed: int
    told: int
    right: int

    @property
    def f1(self) -> int:
        return round(200 * self.right / (self.confirmed + self.told)) if self.confirmed + self.told else 0


@dataclass(frozen=True)
class Dot:
    """Guesses of about the same chance: what was said and what was right, in percent, and where the dot lies."""

    low: int
    high: int
    said: int
    right: int
    count: int
    x: float
    y: float
    size: float


@dataclass(frozen=True)
class CoursePoint:
    """One learning in the course over time; micro and macro F1 in percent, and their places."""

    learning: Learning
    micro: int
    macro: int
    x: float
    y_micro: float
    y_macro: float


@dataclass
class Goodness:
    """What the page about the model shows."""

    learning: Learning
    micro: int | None = None
    macro: int | None = None
    with_polarity: int | None = None
    none_recall: int | None = None
    precision: int | None = None
    recall: int | None = None
    items: int = 0
    alone: int = 0
    alone_right: int = 0
    assigned: int = 0
    assigned_right: int = 0
    themes: list[ThemeLine] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)

    @property
    def known(self) -> bool:
        return self.micro is not None


def goodness_of(learning: Learning, lands: Landscape) -> Goodness:
    """Give what the figures of a learning say; without figures next to nothing."""
    figures = learning.figures
    found = Goodness(learning)
    if not figures:
        return found
    found.micro, found.macro = _percent(figures["themes"]["micro_f1"]), _percent(figures["themes"]["macro_f1"])
    found.with_polarity = _percent(figures["themes_with_polarity"]["micro_f1"])
    found.none_recall = _percent(figures["none_recall"])
    rows = figures["by_theme"]
    confirmed, told, right = (sum(row[n] for row in rows) for n in (1, 2, 3))
    found.precision = _percent(right / told) if told else None
    found.recall = _percent(right / confirmed) if confirmed else None
    for name, value in figures["alone"].items():
        setattr(found, name, value)
    lines = [ThemeLine(theme.name, *row) for row in rows if (theme := lands.theme(row[0])) and not theme.gone]
    found.themes = sorted(lines, key=lambda line: (-line.confirmed, line.name.casefold()))
    found.dots = _dots(figures["calibration"])
    return found


def place_of(said: float, right: float) -> tuple[float, float]:
    """Give where two shares lie in the calibration picture."""
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    return round(LEFT + said * wide, 1), round(TOP + (1 - right) * high, 1)


def _dots(rows: list[list[float]]) -> list[Dot]:
    most = max((row[4] for row in rows), default=1)
    found = []
    for low, high, said, right, count in rows:
        x, y = place_of(said, right)
        size = max(SMALLEST_DOT, LARGEST_DOT * (count / most) ** 0.5)
        found.append(Dot(round(100 * low), round(100 * high), round(100 * said), round(100 * right), int(count), x, y,
                         round(size, 1)))
    return found


def course_of(learnings: list[Learning]) -> list[CoursePoint]:
    """Give the learnings that have figures, the oldest first, with their places in the picture."""
    known = [row for row in reversed(learnings) if row.figures]
    apart = (COURSE_WIDTH - COURSE_LEFT - 30) / max(1, len(known) - 1)
    high = COURSE_HEIGHT - COURSE_BOTTOM - TOP
    found = []
    for n, row in enumerate(known):
        micro, macro = row.figures["themes"]["micro_f1"], row.figures["themes"]["macro_f1"]
        found.append(CoursePoint(
            row, _percent(micro) or 0, _percent(macro) or 0, round(COURSE_LEFT + 10 + n * apart, 1),
            round(TOP + (1 - micro) * high, 1), round(TOP + (1 - macro) * high, 1)))
    return found


def items_by_state() -> dict[str, int]:
    """Give how many items are in each state, in one statement."""
    rows = db.session.execute(sa.select(Item.state, sa.func.count()).where(visible()).group_by(Item.state))
    counts = dict.fromkeys(ITEM_STATES, 0)
    counts.update({state: count for state, count in rows})
    return counts


def _percent(share: Any) -> int | None:
    return None if share is None else round(100 * share)
