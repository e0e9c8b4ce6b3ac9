"""Two postmen side by side make the same year as one after the other, and neither is gone in silence."""

import json
import os
import signal

import pytest
from click.testing import CliRunner

from suggestbox import cli
from suggestbox.core.database import db, work
from suggestbox.simulation import beside, postmen, year
from suggestbox.simulation.beside import Gone
from tests import factories

SMALL = ("simulate", "--json", "--people", "60", "--days", "10", "--seed", "5")


@pytest.fixture
def beside_possible(app, monkeypatch):
    if db.engine.dialect.name != "sqlite" or len(os.sched_getaffinity(0)) < 2:
        pytest.skip("the second one goes beside the first on SQLite, where there is a processor for him")
    monkeypatch.setattr(beside.threading, "active_count", lambda: 1)  # other tests may have left some in this process
    monkeypatch.setattr(postmen, "WORTH_IT", 0)


def test_side_by_side_and_one_after_the_other_make_the_same_year(beside_possible, monkeypatch):
    used = []

    def noted(*args):
        used.append(postmen.postmen_of(*args))
        return used[-1]

    monkeypatch.setattr(year, "postmen_of", noted)
    documents = []
    for people in (0, 10**9):
        monkeypatch.setattr(postmen, "WORTH_IT", people)
        done = CliRunner().invoke(cli.cli, SMALL)
        assert done.exit_code == 0, done.output[-2000:]
        documents.append(json.loads(done.stdout))
    assert [type(one) for one in used] == [postmen.PostmenBeside, postmen.Postmen]
    assert documents[0] == documents[1]
    assert used[1].second.offered > 5
    assert (used[0].second.offered, used[0].beside.process.exitcode) == (0, 0)


def test_a_year_whose_second_postman_died_says_nothing(beside_possible, monkeypatch):
    def dies(*args):
        both = postmen.PostmenBeside(*args)
        os.kill(both.beside.process.pid, signal.SIGKILL)
        return both

    monkeypatch.setattr(year, "postmen_of", dies)
    done = CliRunner().invoke(cli.cli, SMALL)
    assert (type(done.exception), done.stdout) == (Gone, "")


def test_a_fault_of_the_second_postman_is_told(beside_possible, monkeypatch):
    def faulty(*_args, **_how):
        raise ValueError("a fault of his own")

    inner = postmen.PostmenBeside._serve
    monkeypatch.setattr(postmen.PostmenBeside, "_serve", lambda *args: faulty(inner, *args))
    done = CliRunner().invoke(cli.cli, SMALL)
    assert type(done.exception) is Gone
    assert "a fault of his own" in str(done.exception)


def test_no_letter_to_an_admin_or_to_a_refused_mailbox_is_the_second_ones(app, cast):
    world = year.World(seed=1, people=60, days=7, start=year.START, zone="Europe/Berlin")
    both = postmen.Postmen(world, postmen.MailServer(world))
    both.server.refused = {cast.ann.email}
    with work():
        number = [factories.submitted(cast).submitters[0].id for _ in range(3)][-1]
    first, second = both._shared_out()
    assert sorted(first + second) == list(range(postmen.PARTS))
    assert {0, cast.dot.id % postmen.PARTS, cast.ann.id % postmen.PARTS, number % postmen.PARTS} <= set(first)
    assert len(second) == postmen.PARTS_OF_THE_SECOND
