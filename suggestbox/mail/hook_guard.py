"""Where webhooks may lead: to the services of Teams and Slack and what the house allows, and never inside the own network.

Somebody who can type an address here could otherwise have the server knock at doors only the server can reach.
Source: OWASP Server-Side Request Forgery Prevention; RFC 6890, RFC 6052 (NAT64)
"""

import ipaddress
import re
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.settings import HouseRule

from . import settings as _declared  # noqa: F401 -- the rule is known from here on

KNOWN_HOSTS = {
    "teams": ("*.logic.azure.com", "*.api.powerplatform.com", "*.webhook.office.com"),
    "slack": ("hooks.slack.com", "hooks.slack-gov.com"),
}
PORT = 443
LONGEST_ADDRESS = 2000

Resolve = Callable[[str, int], Iterable[str]]

_HOST = re.compile(r"(?=.{4,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_INSIDE_TOO = tuple(map(ipaddress.ip_network, (
    "192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32", "64:ff9b:1::/48", "3fff::/20", "5f00::/16",
)))
"""What Python takes for outside: services of clouds for their own machines, relays, networks for documents and trials."""


class BadHook(Exception):
    """An address no webhook may have; `why` is one of: shape, host, inside, unknown."""

    def __init__(self, why: str, detail: str = ""):
        super().__init__(why)
        self.why, self.detail = why, detail


@dataclass(frozen=True)
class Destination:
    """Where a webhook leads."""

    host: str
    target: str  # path and query, as they stand in the request


def allowed_hosts(kind: str) -> tuple[str, ...]:
    """Give the names of hosts webhooks of this kind may have; `*.` stands for one or more names before it."""
    # On a connection of its own: the postman asks too, and no reading of his may stay open while others write.
    with db.engine.connect() as connection:
        further = connection.scalar(sa.select(HouseRule.value).where(HouseRule.name == "mail.hook_hosts")) or ""
    return (*KNOWN_HOSTS[kind], *(name for name in re.split(r"[\s,;]+", further.lower()) if name))


def destination_of(url: str, kind: str) -> Destination:
    """Give where the address leads.

    Raises  BadHook when it is no plain https address, or leads to a host that is not allowed
    """
    parts = _plain_parts(url)
    host = (parts.hostname or "").lower()
    if not _HOST.fullmatch(host) or host.rsplit(".", 1)[-1].isdigit():
        raise BadHook("shape")
    if not any(_fits(host, pattern) for pattern in allowed_hosts(kind)):
        raise BadHook("host", host)
    return Destination(host, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))


def _plain_parts(url: str) -> SplitResult:
    if not url.isascii() or not url.isprintable() or any(c in url for c in " \\") or len(url) > LONGEST_ADDRESS:
        raise BadHook("shape")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadHook("shape") from None
    if parts.scheme != "https" or "@" in parts.netloc or port not in (None, PORT) or parts.fragment:
        raise BadHook("shape")
    return parts


def _fits(host: str, pattern: str) -> bool:
    return host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern


def shortened(url: str) -> str:
    """Give an address as it may be shown: its host and its end. The rest is a secret."""
    parts = urlsplit(url)
    return f"{parts.hostname}/…{url[-4:]}"


def addresses_of(host: str, port: int) -> list[str]:
    """Give the addresses a name stands for, asked once."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(row[4][0]) for row in found))


def is_outside(text: str) -> bool:
    """Say whether an address lies in the open internet, whatever wrapping it came in."""
    try:
        address: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(text)
    except ValueError:  # also an address with a zone: of one's own network
        return False
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        elif address in _NAT64:
            address = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        elif address.sixtofour is not None or address.teredo is not None or address.is_site_local:
            return False
    if any(address in network for network in _INSIDE_TOO if network.version == address.version):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def checked_addresses(host: str, port: int, resolve: Resolve = addresses_of) -> list[str]:
    """Give the addresses of a host, each of them outside; whoever connects takes exactly these.

    Raises  BadHook when one of them lies inside, or there is none
    """
    found = list(resolve(host, port))
    if not found:
        raise BadHook("unknown", host)
    if not all(is_outside(address) for address in found):
        raise BadHook("inside", host)
    return found
