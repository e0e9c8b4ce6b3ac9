"""The judge in a process of its own sees the same as beside the year, and is never gone in silence."""

import os
import signal
import threading
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from suggestbox import cli
from suggestbox.core.database import db, work
from suggestbox.ideas.models import Idea
from suggestbox.simulation import year
from suggestbox.simulation.beside import Gone, can_be_beside
from suggestbox.simulation.judge import Day, Judge, JudgeBeside
from suggestbox.simulation.watch import Watch
from tests import factories as f

BEFORE = f.START - timedelta(days=1)


@pytest.fixture
def beside_possible(app):
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the simulated year runs on SQLite")


def day_of(number: int, **more) -> Day:
    now = f.START + timedelta(days=number)
    return Day(now.date(), now, True, now.date(), **more)


@pytest.mark.parametrize("kind", [Judge, JudgeBeside])
def test_a_day_is_judged_as_it_was_when_it_ended(kind, app, beside_possible, cast, tmp_path):
    with work():
        idea = f.submitted(cast)
        idea.next_due_on, number = None, idea.number
    judge = kind(Watch(since=BEFORE), tmp_path)
    judge.day(day_of(0))
    with work() as session:  # the next day passes while the first one is judged
        session.execute(sa.update(Idea).values(next_due_on=f.START.date() - timedelta(days=9)))
    judge.day(day_of(1, told=[("idea", 999)]))
    judge.end()
    found = {name: judge.watch.named[name] for name in ("submitter_sees_no_step_or_date", "work_lost")}
    first, second = day_of(0).on, day_of(1).on
    assert found == {"submitter_sees_no_step_or_date": [f"{first}: {number}"], "work_lost": [f"{second}: idea 999"]}
    assert judge.watch.broken_on["nothing_lost"] >= {second}
    assert judge.watch.broken_on["no_black_hole"] == {first, second}
    assert judge.watch.days == 2


def test_a_judge_that_died_is_an_error(app, beside_possible, tmp_path):
    judge = JudgeBeside(Watch(since=BEFORE), tmp_path)
    judge.day(day_of(0))
    os.kill(judge.beside.process.pid, signal.SIGKILL)
    with pytest.raises(Gone, match="is gone"):
        judge.end()
    judge.stop()


def test_a_judge_that_cannot_judge_says_why(app, beside_possible, tmp_path):
    judge = JudgeBeside(Watch(since=BEFORE), tmp_path)
    judge.day(day_of(0, accepted=["no letter"]))
    with pytest.raises(Gone, match="AttributeError"):
        judge.day(day_of(1))
    judge.stop()


def test_a_year_whose_judge_died_says_nothing(monkeypatch):
    def dies(watch: Watch, files: Path) -> Judge:
        judge = JudgeBeside(watch, files)
        os.kill(judge.beside.process.pid, signal.SIGKILL)
        return judge

    monkeypatch.setattr(year, "judge_of", dies)
    done = CliRunner().invoke(cli.cli, ["simulate", "--json", "--people", "40", "--days", "7"])
    assert (type(done.exception), done.stdout) == (Gone, "")


def test_one_processor_is_not_shared(app, beside_possible, monkeypatch):
    for threads in (2, 1):  # other tests may have left some in this process
        monkeypatch.setattr(threading, "active_count", lambda threads=threads: threads)
        assert can_be_beside() is (threads == 1 and len(os.sched_getaffinity(0)) > 1)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0})
    assert can_be_beside() is False
    monkeypatch.delattr(os, "sched_getaffinity")
    assert can_be_beside() is False
