"""Who reads of the house's health: machines, the banner on every page, the doctor in the terminal."""

import json
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from suggestbox.admin import routes as admin_routes
from suggestbox.cli import cli
from suggestbox.core import health
from suggestbox.core.config import Deployment
from suggestbox.core.database import db, work
from suggestbox.core.health import Trouble
from suggestbox.core.terminal import Instance
from tests.health import CHECKS, THOROUGH, letter, run

pytestmark = pytest.mark.either


@pytest.fixture
def well(app, cast, clock) -> Any:
    """The cast, in a house whose clockwork ran a minute ago."""
    run("journal.seal", "done", minutes=1)
    return cast


# -- machines --------------------------------------------------------------------------------------------------------


@pytest.fixture
def machine(well, client) -> Any:
    """A browser nobody is signed in with, of an address that has not asked yet."""
    admin_routes._machines.storage.reset()
    return client


def test_machines_read_names_and_nothing_else(machine):
    answer = machine.get("/health")
    assert (answer.status_code, answer.json) == (200, {"ok": True, "checks": dict.fromkeys(CHECKS, True)})
    health.forget_findings()
    letter()
    answer = machine.get("/health")
    assert (answer.status_code, answer.json) == (
        503, {"ok": False, "checks": {name: name != "letters" for name in CHECKS}},
    )


def test_machines_ask_memory_for_half_a_minute(machine, count_queries, monkeypatch):
    machine.get("/health")
    letter()
    with count_queries() as statements:
        assert machine.get("/health").status_code == 200
    assert statements == []
    later = health.time.monotonic() + 31
    monkeypatch.setattr(health.time, "monotonic", lambda: later)
    assert machine.get("/health").status_code == 503


def test_machines_are_told_when_the_database_cannot_be_asked(machine, monkeypatch, caplog):
    def gone(now: datetime) -> list[Trouble]:
        raise sa.exc.OperationalError("SELECT 1", {}, OSError("gone"))

    monkeypatch.setattr(health, "_checks", {"database": (gone, False)})
    answer = machine.get("/health")
    assert (answer.status_code, answer.json) == (503, {"ok": False, "checks": {"database": False}})


def test_a_machine_that_asks_too_often_has_to_wait(machine):
    codes = [machine.get("/health").status_code for _ in range(61)]
    assert codes == [200] * 60 + [429]


# -- the banner ------------------------------------------------------------------------------------------------------


def bar_of(browser: Any, path: str = "/people") -> bool:
    return 'class="sb-alarm-bar"' in browser.get(path).get_data(as_text=True)


def test_who_looks_after_the_house_sees_alarms_on_every_page(well, client_as):
    browsers = {name: client_as(getattr(well, name)) for name in ("dot", "ida", "ann", "bob")}
    assert {name: bar_of(browser, "/") for name, browser in browsers.items()} == dict.fromkeys(browsers, False)
    health.forget_findings()
    letter()
    assert {name: bar_of(browser, "/") for name, browser in browsers.items()} == {
        "dot": True, "ida": True, "ann": False, "bob": False,
    }


def test_a_warning_is_on_its_page_only(well, client_as):
    letter("failed")
    dot = client_as(well.dot)
    assert (bar_of(dot), "Ein Brief konnte nicht zugestellt werden." in dot.get("/admin").get_data(as_text=True)) == (False, True)


def test_the_banner_costs_nothing_while_it_is_remembered(well, client_as, count_queries):
    dot = client_as(well.dot)
    dot.get("/people")
    with count_queries() as without:
        dot.get("/people")
    letter()
    health.forget_findings()
    dot.get("/people")
    with count_queries() as with_bar:
        assert bar_of(dot)
    health.forget_findings()
    with count_queries() as asked_anew:
        assert bar_of(dot)
    assert (len(with_bar) - len(without), len(asked_anew) - len(with_bar)) == (0, QUICK_STATEMENTS)


QUICK_STATEMENTS = 8


def test_the_banner_speaks_the_readers_language(well, client_as):
    letter()
    german = client_as(well.dot).get("/people").get_data(as_text=True)
    with work():
        db.session.get(type(well.ida), well.ida.id).language = "en"
    english = client_as(well.ida).get("/people").get_data(as_text=True)
    assert ("Seit mehr als einer Viertelstunde" in german, "A letter has been due" in english) == (True, True)


# -- the doctor ------------------------------------------------------------------------------------------------------


@pytest.fixture
def doctor(app) -> Any:
    """Give a function that calls the doctor to the test database."""

    class Here(Instance):
        def app(self, **_deployment: Any) -> Any:
            return app

    def call(*options: str) -> Any:
        db.session.rollback()
        return CliRunner().invoke(cli, ["doctor", *options], obj=Here(lambda: app))

    return call


def test_the_doctor_says_what_is_wrong_and_what_to_do(well, doctor):
    answer = doctor()
    assert (answer.exit_code, answer.stderr) == (0, "No alarm.\n")
    letter()
    answer = doctor()
    assert (answer.exit_code, answer.stderr) == (1, "Somebody has to do something.\n")
    assert answer.stdout.splitlines()[:2] == [
        "alarm\tletters\tA letter has been due for more than a quarter of an hour, and nobody has tried to send it. It is "
        "not lost. (since 2026-11-04 10:00 UTC)",
        "\t\tLook whether the clockwork runs (“suggestbox serve” or “suggestbox worker”) and whether mail is set up.",
    ]


def test_the_doctor_speaks_to_programs_too(well, doctor):
    letter("uncertain")
    document = json.loads(doctor("--json").stdout)
    assert (document["ok"], document["checks"]) == (True, THOROUGH)
    assert document["findings"][0] == {
        "name": "letters", "severity": "warning", "since": "2026-11-04T10:00:00+00:00",
        "text": "One letter may have arrived or not: no answer came after it was handed over.",
        "advice": "Ask the reader, then have the letter tried again, or drop it.",
    }


def test_the_doctor_finds_a_damaged_file(tmp_path):
    founding = ["--email", "a@example.com", "--given-name", "A", "--family-name", "B", "--organisation", "C",
                "--time-zone", "Europe/Berlin", "--country", "DE", "--language", "en", "--password-stdin"]
    where = {"SUGGESTBOX_INSTANCE": str(tmp_path)}
    assert CliRunner().invoke(cli, ["doctor"], env=where).stderr == (
        "Error: This installation is not set up yet. Set it up with: suggestbox init\n"
    )
    assert CliRunner().invoke(cli, ["init", *founding], env=where, input="not an easy one\n").exit_code == 0
    file = tmp_path / "suggestbox.db"
    whole = file.read_bytes()
    at = whole.rindex(b"a@example.com")  # the entry of an index that says whose address this is
    file.write_bytes(whole[:at] + b"b" + whole[at + 1 :])
    answer = CliRunner().invoke(cli, ["doctor"], env=where)
    assert (answer.exit_code, answer.stdout.splitlines()[0].split("\t")[:2]) == (1, ["alarm", "integrity"])
    assert Deployment(instance=tmp_path).url.endswith("suggestbox.db")
