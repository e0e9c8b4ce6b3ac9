"""Slowing down who guesses passwords: exact counts, shared by all processes."""

import hashlib

from limits import RateLimitItem, parse

from suggestbox.core.errors import TooOften
from suggestbox.core.limits import limiter

from .models import Person

PER_ADDRESS = parse("30 per minute")
PER_ACCOUNT = (parse("5 per minute"), parse("20 per hour"))

PINS_PER_ADDRESS = parse("40 per hour")
PINS_PER_ACCOUNT = (parse("5 per 15 minutes"), parse("10 per hour"), parse("20 per day"))
"""Of wrong PINs, from wherever they come: a PIN has a million values, so the waits grow quickly."""


def account_of(person: Person | None, login: str) -> str:
    """Give what stands for an account in the counters: the person, however they are named, or a hash of the text."""
    if person is not None:
        return f"person-{person.id}"
    return hashlib.sha256(login.strip().casefold().encode("utf-8", "replace")).hexdigest()[:32]


def count_address(address: str) -> None:
    """Count a try from this address, whatever becomes of it.

    Raises  TooOften after 30 in a minute
    """
    _count(PER_ADDRESS, "sign-in-address", address)


def count_try(account: str, address: str) -> None:
    """Count a try for this account from this address before its password is looked at.

    Counting first keeps many tries at the same moment from all slipping through.
    Raises  TooOften after 5 in a minute or 20 in an hour
    """
    for item in PER_ACCOUNT:
        _count(item, "sign-in", account, address)


def _count(item: RateLimitItem, *what: str) -> None:
    if limiter.enabled and not limiter.limiter.hit(item, *what):
        raise TooOften(reason="too_often", wait_seconds=item.get_expiry())


def give_back(account: str, address: str) -> None:
    """Take the try back that was counted: it was the right password, and only failures count."""
    for item in PER_ACCOUNT if limiter.enabled else ():
        limiter.storage.incr(item.key_for("sign-in", account, address), item.get_expiry(), amount=-1)


def count_pin(account: str, address: str) -> None:
    """Count a try with a PIN before it is looked at, for the account from any address and for the address.

    Raises  TooOften after 5 in a quarter of an hour, 10 in an hour or 20 in a day, or 40 in an hour from one address
    """
    for item in PINS_PER_ACCOUNT:
        _count(item, "pin", account)
    _count(PINS_PER_ADDRESS, "pin-address", address)


def give_pin_back(account: str, address: str) -> None:
    """Take the try back that was counted: it was the right PIN, and only failures count."""
    if not limiter.enabled:
        return
    for item in PINS_PER_ACCOUNT:
        limiter.storage.incr(item.key_for("pin", account), item.get_expiry(), amount=-1)
    limiter.storage.incr(PINS_PER_ADDRESS.key_for("pin-address", address), PINS_PER_ADDRESS.get_expiry(), amount=-1)


def forget_pins(account: str) -> None:
    """Forget the wrong PINs of an account: a new PIN is on its way to somebody who may be locked out."""
    for item in PINS_PER_ACCOUNT if limiter.enabled else ():
        limiter.storage.clear(item.key_for("pin", account))
