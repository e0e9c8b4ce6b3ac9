"""What nobody needs any more: letters that went out long ago, with their tries."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.settings import rule

from . import settings as _declared  # noqa: F401 -- `mail.keep_days` is known from here on
from .models import Letter, Notice

PORTION = 1000


def forget_letters(*, now: datetime) -> int:
    """Remove letters that were over long ago; give how many of this portion. What was told stays in the inbox.

    Inside `work()`; call again until it gives 0.
    """
    before = now - timedelta(days=rule("mail.keep_days"))
    old = db.session.scalars(sa.select(Letter.id).where(Letter.done_at < before).order_by(Letter.id).limit(PORTION)).all()
    if old:
        # A notice whose letter is gone must not wait for the next digest.
        db.session.execute(sa.update(Notice).where(Notice.letter_id.in_(old)).values(waits=False),
                           execution_options={"synchronize_session": False})
        db.session.execute(sa.delete(Letter).where(Letter.id.in_(old)), execution_options={"synchronize_session": False})
    return len(old)
