"""The pages of an import: upload, columns, a look at what would come in, start, follow, done, taken back."""

import io
import re

import pytest
import sqlalchemy as sa

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.feedback import intake, intake_files, intake_run
from suggestbox.feedback.models import Import, Item, Source
from tests.feedback.scene import make_cx_manager

pytestmark = pytest.mark.either

GOOD = "Nr;Kommentar;Tag;Note\n1;Schöner Laden, danke;01.10.2026;5\n2;Zu lange gewartet;02.10.2026;2\n"
BAD = "Nr;Kommentar;Tag;Note\n1;Gut;01.10.2026;5\n2;Schlecht;32.13.2026;2\n3;=CMD(1);03.10.2026;2\n"
COLUMNS = {"column_text": "Kommentar", "column_key": "Nr", "column_date": "Tag", "column_rating": "Note",
           "option_channel": "survey", "option_audience": "customers", "option_rating_scale": "1-5"}


@pytest.fixture
def cem(cast):
    """Whoever looks after feedback, reading English."""
    with work():
        person = make_cx_manager(cast)
        person.language = "en"
    return person


def upload(browser, text: str | bytes = GOOD, name: str = "survey.csv", **facts):
    raw = text if isinstance(text, bytes) else text.encode()
    form = {"upload": (io.BytesIO(raw), name), "source_id": "", "source_name": "Kundenumfrage", **facts}
    return browser.post("/feedback/imports/new", data=form, content_type="multipart/form-data")


def the_import() -> Import:
    db.session.rollback()
    return db.session.scalars(sa.select(Import).order_by(Import.id.desc())).first()


def files() -> list[str]:
    return sorted(path.name for path in intake_files.folder().iterdir())


def come_in(import_id: int) -> str:
    return intake_run.run(import_id, clock=utc_now)


@pytest.fixture(autouse=True)
def _empty_folder(app):
    """Files of earlier tests are gone: the instance folder is shared by all of them."""
    for path in intake_files.folder().iterdir():
        path.unlink()


def test_only_whoever_looks_after_feedback_brings_it_in(cast, cem, client, client_as):
    upload(client_as(cem))
    number = the_import().id
    gets = ("/feedback/imports", "/feedback/imports/new", f"/feedback/imports/{number}/columns", f"/feedback/imports/{number}")
    posts = (f"/feedback/imports/{number}/columns", f"/feedback/imports/{number}/undo", f"/feedback/imports/{number}/drop")
    assert {
        "cem": [client_as(cem).get(path).status_code for path in gets],
        "ida": [client_as(cast.ida).get(path).status_code for path in gets],
        "ida presses": [client_as(cast.ida).post(path).status_code for path in posts],
        "nobody": [client.get(path).status_code for path in gets],
    } == {"cem": [200, 200, 200, 302], "ida": [403, 403, 404, 404], "ida presses": [404] * 3, "nobody": [302] * 4}


def test_a_file_comes_in_from_upload_to_the_list(cem, client_as):
    browser = client_as(cem)
    place = upload(browser, GOOD.encode("cp1252")).headers["Location"]
    row = the_import()
    assert (place, row.state, row.kind, row.file_name) == (f"/feedback/imports/{row.id}/columns", "uploaded", "csv", "survey.csv")
    page = browser.get(place).text
    assert [part in page for part in ("Windows-1252", "columns separated by semicolons", "2 rows", "Schöner Laden, danke",
                                      "Kommentar: Schöner Laden, danke")] == [True] * 5
    chosen = dict(re.findall(r'name="column_(\w+)"[^>]*>(?:(?!</select>).)*?<option selected value="([^"]+)"', page, re.S))
    assert chosen == {"text": "Kommentar", "key": "Nr", "date": "Tag", "rating": "Note"}
    looked = browser.post(place, data=COLUMNS).text
    assert re.findall(r"<dd>(\d+)</dd>", looked) == ["2", "0", "0", "0"]
    assert (the_import().state, the_import().mapping) == ("uploaded", {})
    assert browser.post(place, data=COLUMNS | {"start": "1"}).headers["Location"] == f"/feedback/imports/{row.id}"
    waiting = browser.get(f"/feedback/imports/{row.id}").text
    assert ("It begins in a moment." in waiting, "data-renew" in waiting, "How far is it?" in waiting) == (True, True, True)
    number = row.id
    assert come_in(number) == "visible"
    done = browser.get(f"/feedback/imports/{number}").text
    assert ("It came in" in done, "data-renew" in done, re.findall(r"<dd>(\d+)</dd>", done)) == (True, False, ["2", "0", "0"])
    assert "survey.csv" in browser.get("/feedback/imports").text
    assert browser.get(f"/feedback/items?import={number}").text.count("fb-item-text") == 2
    assert sorted(db.session.execute(sa.select(Item.text, Item.rating, Item.channel)).all()) == [
        ("Schöner Laden, danke", 5.0, "survey"), ("Zu lange gewartet", 2.0, "survey"),
    ]


def test_the_next_file_of_a_source_knows_its_columns_and_brings_nothing_twice(cem, client_as):
    browser = client_as(cem)
    browser.post(upload(browser).headers["Location"], data=COLUMNS | {"start": "1", "option_mask": "y"})
    come_in(the_import().id)
    source = db.session.scalars(sa.select(Source)).one()
    assert f'<option selected value="{source.id}">Kundenumfrage</option>' in browser.get("/feedback/imports/new").text
    more = GOOD.replace("gewartet", "gestanden") + "3;Neu;03.10.2026;4\n"
    page = browser.get(upload(browser, more, source_id=str(source.id), source_name="").headers["Location"]).text
    chosen = dict(re.findall(r'name="column_(\w+)"[^>]*>(?:(?!</select>).)*?<option selected value="([^"]+)"', page, re.S))
    assert (chosen, re.findall(r"<dd>(\d+)</dd>", page)) == (
        {"text": "Kommentar", "key": "Nr", "date": "Tag", "rating": "Note"}, ["1", "1", "1", "0"],
    )
    assert re.findall(r'<input[^>]*name="option_mask"[^>]*>', page)[0].count("checked") == 1
    same = browser.get(upload(browser, source_id=str(source.id), source_name="").headers["Location"]).text
    assert "This very file came in before." in same


def test_school_marks_are_read_as_such_unless_somebody_said_otherwise(cem, client_as):
    browser = client_as(cem)

    def scale(page: str) -> list[str]:
        return re.findall(r'<option selected value="([^"]+)">[^<]*\(worst\)', page)

    stars = browser.get(upload(browser, GOOD.replace("Note", "Sterne")).headers["Location"]).text
    place = upload(browser).headers["Location"]
    page = browser.get(place).text
    assert (scale(stars), scale(page)) == (["1-5"], ["6-1"])
    assert re.findall(r"Rating: ([\d.]+)", page) == ["1.8", "4.2"]
    browser.post(place, data=COLUMNS | {"start": "1"})
    come_in(the_import().id)
    more = upload(browser, GOOD.replace("gewartet", "gestanden")).headers["Location"]
    assert scale(browser.get(more).text) == ["1-5"]


def test_whoever_types_a_name_means_a_new_source(cem, client_as):
    browser = client_as(cem)
    upload(browser)
    first = the_import().source_id
    upload(browser, source_id=str(first), source_name="Hotline")
    assert db.session.get(Source, the_import().source_id).name == "Hotline"


def test_the_preview_covers_what_would_be_covered(cem, client_as):
    browser = client_as(cem)
    place = upload(browser, GOOD.replace("Schöner", "Tel. 0731 445566, schöner")).headers["Location"]
    plain, covered = browser.post(place, data=COLUMNS).text, browser.post(place, data=COLUMNS | {"option_mask": "y"}).text
    texts = [re.findall(r'fb-preview-text">([^<]*)', page)[0] for page in (plain, covered)]
    assert texts == ["Tel. 0731 445566, schöner Laden, danke", "Tel. [Tel], schöner Laden, danke"]


def test_mistakes_are_shown_with_their_lines_and_nothing_can_start(cem, client_as):
    browser = client_as(cem)
    place = upload(browser, BAD).headers["Location"]
    page = browser.post(place, data=COLUMNS).text
    assert sorted(set(re.findall(r"<strong>(Line \d+)</strong>", page))) == ["Line 3", "Line 4"]
    assert 'name="start"' not in page
    browser.post(place, data=COLUMNS | {"start": "1"})  # somebody presses all the same, from an older page
    number = the_import().id
    assert (come_in(number), db.session.scalars(sa.select(Item)).all()) == ("failed", [])
    failed = browser.get(f"/feedback/imports/{number}").text
    assert (re.findall(r'<th scope="row" class="sb-num">(\d+)</th>', failed), "Nothing came in" in failed) == (["3", "4"], True)
    assert "Choose the columns anew" in failed
    assert browser.get(place).status_code == 200


@pytest.mark.parametrize(
    ("raw", "name", "sentence"),
    [
        (b"", "empty.csv", "The file is empty."), (b"\x89PNG\r\n\x00\x00", "picture.csv", "This is not a text file."),
        (b"PK\x03\x04 damaged", "damaged.xlsx", ""), (b"{not json", "some.json", ""),
        (b"Nr;Kommentar;Nr\n1;a;2\n", "twice.csv", ""),
    ],
)
def test_what_cannot_be_read_is_refused_and_nothing_is_left(cem, client_as, raw, name, sentence):
    answer = upload(client_as(cem), raw, name)
    wrong = re.findall(r'<p class="sb-wrong" id="upload-error">.*?</span>([^<]+)</span>', answer.text, re.S)
    assert (answer.status_code, len(wrong), sentence in "".join(wrong), the_import(), files()) == (422, 1, True, None, [])
    assert db.session.scalars(sa.select(Source)).all() == []


def test_a_file_with_two_encodings_may_be_read_as_somebody_says(cem, client_as):
    browser = client_as(cem)
    mixed = "Nr;Kommentar\n1;schön\n".encode() + "2;übel\n".encode("cp1252")
    place = upload(browser, mixed).headers["Location"]
    page = browser.get(place).text
    assert ("Line 3" in page, 'name="option_encoding"' in page, 'name="start"' in page) == (True, True, False)
    told = browser.post(place, data={"column_text": "Kommentar", "option_encoding": "cp1252"}).text
    assert ("übel" in told, 'name="start"' in told) == (True, True)


def test_what_is_missing_is_said_and_the_rest_is_kept(cem, client_as):
    browser = client_as(cem)
    without_file = browser.post("/feedback/imports/new", data={"source_name": "Hotline"})
    without_name = upload(browser, source_name="")
    assert [(answer.status_code, sentence in answer.text) for answer, sentence in (
        (without_file, "Please choose a file."), (without_name, "Please give the source a name"),
    )] == [(422, True)] * 2
    assert ('value="Hotline"' in without_file.text, files()) == (True, [])


def test_options_and_columns_that_do_not_fit_are_said(cem, client_as):
    browser = client_as(cem)
    place = upload(browser).headers["Location"]
    wrong = browser.post(place, data=COLUMNS | {"option_rating_scale": "best", "start": "1"})
    assert (wrong.status_code, "A scale looks like 1-10" in wrong.text) == (422, True)
    nothing = browser.post(place, data={"column_text": "", "option_channel": "survey"})
    assert (nothing.status_code, "Which column holds the text?" in nothing.text, 'name="start"' in nothing.text) == (200, True, False)
    strange = browser.post(place, data=COLUMNS | {"column_text": "Nowhere"})
    assert "Which column holds the text?" in strange.text
    assert the_import().state == "uploaded"


def test_the_day_of_all_rows_holds_for_one_file_only(cem, client_as):
    browser, without_days = client_as(cem), "Kommentar\nGut\n=CMD(1)\n"
    place = upload(browser, without_days).headers["Location"]
    browser.post(place, data={"column_text": "Kommentar", "option_said_on": "2026-10-05", "start": "1"})
    come_in(the_import().id)
    again = browser.get(place).text
    upload(browser, without_days, source_id=str(the_import().source_id))
    following = browser.get(f"/feedback/imports/{the_import().id}/columns").text
    assert [re.findall(r'name="option_said_on"[^>]*value="([^"]*)"', page) for page in (again, following)] == [["2026-10-05"], [""]]


def test_too_large_an_upload_is_refused_before_anything_is_kept(app, cem, client_as):
    app.config["MAX_CONTENT_LENGTH"] = 2_000
    answer = upload(client_as(cem), GOOD + "3;" + "x" * 4_000)
    assert (answer.status_code, "larger than this server accepts" in answer.text, files()) == (413, True, [])


def test_an_import_is_taken_back_as_a_whole(cem, client_as):
    browser, cem_id = client_as(cem), cem.id
    browser.post(upload(browser).headers["Location"], data=COLUMNS | {"start": "1"})
    number = the_import().id
    come_in(number)
    page = browser.get(f"/feedback/imports/{number}").text
    assert "The 2 comments that came in with this file disappear from every list, figure and quote" in page
    answer = browser.get(browser.post(f"/feedback/imports/{number}/undo").headers["Location"])
    assert ("Cem Celik took this import back." in answer.text, the_import().state, the_import().undone_by_id) == (
        True, "undone", cem_id,
    )
    assert browser.get("/feedback/items").text.count("fb-item-text") == 0
    again = browser.post(f"/feedback/imports/{number}/undo")
    assert again.status_code == 409


def test_an_uploaded_file_can_be_thrown_away_once_it_runs_it_cannot(cem, client_as):
    browser = client_as(cem)
    place = upload(browser).headers["Location"].removesuffix("/columns")
    assert (browser.post(f"{place}/drop").headers["Location"], the_import(), files()) == ("/feedback/imports", None, [])
    place = upload(browser).headers["Location"].removesuffix("/columns")
    browser.post(f"{place}/columns", data=COLUMNS | {"start": "1"})
    assert (browser.post(f"{place}/drop").status_code, the_import().state) == (409, "queued")
    assert browser.post(f"{place}/columns", data=COLUMNS | {"start": "1"}).headers["Location"] == place


def test_a_large_file_is_checked_as_a_whole_only_when_asked(cem, client_as, monkeypatch):
    monkeypatch.setattr("suggestbox.feedback.import_routes.SMALL_BYTES", 10)
    browser = client_as(cem)
    place = upload(browser, GOOD + "".join(f"{n};Text;32.13.2026;3\n" for n in range(3, 40))).headers["Location"]
    first = browser.post(place, data=COLUMNS).text
    whole = browser.post(place, data=COLUMNS | {"whole": "1"}).text
    assert ("Check the whole file" in first, re.findall(r"<dd>(\d+)</dd>", first), re.findall(r"<dd>(\d+)</dd>", whole)) == (
        True, [], ["2", "0", "0", "37"],
    )


def test_files_come_from_the_outside_not_from_what_employees_pass_on(cem, client_as):
    with work():
        intake.add_heard("Gehört", person=cem, said_on=utc_now().date(), touchpoint_id=None, theme_ids=[], polarity="positive",
                         rating=None, own_voice=False, now=utc_now())
    browser = client_as(cem)
    assert "Employees" not in browser.get("/feedback/imports/new").text
    answer = upload(browser, source_name="Heard")
    assert (answer.status_code, "This source holds what employees pass on" in answer.text, files()) == (422, True, [])


def test_the_list_asks_equally_often_for_one_row_and_for_thirty(cem, client_as, count_queries):
    browser, counts = client_as(cem), []
    for wanted in (1, 29):
        with work():
            for n in range(wanted):
                source = Source(key=f"s{wanted}-{n}", name=f"S {n}", created_at=utc_now(), changed_at=utc_now())
                db.session.add(source)
                db.session.flush()
                db.session.add(Import(source_id=source.id, kind="csv", file_name=f"{n}.csv", state="visible",
                                      created_count=2, by_id=cem.id, created_at=utc_now(), ended_at=utc_now()))
        browser.get("/feedback/imports")
        with count_queries() as statements:
            assert browser.get("/feedback/imports").status_code == 200
        counts.append(len(statements))
    assert counts == [7, 7], statements
