"""A mail server that does as it is told, on a real port, and one that gives access tokens.

    with MailServer() as server:
        server.script["RCPT"] = "550 5.1.1 nobody here"        for every RCPT
        server.script["DOT"] = ["451 later", ""]               for the first final dot; the second is accepted
        server.recipients["rex@example.com"] = "450 busy"      for one recipient
        server.accepted                                        what was accepted, in its order

Commands: GREET, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, BODY (after 354), DOT (after the final dot), RSET.
What may happen: "" (all is well), a reply such as "451 4.3.0 later", "drop" (the connection ends; at DOT the letter is
accepted before), "silent" (no answer ever), "slow 2" (two seconds later), "drip" (an answer that never ends).
"""

import asyncio
import json
import ssl
import threading
from base64 import b64decode
from collections import Counter
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import parse_qs

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword

from suggestbox.core.config import Deployment


@dataclass(frozen=True)
class Accepted:
    """A letter the server took responsibility for."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes

    @property
    def message(self) -> Message:
        return message_from_bytes(self.content)

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"]).strip()


class _Conversation(SMTP):
    """One connection."""

    house: "MailServer"

    async def push(self, status: Any) -> None:
        words = status if isinstance(status, str) else status.decode()
        if words.startswith("220 ") and "GREET" not in self.__dict__:
            self.__dict__["GREET"] = True
            if await self._acts("GREET"):
                return
        await super().push(status)
        if words.startswith("354"):
            await self._acts("BODY")

    async def _acts(self, command: str, told: str | None = None) -> bool:
        """Do what the script says; True when that was all."""
        action = self.house.next_action(command) if told is None else told
        if not action:
            return False
        if action == "drop":
            self.transport.abort()
        elif action == "silent":
            await asyncio.sleep(3600)
        elif action.startswith("slow"):
            await asyncio.sleep(float(action.split()[1]))
            return False
        elif action == "drip":
            while self.transport is not None and not self.transport.is_closing():
                self._writer.write(b"2")
                await asyncio.sleep(0.05)
        else:
            await super().push(action.encode("latin-1"))
        return True

    async def smtp_EHLO(self, hostname: str) -> None:
        if not await self._acts("EHLO"):
            await super().smtp_EHLO(hostname)

    async def smtp_HELO(self, hostname: str) -> None:
        if not await self._acts("EHLO"):
            await super().smtp_HELO(hostname)

    async def smtp_STARTTLS(self, arg: str) -> None:
        if not await self._acts("STARTTLS"):
            await super().smtp_STARTTLS(arg)

    async def smtp_AUTH(self, arg: str) -> None:
        if not await self._acts("AUTH"):
            await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg: str | None) -> None:
        if not await self._acts("MAIL"):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:
        if not await self._acts("RCPT"):
            await super().smtp_RCPT(arg)

    async def smtp_RSET(self, arg: str) -> None:
        if not await self._acts("RSET"):
            await super().smtp_RSET(arg)

    async def smtp_DATA(self, arg: str) -> None:
        if not await self._acts("DATA"):
            await super().smtp_DATA(arg)

    async def auth_XOAUTH2(self, _server: Any, args: list[str]) -> AuthResult:
        words = b64decode(args[1]).decode().split("\x01")
        user, token = words[0].removeprefix("user="), words[1].removeprefix("auth=Bearer ")
        good = token in self.house.tokens
        self.house.sign_ins.append(("XOAUTH2", user, good))
        if good:
            return AuthResult(success=True, auth_data=user)
        await self.challenge_auth(json.dumps({"status": "401"}))
        return AuthResult(success=False, handled=False)


@dataclass
class MailServer:
    """See the head of this file. `users` and `tokens` are who may sign in; nobody needs to unless `sign_in` is True."""

    security: str = "none"  # or "starttls" or "tls"
    sign_in: bool = False
    utf8: bool = False
    without: tuple[str, ...] = ()  # ways to sign in that are not offered
    users: dict[str, str] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    script: dict[str, str | list[str]] = field(default_factory=dict)
    recipients: dict[str, str] = field(default_factory=dict)
    accepted: list[Accepted] = field(default_factory=list)
    sign_ins: list[tuple[str, str, bool]] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    _talks: list[_Conversation] = field(default_factory=list)

    # -- as a handler ------------------------------------------------------------------------------------------------

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Envelope, address: str, options: list[str]) -> str:
        if self.recipients.get(address):
            return self.recipients[address]
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Envelope) -> str:
        action = self.next_action("DOT")
        if not action or action == "drop" or action.startswith(("silent", "slow")):
            self.accepted.append(Accepted(envelope.mail_from, tuple(envelope.rcpt_tos), envelope.original_content))
        if action and (action == "drop" or action.startswith(("silent", "slow"))):
            await server._acts("DOT", action)
            action = ""
        return action or "250 2.0.0 OK: queued"

    def _authenticate(self, _server: Any, _session: Any, _envelope: Any, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        user, password = data.login.decode(), data.password.decode()
        good = self.users.get(user) == password
        self.sign_ins.append((mechanism, user, good))
        return AuthResult(success=good, handled=False)

    def next_action(self, command: str) -> str:
        """Give what the script says for the next such command."""
        told = self.script.get(command, "")
        if isinstance(told, list):
            return told.pop(0) if told else ""
        return told

    # -- as a server -------------------------------------------------------------------------------------------------

    def _conversation(self) -> _Conversation:
        self.connections += 1
        talk = _Conversation(
            self, hostname="mail.example.com", enable_SMTPUTF8=self.utf8, loop=self._loop, timeout=60,
            tls_context=self._encryption if self.security == "starttls" else None,
            require_starttls=self.security == "starttls", auth_require_tls=False, authenticator=self._authenticate,
            auth_exclude_mechanism=self.without,
        )
        talk._auth_required = self.sign_in  # as an argument it warns where there is no encryption
        talk.house = self
        self._talks.append(talk)
        return talk

    def listen(self) -> None:
        """Accept connections, from now on at the same port."""
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _listen(self) -> asyncio.Server:
        context = self._encryption if self.security == "tls" else None
        return await self._loop.create_server(
            self._conversation, "127.0.0.1", self.port, ssl=context, reuse_address=True, backlog=100
        )

    def refuse(self) -> None:
        """Refuse connections until `listen()`."""
        async def close() -> None:
            self._server.close()

        asyncio.run_coroutine_threadsafe(close(), self._loop).result(10)

    def __enter__(self) -> "MailServer":
        self._folder = TemporaryDirectory()
        self._trusted = ""
        if self.security != "none":
            authority = trustme.CA()
            self._trusted = str(Path(self._folder.name) / "authority.pem")
            authority.cert_pem.write_to_path(self._trusted)
            self._encryption = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            authority.issue_cert("localhost", "127.0.0.1").configure_cert(self._encryption)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.listen()
        return self

    def __exit__(self, *_error: Any) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
        self._folder.cleanup()

    async def _end(self) -> None:
        self._server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for talk in self._talks:
            if talk.transport is not None:
                talk.transport.abort()
        await asyncio.sleep(0.01)  # transports say goodbye

    # -- for tests ---------------------------------------------------------------------------------------------------

    def deployment(self, base: Deployment, **more: Any) -> Deployment:
        """Give the deployment settings with which this server is used."""
        return base.model_copy(update={
            "smtp_host": "127.0.0.1", "smtp_port": self.port, "smtp_security": self.security, "smtp_timeout": 5,
            "smtp_ca_file": self._trusted, "mail_from": "ideas@example.com", "base_url": "https://ideas.example.com",
            **more,
        })

    def copies(self) -> Counter[str]:
        """Give how often each Message-ID was accepted."""
        return Counter(letter.message_id for letter in self.accepted)


@dataclass
class TokenServer:
    """Gives access tokens "token-1", "token-2", ...; `answers` are told first: (status, body)."""

    seconds: int = 3600
    answers: list[tuple[int, bytes]] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)

    def __enter__(self) -> "TokenServer":
        house = self

        class Desk(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                house.asked.append({name: values[0] for name, values in form.items()})
                told = {"access_token": f"token-{len(house.asked)}", "expires_in": house.seconds}
                status, body = house.answers.pop(0) if house.answers else (200, json.dumps(told).encode())
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                if 300 <= status < 400:
                    self.send_header("Location", "/elsewhere")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_words: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/token"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_error: Any) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)
