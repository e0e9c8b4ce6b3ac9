"""The database: one session, `work()` around every change, and times that are always UTC."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from flask import Flask, g, has_request_context
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as BoundSession
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from . import sqlite
from .errors import Stale

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcTime(TypeDecorator[datetime]):
    """A moment: goes in with a zone, comes out in UTC, on both databases alike.

    On SQLite, where a moment is text, it is written and read in one step each: a page reads hundreds of them.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        value = _in_utc(value)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def bind_processor(self, dialect: sa.Dialect) -> Callable[[Any], Any] | None:
        return _as_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: sa.Dialect, coltype: Any) -> Callable[[Any], Any] | None:
        return _from_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _in_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return value if value.tzinfo is UTC else value.astimezone(UTC)


def _as_text(value: datetime | None) -> str | None:
    return None if value is None else _in_utc(value).replace(tzinfo=None).isoformat(" ", "microseconds")


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value + "+00:00")


class CleanText(TypeDecorator[str]):
    """Text without NUL and lone surrogates, which one of the two databases refuses."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        if value is None:
            return None
        return value.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


class Base(DeclarativeBase):
    """What every table of the house is made from."""

    # One registry, not `metadata` and `type_annotation_map`: Flask-SQLAlchemy copies this class, and
    # SQLAlchemy 2.1 refuses a copy that has both a registry and a map.
    registry = registry(
        metadata=sa.MetaData(naming_convention=NAMING),
        type_annotation_map={datetime: UtcTime, str: CleanText, dict[str, Any]: sa.JSON, list[Any]: sa.JSON},
    )


class HouseSession(BoundSession):
    """A session of the one database there is: which one a table lies in need not be worked out for each statement."""

    _engine: sa.Engine | None = None

    def get_bind(
        self, mapper: Any = None, clause: Any = None, bind: sa.Engine | sa.Connection | None = None, **_more: Any
    ) -> sa.Engine | sa.Connection:
        if bind is not None:
            return bind
        if self._engine is None:  # a session belongs to one app, and is not asked again for each row it writes
            self._engine = self._db.engine
        return self._engine


class mostly(FunctionElement[bool]):
    """A condition that holds for most rows: SQLite then looks for an index on something else, not for those without a value.

    Source: SQLite, "Built-In Scalar SQL Functions", likely(X)
    """

    type = sa.Boolean()
    name = "mostly"
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:
        """Stay what it is: written "likely(...) = 1", SQLite would not see that an index of some rows answers it."""
        return self


@compiles(mostly)
def _as_it_is(element: mostly, compiler: Any, **how: Any) -> str:
    return str(compiler.process(element.clauses, **how))


@compiles(mostly, "sqlite")
def _said_to_be_likely(element: mostly, compiler: Any, **how: Any) -> str:
    return f"likely({compiler.process(element.clauses, **how)})"


db = SQLAlchemy(model_class=Base, session_options={"class_": HouseSession})


def engine_options(url: str) -> dict[str, Any]:
    """Give what the engine for `url` needs; one module decides which SQLite library it is.

    The connection used last is taken first: another one would have to read again what was written meanwhile.
    """
    options = {
        "hide_parameters": True,  # a fault is logged with its statement, not with what people wrote
        "pool_use_lifo": True,
    }
    if url.startswith("sqlite"):
        return {"module": sqlite.driver, "connect_args": {"cached_statements": sqlite.KNOWN_STATEMENTS}, **options}
    return {"pool_pre_ping": True, **options}


def init_database(app: Flask) -> None:
    """Bind the database to the app and set every new SQLite connection up."""
    db.init_app(app)
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _record: sqlite.prepare(connection))

        @event.listens_for(engine, "begin")
        def _begin(connection: sa.Connection) -> None:
            sqlite.begin(connection.connection.dbapi_connection, connection.get_execution_options().get("writes", False))


_before_commit: list[Callable[[], None]] = []
"""What `work()` does before it commits; the workflow registers its `settle` here when the app is put together."""


def before_commit(function: Callable[[], None]) -> None:
    """Have `function` called inside every `work()`, before the commit. Registering twice counts once."""
    if function not in _before_commit:
        _before_commit.append(function)


@contextmanager
def work() -> Iterator[Session]:
    """Everything inside is committed together, or nothing.

    The read transaction of the request ends, a writing one begins at once (on SQLite a read that turns into a
    write would fail whatever the timeout), what was loaded is loaded anew, and the door is passed again.

    Raises  Stale when somebody else changed the same row first
    """
    session = db.session()
    session.rollback()
    session.info.pop("touched", None)  # of an earlier work that failed
    session.connection(execution_options={"writes": True})
    try:
        if has_request_context():
            for permit_again in g.get("doors_passed", ()):
                permit_again()
        yield session
        session.flush()
        for function in _before_commit:
            function()
        session.commit()
    except StaleDataError as late:
        session.rollback()
        raise Stale(reason="changed_meanwhile") from late
    except OperationalError as tangle:
        session.rollback()
        if getattr(tangle.orig, "sqlstate", "") == "40P01":  # two waited for each other: one of them tries again
            raise Stale(reason="changed_meanwhile") from tangle
        raise
    except IntegrityError as clash:
        session.rollback()
        if _is_a_race(clash):
            raise Stale(reason="done_already") from clash
        raise
    except BaseException:
        session.rollback()
        raise


class _Undone(Exception):
    """Ends a transaction nothing of which is kept."""


@contextmanager
def tried() -> Iterator[None]:
    """Everything inside is undone again: to hear what an operation says to what was typed, without doing it."""
    with suppress(_Undone), work():
        yield
        raise _Undone


def hold(row: Any, version: int | None) -> None:
    """Hold a row with a version for this transaction; whoever looked at an earlier state of it looks again.

    Raises  Stale
    """
    db.session.refresh(row, with_for_update=True)
    if version is not None and version != row.version:
        raise Stale(reason="changed_meanwhile")


def is_current(row: Any) -> bool:
    """Say whether what is in memory of a row is what the database has, and stays so until this `work()` ends.

    So it is on SQLite, where nobody else writes meanwhile, once the row was read in it; never outside, where it must
    be held first.
    """
    session = db.session()
    state: Any = sa.inspect(row)
    if not state.persistent or state.expired or not state.expired_attributes.isdisjoint(state.mapper.column_attrs.keys()):
        return False
    connection = session.connection()
    return connection.dialect.name == "sqlite" and bool(connection.get_execution_options().get("writes"))


def _is_a_race(clash: IntegrityError) -> bool:
    """Unique violations are two people (or two clicks) at once; anything else is a fault of ours."""
    return "UNIQUE constraint" in str(clash.orig) or getattr(clash.orig, "sqlstate", "") == "23505"


@contextmanager
def short_work() -> Iterator[sa.Connection]:
    """A transaction of its own beside the request's, for rate limits and last-seen marks."""
    with db.engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


def let_go() -> None:
    """End the reading transaction: what takes long holds no lock on what it once read. Objects are read anew."""
    db.session.rollback()


def touch(idea_id: int) -> None:
    """Note that an idea changed, so that `work()` settles it before the commit."""
    db.session().info.setdefault("touched", set()).add(idea_id)


def take_touched() -> set[int]:
    """Give the ideas touched since the last call."""
    return db.session().info.pop("touched", set())
