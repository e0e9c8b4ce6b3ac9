"""Runs migrations: on both databases all or nothing, and on SQLite without losing the rows that hang on a table.

SQLite changes a table by making a new one, moving the rows and dropping the old one. With foreign keys on, that drop
takes along every row that points to it with ON DELETE CASCADE. So foreign keys are switched off before the
transaction begins (inside one the pragma does nothing), and checked before it is committed.
"""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from flask import current_app

OURS_ALONE = "idea_search"
"""Search tables are made by hand-written statements: the two databases search in different ways."""

LOCK = 7_134_802
"""PostgreSQL: a number of our own for the lock that lets one upgrade run at a time."""

db = current_app.extensions["migrate"].db


def plain_type(kind: str, thing: Any, _autogen: Any) -> str | Literal[False]:
    """Write our own column types as those they store, so that old migrations never import today's code."""
    if kind == "type" and isinstance(thing, sa.types.TypeDecorator):
        inner = thing.impl_instance
        if isinstance(inner, sa.DateTime):
            return f"sa.DateTime(timezone={inner.timezone})"
        return f"sa.{type(inner).__name__}()"
    return False


def is_compared(thing: Any, name: str | None, kind: str, _reflected: bool, _compare_to: Any) -> bool:
    """Leave the search tables and what belongs to them out of comparisons."""
    table = getattr(thing, "table", None)
    names = (name or "", "" if table is None else table.name)
    return not any(n.startswith((OURS_ALONE, f"ix_{OURS_ALONE}")) for n in names)


def migrate(connection: sa.Connection) -> None:
    """Run what Alembic was asked for, in one transaction."""
    sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        compare_type=True,
        include_object=is_compared,
        render_item=plain_type,
        transactional_ddl=True,
        transaction_per_migration=False,
        render_as_batch=sqlite,
    )
    with context.begin_transaction():
        if not sqlite:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        context.run_migrations()
        if sqlite:
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"the migration left rows that point to nothing: {broken[:5]}")


with db.engine.connect().execution_options(writes=True) as open_connection:
    raw = open_connection.connection.driver_connection
    if open_connection.dialect.name == "sqlite":
        raw.execute("PRAGMA foreign_keys = OFF")
    try:
        migrate(open_connection)
    finally:
        if open_connection.dialect.name == "sqlite":
            open_connection.rollback()
            raw.execute("PRAGMA foreign_keys = ON")
