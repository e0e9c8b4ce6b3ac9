"""Carrying a letter to Teams or Slack by webhook: one connection, to an address that was looked at, and no redirect."""

import http.client
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from threading import Timer

from .answers import house_words
from .carrier import Answer, Outgoing, readable
from .hook_cards import card
from .hook_guard import PORT, BadHook, Destination, Resolve, addresses_of, checked_addresses, destination_of

MOST_SECONDS = 30
"""For everything together; far less than the lease of a letter."""

CONNECT_SECONDS = 10
MOST_ANSWER = 4096
"""Bytes of an answer that are read; what comes after is nobody's business."""

AGAIN = (408, 425, 429)


@lru_cache(maxsize=1)
def trusted_certificates() -> ssl.SSLContext:
    """Give the certificates of this machine; reading them takes a while, so that is done with the first letter."""
    return ssl.create_default_context()


class HookCarrier:
    """Posts letters to incoming webhooks of one kind. Inside the application.

    Takes   resolve, port, context: other ones than the real, for tests
    """

    needs_message = False  # it makes a card of its own

    def __init__(
        self, kind: str, *, resolve: Resolve = addresses_of, port: int = PORT, context: ssl.SSLContext | None = None,
        most_seconds: float = MOST_SECONDS,
    ):
        self._kind, self._resolve, self._port, self._most_seconds = kind, resolve, port, most_seconds
        self._context = context

    def send(self, outgoing: Outgoing, about_to_hand_over: Callable[[], bool]) -> Answer:
        """Post the letter's card. A redirect is a refusal: it could lead anywhere."""
        try:
            destination = destination_of(outgoing.url, self._kind)
            addresses = checked_addresses(destination.host, self._port, self._resolve)
            line = self._connect(addresses, destination.host)
        except BadHook as bad:
            return Answer("again" if bad.why == "unknown" else "refused", house_words(f"hook_{bad.why}", bad.detail))
        except OSError as problem:
            return Answer("again", house_words("hook_no_connection", problem))
        watch = Timer(self._most_seconds, _shut, [line])
        watch.daemon = True
        watch.start()
        try:
            return self._post(line, destination, card(self._kind, outgoing.text), about_to_hand_over)
        finally:
            watch.cancel()
            line.close()

    def _connect(self, addresses: list[str], host: str) -> ssl.SSLSocket:
        """Connect to the first of exactly these addresses that answers; no name is asked for again."""
        problem: OSError = OSError("no address")
        for address in addresses:
            try:
                raw = socket.create_connection((address, self._port), timeout=min(CONNECT_SECONDS, self._most_seconds))
            except OSError as refused:
                problem = refused
            else:
                context = self._context or trusted_certificates()
                return context.wrap_socket(raw, server_hostname=host, do_handshake_on_connect=False)
        raise problem

    def _post(
        self, line: ssl.SSLSocket, destination: Destination, body: bytes, about_to_hand_over: Callable[[], bool]
    ) -> Answer:
        handed_over = False
        try:
            line.do_handshake()
            if not about_to_hand_over():
                return Answer("again", house_words("stopped"))
            handed_over = True
            response = _request(line, destination, body)
            return _answer(response.status, _words(response))
        except ssl.SSLCertVerificationError as problem:
            return Answer("again", house_words("hook_certificate", problem.verify_message))
        except (OSError, http.client.HTTPException, ValueError) as problem:
            if handed_over:
                return Answer("unknown", house_words("no_answer", type(problem).__name__))
            return Answer("again", house_words("hook_no_connection", problem))


def _request(line: ssl.SSLSocket, destination: Destination, body: bytes) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(destination.host)
    connection.sock = line
    connection.auto_open = 0  # never a second connection, which would ask for the name again
    connection.putrequest("POST", destination.target, skip_host=True, skip_accept_encoding=True)
    for name, value in (
        ("Host", destination.host), ("User-Agent", "suggestbox"), ("Accept", "*/*"), ("Connection", "close"),
        ("Content-Type", "application/json; charset=utf-8"), ("Content-Length", str(len(body))),
    ):
        connection.putheader(name, value)
    connection.endheaders(body)
    return connection.getresponse()


def _shut(line: ssl.SSLSocket) -> None:
    """End a connection that took too long, whatever it waits for."""
    with suppress(OSError):
        socket.socket.shutdown(line, socket.SHUT_RDWR)  # below the encryption, which another thread is busy with


def _words(response: http.client.HTTPResponse) -> str:
    try:
        return readable(response.read(MOST_ANSWER))
    except (OSError, http.client.HTTPException):
        return ""  # its status was read; the words are a courtesy


def _answer(status: int, words: str) -> Answer:
    said = f"{status} {words}".strip()
    if 200 <= status < 300:
        # The older address of Teams says in the words of a good answer that it did not work.
        return Answer("again", said) if "delivery failed" in words.lower() else Answer("sent", said)
    if status in AGAIN or status >= 500:
        return Answer("again", said)
    if 300 <= status < 400:
        return Answer("refused", house_words("hook_redirect", str(status)))
    return Answer("refused", said)
