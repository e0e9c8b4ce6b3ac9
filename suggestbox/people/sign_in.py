"""Signing in: passwords, and sign-ins kept on the server so that ending one kills a stolen cookie."""

import hashlib
import secrets
import threading
from datetime import datetime, timedelta
from functools import lru_cache

import sqlalchemy as sa
from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db
from suggestbox.core.language import gettext as _

from .models import Person, SignIn
from .queries import today_for

LASTS = timedelta(days=30)
IDLE = timedelta(minutes=15)
"""How long a sign-in on a shared device lasts after it was last used."""

SHARED = "shared."
"""How the token of such a sign-in begins; it is part of what is hashed, so nobody can add or drop it."""

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 256

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=32, salt_len=16, type=Type.ID)
"""Source: OWASP Password Storage Cheat Sheet, Argon2id with 19 MiB and two passes."""

_two_at_once = threading.BoundedSemaphore(2)
"""Each hash takes 19 MiB and a core: a crowd at the door must not take the machine."""

WORST_PASSWORDS = frozenset(
    (
        "1234567890", "12345678910", "0123456789", "0987654321", "1111111111", "1234512345", "1q2w3e4r5t",
        "1qaz2wsx3edc", "qwertyuiop", "qwertzuiop", "asdfghjkl1", "asdfghjklö", "password12", "password123",
        "password1234", "password12345", "passwort12", "passwort123", "passwort1234", "passwort12345",
        "passw0rd123", "p@ssw0rd123", "p@ssword123", "iloveyou12", "iloveyou123", "welcome123", "willkommen",
        "willkommen1", "willkommen123", "letmein123", "changeme123", "administrator", "admin12345", "adminadmin",
        "hallo12345", "hallohallo", "schatz12345", "ichliebedich", "sommer2024", "sommer2025", "sommer2026",
        "winter2024", "winter2025", "winter2026", "fruehling2026", "suggestbox", "suggestbox1", "ideenmanagement",
        "vorschlagswesen", "geheim1234", "geheimgeheim", "dragon12345", "football123", "abcdefghij", "abcdefghijk",
        "aaaaaaaaaa", "zzzzzzzzzz", "9876543210", "11223344556", "112233445566", "123123123123", "121212121212",
    )
)


def _hash_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


_WHO_IS_IT = (
    sa.select(Person)
    .join(SignIn, SignIn.person_id == Person.id)
    .where(
        SignIn.token_hash == sa.bindparam("token_hash"),
        SignIn.ended_at.is_(None),
        SignIn.expires_at > sa.bindparam("now"),
        Person.active,
        sa.or_(Person.left_on.is_(None), Person.left_on >= sa.bindparam("today")),
    )
)
"""Asked with every page, so it is put together once."""


def person_of_token(token: str) -> Person | None:
    """Give who is signed in with this token, or None; Flask-Login asks at the start of each request.

    One statement. The clock is read here because nobody else is there to hand it over.
    """
    asked = {"token_hash": _hash_of(token), "now": utc_now(), "today": today_for()}
    person = db.session.scalars(_WHO_IS_IT, asked).first()
    if person is not None:
        person.sign_in_token = token  # type: ignore[attr-defined]
    return person


def begin_sign_in(person: Person, now: datetime, *, shared: bool = False) -> str:
    """Note a new sign-in and give its token; only the token's hash is kept. Flushes, never commits.

    Takes   shared: on a device others use too: it ends by itself soon after it was last used
    """
    token = (SHARED if shared else "") + secrets.token_urlsafe(32)
    expires_at = now + (IDLE if shared else LASTS)
    db.session.add(SignIn(token_hash=_hash_of(token), person_id=person.id, created_at=now, expires_at=expires_at))
    db.session.flush()
    person.sign_in_token = token  # type: ignore[attr-defined]
    return token


def is_shared(token: str) -> bool:
    """Say whether the sign-in with this token is one on a shared device."""
    return token.startswith(SHARED)


def stay_awake(connection: sa.Connection, token: str, now: datetime) -> None:
    """Let a sign-in on a shared device last from now on, unless it is over; written at most once a minute."""
    row = sa.and_(SignIn.token_hash == _hash_of(token), SignIn.ended_at.is_(None), SignIn.expires_at > now,
                  SignIn.expires_at < now + IDLE - timedelta(minutes=1))
    connection.execute(sa.update(SignIn.__table__).where(row).values(expires_at=now + IDLE))  # type: ignore[arg-type]


def _end(now: datetime, *which: sa.ColumnElement[bool]) -> int:
    statement = sa.update(SignIn).where(SignIn.ended_at.is_(None), *which).values(ended_at=now)
    return db.session.execute(statement).rowcount  # type: ignore[attr-defined, no-any-return]


def end_sign_in(token: str, now: datetime) -> int:
    """End the sign-in with this token; give how many were open (0 or 1)."""
    return _end(now, SignIn.token_hash == _hash_of(token))


def end_sign_in_by_id(person: Person, sign_in_id: int, now: datetime) -> int:
    """End one of the person's own sign-ins; give how many were open (0 or 1)."""
    return _end(now, SignIn.person_id == person.id, SignIn.id == sign_in_id)


def end_other_sign_ins(person: Person, keep_token: str | None, now: datetime) -> int:
    """End all sign-ins of the person but the one with `keep_token`; give how many were open."""
    others = [SignIn.token_hash != _hash_of(keep_token)] if keep_token else []
    return _end(now, SignIn.person_id == person.id, *others)


def open_sign_ins(person_id: int, now: datetime) -> list[SignIn]:
    """Give the sign-ins that are good at `now`, the latest first."""
    query = sa.select(SignIn).where(
        SignIn.person_id == person_id, SignIn.ended_at.is_(None), SignIn.expires_at > now
    )
    return list(db.session.scalars(query.order_by(SignIn.id.desc())))


def is_sign_in_of(sign_in: SignIn, token: str) -> bool:
    """Say whether this sign-in belongs to the token."""
    return secrets.compare_digest(sign_in.token_hash, _hash_of(token))


def hash_password(password: str) -> str:
    """Give the hash to keep. Slow on purpose: call it before `work()`, not inside."""
    with _two_at_once:
        return _hasher.hash(password)


@lru_cache(maxsize=1)
def hash_of_nobody() -> str:
    """Give a hash nothing fits, to compare with when there is nobody: so that it takes as long."""
    return hash_password(secrets.token_urlsafe(32))


def verify(kept: str, password: str) -> None:
    """Compare with a hash, two at once at most.

    Raises  VerificationError or InvalidHashError when it does not fit
    """
    with _two_at_once:
        _hasher.verify(kept, password)


def password_fits(person: Person | None, password: str) -> bool:
    """Say whether this is the person's password. Takes as long for nobody as for somebody.

    Slow on purpose: call it before `work()`, not inside.
    """
    nobody = hash_of_nobody()
    known = person is not None and bool(person.password_hash)
    kept = person.password_hash if person is not None and known else nobody
    try:
        verify(kept, password[:LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return False
    return known and len(password) <= LONGEST_PASSWORD


def needs_new_hash(person: Person) -> bool:
    """Say whether the kept hash was made with other parameters than today's."""
    try:
        return _hasher.check_needs_rehash(person.password_hash)
    except InvalidHashError:
        return True


def password_is_acceptable(password: str, person: Person | None = None) -> str:
    """Give what speaks against this password as a sentence, or "" when nothing does."""
    if len(password) < SHORTEST_PASSWORD:
        return _("Please use at least %(least)s characters.", least=SHORTEST_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        return _("Please use at most %(most)s characters.", most=LONGEST_PASSWORD)
    plain = password.casefold().strip()
    if plain in WORST_PASSWORDS or len(set(plain)) < 4:
        return _("Many people use this password, so it is easy to guess. Please choose another one.")
    if person is not None and plain in _own_words(person):
        return _("This is your own name or e-mail address. Please choose something others do not know.")
    return ""


def _own_words(person: Person) -> set[str]:
    given, family = person.given_name.casefold(), person.family_name.casefold()
    words = {f"{a}{by}{b}" for a, b in ((given, family), (family, given)) for by in ("", " ", ".", "-", "_", ", ")}
    words |= {given, family, (person.personnel_no or "").casefold()}
    email = (person.email or "").casefold()
    words |= {email, email.partition("@")[0]}
    return words | {word + end for word in words for end in ("1", "12", "123", "1234", "!", "2025", "2026")} - {""}
