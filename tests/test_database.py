"""The database keeps its word: all or nothing, writers in turn, times in UTC, migrations that lose nothing."""

import re
import threading
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError

from suggestbox.core import schema, sqlite
from suggestbox.core.clock import local_date
from suggestbox.core.database import db, short_work, touch, work
from suggestbox.core.errors import Stale
from suggestbox.core.settings import HouseRule
from suggestbox.mail.models import Notice
from suggestbox.people.models import Membership, Person, SignIn, Site
from suggestbox.steps.models import Step
from tests import factories
from tests.conftest import DATABASE_URL

NOW = datetime(2026, 11, 4, 11, 0, tzinfo=UTC)


def rule(name: str, value: object = 1) -> HouseRule:
    return HouseRule(name=name, value=value, changed_at=NOW)


def names() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(HouseRule.name).order_by(HouseRule.name)))


# -- work() ----------------------------------------------------------------------------------------------------------


def test_work_commits_what_was_done_inside(app):
    with work() as session:
        session.add(rule("a"))
    assert names() == ["a"]


def test_work_leaves_nothing_half_written(app):
    with pytest.raises(ZeroDivisionError), work() as session:
        session.add(rule("a"))
        session.flush()
        session.add(rule("b"))
        session.flush()
        raise ZeroDivisionError
    assert names() == []


def test_work_begins_with_the_write_lock(app):
    """On SQLite a second writer waits from the start; a read that turns into a write would fail at once."""
    if DATABASE_URL:
        pytest.skip("PostgreSQL locks rows")
    with work():
        other = sqlite.driver.connect(db.engine.url.database, timeout=0)
        with pytest.raises(sqlite.driver.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()


def test_a_write_lock_that_does_not_come_is_told_as_any_fault_of_the_database(app):
    if DATABASE_URL:
        pytest.skip("PostgreSQL locks rows")
    other = sqlite.driver.connect(db.engine.url.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    db.session.connection().exec_driver_sql("PRAGMA busy_timeout = 0")
    with pytest.raises(OperationalError, match="locked") as late, work():
        pass
    other.close()
    db.engine.dispose()
    assert late.value.statement == "BEGIN IMMEDIATE"
    with work() as session:
        session.add(rule("a"))
    assert names() == ["a"]


def test_one_after_the_other_uses_the_same_connection(app):
    """Another connection would have to read again what this one has in memory."""
    with db.engine.connect() as first, db.engine.connect() as second:
        assert first.connection.dbapi_connection is not second.connection.dbapi_connection
    used = set()
    for _time in range(3):
        with short_work() as connection:
            used.add(id(connection.connection.dbapi_connection))
    assert len(used) == 1


def test_the_same_unique_row_twice_is_told_as_done_already(app):
    with work() as session:
        session.add(rule("a"))
    with pytest.raises(Stale) as late, work() as session:
        session.execute(sa.insert(HouseRule).values(name="a", value=2, changed_at=NOW))
    assert late.value.reason == "done_already"


def test_another_broken_rule_of_the_database_is_our_own_fault(cast):
    with pytest.raises(IntegrityError), work() as session:
        session.execute(sa.insert(Membership).values(person_id=99_999, department_id=1, from_on=date(2026, 1, 1)))


def test_two_writers_at_once_lose_no_update(app):
    with work() as session:
        session.add(rule("counter", 0))
    faults: list[BaseException] = []

    def count_up() -> None:
        try:
            for _ in range(20):
                with app.app_context(), work() as session:
                    row = session.scalars(sa.select(HouseRule).with_for_update()).one()
                    row.value = row.value + 1
        except BaseException as fault:  # a thread's fault would go unseen
            faults.append(fault)

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert faults == []
    assert db.session.scalars(sa.select(HouseRule.value)).one() == 80


def test_what_was_read_before_work_is_read_anew_inside(app):
    with work() as session:
        session.add(rule("a", 1))
    before = db.session.get(HouseRule, "a")
    assert before.value == 1
    db.session.rollback()
    with short_work() as connection:
        connection.execute(sa.update(HouseRule).values(value=2))
    with work():
        assert before.value == 2


def test_touched_ideas_are_forgotten_with_the_work_that_failed(app):
    with pytest.raises(ZeroDivisionError), work():
        touch(7)
        raise ZeroDivisionError
    with work() as session:
        assert session.info.get("touched", set()) == set()


# -- values ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=5, minutes=45)), timezone(timedelta(hours=-8))])
def test_moments_come_back_as_they_went_in_but_in_utc(app, zone):
    moment = NOW.replace(microsecond=123456).astimezone(zone)
    with work() as session:
        session.add(HouseRule(name="a", value=1, changed_at=moment))
    db.session.rollback()
    kept = db.session.scalars(sa.select(HouseRule.changed_at)).one()
    assert (kept, kept.utcoffset()) == (moment, timedelta(0))


def test_a_moment_without_a_zone_is_refused(app):
    with pytest.raises(sa.exc.StatementError, match="a moment needs a time zone"), work() as session:
        session.add(HouseRule(name="a", value=1, changed_at=datetime(2026, 1, 1)))  # noqa: DTZ001


def test_moments_compare_in_the_database_across_zones(app):
    with work() as session:
        session.add(rule("a"))
    earlier = (NOW - timedelta(seconds=1)).astimezone(timezone(timedelta(hours=9)))
    assert db.session.scalars(sa.select(HouseRule.name).where(HouseRule.changed_at > earlier)).all() == ["a"]


def test_text_neither_database_takes_is_cleaned(cast):
    with work():
        cast.rex.topics = "a\x00b\ud800c"
    assert cast.rex.topics == "a\ufffdb?c"


def test_the_same_moment_is_another_day_elsewhere():
    late = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert local_date(late, "Europe/Berlin") == date(2027, 1, 1)
    assert local_date(late, "Europe/London") == date(2026, 12, 31)


# -- the SQLite library ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "safe"),
    [((3, 40, 1), False), ((3, 44, 5), False), ((3, 44, 6), True), ((3, 50, 6), False), ((3, 50, 7), True),
     ((3, 51, 2), False), ((3, 51, 3), True), ((3, 53, 0), True)],
)
def test_write_ahead_logging_only_with_a_library_that_has_the_fix(version, safe):
    assert sqlite.write_ahead_is_safe(version) is safe


def test_sqlite_connections_hold_foreign_keys_and_reach_the_disk(app):
    if DATABASE_URL:
        pytest.skip("PostgreSQL does so by itself")
    with db.engine.connect() as connection:
        told = {p: connection.exec_driver_sql(f"PRAGMA {p}").scalar() for p in ("foreign_keys", "synchronous")}
    assert told == {"foreign_keys": 1, "synchronous": 2 if sqlite.write_ahead_is_safe() else 3}


# -- migrations ------------------------------------------------------------------------------------------------------


def test_migrations_make_what_the_models_say(app):
    assert (schema.current(), schema.differences()) == (schema.newest(), [])


def in_order(check: str) -> str:
    """The text of a check with the values of its lists sorted: in which order they came does not matter."""
    return re.sub(r"IN \(([^)]*)\)", lambda found: "IN " + str(sorted(found[1].split(", "))), " ".join(check.split()))


def test_migrations_check_what_the_models_check(app):
    """Comparing schemas passes over checks: a new kind in a model alone would be refused by the database."""
    if DATABASE_URL:
        pytest.skip("PostgreSQL keeps checks in words of its own; the migrations are the same")
    for table in db.metadata.tables.values():
        said = {(str(c.name), in_order(str(c.sqltext))) for c in table.constraints if isinstance(c, sa.CheckConstraint)}
        there = {(str(c["name"]), in_order(c["sqltext"])) for c in sa.inspect(db.engine).get_check_constraints(table.name)}
        assert (table.name, there) == (table.name, said)


def test_migrations_go_down_and_up_again(app):
    db.session.rollback()
    try:
        schema.downgrade("base")
        assert schema.current() == ""
        assert set(sa.inspect(db.engine).get_table_names()) <= {"alembic_version"}
    finally:
        schema.upgrade()
    assert schema.is_current()


@pytest.mark.slow
def test_going_down_takes_along_what_was_told_of_steps_the_older_version_does_not_know(cast):
    with work() as session:
        idea = factories.submitted(cast)
        step = session.scalars(sa.select(Step)).one()
        step.kind = "law_date"
        session.add(Notice(key="x", kind="workflow.step", person_id=cast.bob.id, idea_id=idea.id, step_id=step.id, at=NOW))
    db.session.rollback()
    try:
        schema.downgrade("0004")
        kept = db.session.scalar(sa.text("SELECT count(*) FROM notice WHERE step_id IS NOT NULL"))
    finally:
        db.session.rollback()
        schema.upgrade()
    assert kept == 0


def test_upgrading_again_changes_nothing(cast):
    db.session.rollback()
    schema.upgrade()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Person)) == 16


def test_changing_a_table_keeps_the_rows_that_hang_on_it(cast, tmp_path, monkeypatch):
    """The usual setup emptied tables that point to the changed one with ON DELETE CASCADE, on SQLite."""
    with work() as session:
        session.add(SignIn(token_hash="x", person_id=cast.ann.id, created_at=NOW, expires_at=NOW))
    before, newest = counts(), schema.newest()
    write_migration_of_person(tmp_path, monkeypatch)
    schema.upgrade()
    try:
        columns = {column["name"] for column in sa.inspect(db.engine).get_columns("person")}
        assert ("nickname" in columns, counts()) == (True, before)
    finally:
        schema.downgrade(newest)
    assert counts() == before


def test_a_migration_that_fails_leaves_everything_as_it_was(cast, tmp_path, monkeypatch):
    before, newest = counts(), schema.newest()
    write_migration_of_person(tmp_path, monkeypatch, then="op.execute('SELECT * FROM no_such_table')")
    with pytest.raises((OperationalError, sa.exc.ProgrammingError)):
        schema.upgrade()
    columns = {column["name"] for column in sa.inspect(db.engine).get_columns("person")}
    assert ("nickname" in columns, schema.current(), counts()) == (False, newest, before)


def counts() -> dict[str, int]:
    """Give how many rows the tables of the cast have."""
    db.session.rollback()
    found = {m.__tablename__: db.session.scalar(sa.select(sa.func.count()).select_from(m))
             for m in (Person, Membership, SignIn, Site)}
    db.session.rollback()
    return found


def write_migration_of_person(tmp_path, monkeypatch, then: str = "pass") -> None:
    """Put a further migration beside the first one, in a copy of the folder."""
    import shutil

    from suggestbox.core import places

    folder = tmp_path / "migrations"
    shutil.copytree(places.migrations(), folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "9999_probe.py").write_text(
        "import sqlalchemy as sa\n"
        "from alembic import op\n"
        f"revision, down_revision = '9999', {schema.newest()!r}\n"
        "def upgrade():\n"
        "    with op.batch_alter_table('person', recreate='auto') as table:\n"
        "        table.add_column(sa.Column('nickname', sa.Text(), server_default='', nullable=False))\n"
        "        table.alter_column('theme', type_=sa.String(9))\n"
        f"    {then}\n"
        "def downgrade():\n"
        "    with op.batch_alter_table('person') as table:\n"
        "        table.drop_column('nickname')\n"
    )
    monkeypatch.setattr(places, "migrations", lambda: folder)


def search_objects() -> list[tuple[str, str]]:
    """Give what the database knows of the search index, by name."""
    if DATABASE_URL:
        asked = "SELECT indexname, indexdef FROM pg_indexes WHERE indexname LIKE 'ix_idea_search%%' ORDER BY 1"
    else:
        asked = "SELECT name, sql FROM sqlite_master WHERE name LIKE 'idea_search%' ORDER BY 1"
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(asked)]


def test_the_search_index_of_the_migrations_is_the_one_search_asks_for(app):
    from suggestbox.ideas.search import create_search, drop_search

    migrated = search_objects()
    assert migrated != []
    with short_work() as connection:
        drop_search(connection)
        create_search(connection)
    assert search_objects() == migrated
