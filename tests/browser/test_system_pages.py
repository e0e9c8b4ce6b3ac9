"""The pages of whoever looks after the house, with an alarm on them, in both languages and widths."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from suggestbox.core.database import work
from suggestbox.mail.models import OVER, Letter, LetterAttempt, MailState
from tests.browser.server import House
from tests.browser.visitor import Visitor
from tests.conftest import NOON

pytestmark = pytest.mark.browser

STATES = ("queued", "failed", "uncertain", "review", "to_print", "sent")


def fill(house: House) -> list[int]:
    """Put a letter of every kind of fate into the outbox; give their numbers."""
    with house.inside(), work() as session:
        session.add(MailState(id=1, paused_at=NOON, paused_reason="clock", restored_at=NOON))
        letters = [
            Letter(key=state, message_id=f"<{state}@example.com>", kind="mail.test", state=state, attempts=number,
                   channel="print" if state == "to_print" else "mail", person_id=house.person("ann").id,
                   last_answer="550 5.1.1 <ann@example.com>: Recipient address rejected: User unknown in table",
                   not_before=NOON, created_at=NOON - timedelta(days=number), done_at=NOON if state in OVER else None)
            for number, state in enumerate(STATES)
        ]
        session.add_all(letters)
        session.flush()
        session.add(LetterAttempt(letter_id=letters[1].id, n=1, token="t", started_at=NOON, ended_at=NOON,
                                  result="failed", answer=letters[1].last_answer))
        return [letter.id for letter in letters]


@pytest.mark.parametrize("way", [{"language": "de", "width": 390},
                                 pytest.param({"language": "en", "width": 1280}, marks=pytest.mark.slow)],
                         ids=lambda way: way["language"])
def test_the_system_pages_are_fit_to_be_seen(house: House, visit: Callable[..., Visitor], way: dict[str, Any]) -> None:
    ids = fill(house)
    dot = visit("dot", **way).sign_in()
    for path in ("/people", "/admin", "/admin/outbox", "/admin/outbox?state=sending", "/admin/test-letter",
                 *(f"/admin/outbox/{letter_id}" for letter_id in ids)):
        dot.go(path)
        assert dot.page.locator(".sb-alarm-bar").count() == 1
        dot.look()
