"""`make bench`: how long 100,000 rows of feedback take to come in, and how much memory, beside a tenth of them."""

import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random

import click

SECONDS = 60
"""Within so many, 100,000 rows are in."""

MOST_MORE_MB = 60
"""Ten times the rows may take so much more memory: a few bytes per row, to find those that stand there twice."""

WORDS = """
    das paket kam zu spät lieferung hotline wartezeit freundlich schnell rechnung falsch fahrer klingelt nicht anruf
    rückruf termin techniker vertrag preis teuer gut danke leider wieder immer heute gestern niemand alles ersatzteil
""".split()


def write_rows(path: Path, count: int, dice: Random) -> None:
    """Write a CSV file as survey tools do: seven columns, texts of five to sixty words."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, delimiter=";")
        out.writerow(["id", "Datum", "Kommentar", "Bewertung", "Kunde", "Segment", "themes"])
        for n in range(count):
            text = " ".join(dice.choices(WORDS, k=dice.randint(5, 60)))
            out.writerow([n, f"{n % 28 + 1:02}.{n % 12 + 1:02}.2025", f"{text}. Tel 0421 {n:06}", n % 5 + 1,
                          f"kunde{n % 40_000}@example.org", "privat", ["Lieferung", "Preis", ""][n % 3]])


def suggestbox(folder: Path, *arguments: str) -> tuple[float, int, str]:
    """Run a command of its own process; give its seconds, its memory in MB, and what it printed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SUGGESTBOX_")}
    started = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", "suggestbox", "--instance", str(folder), *arguments],
                               env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    said = process.stdout.read().decode()
    process.stdout.close()
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise click.ClickException(f"suggestbox {' '.join(arguments)} ended with {process.returncode}: {said}")
    return time.monotonic() - started, usage.ru_maxrss // 1024, said


@click.command()
@click.option("--rows", default=100_000, show_default=True, help="So many rows come in.")
@click.option("--mask", is_flag=True, help="Take names and numbers out of the texts.")
def bench(rows: int, mask: bool) -> None:
    """Bring rows in, look at time and memory, send them out again, and take them back."""
    with tempfile.TemporaryDirectory(prefix="suggestbox-intake-") as name:
        folder, few, many = Path(name) / "house", Path(name) / "few.csv", Path(name) / "many.csv"
        suggestbox(folder, "db", "upgrade")
        suggestbox(folder, "settings", "set", "modules.feedback", "yes")
        write_rows(few, rows // 10, Random(1))
        write_rows(many, rows, Random(2))
        how = ("--map", "text=Kommentar", "--create-themes", "--json", *(("--mask",) if mask else ()))
        lines = []
        memory: dict[str, int] = {}
        for label, file, source in (("a tenth", few, "few"), ("all", many, "many"), ("all again", many, "many")):
            seconds, memory[label], said = suggestbox(folder, "feedback", "import", str(file), "--source", source, *how)
            facts = json.loads(said)
            lines.append((f"import, {label}", facts["rows"], facts["new"], seconds, memory[label]))
        for ending in ("csv", "xlsx"):
            seconds, megabytes, said = suggestbox(folder, "feedback", "export", "--out", f"{name}/o.{ending}", "--json")
            lines.append((f"export, {ending}", json.loads(said)["items"], 0, seconds, megabytes))
        seconds, megabytes, _said = suggestbox(folder, "feedback", "undo", "2")
        lines.append(("undo", rows, 0, seconds, megabytes))
    click.echo(f"{'what':20}{'rows':>10}{'new':>10}{'seconds':>10}{'MB':>8}")
    for label, count, new, seconds, megabytes in lines:
        click.echo(f"{label:20}{count:10}{new:10}{seconds:10.1f}{megabytes:8}")
    more = memory["all"] - memory["a tenth"]
    if lines[1][3] > SECONDS or more > MOST_MORE_MB:
        raise click.ClickException(f"promised: {SECONDS} seconds, and {MOST_MORE_MB} MB more than for a tenth ({more})")


if __name__ == "__main__":
    bench()
