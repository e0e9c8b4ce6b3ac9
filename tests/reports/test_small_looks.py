"""What two looks at a report, or two numbers of one row, must not say: what single people did, said or got."""

import re
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
import sqlalchemy as sa

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.people.directory import directory
from suggestbox.reports import counting_process, jobs, keeping
from suggestbox.reports.costs import enter_cost
from suggestbox.reports.counting import Counted
from suggestbox.reports.export_table import document
from suggestbox.reports.facts_talks import Answer, Talk
from suggestbox.reports.figures import FIGURES
from suggestbox.reports.hiding import hide_all
from suggestbox.reports.models import Report, ReportCell
from suggestbox.reports.periods import Period
from suggestbox.reports.queries import kept
from suggestbox.workflow.operations import move
from tests import factories as f
from tests.awards import scene
from tests.conftest import NOON
from tests.reports.kept import write_report
from tests.reports.test_keeping import many

pytestmark = pytest.mark.either
MONTH = Period("2027-01")
WHILE_IT_RUNS = {
    "participation": {"entitled", "submitters", "participation_rate", "ideas", "suggestion_rate", "ideas_short",
                      "ideas_withdrawn", "decided", "acceptance_rate", "decided_short"},
    "flow": {key for key, figure in FIGURES.items() if figure.kind == "flow"},
    "closings": {"conversation_rate", "on_time"},
    "benefit": set(), "awards": set(), "customers": {"heard", "comments", "praise_rate", "criticism_rate"},
}


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text)).replace("\xa0", " ")


def test_a_running_period_says_nothing_that_two_looks_would_tell_of_one_person(cast, client_as, clock):
    clock.move_to(scene.NOW)
    with work():
        for person in cast.people().values():
            person.language = "en"
        people = many(cast, 12)
        for person in people[:6]:
            scene.granted(cast, scene.worth(cast, person, euros=4000))
        for person in people[:10]:
            f.closed(cast, person)
        scene.granted(cast, scene.worth(cast, people[6], euros=7770, confidential=True))
    clock.move_to(scene.NOW + timedelta(days=11))
    jobs.refresh_running()
    found = defaultdict(set)
    for kind, figure in db.session.execute(
        sa.select(Report.kind, ReportCell.figure).outerjoin(ReportCell, ReportCell.report_id == Report.id)
    ):
        found[kind] |= {figure} - {None}
    assert found == WHILE_IT_RUNS
    later = "shown once the period is over"
    for kind, hidden in (("awards", 3), ("benefit", 5), ("closings", 4)):
        for period in ("2026-11", "2026"):
            said = text_of(client_as(cast.lea).get(f"/reports/{kind}?period={period}"))
            assert said.count(later) >= hidden, (kind, period)
            assert "€" not in said.split("What the figures mean")[0], (kind, period)
    assert later in text_of(client_as(cast.lea).get("/reports/leadership?period=2026-11"))
    rows = document(kept("awards", "2026-11")).tables[0].rows
    assert [(row[1], row[5].value, row[9]) for row in rows] == [
        (name, None, later) for name in ("Awards", "Ideas awarded", "Average award")]
    overview = text_of(client_as(cast.lea).get("/reports"))
    assert "Nothing of it can be shown" not in overview and "The first figures will stand here" in overview
    promises = text_of(client_as(cast.sam).get("/how-are-we-doing"))
    assert "of those who answered" not in promises and "talks that were due took place" in promises


# -- what took the place of a talk --------------------------------------------------------------------------------------


@pytest.fixture
def whole(cast, clock):
    return counting_process.ProcessCount(MONTH, MONTH.until, "Europe/Berlin", directory(date(2027, 2, 3)), ())


def seen(groups):
    """Give what somebody sees of the whole company: every figure's numbers, or why it is hidden."""
    hidden = hide_all(Counted(groups), "closings", MONTH, {})
    return {
        figure: hidden[group.key].get(("all", "all")) or (number.numerator, number.denominator)
        for group in groups for (figure, dimension, _row), number in group.cells.items() if dimension == "all"
    }


def talk(person, state, confirmed=False):
    on = date(2027, 1, 9)
    return Talk(1, person, None, "", on, state, on if state == "held" else None, confirmed)


def told_apart(houses):
    """Give {what is seen: the truths behind it}. Takes (what is seen, truth)."""
    found = defaultdict(set)
    for cells, truth in houses:
        found[tuple(sorted(cells.items()))].add(truth)
    return found


def test_nobody_can_work_out_how_few_did_not_want_a_talk(whole):
    houses = []
    for declined, written, owed in product(range(9), range(7), range(9)):
        if declined + written + owed > 8:
            continue
        states = ["held"] * 20 + ["declined"] * declined + ["written"] * written + ["open"] * owed
        talks = [talk(person, state, confirmed=person > 6) for person, state in enumerate(states)]
        houses.append((seen(counting_process._talks(whole, talks)), (declined, written, declined + written)))
    for cells, truths in told_apart(houses).items():
        for column in zip(*truths, strict=True):
            assert len(set(column)) > 1 or not 0 < column[0] < 5, (cells, truths)
    shown = Counter(isinstance(cells[figure], tuple) for cells, _truth in houses for figure in ("talks_declined", "talks_open"))
    assert shown[True] > 50 and shown[False] > 50
    assert {type(cells["conversation_rate"]) for cells, _truth in houses} == {tuple}


@pytest.mark.parametrize(("confirmed", "shown"), [(0, True), (1, False), (4, False), (5, True), (15, True), (16, False),
                                                  (19, False), (20, True)])
def test_few_who_confirmed_or_kept_silent_are_not_counted_in_public(whole, confirmed, shown):
    talks = [talk(person, "held", confirmed=person < confirmed) for person in range(20)]
    heard = [(Answer(1, person, None, "", date(2027, 1, 9)), person < confirmed) for person in range(20)]
    cells = seen([*counting_process._talks(whole, talks), counting_process._unconfirmed(whole, heard)])
    assert cells["talks_confirmed"] == ((confirmed, 20) if shown else "small")
    assert cells["unconfirmed"] == ((20 - confirmed, 20) if shown else "small")


# -- money --------------------------------------------------------------------------------------------------------------


def test_what_the_programme_cost_does_not_tell_awards_that_were_not_kept(cast, client_as, clock):
    with work():
        enter_cost(2026, "administration", 100_00, this_year=2026, actor_id=cast.ida.id, now=NOON)
        scene.granted(cast, scene.worth(cast, cast.ann, euros=4000))
        write_report("awards", "2026", {}, now=utc_now(), version=0)
        cast.ida.language = "en"
    page = client_as(cast.ida).get("/reports/costs").text
    row = page[page.index("<tbody>"):page.index("</tbody>")]
    assert [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)] == [
        "€100", "–", "shown once the period is over", "–"]
    with work():
        db.session.execute(sa.delete(Report))
    page = client_as(cast.ida).get("/reports/costs").text
    assert [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", page)[:4]] == ["€100", "–", "–", "–"]


def test_awards_do_not_tell_the_benefit_and_their_rate_stands_with_it(cast):
    later = datetime(2027, 1, 5, 9, tzinfo=UTC)
    with work():
        people = many(cast, 12)
        for person in people[:6]:
            scene.granted(cast, scene.worth(cast, person, euros=4000))
    with work():
        keeping.keep_due(later)
    cells = {}
    for kind, cell in db.session.execute(
        sa.select(Report.kind, ReportCell).join(ReportCell, ReportCell.report_id == Report.id)
        .where(Report.period == "2026-11", ReportCell.dimension == "all")
    ):
        cells[kind, cell.figure] = cell
    assert {figure for kind, figure in cells if kind == "awards"} == {"awards", "awarded", "average_award"}
    assert cells["benefit", "award_rate"].numerator == cells["awards", "awards"].numerator == 240_000
    with work():
        report = keeping.prepare("benefit", Period("2026-11"), now=later, again=True)
        db.session.execute(sa.delete(ReportCell).where(ReportCell.figure == "awards"))
        without = keeping.prepare("benefit", Period("2026-11"), now=later, again=True)
    assert [[cell["hidden"] for cell in one.cells if cell["figure"] == "award_rate"] for one in (report, without)] == [
        [""], ["complement"]]


def test_a_quarter_does_not_tell_the_one_who_declined_in_a_month(cast):
    december = datetime(2026, 12, 1, 9, tzinfo=UTC)
    with work():
        people = many(cast, 12)
        for person, start in [*((person, f.START) for person in people[:6]), (people[6], december)]:
            move(f.offered(cast, person, now=start), "decline_talk", actor=person, now=start + timedelta(days=4))
    with work():
        for key in ("2026-11", "2026-12", "2026-Q4"):
            keeping.keep("closings", Period(key), now=datetime(2027, 1, 5, 9, tzinfo=UTC))
    found = {
        (period, cell.figure): cell.hidden or cell.numerator
        for period, cell in db.session.execute(
            sa.select(Report.period, ReportCell).join(ReportCell, ReportCell.report_id == Report.id)
            .where(ReportCell.dimension == "all"))
    }
    for figure, numbers in {"talks_declined": (6, "small", "complement"), "talks_instead": (6, "small", "complement"),
                            "talks_open": (0, "small", "complement"), "conversation_rate": (0, 0, 0)}.items():
        assert tuple(found[period, figure] for period in ("2026-11", "2026-12", "2026-Q4")) == numbers, figure
