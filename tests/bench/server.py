"""One server in a process of its own: the bare pages or the product, both under the product's own web server.

Every answer says what it took inside: statements sent to the database, and milliseconds of the processor.
"""

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Event, local
from typing import Any

import sqlalchemy as sa
from flask import Flask

from suggestbox.core.config import Deployment

STATEMENTS, PROCESSOR = "X-Statements", "X-Processor-Ms"

_spent = local()


class Counted:
    """A WSGI application whose answers say what they took."""

    def __init__(self, app: Callable[..., Iterable[bytes]]):
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        _spent.statements = 0
        before = time.thread_time()

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            took = (time.thread_time() - before) * 1000
            headers += [(STATEMENTS, str(_spent.statements)), (PROCESSOR, f"{took:.3f}")]
            return start_response(status, headers, *rest)

        return self._app(environ, start)


def count_statements(app: Flask) -> None:
    """Count what is sent to the application's database, but for beginning and ending transactions."""

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            _spent.statements = getattr(_spent, "statements", 0) + 1

    with app.app_context():
        sa.event.listen(app.extensions["sqlalchemy"].engine, "before_cursor_execute", note)


def write_ahead(app: Flask) -> None:
    """Start the clockwork that writes the pages of reports ahead, and wait until it has, as in a process some seconds old."""
    from suggestbox.reports.warm_jobs import WARM_TICKS
    from suggestbox.scheduler import Clockwork

    ((name, seconds, function),) = WARM_TICKS
    written = Event()

    def tick() -> None:
        function()
        written.set()

    Clockwork(app, [], [(name, seconds, tick)]).start()
    written.wait(60)


def run(name: str, folder: Path, ideas: int, port: int, threads: int, ready: Any) -> None:
    """Serve until the process is ended; what a process of its own runs.

    Takes   name: "bare", "product", or "written ahead": the product after its clockwork has written the pages of reports
            ready: an event, set when the port is open
    """
    from suggestbox.serving import Server

    deployment = Deployment(instance=folder, secret_key="bench", port=port, threads=threads)
    if name == "bare":
        from .bare import bare_app

        app = bare_app(folder, ideas)
    else:
        from suggestbox.app import create_app

        app = create_app(deployment)
    if name == "written ahead":
        write_ahead(app)
    count_statements(app)
    server = Server(Counted(app), deployment)  # type: ignore[arg-type]
    ready.set()
    server.run()
