"""Taking reports out: who may, what is on record, files in the background, the list of ideas, subscriptions, commands."""

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from python_calamine import CalamineWorkbook

from suggestbox.cli import cli
from suggestbox.core.cells import plain
from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, let_go, work
from suggestbox.core.errors import Denied, Invalid, NotFound, Refused
from suggestbox.core.settings import set_rule
from suggestbox.journal.models import Entry
from suggestbox.mail.models import Letter, Notice
from suggestbox.people.models import RoleGrant
from suggestbox.people.queries import here, today_for
from suggestbox.reports import export_jobs, export_run, exports, subscriptions
from suggestbox.reports.making import Order
from suggestbox.reports.models import ExportRun, Subscription
from tests import factories
from tests.cast import newcomer
from tests.reports.by_hand import participation

pytestmark = pytest.mark.usefixtures("app", "clock")

THIS_YEAR = Order("flow", "2026", "xlsx", None, True)


@pytest.fixture
def hana(cast):
    """An HR analyst for the whole house."""
    with work():
        person = newcomer(cast.home, "Hana", cast.direction)
        db.session.add(RoleGrant(person_id=person.id, role="hr_analyst", department_id=None, from_on=utc_now().date()))
    return person


@pytest.fixture(autouse=True)
def no_files_of_others(app):
    """The folder of files outlives the database of a test."""
    yield
    for path in export_run.folder().iterdir():
        path.unlink()


def take_roles(person: Any) -> None:
    """Take all roles from somebody."""
    with work():
        for grant in db.session.scalars(sa.select(RoleGrant).where(RoleGrant.person_id == person.id)):
            db.session.delete(grant)


@pytest.fixture
def report(cast):
    """The participation of the third quarter, kept."""
    with work():
        participation()


def take(client: Any, kind: str = "participation", form: str = "xlsx", period: str = "2026-Q3", **further: str) -> Any:
    """Press the button on a report's page."""
    return client.post("/reports/export", data={"kind": kind, "period": period, "format": form, **further})


def journalled() -> list[tuple[Any, ...]]:
    """Give what the journal says about exports."""
    entries = db.session.scalars(sa.select(Entry).where(Entry.kind == "reports.exported").order_by(Entry.id))
    return [(e.actor_id, e.role, *(e.facts[key] for key in ("report", "period", "version", "form", "ideas"))) for e in entries]


def asked(person: Any, order: Order = THIS_YEAR) -> int:
    """Ask for a file and give the run's id."""
    with work():
        return exports.ask(order, by_id=person.id, language="de", now=utc_now()).id


def made(run_id: int) -> ExportRun:
    """Have a file made and give its run."""
    export_run.make(run_id, clock=utc_now)
    return db.session.get_one(ExportRun, run_id, populate_existing=True)


# -- at once -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "begins"), [("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf"), ("pdf", b"%PDF-")])
def test_a_report_comes_at_once_and_stands_in_the_journal(hana, report, client_as, form, begins):
    answer = take(client_as(hana), form=form, bom="1")
    assert (answer.status_code, answer.data[: len(begins)]) == (200, begins)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="participation-2026-Q3.{form}"'
    assert (answer.headers["Cache-Control"], answer.headers["X-Content-Type-Options"]) == ("no-store", "nosniff")
    assert journalled() == [(hana.id, "person", "participation", "2026-Q3", 1, form, False)]


def test_who_does_not_read_a_report_takes_nothing_out(cast, hana, report, client_as):
    assert take(client_as(cast.ann)).status_code == 403
    assert take(client_as(hana), kind="flow").status_code == 404  # HR reads participation, not flow
    assert take(client_as(cast.wes)).status_code == 200
    assert [row[0] for row in journalled()] == [cast.wes.id]


@pytest.mark.parametrize(("wrong", "status"), [
    ({"kind": "people"}, 422), ({"form": "doc"}, 422), ({"period": "soon"}, 422), ({"period": "2099"}, 422),
    ({"separator": "x"}, 422), ({"period": "2026-Q2"}, 404), ({"version": "7"}, 404),
])
def test_what_there_is_not_is_said_and_nothing_is_noted(hana, report, client_as, wrong, status):
    assert (take(client_as(hana), **wrong).status_code, journalled()) == (status, [])


def test_a_correction_is_taken_out_as_such(hana, report, client_as):
    with work():
        participation(version=2, reason="Zwei fehlten")
    client = client_as(hana)
    assert 'participation-2026-Q3-v2.csv"' in take(client, form="csv").headers["Content-Disposition"]
    assert 'participation-2026-Q3.csv"' in take(client, form="csv", version="1").headers["Content-Disposition"]
    assert [row[4] for row in journalled()] == [2, 1]


# -- in the background -------------------------------------------------------------------------------------------------


def test_a_file_is_asked_for_made_told_and_fetched_once_by_that_person_only(cast, client_as, clock):
    with work():
        factories.submitted(cast, cast.ann, now=utc_now() - timedelta(days=1), title="=1+1")
    ida = client_as(cast.ida)
    assert 'name="period"' in ida.get("/reports/ideas").text
    answer = ida.post("/reports/ideas", data={"period": "2026", "format": "xlsx"})
    run_id = export_run.next_to_make(utc_now())
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/reports/files/{run_id}")
    assert 'data-renew="2"' in ida.get(f"/reports/files/{run_id}").text
    run = made(run_id)
    assert (run.state, run.done_rows, run.all_rows, run.file_name) == ("done", 1, 1, "ideas-2026.xlsx")
    assert journalled() == [(cast.ida.id, "person", "flow", "2026", 0, "xlsx", True)]
    told = db.session.scalars(sa.select(Notice).where(Notice.kind == "reports.file_ready")).one()
    assert (told.person_id, told.facts) == (cast.ida.id, {"run_id": run_id})
    assert f"/reports/files/{run_id}" in ida.get("/inbox").text

    ivo = client_as(cast.ivo)
    assert (ivo.get(f"/reports/files/{run_id}").status_code, ivo.post(f"/reports/files/{run_id}/fetch").status_code) == (404, 404)
    got = ida.post(f"/reports/files/{run_id}/fetch", buffered=True)
    assert (got.status_code, got.headers["Cache-Control"]) == (200, "no-store")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(got.data)).get_sheet_by_index(0).to_python()
    assert sheet[1][1] == "=1+1"
    assert db.session.get_one(Notice, told.id, populate_existing=True).read_at == utc_now()
    assert f"/reports/files/{run_id}" not in ida.get("/inbox").text
    clock.shift(timedelta(minutes=14))
    assert ida.post(f"/reports/files/{run_id}/fetch", buffered=True).data == got.data  # it may not have arrived
    clock.shift(timedelta(minutes=2))
    assert ida.post(f"/reports/files/{run_id}/fetch").status_code == 409
    export_jobs.remove_files()
    assert (list(export_run.folder().iterdir()), db.session.get_one(ExportRun, run_id).state) == ([], "gone")
    assert "<h1>" in ida.get(f"/reports/files/{run_id}").text


def test_only_the_idea_management_takes_ideas_out(cast, hana, client_as):
    for person in (hana, cast.wes, cast.lea, cast.ann):
        assert client_as(person).get("/reports/ideas").status_code == 403
    run_id = asked(hana)
    run = made(run_id)
    assert (run.state, run.words, journalled(), list(export_run.folder().iterdir())) \
        == ("failed", "Sie dürfen diesen Bericht nicht mehr sehen.", [], [])


def test_rights_are_looked_at_again_when_the_file_is_made_and_when_it_is_fetched(cast, client_as):
    run = made(asked(cast.ida))
    later = asked(cast.ida)
    take_roles(cast.ida)
    ida = client_as(cast.ida)
    pages = ida.get(f"/reports/files/{run.id}"), ida.post(f"/reports/files/{run.id}/fetch")
    assert [page.status_code for page in pages] == [404, 404]
    assert made(later).state == "failed"


def test_whoever_lost_the_lease_changes_nothing(cast, clock, monkeypatch):
    from suggestbox.reports import idea_rows

    monkeypatch.setattr(idea_rows, "PORTION", 1)
    with work():
        for _n in range(3):
            factories.submitted(cast, cast.ann, now=utc_now() - timedelta(days=1))
    run_id, seen = asked(cast.ida), []

    def slow(done: int, _all: int) -> None:
        seen.append(done)
        if done == 1 and len(seen) == 2:
            clock.shift(timedelta(minutes=3))
            assert export_run.make(run_id, clock=utc_now) == "done"  # somebody else

    assert export_run.make(run_id, clock=utc_now, progress=slow) == "done"
    assert (seen, len(journalled()), len(list(export_run.folder().iterdir()))) == ([0, 1], 1, 1)
    assert export_run.can_fetch(db.session.get_one(ExportRun, run_id), utc_now())


def test_a_process_that_dies_three_times_over_a_file_gives_it_up(cast, clock, monkeypatch):
    run_id = asked(cast.ida)

    def die(*_given: Any, **_more: Any) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(export_run, "make_file", die)
        for _n in range(3):
            with pytest.raises(MemoryError):
                export_run.make(run_id, clock=utc_now)
            let_go()
            assert export_run.next_to_make(utc_now()) is None  # not before the lease is over
            clock.shift(timedelta(minutes=3))
    assert export_run.make(run_id, clock=utc_now) == "failed"
    assert "3" in db.session.get_one(ExportRun, run_id).words
    assert (export_run.next_to_make(utc_now()), journalled()) == (None, [])


def test_three_files_at_once_are_enough(cast):
    for _n in range(3):
        asked(cast.ida)
    with pytest.raises(Refused):
        asked(cast.ida)
    asked(cast.ivo)


def test_files_are_removed_after_seven_days(cast, clock):
    run = made(asked(cast.ida))
    clock.shift(timedelta(days=6, hours=23))
    assert (export_run.remove_old(utc_now()), export_run.can_fetch(run, utc_now())) == (0, True)
    clock.shift(timedelta(hours=2))
    assert (export_run.remove_old(utc_now()), list(export_run.folder().iterdir())) == (1, [])


def test_nothing_is_made_while_reports_are_off(cast, monkeypatch):
    asked(cast.ida)
    started: list[bool] = []
    monkeypatch.setattr(export_jobs, "_make_elsewhere", lambda: started.append(True))
    export_jobs.make_waiting()
    with work():
        set_rule("modules.reports", False, now=utc_now())
    export_jobs.make_waiting()
    assert started == [True]


# -- subscriptions -----------------------------------------------------------------------------------------------------


def test_a_subscribed_report_comes_once_when_its_period_is_kept(cast, hana, client_as, clock):
    client = client_as(hana)
    assert client.post("/reports/subscriptions", data={"kind": "flow", "rhythm": "quarter", "format": "pdf"}).status_code == 422
    for form in ("csv", "xlsx"):  # the second one changes the first
        client.post("/reports/subscriptions", data={"kind": "participation", "rhythm": "quarter", "format": form})
    assert [(s.kind, s.rhythm, s.format) for s in subscriptions.subscriptions_of(hana.id)] == [("participation", "quarter", "xlsx")]
    with work():
        participation("2026-Q3")
    export_jobs.ask_for_subscribed()
    assert db.session.scalars(sa.select(ExportRun)).all() == []  # that quarter was over before
    clock.move_to(utc_now() + timedelta(days=70))
    export_jobs.ask_for_subscribed()
    assert db.session.scalars(sa.select(ExportRun)).all() == []  # not kept yet
    with work():
        participation("2026-Q4")
    export_jobs.ask_for_subscribed()
    export_jobs.ask_for_subscribed()
    run = db.session.scalars(sa.select(ExportRun)).one()
    assert (run.period, run.format, run.by_id, run.language) == ("2026-Q4", "xlsx", hana.id, "de")
    assert made(run.id).state == "done"
    told = db.session.scalars(sa.select(Notice).where(Notice.kind == "reports.subscribed")).one()
    assert told.person_id == hana.id
    page = client_as(hana).get("/reports/subscriptions").text
    assert f"/reports/files/{run.id}" in page


def test_who_may_not_see_a_report_any_more_gets_none_and_can_end_it(cast, hana, client_as, clock):
    with work():
        row = subscriptions.subscribe(hana, "participation", "month", "csv", now=utc_now())
        with pytest.raises(Denied):
            subscriptions.subscribe(cast.ann, "participation", "month", "csv", now=utc_now())
        with pytest.raises(Invalid):
            subscriptions.subscribe(hana, "participation", "week", "csv", now=utc_now())
    row_id = row.id
    clock.move_to(utc_now() + timedelta(days=40))
    with work():
        participation("2026-11")
    take_roles(hana)
    export_jobs.ask_for_subscribed()
    assert db.session.scalars(sa.select(ExportRun)).all() == []
    with pytest.raises(NotFound), work():
        subscriptions.end_subscription(row_id, cast.ida.id, now=utc_now())
    assert client_as(hana).post(f"/reports/subscriptions/{row_id}/end").status_code == 303
    assert db.session.scalars(sa.select(Subscription)).all() == []


def test_the_letter_brings_a_link_only_while_the_file_waits(cast, hana, report):
    from suggestbox.mail.readers import reader_of, speaking_to
    from suggestbox.reports.letters import subscribed_text

    with work():
        order = Order("participation", "2026-Q3", "csv")
        run_id = exports.ask(order, by_id=hana.id, language="de", now=utc_now(), subscription=1).id
    made(run_id)
    told = db.session.scalars(sa.select(Notice)).one()
    reader = reader_of(here(), hana.id, utc_now())
    with speaking_to(reader):
        text = subscribed_text(told, reader)
        assert text.button[1] == f"/reports/files/{run_id}"
        with work():
            db.session.get_one(ExportRun, run_id).fetched_at = utc_now()
        assert subscribed_text(told, reader) is None


# -- who exported what -------------------------------------------------------------------------------------------------


def test_the_list_of_exports_is_for_those_who_watch_and_costs_the_same_for_many(cast, hana, report, client_as, count_queries):
    take(client_as(hana))
    wes, counts = client_as(cast.wes), []
    for further in (0, 29):
        with work():
            for _n in range(further):
                exports.note(Order("participation", "2026-Q3", "csv"), export_run.Made(4, 1), by_id=hana.id, language="de",
                             now=utc_now())
        wes.get("/reports/exports")
        with count_queries() as statements:
            page = wes.get("/reports/exports").text
        counts.append(len(statements))
    assert (counts[0] == counts[1], page.count("Hana Neu"), page.count("<tr>")) == (True, 30, 31)
    for person, status in ((cast.ida, 200), (cast.dot, 200), (hana, 403), (cast.ann, 403), (cast.lea, 403)):
        assert client_as(person).get("/reports/exports").status_code == status


# -- commands ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def run_command(app, monkeypatch):
    """Give a function that runs `suggestbox reports ...` on the test's database."""
    from suggestbox import cli as front_door

    monkeypatch.setattr(front_door, "_open_app", lambda *_given, **_more: app)

    def run(*words: Any) -> Any:
        let_go()
        return CliRunner().invoke(cli, ["reports", *map(str, words)])

    return run


def test_the_command_writes_what_the_page_gives(cast, report, run_command, tmp_path):
    out = tmp_path / "q3.csv"
    told = run_command("export", "participation", "--period", "last-quarter", "--out", out, "--language", "de", "--json")
    assert (told.exit_code, json.loads(told.stdout)["rows"]) == (0, 6)
    rows = list(csv.reader(io.StringIO(out.read_text("utf-8"), newline=""), delimiter=";"))
    assert [plain(row[3]) for row in rows[3:]] == ["=Leitung", "Logistik", "Logistik", "+Einkauf"]
    assert rows[2][5] == "25"
    assert journalled() == [(None, "admin", "participation", "2026-Q3", 1, "csv", False)]
    assert [path.name for path in tmp_path.iterdir()] == ["q3.csv"]


def test_the_command_takes_ideas_out_in_the_name_of_an_idea_manager(cast, run_command, tmp_path):
    with work():
        factories.submitted(cast, cast.ann, now=utc_now() - timedelta(days=1))
    out = tmp_path / "ideas.xlsx"
    words = ("export", "flow", "--period", "2026", "--out", out, "--with-ideas")
    assert run_command(*words).exit_code == 1
    assert run_command(*words, "--for", "ann@example.com").exit_code == 1
    assert (journalled(), out.exists()) == ([], False)
    assert run_command(*words, "--for", "ida@example.com").exit_code == 0
    assert len(CalamineWorkbook.from_path(out).get_sheet_by_index(0).to_python()) == 2
    assert journalled() == [(cast.ida.id, "person", "flow", "2026", 0, "xlsx", True)]


@pytest.mark.parametrize(("words", "says"), [
    (("flow", "--period", "2026-Q3", "--out", "x.pdf", "--with-ideas", "--for", "ida@example.com"), "Excel workbook or as CSV"),
    (("flow", "--period", "2026-Q3", "--out", "x.pdf"), "No figures were kept"),
    (("flow", "--period", "sometime", "--out", "x.pdf"), "is no period"),
    (("flow", "--period", "2026-Q3", "--out", "x.doc"), "--format"),
    (("flow", "--period", "2026-Q3", "--out", "x.csv", "--for", "ida@example.com"), "--with-ideas"),
])
def test_the_command_says_in_a_sentence_what_is_wrong(cast, run_command, tmp_path, monkeypatch, words, says):
    monkeypatch.chdir(tmp_path)
    told = run_command("export", *words)
    assert (told.exit_code, says in told.output, "Traceback" in told.output) == (1, True, False)
    assert list(tmp_path.glob("*x.*")) == []


def test_the_command_of_the_clockwork_makes_what_waits(cast, run_command):
    run_ids = [asked(cast.ida), asked(cast.ivo, Order("flow", "2026", "csv", None, True))]
    assert run_command("export-waiting").exit_code == 0
    assert [db.session.get_one(ExportRun, run_id).state for run_id in run_ids] == ["done", "done"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Letter)) == 0  # mail is not set up here
    assert today_for().year == 2026
