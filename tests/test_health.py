"""How the house is: what is found, who is told in which words, and what machines outside may know."""

import shutil
from collections import namedtuple
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from suggestbox.core import checks, health, watchman
from suggestbox.core.database import db, work
from suggestbox.core.health import Trouble
from suggestbox.core.jobs import Damaged, call_watchman, check_integrity
from suggestbox.journal import operations as journal
from suggestbox.journal.models import Entry
from suggestbox.mail.models import MailState
from suggestbox.people.models import RoleGrant
from suggestbox.reviews.models import Criterion
from tests.cast import grant, newcomer
from tests.conftest import NOON
from tests.factories import submitted
from tests.health import CHECKS, THOROUGH, found, hints, letter, run, the

pytestmark = pytest.mark.either


@pytest.fixture
def well(app, cast, clock) -> Any:
    """The cast, in a house whose clockwork ran a minute ago."""
    run("journal.seal", "done", minutes=1)
    return cast


# -- the registry ----------------------------------------------------------------------------------------------------


def test_the_checks_of_the_house(app):
    assert (health.names(), health.names(thorough=True)) == (CHECKS, THOROUGH)


def test_a_name_is_given_once_and_registering_again_changes_nothing(app):
    checks.register_checks()
    with pytest.raises(ValueError):
        health.watch("disk", lambda now: [])
    assert health.names() == CHECKS


def test_the_worst_comes_first_and_a_check_that_fails_is_a_finding(app, clock, monkeypatch, caplog):
    def hint(now: datetime) -> list[Trouble]:
        return [Trouble("a", "A hint.", None, "hint"), Trouble("a", "An alarm.", now, "alarm")]

    def broken(now: datetime) -> list[Trouble]:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(health, "_checks", {"a": (hint, False), "b": (broken, False), "c": (hint, True)})
    assert [(t.name, t.text) for t in health.findings(NOON)] == [
        ("a", "An alarm."), ("b", "This check could not be made: ZeroDivisionError: by zero"), ("a", "A hint."),
    ]
    assert len(health.findings(NOON, thorough=True)) == 5
    assert caplog.records[0].message == "the check b failed"


def test_a_database_of_another_version_is_all_that_is_said(well, monkeypatch):
    monkeypatch.setattr(checks.schema, "newest_known", lambda: "9999")
    assert found() == [("database", "alarm")]
    assert health.is_well(NOON) == (False, {name: name != "database" for name in CHECKS})


# -- what core watches -----------------------------------------------------------------------------------------------


def test_a_house_that_is_well_has_nothing_but_hints(well):
    assert found(thorough=True) == []


def test_a_clockwork_that_never_ran_is_an_alarm_after_an_hour(app, cast, clock, monkeypatch):
    assert found() == [("clockwork", "warning")]
    monkeypatch.setattr(checks, "up_seconds", lambda: 3601)
    assert found() == [("clockwork", "alarm")]


def test_a_silent_clockwork_is_an_alarm_and_says_since_when(well, clock):
    clock.shift(timedelta(minutes=58))
    assert found() == []
    clock.shift(timedelta(hours=2, minutes=2))
    trouble = the("clockwork")
    assert (trouble.severity, trouble.since) == ("alarm", NOON - timedelta(minutes=1))
    assert trouble.text == (
        "The clockwork has been silent for 3 hours. Nobody is reminded and no letter goes out; nothing is lost, "
        "everything is made up for when it runs again."
    )


def test_a_run_from_a_clock_that_went_ahead_is_no_sign_of_life(well, clock):
    run("journal.seal", "done", days=-300)
    clock.shift(timedelta(hours=2))
    assert found() == [("clockwork", "alarm")]


def test_a_job_that_fails_is_told_until_it_runs_well_again(well):
    run("workflow.settle", "done", hours=5)
    run("workflow.settle", "failed", hours=4)
    assert found() == [("jobs", "warning")]
    run("workflow.settle", "failed", hours=3)
    trouble = the("jobs")
    assert (trouble.severity, trouble.since) == ("alarm", NOON - timedelta(hours=4))
    assert trouble.text == "The job workflow.settle has failed 2 times in a row."
    run("workflow.settle", "done", hours=2)
    assert found() == []


@pytest.mark.parametrize("job", ["core.integrity", "workflow.check"])
def test_a_nightly_check_that_failed_is_an_alarm_at_once(well, job):
    run(job, "failed", hours=9)
    assert found() == [("jobs", "alarm")]


def test_a_disk_that_is_nearly_full_is_an_alarm(well, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(10**12, 0, 499 * 1024**2))
    trouble = the("disk")
    assert (trouble.severity, trouble.text) == ("alarm", "Only 499 MB are free on the disk of the installation.")


# -- letters ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "columns", "seen"),
    [
        ("queued", {"minutes": 14}, []),
        ("queued", {"minutes": 16}, [("letters", "alarm")]),
        ("queued", {"minutes": 16, "attempts": 1}, [("letters", "warning")]),
        ("queued", {"minutes": 6 * 60 + 1, "attempts": 9}, [("letters", "alarm")]),
        ("queued", {"not_before": NOON + timedelta(hours=1)}, []),
        ("uncertain", {}, [("letters", "warning")]),
        ("review", {}, [("past", "alarm")]),
        ("failed", {}, [("letters", "warning")]),
        ("failed", {"minutes": 15 * 24 * 60}, []),
        ("to_print", {"minutes": 7 * 24 * 60, "channel": "print"}, []),  # a week later is five working days later
        ("to_print", {"minutes": 8 * 24 * 60, "channel": "print"}, [("letters", "warning")]),
        ("sent", {}, []),
        ("cancelled", {}, []),
    ],
)
def test_letters_that_do_not_get_on_are_found(well, state, columns, seen):
    with work():
        db.session.add(MailState(id=1, restored_at=NOON))
    letter(state, **columns)
    assert found() == seen


def test_letters_behind_one_that_is_tried_again_do_not_count_as_forgotten(well):
    letter(attempts=2)
    letter(minutes=30)
    trouble = the("letters")
    assert (trouble.severity, trouble.text) == (
        "warning",
        "2 letters were not accepted yet, or wait behind such a letter. They are tried again by themselves.",
    )


def test_letters_for_many_are_not_late_while_they_are_paused(well):
    letter(bulk=True)
    assert found() == [("letters", "alarm")]
    with work():
        db.session.add(MailState(id=1, paused_at=NOON, paused_reason="clock"))
    assert found() == [("past", "warning")]


# -- roles, journal, promises ----------------------------------------------------------------------------------------


def test_roles_nobody_holds_are_hints(well):
    one_admin = "There is no second administrator. When the one is away nobody can help."
    no_mail = "Mail is not set up: everybody finds their news in the inbox on the site, and nowhere else."
    assert hints() == [no_mail, one_admin]
    with work():
        submitted(well)
        for role in ("coordinator", "idea_manager"):
            db.session.execute(sa.delete(RoleGrant).where(RoleGrant.role == role))
        grant(newcomer(well.home, "Nina"), "admin")
    assert hints() == [
        no_mail, "Nobody is idea manager: what nobody else can do has no owner.",
        "Nobody coordinates Logistics, although ideas concern it. They go to the idea management.",
    ]


def test_an_entry_changed_past_the_program_is_found_by_who_looks_thoroughly(well):
    with work():
        entry = journal.write("test", now=NOON, role="house")
    with work():
        journal.seal()
    check_integrity()
    with work():
        db.session.execute(sa.update(Entry).where(Entry.id == entry.id).values(kind="changed"))
    assert (found(), found("journal", thorough=True)) == ([], [("journal", "alarm")])
    with pytest.raises(Damaged, match=f"entry {entry.id} of the journal"):
        check_integrity()


def test_a_broken_promise_is_found_by_who_looks_thoroughly(well):
    with work():
        db.session.execute(sa.delete(Criterion))
    assert (found(), found(thorough=True)) == ([], [("promises", "alarm")])


# -- the watchman outside --------------------------------------------------------------------------------------------


@pytest.fixture
def called(app, monkeypatch) -> list[str]:
    """The addresses that were called; one is set."""
    app.config["DEPLOYMENT"] = app.config["DEPLOYMENT"].model_copy(update={"ping_url": "https://watch.example.com/1"})
    addresses: list[str] = []
    monkeypatch.setattr(watchman, "call", addresses.append)
    return addresses


def test_the_watchman_is_called_while_all_is_well(well, called):
    call_watchman()
    run("core.integrity", "failed", hours=9)
    db.session.rollback()
    call_watchman()
    assert called == ["https://watch.example.com/1"]


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "ftp://127.0.0.1/x", "nonsense", "http://", "http://127.0.0.1:1/", "http://["]
)
def test_a_watchman_that_cannot_be_called_is_noted_and_nothing_else_happens(app, address, caplog):
    assert (watchman.call(address), len(caplog.records)) == (False, 1)
