"""SMTP against a real server: every step that can go wrong, and what it means for the letter."""

import logging
import socket
import time

import pytest

from suggestbox.core.config import Deployment
from suggestbox.mail import oauth
from suggestbox.mail.carrier import Answer, Outgoing
from suggestbox.mail.letters import Text
from suggestbox.mail.smtp import SmtpCarrier
from tests.mail.servers import MailServer, TokenServer

BASE = Deployment(instance=".", secret_key="only for tests")
MESSAGE = b"Message-ID: <1@example.com>\r\nSubject: Labels\r\n\r\nHello,\r\n.a dot first\r\nbye\r\n"


def letter(number: int = 1, to: str = "rex@example.com") -> Outgoing:
    return Outgoing(number, MESSAGE, "ideas@example.com", to, f"<{number}@example.com>", Text("Labels"))


class Marks:
    """Counts how often a letter was about to be handed over."""

    def __init__(self, mine: bool = True):
        self.count, self.mine = 0, mine

    def __call__(self) -> bool:
        self.count += 1
        return self.mine


def post(server: MailServer, *, outgoing: Outgoing | None = None, marks: Marks | None = None, try_seconds: float = 60,
         **more) -> Answer:
    carrier = SmtpCarrier(server.deployment(BASE, **more), try_seconds=try_seconds)
    answer = carrier.send(outgoing or letter(), marks or Marks())
    carrier.close()
    return answer


def test_a_letter_arrives_as_it_was_sent():
    with MailServer() as server:
        assert post(server) == Answer("sent", "250 2.0.0 OK: queued")
        assert [(a.sender, a.recipients, a.content) for a in server.accepted] == [
            ("ideas@example.com", ("rex@example.com",), MESSAGE)
        ]


def test_one_connection_serves_many_letters():
    with MailServer() as server:
        carrier = SmtpCarrier(server.deployment(BASE))
        assert [carrier.send(letter(n), Marks()).result for n in range(5)] == ["sent"] * 5
        carrier.close()
        assert (len(server.accepted), server.connections) == (5, 1)


def test_after_a_refusal_the_connection_serves_the_next_letter():
    with MailServer() as server:
        server.recipients["gone@example.com"] = "550 5.1.1 no such user"
        carrier = SmtpCarrier(server.deployment(BASE))
        answers = [carrier.send(letter(n, to), Marks()) for n, to in enumerate(["gone@example.com", "ann@example.com"])]
        carrier.close()
        assert answers == [Answer("refused", "550 5.1.1 no such user"), Answer("sent", "250 2.0.0 OK: queued")]
        assert server.connections == 1


STEPS = [
    # step, what the server says, result, whole server?, handed over?
    ("GREET", "554 5.7.1 go away", "again", True, 0),
    ("GREET", "421 4.3.2 too many connections", "again", True, 0),
    ("EHLO", "550 5.7.1 not you", "again", True, 0),
    ("EHLO", "drop", "again", True, 0),
    ("MAIL", "550 5.7.1 sender rejected", "again", True, 0),
    ("MAIL", "530 5.7.0 authentication required", "again", True, 0),
    ("MAIL", "451 4.3.0 try later", "again", True, 0),
    ("MAIL", "552 5.3.4 too large", "refused", False, 0),
    ("MAIL", "drop", "again", True, 0),
    ("RCPT", "550 5.1.1 no such user", "refused", False, 0),
    ("RCPT", "553 5.1.3 bad address", "refused", False, 0),
    ("RCPT", "450 4.2.0 greylisted", "again", False, 0),
    ("RCPT", "452 4.2.2 mailbox full", "again", False, 0),
    ("RCPT", "421 4.3.2 closing", "again", True, 0),
    ("RCPT", "530 5.7.0 authentication required", "again", True, 0),
    ("RCPT", "drop", "again", True, 0),
    ("DATA", "451 4.3.0 later", "again", False, 0),
    ("DATA", "554 5.7.1 no", "refused", False, 0),
    ("DATA", "250 what?", "again", False, 0),
    ("DATA", "drop", "again", True, 0),
    ("DOT", "451 4.3.0 later", "again", False, 1),
    ("DOT", "421 4.3.0 closing", "again", True, 1),
    ("DOT", "554 5.6.0 looks like spam", "refused", False, 1),
]


@pytest.mark.parametrize(("step", "says", "result", "whole", "handed"), STEPS)
def test_what_a_refusal_at_each_step_means(step, says, result, whole, handed):
    marks = Marks()
    with MailServer(script={step: says}) as server:
        answer = post(server, marks=marks)
        assert (answer.result, answer.whole_server, marks.count) == (result, whole, handed)
        if says != "drop" and not says.startswith("250"):
            assert says in answer.words.removeprefix("house:no_connection ")
        assert server.accepted == []


def test_a_connection_dropped_after_the_final_dot_may_have_arrived():
    with MailServer(script={"DOT": "drop"}) as server:
        answer = post(server)
        assert (answer.result, len(server.accepted)) == ("unknown", 1)
        assert answer.words.startswith("house:no_answer")


def test_a_connection_dropped_before_the_final_dot_did_not_arrive():
    with MailServer(script={"BODY": "drop"}) as server:
        long = Outgoing(1, MESSAGE + b"x" * 70 + b"\r\n" * 2_000_000, "ideas@example.com", "rex@example.com", "<1@x>", Text("x"))
        answer = post(server, outgoing=long)
        assert (answer.result, server.accepted) == ("again", [])


def test_a_lost_lease_sends_nothing():
    marks = Marks(mine=False)
    with MailServer() as server:
        carrier = SmtpCarrier(server.deployment(BASE))
        assert carrier.send(letter(), marks).result == "again"
        assert (marks.count, server.accepted) == (1, [])
        assert carrier.send(letter(2), Marks()).result == "sent"  # on a new connection
        carrier.close()
        assert server.connections == 2


@pytest.mark.parametrize(("step", "result"), [("GREET", "again"), ("RCPT", "again"), ("DOT", "unknown")])
def test_a_server_that_is_silent_is_left(step, result):
    with MailServer(script={step: "silent"}) as server:
        begun = time.monotonic()
        answer = post(server, smtp_timeout=1)
        assert (answer.result, answer.whole_server, time.monotonic() - begun < 4) == (result, result == "again", True)
        assert answer.words.startswith("house:slow" if result == "again" else "house:no_answer")


@pytest.mark.parametrize("step", ["EHLO", "MAIL", "DATA"])
def test_a_server_that_answers_letter_by_letter_is_left_too(step):
    with MailServer(script={step: "drip"}) as server:
        begun = time.monotonic()
        answer = post(server, smtp_timeout=5, try_seconds=0.7)
        assert (answer, time.monotonic() - begun < 4) == (Answer("again", "house:slow", True), True)


def test_a_try_that_is_broken_off_late_does_not_meet_the_next_letter():
    class Late(SmtpCarrier):
        def _break_off(self, over):
            time.sleep(0.4)
            super()._break_off(over)

    class Slow(Marks):
        def __call__(self):
            time.sleep(0.3)
            return super().__call__()

    with MailServer() as server:
        carrier = Late(server.deployment(BASE), try_seconds=0.1)
        assert carrier.send(letter(1), Slow()).result == "sent"
        carrier._try_seconds = 60
        assert carrier.send(letter(2), Slow()).result == "sent"
        carrier.close()
        assert len(server.accepted) == 2


def test_nobody_listens():
    with MailServer() as server:
        server.refuse()
        answer = post(server)
    assert answer == Answer("again", "house:no_connection Connection refused", True)


def test_a_server_nobody_knows():
    with MailServer() as server:
        answer = post(server, smtp_host="mail.invalid", smtp_timeout=5)
    assert (answer.result, answer.whole_server, answer.words.split()[0]) == ("again", True, "house:no_connection")


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_encryption(security):
    with MailServer(security=security) as server:
        assert post(server).result == "sent"


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_nobody_vouches_for_is_not_believed(security):
    with MailServer(security=security) as server:
        answer = post(server, smtp_ca_file="")
        assert answer == Answer("again", "house:bad_certificate unable to get local issuer certificate", True)
        assert server.accepted == []


def test_a_certificate_for_another_name_is_not_believed(monkeypatch):
    with MailServer(security="starttls") as server:
        monkeypatch.setattr(socket, "getaddrinfo", lambda _host, port, *_rest: [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))
        ])
        answer = post(server, smtp_host="mail.example.com")
    assert (answer.result, answer.words.split(",")[0]) == ("again", "house:bad_certificate Hostname mismatch")


def test_encryption_that_is_not_offered_is_not_done_without():
    with MailServer() as server:
        deployment = server.deployment(BASE, smtp_security="starttls")
        answer = SmtpCarrier(deployment).send(letter(), Marks())
        assert (answer, server.accepted) == (Answer("again", "house:no_starttls", True), [])


def test_sign_in_by_password(caplog):
    caplog.set_level(logging.DEBUG, logger="suggestbox")
    with MailServer(sign_in=True, users={"ideas": "waermepumpe"}) as server:
        assert post(server, smtp_user="ideas", smtp_password="waermepumpe").result == "sent"
        assert server.sign_ins == [("PLAIN", "ideas", True)]
        assert "waermepumpe" not in caplog.text


@pytest.mark.parametrize(("without", "ways"), [(("PLAIN",), ["LOGIN"]), (("PLAIN", "LOGIN"), [])])
def test_other_ways_to_sign_in(without, ways):
    with MailServer(sign_in=True, users={"ideas": "waermepumpe"}, without=without) as server:
        answer = post(server, smtp_user="ideas", smtp_password="waermepumpe")
        assert (answer.result, [way for way, _user, _good in server.sign_ins]) == ("sent" if ways else "again", ways)
        assert ways or answer.words == "house:no_sign_in the server offers no way to sign in by password"


def test_sign_in_with_a_password_beyond_ascii():
    with MailServer(sign_in=True, users={"ideen": "wärmepumpe"}) as server:
        assert post(server, smtp_user="ideen", smtp_password="wärmepumpe").result == "sent"


@pytest.mark.parametrize("password", ["wrong", "fälsch"])
def test_a_wrong_password_is_not_the_letters_fault(password):
    with MailServer(sign_in=True, users={"ideas": "right"}) as server:
        answer = post(server, smtp_user="ideas", smtp_password=password)
        assert (answer.result, answer.whole_server) == ("again", True)
        assert answer.words.startswith("house:no_sign_in 535") and password not in answer.words


# -- OAuth 2 ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def tokens():
    oauth._kept.clear()
    with TokenServer() as desk:
        yield desk
    oauth._kept.clear()


def by_token(desk: TokenServer, **more):
    return {
        "smtp_user": "ideas@example.com", "smtp_oauth_token_url": desk.url, "smtp_oauth_client_id": "app",
        "smtp_oauth_client_secret": "very secret", "smtp_oauth_scope": "mail/.default", **more,
    }


def test_a_token_is_asked_for_once_and_kept(tokens):
    with MailServer(sign_in=True, tokens={"token-1"}) as server:
        assert [post(server, **by_token(tokens)).result for _ in range(3)] == ["sent"] * 3
        assert server.sign_ins == [("XOAUTH2", "ideas@example.com", True)] * 3
    assert tokens.asked == [{
        "grant_type": "client_credentials", "client_id": "app", "client_secret": "very secret", "scope": "mail/.default",
    }]


def test_a_token_is_asked_for_anew_shortly_before_it_ends(tokens, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(oauth.time, "monotonic", lambda: now[0])
    deployment = BASE.model_copy(update=by_token(tokens))
    assert [oauth.access_token(deployment), oauth.access_token(deployment)] == ["token-1", "token-1"]
    now[0] += 3600 - 119
    assert oauth.access_token(deployment) == "token-2"


def test_a_token_that_was_called_back_is_asked_for_anew_once(tokens):
    with MailServer(sign_in=True, tokens={"token-2"}) as server:
        assert post(server, **by_token(tokens)).result == "sent"
        assert [good for _way, _user, good in server.sign_ins] == [False, True]
        server.tokens.clear()
        answer = post(server, **by_token(tokens))
        assert (answer.result, answer.whole_server) == ("again", True)
        assert answer.words.startswith("house:no_sign_in 535")
    assert len(tokens.asked) == 3


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (401, b'{"error": "invalid_client", "error_description": "AADSTS7000215: bad secret"}',
         "401 invalid_client AADSTS7000215: bad secret"),
        (500, b"<html>oops", "500"),
        (302, b"", "302"),
        (200, b"[]", "the answer holds no access token"),
        (200, b'{"token_type": "Bearer"}', "the answer holds no access token"),
    ],
)
def test_no_token_to_be_had(tokens, status, body, words):
    tokens.answers.append((status, body))
    with MailServer(sign_in=True) as server:
        answer = post(server, **by_token(tokens))
    assert answer == Answer("again", f"house:no_token {words}", True)


def test_a_secret_goes_only_over_encrypted_lines(tokens):
    deployment = BASE.model_copy(update=by_token(tokens, smtp_oauth_token_url="http://login.example.com/token"))
    with pytest.raises(oauth.NoToken, match="https"):
        oauth.access_token(deployment)


# -- addresses -------------------------------------------------------------------------------------------------------


def test_hosts_beyond_ascii_go_in_their_other_spelling():
    with MailServer() as server:
        assert post(server, outgoing=letter(to="rex@wärmepumpe.example")).result == "sent"
        assert server.accepted[0].recipients == ("rex@xn--wrmepumpe-v2a.example",)


def test_names_beyond_ascii_need_a_server_that_takes_them():
    with MailServer(utf8=True) as server:
        assert post(server, outgoing=letter(to="jürgen@example.com")).result == "sent"
        assert server.accepted[0].recipients == ("jürgen@example.com",)
    with MailServer() as server:
        assert post(server, outgoing=letter(to="jürgen@example.com")) == Answer("refused", "house:no_smtputf8")


@pytest.mark.parametrize("to", ["", "rex", "a b@example.com", "rex@example.com\r\nRCPT TO:<eve@example.com>", "<x@y>",
                                "rex@@example.com", "r\x00@example.com", "rex@" + "ä" * 400])
def test_an_address_that_is_none_never_reaches_the_server(to):
    with MailServer() as server:
        assert post(server, outgoing=letter(to=to)) == Answer("refused", "house:bad_address")
        assert server.accepted == []


def test_words_of_a_server_are_made_readable():
    with MailServer(script={"RCPT": "550 caf\xe9 \x1b[31m\x07 " + "x" * 900}) as server:
        words = post(server).words
        assert words.isprintable() and len(words) <= 504 and words.startswith("550 caf")


def test_line_ends_are_those_of_mail():
    bare = Outgoing(1, b"Subject: x\n\n.\n..\nend", "ideas@example.com", "rex@example.com", "<1@x>", Text("x"))
    with MailServer() as server:
        assert post(server, outgoing=bare).result == "sent"
        assert server.accepted[0].content == b"Subject: x\r\n\r\n.\r\n..\r\nend\r\n"
