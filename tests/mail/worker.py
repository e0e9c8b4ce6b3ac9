"""Postmen in processes of their own, for the tests of crashes and of many workers at once.

    python -m tests.mail.worker "crash 1" <JSON of the deployment settings>  dies at every point, one after the other
    python -m tests.mail.worker "crash 2" <JSON of the deployment settings>  ... at every second one
    python -m tests.mail.worker "crash-together 2" <JSON>                    ... with letters that are taken several at once
    python -m tests.mail.worker "work 3" <JSON of the deployment settings>   three; each waits for a line, then sends until all
                                                                             is done

Both print JSON lines. The database has the cast in it and belongs to the test.
"""

import json
import os
import smtplib
import sys
import threading
import time
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from suggestbox.app import create_app
from suggestbox.core.config import Deployment
from suggestbox.core.database import db, work
from suggestbox.mail.models import Letter
from suggestbox.mail.operations import tell
from suggestbox.mail.postman import deliver
from suggestbox.mail.smtp import SmtpCarrier
from suggestbox.people.models import Person
from tests.mail.outbox import NAME, Clock, register_kinds, write_digests_to

NOON = datetime.fromisoformat("2026-11-04T11:00:00+00:00")
DIED = 42
GO = "go\n"


class Points:
    """Every moment at which a process may die: around each statement, commit, word to the mail server, and file."""

    def __init__(self, die_at: int):
        self.die_at, self.passed = die_at, 0

    def pass_by(self, label: str, note: Callable[[str], None]) -> None:
        self.passed += 1
        if self.passed == self.die_at:
            note(label)
            os._exit(DIED)

    def install(self, note: Callable[[str], None]) -> None:
        def around(owner: Any, name: str) -> None:
            inner = getattr(owner, name)

            def outer(*args: Any, **kw: Any) -> Any:
                self.pass_by(f"before {name}", note)
                result = inner(*args, **kw)
                self.pass_by(f"after {name}", note)
                return result

            setattr(owner, name, outer)

        @event.listens_for(db.engine, "before_cursor_execute")
        def _before(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            self.pass_by(f"before {statement[:40]}", note)

        @event.listens_for(db.engine, "after_cursor_execute")
        def _after(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            self.pass_by(f"after {statement[:40]}", note)

        around(db.engine.dialect, "do_commit")
        for name in ("connect", "send", "getreply", "close"):
            around(smtplib.SMTP, name)
        around(Path, "replace")


def say(what: Any) -> None:
    """Print a line in one piece: others may write theirs at the same moment."""
    os.write(sys.stdout.fileno(), f"{json.dumps(what)}\n".encode())


def tell_ann(key: str, now: datetime) -> None:
    """The business change: somebody is told something."""
    ann = sa.select(Person.id).where(Person.email == "ann@example.com")
    with work() as session:
        tell(NAME, key, now=now, person_id=session.scalar(ann))


def write_together(key: str, now: datetime) -> None:
    """Three digests, which are taken together."""
    three = sa.select(Person.id).where(Person.given_name.in_(("Ann", "Bob", "Cat"))).order_by(Person.id)
    with work() as session:
        write_digests_to(*session.scalars(three), now=now, key=key)


def crash_together(deployment: Deployment, every: str) -> None:
    """Die while several letters are held."""
    crash_everywhere(deployment, every, write_together)


def crash_everywhere(deployment: Deployment, every: str, write: Callable[[str, datetime], None] = tell_ann) -> None:
    """Die at the first point, recover, die at the next, recover, until a process gets through."""
    for die_at in count(1, int(every)):
        key, now = f"crash:{die_at}", NOON
        ours = Letter.key.startswith(f"{key}:")
        inward, outward = os.pipe()
        db.session.remove()
        db.engine.dispose()
        child = os.fork()
        if child == 0:
            Points(die_at).install(lambda label, to=outward: os.write(to, label.encode()))
            write(key, now)
            deliver(clock=Clock(now), carriers={"mail": SmtpCarrier(deployment)})
            os._exit(0)
        os.close(outward)
        with os.fdopen(inward) as told:
            label = told.read()
        died = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        write(key, now)  # whoever makes sure that what should be told is told
        for minutes in (16, 32, 48, 64):
            deliver(clock=Clock(now + timedelta(minutes=minutes)), carriers={"mail": SmtpCarrier(deployment)})
        for watch in threading.enumerate():
            if watch is not threading.current_thread():
                watch.join()  # over, but not always gone: Python 3.12 and later warn of a fork beside any other thread
        db.session.rollback()
        rows = [
            {"message_id": x.message_id, "state": x.state, "maybe": x.maybe}
            for x in db.session.scalars(sa.select(Letter).where(ours))
        ]
        say({"point": die_at, "label": label, "died": died, "letters": rows})
        if died == 0:
            return


def work_until_done(deployment: Deployment) -> None:
    """Send together with others, until nothing is open any more."""
    say("ready")
    os.read(sys.stdin.fileno(), len(GO))  # no more than its own line
    begun, sent = time.monotonic(), 0
    waiting = sa.select(sa.func.count()).select_from(Letter).where(Letter.done_at.is_(None))

    def clock() -> datetime:
        return NOON + timedelta(seconds=time.monotonic() - begun)

    while time.monotonic() - begun < 100:
        sent += deliver(clock=clock, carriers={"mail": SmtpCarrier(deployment)}, most=50, worker=str(os.getpid())).sent
        with db.engine.connect() as connection:
            if connection.scalar(waiting) == 0:
                break
    say({"sent": sent})


def work_together(deployment: Deployment, workers: str) -> None:
    """Have so many processes work until all is done; the program was brought up only once."""
    db.session.remove()
    db.engine.dispose()
    postmen = []
    for _ in range(int(workers)):
        postman = os.fork()
        if postman == 0:
            failed = 1
            try:
                work_until_done(deployment)
                failed = 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(failed)
        postmen.append(postman)
    if any(os.waitpid(postman, 0)[1] for postman in postmen):
        sys.exit(1)


def main(how: str, settings: str) -> None:
    """Run as one of the three."""
    deployment = Deployment(**json.loads(settings))
    app = create_app(deployment)
    register_kinds()
    with app.app_context():
        what, *more = how.split()
        {"crash": crash_everywhere, "crash-together": crash_together, "work": work_together}[what](deployment, *more)


if __name__ == "__main__":
    main(*sys.argv[1:])
