"""Where the lines and bands of a drawing lie. Templates only write them down (`templates/feedback/_charts.html`)."""

from collections.abc import Sequence
from dataclasses import dataclass

from .trends import interval

WIDE, NARROW = 720, 340
"""Drawings are made twice: for a desk, and for a phone, where letters of the wide one could not be read."""

TOP, BOTTOM, LEFT, RIGHT = 22, 26, 34, 12
LETTERS = 84
"""So far apart lie the words below the line, at least."""


@dataclass(frozen=True)
class Dot:
    """A count at its place; `words` are read when one points at it."""

    x: float
    y: float
    words: str
    whole: bool


@dataclass(frozen=True)
class Side:
    """What lies on one side of the line."""

    line: str
    band: str
    dots: tuple[Dot, ...]
    any: bool


@dataclass(frozen=True)
class Mark:
    """A day something happened, as a line from top to bottom."""

    x: float
    words: str
    anchor: str


@dataclass(frozen=True)
class TrendPicture:
    """Counts over time: one side above the line, one below it, each with its band."""

    width: int
    height: int
    zero: float
    left: float
    right: float
    up: Side
    down: Side
    ticks: tuple[tuple[float, int], ...]
    labels: tuple[tuple[float, str, str], ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Point:
    """What is drawn above one label: counts of the upper and the lower side."""

    label: str
    name: str
    up: int
    down: int
    whole: bool = True


def trend_picture(
    points: Sequence[Point], *, width: int = WIDE, height: int = 300, marks: Sequence[tuple[float, str]] = ()
) -> TrendPicture:
    """Give the drawing of counts over time with the bands of their intervals.

    Takes   marks: (place between the points, words), such as (3.5, "Measure done")
    """
    ups = [interval(point.up) for point in points]
    downs = [interval(point.down) for point in points]
    some_up, some_down = any(p.up for p in points), any(p.down for p in points)
    most_up = max((high for _low, high in ups), default=0) if some_up else 1.0
    most_down = max((high for _low, high in downs), default=0) if some_down else 1.0
    room = height - TOP - BOTTOM
    unit = room / max(2.0, most_up + most_down)
    zero = TOP + most_up * unit
    step = (width - LEFT - RIGHT) / max(1, len(points) - 1)
    xs = [LEFT + n * step if len(points) > 1 else (LEFT + width - RIGHT) / 2 for n in range(len(points))]
    up = _side(points, xs, [(p.up, low, high) for p, (low, high) in zip(points, ups, strict=True)], zero, -unit)
    down = _side(points, xs, [(p.down, low, high) for p, (low, high) in zip(points, downs, strict=True)], zero, unit)
    nice = _nice(max(most_up, most_down))
    ticks = [(zero - nice * n * unit, nice * n) for n in range(1, 9) if some_up and nice * n <= most_up]
    ticks += [(zero + nice * n * unit, nice * n) for n in range(1, 9) if some_down and nice * n <= most_down]
    return TrendPicture(
        width, height, round(zero, 1), LEFT, width - RIGHT, up, down,
        tuple((round(y, 1), count) for y, count in ticks), _labels(points, xs),
        tuple(_mark(place, words, xs, step, width) for place, words in marks),
    )


def _side(
    points: Sequence[Point], xs: list[float], counts: list[tuple[int, float, float]], zero: float, unit: float
) -> Side:
    here = [(x, zero + unit * count) for x, (count, _low, _high) in zip(xs, counts, strict=True)]
    outer = [(x, zero + unit * high) for x, (_count, _low, high) in zip(xs, counts, strict=True)]
    inner = [(x, zero + unit * low) for x, (_count, low, _high) in zip(xs, counts, strict=True)]
    dots = tuple(
        Dot(round(x, 1), round(y, 1), f"{point.name}: {count}", point.whole)
        for (x, y), point, (count, _low, _high) in zip(here, points, counts, strict=True)
    )
    return Side(_path(here), _path(outer + inner[::-1]), dots, any(count for count, _low, _high in counts))


def _path(points: list[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _nice(most: float) -> int:
    """A step of 1, 2 or 5 times a power of ten, so that there are two to four of them."""
    step = 1
    while True:
        for times in (1, 2, 5):
            if most / (step * times) <= 4:
                return step * times
        step *= 10


def _labels(points: Sequence[Point], xs: list[float]) -> tuple[tuple[float, str, str], ...]:
    """As many as there is room for, the last one always."""
    if not points:
        return ()
    found: list[tuple[float, str, str]] = []
    free = float("inf")
    for n in range(len(points) - 1, -1, -1):
        anchor = "end" if n == len(points) - 1 and n else "middle" if n or len(points) == 1 else "start"
        if free - xs[n] >= LETTERS and points[n].label:
            found.insert(0, (round(xs[n], 1), points[n].label, anchor))
            free = xs[n]
    return tuple(found)


def _mark(place: float, words: str, xs: list[float], step: float, width: int) -> Mark:
    x = xs[0] + place * step
    return Mark(round(x, 1), words, "end" if x > width / 2 else "start")


@dataclass(frozen=True)
class Spark:
    """A line without words: bars up and down."""

    width: int
    height: int
    zero: float
    up: tuple[tuple[float, float, float, float], ...]
    down: tuple[tuple[float, float, float, float], ...]


def spark(ups: Sequence[int], downs: Sequence[int], *, width: int = 120, height: int = 32) -> Spark:
    """Give small bars, up and down, (x, y, width, height) each."""
    most_up, most_down = max(ups, default=0), max(downs, default=0)
    unit = (height - 2) / max(1, most_up + most_down)
    zero = 1 + most_up * unit
    wide = width / max(1, len(ups))

    def bars(counts: Sequence[int], up: bool) -> tuple[tuple[float, float, float, float], ...]:
        return tuple(
            (round(n * wide + wide * .12, 1), round(zero - count * unit if up else zero, 1), round(wide * .76, 1),
             round(count * unit, 1))
            for n, count in enumerate(counts) if count
        )

    return Spark(width, height, round(zero, 1), bars(ups, True), bars(downs, False))
