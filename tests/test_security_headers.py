"""Attacks on letters: secrets a mail server says back, and words that would begin a header or a body."""

from base64 import b64encode
from dataclasses import replace
from email.parser import BytesParser
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suggestbox.core.config import Deployment
from suggestbox.mail.carrier import Outgoing
from suggestbox.mail.letters import Text
from suggestbox.mail.message import build
from suggestbox.mail.models import Letter
from suggestbox.mail.readers import speaking_to
from suggestbox.mail.smtp import SmtpCarrier
from tests import factories as f
from tests.mail.servers import MailServer
from tests.mail.telling import mail_on, reader_at

pytestmark = pytest.mark.either


@pytest.fixture(autouse=True)
def _mail(app):
    mail_on()


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
    to = next(value for name, value in headers_of(cast, "x", words) if name == "To")
    assert [address.addr_spec for address in to.addresses] == [cast.ann.email]


def test_encoded_words_of_every_sort_stay_words(cast):
    usual = [name for name, _value in headers_of(cast, "Labels", "Ann")]

    @given(st.lists(st.sampled_from(["=?", "?=", "utf-8", "?q?", "?b?", "=0d=0a", "DQo=", "Bcc: e@x", " ", "é", '"', "<", ">",
                                     ",", ";", ":", "(", ")", "\\", "@", "\r\n"]), min_size=1, max_size=14).map("".join))
    def check(words: str) -> None:
        assert [name for name, _value in headers_of(cast, words, words)] == usual

    check()
