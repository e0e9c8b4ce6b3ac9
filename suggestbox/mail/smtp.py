"""Letters over SMTP, step by step, so that it is known at each step whether the letter may have been accepted.

Source: RFC 5321; RFC 1047 (why the answer to the final dot matters); RFC 6531 (addresses beyond ASCII)
"""

import re
import smtplib
import socket
import ssl
import threading
import time
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

from suggestbox.core.config import Deployment

from .answers import house_words
from .carrier import Answer, Outgoing, readable
from .oauth import NoToken, access_token

TRY_SECONDS = 120
"""All of one try together; far below the lease of 15 minutes."""

LETTERS_PER_CONNECTION = 50
IDLE_SECONDS = 20

_ADDRESS = re.compile(r"[^\s<>@\x00-\x1f\x7f]+@[^\s<>@\x00-\x1f\x7f]+")
_ENCODED = re.compile(r"[A-Za-z0-9+/=_-]{20,}")
"""Long enough for a password or a token as it goes over the line."""

_OF_THE_HOUSE = (421, 454, 502, 503, 530, 534, 535, 538)
"""Answers that say nothing about the letter: the server closes down, or wants another sign-in."""


class _Gone(Exception):
    """The try is over; the answer says how."""

    def __init__(self, answer: Answer):
        super().__init__(answer.words)
        self.answer = answer


class SmtpCarrier:
    """Sends letters through the mail server of this installation. One connection serves a whole round."""

    needs_message = True

    def __init__(self, deployment: Deployment, *, try_seconds: float = TRY_SECONDS):
        self._to = deployment
        self._try_seconds = try_seconds
        self._smtp: smtplib.SMTP | None = None
        self._used = 0
        self._idle_since = 0.0

    def send(self, outgoing: Outgoing, about_to_hand_over: Callable[[], bool]) -> Answer:
        """Send one letter; every error becomes an answer with the server's words."""
        over = threading.Event()
        watch = threading.Timer(self._try_seconds, self._break_off, args=(over,))
        watch.daemon = True
        watch.start()
        try:
            self._open()
            self._address(outgoing)
            answer = self._hand_over(outgoing, about_to_hand_over)
        except _Gone as gone:
            answer = gone.answer
        finally:
            watch.cancel()
            watch.join()  # one that is just breaking off must not meet the next letter's connection
        if over.is_set() and answer.result in ("again", "unknown"):
            words = house_words("slow") if answer.result == "again" else house_words("no_answer", "timeout")
            answer = Answer(answer.result, words, True)
        if answer.whole_server or answer.result == "unknown" or over.is_set():
            self._drop()
        self._idle_since = time.monotonic()
        return answer

    def close(self) -> None:
        """Take leave of the server."""
        if self._smtp is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._smtp.quit()
            self._drop()

    # -- steps -------------------------------------------------------------------------------------------------------

    def _open(self) -> None:
        """Have a connection that is signed in, the one at hand if it still answers."""
        fresh = self._used < LETTERS_PER_CONNECTION and time.monotonic() - self._idle_since < IDLE_SECONDS
        if self._smtp is not None and fresh:
            with suppress(OSError, smtplib.SMTPException):
                if self._smtp.rset()[0] == 250:
                    return
        self._drop()
        try:
            self._connect()
            self._sign_in()
        except (OSError, smtplib.SMTPException) as problem:
            raise _Gone(_unreachable(problem)) from None
        self._used = 0

    def _connect(self) -> None:
        to = self._to
        name = urlsplit(to.base_url).hostname or "localhost"  # asking the machine for its name may take long
        trust = ssl.create_default_context(cafile=to.smtp_ca_file or None) if to.smtp_security != "none" else None
        if to.smtp_security == "tls":
            self._smtp = smtplib.SMTP_SSL(local_hostname=name, timeout=to.smtp_timeout, context=trust)
        else:
            self._smtp = smtplib.SMTP(local_hostname=name, timeout=to.smtp_timeout)
        # The name the certificate is compared with.
        self._smtp._host = to.smtp_host  # type: ignore[attr-defined]
        code, words = self._smtp.connect(to.smtp_host, to.smtp_port)
        if code != 220:
            raise smtplib.SMTPResponseException(code, words)
        with suppress(OSError, AttributeError):
            self._smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # type: ignore[union-attr]
        self._smtp.ehlo_or_helo_if_needed()
        if to.smtp_security == "starttls":
            if not self._smtp.has_extn("starttls"):
                raise _Gone(Answer("again", house_words("no_starttls"), True))
            code, words = self._smtp.starttls(context=trust)
            if code != 220:
                raise smtplib.SMTPResponseException(code, words)
            self._smtp.ehlo_or_helo_if_needed()

    def _sign_in(self) -> None:
        if not self._to.smtp_user:
            return
        if not self._to.smtp_oauth_token_url:
            try:
                self._show_password(self._to.smtp_user, self._to.smtp_password)
            except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError, UnicodeError) as refusal:
                raise _Gone(Answer("again", _no_sign_in(refusal, self._to.smtp_password), True)) from None
            return
        try:
            self._show_token(access_token(self._to))
        except smtplib.SMTPAuthenticationError:  # it may have been called back before its time
            with suppress(OSError, smtplib.SMTPException):
                self._server().quit()
            self._drop()
            self._connect()
            try:
                self._show_token(access_token(self._to, anew=True))
            except smtplib.SMTPAuthenticationError as refusal:
                raise _Gone(Answer("again", _no_sign_in(refusal, ""), True)) from None
            except NoToken as problem:
                raise _Gone(Answer("again", house_words("no_token", problem), True)) from None
        except NoToken as problem:
            raise _Gone(Answer("again", house_words("no_token", problem), True)) from None

    def _show_password(self, user: str, password: str) -> None:
        """Show it once: smtplib tries every way in turn, and a wrong password shown three times locks accounts."""
        server = self._server()
        offered = server.esmtp_features.get("auth", "").upper().split()
        server.user, server.password = user, password
        if self._to.smtp_security == "none" and "CRAM-MD5" in offered:
            server.auth("CRAM-MD5", server.auth_cram_md5)
        elif "PLAIN" in offered:  # by hand: smtplib knows ASCII alone, RFC 4616 does not
            words = b64encode(f"\0{user}\0{password}".encode()).decode("ascii")
            code, said = server.docmd("AUTH", f"PLAIN {words}")
            if code != 235:
                raise smtplib.SMTPAuthenticationError(code, said)
        elif "LOGIN" in offered:
            server.auth("LOGIN", server.auth_login)
        else:
            raise smtplib.SMTPNotSupportedError("the server offers no way to sign in by password")

    def _show_token(self, token: str) -> None:
        """Source: Microsoft and Google, "SASL XOAUTH2"."""

        def words(challenge: bytes | None = None) -> str:
            if challenge is not None:  # the server says what is wrong, and wants an empty line before it refuses
                return ""
            return f"user={self._to.smtp_user}\x01auth=Bearer {token}\x01\x01"

        self._server().auth("XOAUTH2", words)  # type: ignore[arg-type]

    def _address(self, outgoing: Outgoing) -> None:
        """MAIL and RCPT."""
        server = self._server()
        sender, _plain = _on_the_wire(outgoing.sender)
        recipient, plain = _on_the_wire(outgoing.recipient)
        if not (sender and recipient):
            raise _Gone(Answer("refused", house_words("bad_address")))
        if not plain and not server.has_extn("smtputf8"):
            raise _Gone(Answer("refused", house_words("no_smtputf8")))
        try:
            code, words = server.mail(sender, [] if plain else ["SMTPUTF8"])
            if code != 250:  # nobody's letter is accepted from this sender; 552 alone is about this letter
                result, whole = ("refused", False) if code == 552 else ("again", True)
                raise _Gone(Answer(result, _said(code, words), whole))  # type: ignore[arg-type]
            code, words = server.rcpt(recipient)
        except (OSError, smtplib.SMTPException) as problem:
            raise _Gone(_broke_off(problem)) from None
        if not 200 <= code < 300:
            raise _Gone(_verdict(code, words))

    def _hand_over(self, outgoing: Outgoing, about_to_hand_over: Callable[[], bool]) -> Answer:
        """DATA, the letter, the final dot, and the answer to it."""
        server = self._server()
        try:
            code, words = server.docmd("DATA")
        except (OSError, smtplib.SMTPException) as problem:
            raise _Gone(_broke_off(problem)) from None
        if code != 354:
            return _verdict(code if code >= 400 else 451, words)
        try:
            mine = about_to_hand_over()
        except BaseException:
            self._drop()
            raise
        if not mine:
            self._drop()  # without the final dot the server keeps nothing
            return Answer("again", house_words("stopped"))
        try:
            server.send(_with_dots(outgoing.message))
        except (OSError, smtplib.SMTPException) as problem:
            raise _Gone(_broke_off(problem)) from None
        try:
            server.send(b".\r\n")
            code, words = server.getreply()
        except (OSError, smtplib.SMTPException) as problem:
            raise _Gone(Answer("unknown", house_words("no_answer", _told(problem)))) from None
        self._used += 1
        if code == -1:
            return Answer("unknown", house_words("no_answer"))
        return _verdict(code, words)

    # -- the connection ----------------------------------------------------------------------------------------------

    def _server(self) -> smtplib.SMTP:
        if self._smtp is None:
            raise smtplib.SMTPServerDisconnected("not connected")
        return self._smtp

    def _drop(self) -> None:
        """Let go of the connection without a word."""
        server, self._smtp = self._smtp, None
        if server is not None:
            with suppress(OSError):
                server.close()

    def _break_off(self, over: threading.Event) -> None:
        """End a try that takes too long, from another thread: a server that sends a letter a minute never times out."""
        over.set()
        line = getattr(self._smtp, "sock", None)
        if line is not None:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)


def _with_dots(message: bytes) -> bytes:
    """Give the message as it follows DATA: lines end with CRLF, a dot that begins one is doubled (RFC 5321, 4.5.2)."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", message)
    lines = re.sub(rb"(?m)^\.", b"..", lines)
    return lines if lines.endswith(b"\r\n") else lines + b"\r\n"


def _on_the_wire(address: str) -> tuple[str, bool]:
    """Give an address as servers know it, and whether it is plain ASCII then; ("", True) when it is none."""
    if not _ADDRESS.fullmatch(address) or len(address) > 320:
        return "", True
    local, _at, host = address.rpartition("@")
    try:
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return "", True
    return f"{local}@{host}", local.isascii()


def _said(code: int, words: bytes | str) -> str:
    return f"{code} {readable(words)}".strip()


def _told(problem: Exception) -> str:
    """Give an error's own words. None of them holds what was sent: only what came back, or what the machine says."""
    if isinstance(problem, smtplib.SMTPResponseException):
        return _said(problem.smtp_code, problem.smtp_error)
    if _took_too_long(problem):
        return "timeout"
    if isinstance(problem, OSError) and problem.strerror:
        return readable(problem.strerror)
    return readable(str(problem)) or type(problem).__name__


def _took_too_long(problem: Exception) -> bool:
    """Say whether it is a timeout, also where smtplib calls it a lost connection."""
    return isinstance(problem, TimeoutError) or isinstance(problem.__context__, TimeoutError)


def _no_sign_in(refusal: Exception, password: str) -> str:
    """Why the sign-in was refused. Some servers say back what they did not understand, and that was the secret."""
    if isinstance(refusal, UnicodeError):
        return house_words("no_sign_in", "this server takes no password with letters beyond ASCII")
    words = _ENCODED.sub("…", _told(refusal))
    for secret in filter(None, (password, b64encode(password.encode()).decode("ascii"))):
        words = words.replace(secret, "…")
    return house_words("no_sign_in", words)


def _verdict(code: int, words: bytes) -> Answer:
    """What the answer to RCPT, to DATA or to the final dot means for the letter."""
    if 200 <= code < 300:
        return Answer("sent", _said(code, words))
    if code in _OF_THE_HOUSE:
        return Answer("again", _said(code, words), True)
    return Answer("refused" if 500 <= code < 600 else "again", _said(code, words))


def _unreachable(problem: Exception) -> Answer:
    """The server could not be reached or did not let us in: no letter of this round would go through."""
    if isinstance(problem, ssl.SSLCertVerificationError):
        return Answer("again", house_words("bad_certificate", problem.verify_message), True)
    if _took_too_long(problem):
        return Answer("again", house_words("slow"), True)
    return Answer("again", house_words("no_connection", _told(problem)), True)


def _broke_off(problem: Exception) -> Answer:
    """The connection broke before the final dot: the letter was not accepted."""
    if _took_too_long(problem):
        return Answer("again", house_words("slow"), True)
    return Answer("again", house_words("broke_off", _told(problem)), True)
