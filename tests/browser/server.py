"""A real server for tests that come over the network: the whole application, the cast, a clock that can be turned."""

import logging
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import time_machine
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from suggestbox.app import create_app
from suggestbox.conversations.models import Party
from suggestbox.core import schema
from suggestbox.core.clock import utc_now
from suggestbox.core.config import Deployment
from suggestbox.core.database import db, work
from suggestbox.ideas.models import Idea
from suggestbox.people.models import Department, Person, Site
from suggestbox.people.operations import set_password, set_preferences
from suggestbox.people.sign_in import begin_sign_in, hash_password
from suggestbox.reviews.models import Assignment
from suggestbox.serving import Server
from suggestbox.workflow.jobs import settle_everything
from tests.cast import NAMES, SITES, Cast, gather
from tests.conftest import NOON, REMEMBERED

PASSWORD = "correct horse battery"
KEYS = {row[0]: row[1] for row in SITES}


class Faults(logging.Handler):
    """Keeps what the application logs as an error: a page nobody should ever get."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.found.append(self.format(record))


class House:
    """The server and what a test may do behind its back."""

    def __init__(self, app: Flask, address: str, faults: Faults):
        self.app = app
        self.address = address.rstrip("/")
        self.faults = faults
        self.clock: Any = None
        self._database = app.config["DEPLOYMENT"].instance / "suggestbox.db"

    def keep(self, name: str = "kept") -> None:
        """Keep the database as it is now."""
        with self.app.app_context(), db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copyfile(self._database, self._database.with_suffix(f".{name}"))

    def renew(self, name: str = "kept") -> None:
        """Bring the kept database back, as a new file: a late answer of the last test cannot write into it."""
        with self.app.app_context():
            db.engine.dispose()
        for end in ("-wal", "-shm"):
            Path(f"{self._database}{end}").unlink(missing_ok=True)
        fresh = self._database.with_suffix(".fresh")
        shutil.copyfile(self._database.with_suffix(f".{name}"), fresh)
        fresh.replace(self._database)
        for remembered in REMEMBERED:
            self.app.extensions.pop(remembered, None)

    @contextmanager
    def inside(self) -> Iterator[None]:
        """The application's context, for looking into the database and for calling operations."""
        with self.app.app_context():
            yield

    def person(self, name: str) -> Person:
        """Give one of the cast; inside `inside()`."""
        return db.session.query(Person).filter_by(email=f"{name}@example.com").one()

    def cast(self) -> Cast:
        """Give everybody and every department; inside `inside()`."""
        cast = Cast()
        for name in (field.name for field in fields(Cast)):
            kind = Person if name in NAMES else Site if name in ("home", "abroad") else Department
            mark = {"email": f"{name}@example.com"} if kind is Person else {"key": KEYS.get(name, name)}
            setattr(cast, name, db.session.query(kind).filter_by(**mark).one())
        return cast

    def made(self, make: Callable[..., Idea], **settings: Any) -> str:
        """Have one of tests/factories.py make an idea; give its number."""
        with self.inside(), work():
            return make(self.cast(), **settings).number or ""

    def cookie(self, name: str) -> dict[str, str]:
        """Give the cookie of somebody who has signed in, as the form would have made it."""
        with self.inside():
            with work():
                token = begin_sign_in(self.person(name), utc_now())
            marks = {"_user_id": token, "_fresh": True}
            serializer = SecureCookieSessionInterface().get_signing_serializer(self.app)
            assert serializer is not None
            return {"name": self.app.config["SESSION_COOKIE_NAME"], "value": str(serializer.dumps(marks)), "url": self.address}

    def idea(self, number: str) -> Idea:
        """Give an idea by its number; inside `inside()`."""
        return db.session.query(Idea).filter_by(number=number).one()

    def assignments(self, number: str) -> list[Assignment]:
        """Give who was asked about an idea; inside `inside()`."""
        return db.session.query(Assignment).filter_by(idea_id=self.idea(number).id).all()

    def parties(self, number: str) -> list[Party]:
        """Give the talks of an idea; inside `inside()`."""
        return db.session.query(Party).filter_by(idea_id=self.idea(number).id).all()

    def speak(self, name: str, language: str) -> None:
        """Have somebody read the house in this language."""
        with self.inside(), work():
            set_preferences(self.person(name), language=language, now=utc_now())

    def pass_time(self, **span: int) -> None:
        """Turn the clock ahead, and let the house do what has become due."""
        self.clock.shift(timedelta(**span))
        with self.inside():
            settle_everything()

    def move_to(self, moment: datetime) -> None:
        """Turn the clock to a moment, and let the house do what has become due."""
        self.clock.move_to(moment)
        with self.inside():
            settle_everything()


def free_port() -> int:
    """Give a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def open_house(folder: Path) -> Iterator[House]:
    """Serve the application from a fresh SQLite instance in which everybody of the cast has the same password."""
    deployment = Deployment(instance=folder, secret_key="only for tests", port=free_port(), threads=4, max_upload_mb=6)
    app = create_app(deployment)
    faults = Faults()
    app.logger.addHandler(faults)
    with time_machine.travel(NOON), app.app_context():
        schema.upgrade()
        people = gather()
        _let_in(people)
    server = Server(app, deployment)
    thread = threading.Thread(target=server.run, name="the house")
    thread.start()
    house = House(app, server.address, faults)
    house.keep()
    try:
        yield house
    finally:
        server.stop()
        thread.join(40)
        app.logger.removeHandler(faults)
        with app.app_context():
            db.engine.dispose()


@contextmanager
def at_noon(house: House) -> Iterator[House]:
    """Give the house a fresh database and the clock of a working Wednesday at noon. An error in its log fails the test."""
    house.renew()
    house.faults.found.clear()
    with time_machine.travel(NOON) as clock:
        house.clock = clock
        yield house
    assert house.faults.found == []


def _let_in(people: Cast) -> None:
    secret = hash_password(PASSWORD)
    with work():
        for person in people.people().values():
            set_password(person, secret, now=utc_now(), actor=None)
