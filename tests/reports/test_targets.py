"""What leadership aims at, what the programme costs, and the pages of leadership and the works council."""

import re
from datetime import date, timedelta

import pytest

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.errors import Invalid
from suggestbox.core.settings import set_rule
from suggestbox.journal.models import Entry
from suggestbox.reports.costs import cost_of_year, costs_entered, enter_cost
from suggestbox.reports.field_numbers import as_field, cents_of, number_of
from suggestbox.reports.figures import FIGURES
from suggestbox.reports.leadership import board
from suggestbox.reports.models import ExportRun, Report, ReportCell, Target
from suggestbox.reports.targets import set_target, targets_on, with_target
from suggestbox.rules.operations import change_rule
from tests.reports.kept import write_report

TODAY = date(2026, 11, 4)


def aim(cast, figure: str, value: float | None, from_on: date = TODAY):
    """Leadership sets a target."""
    with work():
        return set_target(FIGURES[figure], value, from_on=from_on, today=TODAY, actor_id=cast.lea.id, now=utc_now())


def test_the_latest_target_up_to_a_day_counts_and_what_was_before_stays(clock, cast):
    aim(cast, "lead_time", 30)
    aim(cast, "lead_time", 25, date(2027, 1, 1))
    aim(cast, "lead_time", None, date(2027, 7, 1))
    aim(cast, "on_time", 95)
    days = (date(2026, 11, 3), TODAY, date(2026, 12, 31), date(2027, 1, 1), date(2027, 7, 1))
    assert [targets_on(day).get("lead_time") for day in days] == [None, 30, 30, 25, None]
    assert targets_on(date(2027, 7, 1)) == {"on_time": 95}
    assert aim(cast, "on_time", 95) is None and db.session.query(Target).count() == 4
    entry = db.session.query(Entry).filter_by(kind="target_set").first()
    assert (entry.actor_id, entry.facts) == (
        cast.lea.id, {"figure": "lead_time", "before": None, "after": 30, "from_on": "2026-11-04"})


@pytest.mark.parametrize(("figure", "value", "from_on", "field"), [
    ("on_time", -1, TODAY, "on_time"), ("on_time", 100.1, TODAY, "on_time"), ("appreciation", 5.1, TODAY, "appreciation"),
    ("on_time", 90, TODAY - timedelta(days=1), "from_on"),
])
def test_a_target_that_cannot_be_is_refused_at_its_field(clock, cast, figure, value, from_on, field):
    with pytest.raises(Invalid) as wrong:
        aim(cast, figure, value, from_on)
    assert list(wrong.value.fields) == [field] and targets_on(date(2030, 1, 1)) == {}


def test_only_leadership_sets_targets_and_everything_typed_stays(clock, cast, client_as):
    standing = {name: (client_as(person).get("/reports/targets").status_code,
                       client_as(person).post("/reports/targets", data={"on_time": "90"}).status_code)
                for name, person in cast.people().items()}
    assert standing == {name: (200, 303) if name == "lea" else (200, 403) if name in ("ida", "ivo") else (403, 403)
                        for name in standing}
    lea, typed = client_as(cast.lea), {"on_time": "", "lead_time": "12,5", "benefit_per_employee": "1.728"}
    wrong = lea.post("/reports/targets", data={**typed, "appreciation": "six", "acceptance_rate": "101"})
    assert (wrong.status_code, targets_on(TODAY)) == (422, {"on_time": 90})
    assert re.findall(r'id="(\w+)-error"', wrong.text) == ["acceptance_rate", "appreciation"]
    assert 'value="six"' in wrong.text and 'value="12,5"' in wrong.text
    assert lea.post("/reports/targets", data=typed).status_code == 303
    assert targets_on(TODAY) == {"lead_time": 12.5, "benefit_per_employee": 172_800}


def test_every_figure_with_a_better_way_can_have_a_target(app):
    wanted = {figure.key for figure in FIGURES.values() if figure.better and figure.kind != "customers"}
    assert {figure.key for figure in with_target()} >= wanted  # customers' where what they say is collected: test_customers
    assert "entitled" not in {figure.key for figure in with_target()}


def test_numbers_are_read_as_the_reader_writes_them(app):
    from suggestbox.core.language import force_locale

    def read(text: str) -> float | str | None:
        try:
            return number_of("it", text)
        except Invalid as wrong:
            return str(wrong.fields["it"])

    with app.test_request_context(), force_locale("de"):
        assert [read(text) for text in ("12,5", "1.728", "95 %", "", " 7 ")] == [12.5, 1728, 95, None, 7]
        told = "Bitte schreiben Sie eine Zahl wie 1234,5."
        assert [read(text) for text in ("1,2345", "NaN", "x", "9" * 21)] == [told] * 4
        assert (cents_of("it", "1.234,56"), as_field(1234.5), as_field(None)) == (123_456, "1234,5", "")
    with app.test_request_context(), force_locale("en"):
        assert [read(text) for text in ("12.5", "1,728")] == [12.5, 1728]


# -- costs -------------------------------------------------------------------------------------------------------------


def test_the_latest_entry_of_a_year_counts_and_earlier_ones_stay(clock, cast):
    for year, kind, cents in ((2025, "administration", 100), (2025, "promotion", 30), (2025, "administration", 70),
                              (2026, "promotion", 5)):
        with work():
            enter_cost(year, kind, cents, this_year=2026, actor_id=cast.ida.id, now=utc_now())
    assert [cost_of_year(year) for year in (2024, 2025, 2026)] == [0, 100, 5]
    assert [costs_entered(year) for year in (2024, 2025, 2026)] == [False, True, True]
    assert [entry.facts["cents"] for entry in db.session.query(Entry).filter_by(kind="programme_cost")] == [100, 30, 70, 5]


def test_whoever_reads_the_benefit_sees_the_cost_and_the_idea_management_enters_it(clock, cast, client_as):
    sent = {"year": "2025", "administration": "38.500", "note": "Kostenstelle 1"}
    answers = {name: (client_as(person).get("/reports/costs").status_code,
                      client_as(person).post("/reports/costs", data=sent).status_code)
               for name, person in cast.people().items() if name in ("ann", "lea", "ida", "wes", "dot")}
    assert answers == {"ann": (403, 403), "lea": (200, 403), "ida": (200, 303), "wes": (403, 403), "dot": (403, 403)}
    assert cost_of_year(2025) == 3_850_000
    for data, field in (({"year": "2027", "promotion": "1"}, "year"), ({"year": "x", "promotion": "1"}, "year"),
                        ({"year": "2025"}, "administration"), ({"year": "2025", "promotion": "-1"}, "promotion")):
        wrong = client_as(cast.ida).post("/reports/costs", data=data)
        assert (wrong.status_code, re.findall(r'id="(\w+)-error"', wrong.text)) == (422, [field])
    assert cost_of_year(2025) == 3_850_000


def test_awards_a_report_does_not_show_cannot_be_read_from_the_cost_either(clock, cast, client_as):
    with work():
        for year, awards in ((2024, 5_000_00), (2025, "small")):
            write_report("awards", str(year), {("awards", "all", "all"): awards}, now=utc_now())
            enter_cost(year, "promotion", 300_00, this_year=2026, actor_id=cast.ida.id, now=utc_now())
    page = client_as(cast.lea).get("/reports/costs").text
    rows = re.findall(r'<tr><th scope="row">(20\d\d)(.*?)</tr>', page, re.S)[:2]
    found = {year: [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)] for year, row in rows}
    assert found == {"2025": ["–", "300\xa0€", "nicht gezeigt: zu wenige Personen", "–"],
                     "2024": ["–", "300\xa0€", "5.000\xa0€", "5.300\xa0€"]}


# -- the two pages -----------------------------------------------------------------------------------------------------


def kept(period: str, since: date, until: date, version: int = 1, **values: float) -> None:
    """Put kept reports of a period into the database, with these figures of the whole company."""
    for kind in sorted({FIGURES[key].kind for key in values} | {"participation"}):
        report = Report(kind=kind, period=period, since=since, until=until, version=version, as_of=utc_now(),
                        made_at=utc_now(), rules={}, rows={}, protection={})
        db.session.add(report)
        db.session.flush()
        db.session.add_all(
            ReportCell(report_id=report.id, figure=key, dimension="all", row="all", numerator=1, denominator=1, value=value)
            for key, value in values.items() if FIGURES[key].kind == kind
        )


def test_the_page_holds_a_period_against_the_targets_of_its_last_day(clock, cast):
    with work():
        kept("2026-Q2", date(2026, 4, 1), date(2026, 6, 30), participation_rate=10, lead_time=40, on_time=80)
        kept("2026-Q3", date(2026, 7, 1), date(2026, 9, 30), participation_rate=12, lead_time=30, on_time=90)
        kept("2026-Q4", date(2026, 10, 1), date(2026, 12, 31), version=0, participation_rate=3)
        for figure, value, day in (("participation_rate", 12, 1), ("lead_time", 25, 30), ("on_time", 95, 30)):
            db.session.add(Target(figure=figure, value=value, from_on=date(2026, 9, day), set_at=utc_now(),
                                  set_by_id=cast.lea.id))
        db.session.add(Target(figure="participation_rate", value=50, from_on=TODAY, set_at=utc_now(), set_by_id=cast.lea.id))
    lines = {line.figure.key: line for area in board("", TODAY).areas for line in area.lines}
    told = {key: (line.cell.value, line.target, line.verdict) for key, line in lines.items() if line.cell}
    assert told == {"participation_rate": (12, 12, "reached"), "lead_time": (30, 25, "missed"),
                    "on_time": (90, 95, "missed")}
    assert (board("", TODAY).reached, board("", TODAY).aimed, "roi" in lines) == (1, 3, False)
    before = board("2026-Q2", TODAY)
    assert {line.verdict for area in before.areas for line in area.lines} == {"open"}
    running = board("2026-Q4", TODAY)
    assert (running.is_open, running.aimed, [p.key for p in running.periods]) == (True, 0, ["2026-Q4", "2026-Q3", "2026-Q2"])


def test_leaderships_page_is_for_leadership_and_the_idea_management(clock, cast, client_as):
    with work():
        kept("2026-Q3", date(2026, 7, 1), date(2026, 9, 30), participation_rate=12)
    seen = {name for name, person in cast.people().items()
            if client_as(person).get("/reports/leadership").status_code == 200}
    assert seen == {"lea", "ida", "ivo"}
    page = client_as(cast.lea).get("/reports/leadership")
    assert page.text.count('class="ld-area"') == 5 and "12,0\N{NO-BREAK SPACE}%" in page.text


def test_a_house_that_pays_no_awards_aims_at_none(clock, cast, client_as):
    with work():
        kept("2026-Q3", date(2026, 7, 1), date(2026, 9, 30), participation_rate=12)
    browser, found = client_as(cast.lea), {}
    for on in (True, False):
        with work():
            set_rule("modules.awards", on, now=utc_now())
        found[on] = ["Prämienquote" in browser.get(page).text for page in ("/reports/leadership", "/reports/targets")]
    assert found == {True: [True, True], False: [False, False]}


def test_the_works_council_sees_rules_changes_and_exports(clock, cast, client_as):
    with work():
        change_rule("workflow.triage_days", 5, reason="As agreed.", by_id=cast.ida.id, now=utc_now())
        db.session.add(ExportRun(kind="participation", period="2026-Q3", version=1, format="xlsx", language="de",
                                 by_id=cast.ivo.id, state="gone", asked_at=utc_now(), done_at=utc_now(), done_rows=12))
    seen = {name for name, person in cast.people().items()
            if client_as(person).get("/reports/council").status_code == 200}
    assert seen == {"wes", "ida", "ivo", "dot"}
    page = client_as(cast.wes).get("/reports/council").text
    assert "As agreed." in page and "3 Arbeitstage → <strong>5 Arbeitstage</strong>" in page
    assert "Ivo Irmer" in page and ">12</td>" in page


def test_the_works_councils_page_costs_as_many_statements_with_many_exports_and_versions(
    clock, cast, client_as, count_queries
):
    browser, counts = client_as(cast.wes), []
    browser.get("/reports/council")
    for more in (1, 29):
        for n in range(more):
            with work():
                change_rule("workflow.triage_days", 5 + (more + n) % 2, reason="x", by_id=cast.ida.id, now=utc_now())
                db.session.add(ExportRun(kind="flow", period="2026-Q3", version=1, format="csv", language="de",
                                         by_id=cast.ivo.id, state="gone", asked_at=utc_now(), done_at=utc_now()))
        with count_queries() as statements:
            page = browser.get("/reports/council").text
        counts.append((len(statements), page.count("Ivo Irmer")))
    assert counts == [(counts[0][0], 1), (counts[0][0], 10)]
