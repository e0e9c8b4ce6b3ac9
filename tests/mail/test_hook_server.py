"""Webhooks against a real server: what it may answer, and what it may not make us do."""

import socket
import ssl
import threading
import time

import pytest
import trustme

from suggestbox.mail import hook_cards, hook_guard
from suggestbox.mail.carrier import Answer, Outgoing
from suggestbox.mail.hooks import HookCarrier
from tests.mail.posted import SLACK, TEAMS, TEXT

pytestmark = pytest.mark.either

AUTHORITY = trustme.CA()
CERTIFICATE = AUTHORITY.issue_cert("hooks.slack.com", "prod-1.westeurope.logic.azure.com")


@pytest.fixture(autouse=True)
def known_address(app):
    app.config["DEPLOYMENT"] = app.config["DEPLOYMENT"].model_copy(update={"base_url": "https://ideen.feldrath.example"})


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
