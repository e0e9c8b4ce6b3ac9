"""The web server: waitress, told which proxy to believe, and patient with running requests when it is stopped."""

import errno
import gc
import logging
import select
import signal
import socket
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

import waitress
from flask import Flask
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer

from suggestbox.core.config import Deployment
from suggestbox.core.terminal import CannotGoOn

GRACE_SECONDS = 30
"""How long a stop waits for requests that are being answered. Service managers usually allow 90."""

PATIENCE = 4
"""How many times the largest request is still read to its end, so that the browser shows our page about it. What is
larger yet is cut off by waitress, and browsers then speak of a lost connection.
"""

GARBAGE_AFTER = 10_000
"""New objects between two looks for garbage: a page makes some thousands, and frees nearly all of them by itself."""

logger = logging.getLogger(__name__)


def refuse_taken_port(host: str, port: int) -> None:
    """Find out early whether the port is free, before anything slow is done.

    Raises  CannotGoOn naming the port and how to choose another one
    """
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as trouble:
        raise CannotGoOn(_why_not(trouble, host, port)) from trouble


def _why_not(trouble: OSError, host: str, port: int) -> str:
    another = port + 1 if port < 65535 else 8000
    choose = f"Choose another one with --port {another} (make: PORT={another})."
    if trouble.errno == errno.EADDRINUSE:
        return f"Port {port} is already in use by another program. {choose}"
    if trouble.errno in (errno.EACCES, errno.EPERM):
        return f"Port {port} may only be opened by the system's administrator. {choose}"
    return f"The address {host}, port {port}, cannot be opened: {trouble.strerror or trouble}. {choose}"


def proxy_options(deployment: Deployment) -> dict[str, Any]:
    """Give what waitress needs to know about the reverse proxy: without one it believes no forwarded header."""
    if not deployment.trusted_proxy:
        return {"clear_untrusted_proxy_headers": True}
    return {
        "trusted_proxy": deployment.trusted_proxy,
        "trusted_proxy_count": 1,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"},
        "clear_untrusted_proxy_headers": True,
    }


class Server:
    """A listening server. The port is taken when it is made; `run()` answers until a signal comes."""

    def __init__(self, app: Flask, deployment: Deployment):
        self._sockets: dict[int, Any] = {}
        self._stopping = threading.Event()
        host, port = deployment.host, deployment.port
        refuse_taken_port(host, port)
        try:
            self._waitress = waitress.create_server(
                app,
                map=self._sockets,
                host=host,
                port=port,
                threads=deployment.threads,
                ident=None,
                max_request_body_size=PATIENCE * deployment.max_upload_mb * 1024 * 1024,
                **proxy_options(deployment),
            )
        except OSError as trouble:  # somebody was quicker in between
            wasyncore.close_all(self._sockets, ignore_all=True)
            raise CannotGoOn(_why_not(trouble, host, port)) from trouble
        shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
        self.address = f"http://{shown}:{port}/"

    def run(self) -> None:
        """Answer requests until `stop()`; then take no new ones, finish those that run, and come back."""
        gc.collect()
        gc.freeze()  # what is there by now stays: looking through it again would stop a request for a quarter of a second
        gc.set_threshold(GARBAGE_AFTER)
        while not self._stopping.is_set():
            self._turn(1.0)
        for part in list(self._sockets.values()):
            if isinstance(part, BaseWSGIServer):
                wasyncore.dispatcher.close(part)
        deadline = time.monotonic() + GRACE_SECONDS
        while self._is_busy() and time.monotonic() < deadline:
            self._turn(0.1)
        self._waitress.task_dispatcher.shutdown(timeout=1)
        wasyncore.close_all(self._sockets, ignore_all=True)

    def stop(self) -> None:
        """Ask `run()` to end; may be called from another thread or a signal handler."""
        self._stopping.set()
        for part in list(self._sockets.values()):
            if isinstance(part, BaseWSGIServer):
                part.pull_trigger()

    def _turn(self, seconds: float) -> None:
        wasyncore.loop(timeout=seconds, use_poll=hasattr(select, "poll"), map=self._sockets, count=1)

    def _is_busy(self) -> bool:
        channels = [part for part in list(self._sockets.values()) if isinstance(part, HTTPChannel)]
        return any(channel.requests or channel.total_outbufs_len for channel in channels)


def serve(app: Flask, *, ready: Callable[[str], None] | None = None, schedule: bool = True) -> None:
    """Serve the application and run its scheduled jobs until SIGTERM or Ctrl+C.

    Takes   ready: told the address once the port is open
            schedule: False leaves the jobs to another process
    Raises  CannotGoOn when the port is taken
    """
    from suggestbox.scheduler import Clockwork

    deployment: Deployment = app.config["DEPLOYMENT"]
    server = Server(app, deployment)
    clockwork = Clockwork(app) if schedule else None

    def stop(_signal: int, _frame: FrameType | None) -> None:
        server.stop()
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a second Ctrl+C does not wait

    before = {name: signal.signal(name, stop) for name in (signal.SIGTERM, signal.SIGINT)}
    try:
        if clockwork:
            clockwork.start()
        if ready:
            ready(server.address)
        server.run()
    finally:
        if clockwork:
            clockwork.stop()
        for name, handler in before.items():
            signal.signal(name, handler)
