"""Pages of large houses: the way down into departments, and that nothing remembered is ever out of date."""

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.people.models import Person, RoleGrant
from suggestbox.reports.drilling import depth_in_sight, in_sight
from suggestbox.reports.models import Report
from suggestbox.reports.queries import RowName
from tests.cast import Cast, grant, newcomer
from tests.reports.kept import write_report

pytestmark = pytest.mark.either

TREE = [RowName("r", "", 0, "R")]
for _n in range(4):
    TREE.append(RowName(f"{_n}", "r", 1, f"D{_n}"))
    TREE += [RowName(f"{_n}-{_m}", f"{_n}", 2, f"T{_n}{_m}") for _m in range(9)]


@pytest.fixture
def hana(cast: Cast, clock: Any) -> Person:
    """An analyst who reads English."""
    with work():
        person = newcomer(cast.home, "Hana", cast.it, language="en")
        grant(person, "hr_analyst")
    return person


def keep(rate: tuple[int, int] = (30, 150), **more: Any) -> Report:
    with work():
        return write_report("participation", "2026-Q3", {
            ("participation_rate", "all", "all"): rate,
            **{("participation_rate", "department", row.key): "small" if row.key == "1-3" else (7, 70) for row in TREE},
        }, now=utc_now(), rows={"department": [[row.key, row.parent, row.depth, row.name, row.name] for row in TREE]}, **more)


def rows_of(page: str) -> list[str]:
    table = page[page.index("Rates by department"):]
    return [name.strip() for name in re.findall(r'<th scope="row">([^<]*)', table[:table.index("</table>")])]


def number_of(page: str) -> str:
    return re.findall(r'rp-hero-number"><span class="rp-value">([^<]*)', page)[0]


def test_a_large_tree_is_seen_from_above_and_a_click_goes_down() -> None:
    top = in_sight(TREE, "", lambda key: f"?below={key}")
    assert ([row.name for row in top.rows], top.further, top.trail, top.left_out) == (
        ["R", "D0", "D1", "D2", "D3"], {"r": 36, "0": 9, "1": 9, "2": 9, "3": 9}, [], 36)
    down = in_sight(TREE, "2", lambda key: f"?below={key}")
    assert [(row.name, row.depth) for row in down.rows] == [("D2", 0), *((f"T2{m}", 1) for m in range(9))]
    assert (down.further, [url for _name, url in down.trail], down.left_out) == ({}, ["?below=", "?below=r"], 0)
    assert in_sight(TREE, "nobody knows", str).rows == top.rows
    assert in_sight(TREE[:15]).rows == TREE[:15]  # a small house sees all


@pytest.mark.parametrize(("levels", "deepest"), [
    ([1, 19, 60], 1), ([1, 60], 1), ([2, 25, 75], 1), ([3, 90], 0), ([30, 90], 0), ([1, 5, 10], 2), ([], 0),
])
def test_how_deep_one_sees(levels: list[int], deepest: int) -> None:
    assert depth_in_sight([depth for depth, count in enumerate(levels) for _n in range(count)]) == deepest


def test_the_page_shows_the_rows_below_a_department_and_what_is_hidden_stays_so(hana: Person, client_as: Any) -> None:
    keep()
    browser = client_as(hana)
    for _time in range(2):  # the second one is remembered
        page = browser.get("/reports/participation").text
        assert rows_of(page) == ["Whole company", "R", "D0", "D1", "D2", "D3"]
        assert 'href="/reports/participation?period=2026-Q3&amp;below=1#in-sight">9 more below' in page
        below = browser.get("/reports/participation?below=1").text
        assert rows_of(below) == ["Whole company", "D1", *(f"T1{m}" for m in range(9))]
        assert re.findall(r'<li><a href="([^"]*)">(R|Whole company)<', below) == [
            ("/reports/participation?period=2026-Q3#in-sight", "Whole company"),
            ("/reports/participation?period=2026-Q3&amp;below=r#in-sight", "R")]
        assert re.findall(r"T13</th>\s*<td[^>]*>(?:<[^>]*>)*\s*([^<]*)", below)[0] == "not shown: too few people"
    assert rows_of(browser.get("/reports/participation?below=<b>").text)[-1] == "D3"


def test_a_correction_by_another_process_is_seen_at_once(hana: Person, client_as: Any, count_queries: Any) -> None:
    first = keep()
    browser = client_as(hana)
    assert number_of(browser.get("/reports/participation").text) == "20.0%"
    with count_queries() as asked:
        browser.get("/reports/participation")
    assert [statement for statement in asked if "report_cell" in str(statement)] == []
    keep((60, 150), version=2, reason="A card was lost.")  # whoever writes leaves the memory of others alone
    assert number_of(browser.get("/reports/participation").text) == "40.0%"
    assert number_of(browser.get("/reports/participation?period=2026-Q3&version=1").text) == "20.0%"
    with work():
        db.session.execute(sa.delete(Report).where(Report.id != first.id))
    assert number_of(browser.get("/reports/participation").text) == "20.0%"


def test_a_running_period_counted_anew_under_the_same_number_is_seen_at_once(hana: Person, client_as: Any, clock: Any) -> None:
    kept, browser = keep(version=0), client_as(hana)
    before = kept.id
    assert "counted 0 minutes ago" in browser.get("/reports/participation").text
    clock.shift(timedelta(minutes=20))
    assert "counted 20 minutes ago" in browser.get("/reports/participation").text
    with work():
        db.session.execute(sa.text("DELETE FROM report"))
    again = keep((75, 150), version=0)
    page = browser.get("/reports/participation").text
    assert (number_of(page), "counted 0 minutes ago" in page) == ("50.0%", True)
    assert db.engine.dialect.name != "sqlite" or again.id == before


def test_who_may_no_longer_read_gets_nothing_remembered(hana: Person, client_as: Any) -> None:
    keep()
    browser = client_as(hana)
    assert browser.get("/reports/participation").status_code == 200
    with work():
        for role in db.session.scalars(sa.select(RoleGrant).where(RoleGrant.person_id == hana.id)):
            db.session.delete(role)
    assert browser.get("/reports/participation").status_code == 403


def test_what_waits_today_is_not_counted_for_each_reader(cast: Cast, clock: Any, client_as: Any, count_queries: Any) -> None:
    browser = client_as(cast.ida)

    def counted() -> bool:
        with count_queries() as asked:
            assert browser.get("/reports/flow").status_code == 200
        return any("submitter_identity" in statement and "step.due_on" in statement for statement in asked)

    found = [counted(), counted()]
    clock.shift(timedelta(seconds=91))
    assert [*found, counted()] == [True, False, True]
