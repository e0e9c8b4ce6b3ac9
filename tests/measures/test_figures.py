"""What measures cost and bring: sheets added up exactly, versions, a second person, and which figure counts."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suggestbox.core.database import work
from suggestbox.core.errors import Invalid, Refused
from suggestbox.measures.benefit import done_between, first_year_of, net_first_year
from suggestbox.measures.figures import (
    COLUMNS,
    added_up,
    awaits_second,
    confirm_figure,
    counts,
    doubt_figure,
    first_year_of_one_off,
    line_cents,
    standing,
    versions_of,
)
from tests import factories as f
from tests.measures import scene

NOW = scene.CLOSED_AT


def sheet_line(**changed):
    return {"what": "Less searching", "amount": "0.25", "unit": "hours", "unit_cents": 4200, "per_year": "220",
            "column": "savings", **changed}


# -- the sheet -------------------------------------------------------------------------------------------------------


def test_a_sheet_by_hand(cast):
    """0.25 h x 42.00 x 220 = 2,310.00; 12 x 80.00 = 960.00; paper 0.035 x 1.00 x 1,000 = 35.00; a printer for 1,490.00."""
    with work():
        sheet = added_up([
            sheet_line(), sheet_line(amount="12", unit_cents=8000, per_year="1", column="revenue"),
            sheet_line(amount="0.035", unit_cents=100, per_year="1000", column="running"),
            sheet_line(amount="1", unit_cents=149000, per_year="7", column="one_off"),
        ], 3)
    assert (sheet.savings_cents, sheet.revenue_cents, sheet.running_cost_cents, sheet.one_off_cost_cents) == (
        231000, 96000, 3500, 149000)
    assert (sheet.one_off_first_year_cents, sheet.net_cents, sheet.needs_second) == (149000, 174500, False)


@pytest.mark.parametrize("cents, years, first", [
    (999_999, 5, 999_999), (1_000_000, 5, 200_000), (1_000_000, 1, 1_000_000), (1_000_001, 2, 500_001), (1_000_000, 3, 333_333),
])
def test_large_one_off_cost_is_spread(cents, years, first, cast):
    with work():
        assert first_year_of_one_off(cents, years) == first


@given(st.lists(st.tuples(st.decimals(0, 1000, places=3), st.integers(0, 10**6), st.integers(1, 365),
                          st.sampled_from(COLUMNS)), min_size=1, max_size=8))
def test_half_a_cent_is_the_most_a_line_is_off(rows):
    for amount, cents, times, column in rows:
        line = {"amount": str(amount), "unit_cents": cents, "per_year": str(times), "column": column}
        assert abs(line_cents(line) - amount * cents * times) * 2 <= 1


@pytest.mark.parametrize("lines, years, field", [
    ([], 1, "lines"), ([sheet_line()], 0, "use_years"), ([sheet_line()], 31, "use_years"),
    ([sheet_line(what=" ")], 1, "lines"), ([sheet_line(column="award")], 1, "lines"),
    ([sheet_line(amount="")], 1, "lines"), ([sheet_line(amount="-1")], 1, "lines"), ([sheet_line(amount="NaN")], 1, "lines"),
    ([sheet_line(amount="0.00001")], 1, "lines"), ([sheet_line(unit_cents=-5)], 1, "lines"),
    ([sheet_line(unit_cents=2.5)], 1, "lines"), ([sheet_line(unit_cents=10**12)], 1, "lines"), ([sheet_line()] * 31, 1, "lines"),
])
def test_a_wrong_sheet_says_where(lines, years, field, cast):
    with work(), pytest.raises(Invalid) as wrong:
        added_up(lines, years)
    assert list(wrong.value.fields) == [field]


# -- versions and four eyes ------------------------------------------------------------------------------------------


def test_a_version_is_never_changed_only_replaced_with_a_reason(cast):
    with work():
        measure = scene.planned(cast, f.closed(cast))
        first = scene.figure(cast, measure, euros=1000)
        with pytest.raises(Invalid) as wrong:
            scene.figure(cast, measure, euros=1100)
        second = scene.figure(cast, measure, euros=1100, reason="The price went up.", by=cast.eve)
        assert [(v.version, v.net_cents, v.by_id) for v in versions_of(measure.id)] == [
            (2, 110000, cast.eve.id), (1, 100000, cast.bob.id)]
        assert standing(measure.id) == {"expected": second}
    assert list(wrong.value.fields) == ["reason"]
    assert first.reason == ""


@pytest.mark.parametrize("euros, needed", [(4999, False), (5000, True)])
def test_a_second_person_from_the_threshold_on(euros, needed, cast):
    with work():
        measure = scene.planned(cast, f.closed(cast))
        assert scene.figure(cast, measure, euros=euros).needs_second is needed


def test_whoever_wrote_it_down_does_not_confirm_it(cast):
    with work():
        measure = scene.planned(cast, f.closed(cast))
        figure = scene.figure(cast, measure, euros=9000)
        with pytest.raises(Refused) as alone:
            confirm_figure(figure, measure, by_id=cast.bob.id, now=NOW)
        assert (awaits_second(figure), counts(figure)) == (True, False)
        confirm_figure(figure, measure, by_id=cast.cat.id, now=NOW)
        assert (awaits_second(figure), counts(figure), figure.confirmed_by_id) == (False, True, cast.cat.id)
        with pytest.raises(Refused) as again:
            doubt_figure(figure, measure, by_id=cast.ida.id, now=NOW, words="No.")
    assert (alone.value.reason, again.value.reason) == ("four_eyes", "figure_answered")


def test_a_doubt_needs_words_and_the_figure_does_not_count(cast):
    with work():
        measure = scene.planned(cast, f.closed(cast))
        figure = scene.figure(cast, measure, euros=9000)
        with pytest.raises(Invalid):
            doubt_figure(figure, measure, by_id=cast.cat.id, now=NOW, words=" ")
        doubt_figure(figure, measure, by_id=cast.cat.id, now=NOW, words="The hours are counted twice.")
        newer = scene.figure(cast, measure, euros=4000, reason="Counted once.")
        assert (counts(figure), counts(newer)) == (False, True)


def test_an_older_version_is_not_confirmed_any_more(cast):
    with work():
        measure = scene.planned(cast, f.closed(cast))
        old = scene.figure(cast, measure, euros=9000)
        scene.figure(cast, measure, euros=8000, reason="Less.")
        with pytest.raises(Refused) as refused:
            confirm_figure(old, measure, by_id=cast.cat.id, now=NOW)
    assert refused.value.reason == "figure_answered"


@pytest.mark.parametrize("state, kind, reason", [
    ("planned", "measured", "not_done_yet"), ("running", "measured", "not_done_yet"), ("done", "expected", "done_already"),
])
def test_every_kind_has_its_time(state, kind, reason, cast):
    with work():
        measure = getattr(scene, state)(cast, f.closed(cast))
        with pytest.raises(Refused) as refused:
            scene.figure(cast, measure, kind)
    assert refused.value.reason == reason


# -- which figure counts ---------------------------------------------------------------------------------------------


def test_measured_before_agreed_before_expected_and_only_what_was_confirmed(cast):
    day = NOW.date()
    with work():
        idea, other = f.closed(cast), f.closed(cast)
        plain = scene.planned(cast, idea, title="A")
        scene.figure(cast, plain, euros=1000)
        big = scene.planned(cast, idea, title="B")
        scene.figure(cast, big, euros=3900)
        unseen = scene.figure(cast, big, "agreed", 6000)
        running = scene.running(cast, other)
        scene.figure(cast, running, euros=700)
        assert net_first_year([idea.id, other.id]) == {}
        for measure in (plain, big):
            scene.finish(cast, measure)
        scene.figure(cast, plain, "measured", 900, lines=[scene.line(1500), scene.line(600, "one_off")])
        [net] = net_first_year([idea.id, other.id]).values()
        assert (net.idea_id, net.cents, net.savings_cents, net.cost_cents, net.kind) == (
            idea.id, 90000 + 390000, 540000, 60000, "expected")
        confirm_figure(unseen, big, by_id=cast.cat.id, now=NOW)
        assert net_first_year([idea.id])[idea.id].cents == 90000 + 600000
        assert [(m.measure_id, m.kind, m.net_cents) for m in done_between(day, day)] == [
            (plain.id, "measured", 90000), (big.id, "agreed", 600000)]
        assert done_between(day + timedelta(days=1), date(2027, 1, 1)) == []
        assert first_year_of([running.id])[running.id].net_cents == 70000


def test_a_newer_version_that_waits_does_not_hide_the_one_that_counts(cast):
    with work():
        measure = scene.done(cast, f.closed(cast))
        scene.figure(cast, measure, "measured", 3000)
        newer = scene.figure(cast, measure, "measured", 7000, reason="A whole year.")
        assert net_first_year([measure.idea_id])[measure.idea_id].cents == 300000
        doubt_figure(newer, measure, by_id=cast.cat.id, now=NOW, words="Not so much.")
        assert net_first_year([measure.idea_id])[measure.idea_id].cents == 300000
