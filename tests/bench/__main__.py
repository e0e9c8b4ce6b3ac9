"""The command behind `make bench`."""

import json
import logging
import multiprocessing
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from socket import socket

import click

from suggestbox.core.config import Deployment

from . import server
from .fill import company_for, filled_database
from .pages import Page, pages_of
from .themes import fill_themes
from .visit import Browser, Visit

THREADS = 4
BARE_IDEAS = 10_000


@dataclass(frozen=True)
class Line:
    """A line of the table: medians over all rounds."""

    page: str
    ms: float
    times_bare_list: float
    processor_ms: float
    processor_times_bare_list: float
    statements: int
    kilobytes: float
    limit: str = ""


def say(text: str) -> None:
    """Tell the person at the terminal how far it is."""
    click.echo(text, err=True)


def free_port() -> int:
    """Give a port nobody listens on."""
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(name: str, folder: Path, ideas: int) -> Iterator[int]:
    """Give the port of a server in a process of its own."""
    context, port = multiprocessing.get_context("spawn"), free_port()
    ready = context.Event()
    process = context.Process(target=server.run, args=(name, folder, ideas, port, THREADS, ready))
    process.start()
    try:
        if not ready.wait(180):
            raise click.ClickException(f"the server '{name}' did not start")
        yield port
    finally:
        process.terminate()
        process.join()


def measure(pages: list[Page], bare: Callable[[], Visit], empty: Callable[[], Visit], rounds: int) -> list[Line]:
    """Give a line per page. Requests take turns: empty page, bare list, page, so that a slow moment hits all three."""
    taken: dict[str, list[tuple[Visit, Visit]]] = {page.name: [] for page in pages}
    around: list[tuple[Visit, Visit]] = []
    for n in range(rounds + 1):
        for page in pages:
            least, beside, visit = empty(), bare(), page.visit()
            if visit.status != 200:
                raise click.ClickException(f"{page.name}: answered {visit.status}")
            if n:  # the first round warms up
                taken[page.name].append((beside, visit))
                around.append((least, beside))
    lines = [
        _line("empty page", [(beside, least) for least, beside in around]),
        _line("bare list", [(beside, beside) for _least, beside in around]),
    ]
    for page in pages:
        limit = f"{page.limit} x" if page.limit else f"{page.limit_ms} ms"
        lines.append(_line(page.name, taken[page.name], limit))
    return lines


def _line(name: str, pairs: list[tuple[Visit, Visit]], limit: str = "") -> Line:
    median, visits = statistics.median, [visit for _beside, visit in pairs]
    return Line(
        name, round(median(v.ms for v in visits), 1), round(median(v.ms / b.ms for b, v in pairs), 2),
        round(median(v.processor_ms for v in visits), 2),
        round(median(v.processor_ms for v in visits) / median(b.processor_ms for b, _v in pairs), 2),
        max(v.statements for v in visits), round(median(v.size for v in visits) / 1024, 1), limit,
    )


def show(lines: list[Line]) -> None:
    """Print the table on standard output."""
    click.echo(f"{'page':24}{'ms':>8}{'x bare':>8}{'cpu ms':>8}{'x bare':>8}{'limit':>8}{'statements':>12}{'kB':>8}")
    for line in lines:
        click.echo(f"{line.page:24}{line.ms:8.1f}{line.times_bare_list:8.2f}{line.processor_ms:8.1f}"
                   f"{line.processor_times_bare_list:8.2f}{line.limit:>8}{line.statements:12}{line.kilobytes:8.1f}")


@click.command()
@click.option("--ideas", default=10_000, show_default=True, help="So many ideas in the scratch instance.")
@click.option("--rounds", default=30, show_default=True, help="So often every page is asked for.")
@click.option("--only", default="", help="Only pages whose name contains this.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def bench(ideas: int, rounds: int, only: str, as_json: bool) -> None:
    """Measure the pages on many ideas, beside a bare Flask page and a bare list of 30 rows under the same server."""
    from suggestbox.app import create_app

    logging.disable(logging.INFO)
    with tempfile.TemporaryDirectory(prefix="suggestbox-bench-") as name:
        folder, beside = Path(name) / "product", Path(name) / "bare"
        folder.mkdir()
        beside.mkdir()
        app = create_app(Deployment(instance=folder, secret_key="bench"))
        with app.app_context():
            filled_database(app, ideas, say)
            fill_themes()
        with served("bare", beside, BARE_IDEAS) as bare_port, served("product", folder, ideas) as port:
            with app.app_context():
                pages, readers = pages_of(app, company_for(ideas), port)
            say(f"{ideas} ideas; the coordinator's queue holds {readers.open_steps} steps; {rounds} rounds.")
            browser = Browser(bare_port)
            pages = [page for page in pages if only in page.name]
            lines = measure(pages, lambda: browser.get("/list"), lambda: browser.get("/"), rounds)
    if as_json:
        json.dump({"ideas": ideas, "rounds": rounds, "pages": [asdict(line) for line in lines]}, sys.stdout, indent=2)
        click.echo()
    else:
        show(lines)


if __name__ == "__main__":
    bench()
