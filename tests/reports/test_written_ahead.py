"""Pages of reports are written before somebody asks: the first reader waits no longer, and reads what everybody would."""

import re
from datetime import timedelta
from typing import Any

import pytest

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.people.models import Person
from suggestbox.reports import warm_jobs
from suggestbox.reports.warm_jobs import write_ahead
from tests.cast import Cast, grant, newcomer
from tests.reports.kept import write_report

pytestmark = pytest.mark.either

PAGES = ("/reports", "/reports/participation", "/reports/participation?period=2025", "/reports/flow", "/how-are-we-doing")


@pytest.fixture
def readers(cast: Cast, clock: Any, monkeypatch: Any) -> list[Person]:
    """An analyst who reads English and an idea manager who reads German; he has further pages, and may count anew."""
    monkeypatch.setattr(warm_jobs, "BREATH_SECONDS", 0)
    with work():
        hana = newcomer(cast.home, "Hana", cast.it, language="en")
        grant(hana, "hr_analyst")
        max_ = newcomer(cast.home, "Max", cast.it, language="de")
        grant(max_, "idea_manager")
    return [hana, max_]


def keep(rate: int = 30, version: int = 1) -> None:
    with work():
        for period in ("2025", "2026-Q3"):
            write_report("participation", period, {("participation_rate", "all", "all"): (rate, 150),
                                                   ("participation_rate", "site", "1"): (rate, 150)},
                         rows={"site": [["1", "", 0, "Bremen", "Bremen"]]}, now=utc_now(), version=version,
                         reason="A card was lost." if version > 1 else "")


def ahead(app: Any) -> None:
    """Write as the clockwork does, with a session of its own."""
    with app.app_context():
        write_ahead()
        db.session.remove()


def text_of(client: Any, address: str) -> str:
    """Give a page without what is new in every answer."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", client.get(address).text)


def test_the_first_reader_reads_what_a_page_nobody_wrote_ahead_says(app, readers, client_as) -> None:
    keep()
    fresh = {}
    for person in readers:
        for address in PAGES:
            app.extensions.pop("kept_reports", None)
            fresh[person.id, address] = text_of(client_as(person), address)
    app.extensions.pop("kept_reports", None)
    ahead(app)
    assert {(person.id, address): text_of(client_as(person), address) for person in readers for address in PAGES} == fresh


def test_the_first_visit_asks_no_more_than_the_next_one(app, readers, client_as, count_queries) -> None:
    keep()
    ahead(app)
    asked: dict[str, list[int]] = {}
    for person in readers:
        browser = client_as(person)
        browser.get("/handbook")  # signs in
        for address in PAGES if person is readers[1] else PAGES[:3]:
            for _time in range(2):
                with count_queries() as statements:
                    assert browser.get(address).status_code == 200
                asked.setdefault(f"{person.id} {address}", []).append(len(statements))
    assert {address: first for address, (first, _next) in asked.items()} == {a: again for a, (_first, again) in asked.items()}


def test_a_correction_is_written_ahead_too_and_nothing_twice(app, readers, client_as, count_queries, clock) -> None:
    keep()
    ahead(app)
    with count_queries() as again:
        ahead(app)
    assert not any("report_cell" in statement for statement in again)
    keep(60, version=2)
    clock.shift(timedelta(minutes=1))
    ahead(app)
    browser = client_as(readers[0])
    with count_queries() as asked:
        assert "40.0%" in browser.get("/reports/participation").text
    assert not any("report_cell" in statement for statement in asked)


def test_a_house_without_readers_or_figures_has_nothing_to_write(app, cast) -> None:
    ahead(app)
