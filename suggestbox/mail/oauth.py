"""Access tokens for the mail server by OAuth 2, as Microsoft 365 demands them: kept in memory until shortly before they end.

Source: RFC 6749, 4.4 (client credentials)
"""

import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from ipaddress import ip_address
from typing import Any

from suggestbox.core.config import Deployment

from .carrier import readable

MARGIN_SECONDS = 120
LARGEST_ANSWER = 64 * 1024
USUAL_SECONDS = 3600

_kept: dict[tuple[str, str, str], tuple[str, float]] = {}
_one_at_a_time = threading.Lock()


class NoToken(Exception):
    """There was no token to be had; the words say why and never hold a secret."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The secret goes to the address that was set up, and nowhere else."""

    def redirect_request(self, *_args: Any, **_kw: Any) -> None:
        return None


def access_token(deployment: Deployment, *, anew: bool = False) -> str:
    """Give a token for the mail server: the kept one while it is good, unless it was refused and is wanted `anew`.

    Raises  NoToken
    """
    key = (deployment.smtp_oauth_token_url, deployment.smtp_oauth_client_id, deployment.smtp_oauth_scope)
    with _one_at_a_time:
        token, until = _kept.get(key, ("", 0.0))
        if anew or time.monotonic() >= until:
            token, seconds = _ask(deployment)
            _kept[key] = (token, time.monotonic() + max(seconds - MARGIN_SECONDS, seconds / 2))
        return token


def _ask(deployment: Deployment) -> tuple[str, float]:
    url = deployment.smtp_oauth_token_url
    if not _is_safe(url):
        raise NoToken("the address must begin with https://")
    form = urllib.parse.urlencode({
        "grant_type": "client_credentials", "client_id": deployment.smtp_oauth_client_id,
        "client_secret": deployment.smtp_oauth_client_secret, "scope": deployment.smtp_oauth_scope,
    })
    request = urllib.request.Request(url, data=form.encode(), headers={"Accept": "application/json"})  # a POST
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=deployment.smtp_timeout) as answer:
            body = answer.read(LARGEST_ANSWER)
    except urllib.error.HTTPError as refusal:
        with refusal:
            why = f"{refusal.code} {_reason(refusal.read(LARGEST_ANSWER))}".strip()
            raise NoToken(why.replace(deployment.smtp_oauth_client_secret or "\0", "…")) from None
    except (OSError, ValueError) as problem:
        raise NoToken(readable(str(getattr(problem, "reason", problem)))) from None
    try:
        told = json.loads(body)
        return str(told["access_token"]), float(told.get("expires_in") or USUAL_SECONDS)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NoToken("the answer holds no access token") from None


def _is_safe(url: str) -> bool:
    """A secret goes over the line only encrypted, or not over a line at all."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme == "https":
        return True
    try:
        return parts.scheme == "http" and ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return parts.scheme == "http" and parts.hostname == "localhost"


def _reason(body: bytes) -> str:
    """Give the reason of a refusal; RFC 6749, 5.2."""
    try:
        told = json.loads(body)
        return readable(f"{told.get('error', '')} {told.get('error_description', '')}")[:300]
    except (ValueError, AttributeError):
        return ""
