"""A PostgreSQL server for one run of the tests: made in a temporary folder, gone afterwards.

    python -m tests.postgres pytest -n 2        runs the command with SUGGESTBOX_TEST_DATABASE_URL set
    python -m tests.postgres --check            says whether the programs are there

The server refuses to run as root, so root hands it to the user `postgres` (or `nobody`).
"""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VARIABLE = "SUGGESTBOX_TEST_DATABASE_URL"
NOT_THERE = 4  # exit status of --check

FAST = """
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
autovacuum = off
shared_buffers = 128MB
max_connections = 100
jit = off
"""


def programs() -> Path | None:
    """Give the folder of initdb and postgres, the newest version first; None where there is none."""

    def version(folder: Path) -> float:
        name = folder.parent.name.removeprefix("postgresql").strip("-@")
        return float(name) if name.replace(".", "", 1).isdigit() else 0.0

    usual = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin",
             "/usr/local/opt/postgresql*/bin", "/Applications/Postgres.app/Contents/Versions/*/bin")
    found = [folder for pattern in usual for folder in Path("/").glob(pattern.lstrip("/"))]
    on_path = shutil.which("initdb")
    folders = sorted(found, key=version, reverse=True) + ([Path(on_path).resolve().parent] if on_path else [])
    return next((f for f in folders if (f / "initdb").exists() and (f / "postgres").exists()), None)


def _as_server(folder: Path) -> dict[str, object]:
    """Give what subprocess needs to run the server's programs as somebody who is not root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        os.chown(folder, user.pw_uid, user.pw_gid)
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise RuntimeError("PostgreSQL does not run as root, and there is no other user to run it as")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def cluster() -> Iterator[str]:
    """Start a server on a free port of this machine and give its address; stop and remove it at the end.

    Raises  RuntimeError when PostgreSQL is not installed
    """
    tools = programs()
    if tools is None:
        raise RuntimeError("PostgreSQL is not installed")
    folder = Path(tempfile.mkdtemp(prefix="suggestbox-postgres-"))
    data, port = folder / "data", _free_port()
    run = {"cwd": folder, "env": {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"}, **_as_server(folder)}
    try:
        subprocess.run(
            [tools / "initdb", "-D", data, "-U", "suggestbox", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            check=True, capture_output=True, **run,
        )
        with (data / "postgresql.conf").open("a") as settings:
            settings.write(f"{FAST}port = {port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\n")
        # pg_ctl leaves the server running with the log as its output: a pipe of ours would never end.
        start = [tools / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-t", "60", "start"]
        subprocess.run(start, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **run)
        try:
            yield f"postgresql+psycopg://suggestbox@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([tools / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"], capture_output=True, **run)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(arguments: list[str]) -> int:
    """Run a command beside a server, or say whether there could be one."""
    if arguments == ["--check"]:
        return 0 if os.environ.get(VARIABLE) or programs() else NOT_THERE
    if os.environ.get(VARIABLE):
        return subprocess.call(arguments)
    with cluster() as address:
        return subprocess.call(arguments, env={**os.environ, VARIABLE: address})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
