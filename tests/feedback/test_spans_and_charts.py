"""Time cut into spans, and where lines and bands of a drawing lie."""

from datetime import date, timedelta

import pytest

from suggestbox.feedback.charts import NARROW, Point, spark, trend_picture
from suggestbox.feedback.spans import even_spans, spans_of

pytestmark = pytest.mark.either

LAST = date(2026, 11, 22)


@pytest.mark.parametrize(("days", "voices", "unit", "count", "whole"), [
    (90, None, "week", 13, 12), (90, 500, "week", 13, 12), (90, 10, "four_weeks", 4, 3), (30, 1, "week", 5, 4),
    (365, 10, "month", 13, 11), (3650, None, "year", 11, 9),
])
def test_spans_follow_each_other_without_a_gap(days, voices, unit, count, whole):
    since = LAST - timedelta(days=days - 1)
    spans = spans_of(since, LAST, voices=voices)
    assert ({s.unit for s in spans}, len(spans), sum(s.whole for s in spans)) == ({unit}, count, whole)
    assert (spans.all[0].since, spans.all[-1].until, sum(s.days for s in spans)) == (since, LAST, days)
    for n, span in enumerate(spans):
        assert {spans.place(span.since), spans.place(span.until)} == {n}


def test_days_outside_fall_into_the_nearest_span():
    spans = spans_of(date(2026, 10, 1), date(2026, 10, 31))
    assert (spans.place(date(2026, 9, 1)), spans.place(date(2026, 12, 1))) == (0, len(spans) - 1)


def test_even_spans():
    assert [s.days for s in even_spans(date(2026, 10, 1), date(2026, 10, 31), 12)] == [2, 3, 2, 3, 2, 3, 3, 2, 3, 2, 3, 3]
    assert len(even_spans(LAST, LAST, 12)) == 1


def points(*counts: tuple[int, int]) -> list[Point]:
    return [Point(str(n), f"week {n}", up, down) for n, (up, down) in enumerate(counts)]


def pairs(text: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in (one.split(",") for one in text.split())]


def test_the_band_holds_the_line_and_everything_stays_inside():
    for width in (720, NARROW):
        picture = trend_picture(points((3, 10), (0, 12), (5, 0), (2, 30)), width=width)
        for side, above in ((picture.up, True), (picture.down, False)):
            line, band = pairs(side.line), pairs(side.band)
            outer, inner = band[:4], band[4:][::-1]
            for (x, y), (x1, far), (x2, near) in zip(line, outer, inner, strict=True):
                assert x == x1 == x2 and 0 <= x <= width and 0 <= far <= picture.height
                assert far <= y <= near + .1 <= picture.zero + .2 if above else far >= y >= near - .1 >= picture.zero - .2
        assert all(b[0] - a[0] > 60 for a, b in zip(picture.labels, picture.labels[1:], strict=False))
        assert picture.labels[-1][1] == "3", "the last one always has its words"


def test_a_side_nobody_spoke_on_takes_no_room():
    picture = trend_picture(points((3, 0), (4, 0)))
    assert picture.up.any and not picture.down.any
    assert picture.zero > picture.height * .75 and all(y < picture.zero for y, _count in picture.ticks)


def test_sparks_are_bars_up_and_down():
    picture = spark([1, 0, 2], [0, 3, 0])
    assert (len(picture.up), len(picture.down)) == (2, 1)
    assert all(y + height <= picture.zero + .11 for _x, y, _w, height in picture.up)
    assert all(y >= picture.zero - .11 and y + height <= picture.height for _x, y, _w, height in picture.down)
    assert spark([], []).up == ()
