"""A browser without eyes: forms and answers over the network, with cookies and form marks."""

import html
import re
import secrets
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.client import HTTPMessage
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode

from tests.browser.server import PASSWORD, House

Fields = dict[str, Any] | list[tuple[str, Any]]


class _StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any) -> None:
        return None


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: HTTPMessage
    text: str

    @property
    def place(self) -> str:
        """Where it leads."""
        return self.headers.get("Location", "")

    def inside(self, pattern: str) -> str:
        """Give what the page holds where the pattern has its brackets, as a reader sees it."""
        found = re.search(pattern, self.text, re.S)
        assert found, f"{pattern} fits nowhere on this page: {self.status}"
        return read(found[1])

    @property
    def words(self) -> str:
        """The words of the page, without its marks."""
        return " ".join(read(re.sub(r"<(script|style).*?</\1>", " ", self.text, flags=re.S)).split())


    def fields_of(self, action: str) -> list[str]:
        """Give the names of the fields of the form that is sent there, without its mark."""
        found = re.search(rf'<form[^>]*action="{re.escape(action)}"[^>]*>(.*?)</form>', self.text, re.S)
        names = re.findall(r'<(?:input|select|textarea)\b[^>]* name="([^"]+)"', found[1]) if found else []
        return [name for name in dict.fromkeys(names) if name != "csrf_token"]


def read(source: str) -> str:
    """Give the text a piece of a page shows."""
    lines = source.replace("<br>\n", "\n").replace("</p>\n<p>", "\n\n")
    return html.unescape(re.sub(r"<[a-zA-Z/!][^>]*>", "", lines))


class PlainBrowser:
    """Somebody of the cast, signed in, calling addresses."""

    def __init__(self, house: House, name: str, language: str = "en"):
        self.house, self.name = house, name
        house.speak(name, language)
        self._opener = urllib.request.build_opener(_StayHere, urllib.request.HTTPCookieProcessor(CookieJar()))
        self.mark = self._mark_on("/sign-in")
        who = {"email": f"{name}@example.com", "password": PASSWORD}
        assert self.post("/sign-in", who).status == 303
        self.mark = self._mark_on("/me")

    def _mark_on(self, path: str) -> str:
        return self.get(path).inside(r'name="csrf_token"[^>]* value="([^"]+)"')

    def get(self, path: str, **query: Any) -> Answer:
        """Ask for a page."""
        return self.send("GET", f"{path}?{encode(query)}" if query else path)

    def post(self, path: str, fields: Fields, mark: str | None = None) -> Answer:
        """Send a form as a browser does, with its mark."""
        pairs = list(fields.items() if isinstance(fields, dict) else fields)
        body = encode([*pairs, ("csrf_token", self.mark if mark is None else mark)])
        return self.send("POST", path, body.encode(), "application/x-www-form-urlencoded")

    def upload(self, path: str, fields: dict[str, str], *files: tuple[str, str, bytes]) -> Answer:
        """Send a form with files: (field, file name, content)."""
        line = secrets.token_hex(12)
        parts = [(f'name="{name}"', value.encode()) for name, value in {**fields, "csrf_token": self.mark}.items()]
        parts += [(f'name="{name}"; filename="{file}"', content) for name, file, content in files]
        body = b"".join(
            f"--{line}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + content + b"\r\n"
            for head, content in parts
        )
        return self.send("POST", path, body + f"--{line}--\r\n".encode(), f"multipart/form-data; boundary={line}")

    def send(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> Answer:
        """Send a request and give the answer, whatever it is."""
        headers = {"Content-Type": kind} if kind else {}
        request = urllib.request.Request(self.house.address + path, data=body, headers=headers, method=method)
        try:
            with self._opener.open(request, timeout=30) as came:
                return Answer(came.status, came.headers, came.read().decode())
        except urllib.error.HTTPError as came:
            with came:
                return Answer(came.code, came.headers, came.read().decode())


def encode(fields: Any) -> str:
    """Write fields as a browser does: line ends are two signs, halves of characters are none."""
    pairs = fields.items() if isinstance(fields, dict) else fields
    return urlencode([(name, as_sent(str(value))) for name, value in pairs])


def as_sent(text: str) -> str:
    """Give what a browser sends of a text."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    return re.sub("[\ud800-\udfff]", "\ufffd", lines)
