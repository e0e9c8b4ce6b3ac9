"""Where everything stands on the journey map: plain arithmetic, so that labels never lie on each other.

Lengths are units of the drawing, which are pixels on a wide screen. A long journey is drawn in several stretches, one
below the other, so that each touchpoint keeps room for words. Circles have areas in proportion to customers, with one
scale for the whole map.
"""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from .counts import grouped

WIDTH = 1120
MOST_IN_A_STRETCH = 9
LARGEST_RADIUS = 30.0
SMALLEST_RADIUS = 4.0
"""A circle that could not be seen would be no circle; its number stands beside it."""

SMALLEST_TARGET = 13.0
"""Radius of what can be pressed, at the least (WCAG 2.2, 2.5.8: 24 pixels)."""

LETTER = 13.0
LINE_HEIGHT = 16.0
NAME_HEIGHT = 17.0
AWAY = 24.0
"""Between the line and the first circle above it."""

BETWEEN = 10.0
MARGIN = 12.0
MORE_HEIGHT = 22.0

Fits = Callable[[str], bool]

WIDTHS = {"narrow": "fijlrtI.,;:'|!()[]-/ ", "wide": "mwMWÄÖÜGOQDHNU%&@—"}


@dataclass(frozen=True)
class Voice:
    """A theme on one side of a touchpoint."""

    theme_id: int
    name: str
    customers: int
    comments: int


@dataclass(frozen=True)
class Station:
    """A touchpoint with what is said there, each side with most customers first; `note` stands below its name."""

    id: int
    name: str
    good: Sequence[Voice] = ()
    bad: Sequence[Voice] = ()
    note: str = ""


@dataclass(frozen=True)
class Mark:
    """A circle with its label."""

    voice: Voice
    x: float
    y: float
    r: float
    lines: tuple[tuple[float, str], ...]  # (baseline, words)
    number_inside: bool

    @property
    def target(self) -> float:
        """The radius of what can be pressed."""
        return max(self.r, SMALLEST_TARGET)


@dataclass(frozen=True)
class More:
    """Themes there was no room for."""

    count: int
    y: float


@dataclass
class Stop:
    """A touchpoint on the line."""

    station: Station
    x: float
    name: tuple[tuple[float, str], ...]
    note: tuple[tuple[float, str], ...] = ()
    good: list[Mark] = field(default_factory=list)
    bad: list[Mark] = field(default_factory=list)
    more_good: More | None = None
    more_bad: More | None = None

    @property
    def silent(self) -> bool:
        """Say whether nobody said anything here."""
        return not (self.good or self.bad)


@dataclass
class Stretch:
    """A part of the journey, drawn as one picture."""

    stops: list[Stop]
    first: bool
    last: bool
    height: float = 0.0
    line_y: float = 0.0
    width: float = WIDTH


def lay_out(stations: Sequence[Station], *, most: int = 6, in_a_stretch: int = MOST_IN_A_STRETCH) -> list[Stretch]:
    """Give the map of these touchpoints.

    Takes   most: circles on each side of a touchpoint; of further ones only their number is told
            in_a_stretch: touchpoints side by side, at the most
    """
    if not stations:
        return []
    largest = max((v.customers for s in stations for v in (*s.good, *s.bad)), default=1)
    count = math.ceil(len(stations) / in_a_stretch)
    size = math.ceil(len(stations) / count)
    parts = [stations[start : start + size] for start in range(0, len(stations), size)]
    column = WIDTH / size  # the same in every stretch, so that they stand in step
    return [
        _stretch(part, column, largest, most, first=n == 0, last=n == len(parts) - 1) for n, part in enumerate(parts)
    ]


def _stretch(
    stations: Sequence[Station], column: float, largest: int, most: int, *, first: bool, last: bool
) -> Stretch:
    room = column - MARGIN
    names = [label_lines(station.name, room, most=3, bold=True) for station in stations]
    notes = [label_lines(station.note, room, most=2) for station in stations]
    below = 12 + NAME_HEIGHT * max(len(name) + len(note) for name, note in zip(names, notes, strict=True))
    stops, highest, lowest = [], -AWAY, below
    for n, (station, name, note) in enumerate(zip(stations, names, notes, strict=True)):
        x = column * (n + 0.5)
        placed = tuple((23 + NAME_HEIGHT * k, line) for k, line in enumerate([*name, *note]))
        stop = Stop(station, x, placed[: len(name)], placed[len(name) :])
        y = -AWAY
        for voice in station.good[:most]:
            mark, y = _mark_above(voice, x, y, room, largest)
            stop.good.append(mark)
        if len(station.good) > most:
            stop.more_good, y = More(len(station.good) - most, y), y - MORE_HEIGHT + 6
        highest = min(highest, y)
        y = below + 8
        for voice in station.bad[:most]:
            mark, y = _mark_below(voice, x, y, room, largest)
            stop.bad.append(mark)
        if len(station.bad) > most:
            stop.more_bad, y = More(len(station.bad) - most, y + LETTER), y + MORE_HEIGHT
        lowest = max(lowest, y)
        stops.append(stop)
    found = Stretch(stops, first, last)
    found.line_y = math.ceil(8 - highest)
    found.height = found.line_y + math.ceil(lowest) + 4
    return found


def radius(customers: int, largest: int) -> float:
    """Give the radius of a circle whose area is in proportion to the customers."""
    return max(SMALLEST_RADIUS, LARGEST_RADIUS * math.sqrt(customers / max(largest, 1)))


def _label(voice: Voice, room: float, r: float) -> tuple[list[str], bool]:
    number = grouped(voice.customers)
    inside = text_width(number) + 8 <= 2 * r
    return label_lines(voice.name, room, most=2, last="" if inside else number), inside


def _mark_above(voice: Voice, x: float, y: float, room: float, largest: int) -> tuple[Mark, float]:
    """A circle whose foot stands at y, its label above it; gives where the next one may stand."""
    r = radius(voice.customers, largest)
    lines, inside = _label(voice, room, r)
    base = y - 2 * r - 7 - LINE_HEIGHT * (len(lines) - 1)
    placed = tuple((base + LINE_HEIGHT * k, line) for k, line in enumerate(lines))
    return Mark(voice, x, y - r, r, placed, inside), base - LETTER - BETWEEN


def _mark_below(voice: Voice, x: float, y: float, room: float, largest: int) -> tuple[Mark, float]:
    """A circle whose top hangs at y, its label below it."""
    r = radius(voice.customers, largest)
    lines, inside = _label(voice, room, r)
    base = y + 2 * r + LETTER + 3
    placed = tuple((base + LINE_HEIGHT * k, line) for k, line in enumerate(lines))
    return Mark(voice, x, y + r, r, placed, inside), base + LINE_HEIGHT * (len(lines) - 1) + BETWEEN + 2


# -- words in little room ----------------------------------------------------------------------------------------------


def text_width(text: str, *, bold: bool = False) -> float:
    """Give how wide a text is at the most, in the widest of the fonts readers have."""
    ems = sum(0.39 if c in WIDTHS["narrow"] else 0.9 if c in WIDTHS["wide"] else 0.72 if c.isupper() else 0.63 for c in text)
    return ems * LETTER * (1.12 if bold else 1.0)


def label_lines(text: str, room: float, *, most: int, last: str = "", bold: bool = False) -> list[str]:
    """Give a label in lines that fit the room. What is too long ends with an ellipsis; its full words belong in a title.

    Takes   most: lines; last: a word that is never left out, such as a number, if need be on a line of its own
    """

    def fits(line: str) -> bool:
        return text_width(line, bold=bold) <= room

    lines: list[str] = []
    ahead = text.split()
    line = ""
    while ahead:
        word = ahead.pop(0)
        longer = f"{line} {word}".strip()
        if fits(longer):
            line = longer
            continue
        if not fits(word):  # too long for any line: hyphenated, the first part where it still fits
            head, tail = _broken(word, line, fits)
            if head:
                line = f"{line} {head}".strip()
                ahead.insert(0, tail)
            elif line:
                ahead.insert(0, word)
        elif line:
            ahead.insert(0, word)
        lines.append(line)
        line = ""
    lines += [line] if line else []
    if len(lines) > most:
        rest = f"{lines[most - 1]} {lines[most]}".replace("- ", "")
        lines = [*lines[: most - 1], _cut(rest, last, fits)]
    elif last:
        if fits(f"{lines[-1]} {last}"):
            lines[-1] = f"{lines[-1]} {last}"
        else:
            lines.append(last)
    return lines


def _cut(line: str, last: str, fits: Fits) -> str:
    end = f"… {last}".rstrip()
    while line and not fits(line + end):
        line = line[:-1]
    return line.rstrip(" -,") + end


SYLLABLE = re.compile(
    r"(?<=[a-zäöüß])(?<!sc)(?<!s(?=[tp]|ch))(?<!s[tp](?=r))(?<!sch(?=r))(?<![ctp](?=h))(?<!c(?=k))"
    r"(?=(?:schr?|s[tp]r?|ch|ck|ph|th|[bcdfghjklmnpqrstvwxzß])[aeiouyäöü])",
    re.IGNORECASE,
)
"""Where a long word may be broken: before the last consonant ahead of a vowel; sch, st, sp, ch, ck, ph and th stay whole."""

VOWEL = re.compile("[aeiouyäöü]", re.IGNORECASE)


def _broken(word: str, line: str, fits: Fits) -> tuple[str, str]:
    """The longest part of a word, with its hyphen, that fits behind the line, and the rest; "" when none does."""
    found = [m.start() for m in SYLLABLE.finditer(word) if 3 <= m.start() <= len(word) - 4]
    places: Iterable[int] = [place for place in found if VOWEL.search(word[:place])]
    if not line:  # the word stands alone: any letter is better than running out of the room
        places = [p for p in places if fits(f"{word[:p]}-")] or range(2, len(word) - 1)
    for place in sorted(places, reverse=True):
        head = word[:place].rstrip("-") + "-"
        if fits(f"{line} {head}".strip()):
            return head, word[place:].lstrip("-")
    return "", word
