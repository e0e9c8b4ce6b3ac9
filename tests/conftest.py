"""What every test may ask for: the application on a fresh database, the cast, clients, a clock that stands still.

Commits are real. SQLite tests start on a copy of one file with the tables in it; with SUGGESTBOX_TEST_DATABASE_URL
every worker has a PostgreSQL database of its own, emptied before each test. The cast is gathered once per worker and
kept; later tests get its rows back as they were, in a quarter of the time.
"""

import contextvars
import gc
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import just

from suggestbox.core import checks
from suggestbox.core.clock import utc_now
from suggestbox.core.config import Deployment
from suggestbox.core.database import db
from suggestbox.people import sign_in
from tests.cast import Cast, find_cast, gather
from tests.chromium import HOW_TO_GET_IT, chromium_path
from tests.houses import FileHouse, ServerHouse

DATABASE_URL = os.environ.get("SUGGESTBOX_TEST_DATABASE_URL", "")
NOON = datetime(2026, 11, 4, 11, 0, tzinfo=UTC)
"""A Wednesday in a week without public holidays, noon in Bremen."""

REMEMBERED = ("directories", "settled_with", "findings", "theme_hints", "kept_reports", "rules_versions_read")
"""What the application keeps in memory about its database; gone with the database of a test."""

IN_EARNEST = sign_in._hasher
"""What passwords are hashed with outside the tests, which would spend seconds on it; see test_sign_in.py."""

sign_in._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

for variable in [name for name in os.environ if name.startswith("SUGGESTBOX_") and "TEST" not in name]:
    if variable not in ("SUGGESTBOX_REQUIRE_BROWSER", "SUGGESTBOX_REQUIRE_POSTGRES", "SUGGESTBOX_DATA"):
        del os.environ[variable]


class Client(FlaskClient):
    """A browser. Its requests share nothing with the test but the database: no context, no session, no transaction."""

    def open(self, *args: Any, **kw: Any) -> Any:
        if db.session.registry.has():
            session = db.session()
            assert not (session.new or session.dirty or session.deleted), "commit first: with work(): ..."
            session.rollback()
        answer = contextvars.Context().run(super().open, *args, **kw)
        if db.session.registry.has():
            db.session().expire_all()
        return answer


# -- which tests run -------------------------------------------------------------------------------------------------

settings.register_profile(
    "default", max_examples=25, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile("long", settings.get_profile("default"), max_examples=400, derandomize=False)
settings.load_profile("default")

def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `suggestbox house doors --write` ask for the approved matrix to be written anew."""
    parser.addoption("--write-doors", action="store_true", help="write tests/doors.txt anew")


LONG = ("tests/browser/", "tests/simulation/", "tests/mail/test_crash.py", "tests/workflow/test_sequences.py")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out browser tests where there is no browser, and on PostgreSQL what never touches the database.

    What takes long comes first: at the end a process that has nothing left takes over short tests, and waits for none.
    """
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))
    if DATABASE_URL:
        _leave_out(config, items, lambda item: "one_app" not in getattr(item, "fixturenames", ()))
        _leave_out(config, items, lambda item: item.get_closest_marker("either") is not None)
    if chromium_path() is None and any(item.get_closest_marker("browser") for item in items):
        if os.environ.get("SUGGESTBOX_REQUIRE_BROWSER"):
            raise pytest.UsageError(f"a browser is required here (SUGGESTBOX_REQUIRE_BROWSER): {HOW_TO_GET_IT}")
        _leave_out(config, items, lambda item: item.get_closest_marker("browser") is not None)


def _leave_out(config: pytest.Config, items: list[pytest.Item], which: Callable[[pytest.Item], bool]) -> None:
    left_out = [item for item in items if which(item)]
    items[:] = [item for item in items if not which(item)]
    config.hook.pytest_deselected(items=left_out)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say once how to get the browser tests."""
    if chromium_path() is None and "browser" not in (terminalreporter.config.option.markexpr or ""):
        terminalreporter.write_line(f"Browser tests skipped: {HOW_TO_GET_IT}.")


# -- the database ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def worker(request: pytest.FixtureRequest) -> str:
    """The name of this test process."""
    return getattr(request.config, "workerinput", {}).get("workerid", "main")


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory, worker: str) -> Iterator[FileHouse | ServerHouse]:
    """Where the test database is kept and made new."""
    if DATABASE_URL:
        server = ServerHouse(DATABASE_URL, worker)
        yield server
        server.remove()
    else:
        yield FileHouse(tmp_path_factory.mktemp("database"))


@pytest.fixture(scope="session")
def one_app(house: FileHouse | ServerHouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application, put together once per process; tests ask for `app`."""
    from suggestbox.app import create_app
    from suggestbox.core import schema

    deployment = Deployment(
        instance=tmp_path_factory.mktemp("instance"), database_url=house.url, secret_key="only for tests"
    )
    app = create_app(deployment, TESTING=True, PROPAGATE_EXCEPTIONS=True, WTF_CSRF_ENABLED=False)
    app.test_client_class = Client
    with app.app_context():
        schema.upgrade()
        db.engine.dispose()
        house.keep()
    given(just(None))(lambda _: None)()  # Hypothesis looks who holds its random numbers: not found any more once frozen
    gc.collect()
    gc.freeze()  # what every test uses stays: looking through it again and again takes one second of twenty-five
    gc.set_threshold(50_000, 20, 50)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(one_app: Flask, house: FileHouse | ServerHouse) -> Iterator[Flask]:
    """The application on a fresh database, with its context open."""
    config = dict(one_app.config)
    for remembered in REMEMBERED:
        one_app.extensions.pop(remembered, None)
    checks._STARTED = time.monotonic()  # a clockwork that never ran is an alarm after an hour, and a long run of tests takes that
    with one_app.app_context():
        house.renew()
        yield one_app
        db.session.remove()
    one_app.config.clear()
    one_app.config.update(config)


# -- people and clients ----------------------------------------------------------------------------------------------


@pytest.fixture
def cast(app: Flask, house: FileHouse | ServerHouse) -> Cast:
    """The people of tests/cast.py, in the database: gathered once, then brought back as they were.

    Ask for it before any fixture that writes something. Gathered under a clock that stands still they are kept apart:
    the rules of the house say when they were set.
    """
    import time_machine

    stands = time_machine.escape_hatch.is_travelling()
    name = f"cast_{utc_now():%Y%m%d_%H%M%S}" if stands else "cast"
    db.session.remove()
    if house.has(name):
        house.renew(name)
        return find_cast()
    gather()
    db.session.remove()
    house.keep(name)
    return find_cast()


@pytest.fixture
def client(app: Flask) -> Client:
    """A browser nobody is signed in with."""
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture
def client_as(app: Flask) -> Callable[[Any], Client]:
    """Give a function that gives a browser in which the person is signed in."""
    from suggestbox.core.database import work
    from suggestbox.people.sign_in import begin_sign_in

    def browser_of(person: Any) -> Client:
        with work():
            token = begin_sign_in(person, utc_now())
        return browser_with(app, token)

    return browser_of


def browser_with(app: Flask, token: str | None) -> Client:
    """Give a browser that holds the token of a sign-in."""
    browser = app.test_client()
    if token:
        with browser.session_transaction() as session:
            session.update(_user_id=token, _fresh=True)
    return browser  # type: ignore[return-value]


# -- clock and counting ----------------------------------------------------------------------------------------------


@pytest.fixture
def clock() -> Iterator[Any]:
    """A clock that stands at noon of a working Wednesday; `clock.move_to(...)` and `clock.shift(...)` turn it."""
    import time_machine

    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def count_queries(app: Flask) -> Callable[[], Any]:
    """Give a context manager whose value is the growing list of statements sent to the database."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        statements: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith(("BEGIN", "PRAGMA")):
                statements.append(statement)

        sa.event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            sa.event.remove(db.engine, "before_cursor_execute", note)

    return counting
