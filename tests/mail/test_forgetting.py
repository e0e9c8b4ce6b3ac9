"""Old letters go; what they told stays read or unread in the inbox, and never comes a second time."""

from datetime import timedelta

import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.mail.forgetting import forget_letters
from suggestbox.mail.models import Letter, LetterAttempt, Notice
from tests.conftest import NOON


def letter(key: str, **columns) -> Letter:
    row = Letter(key=key, kind="reminders.digest", message_id=f"<{key}@example.com>", not_before=NOON, created_at=NOON,
                 **columns)
    db.session.add(row)
    db.session.flush()
    return row


def test_letters_are_forgotten_a_year_after_they_went_out(cast):
    later = NOON + timedelta(days=366)
    with work() as session:
        sent = letter("sent", person_id=cast.ann.id, state="sent", done_at=NOON)
        session.add(LetterAttempt(letter_id=sent.id, n=1, token="", started_at=NOON))
        session.add(Notice(key="told", kind="ideas.news", person_id=cast.ann.id, facts={}, at=NOON, letter_id=sent.id))
        letter("young", person_id=cast.ann.id, state="sent", done_at=NOON + timedelta(days=2))
        letter("open", person_id=cast.ann.id, state="to_print")
    with work():
        assert forget_letters(now=later) == 1
    with work():
        assert forget_letters(now=later) == 0
    assert sorted(db.session.scalars(sa.select(Letter.key))) == ["open", "young"]
    assert db.session.scalar(sa.select(sa.func.count(LetterAttempt.id))) == 0
    told = db.session.scalars(sa.select(Notice)).one()
    assert (told.letter_id, told.waits, told.read_at) == (None, False, None)
