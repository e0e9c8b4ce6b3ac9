"""The judge: looks at each day with the watch, and now and then with the house's own check.

Both only read. Where there is a second processor they do so in a process of their own, while the next day passes: it reads
the database as it was when the day ended (SQLite's write-ahead log keeps that for whoever began to read). What comes out
is the same; on one processor, or where no process can be split off, the day is judged before the next one begins.
"""

import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from suggestbox.core.database import db, let_go
from suggestbox.people.directory import directory
from suggestbox.workflow.check import check

from .watch import Watch

LONG_ENOUGH = 30.0
"""Seconds in which a process that was told to end does so."""


class JudgeGone(Exception):
    """The process that judges is no more: from there on nobody watched, and the year says nothing."""


@dataclass(frozen=True)
class Day:
    """What there is to judge.

    `watched`: whether the clockwork was there to do its part
    `checked_on`: the day it is at headquarters, when the house looks at itself too
    """

    on: date
    now: datetime
    watched: bool
    checked_on: date | None
    accepted: list[Any] = field(default_factory=list)
    told: list[tuple[str, int]] = field(default_factory=list)
    server_was_well: bool = True


class Judge:
    """Judges in this process. Takes the watch, and the folder of the house's files for its own check."""

    def __init__(self, watch: Watch, files: Path):
        self.watch, self.files = watch, files

    def day(self, day: Day) -> None:
        """Judge a day; of what is in the database now."""
        let_go()
        self._look(day)

    def _look(self, day: Day) -> None:
        if day.watched:
            self.watch.look(db.session.connection(), now=day.now, today=day.on, accepted=day.accepted, told=day.told,
                            server_was_well=day.server_was_well)
        if day.checked_on:
            for finding in check(directory(day.checked_on), self.files):
                self.watch.also_broken(finding.promise, day.on, f"{finding.promise} {finding.idea} {finding.text}")
        let_go()

    def end(self) -> None:
        """Have everything judged that was given."""

    def stop(self) -> None:
        """Let go of everything, whether it was judged or not."""


class JudgeBeside(Judge):
    """Judges in a process of its own: `day` comes back as soon as that process has begun to read."""

    def __init__(self, watch: Watch, files: Path):
        super().__init__(watch, files)
        db.session.remove()
        db.engine.dispose()  # no connection may be open in two processes
        around = multiprocessing.get_context("fork")
        self._line, theirs = around.Pipe()
        self._process = around.Process(target=self._work, args=(theirs, self._line), daemon=True)
        self._process.start()
        theirs.close()

    def day(self, day: Day) -> None:
        """Hand a day over; waits while the one before is still judged.

        Raises  JudgeGone
        """
        let_go()
        self._ask(day)

    def end(self) -> None:
        """Wait until everything is judged, and take over what the watch saw.

        Raises  JudgeGone
        """
        self.watch.__dict__.update(self._ask(None))
        self.stop()

    def stop(self) -> None:
        """Have the process end, if it still runs."""
        self._line.close()
        self._process.join(LONG_ENOUGH)
        if self._process.is_alive():
            self._process.kill()

    def _ask(self, what: Day | None) -> Any:
        try:
            self._line.send(what)
            well, answer = self._line.recv()
        except (EOFError, OSError) as gone:
            raise JudgeGone("The process that judges the days is gone.") from gone
        if not well:
            raise JudgeGone(f"The days could not be judged:\n{answer}")
        return answer

    def _work(self, line: Any, others: Any) -> None:
        """Judge what comes, until the word is that nothing does. In the other process."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever began the year ends it, and the line with it
        others.close()
        try:
            while (day := line.recv()) is not None:
                db.session.connection().exec_driver_sql("SELECT 1 FROM idea LIMIT 1")  # from here on nothing changes
                line.send((True, None))
                self._look(day)
            line.send((True, vars(self.watch)))
        except (EOFError, BrokenPipeError):
            return  # the year was broken off
        except Exception:
            line.send((False, traceback.format_exc()))


def judge_of(watch: Watch, files: Path) -> Judge:
    """Give the judge this machine has room for."""
    return (JudgeBeside if can_be_beside() else Judge)(watch, files)


def can_be_beside() -> bool:
    """Say whether there is a second processor for it, a way to split a process off, and a log that keeps the day."""
    mine: Callable[[int], set[int]] | None = getattr(os, "sched_getaffinity", None)
    if mine is None or len(mine(0)) < 2 or threading.active_count() > 1:
        return False  # a process with several threads cannot be split safely
    with db.engine.connect() as connection:
        return (connection.dialect.name == "sqlite"
                and connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal")
