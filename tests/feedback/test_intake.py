"""Feedback comes in: mapping, cells, keys, labels; all rows or none; known rows stay; an import is taken back."""

import io
from datetime import date

import pytest
import sqlalchemy as sa

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.errors import Invalid, Refused
from suggestbox.feedback import intake
from suggestbox.feedback.customer_key import hash_customer
from suggestbox.feedback.intake_sweep import remove_leftovers, remove_new_themes
from suggestbox.feedback.items import visible
from suggestbox.feedback.models import Assignment, Import, Item, Source, Theme, ThemeRule
from suggestbox.journal.models import Entry
from tests.feedback.coming_in import bring, counts, items, queued, row_of, texts
from tests.feedback.scene import make_journey, make_theme, make_touchpoint

pytestmark = pytest.mark.usefixtures("app", "clock")

TABLE = """\
id;Datum;Kommentar;Bewertung;NPS;Kunde;Kanal;Segment
a1;31.10.2026;"Das Paket kam zu spät;
und niemand rief an.";2;3;Erika@Example.de;Umfrage;privat
a2;2026-11-01;The driver was very friendly and on time;5;10; erika@example.de ;Beschwerde;
"""


def test_a_row_becomes_an_item_with_all_it_says():
    row = bring(TABLE)
    assert counts(row) == ("visible", 2, 2, 0, 0)
    one, two = items()
    assert (one.source_key, one.text, one.said_on) == ("a1", "Das Paket kam zu spät;\nund niemand rief an.", date(2026, 10, 31))
    assert (one.rating, one.nps, one.channel, one.segment, one.language) == (2.0, 3, "survey", "privat", "de")
    assert (two.rating, two.nps, two.channel, two.segment, two.language) == (5.0, 10, "complaint", "", "en")
    assert (one.state, one.import_id, one.masked) == ("new", row.id, False)
    assert one.customer_hash == two.customer_hash == hash_customer("erika@example.de")


def test_no_customer_key_is_kept_anywhere():
    bring(TABLE)
    hashes = {item.customer_hash for item in items()}
    assert hashes == {hash_customer("erika@example.de")}
    every = " ".join(str(value) for table in ("feedback_item", "feedback_import", "feedback_source", "journal_entry")
                     for row in db.session.execute(sa.text(f"SELECT * FROM {table}")) for value in row)
    assert "erika" not in every.casefold()


def test_the_same_file_again_changes_nothing():
    bring(TABLE)
    before = [(item.id, item.text) for item in items()]
    assert counts(bring(TABLE)) == ("visible", 2, 0, 2, 0)
    assert [(item.id, item.text) for item in items()] == before


def test_a_known_id_with_other_words_is_counted_and_left_as_it_is():
    bring(TABLE)
    assert counts(bring(TABLE.replace("very friendly", "rude"))) == ("visible", 2, 0, 1, 1)
    assert texts()[1] == "The driver was very friendly and on time"


def test_the_same_ids_of_another_source_are_other_items():
    bring(TABLE)
    assert counts(bring(TABLE, source="hotline")) == ("visible", 2, 2, 0, 0)


def test_rows_without_an_id_come_in_once_and_as_often_as_they_stand_there():
    table = "text\nToo slow\nToo slow\nToo dear\n"
    assert counts(bring(table)) == ("visible", 3, 3, 0, 0)
    assert counts(bring(table)) == ("visible", 3, 0, 3, 0)
    assert counts(bring(table + "Too slow\n")) == ("visible", 4, 1, 3, 0)


def test_rows_without_an_id_and_a_date_are_known_on_another_day_too(clock):
    bring("text\nToo slow\n")
    clock.shift(3 * 86_400)
    assert counts(bring("text\nToo slow\n")) == ("visible", 1, 0, 1, 0)


def test_one_wrong_row_keeps_all_out_and_is_named_by_its_line():
    row = bring("id,text,date,rating\n1,good,2026-11-01,4\n2,,2026-11-01,9\n3,bad,31.02.2026,1\n")
    assert (row.state, items()) == ("failed", [])
    assert row.errors == [
        {"line": 3, "error": "The text is empty."},
        {"line": 3, "error": "rating: “9” is no mark from 1 to 5."},
        {"line": 4, "error": "date: “31.02.2026” is no date. Dates look like 2026-12-31 or 31.12.2026."},
    ]


def test_lines_are_counted_as_an_editor_counts_them():
    row = bring('id,text\n1,"three\nlines\nlong"\n\n2,\n')
    assert row.errors == [{"line": 6, "error": "The text is empty."}]


def test_an_id_twice_with_other_words_is_an_error_and_twice_the_same_is_one_item():
    row = bring("id,text\n1,good\n2,bad\n1,other\n")
    assert row.errors == [{"line": 4, "error": "The id “1” stands in line 2 already, with another text."}]
    assert counts(bring("id,text\n1,good\n2,bad\n1,good\n")) == ("visible", 3, 2, 1, 0)


def test_many_errors_are_cut_short():
    row = bring("id,text\n" + "".join(f"{n},\n" for n in range(250)))
    assert [len(row.errors), row.errors[-1]] == [101, {"line": 0, "error": "And 150 further lines."}]


def test_what_is_wrong_is_said_in_the_language_of_who_brought_it_in(cast):
    assert bring("id,text\n1,\n", by_id=cast.ida.id).errors == [{"line": 2, "error": "Der Text ist leer."}]
    assert bring("id,text\n1,\n", by_id=cast.rex.id).errors == [{"line": 2, "error": "The text is empty."}]


def test_what_could_be_two_days_is_asked_about_not_guessed():
    table = "text,date\nslow,03/04/2026\n"
    assert bring(table).errors == [
        {"line": 2, "error": "date: “03/04/2026” could be two days. Please say whether the day or the month comes first."}
    ]
    assert bring(table, date_order="dmy").state == "visible"
    assert bring(table, date_order="mdy", source="other").state == "visible"
    assert [item.said_on for item in items()] == [date(2026, 4, 3), date(2026, 3, 4)]


@pytest.mark.parametrize(("scale", "marks", "kept"), [
    ("1-10", "1 10 5,5", [1.0, 5.0, 3.0]), ("1-7", "1 7 4", [1.0, 5.0, 3.0]), ("6-1", "1 6 3.5", [5.0, 1.0, 3.0]),
    ("5-1", "1 5 3", [5.0, 1.0, 3.0]), ("0-100", "0 100 50", [1.0, 5.0, 3.0]),
])
def test_marks_of_other_scales_become_one_to_five(scale, marks, kept):
    table = "text;rating\n" + "".join(f"text {n};{mark}\n" for n, mark in enumerate(marks.split()))
    assert bring(table, rating_scale=scale).state == "visible"
    assert [item.rating for item in items()] == kept


def test_labels_of_the_source_settle_items_and_an_empty_one_says_that_none_fits():
    with work():
        make_theme("delivery", name_de="Lieferung")
        make_theme("price")
    bring("id,text,themes,polarities\n1,slow and dear,delivery|PRICE,price:negative|delivery:positive\n"
          "2,weather,,\n3,Lieferung gut,lieferung,\n")
    told = db.session.execute(
        sa.select(Item.source_key, Theme.key, Assignment.polarity, Assignment.origin, Assignment.state)
        .join(Assignment, Assignment.item_id == Item.id).join(Theme, Theme.id == Assignment.theme_id)
        .order_by(Item.source_key, Theme.key)
    ).all()
    assert [tuple(row) for row in told] == [
        ("1", "delivery", "positive", "source", "assigned"), ("1", "price", "negative", "source", "assigned"),
        ("3", "delivery", "neutral", "source", "assigned"),
    ]
    assert [(item.state, item.settled_at is not None) for item in items()] == [("settled", True)] * 3


def test_rows_nobody_labelled_are_told_what_the_rules_of_the_house_find(cast):
    with work():
        theme = make_theme("lift")
        rule = ThemeRule(theme_id=theme.id, words="Aufzug*", polarity="negative", created_at=utc_now())
        db.session.add(rule)
        db.session.flush()
        expected = (theme.id, "negative", "rule", rule.id)
        intake.add_heard("Aufzug kaputt", person=cast.ann, said_on=date(2026, 11, 4), touchpoint_id=None, theme_ids=[],
                         polarity="", rating=None, own_voice=False, now=utc_now())
    bring("text\nDie Aufzugsstörung nervt\nAlles gut\n")
    bring("text,themes\nDer Aufzug fährt,\n", source="labelled")
    assert [item.state for item in items()] == ["told", "told", "new", "settled"]
    rows = db.session.execute(sa.select(Assignment.theme_id, Assignment.polarity, Assignment.origin, Assignment.rule_id)).all()
    assert [tuple(row) for row in rows] == [expected, expected]


def test_rows_without_a_theme_may_be_left_open():
    with work():
        make_theme("price")
    bring("text,themes\ndear,price\nweather,\n", empty_open=True)
    assert [item.state for item in items()] == ["settled", "new"]


def test_unknown_themes_are_errors_unless_they_are_to_be_created():
    with work():
        make_theme("price")
    table = "text,themes,polarities\ndear,price|late train,late train:bad\nlate,late_train|price,late_train:negative\n"
    assert bring(table).errors == [
        {"line": 2, "error": "There is no theme “late train”."},
        {"line": 2, "error": "“late train:bad” is no polarity. It looks like theme:negative."},
        {"line": 3, "error": "There is no theme “late_train”."},
    ]
    assert bring(table.replace(":bad", ":negative"), create_themes=True).state == "visible"
    made = db.session.scalars(sa.select(Theme).where(Theme.key == "late_train")).one()
    assert (made.name_en, made.archived_at) == ("late train", None)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Assignment)) == 4


def test_a_merged_theme_is_the_one_it_was_merged_into():
    with work():
        into = make_theme("delivery")
        make_theme("parcels", merged_into_id=into.id, archived_at=utc_now())
        make_theme("old", archived_at=utc_now())
        into_id = into.id
    bring("text,themes\nlate,parcels\n")
    assert db.session.scalars(sa.select(Assignment.theme_id)).all() == [into_id]
    assert bring("text,themes\nlate,old\n").errors == [{"line": 2, "error": "The theme “old” is archived."}]


def test_touchpoints_audience_and_language_are_understood():
    with work():
        point = make_touchpoint(make_journey(), "hotline", name_de="Telefon")
        point_id = point.id
    bring("text,touchpoint,audience,language\nslow,telefon,Mitarbeiter,Deutsch\nslow,,,en-GB\n", touchpoint="hotline")
    assert [(i.touchpoint_id, i.audience, i.language) for i in items()] == [
        (point_id, "employees", "de"), (point_id, "customers", "en")
    ]
    assert bring("text,touchpoint\nslow,shop\n").errors == [
        {"line": 2, "error": "touchpoint: There is no touchpoint “shop”."}
    ]


def test_a_wrong_column_names_those_there_are():
    with pytest.raises(Invalid) as wrong:
        intake.check_mapping({"text": "Komentar"}, ("id", "Kommentar"))
    assert str(wrong.value.text) == "Line 1: the file has no column “Komentar”. Its columns are: id, Kommentar."
    with pytest.raises(Invalid) as wrong:
        intake.check_mapping({"key": "id"}, ("id", "Kommentar"))
    assert str(wrong.value.text) == "Which column holds the text? The columns are: id, Kommentar."


def test_the_mapping_of_the_last_time_is_proposed_again():
    assert intake.propose_mapping(("Lfd Nr", "Kommentar", "Note", "Tag", "Was")) == {
        "key": "Lfd Nr", "text": "Kommentar", "rating": "Note", "date": "Tag"}
    bring("Nr,Text,Rating,Was\n1,slow,2,slow\n", mapping={"text": "Was", "key": "Nr"})
    source = db.session.scalars(sa.select(Source)).one()
    assert intake.propose_mapping(("Nr", "Text", "Was"), source.mapping) == {"text": "Was", "key": "Nr"}


def test_options_are_read_or_refused_by_name():
    found = intake.clean_options({"mask": "yes", "rating_scale": "1-10"})
    assert (found["mask"], found["rating_scale"], found["create_themes"]) == (True, "1-10", False)
    with pytest.raises(Invalid) as wrong:
        intake.clean_options({"mask": "perhaps", "rating_scale": "5", "channel": "fax", "said_on": "1.1.", "shoe": "1"})
    assert sorted(wrong.value.fields) == ["channel", "mask", "rating_scale", "said_on", "shoe"]


def test_masking_hides_who_it_was_and_changes_no_counts(cast):
    table = "id,text\n1,Frau Richter rief 0421 123456 an\n2,nothing to hide\n"
    assert counts(bring(table, mask=True)) == ("visible", 2, 2, 0, 0)
    assert texts() == ["Frau [Name] rief [Tel] an", "nothing to hide"]
    assert [item.masked for item in items()] == [True, True]
    assert counts(bring(table)) == ("visible", 2, 0, 2, 0)


def test_the_preview_shows_rows_and_errors_and_writes_nothing():
    import_id = queued(TABLE.replace(";5;10", ";9;10"))
    preview = intake.check(row_of(import_id), today=date(2026, 11, 4), whole=True)
    assert [(row.line, row.facts["rating"], row.errors) for row in preview.rows] == [
        (2, "2", []), (4, "", ["Bewertung: “9” is no mark from 1 to 5."])
    ]
    assert preview.rows[0].facts["customer"] == hash_customer("erika@example.de")[:8]
    assert (preview.encoding, preview.separator, preview.row_count, preview.tally.created) == ("utf-8", ";", 2, 1)
    assert items() == []


# -- taking back -------------------------------------------------------------------------------------------------------


def seen() -> list[str]:
    """Give the texts anybody sees."""
    return list(db.session.scalars(sa.select(Item.text).where(visible()).order_by(Item.id)))


def test_an_import_is_taken_back_at_once_and_may_come_in_again():
    row = bring(TABLE)
    bring("id,text\nb1,stays\n", source="other")
    with work():
        intake.undo(db.session.get_one(Import, row.id), by_id=None, now=utc_now())
    assert (seen(), len(items())) == (["stays"], 3)
    assert (remove_leftovers(), texts()) == (2, ["stays"])
    assert counts(bring(TABLE)) == ("visible", 2, 2, 0, 0)


def test_only_what_came_in_is_taken_back():
    row = bring("id,text\n1,\n")
    with pytest.raises(Refused), work():
        intake.undo(db.session.get_one(Import, row.id), by_id=None, now=utc_now())


def test_themes_of_an_undone_import_go_unless_they_are_used(cast):
    row = bring("text,themes\nslow,a\ndear,b\n", create_themes=True)
    with work():
        b = db.session.scalars(sa.select(Theme).where(Theme.key == "b")).one()
        make_theme("below", parent=b)
        intake.undo(db.session.get_one(Import, row.id), by_id=None, now=utc_now())
    remove_leftovers()
    assert remove_new_themes() == 1
    assert sorted(db.session.scalars(sa.select(Theme.key))) == ["b", "below"]


def test_import_undo_and_failure_are_in_the_journal_with_numbers_only(cast):
    row = bring(TABLE, by_id=cast.ida.id)
    with work():
        intake.undo(db.session.get_one(Import, row.id), by_id=cast.ida.id, now=utc_now())
    bring("id,text\n1,\n", by_id=cast.ida.id)
    told = db.session.execute(sa.select(Entry.kind, Entry.actor_id, Entry.facts).where(Entry.kind.like("feedback.%"))
                              .order_by(Entry.id)).all()
    source_id = row_of(row.id).source_id
    assert [tuple(entry) for entry in told] == [
        ("feedback.import_queued", cast.ida.id, {"import_id": 1, "source_id": source_id}),
        ("feedback.imported", cast.ida.id, {"import_id": 1, "source_id": source_id, "created": 2, "known": 0, "differing": 0}),
        ("feedback.import_undone", cast.ida.id, {"import_id": 1, "source_id": source_id, "items": 2}),
        ("feedback.import_queued", cast.ida.id, {"import_id": 2, "source_id": source_id}),
        ("feedback.import_failed", cast.ida.id, {"import_id": 2, "source_id": source_id, "errors": 1}),
    ]


def test_an_upload_nobody_wants_leaves_no_file():
    kept = intake.keep_file(io.BytesIO(TABLE.encode()), "../../etc/a.csv")
    assert kept.file_name == "a.csv"
    with work():
        row = intake.start_import(kept, intake.ensure_source("s", now=utc_now()), mapping={}, options={}, by_id=None,
                                  now=utc_now())
        path = intake.path_of(row)
        assert path.exists()
        intake.drop_upload(row)
    assert (path.exists(), db.session.scalars(sa.select(Import)).all()) == (False, [])


def test_the_file_is_gone_once_it_came_in():
    import_id = queued(TABLE)
    path = intake.path_of(row_of(import_id))
    assert path.exists()
    from suggestbox.feedback.intake_run import run

    assert (run(import_id, clock=utc_now), path.exists()) == ("visible", False)
