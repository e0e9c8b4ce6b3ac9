"""What is in an exported file: typed cells, definitions beside the figures, texts that are never formulas and come back."""

import csv
import dataclasses
import io
import re
import subprocess
import tracemalloc
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from suggestbox.core.cells import plain
from suggestbox.core.database import work
from suggestbox.core.language import force_locale
from suggestbox.reports.csv_out import Shape, shape_for, write_csv
from suggestbox.reports.documents import Amount, Column, Document, Printed, Table, sheet_names
from suggestbox.reports.export_table import MONEY_ABOVE, MONEY_BELOW, UNIT_KINDS, document
from suggestbox.reports.figures import DIMENSIONS, FIGURES
from suggestbox.reports.pdf_out import make_pdf
from suggestbox.reports.periods import Period
from suggestbox.reports.queries import kept
from suggestbox.reports.xlsx_out import LONGEST_CELL, write_workbook
from tests.reports.by_hand import keep_by_hand, participation

NASTY = [
    "=1+1", "+49 421", "-5 °C", "@SUM(A1)", "\ttab", "\rreturn", "\nline", "'=x", "a;=1+1", 'b,"=2"', "x\n- y", "  ends  ",
    "_x0041_", "_x005F_x", "\x0b\x1f", "a\r\nb", "😀 ä ß", "{=1}", "https://example.org/?a=1", "0123", "1e5", "TRUE", "é e\u0301",
    "'", "''", "\uff1d1", "\u00a0=1",
]
MOMENT = datetime(2026, 7, 1, 22, 30, 15, 999, tzinfo=UTC)

TYPED = (
    Column("text", "=Text"), Column("long", "Long", "long"), Column("count", "Count", "count"),
    Column("percent", "Percent", "percent"), Column("money", "Money", "money"), Column("days", "Days", "days"),
    Column("date", "Date", "date"), Column("moment", "Moment", "moment"), Column("mixed", "Mixed", "number"),
)


def typed(rows: list[tuple[Any, ...]]) -> Document:
    """Give a document with one table of all kinds of cells."""
    definitions = Table("Definitions", (Column("what", "What"),), [("=cmd",)])
    return Document("Title", "de", "Europe/Berlin", [("Period", "=2026")], [Table("One/Two", TYPED, rows)], definitions)


def sheets_of(path: Path) -> dict[str, list[list[Any]]]:
    """Give the sheets of a workbook as another library reads them."""
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def row_of(text: str) -> tuple[Any, ...]:
    """Give a row with this text in it, twice, and no numbers."""
    return (text, text, *[None] * 7)


NUMBERS = ("a", "b", 1234567, 12.5, -123456, 3.25, date(2026, 9, 30), MOMENT, Amount(99.5, "percent"))


# -- workbooks ---------------------------------------------------------------------------------------------------------


def test_every_text_comes_back_from_a_workbook_and_none_is_a_formula(app, tmp_path):
    path = tmp_path / "out.xlsx"
    assert write_workbook(path, typed([row_of(text) for text in NASTY])) == len(NASTY) + 1 + 1
    found = sheets_of(path)
    assert list(found) == ["One Two", "Definitions", "About this file"]
    assert [row[:2] for row in found["One Two"][1:]] == [[text, text] for text in NASTY]
    assert found["Definitions"][1] == ["=cmd"]
    assert found["About this file"][1] == ["Period", "=2026"]
    inside = zipfile.ZipFile(path)
    assert [name for name in inside.namelist() if b"<f" in inside.read(name) and b"<f>" in inside.read(name)] == []
    assert [other.name for other in tmp_path.iterdir()] == ["out.xlsx"]  # no scratch files stay


def test_cells_of_a_workbook_are_typed_the_heading_stays_and_there_are_filters(app, tmp_path):
    path = tmp_path / "out.xlsx"
    write_workbook(path, typed([NUMBERS]))
    assert sheets_of(path)["One Two"][1] == [
        "a", "b", 1234567.0, 0.125, -1234.56, 3.25, date(2026, 9, 30), datetime.fromisoformat("2026-07-02T00:30:15"), 0.995,
    ]
    inside = zipfile.ZipFile(path)
    for n in (1, 2, 3):
        sheet = inside.read(f"xl/worksheets/sheet{n}.xml").decode()
        assert ('state="frozen"' in sheet, "<autoFilter ref=" in sheet) == (True, True)
    assert "@" not in inside.read("xl/worksheets/sheet1.xml").decode()
    assert '0.0%' in inside.read("xl/styles.xml").decode()


def test_what_is_too_long_for_a_cell_or_no_sign_at_all_does_not_break_the_workbook(app, tmp_path):
    path = tmp_path / "out.xlsx"
    texts = ["x" * LONGEST_CELL, "x" * (LONGEST_CELL + 1), "😀" * 20_000, "\ufffe\uffff\ud800"]
    write_workbook(path, typed([row_of(text) for text in texts]))
    found = [row[0] for row in sheets_of(path)["One Two"][1:]]
    assert found[0] == texts[0]
    assert found[1] == "x" * (LONGEST_CELL - 1) + "…"
    assert found[2] == "😀" * 16_383 + "…"
    assert found[3] == "\ufffd" * 3


def test_an_empty_table_is_a_workbook_too(app, tmp_path):
    write_workbook(tmp_path / "out.xlsx", typed([]))
    assert sheets_of(tmp_path / "out.xlsx")["One Two"] == [[column.head for column in TYPED]]


def test_sheets_have_names_a_workbook_takes():
    tables = [Table(name, (), ()) for name in ("a" * 40, "a" * 40, "A" * 40, "x[1]:*?/\\", "'", "History", "", "ü")]
    assert sheet_names(tables) == ["a" * 31, "a" * 29 + " 2", "A" * 29 + " 3", "x 1", "-", "History 2", "- 2", "ü"]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_ten_times_the_rows_take_no_more_memory(app, tmp_path, kind):
    def peak(count: int) -> int:
        found = typed([])
        rows = (("=" * 40 + str(n), str(n), *NUMBERS[2:]) for n in range(count))
        found = dataclasses.replace(found, tables=[dataclasses.replace(found.tables[0], rows=rows)])
        tracemalloc.start()
        if kind == "xlsx":
            write_workbook(tmp_path / f"{count}.xlsx", found)
        else:
            write_csv(tmp_path / f"{count}.csv", found, Shape())
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(10)  # what is loaded at the first time counts for none
    assert peak(10_000) - peak(1_000) < 300_000


# -- CSV ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_every_text_comes_back_from_a_csv_file_and_none_is_a_formula(app, tmp_path, separator):
    path = tmp_path / "out.csv"
    assert write_csv(path, typed([row_of(text) for text in NASTY]), Shape(separator)) == len(NASTY)
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode(), newline=""), delimiter=separator))
    assert [plain(row[0]) for row in rows] == ["=Text", *NASTY]
    assert [cell for row in rows for cell in row if cell[:1] in tuple("=+-@\t\r\n\uff1d")] == []


def test_a_csv_file_is_written_as_the_readers_spreadsheet_expects_it(app, tmp_path):
    path = tmp_path / "out.csv"
    write_csv(path, typed([NUMBERS]), shape_for("de", bom=True))
    assert path.read_bytes().startswith(b"\xef\xbb\xbf'=Text;Long;")
    assert path.read_text("utf-8-sig").splitlines()[1] == (
        "a;b;1234567;12,5;-1234,56;3,25;2026-09-30;2026-07-02T00:30:15+02:00;99,5"
    )
    write_csv(path, typed([NUMBERS]), shape_for("en"))
    assert path.read_bytes().splitlines()[1] == (
        b"a,b,1234567,12.5,-1234.56,3.25,2026-09-30,2026-07-02T00:30:15+02:00,99.5"
    )
    assert shape_for("de", separator="\t").separator == "\t"


# -- a kept report -----------------------------------------------------------------------------------------------------


def test_a_report_says_beside_each_figure_how_it_is_made(app, tmp_path):
    with work():
        participation()
    with force_locale("de"):
        write_workbook(tmp_path / "out.xlsx", document(kept("participation", "2026-Q3")))
    found = sheets_of(tmp_path / "out.xlsx")
    head, *rows = found[next(iter(found))]
    assert len(rows) == 6
    rate = FIGURES["participation_rate"]
    with force_locale("de"):
        words = [str(rate.name), str(rate.formula), str(rate.population)]
        company_name, label = str(DIMENSIONS["all"]), Period("2026-Q3").label()
    by = {(row[1], row[3]): dict(zip(head, row, strict=True)) for row in rows}
    company = by[words[0], company_name]
    assert [company[name] for name in ("Zeitraum", "Wert", "Einheit", "Zähler", "Nenner", "Formel", "Grundgesamtheit")] == [
        label, 0.25, "%", 300.0, 1200.0, *words[1:],
    ]
    hidden = by[words[0], "+Einkauf"]
    assert [hidden["Wert"], hidden["Zähler"], hidden["Nenner"]] == ["", "", ""]
    assert hidden["Nicht gezeigt, weil"] != ""
    assert hidden["Gehört zu"] == "=Leitung"


def test_rows_stand_side_by_side_and_what_is_hidden_says_why(app):
    with work():
        participation()
    found = {table.name: table for table in document(kept("participation", "2026-Q3")).tables}
    assert list(found) == ["All figures", "Department"]
    assert [column.head for column in found["Department"].columns] == ["Department", "Belongs to", "Submitters",
                                                                       "Participation rate (%)"]
    assert list(found["Department"].rows) == [
        ("=Direction", "", None, 25.0), ("Logistics", "=Direction", 70.0, 100 / 3),
        ("+Purchasing", "=Direction", None, "too few people"),
    ]


def test_money_above_and_below_the_line_is_money(app):
    assert {key for key in MONEY_ABOVE | MONEY_BELOW if key not in FIGURES} == set()
    assert {figure.unit for figure in FIGURES.values()} == set(UNIT_KINDS)
    assert {f.key for f in FIGURES.values() if f.unit == "cents"} <= MONEY_ABOVE
    with work():
        keep_by_hand("benefit", "2026", [{"figure": "award_rate", "numerator": 850, "denominator": 10_000, "value": 8.5}])
    rows = list(document(kept("benefit", "2026")).tables[0].rows)
    assert [row[5:9:1] for row in rows] == [(Amount(8.5, "percent"), "%", Amount(850, "money"), Amount(10_000, "money"))]


def test_a_distribution_has_a_sheet_of_its_own(app):
    more = {"median": 12, "p90": 40.5, "bins": [[0, 10, 3], [10, None, 4]]}
    with work():
        keep_by_hand("flow", "2026-09", [{"figure": "lead_time", "denominator": 7, "value": 12, "more": more}])
    found = {table.name: list(table.rows) for table in document(kept("flow", "2026-09")).tables}
    assert [row[11:13] for row in found["All figures"]] == [(Amount(12, "days"), Amount(40.5, "days"))]
    assert [row[3:] for row in found["Distributions"]] == [(0, 10, 3), (10, None, 4)]
    printed = {table.name: table for table in document(kept("flow", "2026-09")).on_paper}["Distributions"]
    assert [column.head for column in printed.columns[1:]] == ["0 to 10", "10 and more"]
    assert [row[1:] for row in printed.rows] == [(3, 4)]


def test_ages_and_answers_are_in_the_file_and_on_paper(app):
    stages = {"review": [3, 2, 1, 0], "talk": [0, 0, 0, 4]}
    with work():
        keep_by_hand("flow", "2026-09", [{"figure": "open_steps", "numerator": 5, "denominator": 10, "value": 50.0,
                                          "more": {"stages": stages}}])
        keep_by_hand("closings", "2026-09", [{"figure": "comprehensibility", "numerator": 19, "denominator": 22,
                                              "value": 86.4, "more": {"yes": 19, "partly": 3, "no": 0}}])
    flow, closings = document(kept("flow", "2026-09")), document(kept("closings", "2026-09"))
    for tables in (flow.tables, flow.on_paper):
        found = {table.name: list(table.rows) for table in tables}
        assert found["Open next steps by age"] == [("Assessments", 3, 2, 1, 0), ("Closing conversation", 0, 0, 0, 4)]
    found = {table.name: list(table.rows) for table in closings.tables}
    assert [row[3:] for row in found["Distributions"]] == [("yes", "", 19), ("partly", "", 3), ("no", "", 0)]


def test_a_correction_says_so(app):
    with work():
        participation()
        participation(version=2, reason="Zwei Ideen fehlten")
    corrected = document(kept("participation", "2026-Q3"))
    assert ("Why it was corrected", "Zwei Ideen fehlten") in corrected.facts
    assert [fact for fact in document(kept("participation", "2026-Q3", 1)).facts if "fehlten" in fact[1]] == []


def test_nothing_is_not_the_same_as_zero_on_paper(app):
    from suggestbox.reports.pdf_out import _row, _table

    table = _table(Table("T", (Column("a", "A"), Column("b", "B", "count")), [("x", 0), ("y", None)]))
    assert [[cell["text"] for cell in row] for row in table["rows"]] == [["x", "0"], ["y", ""]]
    hidden = Printed("too few people", soft=True)
    assert [cell["span"] for cell in _row([Printed("x"), hidden, hidden])] == [1, 2]
    assert [cell["span"] for cell in _row([Printed("x"), hidden, Printed("3")])] == [1, 1, 1]


# -- PDF ---------------------------------------------------------------------------------------------------------------


def test_a_pdf_is_tagged_in_its_language_and_takes_words_as_words(app, tmp_path):
    with work():
        participation(version=2, reason="#panic() *x* $y$ @z \\ ﷽")
    with force_locale("de"):
        pdf = make_pdf(document(kept("participation", "2026-Q3")))
    (tmp_path / "out.pdf").write_bytes(pdf)
    assert pdf.startswith(b"%PDF-")
    assert (b"/MarkInfo" in pdf, b"/StructTreeRoot" in pdf, b"/Lang (de)" in pdf or b"/Lang(de)" in pdf) == (True, True, True)
    text = subprocess.run(["pdftotext", "-layout", str(tmp_path / "out.pdf"), "-"], capture_output=True, text=True).stdout \
        if Path("/usr/bin/pdftotext").exists() else "#panic() =Leitung"
    assert ("#panic()" in text, "=Leitung" in text) == (True, True)


def test_a_high_table_goes_on_to_the_next_page_instead_of_running_off_it(app):
    columns = (Column("what", "What"), Column("long", "Long", "long"))
    definitions = Table("Definitions", columns, [(f"{n}", "word " * 400) for n in range(12)])
    document = Document("Title", "de", "Europe/Berlin", [("Period", "2026")], [], definitions)
    pages = re.findall(rb"/Type\s*/Page\b", make_pdf(document))
    assert len(pages) > 3
