"""The outbox in the terminal: lists without submitters, what can be done with letters, a letter to try the mail."""

import json
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner

from suggestbox.cli import cli
from suggestbox.core import health
from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.terminal import Instance
from suggestbox.mail.carrier import Answer
from suggestbox.mail.models import MailState
from tests.admin.scene import put, state_of
from tests.conftest import NOON
from tests.factories import in_review

pytestmark = pytest.mark.either


@pytest.fixture
def command(app, clock, cast) -> Any:
    """Give a function that runs `suggestbox mail ...` on the test database."""

    class Here(Instance):
        def app(self, **_deployment: Any) -> Any:
            return app

    def run(*arguments: str) -> Any:
        db.session.rollback()
        result = CliRunner().invoke(cli, ["mail", *arguments], obj=Here(lambda: app))
        db.session.rollback()
        db.session.expire_all()
        return result

    return run


def test_the_terminal_lists_letters_without_submitters(command, cast):
    with work():
        idea = in_review(cast)
        idea_id, submitter_id = idea.id, idea.submitters[0].id
    first = put("failed", cast.bob, last_answer="550 no")
    second = put("queued", submitter_id=submitter_id, idea_id=idea_id)
    facts = json.loads(command("list", "--json").stdout)
    assert [(f["id"], f["state"], f["to"], f["answer"]) for f in facts] == [
        (first, "failed", "Bob Brandt", "550 no"), (second, "queued", "the submitter", ""),
    ]
    assert facts[0]["created_at"] == "2026-11-04T11:00:00+00:00"
    lines = command("list", "--state", "failed").stdout.splitlines()
    assert (len(lines), lines[1].split()[:3]) == (2, [str(first), "failed", "mail.test"])


def test_the_terminal_changes_letters_and_says_how_many(command, cast):
    failed, sent, held = put("failed", cast.ann), put("sent", cast.ann), put("review", cast.ann)
    answer = command("retry", str(failed), str(sent))
    assert (answer.exit_code, answer.stderr) == (
        1, "Tried again: 1 of 2.\nError: The others are not in a state for this. See: suggestbox mail list\n",
    )
    answer = command("release", str(held))
    assert (answer.exit_code, answer.stderr) == (0, "Sent on their way: 1 of 1.\n")
    answer = command("drop", str(failed), str(held))
    assert (answer.exit_code, answer.stderr) == (0, "Dropped: 2 of 2.\n")
    assert [state_of(letter_id) for letter_id in (failed, sent, held)] == ["cancelled", "sent", "cancelled"]
    assert command("drop").exit_code == command("drop", "many").exit_code == 2


def test_the_terminal_notes_a_restore_and_ends_a_pause(command, cast):
    letter_id = put("queued", cast.ann)
    assert command("restored").stderr == "Noted. 1 letters are held.\n"
    assert state_of(letter_id) == "review"
    state = db.session.get(MailState, 1)
    assert (state.epoch, state.restored_at) == (1, NOON)
    assert command("go-on").stderr == "There is no pause.\n"
    with work():
        db.session.get(MailState, 1).paused_at = NOON
    assert command("go-on").stderr == "The pause has ended.\n"


def test_the_terminal_writes_a_test_letter_and_says_what_became_of_it(command, cast, mail, clock):
    answer = command("test", "--to-person", "ANN@example.com", "--json")
    assert (answer.exit_code, answer.stderr) == (0, "Letter 1: sent. 250 2.0.0 Ok: queued\n")
    assert (json.loads(answer.stdout)["state"], json.loads(answer.stdout)["to"]) == ("sent", "Ann Albers")
    mail.answer = Answer("again", "451 4.7.1 greylisted")
    clock.shift(timedelta(seconds=1))
    answer = command("test", "--to-person", "ann@example.com")
    assert (answer.exit_code, answer.stderr.splitlines()[0]) == (1, "Letter 2: queued. 451 4.7.1 greylisted")
    assert command("test", "--to-person", "nobody").stderr == (
        "Error: Nobody has the e-mail address or personnel number 'nobody'.\n"
    )


def test_the_terminal_says_when_mail_is_not_set_up(command, cast):
    assert command("test", "--to-person", "ann@example.com").stderr == (
        "Error: Mail is not set up: SUGGESTBOX_SMTP_HOST, SUGGESTBOX_MAIL_FROM and SUGGESTBOX_BASE_URL.\n"
    )


def test_after_mending_the_banner_asks_anew(cast, client_as, clock):
    letter_id = put("review", cast.ann)
    with work() as session:
        session.add(MailState(id=1, restored_at=NOON))
    dot = client_as(cast.dot)
    assert 'class="sb-alarm-bar"' in dot.get("/admin/outbox").get_data(as_text=True)
    dot.post(f"/admin/outbox/{letter_id}/release")
    assert 'class="sb-alarm-bar"' not in dot.get("/admin/outbox").get_data(as_text=True)
    assert [t for t in health.findings(utc_now()) if t.severity == "alarm"] == []
