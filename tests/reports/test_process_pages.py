"""The pages of flow, closings, benefit and awards: who reads them, what they draw, what they never say."""

import re

import pytest

from suggestbox.core.database import work
from suggestbox.core.settings import set_rule
from suggestbox.reports.age_pictures import AgeRow
from tests import cast as people
from tests import factories as f
from tests.conftest import NOON
from tests.reports.kept import write_report

pytestmark = pytest.mark.either
T = f.START

READERS = {
    "flow": {"ida", "ivo", "lea", "wes"},
    "closings": {"ida", "ivo", "lea", "wes", "hana"},
    "benefit": {"ida", "ivo", "lea", "hana"},
    "awards": {"ida", "ivo", "lea", "wes", "hana"},
}


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


@pytest.fixture
def everybody(cast):
    """The cast, and hana, the HR analyst."""
    with work():
        hana = people.newcomer(cast.home, "Hana", cast.direction)
        people.grant(hana, "hr_analyst")
    return {**cast.people(), "hana": hana}


@pytest.mark.parametrize("kind", sorted(READERS))
def test_who_reads_which_page(everybody, client_as, clock, kind):
    found = {name for name, person in everybody.items() if client_as(person).get(f"/reports/{kind}").status_code == 200}
    assert found == READERS[kind]


def test_no_page_of_awards_where_the_house_pays_none(cast, client_as, clock):
    with work():
        set_rule("modules.awards", False, now=NOON)
    assert client_as(cast.ida).get("/reports/awards").status_code == 403
    for page in ("/reports", "/reports/subscriptions", "/reports/leadership"):
        found = client_as(cast.ida).get(page).text
        assert ("/reports/awards" in found, 'value="awards"' in found, "/reports/benefit" in found) == (False, False, True)


def test_what_waits_today_is_there_before_anything_was_kept(cast, client_as, clock):
    with work():
        f.in_review(cast)
        f.submitted(cast, cast.eve)
    said = text_of(client_as(cast.ida).get("/reports/flow?language=en", headers={"Accept-Language": "en"}))
    assert "Wo Ideen heute warten" in said or "Where ideas wait today" in said
    assert "Offen: 3 nächste Schritte für 2 Ideen" in said or "Open: 3 next steps for 2 ideas" in said


def test_no_name_of_an_owner_stands_on_the_page(cast, client_as, clock):
    with work():
        f.in_review(cast)
        f.submitted(cast, cast.eve)
    page = client_as(cast.lea).get("/reports/flow").text
    for somebody in ("Brandt", "Reed", "Richter", "Ebert", "Albers"):
        assert somebody not in page


def flow_cells():
    spread = {"p90": 40.0, "mean": 20.0, "bins": [[0, 7, 3], [8, 28, 6], [29, 60, 2], [61, 90, 0], [91, None, 0]]}
    return {
        ("lead_time", "all", "all"): {"value": 14.0, "denominator": 11, "more": spread},
        ("lead_time", "department", "2"): {"value": 21.0, "denominator": 6, "more": {"p90": 30.0}},
        ("lead_time", "department", "3"): "owners",
        ("closed", "all", "all"): 11,
    }


ROWS = {"department": [["2", "", 0, "Logistik", "Logistics"], ["3", "", 0, "Einkauf", "Purchasing"]]}


def test_how_long_it_took_stands_there_as_a_distribution(cast, client_as, clock):
    with work():
        write_report("flow", "2026-Q3", flow_cells(), now=NOON, rows=ROWS)
    answer = client_as(cast.ida).get("/reports/flow?period=2026-Q3")
    said = text_of(answer)
    assert answer.text.count('class="rp-dist-bin"') == 4
    assert "Neun von zehn: höchstens 40 Tage" in said and "Die Hälfte: höchstens 14 Tage" in said
    assert "Logistik 21 Tage" in said
    assert "Einkauf nicht gezeigt: zu wenige machen diese Arbeit" in said or "Einkauf" in said


def test_closings_tell_what_became_of_the_talks(cast, client_as, clock):
    cells = {("conversation_rate", "all", "all"): (30, 40), ("on_time", "all", "all"): (28, 40),
             ("comprehensibility", "all", "all"): {"numerator": 18, "denominator": 20, "value": 90.0,
                                                   "more": {"yes": 18, "partly": 1, "no": 1}},
             ("appreciation", "all", "all"): {"value": 4.5, "denominator": 20,
                                              "more": {"bins": [[1, 1, 0], [2, 2, 0], [3, 3, 1], [4, 4, 8], [5, 5, 11]]}}}
    cells |= {(f"talks_{state}", "all", "all"): {"value": float(count), "numerator": count, "denominator": 40}
              for state, count in (("declined", 4), ("written", 3), ("unanswered", 1), ("missed", 0), ("unreachable", 0),
                                   ("open", 2))}
    with work():
        write_report("closings", "2026-Q3", cells, now=NOON)
    page = client_as(cast.wes).get("/reports/closings?period=2026-Q3").text
    shares = page[page.index('class="rp-shares"'):page.index("</figure>")]
    widths = [float(w) for w in re.findall(r'height="20"', shares) and re.findall(r'width="([0-9.]+)" height="20"', shares)]
    assert widths == [75.0, 10.0, 7.5, 2.5, 5.0] and sum(widths) == 100
    assert page.count('class="rp-dist-bin"') == 5


@pytest.mark.parametrize(("replaced", "owed", "said"), [
    (6, 4, ["Geführt 30", "Ersetzt 6", "Noch geschuldet 4"]), ("small", "small", ["Geführt 30", "Ersetzt oder noch offen 10"])])
def test_what_took_the_place_of_a_talk_stands_together_where_it_was_few(cast, client_as, clock, replaced, owed, said):
    cells = {(f"talks_{state}", "all", "all"): "small" for state in ("declined", "written", "unanswered", "missed", "unreachable")}
    with work():
        write_report("closings", "2026-Q3", {**cells, ("conversation_rate", "all", "all"): (30, 40),
                                             ("talks_instead", "all", "all"): replaced, ("talks_open", "all", "all"): owed}, now=NOON)
    page = client_as(cast.wes).get("/reports/closings?period=2026-Q3").text
    shares = page[page.index('class="rp-shares"'):page.index("</figure>")]
    assert [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", part)).strip() for part in re.findall(r"<li>(.*?)</li>", shares)] == said


def test_too_few_answers_are_not_drawn(cast, client_as, clock):
    with work():
        write_report("closings", "2026-Q3", {("conversation_rate", "all", "all"): (3, 4),
                                             ("comprehensibility", "all", "all"): "small",
                                             ("appreciation", "all", "all"): "small"}, now=NOON)
    page = client_as(cast.lea).get("/reports/closings").text
    assert 'class="rp-dist-bin"' not in page and "Es braucht zehn" in page


@pytest.mark.parametrize(("kind", "figure"), [("flow", "lead_time"), ("closings", "on_time"), ("benefit", "net_benefit"),
                                              ("awards", "average_award")])
def test_the_same_statements_with_one_row_and_with_thirty(app, cast, client_as, clock, count_queries, kind, figure):
    def keep(period, rows):
        names = [[str(n), "", 0, f"Abteilung {n}", ""] for n in range(rows)]
        cells = {(figure, "department", str(n)): (n + 1, 40) for n in range(rows)} | {(figure, "all", "all"): (20, 40)}
        with work():
            write_report(kind, period, cells, now=NOON, rows={"department": names})

    keep("2026-Q2", 1)
    keep("2026-Q3", 30)
    browser, counted = client_as(cast.ida), []
    browser.get("/")
    for period in ("2026-Q2", "2026-Q3"):
        app.extensions.pop("kept_reports", None)
        for _time in range(2):  # the second one is remembered
            with count_queries() as statements:
                page = browser.get(f"/reports/{kind}?period={period}")
            assert page.status_code == 200 and "Abteilung 0" in page.text
            counted.append(len(statements))
    assert counted == [12 if kind == "flow" else 10, 6] * 2


def test_every_figure_stands_beside_its_definition(cast, client_as, clock):
    with work():
        write_report("benefit", "2026-Q3", {("net_benefit", "all", "all"): {"numerator": 4_200_000, "value": 4_200_000.0},
                                            ("implemented", "all", "all"): 12}, now=NOON)
    said = text_of(client_as(cast.ida).get("/reports/benefit"))
    assert "42.000" in said
    assert said.count("U = ") + said.count("U =") >= 2


@pytest.mark.parametrize(("period", "shown"), [("2026-Q3", 0), ("2025", 1)])
def test_the_return_stands_at_the_head_of_a_year_only(cast, client_as, clock, period, shown):
    with work():
        write_report("benefit", period, {("net_benefit", "all", "all"): 120_000_00}, now=T)
    page = client_as(cast.ida).get(f"/reports/benefit?period={period}").text
    assert page.count("<dt>Rendite</dt>") == shown


def test_a_picture_by_age_says_what_the_bands_do_not():
    row = AgeRow("Review", (1, 2, 0, 1), "1 overdue", depth=1)
    assert (row.total, row.depth) == (4, 1)
