"""The judge: looks at each day with the watch, and now and then with the house's own check.

Both only read. Where there is a second processor they do so in a process of their own, while the next day passes: it reads
the database as it was when the day ended (SQLite's write-ahead log keeps that for whoever began to read). What comes out
is the same; on one processor, or where no process can be split off, the day is judged before the next one begins.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from suggestbox.core.database import db, let_go
from suggestbox.people.directory import directory
from suggestbox.workflow.check import check

from .beside import Beside, can_be_beside
from .watch import Watch


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
        self.beside = Beside("judges the days", self._serve)

    def day(self, day: Day) -> None:
        """Hand a day over; waits while the one before is still judged.

        Raises  Gone
        """
        let_go()
        self.beside.tell(day)
        self.beside.hear()

    def end(self) -> None:
        """Wait until everything is judged, and take over what the watch saw.

        Raises  Gone
        """
        self.beside.tell(None)
        self.watch.__dict__.update(self.beside.hear())
        self.stop()

    def stop(self) -> None:
        """Have the process end, if it still runs."""
        self.beside.stop()

    def _serve(self, day: Day | None, answer: Callable[[Any], None]) -> None:
        """Judge a day, or say what was seen when there is none. In the other process."""
        if day is None:
            answer(vars(self.watch))
            return
        db.session.connection().exec_driver_sql("SELECT 1 FROM idea LIMIT 1")  # from here on nothing changes
        answer(None)
        self._look(day)


def judge_of(watch: Watch, files: Path) -> Judge:
    """Give the judge this machine has room for."""
    return (JudgeBeside if can_be_beside() else Judge)(watch, files)
