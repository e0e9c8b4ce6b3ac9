"""A browser that counts: keep-alive, cookies, the time until the last byte."""

import http.client
import re
import time
from dataclasses import dataclass
from urllib.parse import urlencode

from .server import PROCESSOR, STATEMENTS


@dataclass(frozen=True)
class Visit:
    """What one request took; of several, the sum."""

    status: int
    ms: float
    processor_ms: float
    statements: int
    size: int
    text: str
    location: str

    def __add__(self, further: "Visit") -> "Visit":
        return Visit(further.status, self.ms + further.ms, self.processor_ms + further.processor_ms,
                     self.statements + further.statements, self.size + further.size, further.text, further.location)


class Browser:
    """One connection to one server, kept open; `cookie` is the session of somebody signed in."""

    def __init__(self, port: int, cookie: str = ""):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookie = cookie

    def get(self, path: str) -> Visit:
        """Ask for a page."""
        return self._ask("GET", path)

    def post(self, path: str, fields: dict[str, str]) -> Visit:
        """Send a form."""
        return self._ask("POST", path, urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded"})

    def _ask(self, method: str, path: str, body: str | None = None, more: dict[str, str] | None = None) -> Visit:
        headers = {"Accept": "text/html", "Accept-Language": "de", **(more or {})}
        if self._cookie:
            headers["Cookie"] = self._cookie
        before = time.perf_counter()
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        took = (time.perf_counter() - before) * 1000
        for name, value in answer.getheaders():
            if name == "Set-Cookie" and value.startswith("session="):
                self._cookie = value.partition(";")[0]
        return Visit(
            answer.status, took, float(answer.headers[PROCESSOR]), int(answer.headers[STATEMENTS]), len(content),
            content.decode("utf-8", "replace"), answer.headers.get("Location", ""),
        )


def field_of(page: str, name: str) -> str:
    """Give the value of a hidden field of a page."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page)
    if found is None:
        raise LookupError(f"the page has no field {name}")
    return found[1]
