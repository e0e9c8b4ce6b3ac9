"""Attacks on feedback, calls and measures: what somebody tries who writes long texts, forges files and narrows filters.

Each was possible once.
"""

import io
import json
import signal
import struct
import threading
import tracemalloc
import zipfile
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.core.errors import Invalid, TooMuch
from suggestbox.evidence.hints import tokens_in
from suggestbox.feedback.json_in import open_json
from suggestbox.feedback.mail_in import open_mail
from suggestbox.feedback.masking import masked
from suggestbox.feedback.sheets_in import _CELL, open_xlsx
from suggestbox.feedback.tables_in import FORMULA
from suggestbox.journal.models import Entry
from tests.cast import grant
from tests.feedback.scene import make_cx_manager

pytestmark = pytest.mark.either


@contextmanager
def within(seconds: int):
    """Stop what takes longer: one text must not keep a process busy."""
    if threading.current_thread() is not threading.main_thread():  # signals reach only that one
        yield
        return

    def stop(*_unused):
        raise TimeoutError(f"more than {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def at_most(bytes_: int):
    """Say when more memory was taken."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < bytes_
    finally:
        tracemalloc.stop()


# -- texts that keep a process busy ------------------------------------------------------------------------------------

LONG = 100_000

SLOW = {
    "hyphens": "1 weg " + "A-" * (LONG // 2),
    "double names": "Ab-" * (LONG // 3) + " str 1",
    "capitals": "weg 1 " + "A" * LONG,
    "words": "1 weg " + "Ab " * (LONG // 3),
    "a greeting and blanks": "LG" + " " * LONG + "x",
    "greetings and blanks": ("LG" + " " * 100 + "x\n") * (LONG // 100),
    "greetings and lines": ("LG \n \n " + " " * 90 + "x") * (LONG // 100),
    "labels": "1 " + "Ticket-ID-" * (LONG // 10),
    "dots": "1 Kunden" + "." * LONG,
    "ladies": "Frau " * (LONG // 5),
    "a lady and blanks": "Frau" + " " * LONG + "\n" + " " * LONG + "x",
    "ladies and lines": "Frau \n " * (LONG // 7),
    "at": "a.(at)" * (LONG // 6),
    "nobility": "Frau " + "von " * (LONG // 4),
    "digits": "1 " * (LONG // 2),
    "phones": "tel " * (LONG // 4) + "111",
    "codes": "DE12 " * (LONG // 5),
    "addresses": "a." * (LONG // 2) + "@",
    "links": "http://" * (LONG // 7),
}


@pytest.mark.parametrize("name", SLOW)
def test_no_text_keeps_the_masking_busy(name):
    with within(5):
        masked(SLOW[name])


def test_masking_still_finds_what_it_found():
    said = "Karl-Marx-Straße 5, 10243 Berlin. Gruß,\n\nAnna-Lena Müller-Lüdenscheidt"
    assert masked(said) == "[Adresse]. Gruß,\n\n[Name]"
    assert masked("Am Alten Markt 12 fragte Frau Dr. von Weizsäcker-Böll.") == "[Adresse] fragte Frau [Name]."
    assert masked("Ticket-ID AB-12345, viele Grüße Peter O'Neill") == "Ticket-ID [Nr], viele Grüße [Name]"


NAMES = {
    "Herr Çelik und Frau Şahin": "Herr [Name] und Frau [Name]", "Frau Åkesson rief Herrn Łukasz": "Frau [Name] rief Herrn [Name]",
    "Herr Иванов": "Herr [Name]", "Frau d'Angelo": "Frau [Name]", "Frau de la Cruz": "Frau [Name]",
    "Frau\u00a0Meier": "Frau [Name]", "bei Frau\nMeier-Schulz": "bei Frau\n[Name]", "Familie Müller": "Familie [Name]",
    "max.muster(at)web.de": "[E-Mail]", "max.muster [at] web.de": "[E-Mail]", "0171.5550123": "[Tel]",
    "+49 171 – 555 0123": "[Tel]", "Hauptstr 5": "[Adresse]", "am 01.02.2026 um 10.15 Uhr": "am 01.02.2026 um 10.15 Uhr",
}
"""What people write, and what others may read of it."""


@pytest.mark.parametrize("said", NAMES)
def test_names_of_all_kinds_are_masked(said):
    assert masked(said) == NAMES[said]


def test_no_text_keeps_the_hints_busy():
    with within(5):
        tokens_in("a" * LONG)


def test_no_cell_keeps_the_search_for_formulas_busy():
    with within(5):
        assert FORMULA.match("=" + " " * 1_000_000 + "\x00") is None
        assert FORMULA.match("= -" + " " * 1_000_000 + "\x00") is None
        assert [bool(FORMULA.match(cell)) for cell in ("=SUM(A1)", "= 1 + 1", "=1", "@SUM(1)", "=)", "- late")] == [
            True, True, True, True, False, False,
        ]


def test_no_sheet_keeps_the_look_over_it_busy():
    with within(5):
        assert _CELL.findall(b'<c r="A1" ' * 1_000_000) == []
        assert _CELL.findall((b"<c " + b'r="A1" ' * 45) * 10_000) == []
    assert _CELL.findall(b'<x:c s="1" r="AB12" t="s"><x:f>1+1</x:f>') == [(b"AB", b"12", b"<x:f")]


LETTERS = {
    "an encoding that is none": b"Content-Type: text/plain; charset=punycode\n\na-" + b"kva" * 900_000,
    "a subject": b"Subject: " + b"=?a?q?b" * 140_000 + b"\n\nHello",
    "a type": b'Content-Type: text/plain; charset="' + b'\\"; ' * 300_000 + b"\n\nHello",
    "parameters": b"Content-Type: text/plain; " + b"a=b; " * 200_000 + b"\n\nHello",
    "a sender": b"From: " + b"(" * 100_000 + b"\nSubject: x\n\nHello",
    "comments": b"Content-Type: text/html\n\nHello " + b"<!--" * 70_000,
    "tags": b"Content-Type: text/html\n\nHello " + b"<a " * 70_000,
    "attributes": b"Content-Type: text/html\n\nHello " + b"<a b='" * 40_000,
    "ends": b"Content-Type: text/html\n\nHello " + b"</a" * 70_000,
    "declarations": b"Content-Type: text/html\n\nHello " + b"<![" * 20,
    "scripts": b"Content-Type: text/html\n\nHello " + b"<script>" * 30_000,
}


@pytest.mark.parametrize("name", LETTERS)
def test_no_letter_keeps_its_reader_busy(name, tmp_path):
    path = tmp_path / "letter.eml"
    path.write_bytes(b"Message-ID: <1@example.org>\n" + LETTERS[name])
    with within(5):
        (line,) = open_mail(path)
    assert line.cells["message_id"] == "1@example.org"
    assert name == "an encoding that is none" or "Hello" in line.cells["body"]


def test_a_letter_in_html_reads_as_before(tmp_path):
    path = tmp_path / "letter.eml"
    path.write_bytes(
        b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\nContent-Type: text/html; charset=utf-8\n\n<html><head><title>No</title>"
        b"<style>p {color: red}</style></head><body><!-- <b>No</b> --><p class='a>b'>One &amp; two</p><p>3 < 4<br>Five"
        b"</p><script>if (1 < 2) no()</script></body></html>"
    )
    (line,) = open_mail(path)
    assert (line.cells["subject"], line.cells["body"]) == ("Grüße", "One & two\n3 < 4\nFive")


# -- files that keep a process busy, or break a page -------------------------------------------------------------------


@pytest.fixture
def curator(cast, client_as):
    with work():
        cem = make_cx_manager(cast)
        cem.language = "en"
    return client_as(cem)


def upload(browser, raw: bytes, name: str):
    file = {"upload": (io.BytesIO(raw), name), "source_id": "", "source_name": "Survey"}
    answer = browser.post("/feedback/imports/new", data=file, content_type="multipart/form-data")
    return browser.get(answer.location) if answer.status_code == 303 else answer


def test_the_same_word_in_many_rows_is_no_work(curator):
    with within(8):
        page = upload(curator, b"text\n" + b"gut\n" * 15_000, "words.csv")
    assert page.status_code == 200
    assert "gut" in page.text


def test_the_journal_names_who_started_an_import_not_who_uploaded_it(cast, curator, client_as):
    upload(curator, b"text\nhello\n", "words.csv")
    with work():
        grant(cast.kim, "cx_manager")
    answer = client_as(cast.kim).post("/feedback/imports/1/columns", data={"start": "1", "column_text": "text"})
    entry = db.session.scalars(sa.select(Entry).where(Entry.kind == "feedback.import_queued")).one()
    assert (answer.status_code, entry.actor_id) == (303, cast.kim.id)


def test_half_signs_in_json_are_no_fault_of_ours(curator):
    page = upload(curator, b'[{"text": "\\ud800 hello", "n\\udc00": "x", "tags": ["\\udfff"]}]', "half.json")
    assert (page.status_code, "hello" in page.text) == (200, True)


def test_half_signs_do_not_reach_the_rows(tmp_path):
    path = tmp_path / "half.json"
    path.write_text('[{"text": "\\ud800 a", "n\\udc00": {"\\ud800": "\\ud801"}, "tags": ["\\udfff"], "deep": [["\\ud802"]]}]')
    (line,) = open_json(path)
    json.dumps(line.cells, ensure_ascii=False).encode()
    assert line.cells["text"] == "? a"


def test_a_part_of_a_workbook_is_not_taken_whole_before_it_is_measured(tmp_path):
    """The list of sheets of a bomb would have filled the memory before anybody looked at its size."""
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/_rels/workbook.xml.rels", "<Relationships/>")
        filling = "".join(f" {n * 7919}" for n in range(2_500_000))
        packed.writestr("xl/workbook.xml", f"<workbook>{filling}</workbook>")
    del filling
    with at_most(20_000_000), pytest.raises(TooMuch, match="too many parts"):
        open_xlsx(path)


def test_a_second_list_of_parts_does_not_hide_a_long_one(tmp_path):
    """The end of a zip file may refer to another end, with numbers of its own."""
    inside = io.BytesIO()
    with zipfile.ZipFile(inside, "w") as packed:
        for n in range(50_000):
            packed.writestr(str(n), b"")
    raw = inside.getvalue()
    end = raw.rindex(b"PK\x05\x06")
    size, start = struct.unpack("<II", raw[end + 12 : end + 20])
    other = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 50_000, 50_000, size, start)
    other += struct.pack("<4sIQI", b"PK\x06\x07", 0, end, 1)
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(raw[:end] + other + struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 3, 3, 200, start, 0))
    with at_most(5_000_000), pytest.raises(TooMuch, match="too many parts"):
        open_xlsx(path)


def test_letters_within_letters_within_letters_are_refused_before_they_are_read(tmp_path):
    inner = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(300))
    path = tmp_path / "deep.eml"
    path.write_bytes(b"Subject: x\n" + inner + b"x\n" * 1_000_000)
    with within(3), pytest.raises(Invalid, match="cannot be read"):
        list(open_mail(path))


def test_whoever_reads_workbooks_knows_no_secrets(tmp_path, monkeypatch):
    from suggestbox.feedback import sheets_in

    monkeypatch.setenv("SUGGESTBOX_CUSTOMER_KEY", "canary")
    monkeypatch.setenv("SUGGESTBOX_SECRET_KEY", "canary")
    monkeypatch.setenv("SUGGESTBOX_DATABASE_URL", "postgresql://canary")
    given = []
    monkeypatch.setattr(sheets_in.subprocess, "Popen", lambda *_args, **kw: given.append(kw["env"]) or 1 / 0)
    with pytest.raises(ZeroDivisionError):
        next(sheets_in._from_child(tmp_path / "x.xlsx", "S"))
    assert "canary" not in str(given)
