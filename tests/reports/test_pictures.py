"""Figures in words and as pictures: widths, marks, what is hidden, what is missing."""

from datetime import UTC, datetime
from typing import Any

import pytest

from suggestbox.reports import words
from suggestbox.reports.age_pictures import AgeRow, Ages
from suggestbox.reports.figures import FIGURES
from suggestbox.reports.models import Report, ReportCell
from suggestbox.reports.periods import Period
from suggestbox.reports.pictures import Distribution, bars_of, grid_of, multiple_of, round_top
from suggestbox.reports.queries import Sheet
from tests.reports.kept import columns

pytestmark = pytest.mark.either

NOW = datetime(2026, 11, 4, 11, 0, tzinfo=UTC)
ROWS = {"department": [["1", "", 0, "Leitung", "Direction"], ["2", "1", 1, "Lager", "Stores"], ["3", "1", 1, "IT", "IT"]]}
RATE = FIGURES["participation_rate"]


def cell(given: Any) -> ReportCell:
    return ReportCell(**{"hidden": "", **columns(given)})


def sheet(given: dict[tuple[str, str, str], Any], rows: dict[str, Any] = ROWS) -> Sheet:
    whole = Period("2026-Q3")
    report = Report(kind="participation", period=whole.key, version=1, since=whole.since, until=whole.until, as_of=NOW,
                    rows=rows, reason="")
    return Sheet(report, {place: cell(value) for place, value in given.items()})


SHEET = sheet({
    ("participation_rate", "all", "all"): (30, 150),
    ("participation_rate", "department", "1"): (30, 150),
    ("participation_rate", "department", "2"): (25, 100),
    ("participation_rate", "department", "3"): "small",
    ("submitters", "all", "all"): 30,
    ("submitters", "department", "1"): 30,
    ("submitters", "department", "2"): 25,
    ("submitters", "department", "3"): "complement",
})


@pytest.mark.parametrize(("most", "unit", "top"), [
    (0, "percent", 1), (23, "percent", 40), (51, "percent", 100), (120, "percent", 200), (7, "count", 10), (3.2, "score", 5),
    (123_456, "cents", 200_000),
])
def test_a_scale_ends_at_a_round_number(most: float, unit: str, top: float) -> None:
    assert round_top(most, unit) == top


def test_bars_stand_on_one_scale_with_marks_for_company_and_target() -> None:
    picture = bars_of(SHEET, RATE, "department", target=30.0)
    assert picture is not None
    assert [(b.name, b.depth, b.value, b.parts, b.width, b.why, b.whole) for b in picture.rows] == [
        ("Whole company", 0, "20.0%", "30 of 150", 50.0, "", True),
        ("Direction", 0, "20.0%", "30 of 150", 50.0, "", False),
        ("Stores", 1, "25.0%", "25 of 100", 62.5, "", False),
        ("IT", 1, "not shown: too few people", "", None, "small", False),
    ]
    assert (picture.top_words, picture.company, picture.company_words) == ("40.0%", 50.0, "20.0%")
    assert (picture.target, picture.target_words, picture.reasons) == (75.0, "30.0%", ["small"])


def test_a_sum_is_no_bar_beside_its_parts() -> None:
    picture = bars_of(SHEET, FIGURES["submitters"], "department")
    assert picture is not None
    assert [(b.name, b.value, b.width) for b in picture.rows] == [
        ("Direction", "30", 75.0), ("Stores", "25", 62.5), ("IT", "not shown: protects another row", None),
    ]
    assert (picture.company, picture.target) == (None, None)


def test_there_is_no_picture_of_rows_that_were_not_counted() -> None:
    assert bars_of(SHEET, RATE, "site") is None
    assert bars_of(SHEET, RATE, "all") is None
    assert bars_of(None, RATE, "department") is None
    assert bars_of(SHEET, FIGURES["roi"], "department") is None


def test_a_large_tree_shows_its_upper_levels_first() -> None:
    rows = [["r", "", 0, "R", "R"]]
    for n in range(4):
        rows += [[f"{n}", "r", 1, f"D{n}", f"D{n}"], *([f"{n}-{m}", f"{n}", 2, f"T{n}{m}", f"T{n}{m}"] for m in range(9))]
    cells = {("participation_rate", "department", row[0]): (20, 100) for row in rows}
    picture = bars_of(sheet(cells, {"department": rows}), RATE, "department")
    assert picture is not None
    assert ([bar.name for bar in picture.first_rows], picture.has_more, len(picture.rows)) == (
        ["R", "D0", "D1", "D2", "D3"], True, 41)
    grid = grid_of(sheet(cells, {"department": rows}), [RATE], "department")
    assert grid is not None
    assert ([row.name for row, _bars in grid.rows], grid.left_out) == (
        ["R", "D0", "D1", "D2", "D3"], 36)


def test_figures_stand_side_by_side_and_a_row_hidden_as_a_whole_says_so_once() -> None:
    grid = grid_of(SHEET, [RATE, FIGURES["submitters"]], "department", {"participation_rate": 25.0})
    assert grid is not None
    assert [(row.name, [bar.value if bar else None for bar in bars], grid.why(bars)) for row, bars in grid.rows] == [
        ("Whole company", ["20.0%", None], ""),
        ("Direction", ["20.0%", "30"], ""),
        ("Stores", ["25.0%", "25"], ""),
        ("IT", ["not shown: too few people", "not shown: protects another row"], ""),
    ]
    assert grid.reasons == ["small", "complement"]
    assert grid.why([bar for _row, bars in grid.rows[3:] for bar in bars[:1]]) == "small"


def test_periods_become_columns_and_say_what_is_open_hidden_or_missing() -> None:
    periods = [Period(f"2026-{month:02}") for month in (6, 7, 8, 9, 10)]
    points = list(zip(periods, [None, cell("small"), cell((10, 100)), cell((20, 100)), cell((5, 100))], strict=True))
    picture = multiple_of(RATE, points, target=40.0, open_key="2026-10")
    assert [(c.label, c.value, c.height, c.state) for c in picture.columns] == [
        ("Jun 26", "–", 0.0, "missing"), ("Jul 26", "not shown: too few people", 0.0, "hidden"),
        ("Aug 26", "10.0%", 18.0, ""), ("Sep 26", "20.0%", 36.0, ""), ("Oct 26", "5.0%", 9.0, "open"),
    ]
    assert (picture.now, picture.now_label, picture.change) == ("5.0%", "Oct 26", "20.0% in Sep 26")
    assert (picture.target_y, picture.has_open, picture.has_hidden) == (0.0, True, True)


def test_a_figure_without_any_value_has_no_columns_to_read() -> None:
    picture = multiple_of(RATE, [(Period("2026"), None)])
    assert (picture.now, picture.now_label, picture.change, picture.summary) == ("–", "", "", "2026: –")


def test_a_distribution_marks_where_half_and_nine_tenths_lie() -> None:
    bins = [("0–10", 0.0, 10, 5), ("11–20", 11.0, 20, 10), ("over 20", 21.0, None, 5)]
    picture = Distribution.from_bins(bins, [("median", 16.0, "Half"), ("late", 50.0, "Nine")])
    assert picture is not None
    assert [(b.label, b.count, b.share) for b in picture.bins] == [("0–10", "5", 50.0), ("11–20", "10", 100.0), ("over 20", "5", 50.0)]
    assert [(mark.kind, mark.x) for mark in picture.marks] == [("median", 50.0), ("late", 100.0)]
    assert (picture.total, picture.summary) == ("20", "0–10: 5; 11–20: 10; over 20: 5; Half; Nine")
    assert Distribution.from_bins([("1", 1, 1, 0)]) is None


def test_ages_are_stacked_on_the_scale_of_the_fullest_row() -> None:
    young, old = AgeRow("Look", (3, 1, 0, 0)), AgeRow("Decide", (0, 0, 1, 1))
    picture = Ages(("0–10", "11–20", "21–40", "over 40"), [young, old, AgeRow("IT", why="owners")])
    assert picture.parts(young) == [(1, 0.0, 75.0), (2, 75.0, 25.0)]
    assert picture.parts(old) == [(3, 0.0, 25.0), (4, 25.0, 25.0)]
    assert (picture.most, picture.reasons) == (4, ["owners"])


@pytest.mark.parametrize(("value", "unit", "said"), [
    (18.66, "percent", "18.7%"), (31.4, "per_hundred", "31.4"), (1728, "count", "1,728"), (172_800, "cents", "€1,728"),
    (990, "cents", "€9.90"), (1, "days", "1 day"), (3.5, "days", "3.5 days"), (22, "working_days", "22 working days"),
    (4.25, "score", "4.2"), (3.96, "ratio", "4.0"),
])
def test_values_carry_their_unit(value: float, unit: str, said: str) -> None:
    assert words.amount_text(value, unit) == said


def test_every_reason_for_hiding_has_its_words() -> None:
    from suggestbox.reports.models import HIDDEN
    from suggestbox.reports.queries import NOT_YET

    reasons = [*(why for why in HIDDEN if why), NOT_YET]
    assert sorted(words.HIDDEN_SHORT) == sorted(words.HIDDEN_SENTENCES) == sorted(reasons)
    assert (words.hidden_text(""), words.hidden_sentence(""), words.hidden_short("")) == ("", "", "")


def test_what_was_divided_by_what_is_said_in_the_right_unit() -> None:
    assert words.parts_text(cell((12, 143)), RATE) == "12 of 143"
    assert words.parts_text(cell((12, 143)), FIGURES["suggestion_rate"]) == "12 for 143 people"
    assert words.parts_text(cell((12_000, 143_000)), FIGURES["award_rate"]) == "€120 of €1,430"
    assert words.parts_text(cell("small"), RATE) == words.parts_text(None, RATE) == words.parts_text(cell((0, 0)), RATE) == ""
