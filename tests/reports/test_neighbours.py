"""What kept reports of overlapping periods publish is known when a new one is counted."""

from datetime import UTC, datetime

import pytest

from suggestbox.core.database import work
from suggestbox.reports import keeping, neighbours, queries
from suggestbox.reports.periods import Period
from tests.factories import submitted

from .test_keeping import many

LATER = datetime(2027, 4, 3, 2, 20, tzinfo=UTC)


@pytest.fixture
def small_month():
    """In which month only two of Logistics hand in."""
    return 2


@pytest.fixture
def three_months(cast, small_month):
    """Thirty people each in three departments; twelve of each hand in a month, in a small one two of Logistics."""
    with work():
        logistics = many(cast, 30)
        purchasing = many(cast, 30, "p", cast.purchasing.id)
        others = many(cast, 30, "d", cast.direction.id)
        for person in purchasing:
            person.site_id = cast.abroad.id
        for month in (1, 2, 3):
            active = 2 if month == small_month else 12
            now = datetime(2027, month, 11, 9, tzinfo=UTC)
            for person in [*logistics[:active], *purchasing[:12], *others[:12]]:
                submitted(cast, person, now=now)
    with work():
        for month in ("2027-01", "2027-02", "2027-03"):
            keeping.keep("participation", Period(month), now=LATER)
    return logistics


def hidden(period: str, dimension: str, row: object) -> str:
    cell = queries.kept("participation", period).cell("ideas", dimension, str(row))
    return cell.hidden


def test_a_quarter_does_not_give_its_small_month_away(cast, three_months):
    """February of Logistics is small, and March hidden with it: so the quarter less January is two months."""
    with work():
        keeping.keep("participation", Period("2027-Q1"), now=LATER)
    found = {
        period: [hidden(period, "department", department.id) for department in (cast.logistics, cast.purchasing)]
        for period in ("2027-01", "2027-02", "2027-03", "2027-Q1")
    }
    assert found == {
        "2027-01": ["", ""], "2027-02": ["small", ""], "2027-03": ["complement", ""], "2027-Q1": ["", ""],
    }
    assert [hidden(period, "all", "all") for period in found] == ["", "", "", ""]


@pytest.mark.parametrize("small_month", [3])
def test_a_small_last_month_takes_the_quarter_along(cast, three_months):
    """January and February are published by then: the quarter less them would be March."""
    with work():
        keeping.keep("participation", Period("2027-Q1"), now=LATER)
    periods = ("2027-01", "2027-02", "2027-03", "2027-Q1")
    assert [hidden(period, "department", cast.logistics.id) for period in periods] == ["", "", "small", "complement"]


def test_people_who_moved_between_sites_do_not_stand_out(cast, three_months):
    """A quarter counts people where they are now: three ideas fewer at home than in its months."""
    with work():
        three_months[0].site_id = cast.abroad.id
    counted = keeping.count("participation", Period("2027-Q1"), LATER)
    group = next(group for group in counted.groups if group.key == "handins")
    months = [queries.kept("participation", f"2027-0{n}").cell("ideas", "site", str(cast.home.id)) for n in (1, 2, 3)]
    assert [cell.hidden for cell in months] == ["", "", ""]
    assert ("site", str(cast.home.id)) in neighbours.moved(group, "participation", Period("2027-Q1"), 5)
    assert neighbours.moved(group, "participation", Period("2027-Q1"), 3) == set()
