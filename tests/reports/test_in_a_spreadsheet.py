"""Exported files opened by a real LibreOffice, where there is one: no cell is a formula, every cell is what was written."""

import shutil
import subprocess
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from suggestbox.core.cells import plain
from suggestbox.reports.csv_out import shape_for, write_csv
from suggestbox.reports.xlsx_out import write_workbook
from tests.reports.test_export_files import NASTY, NUMBERS, row_of, sheets_of, typed

OFFICE = shutil.which("soffice")
pytestmark = [pytest.mark.slow, pytest.mark.either, pytest.mark.skipif(OFFICE is None, reason="no LibreOffice on this machine")]
ROWS = [row_of(text) for text in NASTY] + [NUMBERS]
SEMICOLON_GERMAN = "CSV:59,34,76,1,,1031,false,false,false"
"""Separator ;, quotation mark ", UTF-8, from the first line, German numbers, nothing guessed."""


def opened(path: Path, *how: str) -> list[list[Any]]:
    """Give the first sheet of a file as LibreOffice has it, by saving it as a workbook again; no cell may be a formula."""
    folder = path.parent / "saved"
    subprocess.run(
        [OFFICE, f"-env:UserInstallation=file://{path.parent}/profile", "--headless", *how, "--convert-to", "xlsx",
         "--outdir", folder, path], check=True, capture_output=True, timeout=110,
    )
    saved = folder / f"{path.stem}.xlsx"
    inside = zipfile.ZipFile(saved)
    sheets = [name for name in inside.namelist() if name.startswith("xl/worksheets/sheet")]
    assert [name for name in sheets if b"<f" in inside.read(name)] == []
    return next(iter(sheets_of(saved).values()))[1:]


def lines_alike(text: Any) -> Any:
    """Give a text with the line ends a spreadsheet has: a carriage return with a line feed is one of them."""
    return text.replace("\r\n", "\n") if isinstance(text, str) else text


def test_a_workbook_is_what_was_written(app, tmp_path):
    path = tmp_path / "out.xlsx"
    write_workbook(path, typed(ROWS))
    found = opened(path)
    assert [row[:2] for row in found[:-1]] == [[lines_alike(text)] * 2 for text in NASTY]
    assert found[-1] == ["a", "b", 1234567.0, 0.125, -1234.56, 3.25, date(2026, 9, 30),
                         datetime.fromisoformat("2026-07-02T00:30:15"), 0.995]


def test_a_csv_file_is_what_was_written_but_for_what_no_csv_file_can_say(app, tmp_path):
    path = tmp_path / "out.csv"
    write_csv(path, typed(ROWS), shape_for("de", bom=True))
    found = opened(path, f"--infilter={SEMICOLON_GERMAN}")
    as_numbers = {"0123": 123.0, "1e5": 100_000.0}  # a CSV file does not say that they are texts
    for text, row in zip(NASTY, found, strict=False):
        wanted = as_numbers.get(text, lines_alike(text).replace("\r", "\n"))
        assert [plain(cell) if isinstance(cell, str) else cell for cell in row[:2]] == [wanted] * 2
    assert found[-1] == ["a", "b", 1234567.0, 12.5, -1234.56, 3.25, date(2026, 9, 30), "2026-07-02T00:30:15+02:00", 99.5]
