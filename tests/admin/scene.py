"""What the tests of the outbox share: letters in every state, and a mail server that answers as it is told."""

import re
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.mail.carrier import Answer
from suggestbox.mail.models import OVER, Letter, LetterAttempt
from tests.conftest import NOON

MAIL = {"smtp_host": "mail.example.com", "mail_from": "ideas@example.com", "base_url": "https://ideas.example.com"}


class Taking:
    """A mail server that takes everything, or answers as it is told."""

    def __init__(self, answer: Answer | None = None):
        self.answer = answer or Answer("sent", "250 2.0.0 Ok: queued")
        self.outgoing: list[Any] = []

    def send(self, outgoing: Any, about_to_hand_over: Any) -> Answer:
        if self.answer.result in ("sent", "unknown"):
            assert about_to_hand_over()
        self.outgoing.append(outgoing)
        return self.answer


def put(state: str = "queued", person: Any = None, **columns: Any) -> int:
    """Put a letter into the outbox; give its number."""
    with work() as session:
        count = session.scalar(sa.select(sa.func.count()).select_from(Letter))
        row = Letter(**{
            "key": f"letter:{count}", "message_id": f"<{count}@example.com>", "kind": "mail.test", "state": state,
            "person_id": person.id if person else None, "not_before": NOON, "created_at": NOON - timedelta(minutes=count),
            "done_at": NOON if state in OVER else None, **columns,
        })
        session.add(row)
        session.flush()
        return row.id


def tried(letter_id: int, result: str, answer: str) -> None:
    with work() as session:
        session.add(LetterAttempt(letter_id=letter_id, n=1, token="t", started_at=NOON, ended_at=NOON, result=result,
                                  answer=answer))


def text_of(browser: Any, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]*>", " ", answer.get_data(as_text=True).split('id="main"')[1]).split())


def state_of(letter_id: int) -> str:
    db.session.rollback()
    return db.session.get(Letter, letter_id).state
