"""Filling the scratch instance: the company, the patterns, their copies; kept in the temporary folder for the next run."""

import hashlib
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

from flask import Flask

from suggestbox.core import schema
from suggestbox.core.clock import local_date, utc_now
from suggestbox.core.database import db, work
from suggestbox.core.places import PACKAGE
from suggestbox.ideas.models import Idea, IdeaWords, YearCounter
from suggestbox.ideas.search import words_row
from suggestbox.people.queries import here
from suggestbox.priority.due import LEAD_DAYS
from suggestbox.reviews.operations import ensure_criteria
from suggestbox.workflow.check import check

from .company import OFFICES, SEATS, Company, build
from .multiply import Copy, Original, idea_tables
from .patterns import walk_all
from .texts import Writer

Say = Callable[[str], None]

IDEAS_PER_PERSON = 7
UNDER_WAY_PER_PERSON = 1.0
MOST_PEOPLE = 1500
"""A company has as many ideas under way as its people can handle; what is more lies years back."""

YEARS = 8
PORTION = 500
"""Copies that are written together."""


class Inconsistent(Exception):
    """The copies break a promise; the text says which."""


def company_for(ideas: int) -> Company:
    """Give a company of a fitting size for so many ideas."""
    people = min(MOST_PEOPLE, ideas // IDEAS_PER_PERSON)
    return Company(departments=max(4, -(-people // SEATS)))


def filled_database(app: Flask, ideas: int, say: Say) -> None:
    """Put a filled database where the application expects it: one kept from an earlier run, or a new one."""
    kept = Path(tempfile.gettempdir()) / "suggestbox-bench" / f"{ideas}-{_code_hash()}.db"
    database = Path(str(db.engine.url.database))
    if not kept.exists():
        fill(ideas, say)
        kept.parent.mkdir(exist_ok=True)
        for older in kept.parent.glob(f"{ideas}-*.db"):
            older.unlink()
        _close_database()
        shutil.copyfile(database, kept.with_suffix(".part"))
        kept.with_suffix(".part").rename(kept)
    else:
        say(f"{ideas} ideas are there from an earlier run ({kept}).")
        shutil.copyfile(kept, database)


def _close_database() -> None:
    """Leave one file: what stands in the write-ahead log belongs into it."""
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    db.session.remove()
    db.engine.dispose()


def _code_hash() -> str:
    """What the kept file depends on: the bench, the tables, the search words, and the day."""
    places = [*Path(__file__).parent.glob("*.py"), *PACKAGE.glob("migrations/versions/*.py"), PACKAGE / "ideas/search.py",
              PACKAGE / "core/words.py", *PACKAGE.glob("*/models.py"), PACKAGE / "workflow/wanted.py"]
    found = hashlib.sha256(str(utc_now().date()).encode())
    for path in sorted(places):
        found.update(path.read_bytes())
    return found.hexdigest()[:12]


def fill(ideas: int, say: Say) -> None:
    """Fill the empty instance with so many ideas, and prove that no promise is broken.

    Raises  Inconsistent
    """
    company, now = company_for(ideas), utc_now()
    schema.upgrade()
    with work():
        build(company, local_date(now, "Europe/Berlin"))
        ensure_criteria(now=now)
    with work():
        originals = [Original(pattern) for pattern in walk_all(company.cast(), company, now)]
    say(f"{len(originals)} patterns walked; {company.people} people in {company.departments} departments.")
    db.session.remove()
    plan = list(_planned(originals, company, ideas))
    _number(plan)
    _write(plan, say)
    found = check(here(), Path(tempfile.gettempdir()))
    if found:
        raise Inconsistent("; ".join(f"{f.idea}: {f.promise}: {f.text}" for f in found[:10]))
    db.session.remove()
    say(f"{ideas} ideas written; every promise is kept.")


def _planned(originals: list[Original], company: Company, ideas: int) -> Iterator[tuple[Original, Copy]]:
    """Give what is copied, the oldest first: finished ones over years, those under way in the last weeks."""
    under_way = min(round(company.people * UNDER_WAY_PER_PERSON), ideas // 7)
    writer = Writer(ideas)
    for finished, count in ((True, ideas - under_way), (False, under_way)):
        several = [original for original in originals for _ in range(original.weight) if original.is_finished == finished]
        Random(ideas).shuffle(several)
        n = 0
        while count > 0:
            original = next(o for o in (*several[n % len(several) :], *several) if len(o.ideas) <= count)
            weeks = 2 + round(YEARS * 52 * count / ideas) if finished else count * 3 // (under_way + 1)
            seats = n // company.departments * 3 % (SEATS - OFFICES)
            copy = Copy(company, n % company.departments, seats, -7 * weeks)
            copy.words = {idea_id: writer.idea() for idea_id, _number, _submitted_at in original.ideas}
            yield original, copy
            count -= len(original.ideas)
            n += 1


def _number(plan: list[tuple[Original, Copy]]) -> None:
    """Give the copies' ideas numbers without gaps, in the order in which they were handed in."""
    found: list[tuple[datetime, str, Copy]] = []
    for original, copy in plan:
        for _idea_id, number, submitted_at in original.ideas:
            if number:
                found.append((submitted_at + copy.shift, number, copy))
    given: dict[int, int] = defaultdict(int)
    for submitted_at, number, copy in sorted(found, key=lambda row: row[0]):
        year = local_date(submitted_at, "Europe/Berlin").year
        given[year] += 1
        copy.numbers[number] = f"{year}-{given[year]:04d}"


def _write(plan: list[tuple[Original, Copy]], say: Say) -> None:
    """Replace the patterns by their copies."""
    free: dict[str, int] = defaultdict(lambda: 1)
    raw = db.engine.raw_connection()
    cursor = raw.cursor()
    try:
        cursor.execute("PRAGMA foreign_keys = OFF")  # asked at the end, once for all
        cursor.execute("PRAGMA synchronous = OFF")
        cursor.execute("BEGIN IMMEDIATE")
        for table in reversed(idea_tables()):
            owned = " WHERE idea_id IS NOT NULL" if table.name == "journal_entry" else ""
            cursor.execute(f"DELETE FROM {table.name}{owned}")
        cursor.execute(f"DELETE FROM {IdeaWords.__tablename__}")
        cursor.execute("SELECT coalesce(max(id), 0) + 1 FROM journal_entry")
        free["journal_entry"] = cursor.fetchone()[0]
        for start in range(0, len(plan), PORTION):
            _write_portion(cursor, plan[start : start + PORTION], free)
            say(f"{min(start + PORTION, len(plan))} of {len(plan)} copies")
        cursor.execute(f"DELETE FROM {YearCounter.__tablename__}")
        cursor.execute(
            f"INSERT INTO {YearCounter.__tablename__} (year, last) SELECT substr(number, 1, 4), count(*)"
            f" FROM {Idea.__tablename__} WHERE number IS NOT NULL GROUP BY 1"
        )
        near = local_date(utc_now(), "Europe/Berlin") + timedelta(days=LEAD_DAYS)
        cursor.execute("UPDATE protection SET look_on = NULL WHERE look_on <= ?", (str(near),))  # looked at long ago
        cursor.execute("COMMIT")
        cursor.execute("PRAGMA foreign_key_check")
        if broken := cursor.fetchall():
            raise Inconsistent(f"keys lead nowhere: {broken[:5]}")
    finally:
        raw.close()
        db.engine.dispose()


def _write_portion(cursor: Any, plan: list[tuple[Original, Copy]], free: dict[str, int]) -> None:
    rows: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    words: list[dict[str, Any]] = []
    for original, copy in plan:
        for name, copied in original.copied(copy, free):
            rows[name] += copied
        for idea_id, number, _submitted_at in original.ideas:
            if number:
                known = copy.words[idea_id]
                words.append(words_row(SimpleNamespace(
                    id=copy.pointed("idea", idea_id), number=copy.numbers[number], **vars(known))))
    for table in idea_tables():
        if rows[table.name]:
            names = [column.name for column in table.columns]
            marks = ", ".join("?" * len(names))
            cursor.executemany(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})", rows[table.name])
    columns = list(words[0]) if words else []
    cursor.executemany(
        f"INSERT INTO {IdeaWords.__tablename__} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",
        [tuple(row[name] for name in columns) for row in words],
    )
