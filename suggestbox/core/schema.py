"""The shape of the database: bring it up to date, say where it stands, compare it with the code."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app

from . import job_runs, limits, places, settings
from .database import db

CORE_TABLES = (job_runs.JobRun, limits.RateLimit, settings.HouseRule)
"""The other rooms' tables are known by the time the application is put together; this room's are named here."""


def _config() -> Config:
    config: Config = current_app.extensions["migrate"].migrate.get_config(str(places.migrations()))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config


def upgrade(to: str = "head") -> None:
    """Bring the database up to date; nothing happens where it already is."""
    command.upgrade(_config(), to)


def downgrade(to: str) -> None:
    """Take migrations back, down to the one named `to` ("base": all of them)."""
    command.downgrade(_config(), to)


def newest() -> str:
    """Give the name of the newest migration in the code."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def current() -> str:
    """Give the name of the migration the database stands at; empty for a database without tables."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def is_current() -> bool:
    """Say whether the database stands where the code expects it."""
    return current() == newest()


@contextmanager
def _without_index_warnings() -> Iterator[None]:
    """SQLite cannot tell about indexes over expressions; Alembic leaves those out of the comparison and says so."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Skipped unsupported reflection", category=sa.exc.SAWarning)
        warnings.filterwarnings("ignore", message="autogenerate skipping", category=UserWarning)
        yield


def differences() -> list[Any]:
    """Give what a migration would have to change so that the database matches the models; empty when it does."""
    found: list[Any] = []

    def compare(_revision: Any, context: MigrationContext) -> list[Any]:
        found.extend(compare_metadata(context, db.metadata))
        return []

    config = _config()
    scripts = ScriptDirectory.from_config(config)
    with _without_index_warnings(), EnvironmentContext(config, scripts, fn=compare):
        scripts.run_env()
    return found


def write_migration(name: str, revision: str) -> Path:
    """Write a migration from the differences between the database and the models; give its file."""
    with _without_index_warnings():
        made: Any = command.revision(_config(), message=name, rev_id=revision, autogenerate=True)
    path = Path(made.path)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "# ###" not in line), encoding="utf-8")
    return path


@lru_cache
def newest_known() -> str:
    """Give `newest()`, looked up once per process: the code does not change under it."""
    return newest()


def stands_at() -> str:
    """Give what `current()` gives, in one small statement of the running transaction; the table has to be there."""
    return db.session.scalar(sa.text("SELECT version_num FROM alembic_version")) or ""


def quick_check() -> str:
    """Give "ok", or what SQLite finds wrong with its file. PostgreSQL looks after itself."""
    return _ask_sqlite("PRAGMA quick_check(5)")


def integrity_check() -> str:
    """Give "ok", or what SQLite finds wrong with its file, indexes included; reads all of it."""
    return _ask_sqlite("PRAGMA integrity_check(5)")


def _ask_sqlite(question: str) -> str:
    if db.engine.dialect.name != "sqlite":
        return "ok"
    with db.engine.connect() as connection:
        rows = connection.exec_driver_sql(question).scalars().all()
    return "ok" if rows == ["ok"] else "; ".join(map(str, rows))
