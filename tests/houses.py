"""Where the database of a test process is kept and made new: one class for each of the two databases."""

import os
import shutil
from pathlib import Path

import sqlalchemy as sa

from suggestbox.core.database import db


class FileHouse:
    """SQLite: each test gets a copy of the file as it was after the migrations."""

    def __init__(self, folder: Path):
        self.url = f"sqlite:///{folder / 'test.db'}"
        self._file = folder / "test.db"

    def keep(self, name: str = "template") -> None:
        """Keep the file as it is now; nobody else may have it open."""
        db.engine.dispose()
        shutil.copyfile(self._file, self._file.with_name(f"{name}.db"))

    def has(self, name: str) -> bool:
        """Say whether something was kept under this name."""
        return self._file.with_name(f"{name}.db").exists()

    def renew(self, name: str = "template") -> None:
        """Bring back the file as it was kept."""
        db.engine.dispose()
        for end in ("-wal", "-shm"):
            Path(f"{self._file}{end}").unlink(missing_ok=True)
        shutil.copyfile(self._file.with_name(f"{name}.db"), self._file)


class ServerHouse:
    """PostgreSQL: one database per worker; tables that have rows are emptied before each test.

    What is kept besides the empty tables lies in a schema of its own, as copies of the tables that had rows.
    """

    def __init__(self, url: str, worker: str):
        self._server = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        name = f"suggestbox_{worker}_{os.getpid()}"
        with self._server.connect() as connection:
            connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
        self.name = name
        self.url = sa.make_url(url).set(database=name).render_as_string(hide_password=False)

        self._kept: set[str] = set()

    def keep(self, name: str = "template") -> None:
        """Keep the rows as they are now; of "template" it is known that there are none."""
        if name == "template":
            self._keeper = sa.create_engine(self.url, isolation_level="AUTOCOMMIT").connect()
            for procedure in (WRITE_EMPTY_ALL, KEEP_ALL):
                self._keeper.exec_driver_sql(procedure.replace("%", "%%"))  # no places for values in them
        else:
            self._keeper.exec_driver_sql("CALL keep_all(%s)", (name,))
        self._kept.add(name)

    def has(self, name: str) -> bool:
        """Say whether something was kept under this name."""
        return name in self._kept

    def renew(self, name: str = "template") -> None:
        """Bring back the rows as they were kept."""
        self._keeper.exec_driver_sql("CALL empty_all()")
        if name != "template":
            self._keeper.exec_driver_sql(f'CALL "{name}".fill_all()')

    def remove(self) -> None:
        if self._kept:
            self._keeper.close()
            self._keeper.engine.dispose()
        with self._server.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')


WRITE_EMPTY_ALL = """
DO $$
DECLARE
    body text;
BEGIN
    SELECT string_agg(format('IF EXISTS (SELECT FROM %1$s) THEN DELETE FROM %1$s; END IF;', oid::regclass), ' ') INTO body
        FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version';
    EXECUTE format('CREATE PROCEDURE empty_all() LANGUAGE plpgsql AS %L', 'BEGIN
        SET LOCAL session_replication_role = replica;  -- everything goes, so the order does not matter
        ' || body || '
        PERFORM setval(seqrelid, 1, false) FROM pg_sequence WHERE pg_sequence_last_value(seqrelid) IS NOT NULL;
    END');
END $$
"""
"""Deleting the few rows of a test takes a tenth of the time of TRUNCATE, which makes new files for every table. The tables
stand in the procedure by name, so that it is planned once and not before each test."""

KEEP_ALL = """
CREATE PROCEDURE keep_all(kept text) LANGUAGE plpgsql AS $$
DECLARE
    one record;
    used boolean;
    body text := '';
BEGIN
    EXECUTE format('CREATE SCHEMA %I', kept);
    FOR one IN SELECT relname FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', one.relname) INTO used;
        IF used THEN
            EXECUTE format('CREATE TABLE %I.%I AS TABLE public.%2$I', kept, one.relname);
            body := body || format('INSERT INTO public.%I SELECT * FROM %I.%1$I; ', one.relname, kept);
        END IF;
    END LOOP;
    FOR one IN SELECT seqrelid::regclass AS name, pg_sequence_last_value(seqrelid) AS last FROM pg_sequence
        WHERE pg_sequence_last_value(seqrelid) IS NOT NULL
    LOOP
        body := body || format('PERFORM setval(%L, %s); ', one.name, one.last);
    END LOOP;
    EXECUTE format('CREATE PROCEDURE %I.fill_all() LANGUAGE plpgsql AS %L', kept, 'BEGIN
        SET LOCAL session_replication_role = replica; ' || body || 'END');
END $$
"""
