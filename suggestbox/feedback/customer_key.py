"""Telling customers apart without knowing them: keyed hashes of what a source calls them.

Without the key nobody can find out whether somebody is among the customers by hashing their address. Who loses the key
loses nothing but that: the customers of later imports count as new ones.
"""

import hashlib
import hmac
import re

from flask import current_app

from suggestbox.core.config import Deployment, kept_secret

KEY_FILE = "customer_key"
KEPT = "hash:"
"""Stands before a hash in exported files, so that it comes back as it was."""

_HASH = re.compile(r"hash:([0-9a-f]{64})")


def hash_customer(key: str) -> str:
    """Give the keyed hash of a customer's key; the same for "A@B.de " and "a@b.de"."""
    known = _HASH.fullmatch(key.strip())
    return known[1] if known else _keyed("customer", " ".join(key.split()).casefold())


def hash_person(person_id: int) -> str:
    """Give the keyed hash that stands for an employee who speaks as an internal customer."""
    return _keyed("person", str(person_id))


def hash_row(facts: str) -> str:
    """Give the keyed hash that recognises a row which the source itself gave no key."""
    return _keyed("row", facts)


def _keyed(kind: str, text: str) -> str:
    message = f"{kind}\n{text}".encode("utf-8", "replace")
    return hmac.digest(_key(), message, hashlib.sha256).hex()


def _key() -> bytes:
    """The key of this house: from the environment, else from its own file, which is made when it is first needed."""
    kept: bytes | None = current_app.extensions.get(KEY_FILE)
    if kept is None:
        deployment: Deployment = current_app.config["DEPLOYMENT"]
        text = deployment.customer_key or kept_secret(deployment.instance / KEY_FILE)
        kept = current_app.extensions[KEY_FILE] = text.encode()
    return kept
