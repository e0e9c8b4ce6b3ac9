"""A process that dies over an import leaves nothing to be seen; the next one removes what it wrote and begins again."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
import sqlalchemy as sa

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, let_go, work
from suggestbox.feedback import import_jobs, intake_run
from suggestbox.feedback.intake_reading import CHUNK
from suggestbox.feedback.intake_sweep import remove_leftovers
from suggestbox.feedback.items import visible
from suggestbox.feedback.models import Import, Item, Theme
from tests.feedback.coming_in import bring, counts, items, queued, row_of

pytestmark = pytest.mark.usefixtures("app")

MANY = "id,text,themes\n" + "".join(f"{n},text number {n},late\n" for n in range(2 * CHUNK + 10))


class Died(BaseException):
    """Stands for a process that is gone from one moment to the next."""


def die_over(import_id: int, monkeypatch: pytest.MonkeyPatch, *, after: int) -> None:
    """Begin the import and be gone after so many chunks were written: nothing is tidied up."""
    with monkeypatch.context() as patch:
        patch.setattr(intake_run, "_fail", lambda *_given: None)

        def tell(part: str, done: int, _count: int) -> None:
            if part == "import" and done >= after * CHUNK:
                raise Died

        with pytest.raises(Died):
            intake_run.run(import_id, clock=utc_now, progress=tell)
    let_go()


def seen() -> int:
    """Give how many items anybody sees."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(Item).where(visible())) or 0


def test_nothing_is_seen_until_everything_is(monkeypatch):
    found = []
    import_id = queued(MANY, create_themes=True)
    intake_run.run(import_id, clock=utc_now, progress=lambda part, done, _all: found.append((part, done, seen())))
    assert found == [("check", 1000, 0), ("check", 2000, 0), ("check", 2010, 0),
                     ("import", 1000, 0), ("import", 2000, 0), ("import", 2010, 0)]
    assert seen() == 2010


def test_a_dead_import_is_begun_again_and_ends_as_if_nothing_had_happened(monkeypatch, clock):
    import_id = queued(MANY, create_themes=True)
    die_over(import_id, monkeypatch, after=2)
    assert (row_of(import_id).state, len(items()), seen()) == ("running", 2000, 0)
    assert intake_run.next_to_run(utc_now()) is None  # it may be alive still
    clock.shift(121)
    assert intake_run.next_to_run(utc_now()) == import_id
    assert intake_run.run(import_id, clock=utc_now) == "visible"
    assert (counts(row_of(import_id)), len(items()), seen()) == (("visible", 2010, 2010, 0, 0), 2010, 2010)
    assert db.session.execute(sa.select(Theme.key, Theme.archived_at)).all() == [("late", None)]


def test_one_taken_for_dead_finds_out_that_the_import_is_no_longer_its_own(monkeypatch, clock):
    import_id = queued(MANY, create_themes=True)
    taken = []

    def tell(part: str, done: int, _count: int) -> None:
        if part == "import" and not taken:
            taken.append(done)
            clock.shift(121)
            intake_run.run(import_id, clock=utc_now)

    assert intake_run.run(import_id, clock=utc_now, progress=tell) == "visible"
    assert (counts(row_of(import_id)), len(items())) == (("visible", 2010, 2010, 0, 0), 2010)


def test_an_import_that_dies_again_and_again_is_given_up(monkeypatch, clock):
    import_id = queued(MANY, create_themes=True)
    for _time in range(3):
        die_over(import_id, monkeypatch, after=1)
        clock.shift(121)
    assert intake_run.run(import_id, clock=utc_now) == "failed"
    assert row_of(import_id).errors == [{"line": 0, "error": "The import was interrupted 3 times."}]
    remove_leftovers()
    assert (items(), seen()) == ([], 0)


def test_one_file_of_a_source_comes_in_at_a_time(monkeypatch, clock):
    first, second, other = queued(MANY, create_themes=True), queued("id,text\nx,y\n"), queued("text\nz\n", source="other")
    die_over(first, monkeypatch, after=1)
    assert intake_run.run(second, clock=utc_now) == "queued"
    assert intake_run.next_to_run(utc_now()) == other


def test_ctrl_c_leaves_nothing_behind(monkeypatch):
    import_id = queued(MANY, create_themes=True)

    def tell(part: str, _done: int, _count: int) -> None:
        if part == "import":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        intake_run.run(import_id, clock=utc_now, progress=tell)
    assert (row_of(import_id).state, items()) == ("failed", [])
    assert row_of(import_id).errors == [{"line": 0, "error": "The import was interrupted. Nothing came in."}]


def test_a_killed_process_leaves_nothing_to_be_seen(app, tmp_path):
    """A real process, really killed in the middle of its work."""
    import_id = queued("id,text\n" + "".join(f"{n},text number {n}\n" for n in range(60_000)))
    deployment = app.config["DEPLOYMENT"]
    let_go()
    environment = {**os.environ, "SUGGESTBOX_DATABASE_URL": deployment.url}
    process = subprocess.Popen(
        [sys.executable, "-m", "suggestbox", "--instance", str(deployment.instance), "feedback", "import-waiting"],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + 100
    while row_of(import_id).created_count == 0 and time.monotonic() < until:
        let_go()
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    row = row_of(import_id)
    assert (row.state, row.created_count > 0, seen()) == ("running", True, 0)
    with work():
        db.session.get_one(Import, import_id).beat_at = utc_now() - timedelta(minutes=3)
    assert intake_run.next_to_run(utc_now()) == import_id
    remove_leftovers(row.source_id)
    assert items() == []


def test_the_clockwork_brings_in_what_waits_in_a_process_of_its_own(app, cast):
    import_id, other = queued("id,text\n1,slow\n"), queued("id,text\n1,\n", source="other")
    import_jobs.bring_in()
    assert (row_of(import_id).state, row_of(other).state, seen()) == ("visible", "failed", 1)
    assert bring("id,text\n1,slow\n").known_count == 1


def test_files_nobody_waits_for_are_removed_after_a_day(clock, cast):
    from suggestbox.feedback.intake_files import folder, path_of

    waiting, failed = queued("id,text\n1,slow\n"), queued("id,text\n1,\n", source="other")
    intake_run.run(failed, clock=utc_now)
    for path in folder().iterdir():
        os.utime(path, (utc_now().timestamp(),) * 2)
    import_jobs.forget_files()
    assert (path_of(row_of(waiting)).exists(), path_of(row_of(failed)).exists()) == (True, True)
    clock.shift(2 * 86_400)
    import_jobs.forget_files()
    assert (path_of(row_of(waiting)).exists(), path_of(row_of(failed)).exists()) == (True, False)
