"""The clockwork: each slot runs once, a missed one is made up for once, a fault stays alone."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from apscheduler.triggers.cron import CronTrigger

from suggestbox.core.database import db
from suggestbox.core.job_runs import JobRun, claim, forget_old_runs, latest_runs
from suggestbox.scheduler import Clockwork, all_jobs, last_slot

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


def test_the_jobs_of_the_house_have_names_of_their_own_and_run(app):
    jobs = all_jobs()
    names = [name for name, _, _ in jobs]
    assert sorted(names) == sorted(set(names))
    clockwork = Clockwork(app)
    clockwork.catch_up()
    assert sorted((job, outcome) for job, _, outcome in runs()) == sorted((name, "done") for name in names)
