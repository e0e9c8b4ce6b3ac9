"""Closed periods are counted once and stay so; running ones are the whole company's; corrections are versions."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.core.errors import Invalid
from suggestbox.core.health import findings
from suggestbox.core.settings import set_rule
from suggestbox.journal.models import Entry
from suggestbox.people.directory import directory
from suggestbox.people.models import Membership, Person
from suggestbox.reports import counting_process, jobs, keeping, queries
from suggestbox.reports.facts_talks import Answer
from suggestbox.reports.hiding import hide
from suggestbox.reports.models import KINDS, Report, ReportCell
from suggestbox.reports.periods import Period, is_over, latest_closed, open_period, parse
from tests.conftest import NOON
from tests.factories import draft, submitted
from tests.reports.random_house import NOW, House

LATER = datetime(2027, 2, 3, 2, 20, tzinfo=UTC)


def many(cast, count: int, prefix: str = "h", department_id: int | None = None) -> list[Person]:
    """Add people to a department at home; Logistics when none is named."""
    found = []
    for number in range(count):
        person = Person(personnel_no=f"{prefix}{number}", given_name="H", family_name=f"{prefix}{number}",
                        site_id=cast.home.id, employment_group="office", entered_on=date(2015, 1, 1))
        person.memberships.append(Membership(department_id=department_id or cast.logistics.id, from_on=date(2015, 1, 1)))
        db.session.add(person)
        found.append(person)
    db.session.flush()
    return found


@pytest.mark.either
def test_periods_know_their_days_neighbours_and_parts():
    quarter = Period("2026-Q1")
    assert (quarter.since, quarter.until, quarter.kind) == (date(2026, 1, 1), date(2026, 3, 31), "quarter")
    assert (quarter.before().key, quarter.after().key) == ("2025-Q4", "2026-Q2")
    assert [p.key for p in quarter.parts()] == ["2026-01", "2026-02", "2026-03"]
    assert [p.key for p in Period("2026").parts()] == ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]
    assert [p.key for p in Period("2026-02").around()] == ["2026-Q1", "2026"]
    assert Period("2024-02").until == date(2024, 2, 29)
    today = date(2027, 1, 1)
    assert [latest_closed(kind, today).key for kind in ("month", "quarter", "year")] == ["2026-12", "2026-Q4", "2026"]
    assert [open_period(kind, today).key for kind in ("month", "quarter", "year")] == ["2027-01", "2027-Q1", "2027"]
    assert (is_over(Period("2026"), today), is_over(Period("2026"), date(2026, 12, 31))) == (True, False)


@pytest.mark.either
def test_periods_are_typed_as_people_type_them(app):
    today = date(2026, 11, 4)
    typed = {"2026-09": "2026-09", " 2026-q3 ": "2026-Q3", "2026": "2026", "last-month": "2026-10",
             "LAST-QUARTER": "2026-Q3", "last-year": "2025"}
    assert {text: parse(text, today).key for text in typed} == typed
    for text in ("", "2026-13", "2026-Q5", "Q3", "2026-9", "2026-09-01", "27", "last-week", "2026-12", "٢٠٢٦"):
        with pytest.raises(Invalid):
            parse(text, today)


def test_a_closed_period_is_counted_once_and_never_again(cast, clock):
    with work():
        for day in (3, 17):
            submitted(cast, cast.ann, now=datetime(2026, 12, day, 9, tzinfo=UTC))
    clock.move_to(LATER)
    jobs.keep_closed()
    due = keeping.due(LATER)
    first = {(r.kind, r.period): (r.id, r.version, r.digest) for r in db.session.scalars(sa.select(Report))}
    cells = db.session.scalar(sa.select(sa.func.count()).select_from(ReportCell))
    assert due == [] and {version for _id, version, _digest in first.values()} == {1}
    assert {kind for kind, _period in first} == set(KINDS) and ("flow", "2027-01") in first and ("flow", "2026") in first
    db.session.rollback()
    with work():
        db.session.execute(sa.update(Person).values(entitled=False))
        again = keeping.keep("participation", Period("2026"), now=LATER)
        assert (again.id, again.version) == first["participation", "2026"][:2]
    jobs.keep_closed()
    assert first == {(r.kind, r.period): (r.id, r.version, r.digest) for r in db.session.scalars(sa.select(Report))}
    assert cells == db.session.scalar(sa.select(sa.func.count()).select_from(ReportCell))
    assert list(keeping.changed_reports()) == []


def test_a_running_period_is_the_whole_companys_and_replaced(cast, clock):
    with work():
        submitted(cast, cast.ann, now=datetime(2027, 1, 5, 9, tzinfo=UTC))
    clock.move_to(NOW)
    jobs.refresh_running()
    jobs.refresh_running()
    kept = db.session.scalars(sa.select(Report).order_by(Report.id)).all()
    assert sorted((r.kind, r.period, r.version) for r in kept) == sorted(
        (kind, period, 0) for kind in KINDS for period in ("2027-01", "2027-Q1", "2027"))
    places = db.session.execute(sa.select(ReportCell.dimension, ReportCell.row).distinct()).all()
    assert [tuple(place) for place in places] == [("all", "all")]
    db.session.rollback()
    clock.move_to(LATER)
    jobs.keep_closed()
    assert [r.version for r in queries.versions("flow", "2027-01")] == [1]
    assert [r.version for r in queries.versions("flow", "2027-Q1")] == [0]


def test_a_correction_is_a_second_version_with_a_reason(cast, clock):
    january = datetime(2027, 1, 11, 9, tzinfo=UTC)
    with work():
        people = many(cast, 40)
        for person in people[:12]:
            submitted(cast, person, now=january)
        late = [draft(cast, person, now=january) for person in people[12:24]]
    with work():
        first = keeping.keep("participation", Period("2027-01"), now=LATER)
        assert (first.version, first.reason) == (1, "")
    with pytest.raises(Invalid), work():
        keeping.store(keeping.prepare("participation", Period("2027-01"), now=LATER, again=True), now=LATER)
    with work():
        for idea in late[:6]:
            idea.stage, idea.number, idea.submitted_at = "submitted", f"2027-9{idea.id}", january
            for part in idea.submitters:
                part.department_id = cast.logistics.id
        second = keeping.keep("participation", Period("2027-01"), now=LATER, by_id=cast.ida.id, reason=" Paper cards. ")
        assert (second.version, second.reason, second.made_by_id) == (2, "Paper cards.", cast.ida.id)
    sheets = [queries.kept("participation", "2027-01", version) for version in (1, 2)]
    assert [sheet.cell("ideas").value for sheet in sheets] == [12.0, 18.0]
    assert queries.kept("participation", "2027-01").report.version == 2
    entry = db.session.scalars(sa.select(Entry).where(Entry.kind == "reports.corrected")).one()
    assert (entry.actor_id, entry.facts) == (cast.ida.id, {"kind": "participation", "period": "2027-01", "version": 2})


def test_a_correction_by_a_few_is_hidden_below_the_company(cast):
    january = datetime(2027, 1, 11, 9, tzinfo=UTC)
    with work():
        for number, department in enumerate((cast.direction, cast.it, cast.purchasing, cast.logistics)):
            people = many(cast, 24, f"h{number}-", department.id)
            for person in people[:6 + number]:
                submitted(cast, person, now=january)
    logistics, purchasing = (("department", str(d.id)) for d in (cast.logistics, cast.purchasing))
    with work():
        keeping.keep("participation", Period("2027-01"), now=LATER)
    first = queries.kept("participation", "2027-01")
    assert [first.cell("ideas", *row).value for row in (logistics, purchasing)] == [9.0, 8.0]
    with work():
        submitted(cast, people[12], now=january + timedelta(days=1))
        keeping.keep("participation", Period("2027-01"), now=LATER, by_id=cast.ida.id, reason="One paper card.")
    second = queries.kept("participation", "2027-01")
    cell = second.cell("ideas", *logistics)
    assert (cell.hidden, cell.value, cell.numerator) == ("change", None, None)
    assert second.cell("ideas").value == 31.0


def test_a_move_within_the_period_counts_where_people_handed_in(cast):
    with work():
        people = many(cast, 40)
        for person in people[:15]:
            submitted(cast, person, now=datetime(2027, 1, 11, 9, tzinfo=UTC))
        for person in people[:15]:
            person.memberships[0].until_on = date(2027, 1, 20)
            person.memberships.append(Membership(department_id=cast.purchasing.id, from_on=date(2027, 1, 21)))
    with work():
        counted = keeping.count("participation", Period("2027-01"), LATER)
    cells = {place: number.value for group in counted.groups for place, number in group.cells.items()}
    logistics, purchasing = str(cast.logistics.id), str(cast.purchasing.id)
    assert (cells["submitters", "department", logistics], cells["submitters", "department", purchasing]) == (15.0, 0.0)
    assert (cells["entitled", "department", logistics], cells["entitled", "department", purchasing]) == (30.0, 19.0)


def test_the_year_ends_at_midnight_of_headquarters(cast):
    with work():
        submitted(cast, cast.coo, now=datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC))
        submitted(cast, cast.coo, now=datetime(2026, 12, 31, 23, 0, tzinfo=UTC))  # still 2026 in Leeds
    values = [
        {place: number.value for group in keeping.count("participation", Period(key), LATER).groups
         for place, number in group.cells.items()}["ideas", "all", "all"] for key in ("2026", "2027-01")
    ]
    assert values == [1.0, 1.0]


def test_a_changed_cell_is_noticed(app, clock):
    with work():
        House(5, people=20, ideas=20).build()
    with work():
        report = keeping.keep("flow", Period("2026"), now=LATER)
        identity = report.id
    assert list(keeping.changed_reports()) == []
    with work():
        db.session.execute(sa.update(ReportCell).where(
            ReportCell.report_id == identity, ReportCell.figure == "closed", ReportCell.dimension == "all",
        ).values(numerator=99))
    assert [report.id for report in keeping.changed_reports()] == [identity]
    assert "reports" in [trouble.name for trouble in findings(LATER, thorough=True)]


def test_trends_and_versions_are_read_in_one_statement(app, clock, count_queries):
    with work():
        House(6, people=30, ideas=60).build()
    with work():
        for key in ("2026-10", "2026-11", "2026-12"):
            keeping.keep("flow", Period(key), now=LATER)
    with count_queries() as seen:
        found = queries.trend("closed", "month", 5, until=Period("2026-12"))
    assert [(period.key, cell is not None) for period, cell in found] == [
        ("2026-08", False), ("2026-09", False), ("2026-10", True), ("2026-11", True), ("2026-12", True)]
    assert len(seen) == 1
    with count_queries() as seen:
        sheet = queries.kept("flow", "2026-12")
    assert (len(seen), sheet.cell("closed").hidden, [row.depth for row in sheet.rows("all")]) == (2, "", [0])


def test_the_page_asks_for_a_reason_and_keeps_a_version(cast, client_as, clock):
    with work():
        submitted(cast, cast.ann, now=datetime(2026, 10, 5, 9, tzinfo=UTC))
    with work():
        keeping.keep("participation", Period("2026-10"), now=NOON)
    address = "/reports/correct?kind=participation&period=2026-10"
    assert client_as(cast.lea).get(address).status_code == 403
    assert client_as(cast.ann).get(address).status_code == 403
    browser = client_as(cast.ida)
    assert browser.get(address).status_code == 200
    assert browser.get("/reports/correct?kind=participation&period=2026-09").status_code == 404
    assert browser.get("/reports/correct?kind=nonsense&period=2026-10").status_code == 404
    assert browser.get("/reports/correct?kind=participation&period=2026-11").status_code in (404, 422)
    empty = browser.post("/reports/correct", data={"kind": "participation", "period": "2026-10", "reason": " "})
    assert empty.status_code == 422
    sent = browser.post("/reports/correct", data={"kind": "participation", "period": "2026-10", "reason": "A card was lost."})
    assert (sent.status_code, sent.headers["Location"]) == (303, "/reports/participation?period=2026-10")
    assert [(r.version, r.reason) for r in queries.versions("participation", "2026-10")] == [(1, ""), (2, "A card was lost.")]


@pytest.mark.parametrize("seed", [7, 8])
def test_a_figure_made_of_others_is_hidden_where_one_of_them_is(app, seed):
    with work():
        House(seed, people=60, ideas=160).build()
        set_rule("modules.awards", True, now=NOW)
    with work():
        for kind in keeping.IN_ORDER:
            keeping.keep(kind, Period("2026"), now=LATER)
    cells = {place: cell for kind in KINDS for place, cell in queries.kept(kind, "2026").cells.items()}
    made_of = {"benefit_per_employee": ("net_benefit", "entitled"), "award_rate": ("awards", "net_benefit"),
               "roi": ("net_benefit", "awards"), "benefit_per_idea": ("net_benefit", "implemented"), "average_award": ("awards", "awarded"),
               "participation_rate": ("submitters", "entitled"), "suggestion_rate": ("ideas", "entitled"),
               "acceptance_rate": ("decided",)}
    seen = set()
    for (figure, dimension, row), cell in cells.items():
        if figure in made_of:
            parts = [cells[part, dimension, row].hidden for part in made_of[figure]]
            assert bool(cell.hidden) == any(parts), (figure, dimension, row)
            seen.add((figure, bool(cell.hidden)))
    assert seen >= {(figure, False) for figure in made_of} and ("benefit_per_employee", True) in seen


@pytest.mark.parametrize(("answers", "hidden"), [(12, set()), (9, {"small", "complement"})])
def test_ratings_are_shown_from_ten_answers_and_no_more_is_hidden_than_needed(cast, answers, hidden):
    whole = counting_process.ProcessCount(Period("2027-01"), date(2027, 1, 31), "Europe/Berlin", directory(LATER.date()), ())
    said = [
        Answer(1, 100 * number + person, department.id, "process", date(2027, 1, 9), "yes" if person % 2 else "no", 3 + person % 2)
        for number, (department, count) in enumerate(((cast.logistics, 12), (cast.purchasing, 14), (cast.it, answers)))
        for person in range(count)
    ]
    group = counting_process._ratings(whole, said)
    found = hide(group, "closings", Period("2027-01"), {})
    assert set(found.values()) == hidden
    assert ("all", "all") not in found
