"""The one module that decides which SQLite library is used, and how a connection to it behaves.

Two libraries opening one file in one process break each other's locks, so nobody else imports one (a test looks).
Source: SQLite's release notes 3.51.3, 3.50.7 and 3.44.6 (WAL-reset fault).
"""

import time
from typing import Any

from sqlalchemy.exc import OperationalError

try:
    from pysqlite3 import dbapi2 as driver
except ImportError:  # no wheel for this machine: Python's own, without WAL if it carries the fault
    import sqlite3 as driver  # type: ignore[no-redef]

VERSION: tuple[int, ...] = tuple(int(part) for part in driver.sqlite_version.split("."))

KNOWN_STATEMENTS = 1000
"""How many statements a connection keeps ready to run: the house has more than the 128 a library keeps by itself, and
reading one anew takes longer than running it. A kept one takes less than 10 kB."""


PATIENT, IMPATIENT = "PRAGMA busy_timeout = 15000", "PRAGMA busy_timeout = 0"
LOOKS, REST_SECONDS = 30, 0.0001
"""How often, and after which rest, a writer who meets another one looks again before SQLite's own patient waiting begins."""


def write_ahead_is_safe(version: tuple[int, ...] = VERSION) -> bool:
    """Say whether write-ahead logging of this library version is free of the WAL-reset fault."""
    if version >= (3, 51, 3):
        return True
    return (version[:2] == (3, 50) and version >= (3, 50, 7)) or (version[:2] == (3, 44) and version >= (3, 44, 6))


def prepare(connection: Any) -> None:
    """Set up a fresh connection: we send BEGIN ourselves, foreign keys hold, commits reach the disk."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(PATIENT)
    cursor.execute("PRAGMA foreign_keys = ON")
    if write_ahead_is_safe():
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
    else:
        cursor.execute("PRAGMA journal_mode = DELETE")
        cursor.execute("PRAGMA synchronous = EXTRA")
    cursor.close()


def begin(connection: Any, writes: bool) -> None:
    """Begin a transaction, past SQLAlchemy's preparations: every eighth statement of the house is this one.

    Raises  OperationalError (SQLAlchemy's) when somebody else writes for too long
    """
    statement = "BEGIN IMMEDIATE" if writes else "BEGIN"
    try:
        if not writes or not _begin_soon(connection, statement):
            connection.execute(statement)
    except driver.OperationalError as fault:
        raise OperationalError(statement, None, fault, hide_parameters=True) from fault


def _begin_soon(connection: Any, statement: str) -> bool:
    """Begin to write as soon as whoever writes now is done; False when that takes longer than most do.

    Most write for less than a millisecond, and SQLite itself would look again only after one, then two, then five.
    """
    connection.execute(IMPATIENT)
    try:
        for _look in range(LOOKS):
            try:
                connection.execute(statement)
                return True
            except driver.OperationalError as fault:
                if "locked" not in str(fault):
                    raise
                time.sleep(REST_SECONDS)
        return False
    finally:
        connection.execute(PATIENT)
