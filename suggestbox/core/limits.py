"""Counting tries across processes: a storage for Flask-Limiter in our own database."""

import time
from typing import Any

import sqlalchemy as sa
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits.storage import Storage
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.orm import Mapped, mapped_column

from .database import Base, db, short_work


class RateLimit(Base):
    """How often something was tried in a window of time."""

    __tablename__ = "rate_limit"
    key: Mapped[str] = mapped_column(sa.String(255), primary_key=True)
    count: Mapped[int]
    expires: Mapped[float]


class DatabaseStorage(Storage):
    """Fixed windows in a table: memory would let every process count alone."""

    STORAGE_SCHEME = ["suggestbox"]

    @property
    def base_exceptions(self) -> type[Exception]:
        return sa.exc.SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        table = RateLimit.__table__
        now = time.time()
        insert = sqlite_dialect.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
        fresh = table.c.expires > now
        fresh_row = insert(RateLimit).values(key=key, count=amount, expires=now + expiry)
        statement = fresh_row.on_conflict_do_update(
            index_elements=[table.c.key],
            set_={
                "count": sa.case((fresh, table.c.count + amount), else_=amount),
                "expires": sa.case((fresh, table.c.expires), else_=now + expiry),
            },
        ).returning(table.c.count)
        with short_work() as connection:
            return connection.execute(statement).scalar_one()

    def get(self, key: str) -> int:
        query = sa.select(RateLimit.count).where(RateLimit.key == key, RateLimit.expires > time.time())
        with db.engine.connect() as connection:
            return connection.execute(query).scalar() or 0

    def get_expiry(self, key: str) -> float:
        with db.engine.connect() as connection:
            expires = connection.execute(sa.select(RateLimit.expires).where(RateLimit.key == key)).scalar()
        return expires or time.time()

    def check(self) -> bool:
        return True

    def reset(self) -> int | None:
        with short_work() as connection:
            return connection.execute(sa.delete(RateLimit)).rowcount

    def clear(self, key: str) -> None:
        with short_work() as connection:
            connection.execute(sa.delete(RateLimit).where(RateLimit.key == key))


limiter = Limiter(get_remote_address, storage_uri="suggestbox://", strategy="fixed-window", headers_enabled=True)


def forget_old(now: float | None = None) -> Any:
    """Remove windows that have passed."""
    with short_work() as connection:
        return connection.execute(sa.delete(RateLimit).where(RateLimit.expires < (now or time.time()))).rowcount


def forget_beginning_with(beginning: str) -> None:
    """Remove the windows whose keys begin like this."""
    with short_work() as connection:
        connection.execute(sa.delete(RateLimit).where(RateLimit.key.startswith(beginning, autoescape=True)))
