"""The server: the right proxy is believed, a taken port is explained, a stop lets running requests finish."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request

import click
import pytest
from flask import Flask, request

from suggestbox.core.config import Deployment
from suggestbox.serving import Server, refuse_taken_port


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def small_app() -> Flask:
    app = Flask("small")

    @app.get("/")
    def who() -> str:
        return f"{request.remote_addr} {request.scheme} {request.host}"

    @app.get("/slow")
    def slow() -> bytes:
        time.sleep(0.7)
        return b"x" * 20_000_000

    return app


class Running:
    """A server in a thread of its own."""

    def __init__(self, **settings: object):
        self.server = Server(small_app(), Deployment(port=free_port(), secret_key="x", threads=2, **settings))
        self.thread = threading.Thread(target=self.server.run)

    def __enter__(self) -> "Running":
        self.thread.start()
        return self

    def __exit__(self, *_fault: object) -> None:
        self.server.stop()
        self.thread.join(10)
        assert not self.thread.is_alive()

    def get(self, path: str = "", **headers: str) -> bytes:
        asked = urllib.request.Request(self.server.address + path, headers=headers)
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return answer.read()


FORWARDED = {"X-Forwarded-For": "10.1.2.3", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "ideas.example.com"}


def test_forwarded_headers_of_the_named_proxy_are_believed():
    with Running(trusted_proxy="127.0.0.1") as running:
        assert running.get(**FORWARDED) == b"10.1.2.3 https ideas.example.com"


@pytest.mark.parametrize("proxy", ["", "10.9.9.9"])
def test_forwarded_headers_of_anybody_else_are_dropped(proxy):
    with Running(trusted_proxy=proxy) as running:
        assert running.get(**FORWARDED).startswith(b"127.0.0.1 http 127.0.0.1:")


def test_a_stop_lets_a_running_request_finish_and_takes_no_new_one():
    answers: list[int] = []
    with Running() as running:
        asking = threading.Thread(target=lambda: answers.append(len(running.get("slow"))))
        asking.start()
        time.sleep(0.3)
        running.server.stop()
        time.sleep(0.2)
        with pytest.raises(OSError):
            running.get()
        asking.join(10)
    assert answers == [20_000_000]


def test_a_taken_port_is_explained():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for attempt in (
            lambda: refuse_taken_port("127.0.0.1", port),
            lambda: Server(small_app(), Deployment(port=port, secret_key="x")),
        ):
            with pytest.raises(click.ClickException) as refused:
                attempt()
            assert refused.value.message == (
                f"Port {port} is already in use by another program. "
                f"Choose another one with --port {port + 1} (make: PORT={port + 1})."
            )


@pytest.mark.slow
def test_sigterm_ends_the_installed_server_cleanly(tmp_path):
    environment = {**os.environ, "SUGGESTBOX_INSTANCE": str(tmp_path)}
    program = [sys.executable, "-m", "suggestbox"]
    founding = ["--email", "a@example.com", "--given-name", "A", "--family-name", "B", "--organisation", "C",
                "--time-zone", "Europe/Berlin", "--country", "DE", "--language", "en", "--password-stdin"]
    subprocess.run([*program, "init", *founding], input="not an easy one\n", text=True, check=True, env=environment)
    port = free_port()
    server = subprocess.Popen(
        [*program, "serve", "--port", str(port)], stderr=subprocess.PIPE, text=True, env=environment
    )
    assert server.stderr is not None
    assert server.stderr.readline() == f"suggestbox answers at http://127.0.0.1:{port}/\n"
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
        assert answer.status == 200
    server.send_signal(signal.SIGTERM)
    assert (server.wait(20), server.stderr.read()) == (0, "")
    server.stderr.close()
