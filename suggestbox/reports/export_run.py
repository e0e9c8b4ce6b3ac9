"""Making the files that wait, outside the server that serves pages: claimed with a lease, told when done, removed later.

Whoever makes a file holds it by a token and prolongs the lease with every thousand rows. When the lease runs out
somebody else begins again; the first one finds out with its next thousand that the file is no longer its own.
"""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import current_app

from suggestbox.core.clock import local_date
from suggestbox.core.config import Deployment
from suggestbox.core.database import db, let_go, short_work, work
from suggestbox.core.errors import HouseError, Refused
from suggestbox.core.language import force_locale
from suggestbox.core.language import gettext as _
from suggestbox.mail.models import Notice
from suggestbox.mail.operations import tell
from suggestbox.people.directory import directory

from .exports import KEEP_DAYS, may_export, order_of, write_down
from .idea_rows import count_ideas
from .letters import READY, SUBSCRIBED
from .making import Made, Order, make_file
from .models import ExportRun
from .periods import Period

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
MOST_TRIES = 3
FETCH_AGAIN = timedelta(minutes=15)
"""A file is fetched once; so long afterwards it may be fetched again, in case it did not arrive."""

ORPHAN_AFTER = timedelta(days=1)
FOLDER = "exports"

Progress = Callable[[int, int], None]
"""Told rows done and rows in all."""


class Lost(Exception):
    """Somebody else took the file over."""


def folder() -> Path:
    """Give the folder of files that wait to be fetched; it is made when it is first asked for."""
    deployment: Deployment = current_app.config["DEPLOYMENT"]
    place = deployment.instance.resolve() / FOLDER
    place.mkdir(mode=0o700, exist_ok=True)
    return place


def path_of(run: ExportRun) -> Path:
    """Give where the file of a run lies; it need not be there any more."""
    return folder() / Path(run.stored_name or "gone").name


# -- whose turn it is --------------------------------------------------------------------------------------------------


def _takeable(now: datetime) -> sa.ColumnElement[bool]:
    dead = sa.and_(ExportRun.state == "running", sa.or_(ExportRun.lease_until.is_(None), ExportRun.lease_until < now))
    return sa.or_(ExportRun.state == "waiting", dead)


def next_to_make(now: datetime) -> int | None:
    """Give the id of the file whose turn it is: waiting, or left by a process that died."""
    return db.session.scalars(sa.select(ExportRun.id).where(_takeable(now)).order_by(ExportRun.id).limit(1)).first()


@dataclass
class _Mine:
    """A file in the hands of this process."""

    run_id: int
    by_id: int | None
    order: Order
    language: str
    path: Path
    token: str
    clock: Callable[[], datetime]
    progress: Progress
    row_count: int = 0

    def beat(self, done: int) -> None:
        """Prolong the lease and say how far it is.

        Raises  Lost
        """
        mine = sa.update(ExportRun).where(
            ExportRun.id == self.run_id, ExportRun.state == "running", ExportRun.lease_token == self.token
        )
        let_go()
        with short_work() as connection:
            values = {"lease_until": self.clock() + LEASE, "done_rows": done, "all_rows": self.row_count}
            if connection.execute(mine.values(**values)).rowcount != 1:
                raise Lost
        self.progress(done, self.row_count)

    def held(self) -> ExportRun:
        """Give the row; inside `work()`.

        Raises  Lost
        """
        run = db.session.get(ExportRun, self.run_id)
        if run is None or run.state != "running" or run.lease_token != self.token:
            raise Lost
        return run


def make(run_id: int, *, clock: Callable[[], datetime], progress: Progress | None = None) -> str:
    """Make a file that waits and give the run's state afterwards: done, or failed with the reason in its row."""
    mine = _claim(run_id, clock, progress or (lambda _done, _all: None))
    if mine is not None:
        try:
            with force_locale(mine.language):
                _make(mine)
        except Lost:
            mine.path.unlink(missing_ok=True)
            logger.info("file %s is made by somebody else now", run_id)
        except BaseException:  # tried again when the lease is over
            mine.path.unlink(missing_ok=True)
            raise
    let_go()
    return db.session.scalars(sa.select(ExportRun.state).where(ExportRun.id == run_id)).first() or ""


def _claim(run_id: int, clock: Callable[[], datetime], progress: Progress) -> _Mine | None:
    now = clock()
    with work() as session:
        run = session.scalars(sa.select(ExportRun).where(ExportRun.id == run_id, _takeable(now)).with_for_update()).first()
        if run is None:
            return None
        tries = int(run.options.get("tries", 0)) + 1
        stale, run.stored_name = run.stored_name, f"{secrets.token_urlsafe(18)}.{run.format}"
        run.options = {**run.options, "tries": tries}
        run.state, run.started_at, run.done_rows = "running", now, 0
        run.lease_until, run.lease_token = now + LEASE, secrets.token_hex(16)
        mine = _Mine(run.id, run.by_id, order_of(run), run.language, path_of(run), run.lease_token, clock, progress)
        if tries > MOST_TRIES:
            with force_locale(run.language):
                _end_badly(run, _("The file could not be made: it was interrupted %(count)s times.", count=MOST_TRIES))
    if stale:
        (folder() / Path(stale).name).unlink(missing_ok=True)
    return mine if tries <= MOST_TRIES else None


def _end_badly(run: ExportRun, words: str) -> None:
    run.state, run.words, run.lease_until, run.lease_token = "failed", words, None, ""


def _fail(mine: _Mine, words: str) -> None:
    let_go()
    with work():
        _end_badly(mine.held(), words)


def _make(mine: _Mine) -> None:
    now = mine.clock()
    book = directory(local_date(now, current_app.config["HEADQUARTERS_ZONE"]))
    person = book.person(mine.by_id)
    if person is None or not person.active or not may_export(person, mine.order, book=book):
        _fail(mine, _("You may not see this report any more."))
        return
    if mine.order.ideas:
        mine.row_count = count_ideas(Period(mine.order.period), person.id, book)
        mine.beat(0)
    try:
        made = make_file(mine.order, mine.path, person_id=person.id, book=book, now=now, tell=mine.beat)
    except HouseError as trouble:
        mine.path.unlink(missing_ok=True)
        _fail(mine, str(trouble.text or trouble.reason))
        return
    _show(mine, made)


def _show(mine: _Mine, made: Made) -> None:
    """The one row that makes the file theirs to fetch, with its entry in the journal and a word to them."""
    now = mine.clock()
    let_go()
    with work():
        run = mine.held()
        if not mine.order.ideas:
            run.done_rows = made.row_count
        run.state, run.done_at, run.version, run.size_bytes = "done", now, made.version, mine.path.stat().st_size
        run.all_rows, run.file_name = run.done_rows, mine.order.file_name(made.version)
        run.lease_until, run.lease_token = None, ""
        write_down(run, now=now)
        name = SUBSCRIBED if "subscription" in run.options else READY
        tell(name, f"{name}:{run.id}", now=now, person_id=run.by_id, run_id=run.id)


# -- fetching and removing ---------------------------------------------------------------------------------------------


def can_fetch(run: ExportRun, now: datetime) -> bool:
    """Say whether the file is there to be fetched: once, and for a quarter of an hour after that."""
    fresh = run.fetched_at is None or now - run.fetched_at <= FETCH_AGAIN
    return run.state == "done" and fresh and path_of(run).is_file()


def fetch(run: ExportRun, *, now: datetime) -> None:
    """Note that the file was fetched; what told of it counts as read. Flushes, never commits.

    Raises  Refused when it was fetched before or is gone
    """
    if not can_fetch(run, now):
        raise Refused(_("This file was fetched already, or has been removed. Please have it made anew."), reason="file_gone")
    run.fetched_at = run.fetched_at or now
    keys = [f"{name}:{run.id}" for name in (READY, SUBSCRIBED)]
    db.session.execute(sa.update(Notice).where(Notice.key.in_(keys), Notice.read_at.is_(None)).values(read_at=now))
    db.session.flush()


def remove_old(now: datetime) -> int:
    """Remove files that were fetched, are seven days old, or belong to nobody; give how many."""
    over = sa.or_(
        sa.and_(ExportRun.state == "done", sa.or_(
            ExportRun.done_at < now - timedelta(days=KEEP_DAYS), ExportRun.fetched_at < now - FETCH_AGAIN,
        )),
        sa.and_(ExportRun.state == "failed", ExportRun.asked_at < now - timedelta(days=KEEP_DAYS)),
    )
    gone: set[str] = set()
    with work() as session:
        for run in session.scalars(sa.select(ExportRun).where(over)):
            gone.add(run.stored_name)
            run.state, run.stored_name = "gone", ""
    kept = set(db.session.scalars(sa.select(ExportRun.stored_name).where(ExportRun.stored_name != "")))
    let_go()
    removed = 0
    for path in folder().iterdir():
        if path.name in gone or (path.name not in kept and _is_old(path, now)):
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _is_old(path: Path, now: datetime) -> bool:
    """Scratch files of what is being made lie here too, under names nobody knows."""
    try:
        return path.stat().st_mtime < (now - ORPHAN_AFTER).timestamp()
    except OSError:  # somebody else was quicker
        return False
