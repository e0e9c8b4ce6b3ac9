"""The clockwork: each slot runs once, a missed one is made up for once, a fault stays alone."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa
from apscheduler.triggers.cron import CronTrigger
from click.testing import CliRunner
from flask import current_app

from suggestbox.admin.words import JOB_WORDS
from suggestbox.cli import cli
from suggestbox.core import stopping
from suggestbox.core.database import db
from suggestbox.core.job_runs import JobRun, claim, finish, forget_old_runs, latest_runs
from suggestbox.scheduler import Clockwork, all_jobs, all_ticks, last_slot

NIGHTLY = {"hour": "2", "minute": "30"}


def at(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)


def runs() -> list[tuple[str, datetime, str]]:
    db.session.rollback()
    return [tuple(row) for row in db.session.execute(sa.select(JobRun.job, JobRun.slot, JobRun.outcome))]


@pytest.mark.parametrize(
    ("fields", "now", "slot"),
    [
        (NIGHTLY, at(2026, 11, 4, 11), at(2026, 11, 4, 1, 30)),
        (NIGHTLY, at(2026, 11, 4, 1, 29, 59), at(2026, 11, 3, 1, 30)),
        (NIGHTLY, at(2026, 11, 4, 1, 30), at(2026, 11, 4, 1, 30)),
        ({"minute": "*"}, at(2026, 11, 4, 11, 0, 59), at(2026, 11, 4, 11)),
        ({"minute": "15"}, at(2026, 11, 4, 11), at(2026, 11, 4, 10, 15)),
        ({"day": "1", "hour": "6"}, at(2026, 11, 30, 12), at(2026, 11, 1, 5)),
        # The night the clock is put forward has no 2:30; the job's next moment is an hour later by the sun.
        (NIGHTLY, at(2026, 3, 29, 12), at(2026, 3, 28, 1, 30)),
    ],
)
def test_the_last_slot_is_the_latest_moment_the_job_was_due(fields, now, slot):
    found = last_slot(CronTrigger(timezone="Europe/Berlin", **fields), now)
    assert found.astimezone(UTC) == slot or (fields is NIGHTLY and now.month == 3 and found.date() == now.date())


def test_a_slot_runs_once(app, clock):
    done = []
    first, second = (Clockwork(app, [("nightly", NIGHTLY, lambda: done.append(1))]) for _ in range(2))
    assert [first.run_last_slot("nightly"), second.run_last_slot("nightly"), first.run_last_slot("nightly")] == [
        True, False, False,
    ]
    assert (done, runs()) == ([1], [("nightly", at(2026, 11, 4, 1, 30), "done")])


def test_a_missed_slot_is_made_up_for_once(app, clock):
    done = []
    clockwork = Clockwork(app, [("nightly", NIGHTLY, lambda: done.append(1))])
    clockwork.catch_up()
    clock.shift(timedelta(days=5))
    clockwork.catch_up()
    clockwork.catch_up()
    assert (done, [slot.day for _, slot, _ in runs()]) == ([1, 1], [4, 9])


def test_a_fault_is_noted_and_the_next_slot_runs(app, clock, caplog):
    def fault() -> None:
        raise ZeroDivisionError

    clockwork = Clockwork(app, [("bad", NIGHTLY, fault), ("good", NIGHTLY, lambda: None)])
    clockwork.catch_up()
    clock.shift(timedelta(days=1))
    clockwork.catch_up()
    assert [(job, outcome) for job, _, outcome in runs()] == [
        ("bad", "failed"), ("good", "done"), ("bad", "failed"), ("good", "done"),
    ]
    assert [record.message for record in caplog.records] == ["the job bad failed"] * 2


def test_many_at_once_claim_a_slot_once(app):
    won: list[bool] = []
    barrier = threading.Barrier(4)

    def take() -> None:
        with app.app_context():
            barrier.wait()
            won.append(claim("nightly", at(2026, 11, 4), now=at(2026, 11, 4)))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False, False, False, True]


def test_started_it_catches_up_by_itself(app):
    ran = threading.Event()
    clockwork = Clockwork(app, [("nightly", NIGHTLY, ran.set)])
    clockwork.start()
    try:
        assert ran.wait(10)
    finally:
        clockwork.stop()


def test_the_latest_run_of_each_job_can_be_asked_for_and_old_ones_go(app):
    for day in (1, 2):
        claim("nightly", at(2026, 1, day), now=at(2026, 1, day))
    assert {job: run.slot for job, run in latest_runs().items()} == {"nightly": at(2026, 1, 2)}
    db.session.rollback()
    assert (forget_old_runs(now=at(2026, 3, 2, 1)), len(runs())) == (1, 1)


def test_the_jobs_of_the_house_have_names_of_their_own_and_run(app, cast):
    jobs = all_jobs()
    names = [name for name, _, _ in jobs]
    assert sorted(names) == sorted(set(names))
    clockwork = Clockwork(app)
    clockwork.catch_up()
    assert sorted((job, outcome) for job, _, outcome in runs()) == sorted((name, "done") for name in names)


def test_a_run_whose_process_died_is_made_up_for_after_two_hours(app, clock):
    slot = at(2026, 11, 4, 1, 30)
    done = []
    clockwork = Clockwork(app, [("nightly", NIGHTLY, lambda: done.append(1))])
    assert claim("nightly", slot, now=at(2026, 11, 4, 10))  # and nothing more is heard of it
    clockwork.catch_up()
    assert (done, runs()) == ([], [("nightly", slot, "running")])
    clock.shift(timedelta(hours=1, minutes=1))
    clockwork.catch_up()
    clockwork.catch_up()
    assert (done, runs()) == ([1], [("nightly", slot, "done")])


def test_a_job_does_not_run_twice_at_once_in_one_process(app, clock):
    begun, go_on = threading.Event(), threading.Event()

    def long_one() -> None:
        begun.set()
        go_on.wait(10)

    clockwork = Clockwork(app, [("long", {"minute": "*"}, long_one)])
    with ThreadPoolExecutor() as pool:
        first = pool.submit(clockwork.run_last_slot, "long")
        assert begun.wait(10)
        clock.shift(timedelta(minutes=1))
        assert clockwork.run_last_slot("long") is False
        go_on.set()
        assert first.result(10) is True
    assert clockwork.run_last_slot("long") is True
    assert [slot.minute for _, slot, _ in runs()] == [0, 1]


def test_runs_that_ended_well_are_kept_for_days_and_the_latest_of_each_job_for_long(app):
    for day in range(1, 6):
        claim("often", at(2026, 3, day), now=at(2026, 3, day))
        finish("often", at(2026, 3, day), "failed" if day == 2 else "done", now=at(2026, 3, day))
    claim("monthly", at(2026, 2, 1), now=at(2026, 2, 1))
    finish("monthly", at(2026, 2, 1), "done", now=at(2026, 2, 1))
    assert forget_old_runs(now=at(2026, 3, 20)) == 3
    assert sorted((job, slot.day, outcome) for job, slot, outcome in runs()) == [
        ("monthly", 1, "done"), ("often", 2, "failed"), ("often", 5, "done"),
    ]


# -- ticks -----------------------------------------------------------------------------------------------------------


def test_the_ticks_of_the_house_have_names_of_their_own_and_run(app):
    names = [name for name, _, _ in all_ticks()]
    clockwork = Clockwork(app)
    assert sorted(names) == sorted(set(names))
    assert [(name, clockwork.run_tick(name)) for name in names] == [(name, True) for name in names]
    assert runs() == []


def test_a_tick_is_woken_again_and_again_and_leaves_no_row(app):
    thrice = threading.Barrier(2)

    def tick() -> None:
        assert current_app.name == "suggestbox"
        thrice.wait(10)

    clockwork = Clockwork(app, [], [("quick", 0.05, tick)])
    clockwork.start()
    try:
        for _ in range(3):
            thrice.wait(10)
    finally:
        thrice.abort()
        clockwork.stop()
    assert runs() == []


def test_a_tick_is_never_done_twice_at_once_in_one_process(app):
    begun, go_on = threading.Event(), threading.Event()
    busy: list[str] = []

    def slow() -> None:
        busy.append("begun")
        begun.set()
        go_on.wait(10)
        busy.append("ended")

    clockwork = Clockwork(app, [], [("slow", 0.01, slow)])
    with ThreadPoolExecutor() as pool:
        first = pool.submit(clockwork.run_tick, "slow")
        assert begun.wait(10)
        assert [clockwork.run_tick("slow") for _ in range(3)] == [False] * 3
        go_on.set()
        assert first.result(10) is True
    assert busy == ["begun", "ended"]


def test_a_tick_that_fails_each_time_is_told_once_and_again_when_the_fault_changes(app, caplog):
    words = iter(["one", "one", "one", "two", None, "two"])

    def faulty() -> None:
        word = next(words)
        if word:
            raise ValueError(word)

    clockwork = Clockwork(app, [], [("faulty", 5, faulty)])
    assert [clockwork.run_tick("faulty") for _ in range(6)] == [False, False, False, False, True, False]
    assert [record.message for record in caplog.records] == ["the tick faulty failed"] * 3


def test_a_stop_waits_for_what_runs_and_those_who_do_many_things_hear_of_it(app):
    begun = threading.Event()
    done: list[bool] = []

    def many_things() -> None:
        begun.set()
        while not stopping.is_stopping():
            time.sleep(0.01)
        done.append(True)

    clockwork = Clockwork(app, [], [("many", 60, many_things)])
    clockwork.start()
    assert begun.wait(10)
    clockwork.stop()
    assert (done, stopping.is_stopping()) == ([True], False)


# -- real processes --------------------------------------------------------------------------------------------------


class Watchman(BaseHTTPRequestHandler):
    """Counts who calls."""

    calls: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.calls.append(self.path)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_words: Any) -> None:
        """Say nothing."""


def test_a_worker_refuses_a_folder_without_a_house(tmp_path):
    answer = CliRunner().invoke(cli, ["worker"], env={"SUGGESTBOX_INSTANCE": str(tmp_path)})
    assert (answer.exit_code, answer.stderr) == (
        1, "Error: This installation is not set up yet. Set it up with: suggestbox init\n"
    )


@pytest.mark.slow
def test_two_workers_run_each_slot_once_and_end_when_asked_to(app, cast, tmp_path):
    """The watchman outside is called by a job: as often as that job had slots, whatever the number of workers."""
    Watchman.calls.clear()
    outside = ThreadingHTTPServer(("127.0.0.1", 0), Watchman)
    threading.Thread(target=outside.serve_forever, daemon=True).start()
    environment = {
        **os.environ, "SUGGESTBOX_INSTANCE": str(tmp_path), "SUGGESTBOX_DATABASE_URL": app.config["DEPLOYMENT"].url,
        "SUGGESTBOX_PING_URL": f"http://127.0.0.1:{outside.server_port}/well",
    }
    workers = [
        subprocess.Popen([sys.executable, "-m", "suggestbox", "worker"], stderr=subprocess.PIPE, text=True, env=environment)
        for _ in range(2)
    ]
    try:
        wanted = {name for name, _, _ in all_jobs()}
        until = time.monotonic() + 60
        while {job for job, _, outcome in runs() if outcome == "done"} != wanted and time.monotonic() < until:
            time.sleep(0.2)
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
        told = [(worker.wait(30), worker.stderr.read()) for worker in workers if worker.stderr]
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
            assert worker.stderr
            worker.stderr.close()
        outside.shutdown()
        outside.server_close()
    assert told == [(0, "The worker runs.\n")] * 2
    assert {(job, outcome) for job, _, outcome in runs()} == {(name, "done") for name in wanted}
    assert Watchman.calls == ["/well"] * len([job for job, _, _ in runs() if job == "core.watchman"])
    assert len(Watchman.calls) in (1, 2)  # 2: another five minutes were full meanwhile


def test_every_job_is_told_in_a_sentence():
    assert sorted(JOB_WORDS) == sorted(name for name, _when, _what in all_jobs())
