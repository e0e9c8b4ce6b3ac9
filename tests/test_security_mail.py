"""Attacks on letters, notices, PINs, feeds and webhooks: each of them once worked, or was tried in earnest."""

from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from email.parser import BytesParser
from email.policy import SMTP

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from suggestbox.core.config import Deployment
from suggestbox.core.database import db, work
from suggestbox.mail import printing
from suggestbox.mail.carrier import Outgoing
from suggestbox.mail.letters import Text
from suggestbox.mail.message import build
from suggestbox.mail.models import Letter, Notice
from suggestbox.mail.postman import deliver
from suggestbox.mail.readers import speaking_to
from suggestbox.mail.smtp import SmtpCarrier
from suggestbox.people.queries import here
from suggestbox.workflow.operations import move
from tests import factories as f
from tests.cast import newcomer
from tests.mail.outbox import Hand
from tests.mail.servers import MailServer
from tests.mail.telling import mail_on, reader_at
from tests.reminders.diary import reconcile


@pytest.fixture(autouse=True)
def _mail(app):
    mail_on()


@pytest.fixture
def jo(cast, clock):
    """Somebody in the warehouse without an e-mail address."""
    with work():
        return newcomer(cast.home, "Jo", cast.logistics, email=None, personnel_no="20417", salutation="Frau")


def carry(now) -> None:
    deliver(clock=lambda: now, carriers={"mail": Hand(), "teams": Hand()})


def printed_by(person) -> list[str]:
    """The kinds of letters somebody may print."""
    return sorted(w.letter.kind for w in printing.waiting_for(person.id, here()))


def silence() -> None:
    with work():
        db.session.execute(sa.delete(Notice))
        db.session.execute(sa.delete(Letter))


# -- paper: who prints a letter reads it -----------------------------------------------------------------------------


def test_a_printed_digest_says_nothing_of_what_its_reader_handed_in_confidentially(cast, jo, clock):
    with work():
        idea = f.in_review(cast, jo, confidential=True, title="Secret of the loading ramp")
        move(idea, "ask", actor=cast.rex, now=f.START + timedelta(hours=2), text="Which ramp?")
    silence()
    now = f.START + timedelta(days=14)
    clock.move_to(now)
    reconcile(now)
    carry(now)
    for person in (cast.bob, cast.dot, cast.ida):
        waiting = printing.waiting_for(person.id, here())
        with work():
            sheets, _gone, _failed = printing.write_sheets(waiting, here(), now=now)
        assert [s.parts for s in sheets.values()] == [], person.given_name


def test_letters_about_what_was_handed_over_are_printed_by_the_idea_management_alone(cast, jo, clock):
    with work():
        idea = f.submitted(cast, jo)
        move(idea, "hand_over", actor=cast.bob, now=f.START + timedelta(hours=1), kind="safety", office_id=cast.wes.id,
             reason="An accident.")
    now = f.START + timedelta(hours=2)
    clock.move_to(now)
    carry(now)
    assert {p.given_name: printed_by(p) for p in (cast.bob, cast.dot, cast.ida)} == {
        "Bob": [], "Dot": [], "Ida": ["ideas.receipt", "workflow.handed_over"]}


# -- secrets of the mail server --------------------------------------------------------------------------------------

BASE = Deployment(instance=".", secret_key="only for tests")
PASSWORD = "Waermepumpe-am-Tor-3"


@pytest.mark.parametrize("said", [
    "500 5.5.1 Command unrecognized: AUTH PLAIN {plain}", "535 5.7.8 wrong: {password}", "535 5.7.8 wrong: {alone}",
])
def test_a_server_that_says_back_what_it_was_shown_puts_no_password_into_the_outbox(said):
    plain = b64encode(f"\0ideas\0{PASSWORD}".encode()).decode()
    alone = b64encode(PASSWORD.encode()).decode()
    with MailServer(sign_in=True, users={"ideas": PASSWORD}) as server:
        server.script["AUTH"] = said.format(plain=plain, password=PASSWORD, alone=alone)
        carrier = SmtpCarrier(server.deployment(BASE, smtp_user="ideas", smtp_password=PASSWORD))
        answer = carrier.send(Outgoing(1, b"x", "i@example.com", "r@example.com", "<1@x>", Text("x")), lambda: True)
    assert (answer.result, answer.words.startswith(f"house:no_sign_in {said[:3]}"), answer.words[-1]) == ("again", True, "…")
    assert not [secret for secret in (PASSWORD, plain, alone) if secret in answer.words]


# -- headers ---------------------------------------------------------------------------------------------------------

SMUGGLED = (
    "=?utf-8?q?a=0d=0aBcc:_e=40x?=", "Labels =?utf-8?b?aQ0KQmNjOiBlQHg=?=", "=?us-ascii?q?=0a=0aAnother_letter?=",
    "=?utf-8?q?a?= =?utf-8?q?=0d=0aBcc:_e=40x?=", "=?utf-8?q?a=0d=0aBcc:_e=40x?==?utf-8?q?b=0d=0aCc:_e=40x?=",
    "a\r\nBcc: e@x", "a\u2028Bcc: e@x", "a\x0bBcc: e@x\x85\x1c", "a\x00b", "=" * 150 + "?", "=?" * 80,
)


def headers_of(cast, subject: str, name: str) -> list[tuple[str, str]]:
    reader = replace(reader_at(cast.ann.id, f.START), given_name=name, family_name="", language="en")
    letter = Letter(message_id="<1@x>", attempts=0)
    with speaking_to(reader):
        message = build(letter, reader, Text(subject, ("Hello.",), optional=True), now=f.START)
    parsed = BytesParser(policy=SMTP).parsebytes(message)
    assert parsed.get_body(("plain",)).get_content().startswith("Hello ")
    return parsed.items()


@pytest.mark.parametrize("words", SMUGGLED)
def test_no_title_and_no_name_begins_a_header_or_a_body(cast, words):
    usual = [name for name, _value in headers_of(cast, "Labels", "Ann")]
    assert [name for name, _value in headers_of(cast, words, words)] == usual
    assert [value for name, value in headers_of(cast, "x", words) if name == "To"][0].addresses[0].addr_spec == cast.ann.email


def test_encoded_words_of_every_sort_stay_words(cast):
    usual = [name for name, _value in headers_of(cast, "Labels", "Ann")]

    @given(st.lists(st.sampled_from(["=?", "?=", "utf-8", "?q?", "?b?", "=0d=0a", "DQo=", "Bcc: e@x", " ", "é", '"', "<", ">",
                                     ",", ";", ":", "(", ")", "\\", "@", "\r\n"]), min_size=1, max_size=14).map("".join))
    def check(words: str) -> None:
        assert [name for name, _value in headers_of(cast, words, words)] == usual

    check()
