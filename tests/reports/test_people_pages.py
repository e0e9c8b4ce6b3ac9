"""Participation, departments without coordinator, the page for everybody: who sees them, what stands there, what does not."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.settings import set_rule
from suggestbox.people.models import Department, Person
from suggestbox.people.queries import here
from suggestbox.reports.coordinators import uncoordinated
from tests.cast import Cast, grant, newcomer
from tests.conftest import Client
from tests.reports.kept import Cells, write_report

pytestmark = pytest.mark.either

SignIn = Callable[[Any], Client]
RATES = ("participation_rate", "suggestion_rate", "acceptance_rate")
WHOLE: Cells = {
    ("participation_rate", "all", "all"): (30, 150), ("suggestion_rate", "all", "all"): (45, 150),
    ("acceptance_rate", "all", "all"): (14, 20), ("ideas_withdrawn", "all", "all"): 3,
}


def text_of(page: str) -> str:
    """The words of the page's main part in one line."""
    main = page[page.index('<main id="main"'):page.index("</main>")]
    words = re.sub(r"<(title|desc)[^>]*>.*?</\1>", " ", main, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", words)).replace("\xa0", " ")


@pytest.fixture
def hana(cast: Cast, clock: Any) -> Person:
    """An analyst who reads English."""
    with work():
        person = newcomer(cast.home, "Hana", cast.it, language="en")
        grant(person, "hr_analyst")
    return person


def keep_quarter(departments: int = 2, **more: Any) -> None:
    """Keep the third quarter: every second department is hidden, the first of the hidden ones protects another."""
    rows = [[f"{n}", "", 0, f"Abteilung {n}", f"Department {n}"] for n in range(1, departments + 1)]
    cells: Cells = dict(WHOLE)
    for n in range(1, departments + 1):
        for figure in RATES:
            cells[figure, "department", f"{n}"] = (7, 70) if n % 2 else ("complement" if n == 2 else "small")
    with work():
        write_report("participation", "2026-Q3", cells, now=utc_now() - timedelta(days=20), rows={"department": rows}, **more)


def test_participation_shows_its_figures_with_definitions_and_leaves_hidden_rows_out(hana: Person, client_as: SignIn) -> None:
    keep_quarter(4)
    page = client_as(hana).get("/reports/participation").text
    said = text_of(page)
    assert "20.0% 30 of 150 people entitled handed in at least one idea." in said
    assert "Participation rate Formula E / P × 100 Counted Submitters Divided by People entitled" in said
    assert "1 July 2026 to 30 September 2026" in said
    assert "Department 1 10.0% 7 of 70 10.0 7 for 70 people 10.0% 7 of 70 Department 2" in said
    assert "Department 2 not shown: protects another row" in said
    assert "Department 4 not shown: too few people" in said
    assert "3rd quarter 2026 is over. Counted on Thursday, 15 October 2026" in said


def test_a_correction_stands_beside_the_first_version(hana: Person, cast: Cast, client_as: SignIn) -> None:
    keep_quarter()
    keep_quarter(version=2, reason="Two ideas were in the wrong department", by_id=cast.ida.id)
    browser = client_as(hana)
    page = browser.get("/reports/participation?period=2026-Q3")
    assert "version 2, corrected on" in page.text and "Two ideas were in the wrong department" in page.text
    assert 'href="/reports/participation?period=2026-Q3&amp;version=1"' in page.text
    first = text_of(browser.get("/reports/participation?period=2026-Q3&version=1").text)
    assert "these figures do not change any more" in first


def test_a_period_still_running_shows_the_company_alone_and_its_age(hana: Person, client_as: SignIn) -> None:
    with work():
        write_report("participation", "2026-Q4", WHOLE, now=utc_now() - timedelta(minutes=25), version=0)
    said = text_of(client_as(hana).get("/reports/participation").text)
    assert "4th quarter 2026 is still running." in said and "(counted 25 minutes ago)" in said
    assert "20.0% 30 of 150 people entitled" in said
    assert "By department" not in said


def test_a_period_still_running_offers_no_tables_of_rows_it_does_not_have(hana: Person, client_as: SignIn) -> None:
    with work():
        write_report("participation", "2026-Q4", WHOLE, now=utc_now(), version=0)
    page = client_as(hana).get("/reports/participation").text
    assert ("Show the tables of all rows" in page, "The figures behind it" in page) == (False, False)


def test_a_row_that_is_not_wholly_shown_counts_once(hana: Person, client_as: SignIn) -> None:
    keep_quarter(4)
    said = text_of(client_as(hana).get("/reports/participation").text)
    assert ("2 of 5 rows are not shown, or not all of them: 1 because too few people stand behind them, 1 (20.0% of all) "
            "so that those cannot be worked out.") in said


def test_files_are_offered_before_the_figures(hana: Person, client_as: SignIn) -> None:
    keep_quarter()
    page = client_as(hana).get("/reports/participation").text
    assert (page.count('name="format"'), page.index('value="xlsx"') < page.index("rp-hero")) == (3, True)


def test_a_report_of_which_nothing_may_be_shown_does_not_promise_first_figures(hana: Person, client_as: SignIn) -> None:
    with work():
        write_report("awards", "2026-Q3", {("awards", "all", "all"): "small"}, now=utc_now())
    said = text_of(client_as(hana).get("/reports").text)
    assert "Awards What did submitters get? Nothing of it can be shown: too few people stand behind the figures." in said


@pytest.mark.parametrize(("address", "status"), [
    ("", 200), ("?period=2026-Q3", 200), ("?period=last-quarter", 200), ("?period=2026-Q2", 404), ("?period=nonsense", 422),
    ("?period=2099", 422), ("?period=2026-Q3&version=7", 404), ("?period=2026-Q3&version=x", 422),
    ("?period=2026-Q3&version=99999999999999999999", 404),
])
def test_a_wrong_address_is_answered_clearly(hana: Person, client_as: SignIn, address: str, status: int) -> None:
    keep_quarter()
    assert client_as(hana).get(f"/reports/participation{address}").status_code == status


def test_a_fresh_house_says_what_will_stand_here(hana: Person, cast: Cast, client_as: SignIn) -> None:
    assert "The first ones will stand here after the first month." in client_as(hana).get("/reports/participation").text
    assert client_as(cast.ida).get("/reports").status_code == 200
    said = text_of(client_as(hana).get("/how-are-we-doing").text)
    assert said.count("Nothing to count yet") == 10  # once at a glance, once in its place


def test_a_page_of_many_departments_asks_the_database_as_often_as_one_of_few(
    hana: Person, client_as: SignIn, count_queries: Any
) -> None:
    keep_quarter(1)
    browser = client_as(hana)
    browser.get("/reports/participation")
    with count_queries() as few:
        browser.get("/reports/participation")
    with work():
        db.session.execute(db.text("DELETE FROM report"))
    keep_quarter(30)
    with count_queries() as many:
        browser.get("/reports/participation")
    assert (len(few), len(many)) == (7, 11)  # the first is remembered, the second is read


WHO = {"ann": (403, 403, 200), "ida": (200, 200, 200), "lea": (200, 200, 200), "wes": (200, 200, 200), "dot": (403, 403, 200)}


def test_reports_are_for_their_readers_and_the_promises_for_everybody(cast: Cast, clock: Any, client_as: SignIn) -> None:
    keep_quarter()
    pages = ("/reports/participation", "/reports/departments-without-coordinator", "/how-are-we-doing")
    found = {}
    for who in WHO:
        browser = client_as(getattr(cast, who))
        found[who] = tuple(browser.get(page).status_code for page in pages)
        home = browser.get("/").text
        assert ('href="/reports"' in home) is (found[who][0] == 200)
        assert 'href="/how-are-we-doing"' in home
    assert found == WHO


def test_without_the_module_there_is_neither_page_nor_link(cast: Cast, clock: Any, client_as: SignIn) -> None:
    with work():
        set_rule("modules.reports", False, now=utc_now())
    browser = client_as(cast.ida)
    assert [browser.get(page).status_code for page in ("/reports", "/reports/participation", "/how-are-we-doing")] == [404] * 3
    home = browser.get("/").text
    assert "/reports" not in home and "/how-are-we-doing" not in home


def test_the_line_of_pages_holds_what_one_may_read(cast: Cast, hana: Person, client_as: SignIn) -> None:
    def pages(person: Person) -> list[str]:
        page = client_as(person).get("/reports").text
        return re.findall(r'<li><a href="/reports/?([a-z-]*)"', page[page.index("rp-tabs"):page.index("</ul>", page.index("rp-tabs"))])

    everything = ["", "leadership", "participation", "flow", "closings", "benefit", "awards", "customers",
                  "departments-without-coordinator", "subscriptions", "council", "exports"]
    assert pages(cast.ida) == everything
    assert pages(hana) == ["", "participation", "closings", "benefit", "awards", "departments-without-coordinator",
                           "subscriptions"]
    assert pages(cast.wes) == [page for page in everything if page not in ("leadership", "benefit", "customers")]


# -- coordinators ----------------------------------------------------------------------------------------------------


def test_departments_without_coordinator_name_who_is_asked_instead(cast: Cast, clock: Any, client_as: SignIn) -> None:
    with work():
        team = Department(key="ramp", name="Rampe", name_en="Ramp", parent_id=cast.logistics.id)
        db.session.add(team)
        db.session.flush()
        newcomer(cast.home, "Rudi", team)
        newcomer(cast.home, "Rosa", team)
    found = uncoordinated(here())
    direction = next(row for row in found.without if row.department_id == cast.direction.id)
    ramp = next(row for row in found.without if row.department_id == team.id)
    assert (found.departments, found.covered, len(found.without), found.people_without) == (5, 3, 2, direction.people + 2)
    assert (direction.asked, direction.asked_in, direction.path) == ((), "", "")
    assert (ramp.asked, ramp.people, found.without.index(direction)) == (("Bob Brandt",), 2, 0)
    page = text_of(client_as(cast.lea).get("/reports/departments-without-coordinator").text)
    assert "Bob Brandt" in page and "Rampe" in page
    with work():  # somebody who left coordinates no more
        bob = db.session.get(Person, cast.bob.id)
        assert bob is not None
        bob.active = False
    assert {row.department_id for row in uncoordinated(here()).without} == {cast.direction.id, cast.logistics.id, team.id}
