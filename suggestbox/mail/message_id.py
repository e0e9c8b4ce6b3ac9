"""The Message-ID of a letter: always the same for the same letter, and nobody can read anything from it."""

import hashlib
import hmac
from urllib.parse import urlsplit

from suggestbox.core.config import Deployment


def message_id_for(key: str, deployment: Deployment) -> str:
    """Give the Message-ID of the letter with this key, angle brackets included; at most 70 characters before the host.

    Source: RFC 5322, 3.6.4
    """
    digest = hmac.new(deployment.secret_key.encode(), key.encode(), hashlib.sha256).hexdigest()[:40]
    host = deployment.mail_from.rpartition("@")[2] or urlsplit(deployment.base_url).hostname or "suggestbox.invalid"
    return f"<{digest}@{host[:60]}>"
