"""What goes out comes in again elsewhere, whole; no cell of it is a formula; every export is in the journal."""

import csv
import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from suggestbox.core.cells import guarded, plain
from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, let_go, work
from suggestbox.feedback import export, intake
from suggestbox.feedback.intake_cells import tidy
from suggestbox.feedback.models import Assignment, Import, Item, Theme
from suggestbox.journal.models import Entry
from tests.feedback.coming_in import bring, counts, lines
from tests.feedback.scene import AT, make_item, make_journey, make_theme, make_touchpoint

pytestmark = pytest.mark.usefixtures("app", "clock")

NASTY = ["=1+1", "=HYPERLINK(\"http://example.org\")", "+1", "-1", "@SUM(A1)", "'=x", "''=x", "a;b,c|d\t\"e\"", "zwei\nZeilen",
         "Preis;=1+1", "erst dies,\n- dann, -das;'@nun",
         "  Ränder  ", "😀 ﷽ e\u0301", "_x0041_ \\n", "https://example.org/?a=1&b=<c>", "0123", "1e5", "TRUE", "'tis"]


def written(which: export.Which, kind: str, path: Path) -> bytes:
    """Give the bytes of an export."""
    if kind == "csv":
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            export.write_csv(file, export.rows_of(which))
    else:
        export.write_xlsx(path, export.rows_of(which))
    let_go()
    return path.read_bytes()


def fingerprint(source: str) -> list[Any]:
    """Give everything an export should carry of a source's items."""
    source_id = intake.find_source(source).id
    labels: dict[int, list[tuple[str, str]]] = {}
    for item_id, key, polarity in db.session.execute(
        sa.select(Assignment.item_id, Theme.key, Assignment.polarity).join(Theme, Theme.id == Assignment.theme_id)
        .where(Assignment.state == "assigned").order_by(Theme.key)
    ):
        labels.setdefault(item_id, []).append((key, polarity))
    return [
        (i.source_key, i.text, i.said_on, i.channel, i.audience, i.touchpoint_id, i.rating, i.nps, i.language, i.segment,
         i.customer_hash, i.state, labels.get(i.id, []))
        for i in db.session.scalars(sa.select(Item).where(Item.source_id == source_id).order_by(Item.id))
    ]


def fill() -> None:
    """Bring in items of every kind."""
    with work():
        point = make_touchpoint(make_journey(), "hotline")
        for key in ("delivery", "price: high", "weg"):
            make_theme(key, point)
    rows = [{"id": str(n), "text": text, "date": f"2026-10-0{n % 9 + 1}", "customer": f"c{n % 3}", "rating": n % 5 + 1,
             "nps": n % 11, "channel": "review", "segment": "=seg" if n == 1 else "", "touchpoint": "hotline" if n % 2 else "",
             "themes": ["", "delivery", "delivery|price: high"][n % 3],
             "polarities": ["", "delivery:positive", "price: high:negative"][n % 3], "settled": "yes" if n % 4 else "no"}
            for n, text in enumerate(NASTY)]
    assert counts(bring(lines(*rows), "voices.json", source="one"))[:3] == ("visible", len(NASTY), len(NASTY))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_goes_out_comes_in_again_whole(kind, tmp_path):
    fill()
    before = fingerprint("one")
    raw = written(export.Which(source_id=intake.find_source("one").id), kind, tmp_path / f"out.{kind}")
    row = bring(raw, f"out.{kind}", source="two")
    assert (counts(row), row.errors) == (("visible", len(NASTY), len(NASTY), 0, 0), [])
    assert fingerprint("two") == before
    assert [entry[11] for entry in before] == ["new", *["settled"] * 3, "told", *["settled"] * 3, "told", *["settled"] * 3,
                                               "new", *["settled"] * 3, "told", *["settled"] * 2]
    assert counts(bring(raw, f"out.{kind}", source="two"))[1:] == (len(NASTY), 0, len(NASTY), 0)


def test_no_cell_is_a_formula(tmp_path):
    fill()
    raw = written(export.Which(), "csv", tmp_path / "out.csv").decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(raw, newline="")) for cell in row]
    assert [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")] == []
    with zipfile.ZipFile(io.BytesIO(written(export.Which(), "xlsx", tmp_path / "out.xlsx"))) as packed:
        sheet = packed.read("xl/worksheets/sheet1.xml").decode()
    assert ("<f>" in sheet, "hyperlink" in sheet, "=HYPERLINK" in sheet) == (False, False, True)


def test_hidden_items_and_those_taken_back_do_not_go_out(cast):
    row = bring("id,text\n1,gone\n")
    with work():
        intake.undo(db.session.get_one(Import, row.id), by_id=None, now=utc_now())
        make_item("hidden", hidden_at=AT, hidden_by_id=cast.ida.id, hidden_reason="private")
        make_item("stays")
    assert [row["text"] for row in export.rows_of(export.Which())] == ["stays"]
    assert export.count_items(export.Which()) == 1


def test_only_a_time_or_a_source_and_masked(cast):
    with work():
        for day in (1, 15, 30):
            make_item(f"Frau Kunz am {day}.", said_on=date(2026, 10, day))
    which = export.Which(since=date(2026, 10, 2), until=date(2026, 10, 15), mask=True)
    assert [row["text"] for row in export.rows_of(which)] == ["Frau [Name] am 15."]


def test_many_items_cost_the_same_statements(count_queries, monkeypatch):
    monkeypatch.setattr(export, "PORTION", 100)
    with work():
        make_item("one")
    with count_queries() as few:
        assert len(list(export.rows_of(export.Which()))) == 1
    with work():
        for n in range(29):
            make_item(f"text {n}")
    with count_queries() as many:
        assert len(list(export.rows_of(export.Which()))) == 30
    assert (len(few), len(many)) == (8, 8)


# -- properties --------------------------------------------------------------------------------------------------------

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=60).filter(lambda t: tidy(t) != "")


@settings(max_examples=25)
@given(st.lists(TEXT, min_size=1, max_size=6), st.sampled_from(",;\t"))
@pytest.mark.either
def test_every_text_that_goes_out_as_csv_comes_back(texts, separator):
    kept = [tidy(text) for text in texts]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows([["key", "text"], *[[str(n), guarded(text)] for n, text in enumerate(kept)]])
    rows = list(csv.reader(io.StringIO(out.getvalue(), newline=""), delimiter=separator))[1:]
    assert [plain(row[1]) for row in rows] == kept


@settings(max_examples=12)
@given(st.lists(TEXT, min_size=1, max_size=5), st.sampled_from(["csv", "xlsx"]))
def test_whatever_was_said_comes_back_from_a_file(app, tmp_path_factory, texts, kind):
    path = tmp_path_factory.mktemp("out") / f"out.{kind}"
    rows = [{**dict.fromkeys(export.COLUMNS, ""), "key": f"k{n}", "date": "2026-11-01", "text": tidy(text)}
            for n, text in enumerate(texts)]
    if kind == "csv":
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            export.write_csv(file, iter(rows))
    else:
        export.write_xlsx(path, iter(rows))
    opened = intake.open_source(path, kind, {})
    assert [tidy(str(line.cells["text"])) for line in opened] == [row["text"] for row in rows]
    assert [line.formulas for line in opened] == [()] * len(rows)


def test_an_export_is_in_the_journal(cast):
    with work():
        export.note_export(export.Which(since=date(2026, 1, 1), mask=True), 7, kind="csv", by_id=cast.ida.id, now=utc_now())
    entry = db.session.scalars(sa.select(Entry).where(Entry.kind == "feedback.exported")).one()
    assert (entry.actor_id, entry.facts) == (cast.ida.id, {
        "items": 7, "form": "csv", "masked": True, "source_id": None, "since": "2026-01-01", "until": ""})
