"""Files of every kind: how they are read, and what is refused before it costs anything, with the line where there is one."""

import io
import resource
import sys
import time
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suggestbox.core.errors import HouseError, TooMuch
from suggestbox.feedback import intake, sheet_child, sheets_in, tables_in
from suggestbox.feedback.intake_files import kind_of
from suggestbox.feedback.models import Import
from tests.feedback.coming_in import bring, counts, items, repacked, texts, workbook

pytestmark = pytest.mark.usefixtures("app", "clock")


def opened(content: bytes, name: str = "a.csv", **options: str) -> tables_in.Rows:
    """Give the rows of a file with these bytes."""
    kept = intake.keep_file(io.BytesIO(content), name)
    return intake.open_source(intake.path_of(Import(stored_name=kept.stored_name)), kept.kind, options)


def refusal(content: bytes, name: str = "a.csv", **options: str) -> str:
    """Give the sentence with which the file, or one of its rows, is refused."""
    with pytest.raises(HouseError) as refused:
        list(opened(content, name, **options))
    return str(refused.value.text)


# -- CSV ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("encoding", "told"), [
    ("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("cp1252", "cp1252"), ("utf-16", "utf-16"),
])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_encoding_and_separator_are_recognised(encoding, told, separator):
    table = f"id{separator}text\r\n1{separator}Größe, Preis; Übergabe\r\n" if separator not in ",;" else (
        f'id{separator}text\r\n1{separator}"Größe, Preis; Übergabe"\r\n')
    rows = opened(table.encode(encoding))
    assert (rows.columns, rows.encoding, rows.separator) == (("id", "text"), told, separator)
    assert [(line.line, line.cells) for line in rows] == [(2, {"id": "1", "text": "Größe, Preis; Übergabe"})]


def test_who_knows_better_may_say_so():
    rows = opened("id;text\n1;50 €\n".encode("iso8859-15"), encoding="iso8859-15", separator=";")
    assert [line.cells["text"] for line in rows] == ["50 €"]


def test_the_separator_a_spreadsheet_names_in_the_first_line_is_believed():
    rows = opened(b"sep=;\r\nid;text\r\n1;a,b\r\n")
    assert [(line.line, line.cells) for line in rows] == [(3, {"id": "1", "text": "a,b"})]


def test_a_file_in_two_encodings_is_refused_with_the_line():
    content = "id,text\n1,Größe\n2,".encode() + "Übergabe\n".encode("cp1252")
    assert refusal(content) == (
        "Line 3: this line is not written in UTF-8, others are. Please save the whole file anew as UTF-8.")


def test_bytes_of_no_encoding_are_refused_with_the_line():
    assert refusal(b"id,text\n1,\x81\n") == "Line 2: the encoding of this line is not known. Please save the file as UTF-8."


def test_a_wrong_encoding_is_refused_with_the_line():
    assert refusal(b"id,text\n1,a\n2,\xff\xfe\n", encoding="utf-8") == (
        "Line 3: this line is not written in the encoding utf-8.")


@pytest.mark.parametrize(("content", "sentence"), [
    (b"", "The file is empty."), (b"\n\n  \n", "The file is empty."),
    (b"a,b\x00c\n", "Line 1: This is not a text file. Please save the table as CSV or Excel first."),
    (b"text,id,text\na,1,b\n", "Line 1: the column “text” occurs twice in the heading."),
    (b"text\n" + b"x" * 140_000, "Line 2: this line cannot be read as a row of a table. Is a quotation mark missing?"),
    (b'id,text\n1,"never closed\n' + b"2,fine\n" * 20_000,
     "Line 2: this line cannot be read as a row of a table. Is a quotation mark missing?"),
    (b"x" * 5_000_000, "Line 1: this line is longer than 1000000 characters. Is a quotation mark missing?"),
])
def test_what_is_no_table_is_refused(content, sentence):
    assert refusal(content) == sentence


def test_a_file_without_rows_comes_in_as_an_error():
    row = bring("id,text\n")
    assert (row.state, row.errors) == ("failed", [{"line": 0, "error": "The file holds no rows below its heading."}])


def test_a_formula_is_an_error_of_its_line_and_a_guarded_one_is_the_text():
    assert bring('id,text\n1,fine\n2,"=HYPERLINK(""http://example.org"";""x"")"\n').errors == [
        {"line": 3, "error": "text is a formula, not a text. Please save the values only."}
    ]
    assert counts(bring("id,text\n1,'=1+1\n2,@service please\n3,- late\n4,'tis fine\n"))[:3] == ("visible", 4, 4)
    assert texts() == ["=1+1", "@service please", "- late", "'tis fine"]


def test_more_cells_than_the_heading_are_an_error_of_their_line():
    assert bring("id,text\n1,slow, and dear\n").errors == [{"line": 2, "error":
        "This line has more cells than the heading. Is a text with a separator missing its quotation marks?"}]


def test_two_gigabytes_are_refused_before_they_are_read(tmp_path):
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(2_000_000_000)  # a hole: takes no room
    started = time.monotonic()
    with pytest.raises(TooMuch) as refused:
        intake.keep_path(path)
    assert str(refused.value.text) == "The file is too large: 2000 MB. 500 MB are the most; please split it."
    assert time.monotonic() - started < 1


def test_a_stream_that_grows_too_large_leaves_no_file(monkeypatch):
    from suggestbox.feedback import intake_files

    monkeypatch.setattr(intake_files, "LARGEST_BYTES", 2_000_000)
    monkeypatch.setattr(tables_in, "LARGEST_BYTES", 2_000_000)
    before = sorted(intake_files.folder().iterdir())
    with pytest.raises(TooMuch):
        intake.keep_file(io.BytesIO(b"text\n" * 1_000_000), "a.csv")
    assert sorted(intake_files.folder().iterdir()) == before


@pytest.mark.parametrize(("start", "name", "kind"), [
    (b"PK\x03\x04...", "a.csv", "xlsx"), (b"\xd0\xcf\x11\xe0\xa1", "a.xls", "xlsx"), (b'[{"a": 1}]', "x", "json"),
    (b'{"a": 1}', "x.txt", "json"), (b"From a@b Mon", "x", "mail"), (b"Received: by x", "x.eml", "mail"),
    (b"id,text", "x.txt", "csv"), (b"[1] a,b", "x.csv", "csv"), (b"From: a@b\n", "x", "mail"),
])
def test_the_content_tells_the_kind_of_a_file(start, name, kind):
    assert kind_of(start, name) == kind


PIECES = (b"id,text\n", b'"', b"\r", b"\n", b"\xff", b"\x00", b"\x85", b"\\ud800", b"=?x?q?=??=", b"[", b"{", b'{"text": "a"}', b",",
          b"]", b"From a@b Mon\n", b"Subject: =?utf-8?b?!?=\n", b"Date: x\n", b"\n\n", "ä".encode(), b"1e999", b"9" * 5_000,
          b"Content-Type: multipart/mixed; boundary=b\n", b"--b\n", b"text")


@given(st.lists(st.sampled_from(PIECES), max_size=12), st.sampled_from(["csv", "json", "mail"]))
def test_whatever_a_file_holds_it_is_read_or_refused(tmp_path_factory, pieces, kind):
    path = tmp_path_factory.mktemp("any") / "file"
    path.write_bytes(b"".join(pieces))
    try:
        assert all(isinstance(line.line, int) for line in intake.open_source(path, kind, {}))
    except HouseError as refused:
        assert str(refused.text) != ""


# -- workbooks ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def book(tmp_path) -> bytes:
    """A workbook with two rows of feedback."""
    return workbook(tmp_path / "b.xlsx", [["id", "text", "date", "rating"], [1, "=1+1 is a text", "2026-11-01", 4],
                                          [2, "Zu spät", 46327, "5"]])


def test_a_workbook_comes_in(book):
    assert counts(bring(book, "b.xlsx")) == ("visible", 2, 2, 0, 0)
    assert [(i.source_key, i.text, i.said_on.isoformat(), i.rating) for i in items()] == [
        ("1", "=1+1 is a text", "2026-11-01", 4.0), ("2", "Zu spät", "2026-11-01", 5.0)
    ]


def test_real_dates_rows_and_columns_further_down_are_found(tmp_path):
    import datetime

    import xlsxwriter

    made = xlsxwriter.Workbook(str(tmp_path / "c.xlsx"), {"default_date_format": "dd.mm.yyyy"})
    made.add_worksheet("Cover").write_string(0, 0, "nothing here")
    sheet = made.add_worksheet("Data")
    sheet.write_row(3, 2, ["text", "date"])
    sheet.write_row(5, 2, ["slow", datetime.date(2026, 10, 30)])
    sheet.write_formula(7, 2, '="a"&"b"', None, "ab")
    made.close()
    raw = (tmp_path / "c.xlsx").read_bytes()
    rows = opened(raw, "c.xlsx", sheet="Data")
    assert (rows.columns, rows.sheets) == (("", "", "text", "date"), ("Cover", "Data"))
    assert [(line.line, line.cells["text"], line.cells["date"], line.formulas) for line in rows] == [
        (6, "slow", datetime.date(2026, 10, 30), ()), (8, "ab", "", ("text",))
    ]
    assert bring(raw, "c.xlsx", sheet="Data").errors == [
        {"line": 8, "error": "text is a formula, not a text. Please save the values only."},
        {"line": 8, "error": "The date in date is missing."},
    ]
    assert refusal(raw, "c.xlsx", sheet="Missing") == "There is no sheet “Missing”. There are: Cover, Data."


ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&b;</t></si></sst>"""
OUTSIDE = b"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1"
Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="http://example.org/x.png"
TargetMode="External"/></Relationships>"""
LINK = OUTSIDE.replace(b"relationships/image", b"relationships/hyperlink")


def bombs(book: bytes) -> dict[str, tuple[bytes, str]]:
    """Give files made to do harm, with how each is refused."""
    with zipfile.ZipFile(io.BytesIO(book)) as packed:
        sheet = packed.read("xl/worksheets/sheet1.xml")
        workbook_xml = packed.read("xl/workbook.xml")
    far = sheet.replace(b"</sheetData>", b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>')
    wide = sheet.replace(b"</sheetData>", b'<row r="9"><c r="XFD9"><v>1</v></c></row></sheetData>')
    many = workbook_xml.replace(b"</sheets>", b"".join(
        b'<sheet name="S%d" sheetId="%d" r:id="rId1"/>' % (n, n + 9) for n in range(1_000)) + b"</sheets>")
    huge = b'<sst xmlns="x"><si><t>' + b"A" * 200_000_000 + b"</t></si></sst>"
    encrypted = bytearray(book)
    for place in range(len(encrypted) - 4):
        if encrypted[place : place + 4] == b"PK\x01\x02":
            encrypted[place + 8] |= 1
    parts = io.BytesIO()
    with zipfile.ZipFile(parts, "w") as packed:
        for n in range(1_500):
            packed.writestr(f"xl/p{n}.xml", b"<a/>")
    declared = "The workbook declares entities, as no spreadsheet program writes them. It is not opened."
    outside = "The workbook refers to other files or holds macros (%s). Please save only the table as a new workbook."
    unfolds = "The workbook unfolds to far more than it is. It is not opened."
    unreadable = "The file cannot be read as an Excel workbook (.xlsx)."
    return {
        "200 MB in one cell": (repacked(book, {"xl/sharedStrings.xml": huge}, compresslevel=1), unfolds),
        "entities": (repacked(book, {"xl/sharedStrings.xml": ENTITIES}), declared),
        "external entity": (repacked(book, {"xl/styles.xml": b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'}), declared),
        "entities in UTF-16": (repacked(book, {"xl/sharedStrings.xml": ENTITIES.decode().encode("utf-16")}), declared),
        "external picture": (repacked(book, {"xl/worksheets/_rels/sheet1.xml.rels": OUTSIDE}),
                             outside % "xl/worksheets/_rels/sheet1.xml.rels"),
        "external link": (repacked(book, {"xl/externalLinks/externalLink1.xml": b"<a/>"}),
                          outside % "xl/externalLinks/externalLink1.xml"),
        "connection": (repacked(book, {"xl/connections.xml": b"<a/>"}), outside % "xl/connections.xml"),
        "macros": (repacked(book, {"xl/vbaProject.bin": b"x"}), outside % "xl/vbaProject.bin"),
        "1,000 sheets": (repacked(book, {"xl/workbook.xml": many}), "The workbook has more than 100 sheets."),
        "1,048,576 rows": (repacked(book, {"xl/worksheets/sheet1.xml": far}),
                           "The sheet has more than 300000 rows. Please save it as CSV."),
        "16,384 columns": (repacked(book, {"xl/worksheets/sheet1.xml": wide}), "The sheet has more than 500 columns."),
        "password": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000),
                     "The workbook is protected by a password or of the old kind (.xls). Please save it as .xlsx, without a "
                     "password."),
        "zip password": (bytes(encrypted), "The workbook is protected by a password. Please save it without."),
        "member outside": (repacked(book, {"../../evil.xml": b"<a/>"}), unreadable),
        "1,500 parts": (parts.getvalue(), "The workbook has too many parts."),
        "a picture": (b"PK\x03\x04" + bytes(100), unreadable),
        "cut off": (book[: len(book) // 2], unreadable),
        "no sheet": (repacked(book, {"xl/workbook.xml": None}), unreadable),
        "broken sheet": (repacked(book, {"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row"}), unreadable),
    }


def most_kilobytes() -> float:
    """Give how much memory this process had at most; macOS counts bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "darwin" else 1)


def test_bombs_are_refused_before_they_cost_anything(book):
    before = most_kilobytes()
    files = bombs(book)
    memory_for_making = most_kilobytes()
    told, slow = {}, {}
    for name, (content, _sentence) in files.items():
        started = time.process_time()
        told[name] = refusal(content, "b.xlsx")
        if time.process_time() - started > 1.5:
            slow[name] = time.process_time() - started
    assert told == {name: sentence for name, (_content, sentence) in files.items()}
    assert slow == {}
    assert memory_for_making >= before
    assert most_kilobytes() - memory_for_making < 60_000


def test_where_memory_has_no_limit_time_still_has_one(monkeypatch):
    """As on macOS, which refuses the one and knows the other."""
    kept = {}

    def setrlimit(limit: int, most: tuple[int, int]) -> None:
        if limit == resource.RLIMIT_AS:
            raise ValueError("current limit exceeds maximum limit")
        kept[limit] = most

    monkeypatch.setattr(resource, "setrlimit", setrlimit)
    monkeypatch.setattr(sys, "argv", ["sheet_child.py"])
    with pytest.raises(ValueError):  # no file was named
        sheet_child.main()
    assert kept == {resource.RLIMIT_CPU: (sheet_child.MOST_SECONDS, sheet_child.MOST_SECONDS)}


def test_a_forged_size_is_not_believed(book, monkeypatch):
    monkeypatch.setattr(sheets_in, "MEASURED_FROM", 1_000_000)
    raw = bytearray(repacked(book, {"xl/sharedStrings.xml": b"<sst><si><t>" + b"A" * 3_000_000 + b"</t></si></sst>"}))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):  # the unpacked size each member claims
        place = raw.find(mark)
        while place >= 0:
            raw[place + at : place + at + 4] = (10).to_bytes(4, "little")
            place = raw.find(mark, place + 4)
    with pytest.raises(HouseError):
        opened(bytes(raw), "b.xlsx")


def test_an_ordinary_link_in_a_cell_is_no_harm(book):
    assert counts(bring(repacked(book, {"xl/worksheets/_rels/sheet1.xml.rels": LINK}), "b.xlsx"))[:3] == ("visible", 2, 2)
