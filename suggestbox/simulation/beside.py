"""A process of its own beside the year, where there is a second processor: it does as it is told, and answers."""

import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from suggestbox.core.database import db

LONG_ENOUGH = 30.0
"""Seconds in which a process that was told to end does so."""

_lines: list[Any] = []
"""This process's ends of all lines: a further process must not hold them open."""


class Gone(Exception):
    """A process beside the year is no more."""


class Beside:
    """Splits a process off. The database is open in none of them then; each opens it anew.

    Takes   name: what the process is, for the words of an error
            serve: (what it is told, how to answer) -> None; called in the other process for each `tell`. It has to answer
                once, and may go on afterwards.
    """

    def __init__(self, name: str, serve: Callable[[Any, Callable[[Any], None]], None]):
        self.name = name
        db.session.remove()
        db.engine.dispose()  # no connection may be open in two processes
        around = multiprocessing.get_context("fork")
        self._line, theirs = around.Pipe()
        _lines.append(self._line)
        self.process = around.Process(target=_work, args=(theirs, serve), daemon=True)
        self.process.start()
        theirs.close()

    def tell(self, what: Any) -> None:
        """Tell it what to do; waits while it still does what it was told before.

        Raises  Gone
        """
        try:
            self._line.send(what)
        except OSError as gone:
            raise Gone(f"The process that {self.name} is gone.") from gone

    def hear(self) -> Any:
        """Wait for the answer to what it was told.

        Raises  Gone
        """
        try:
            well, answer = self._line.recv()
        except (EOFError, OSError) as gone:
            raise Gone(f"The process that {self.name} is gone.") from gone
        if not well:
            raise Gone(f"The process that {self.name} could not go on:\n{answer}")
        return answer

    def stop(self) -> None:
        """Have the process end, if it still runs."""
        if self._line in _lines:
            _lines.remove(self._line)
        self._line.close()
        self.process.join(LONG_ENOUGH)
        if self.process.is_alive():
            self.process.kill()


def _work(line: Any, serve: Callable[[Any, Callable[[Any], None]], None]) -> None:
    """Do what one is told until the line is closed. In the other process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever began the year ends it, and the line with it
    for other in _lines:
        other.close()
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):  # the year is over, or was broken off
        try:
            while True:
                serve(line.recv(), lambda answer: line.send((True, answer)))
        except Exception as fault:
            if isinstance(fault, EOFError | BrokenPipeError | ConnectionResetError):
                raise
            line.send((False, traceback.format_exc()))


def can_be_beside() -> bool:
    """Say whether there is a second processor, a way to split a process off, and a log to read from while others write."""
    mine: Callable[[int], set[int]] | None = getattr(os, "sched_getaffinity", None)
    if mine is None or len(mine(0)) < 2 or threading.active_count() > 1:
        return False  # a process with several threads cannot be split safely
    with db.engine.connect() as connection:
        return (connection.dialect.name == "sqlite"
                and connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal")
