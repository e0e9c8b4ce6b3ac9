"""Nobody can be computed out of reports: random reports of random shapes, and an attacker who knows nothing of them."""

import random
from collections import Counter
from dataclasses import replace

import pytest

from suggestbox.reports.crowd import RATINGS, Crowd, Limits, too_small
from suggestbox.reports.lines import Known, Line, share
from suggestbox.reports.protect import protect
from suggestbox.reports.rowspace import computable

from .attacker import computed, small_differences
from .random_reports import company, kept, lines

pytestmark = pytest.mark.either

SHAPES = (
    ("department",), ("site", "group", "site_group"), ("department", "site"), ("site", "group", "service", "site_group"),
    ("department", "site", "group", "service", "site_group"),
)


def line(row, atoms, people, behind, *, dimension="department", small=None, **more):
    small = too_small(people, behind) if small is None else small
    return Line(dimension, row, frozenset(atoms), people, behind, small, **more)


def sets(rows, why, hidden):
    return [row.atoms for row in rows if bool(why[row.key]) == hidden and row.atoms]


def attack(rows, why, known=()):
    """Give what an attacker computes of the hidden rows, here and in reports that were kept before.

    A quarter whose months are all shown is their sum before anything is said about it: that is nothing new.
    """
    before = [row.atoms for row in known if row.shown]
    shown = sets(rows, why, False) + before
    hidden = sets(rows, why, True) + [row.atoms for row in known if not row.shown]
    nothing_new = computed(sets(rows, why, True), before) if known else []
    return [atoms for atoms in computed(hidden, shown) if atoms not in nothing_new]


def one_report(seed):
    rng = random.Random(seed)
    firm = company(rng)
    rows = lines(firm, firm.months, SHAPES[seed % len(SHAPES)])
    why = protect(rows, crowd=firm.crowd())
    assert attack(rows, why) == [], seed
    assert small_differences(sets(rows, why, False), firm.small) == [], seed
    assert [row.key for row in rows if row.small and not why[row.key]] == [], seed


@pytest.mark.parametrize("seed", range(0, 1000, 17))
def test_no_hidden_row_of_a_random_report_can_be_computed(seed):
    one_report(seed)


@pytest.mark.slow
def test_no_hidden_row_of_1000_random_reports_can_be_computed():
    for seed in range(1000):
        one_report(seed)


def nested_periods(seed):
    """Three months one after the other, then their quarter: each report knows what was kept before.

    In every other company the last month hides what one of the first two hides, for the quarter's sake.
    """
    rng = random.Random(seed)
    firm = company(rng, 3, departments=rng.randint(2, 6), services=1, size=rng.randint(60, 400))
    dimensions = SHAPES[seed % len(SHAPES)]
    known: list[Known] = []
    for name, months in (*((month, [month]) for month in firm.months), ("2026-Q1", firm.months)):
        rows = lines(firm, months, dimensions)
        if seed % 2 and months == firm.months[-1:]:
            once = Counter(one.key for one in known if not one.shown)
            rows = [replace(row, small=True) if once[row.key] == 1 and not row.must_show else row for row in rows]
        overlapping = [one for one in known if len(months) == 3 or one.report in months]
        why = protect(rows, overlapping, crowd=firm.crowd())
        assert attack(rows, why, known) == [], (seed, name)
        known += kept(name, rows, why)


@pytest.mark.parametrize("seed", range(0, 300, 23))
def test_months_and_their_quarter_give_nothing_away_together(seed):
    nested_periods(seed)


@pytest.mark.slow
def test_months_and_their_quarter_give_nothing_away_together_300_times():
    for seed in range(300):
        nested_periods(seed)


def overlapping_exports(seed):
    """The whole company by department, then two of its sites by group: two populations that overlap."""
    rng = random.Random(seed)
    firm = company(rng, sites=4, services=1, size=rng.randint(60, 400))
    first = lines(firm, firm.months, ("department", "site"))
    why = protect(first, crowd=firm.crowd())
    known = kept("first", first, why)
    for name, part in (("second", {1, 2}), ("third", {2, 3})):
        rows = lines(firm, firm.months, ("department", "group"), where=lambda atom, part=part: atom.site in part)
        why = protect(rows, known, crowd=firm.crowd())
        assert attack(rows, why, known) == [], (seed, name)
        known += kept(name, rows, why)


@pytest.mark.parametrize("seed", range(0, 300, 25))
def test_exports_of_overlapping_populations_give_nothing_away_together(seed):
    overlapping_exports(seed)


@pytest.mark.slow
def test_exports_of_overlapping_populations_give_nothing_away_together_300_times():
    for seed in range(300):
        overlapping_exports(seed)


def test_of_single_two_way_tables_less_than_a_fifth_is_hidden_beyond_the_small_cells():
    cells = beyond = 0
    rng = random.Random(20)
    for _ in range(40):
        firm = company(rng, departments=1, sites=rng.randint(3, 8), groups=rng.randint(3, 8), services=1,
                       size=rng.randint(300, 2000))
        why = protect(lines(firm, firm.months, ("site", "group", "site_group")), crowd=firm.crowd())
        found = share(why)
        cells += found["rows"]
        beyond += found["beyond"]
    assert beyond / cells < 0.20
    assert cells > 1200


# -- each rule once, by hand ---------------------------------------------------------------------------------------------


def test_one_small_department_takes_the_cheapest_sibling_along():
    rows = [
        line("all", "abc", 300, 90, dimension="all", must_show=True),
        line("1", "a", 100, 50), line("2", "b", 100, 37), line("3", "c", 100, 3),
    ]
    assert protect(rows) == {
        ("all", "all"): "", ("department", "1"): "", ("department", "2"): "complement", ("department", "3"): "small",
    }


def test_two_small_departments_hide_each_other_only_if_they_are_enough_people_together():
    def report(second):
        return [
            line("all", "abcd", 400, 90 + second, dimension="all", must_show=True), line("1", "a", 100, 50),
            line("2", "b", 100, 37), line("3", "c", 100, 3), line("4", "d", 100, second),
        ]
    assert [why for why in protect(report(4)).values()] == ["", "", "", "small", "small"]
    assert [why for why in protect(report(1)).values()] == ["", "", "complement", "small", "small"]


def test_the_few_who_belong_to_no_part_of_a_department_are_not_left_over():
    """Three people sit in the division itself: its two departments would give them away."""
    rows = [
        line("all", "abcz", 500, 200, dimension="all", must_show=True),
        line("1", "abc", 203, 101), line("11", "a", 100, 60), line("12", "b", 100, 40), line("2", "z", 297, 99),
    ]
    assert protect(rows)["department", "12"] == "complement"
    assert protect(rows)["department", "11"] == ""


@pytest.mark.parametrize(("people", "behind", "small"), [
    (0, 0, False), (10, 5, False), (9, 5, True), (10, 4, True), (100, 0, True), (100, 100, True), (100, 96, True),
    (100, 95, False), (0, 7, True),
])
def test_what_is_a_small_group_of_people(people, behind, small):
    assert too_small(people, behind) is small


def test_people_who_left_are_behind_the_numbers_and_not_among_those_who_did_not_take_part():
    assert too_small(12, 8, others=6) is False
    assert too_small(12, 8, others=4) is True


def test_ratings_need_ten_people_and_do_not_ask_who_stayed_silent():
    assert [too_small(people, people, RATINGS) for people in (9, 10, 11)] == [True, False, False]


def test_a_person_in_two_months_is_one_person():
    """Two hidden months of three people each look like six, and are three: the quarter would say so."""
    three, others = {1, 2, 3}, set(range(10, 40))
    months = ("2026-01", "2026-02", "2026-03")
    behind = {(m, "a"): three for m in months[:2]} | {("2026-03", "a"): set(range(4, 40)) - {4, 5}}
    behind |= {(m, "b"): others for m in months}
    known = [Known(m, "department", "1", frozenset({(m, "a")}), shown=m == "2026-03") for m in months]
    known += [Known(m, "all", "all", frozenset({(m, "a"), (m, "b")})) for m in months]
    quarter = frozenset((m, "a") for m in months)
    whole = quarter | {(m, "b") for m in months}
    rows = [
        Line("all", "all", whole, 200, 70, False, must_show=True), Line("department", "1", quarter, 100, 37, False),
        Line("department", "2", whole - quarter, 100, 30, False),
    ]
    limits = Limits(complement=False, headcount=0)
    assert protect(rows, known, crowd=Crowd(behind, limits=limits))["department", "1"] == "complement"
    behind["2026-02", "a"] = {6, 7, 8}
    assert protect(rows, known, crowd=Crowd(behind, limits=limits))["department", "1"] == ""


def test_a_quarter_is_hidden_where_its_months_would_give_a_hidden_one_away():
    months = ("2026-01", "2026-02", "2026-03")
    known = [Known(m, "department", "1", frozenset({(m, "a")}), shown=m != "2026-02") for m in months]
    rows = [
        line("all", [(m, d) for m in months for d in "abc"], 300, 90, dimension="all", must_show=True),
        *(line(str(at), [(m, d) for m in months], 100, 30 + at) for at, d in enumerate("abc", 1)),
    ]
    why = protect(rows, known)
    assert why["department", "1"] == "complement"
    assert sum(1 for one in why.values() if one) == 2  # and another one, or the company would give it away


def test_a_hidden_row_that_other_reports_tell_anyway_takes_no_other_row_along():
    months = ("2026-01", "2026-02", "2026-03")
    known = [Known(m, "all", "all", frozenset({(m, "a"), (m, "b")})) for m in months]
    known += [Known(m, "department", "1", frozenset({(m, "a")})) for m in months]
    quarter = frozenset((m, name) for m in months for name in ("a", "b"))
    first = frozenset((m, "a") for m in months)
    rows = [Line("all", "all", quarter, 200, 70, False, must_show=True), Line("department", "1", first, 100, 37, False),
            Line("department", "2", quarter - first, 100, 33, True)]
    assert protect(rows, known) == {("all", "all"): "", ("department", "1"): "", ("department", "2"): "small"}


def test_a_row_that_a_correction_changed_by_few_is_hidden_with_another_one():
    rows = [
        line("all", "abc", 300, 90, dimension="all", must_show=True),
        line("1", "a", 100, 30, changed=True), line("2", "b", 100, 31), line("3", "c", 100, 29),
    ]
    assert protect(rows) == {
        ("all", "all"): "", ("department", "1"): "change", ("department", "2"): "", ("department", "3"): "complement",
    }


def test_a_row_hidden_in_all_versions_stays_hidden_when_a_correction_makes_it_large_enough():
    before = [
        line("all", "abc", 300, 90, dimension="all", must_show=True), line("1", "a", 100, 4), line("2", "b", 100, 46),
        line("3", "c", 100, 40),
    ]
    first = protect(before)
    again = [line(row.row, row.atoms, 100, 40, small=bool(first[row.key])) if row.row == "1" else row for row in before]
    assert protect(again)["department", "1"] == "small"


def test_rows_of_the_same_people_are_shown_and_hidden_together():
    """A division that is the whole company, and a site whose only group is production."""
    rows = [
        line("all", "abc", 300, 120, dimension="all", must_show=True), line("1", "abc", 300, 120, small=True),
        line("11", "a", 100, 50), line("12", "bc", 200, 70),
        line("1", "a", 100, 50, dimension="site"), line("2", "b", 100, 4, dimension="site"),
        line("2|office", "b", 100, 4, dimension="site_group"), line("3", "c", 100, 66, dimension="site"),
    ]
    why = protect(rows)
    assert {row for row, reason in why.items() if reason} == {
        ("site", "2"), ("site_group", "2|office"), ("site", "3")}


def test_the_few_without_a_department_make_no_second_company_of_it():
    """All but two people sit below the one division: what is hidden of the company the division may not say."""
    months = ("2026-01", "2026-02", "2026-03")
    known = [Known(m, "all", "all", frozenset({(m, "a"), (m, "n")}), shown=m != "2026-03") for m in months]
    known += [Known(m, "department", "1", frozenset({(m, "a")}), shown=False) for m in months]
    rows = [
        line("all", [(m, d) for m in months for d in "an"], 200, 92, dimension="all", must_show=True),
        line("1", [(m, "a") for m in months], 198, 91), line("none", [(m, "n") for m in months], 2, 1),
    ]
    assert set(protect(rows, known).values()) == {"small", "complement"}
    assert protect(rows)["all", "all"] == ""


def test_areas_without_any_idea_hide_nobody():
    rows = [
        line("all", "xyz", 300, 90, dimension="all", must_show=True),
        line("quality", "x", 300, 80, dimension="area", small=False), line("safety", "y", 300, 10, dimension="area", small=False),
        line("costs", "z", 300, 0, dimension="area", small=False),
    ]
    assert set(protect(rows).values()) == {""}


def test_an_empty_report_and_a_report_of_nobody_are_fine():
    assert protect([]) == {}
    nobody = [line("all", (), 0, 0, dimension="all", must_show=True), line("1", (), 0, 0)]
    assert set(protect(nobody).values()) == {""}
    assert share({}) == {"rows": 0, "small": 0, "beyond": 0, "beyond_percent": 0.0}


def test_even_the_company_is_hidden_where_a_month_would_be_given_away():
    """One month had three submitters in the whole house: the year may not say so."""
    months = [f"2026-{month:02}" for month in range(1, 13)]
    known = [Known(m, "all", "all", frozenset({m}), shown=m != "2026-08") for m in months]
    rows = [line("all", months, 200, 90, dimension="all", must_show=True)]
    assert protect(rows, known) == {("all", "all"): "complement"}


# -- the algebra ---------------------------------------------------------------------------------------------------------


def test_what_three_overlapping_sums_give_away_takes_halves():
    a, b, c = (line(row, row, 100, 30) for row in "abc")
    pairs = [line(row, row, 100, 30) for row in ("ab", "bc", "ac")]
    assert computable([a, b, c], pairs) == [a, b, c]
    assert computable([a, b, c], pairs[:2]) == []
    assert computable([line("ca", "ca", 1, 1)], [*pairs[:2], b]) == [line("ca", "ca", 1, 1)]


@pytest.mark.parametrize("seed", range(8))
def test_the_check_says_what_fractions_say(seed):
    rng = random.Random(seed)
    rows = [line(str(at), [n for n in range(12) if rng.random() < 0.4], 100, 30) for at in range(40)]
    asked, known = rows[:25], rows[25:25 + rng.randint(1, 12)]
    assert [row.atoms for row in computable(asked, known)] == computed(
        [row.atoms for row in asked], [row.atoms for row in known])
