"""Webhooks: where they may lead, what is posted, and a real server behind TLS that answers well, badly, slowly or not."""

import json
import socket
import ssl
import threading
import time

import pytest
import trustme

from suggestbox.core.database import work
from suggestbox.core.settings import set_rule
from suggestbox.mail import hook_cards, hook_guard
from suggestbox.mail.carrier import Answer, Outgoing
from suggestbox.mail.hook_guard import BadHook, checked_addresses, destination_of, is_outside, shortened
from suggestbox.mail.hooks import HookCarrier
from suggestbox.mail.letters import Line, Text
from tests.conftest import NOON

pytestmark = pytest.mark.either

AUTHORITY = trustme.CA()
CERTIFICATE = AUTHORITY.issue_cert("hooks.slack.com", "prod-1.westeurope.logic.azure.com")
SLACK = "https://hooks.slack.com/services/T000/B000/secretsecret"
TEAMS = "https://prod-1.westeurope.logic.azure.com:443/workflows/ab/triggers/manual/paths/invoke?api-version=1&sig=s%2Fx"
TEXT = Text(
    subject="Two things wait for you", paragraphs=("Frau Öz wrote: a secret sentence.",), quote="quoted words",
    quote_by="Ann Albers", why="You get this because you handle ideas.", button=("Open", "/steps"),
    lines=(Line("Give your assessment until Friday", "/ideas/2026-0001", idea="2026-0001 Labels for everybody"),),
)


@pytest.fixture(autouse=True)
def known_address(app):
    app.config["DEPLOYMENT"] = app.config["DEPLOYMENT"].model_copy(update={"base_url": "https://ideen.feldrath.example"})


# -- where they may lead ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "url", "host", "target"), [
    ("slack", SLACK, "hooks.slack.com", "/services/T000/B000/secretsecret"),
    ("slack", "https://hooks.slack-gov.com/x", "hooks.slack-gov.com", "/x"),
    ("teams", TEAMS, "prod-1.westeurope.logic.azure.com",
     "/workflows/ab/triggers/manual/paths/invoke?api-version=1&sig=s%2Fx"),
    ("teams", "https://a.b.environment.api.powerplatform.com/p", "a.b.environment.api.powerplatform.com", "/p"),
    ("teams", "https://FIRM.webhook.office.com", "firm.webhook.office.com", "/"),
])
def test_addresses_of_the_services_are_good(kind, url, host, target):
    assert destination_of(url, kind) == hook_guard.Destination(host, target)


BAD_ADDRESSES = [
    ("http://hooks.slack.com/x", "shape"), ("https://hooks.slack.com:8443/x", "shape"), ("ftp://hooks.slack.com/", "shape"),
    ("https://user:pw@hooks.slack.com/x", "shape"), ("https://hooks.slack.com@evil.example/x", "shape"),
    ("https://hooks.slack.com/x#y", "shape"), ("https://127.0.0.1/x", "shape"), ("https://[::1]/x", "shape"),
    ("https://2130706433/x", "shape"), ("https://localhost/x", "shape"), ("https://hooks.slack.com./x", "shape"),
    ("https://hooks.slack.com\\@evil.example/", "shape"), ("https://hooks.slack.com /x", "shape"), ("", "shape"),
    ("https://hooks.släck.com/x", "shape"), ("https://hooks.slack.com/\x00", "shape"), ("https://a..b.com/", "shape"),
    ("https://hooks.slack.com:99999999/x", "shape"), ("https://hooks.slack.com/" + "x" * 2000, "shape"),
    ("https://hooks.slack.com.evil.example/x", "host"), ("https://xhooks.slack.com/x", "host"),
    ("https://slack.com/x", "host"), ("https://evil.example/hooks.slack.com", "host"), (TEAMS, "host"),
    ("https://10.0.0.1.nip.io/x", "host"), ("//hooks.slack.com/x", "shape"), ("javascript:alert(1)", "shape"),
]


@pytest.mark.parametrize(("url", "why"), BAD_ADDRESSES)
def test_other_addresses_are_not(url, why):
    with pytest.raises(BadHook) as bad:
        destination_of(url, "slack")
    assert bad.value.why == why


def test_a_name_that_only_ends_alike_is_another_one():
    for url in ("https://logic.azure.com/x", "https://evillogic.azure.com/x", "https://x.logic.azure.com.evil.example/"):
        with pytest.raises(BadHook):
            destination_of(url, "teams")


def test_the_house_allows_further_hosts(app):
    with pytest.raises(BadHook):
        destination_of("https://chat.feldrath.example/hooks/1", "slack")
    with work():
        set_rule("mail.hook_hosts", "Chat.feldrath.example, *.bridge.example", now=NOON)
    assert destination_of("https://chat.feldrath.example/hooks/1", "slack").host == "chat.feldrath.example"
    assert destination_of("https://a.bridge.example/", "teams").host == "a.bridge.example"
    with pytest.raises(BadHook):
        destination_of("https://bridge.example/", "teams")


INSIDE = ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
          "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1",
          "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
          "64:ff9b:1::1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "fec0::1", "2001:db8::1", "::127.0.0.1",
          "not an address", ""]


def test_what_lies_inside():
    assert [address for address in INSIDE if is_outside(address)] == []
    outside = ["1.1.1.1", "52.96.0.1", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
    assert [address for address in outside if not is_outside(address)] == []


def test_one_inner_address_among_outer_ones_is_enough_to_refuse():
    with pytest.raises(BadHook) as bad:
        checked_addresses("hooks.slack.com", 443, lambda *_: ["1.1.1.1", "10.0.0.1"])
    assert bad.value.why == "inside"
    with pytest.raises(BadHook) as nothing:
        checked_addresses("hooks.slack.com", 443, lambda *_: [])
    assert nothing.value.why == "unknown"


def test_an_address_is_shown_without_its_secret():
    assert shortened(SLACK) == "hooks.slack.com/…cret"


# -- what is posted --------------------------------------------------------------------------------------------------


def test_the_card_for_teams_is_what_workflows_demand():
    posted = json.loads(hook_cards.card("teams", TEXT))
    assert posted == {
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None,
            "content": {
                "type": "AdaptiveCard", "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "version": "1.4",
                "body": [
                    {"type": "RichTextBlock", "inlines": [
                        {"type": "TextRun", "text": "Two things wait for you", "weight": "Bolder", "size": "Medium"}]},
                    {"type": "RichTextBlock", "inlines": [
                        {"type": "TextRun", "text": "You get this because you handle ideas."}]},
                    {"type": "RichTextBlock", "inlines": [
                        {"type": "TextRun", "text": "• Give your assessment until Friday (2026-0001)",
                         "selectAction": {"type": "Action.OpenUrl",
                                          "url": "https://ideen.feldrath.example/ideas/2026-0001"}}]},
                ],
                "actions": [{"type": "Action.OpenUrl", "title": "Open", "url": "https://ideen.feldrath.example/steps"}],
            },
        }],
    }


def test_the_message_for_slack_is_plain_text_in_blocks():
    posted = json.loads(hook_cards.card("slack", TEXT))
    assert posted == {
        "text": "Two things wait for you", "mrkdwn": False, "unfurl_links": False, "unfurl_media": False,
        "blocks": [
            {"type": "header", "text": {"type": "plain_text", "text": "Two things wait for you", "emoji": False}},
            {"type": "section", "text": {"type": "plain_text", "text": "You get this because you handle ideas.",
                                         "emoji": False}},
            {"type": "section", "text": {"type": "plain_text", "emoji": False,
                                         "text": "• Give your assessment until Friday (2026-0001)"}},
            {"type": "actions", "elements": [{
                "type": "button", "text": {"type": "plain_text", "text": "Open", "emoji": False},
                "url": "https://ideen.feldrath.example/steps"}]},
        ],
    }


@pytest.mark.parametrize("kind", ["teams", "slack"])
def test_what_people_wrote_stays_on_the_site_and_limits_hold(kind):
    rude = Text(
        subject="<!channel> [click](https://evil.example) " + "ü" * 500 + "\x00\n", paragraphs=("a secret sentence",),
        quote="quoted words", quote_by="Ann Albers", why="w" * 5000, button=("b" * 200, "/x"),
        lines=tuple(Line("l" * 1000, "/y") for _ in range(40)),
    )
    for text in (TEXT, rude):
        body = hook_cards.card(kind, text)
        assert len(body) < 12_000
        for secret in ("secret sentence", "quoted words", "Albers", "Labels for everybody"):
            assert secret not in body.decode()
    posted = json.loads(hook_cards.card(kind, rude))
    if kind == "slack":
        assert posted["text"].startswith("&lt;!channel&gt; ")
        assert len(posted["blocks"][0]["text"]["text"]) == 150 and len(posted["blocks"]) == 14
        assert posted["blocks"][12]["text"]["text"] == "… +30"
    else:
        body = posted["attachments"][0]["content"]["body"]
        assert len(body) == 13 and body[12]["inlines"][0]["text"] == "… +30"


# -- a real server ---------------------------------------------------------------------------------------------------


class Server:
    """A server behind TLS that takes one request after the other and answers as told. `seen` is what it was sent."""

    def __init__(self, answer: bytes, *, pause: float = 0.0, drip: float = 0.0, silent: bool = False):
        self.seen: list[bytes] = []
        self.connections = 0
        self._answer, self._pause, self._drip, self._silent = answer, pause, drip, silent
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        CERTIFICATE.configure_cert(self._context)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                plain, _peer = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            try:
                plain.settimeout(5)
                if self._silent:  # never greets
                    time.sleep(self._pause)
                    plain.close()
                    continue
                with self._context.wrap_socket(plain, server_side=True) as line:
                    self._talk(line)
            except OSError:
                continue

    def _talk(self, line: ssl.SSLSocket) -> None:
        got = b""
        while b"\r\n\r\n" not in got:
            piece = line.recv(65536)
            if not piece:
                return
            got += piece
        head, _empty, body = got.partition(b"\r\n\r\n")
        length = next(int(h.split(b":")[1]) for h in head.split(b"\r\n") if h.lower().startswith(b"content-length"))
        while len(body) < length:
            body += line.recv(65536)
        self.seen.append(head + b"\r\n\r\n" + body)
        time.sleep(self._pause)
        if self._drip:
            for byte in self._answer:
                line.sendall(bytes([byte]))
                time.sleep(self._drip)
        else:
            line.sendall(self._answer)

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def serve():
    servers: list[Server] = []

    def begin(answer: bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", **how) -> Server:
        servers.append(Server(answer, **how))
        return servers[-1]

    yield begin
    for server in servers:
        server.close()


@pytest.fixture
def local(monkeypatch):
    """Take this machine for the open internet, where a test says so."""
    monkeypatch.setattr(hook_guard, "is_outside", lambda address: address in ("127.0.0.1", "93.184.216.34"))


def carry(server: Server, url: str = SLACK, *, kind: str = "slack", resolve=None, trusts: bool = True, seconds: float = 5,
          hand_over=lambda: True) -> Answer:
    context = ssl.create_default_context()
    if trusts:
        AUTHORITY.configure_trust(context)
    carrier = HookCarrier(kind, resolve=resolve or (lambda *_: ["127.0.0.1"]), port=server.port, context=context,
                          most_seconds=seconds)
    return carrier.send(Outgoing(1, b"", "", "", "<m@x>", TEXT, url), hand_over)


@pytest.mark.parametrize(("kind", "url", "host"), [("slack", SLACK, "hooks.slack.com"),
                                                   ("teams", TEAMS, "prod-1.westeurope.logic.azure.com")])
def test_a_letter_is_posted_as_the_services_expect_it(local, serve, kind, url, host):
    server = serve(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
    assert carry(server, url, kind=kind) == Answer("sent", "202")
    head, _empty, body = server.seen[0].partition(b"\r\n\r\n")
    target = url.partition(".com")[2].removeprefix(":443")
    assert head.decode().split("\r\n") == [
        f"POST {target} HTTP/1.1", f"Host: {host}", "User-Agent: suggestbox", "Accept: */*", "Connection: close",
        "Content-Type: application/json; charset=utf-8", f"Content-Length: {len(body)}",
    ]
    assert body == hook_cards.card(kind, TEXT)


@pytest.mark.parametrize(("status", "words", "answer"), [
    ("200 OK", "ok", Answer("sent", "200 ok")),
    ("200 OK", "Webhook message delivery failed with error: 429", Answer("again", "200 Webhook message delivery failed with error: 429")),
    ("429 Too Many Requests", "slow down", Answer("again", "429 slow down")),
    ("503 Service Unavailable", "", Answer("again", "503")),
    ("400 Bad Request", "invalid_payload", Answer("refused", "400 invalid_payload")),
    ("403 Forbidden", "action_prohibited", Answer("refused", "403 action_prohibited")),
    ("404 Not Found", "no_service", Answer("refused", "404 no_service")),
    ("410 Gone", "channel_is_archived\x07\x1b[31m", Answer("refused", "410 channel_is_archived [31m")),
])
def test_answers(local, serve, status, words, answer):
    server = serve(f"HTTP/1.1 {status}\r\nContent-Length: {len(words)}\r\n\r\n{words}".encode())
    assert carry(server) == answer
    assert server.connections == 1


@pytest.mark.parametrize("to", ["http://169.254.169.254/latest/meta-data/", "https://hooks.slack.com/elsewhere"])
def test_redirects_are_not_followed(local, serve, to):
    server = serve(f"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode())
    assert carry(server) == Answer("refused", "house:hook_redirect 302")
    assert server.connections == 1


def test_inner_addresses_are_never_connected_to(serve):
    server = serve()
    for address in ("127.0.0.1", "::ffff:127.0.0.1", "::1", "64:ff9b::7f00:1"):
        assert carry(server, resolve=lambda *_, a=address: [a]) == Answer("refused", "house:hook_inside hooks.slack.com")
    assert server.connections == 0


def test_a_name_that_changes_between_two_questions_is_asked_once(serve, monkeypatch):
    """Rebinding: a public address for the look, 127.0.0.1 for the connection."""
    server = serve()
    answers = iter([["1.1.1.1"], ["127.0.0.1"], ["127.0.0.1"]])
    asked, connected = [], []

    def resolve(host, port):
        asked.append(host)
        return next(answers)

    def connect(address, timeout):
        connected.append(address)
        raise ConnectionRefusedError("nobody there")

    monkeypatch.setattr(socket, "create_connection", connect)
    answer = carry(server, resolve=resolve)
    assert (asked, connected, server.connections) == (["hooks.slack.com"], [("1.1.1.1", server.port)], 0)
    assert answer.result == "again"
    assert carry(server, resolve=resolve).words == "house:hook_inside hooks.slack.com"
    assert server.connections == 0


def test_the_certificate_must_be_that_of_the_host(local, serve):
    server = serve()
    handed = []
    stranger = carry(server, trusts=False, hand_over=lambda: bool(handed.append(1)) or True)
    other_name = carry(server, "https://hooks.slack-gov.com/x", hand_over=lambda: bool(handed.append(1)) or True)
    assert [stranger.result, stranger.words.split()[0], other_name.result, other_name.words.split()[0]] == [
        "again", "house:hook_certificate", "again", "house:hook_certificate"
    ]
    assert (handed, server.seen) == ([], [])


def test_nothing_is_sent_when_the_lease_is_lost(local, serve):
    server = serve()
    assert carry(server, hand_over=lambda: False).result == "again"
    assert server.seen == []


def test_a_server_that_never_greets(local, serve):
    server = serve(silent=True, pause=2)
    began = time.monotonic()
    answer = carry(server, seconds=0.5)
    assert (answer.result, time.monotonic() - began < 1.5) == ("again", True)


def test_a_server_that_is_silent_after_it_took_everything(local, serve):
    server = serve(pause=2)
    began = time.monotonic()
    answer = carry(server, seconds=0.5)
    assert (answer.result, time.monotonic() - began < 1.5, len(server.seen)) == ("unknown", True, 1)


def test_a_server_that_drips(local, serve):
    server = serve(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", drip=0.1)
    began = time.monotonic()
    answer = carry(server, seconds=0.7)
    assert (answer.result, time.monotonic() - began < 2) == ("unknown", True)


def test_an_answer_without_end_is_not_read_to_its_end(local, serve):
    server = serve(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n" + b"A" * 300_000)
    answer = carry(server)
    assert (answer.result, len(answer.words)) == ("sent", 4 + 500)


def test_headers_without_end(local, serve):
    server = serve(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5000)
    assert carry(server).result == "unknown"


def test_rubbish_instead_of_an_answer(local, serve):
    assert carry(serve(b"SSH-2.0-OpenSSH_9\r\n")).result == "unknown"
    assert carry(serve(b"")).result == "unknown"


def test_nobody_there_and_no_such_name(local):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    class Nobody:
        pass

    nobody = Nobody()
    nobody.port = port

    def no_such_name(*_):
        raise socket.gaierror(-2, "Name or service not known")

    assert carry(nobody).result == "again"
    answer = carry(nobody, resolve=no_such_name)
    assert (answer.result, answer.words.split()[0]) == ("again", "house:hook_no_connection")
