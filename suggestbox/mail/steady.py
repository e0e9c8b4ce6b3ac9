"""A clock that jumps: letters for many wait until it has been steady for an hour, or an admin says that it is right.

Whether a leap forward was right nobody can know by itself; sending a day's digests early cannot be taken back.
"""

import logging
from datetime import datetime, timedelta

import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.core.health import Trouble
from suggestbox.core.language import gettext as _
from suggestbox.core.language import ngettext
from suggestbox.journal.operations import write

from .claiming import LEASE
from .models import Letter, MailState
from .operations import mail_state

JUMP = timedelta(hours=1)
STEADY = timedelta(hours=1)
NOTE_EVERY = timedelta(seconds=30)

logger = logging.getLogger(__name__)

FIRST_ROW = sa.text(
    "INSERT INTO mail_state (id, epoch, counter, paused_reason) VALUES (1, 0, 0, '') ON CONFLICT (id) DO NOTHING"
)
"""The one row all postmen share, made by whoever needs it first."""

_last: tuple[datetime, float] | None = None
"""The clock of this process when it was last looked at, and the one that counts seconds and never jumps."""


def beat(*, now: datetime, monotonic: float) -> None:
    """Note that the postman is alive, and compare the clock with the one that never jumps.

    Called in every process right before each round. Pauses letters for many when the clock jumped by more than an hour,
    also backward while nothing ran; goes on by itself after a steady hour.
    """
    global _last
    before, _last = _last, (now, monotonic)
    jump = (now - before[0]) - timedelta(seconds=monotonic - before[1]) if before else timedelta(0)
    with db.engine.connect() as connection:
        columns = (MailState.beat_at, MailState.paused_at, MailState.paused_reason)
        row = connection.execute(sa.select(*columns).where(MailState.id == 1)).first()
    beat_at, paused_at, reason = row or (None, None, "")
    if beat_at is not None and beat_at - now > JUMP and jump >= timedelta(0):
        jump = now - beat_at
    steady = reason == "clock" and paused_at is not None and now - paused_at >= STEADY
    if abs(jump) <= JUMP and not steady and beat_at is not None and timedelta(0) <= now - beat_at < NOTE_EVERY:
        return
    with work() as session:
        session.execute(FIRST_ROW)
        state = mail_state()
        state.beat_at = now
        if abs(jump) > JUMP:
            _jumped(state, jump, now)
        elif steady:
            go_on(now=now)


def forget() -> None:
    """Compare the clock with nothing that was before, as a new process does."""
    global _last
    _last = None


def _jumped(state: MailState, jump: timedelta, now: datetime) -> None:
    logger.warning("the clock jumped by %s: letters for many wait", jump)
    if state.paused_at is None or state.paused_reason == "clock":
        state.paused_at, state.paused_reason = now, "clock"
        write("mail.paused", now=now, role="house", seconds=int(jump.total_seconds()))
    db.session.flush()
    # Whoever is sending right now is alive: the jump did not use up their lease, nor make it longer.
    db.session.execute(sa.update(Letter).where(Letter.state == "sending").values(lease_until=now + LEASE))
    if jump < timedelta(0):  # the next try of what was put back lies in a future that was none
        late = sa.and_(Letter.state == "queued", ~Letter.bulk, Letter.attempts > 0, Letter.not_before > now)
        db.session.execute(sa.update(Letter).where(late).values(not_before=now))


def go_on(*, now: datetime, by_id: int | None = None) -> bool:
    """End a pause; False when there was none. Inside `work()`."""
    state = mail_state()
    if state.paused_at is None:
        return False
    state.paused_at, state.paused_reason = None, ""
    write("mail.went_on", now=now, actor_id=by_id, role="admin" if by_id else "house")
    return True


def trouble(now: datetime) -> list[Trouble]:
    """Give what an admin should know about the clock and about a restore: nothing while all is well."""
    found = []
    state = db.session.execute(
        sa.select(MailState.paused_at, MailState.paused_reason, MailState.restored_at).where(MailState.id == 1)
    ).first()
    if state is None:
        return []
    if state.paused_at is not None:
        text = _("The clock of this machine jumped by more than an hour. Digests wait until it has been steady for an hour.")
        if state.paused_reason != "clock":
            text = _("Letters for many are paused.")
        found.append(Trouble("mail.paused", text, state.paused_at, "warning"))
    waiting = db.session.scalar(
        sa.select(sa.func.count()).select_from(Letter).where(Letter.done_at.is_(None), Letter.state == "review")
    ) or 0
    if waiting:
        text = ngettext(
            "The database was restored from a backup. %(num)d letter may have gone out already and waits for a decision.",
            "The database was restored from a backup. %(num)d letters may have gone out already and wait for a decision.",
            waiting,
        )
        found.append(Trouble("mail.review", text, state.restored_at or now, "warning"))
    return found
