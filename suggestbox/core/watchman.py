"""The watchman outside: an address that is called while all is well, so that silence raises an alarm elsewhere."""

import logging
import urllib.request
from http.client import HTTPException
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 10

logger = logging.getLogger(__name__)


def call(url: str) -> bool:
    """Call the address; say whether it answered well. A failure goes into the log and nowhere else."""
    host = "the address in SUGGESTBOX_PING_URL"
    try:
        place = urlsplit(url)
        if place.scheme not in ("http", "https") or not place.hostname:
            raise ValueError("it is no http or https address")
        host = place.hostname  # and no more of it: such addresses hold a secret
        asked = urllib.request.Request(url, headers={"User-Agent": "suggestbox"})
        with urllib.request.urlopen(asked, timeout=TIMEOUT_SECONDS) as answer:
            answer.read(1024)
        return True
    except (OSError, HTTPException, ValueError) as trouble:  # also a refusal, and an answer that makes no sense
        words = type(trouble).__name__ if isinstance(trouble, HTTPException) else trouble  # its own may quote the path
        logger.warning("the watchman outside could not be called at %s: %s", host, words)
        return False
