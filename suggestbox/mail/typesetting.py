"""Turns letters (JSON) into a PDF. Run as a program of its own, for a moment: the typesetter keeps its memory.

Takes   on standard input: {"folder": where the template is, "letters": ...}; what people wrote is data, never markup
Gives   the PDF on standard output: tagged (PDF/UA-1 wherever its fonts have every sign), in the languages of its readers
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

TEMPLATE = "letters.typ"


def typeset(folder: Path, letters: str) -> bytes:
    """Give the PDF. Nothing outside the template's folder is read, and no package is looked for."""
    import typst

    with tempfile.TemporaryDirectory() as nothing:
        given: dict[str, Any] = {
            "root": folder, "sys_inputs": {"letters": letters}, "format": "pdf", "package_path": nothing,
            "package_cache_path": nothing,
        }
        try:
            return typst.compile(folder / TEMPLATE, pdf_standards=["ua-1"], **given)
        except typst.TypstError:  # a sign no font here has, which the standard forbids: tagged all the same
            return typst.compile(folder / TEMPLATE, **given)


def main() -> None:
    """Read standard input, write standard output."""
    given = json.load(sys.stdin)
    sys.stdout.buffer.write(typeset(Path(given["folder"]), json.dumps(given["letters"])))


if __name__ == "__main__":
    main()
