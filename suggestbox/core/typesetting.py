"""Turns a template and data into a PDF, in a program of its own for a moment: the typesetter keeps its memory.

Takes   on standard input: {"folder": where the template is, "template": its file, "name": what it calls its data,
        "given": the data}; what people wrote is data, never markup
Gives   the PDF on standard output: tagged (PDF/UA-1 wherever its fonts have every sign), in the languages of its readers
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

TIME_LIMIT_SECONDS = 60


class NotTypeset(Exception):
    """The typesetter failed or took too long; the text says how it ended, and nothing of what was to be set."""


def typeset(folder: Path, template: str, name: str, given: str) -> bytes:
    """Give the PDF. Nothing outside the template's folder is read, and no package is looked for."""
    import typst

    with tempfile.TemporaryDirectory() as nothing:
        options: dict[str, Any] = {
            "root": folder, "sys_inputs": {name: given}, "format": "pdf", "package_path": nothing,
            "package_cache_path": nothing,
        }
        try:
            return typst.compile(folder / template, pdf_standards=["ua-1"], **options)
        except typst.TypstError:  # a sign no font here has, which the standard forbids: tagged all the same
            return typst.compile(folder / template, **options)


def typeset_elsewhere(folder: Path, template: str, name: str, given: Any, *, seconds: float = TIME_LIMIT_SECONDS) -> bytes:
    """Give the PDF a program of its own made.

    Raises  NotTypeset
    """
    data = json.dumps({"folder": str(folder), "template": template, "name": name, "given": given})
    try:
        ran = subprocess.run(
            [sys.executable, "-m", "suggestbox.core.typesetting"], input=data.encode(), capture_output=True, timeout=seconds,
            check=False, env=surroundings(),
        )
    except (subprocess.TimeoutExpired, OSError) as fault:
        raise NotTypeset(type(fault).__name__) from fault
    if ran.returncode != 0 or not ran.stdout.startswith(b"%PDF-"):
        raise NotTypeset(f"the typesetter ended with {ran.returncode}")
    return ran.stdout


def surroundings() -> dict[str, str]:
    """Give the environment without what is ours: the typesetter needs no passwords."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SUGGESTBOX_")}
    return kept | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def main() -> None:
    """Read standard input, write standard output."""
    asked = json.load(sys.stdin)
    pdf = typeset(Path(asked["folder"]), asked["template"], asked["name"], json.dumps(asked["given"]))
    sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main()
