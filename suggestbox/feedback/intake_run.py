"""Running an import: the whole file is checked, its rows are written where nobody sees them, then one row shows them all.

Whoever runs an import holds it by the moment it began (`started_at`) and gives a sign of life with every chunk. When
the signs stop, somebody else removes what was written and begins again; the first one finds out with its next chunk
that the import is no longer its own.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app

from suggestbox.core.clock import local_date
from suggestbox.core.database import db, let_go, short_work, work
from suggestbox.core.errors import HouseError
from suggestbox.core.language import current_language, force_locale, ngettext
from suggestbox.core.language import gettext as _
from suggestbox.journal.operations import write
from suggestbox.people.models import Person
from suggestbox.people.queries import here

from .intake_cells import Wanted
from .intake_files import as_problem, forget_file
from .intake_reading import Reading, Tally, chunks, kept_masked, known_items, look_over, says_the_same
from .intake_sweep import remove_items, remove_leftovers, remove_new_themes
from .intake_themes import hide_new_themes, show_new_themes, theme_ids_by_key
from .masking import staff_names
from .models import Assignment, Import, Item, Source
from .rules import rules_in_force
from .tables_in import refused

DEAD_AFTER = timedelta(minutes=2)
"""So long without a sign of life, and whoever ran the import is taken for dead."""

MOST_TRIES = 3
TRIES = "tries"
"""Under this name the options of an import count how often it was begun."""

Progress = Callable[[str, int, int], None]
"""Told how far it is: the part ("check" or "import"), rows done, rows in all as far as known."""


class Lost(Exception):
    """Somebody else took the import over."""


@dataclass
class Run:
    """An import in the hands of this process."""

    import_id: int
    source_id: int
    language: str  # of whoever reads what is wrong with the file
    token: datetime
    clock: Callable[[], datetime]

    def beat(self, connection: sa.Connection, **columns: Any) -> None:
        """Give a sign of life in the transaction of a chunk.

        Raises  Lost
        """
        mine = sa.and_(Import.id == self.import_id, Import.state == "running", Import.started_at == self.token)
        changed = connection.execute(sa.update(Import).where(mine).values(beat_at=self.clock(), **columns))
        if changed.rowcount != 1:
            raise Lost

    def beat_alone(self, **columns: Any) -> None:
        """Give a sign of life in a transaction of its own."""
        let_go()
        with short_work() as connection:
            self.beat(connection, **columns)


def next_to_run(now: datetime) -> int | None:
    """Give the import whose turn it is: queued, or left by a process that died. One per source at a time."""
    busy = sa.select(Import.source_id).where(Import.state == "running", Import.beat_at >= now - DEAD_AFTER)
    return db.session.scalars(
        sa.select(Import.id).where(_takeable(now), Import.source_id.not_in(busy)).order_by(Import.id).limit(1)
    ).first()


def _takeable(now: datetime) -> sa.ColumnElement[bool]:
    dead = sa.and_(Import.state == "running", sa.or_(Import.beat_at.is_(None), Import.beat_at < now - DEAD_AFTER))
    return sa.or_(Import.state == "queued", dead)


def run(import_id: int, *, clock: Callable[[], datetime], progress: Progress | None = None) -> str:
    """Bring a queued import in and give its state afterwards: visible, or failed with the reasons in its row.

    Gives   the state as it is when the import is not to be had: another one of its source is running
    """
    tell: Progress = progress or (lambda _part, _done, _all: None)
    mine = _claim(import_id, clock)
    if mine is None:
        return _state_of(import_id)
    try:
        with force_locale(mine.language), _ended_well(mine):
            remove_leftovers(mine.source_id)
            remove_new_themes(mine.import_id)
            _bring_in(mine, tell)
    except Lost:
        pass
    return _state_of(import_id)


def _claim(import_id: int, clock: Callable[[], datetime]) -> Run | None:
    now = clock()
    with work() as session:
        row = session.scalars(sa.select(Import).where(Import.id == import_id, _takeable(now))).first()
        if row is None:
            return None
        busy = sa.select(Import.id).where(Import.source_id == row.source_id, Import.state == "running",
                                          Import.id != row.id, Import.beat_at >= now - DEAD_AFTER)
        if session.scalars(busy).first() is not None:
            return None
        tries = int(row.options.get(TRIES, 0)) + 1
        row.options = {**row.options, TRIES: tries}
        row.state, row.started_at, row.beat_at, row.row_count, row.done_count = "running", now, now, 0, 0
        row.errors = []
        reader = session.get(Person, row.by_id) if row.by_id is not None else None
        found = Run(row.id, row.source_id, reader.language if reader else current_language(), now, clock)
        if tries > MOST_TRIES:
            with force_locale(found.language):
                sentence = _("The import was interrupted %(count)s times.", count=MOST_TRIES)
            _end_badly(row, [{"line": 0, "error": sentence}], now)
            return None
    return found


@contextmanager
def _ended_well(mine: Run) -> Iterator[None]:
    """Whatever goes wrong inside, nothing stays half done: what was written is removed, and the row says why."""
    try:
        yield
    except Lost:
        raise
    except HouseError as trouble:
        _fail(mine, [as_problem(trouble)])
    except BaseException:
        _fail(mine, [{"line": 0, "error": _("The import was interrupted. Nothing came in.")}])
        raise


def _fail(mine: Run, problems: list[dict[str, Any]]) -> None:
    with work() as session:
        row = session.get(Import, mine.import_id)
        if row is None or row.state != "running" or row.started_at != mine.token:
            raise Lost
        _end_badly(row, problems, mine.clock())
    remove_items(mine.import_id)


def _end_badly(row: Import, problems: list[dict[str, Any]], now: datetime) -> None:
    row.state, row.errors, row.ended_at = "failed", problems, now
    row.created_count = row.known_count = row.differing_count = 0
    write("feedback.import_failed", now=now, actor_id=row.by_id, role="person" if row.by_id else "admin",
          import_id=row.id, source_id=row.source_id, errors=len(problems))


def _state_of(import_id: int) -> str:
    let_go()
    return db.session.scalars(sa.select(Import.state).where(Import.id == import_id)).first() or ""


# -- the rows ----------------------------------------------------------------------------------------------------------


def _bring_in(mine: Run, tell: Progress) -> None:
    today = local_date(mine.token, current_app.config["HEADQUARTERS_ZONE"])
    row = db.session.get_one(Import, mine.import_id)
    reading = Reading(row, today=today)
    reading.reader.in_full = False
    estimate = reading.rows.row_estimate

    def checked(count: int) -> None:
        mine.beat_alone(done_count=count)
        tell("check", count, max(estimate, count))

    tally = look_over(reading, frozenset(), compare=False, on_row=checked)
    if tally.problems:
        _fail(mine, _with_rest(tally))
        return
    names = staff_names(here())
    new_labels = sorted(reading.reader.themes.new)
    if new_labels:
        hide_new_themes(mine.import_id, new_labels, now=mine.clock())
    mine.beat_alone(row_count=tally.rows, done_count=0)
    row = db.session.get_one(Import, mine.import_id)
    # With the themes there were when the file was checked: those it brings are not to be seen yet.
    writer = _Writer(mine, Reading(row, today=today, lands=reading.reader.lands), names, theme_ids_by_key(), tally.rows)
    for chunk in chunks(writer.reading):
        writer.put(chunk)
        tell("import", writer.tally.rows, tally.rows)
    _show(mine, writer.tally)


def _with_rest(tally: Tally) -> list[dict[str, Any]]:
    more = tally.wrong_rows - len({problem["line"] for problem in tally.problems})
    if more <= 0:
        return tally.problems
    sentence = ngettext("And %(num)s further line.", "And %(num)s further lines.", more)
    return [*tally.problems, {"line": 0, "error": sentence}]


@dataclass
class _Writer:
    """Writes chunks of rows under an import nobody sees yet."""

    mine: Run
    reading: Reading
    names: frozenset[str]
    theme_ids: dict[str, int]
    row_count: int

    def __post_init__(self) -> None:
        self.tally = Tally()
        self.rules = rules_in_force()

    def put(self, chunk: list[tuple[Wanted, list[str]]]) -> None:
        """Write those rows of a chunk that are not there yet, in one transaction."""
        for wanted, problems in chunk:
            if problems:  # it was in order a moment ago
                raise refused(problems[0], wanted.line, "changed_meanwhile")
        good = [wanted for wanted, _problems in chunk]
        let_go()
        known = known_items(self.mine.source_id, [wanted.key for wanted in good])
        new: dict[str, Wanted] = {}
        for wanted in good:
            if wanted.key not in known and not wanted.repeated:
                new[wanted.key] = wanted
            elif wanted.repeated or says_the_same(known[wanted.key], wanted, self.names):
                self.tally.known += 1
            else:
                self.tally.differing += 1
        self.tally.rows += len(good)
        self.tally.created += len(new)
        now = self.mine.clock()
        labels = {key: self._labels(wanted) for key, wanted in new.items()}
        rows = [self._columns(wanted, now, labels[key]) for key, wanted in new.items()]
        let_go()  # what is read keeps no lock while others, or this very process, write
        with short_work() as connection:
            self.mine.beat(
                connection, done_count=self.tally.rows, created_count=self.tally.created, known_count=self.tally.known,
                differing_count=self.tally.differing,
            )
            if rows:
                connection.execute(sa.insert(Item), rows)
            self._put_labels(connection, {key: found for key, found in labels.items() if found}, now)

    def _labels(self, wanted: Wanted) -> list[dict[str, Any]]:
        """What a row is about: what its source says; where it says nothing, what the rules of the house find."""
        if wanted.themes or wanted.settled:
            return [{"theme_id": self.theme_ids[theme], "polarity": polarity, "origin": "source", "rule_id": None}
                    for theme, polarity in (wanted.themes or {}).items()]
        hits = self.rules.hits(wanted.columns["text"], wanted.columns["audience"]) if self.rules else []
        return [{"theme_id": hit.theme_id, "polarity": hit.polarity, "origin": "rule", "rule_id": hit.rule_id}
                for hit in hits]

    def _columns(self, wanted: Wanted, now: datetime, labels: list[dict[str, Any]]) -> dict[str, Any]:
        columns = {
            **wanted.columns, "source_id": self.mine.source_id, "import_id": self.mine.import_id,
            "source_key": wanted.key, "created_at": now, "masked": self.reading.masks,
            "state": "settled" if wanted.settled else "told" if labels else "new",
            "settled_at": now if wanted.settled else None,
        }
        if self.reading.masks:
            columns["text"] = kept_masked(columns["text"], self.names)
        return columns

    def _put_labels(self, connection: sa.Connection, labels: dict[str, list[dict[str, Any]]], now: datetime) -> None:
        if not labels:
            return
        ids = connection.execute(sa.select(Item.source_key, Item.id).where(
            Item.source_id == self.mine.source_id, Item.source_key.in_(list(labels))
        ))
        rows = [{**label, "item_id": item_id, "state": "assigned", "at": now}
                for key, item_id in ids for label in labels[str(key)]]
        connection.execute(sa.insert(Assignment), rows)


def _show(mine: Run, tally: Tally) -> None:
    """The one row that makes everything visible."""
    now = mine.clock()
    let_go()
    with work() as session:
        row = session.get(Import, mine.import_id)
        if row is None or row.state != "running" or row.started_at != mine.token:
            raise Lost
        row.state, row.ended_at, row.beat_at = "visible", now, now
        row.done_count = row.row_count = tally.rows
        row.created_count, row.known_count, row.differing_count = tally.created, tally.known, tally.differing
        show_new_themes(row, now=now)
        source = session.get_one(Source, row.source_id)
        source.changed_at = now
        stored, row.stored_name = row.stored_name, ""
        write("feedback.imported", now=now, actor_id=row.by_id, role="person" if row.by_id else "admin",
              import_id=row.id, source_id=row.source_id, created=tally.created, known=tally.known,
              differing=tally.differing)
    forget_file(stored)
