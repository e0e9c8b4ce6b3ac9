"""The journey map's arithmetic: nothing lies on anything else, areas are true, words fit."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suggestbox.feedback.map_layout import (
    LARGEST_RADIUS,
    LINE_HEIGHT,
    WIDTH,
    Station,
    Voice,
    label_lines,
    lay_out,
    radius,
    text_width,
)

pytestmark = pytest.mark.either

LONG = "Donaudampfschifffahrtsgesellschaftskapitän"
NAMES = ("Wartezeit", "Kein Rückruf", "Freundlichkeit der Mitarbeiterinnen und Mitarbeiter", LONG, "A" * 60, "x")


def make_side(*counts: int) -> list[Voice]:
    return [Voice(n, NAMES[n % len(NAMES)], count, count) for n, count in enumerate(counts, 1)]


def boxes(stretch):
    """(what, left, top, right, bottom) of every circle and every line of words."""
    found = []
    for stop in stretch.stops:
        for y, line in (*stop.name, *stop.note):
            half = text_width(line, bold=True) / 2
            found.append((f"name {line}", stop.x - half, y - LINE_HEIGHT + 3, stop.x + half, y))
        for mark in (*stop.good, *stop.bad):
            found.append((f"circle {mark.voice}", mark.x - mark.r, mark.y - mark.r, mark.x + mark.r, mark.y + mark.r))
            for y, line in mark.lines:
                half = text_width(line) / 2
                found.append((f"label {line}", mark.x - half, y - LINE_HEIGHT + 4, mark.x + half, y))
        for more in (stop.more_good, stop.more_bad):
            if more:
                found.append(("more", stop.x - 40, more.y - LINE_HEIGHT + 4, stop.x + 40, more.y))
    return found


def overlapping(stretch):
    return [
        (one[0], other[0]) for one, other in itertools.combinations(boxes(stretch), 2)
        if one[1] < other[3] and other[1] < one[3] and one[2] < other[4] and other[2] < one[4]
    ]


sides = st.lists(st.integers(1, 5000), max_size=15).map(lambda counts: make_side(*sorted(counts, reverse=True)))
stations = st.lists(st.tuples(st.sampled_from(NAMES), sides, sides), min_size=1, max_size=20)


@given(stations)
def test_nothing_lies_on_anything_else_and_all_is_inside_the_picture(drawn):
    notes = ("", "12 measures running", "")
    journey = [Station(n, name, good, bad, notes[n % 3]) for n, (name, good, bad) in enumerate(drawn)]
    for stretch in lay_out(journey):
        assert overlapping(stretch) == []
        outside = [
            box for box in boxes(stretch)
            if box[1] < 0 or box[3] > WIDTH or box[2] + stretch.line_y < 0 or box[4] + stretch.line_y > stretch.height
        ]
        assert outside == []


def test_areas_are_in_proportion_to_customers():
    assert radius(100, 100) == LARGEST_RADIUS
    assert math.isclose(radius(25, 100) ** 2 * 4, radius(100, 100) ** 2)
    (stretch,) = lay_out([Station(1, "a", make_side(80)), Station(2, "b", (), make_side(20))])
    big, small = stretch.stops[0].good[0], stretch.stops[1].bad[0]
    assert math.isclose(big.r ** 2, 4 * small.r ** 2)
    assert big.y < 0 < small.y  # above and below the line


@pytest.mark.parametrize(("count", "expected"), [(1, [1]), (8, [8]), (9, [9]), (10, [5, 5]), (20, [7, 7, 6])])
def test_a_long_journey_is_drawn_in_stretches(count, expected):
    drawn = lay_out([Station(n, f"Station {n}") for n in range(count)])
    assert [len(stretch.stops) for stretch in drawn] == expected
    assert [(s.first, s.last) for s in drawn] == [(n == 0, n == len(drawn) - 1) for n in range(len(drawn))]
    assert all(stop.silent for stretch in drawn for stop in stretch.stops)


def test_of_fifteen_themes_the_largest_six_are_drawn_and_nine_more_told():
    (stretch,) = lay_out([Station(1, "Warten", (), make_side(*range(150, 0, -10)))])
    (stop,) = stretch.stops
    assert [mark.voice.customers for mark in stop.bad] == [150, 140, 130, 120, 110, 100]
    assert (stop.more_good, stop.more_bad.count) == (None, 9)


def test_no_touchpoints_no_picture():
    assert lay_out([]) == []


@pytest.mark.parametrize(("text", "lines"), [
    ("Wartezeit", ["Wartezeit"]),
    ("Terminverschiebung ohne Nachricht", ["Terminverschie-", "bung ohne Nac…"]),
    ("Reklamationsbearbeitungsdauer", ["Reklamations-", "bearbeitungsd…"]),
    ("Abschlussgespräch", ["Abschlussge-", "spräch"]),
    (LONG, ["Donaudampf-", "schifffahrtsge…"]),
])
def test_words_are_broken_where_one_breaks_them(text, lines):
    assert label_lines(text, 112, most=2) == lines


@given(st.text(st.sampled_from("abcdeäß -MW&"), min_size=1, max_size=80).filter(str.strip), st.integers(60, 200))
def test_lines_never_leave_their_room_and_keep_the_number(text, room):
    lines = label_lines(text, room, most=2, last="1,234")
    assert len(lines) <= 3
    assert len(lines) <= 2 or lines[2] == "1,234"
    assert [line for line in lines if text_width(line) > room] == []
    assert lines[-1].endswith("1,234")
