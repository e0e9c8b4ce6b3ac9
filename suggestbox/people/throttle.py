"""Slowing down who guesses passwords: exact counts, shared by all processes."""

import hashlib

from limits import RateLimitItem, parse

from suggestbox.core.errors import TooOften
from suggestbox.core.limits import forget_beginning_with, limiter

from .models import Person

PER_ADDRESS = parse("30 per minute")
PER_ACCOUNT = (parse("5 per minute"), parse("20 per hour"))

PINS_PER_ADDRESS = parse("40 per hour")
PINS_PER_ACCOUNT = (parse("5 per 15 minutes"), parse("10 per hour"), parse("20 per day"))
"""Of wrong PINs, from wherever they come: a PIN has a million values, so the waits grow quickly."""

KNOWN_SECONDS = 30 * 24 * 3600
"""How long an address counts as one the person signs in from. Tries from there are counted apart, so that nobody far away
locks somebody out of the device in their own hall by typing wrong PINs."""


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
    """Count a try with a PIN before it is looked at, for the account and for the address.

    For the account all unknown addresses count together, and each it has signed in from lately alone.
    Raises  TooOften after 5 in a quarter of an hour, 10 in an hour or 20 in a day, or 40 in an hour from one address
    """
    where = _where(account, address)
    for item in PINS_PER_ACCOUNT:
        _count(item, "pin", account, where)
    _count(PINS_PER_ADDRESS, "pin-address", address)


def _known(account: str, address: str) -> str:
    return f"pin-known/{account}/{address}"


def _where(account: str, address: str) -> str:
    known = limiter.enabled and limiter.storage.get(_known(account, address))
    return address if known else "elsewhere"


def give_pin_back(account: str, address: str) -> None:
    """Take the try back that was counted: it was the right PIN, and only failures count. The address is known now."""
    if not limiter.enabled:
        return
    where = _where(account, address)
    for item in PINS_PER_ACCOUNT:
        limiter.storage.incr(item.key_for("pin", account, where), item.get_expiry(), amount=-1)
    limiter.storage.incr(PINS_PER_ADDRESS.key_for("pin-address", address), PINS_PER_ADDRESS.get_expiry(), amount=-1)
    if where != address:
        limiter.storage.incr(_known(account, address), KNOWN_SECONDS)


def forget_pins(account: str) -> None:
    """Forget the wrong PINs of an account: a new PIN is on its way to somebody who may be locked out."""
    if limiter.enabled:
        forget_beginning_with(PINS_PER_ACCOUNT[0].key_for("pin", account, "").partition(f"{account}/")[0] + f"{account}/")
