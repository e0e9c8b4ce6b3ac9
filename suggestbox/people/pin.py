"""Personnel number and PIN: how people without an e-mail address sign in, on any device that reaches the site.

The first PIN comes by letter and is made when the letter is printed; it stands in no row and no log. At the first
sign-in it is replaced by one of the person's own. Who runs the house never has a PIN: six digits are too few for that.
"""

import secrets
from datetime import date, datetime
from itertools import pairwise

from argon2.exceptions import InvalidHashError, VerificationError

from suggestbox.core.database import db
from suggestbox.core.errors import Stale
from suggestbox.core.language import gettext as _

from . import sign_in
from .book import Directory
from .models import Person
from .operations import end_ways_in, note

LENGTH = 6
NEVER_FOR = frozenset({"admin", "idea_manager", "hr_analyst", "cx_manager", "leadership"})
"""Roles that run the house or see more than others: their holders sign in with a password."""

STATES = ("none", "first", "own")
"""Of a person's PIN: there is none, the one of the letter was never used, one of their own."""


def may_have_pin(book: Directory, person_id: int) -> bool:
    """Say whether the person signs in with a PIN: works here, has a number and no e-mail address, runs nothing."""
    brief = book.person(person_id)
    if brief is None or not brief.active or brief.email or not brief.personnel_no:
        return False
    return NEVER_FOR.isdisjoint(role for role, _department in book.roles_of.get(person_id, ()))


def pin_state(person: Person) -> str:
    """Give how it stands with the person's PIN: one of STATES."""
    return "none" if not person.pin_hash else "first" if person.pin_is_first else "own"


def pin_is_acceptable(pin: str, personnel_no: str | None) -> str:
    """Give what speaks against this PIN as a sentence, or "" when nothing does."""
    if len(pin) != LENGTH or not pin.isascii() or not pin.isdigit():
        return _("A PIN has exactly %(length)s digits.", length=LENGTH)
    if _is_pattern(pin):
        return _("These digits form a pattern, so they are easy to guess. Please choose others.")
    number = "".join(ch for ch in personnel_no or "" if ch.isdigit())
    if number and (pin in number or (len(number) >= 4 and number in pin) or pin == number.zfill(LENGTH)):
        return _("This is your personnel number, or part of it. Please choose other digits.")
    if _is_date(pin):
        return _("This can be read as a date. Birthdays are easy to guess; please choose other digits.")
    return ""


def _is_pattern(pin: str) -> bool:
    ways = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    counts = len(ways) == 1  # 111111, 123456, 987654, 135791
    repeats = pin[:3] == pin[3:] or pin[:2] * 3 == pin or pin[:3] == pin[:2:-1]  # 123123, 121212, 123321
    pairs = pin[::2] == pin[1::2]  # 112233
    return counts or repeats or pairs or len(set(pin)) <= 2


def _is_date(pin: str) -> bool:
    one, two, three = int(pin[:2]), int(pin[2:4]), int(pin[4:])
    for year, month, day in ((three, two, one), (three, one, two), (one, two, three)):
        try:
            date(2000 + year, month, day)
        except ValueError:
            continue
        return True
    return False


def new_pin(personnel_no: str | None) -> str:
    """Give a PIN made by chance that nothing speaks against."""
    while True:
        pin = f"{secrets.randbelow(10**LENGTH):0{LENGTH}d}"
        if not pin_is_acceptable(pin, personnel_no):
            return pin


def pin_fits(person: Person | None, pin: str, book: Directory) -> bool:
    """Say whether this is the PIN of somebody who may sign in with one. Takes as long for nobody as for somebody.

    Slow on purpose: call it before `work()`, not inside.
    """
    known = person is not None and bool(person.pin_hash) and may_have_pin(book, person.id)
    kept = person.pin_hash if person is not None and known else sign_in.hash_of_nobody()
    try:
        sign_in.verify(kept, pin[:sign_in.LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return False
    return known


def set_first_pin(person: Person, pin_hash: str, *, now: datetime, actor: Person | None) -> None:
    """Let the PIN that is being printed be the person's PIN; the one before stops working, and so do its sign-ins."""
    person.pin_hash, person.pin_is_first = pin_hash, True
    end_ways_in(person, None, now)
    note("person.pin_printed", person, actor=actor, now=now)
    db.session.flush()


def choose_pin(person: Person, *, old_hash: str, new_hash: str, keep_token: str | None, now: datetime) -> None:
    """Replace one's PIN by one's own and end one's other sign-ins.

    Takes   old_hash: the hash the old PIN was compared with, outside this transaction
    Raises  Stale when the PIN was changed in between
    """
    if not old_hash or person.pin_hash != old_hash:
        raise Stale(reason="changed_meanwhile")
    person.pin_hash, person.pin_is_first = new_hash, False
    end_ways_in(person, keep_token, now)
    note("person.pin_chosen", person, actor=person, now=now)
    db.session.flush()
