"""Addresses to come back to: only paths of this site, however a browser may read them."""

from urllib.parse import urlsplit


def same_site_path(text: str | None) -> str | None:
    """Give the path if it leads nowhere but to this site, else None.

    Browsers drop tabs and line breaks and read a backslash as a slash, so "/\\t/evil.example" and "/\\evil.example"
    are other sites to them.
    """
    if not text or len(text) > 2000 or not text.startswith("/") or text.startswith("//") or "\\" in text:
        return None
    if any(ch <= " " or ch == "\x7f" or not ch.isprintable() for ch in text):
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else text


def path_on(host: str, address: str | None) -> str | None:
    """Give the path of an address on this host, else None: the way back must not lead to whoever sent somebody here."""
    try:
        parts = urlsplit(address or "")
    except ValueError:
        return None
    if parts.netloc != host:
        return None
    return same_site_path(parts._replace(scheme="", netloc="", fragment="").geturl())
