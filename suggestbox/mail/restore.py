"""After a restore from a backup: what may have gone out already does not go out again by itself.

Beside the database lies a small file with the number of letters handed over. A database that knows of fewer went back in
time: the epoch is raised, and every letter open in it waits for a person, who may release or drop it.
"""

import logging
import os
import threading
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app

from suggestbox.core.database import db, work
from suggestbox.journal.operations import write

from .answers import house_words
from .models import Letter, MailState
from .operations import mail_state
from .steady import FIRST_ROW, go_on, trouble

__all__ = ["drop", "go_on", "notice_the_past", "release", "release_all", "restored", "retry", "trouble"]

FILE = "mail_counter"
AT_MOST_EVERY = 1.0  # seconds; the first letter after a pause is kept at once
MOST_NAMED = 200

logger = logging.getLogger(__name__)

_not_kept: dict[Path, tuple[int, int]] = {}
_kept_at: dict[Path, float] = {}

_FREE = {"lease_until": None, "lease_token": "", "stage": ""}


# -- the file --------------------------------------------------------------------------------------------------------


def _kept(instance: Path) -> tuple[int, int] | None:
    """Give epoch and counter as the file has them; None when it is not there or says nothing."""
    try:
        epoch, counter = (instance / FILE).read_text(encoding="ascii").split()
        return int(epoch), int(counter)
    except (OSError, ValueError):
        return None


def remember(epoch: int, counter: int, instance: Path | None = None) -> None:
    """Keep how many letters were handed over, beside the database. Called after the commit: the file is never ahead."""
    folder: Path = instance or current_app.config["DEPLOYMENT"].instance
    if (_kept(folder) or (-1, -1)) >= (epoch, counter):  # another process was quicker
        return
    new = folder / f"{FILE}.{os.getpid()}-{threading.get_ident()}"
    try:
        new.write_text(f"{epoch} {counter}\n", encoding="ascii")
        new.replace(folder / FILE)
    except OSError as problem:
        logger.error("%s cannot be written, a restore would not be noticed: %s", folder / FILE, problem.strerror)


def remember_soon(epoch: int, counter: int) -> None:
    """Keep it at once, or within a second where letter follows upon letter."""
    folder: Path = current_app.config["DEPLOYMENT"].instance
    _not_kept[folder] = (epoch, counter)
    if time.monotonic() - _kept_at.get(folder, -AT_MOST_EVERY) >= AT_MOST_EVERY:
        remember_now()


def remember_now() -> None:
    """Keep what was not kept yet, at the end of a round."""
    folder: Path = current_app.config["DEPLOYMENT"].instance
    latest = _not_kept.pop(folder, None)
    if latest:
        _kept_at[folder] = time.monotonic()
        remember(*latest)


def notice_the_past(instance: Path, *, now: datetime) -> str:
    """Compare the database with the file beside it; give "restored" when the database went back in time, else ""."""
    kept = _kept(instance)  # before the database is asked: others may be sending
    with db.engine.connect() as connection:
        row = connection.execute(sa.select(MailState.epoch, MailState.counter).where(MailState.id == 1)).first()
    epoch, counter = row or (0, 0)
    if kept is None or not (kept[0] > epoch or kept[1] > counter):
        remember(epoch, counter, instance)
        return ""
    with work() as session:
        session.execute(FIRST_ROW)
        state = mail_state()
        session.refresh(state, with_for_update=True)
        if kept[0] <= state.epoch and kept[1] <= state.counter:  # another process has seen it already
            return ""
        state.epoch, state.counter = max(kept[0], state.epoch), max(kept[1], state.counter)
        waiting = restored(now=now)
        epoch, counter = state.epoch, state.counter
    logger.warning("the database went back in time: %s letters wait for a decision", waiting)
    remember(epoch, counter, instance)
    return "restored"


def restored(*, now: datetime, by_id: int | None = None) -> int:
    """Put every open letter in front of a person, because it may have gone out already; give how many. Flushes.

    Inside `work()`. Digests of days up to this one, written later, join them when their turn comes.
    """
    state = mail_state()
    state.epoch += 1
    state.restored_at = now
    db.session.flush()
    waiting = _move(
        sa.and_(Letter.state.in_(("queued", "sending", "to_print")), Letter.epoch < state.epoch),
        state="review", maybe=True, last_answer=house_words("restored"), **_FREE,
    )
    _note("mail.restored", now, by_id, epoch=state.epoch, letters=len(waiting))
    return len(waiting)


# -- what an admin decides -------------------------------------------------------------------------------------------


def release(ids: Sequence[int], *, now: datetime, by_id: int | None = None) -> int:
    """Let letters in review go out after all; give how many. Inside `work()`."""
    return _decided("mail.released", _again(ids, ("review",), now), now, by_id)


def release_all(*, now: datetime, by_id: int | None = None) -> int:
    """Let all letters in review go out after all; give how many. Inside `work()`."""
    everything = db.session.scalars(sa.select(Letter.id).where(Letter.state == "review")).all()
    return release(everything, now=now, by_id=by_id)


def retry(ids: Sequence[int], *, now: datetime, by_id: int | None = None) -> int:
    """Try letters anew that failed, are uncertain or wait for their next try; give how many. Inside `work()`."""
    return _decided("mail.retried", _again(ids, ("failed", "uncertain", "queued"), now), now, by_id)


def drop(ids: Sequence[int], *, now: datetime, by_id: int | None = None) -> int:
    """Let letters not go out; give how many. Inside `work()`."""
    states = ("queued", "review", "uncertain", "to_print", "failed")
    dropped = _move(
        sa.and_(Letter.id.in_(ids), Letter.state.in_(states)),
        state="cancelled", done_at=now, message=None, last_answer=house_words("dropped"),
    )
    return _decided("mail.dropped", dropped, now, by_id)


def _again(ids: Sequence[int], states: tuple[str, ...], now: datetime) -> list[int]:
    chosen = sa.select(Letter).where(Letter.id.in_(ids), Letter.state.in_(states)).with_for_update()
    rows = list(db.session.scalars(chosen))
    for letter in rows:
        letter.maybe = letter.maybe or letter.state == "uncertain"
        letter.facts = {**letter.facts, "tries_before": letter.attempts}
        letter.state, letter.not_before, letter.done_at = "queued", now, None
    db.session.flush()
    return [letter.id for letter in rows]


def _move(which: Any, **values: Any) -> list[int]:
    db.session.flush()
    moved = db.session.execute(sa.update(Letter).where(which).values(**values).returning(Letter.id))
    return list(moved.scalars())


def _decided(kind: str, ids: list[int], now: datetime, by_id: int | None) -> int:
    if ids:
        _note(kind, now, by_id, count=len(ids), letters=sorted(ids)[:MOST_NAMED])
    return len(ids)


def _note(kind: str, now: datetime, by_id: int | None, **facts: Any) -> None:
    write(kind, now=now, actor_id=by_id, role="admin" if by_id else "house", **facts)
