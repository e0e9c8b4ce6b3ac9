"""What employees pass on: in half a minute, never twice, masked for everybody else, and an own voice that stays unknown."""

import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.settings import set_rule
from suggestbox.feedback import heard_routes
from suggestbox.feedback.item_operations import hide_item
from suggestbox.feedback.models import Assignment, Item
from suggestbox.journal.models import Entry
from tests.feedback.scene import make_cx_manager, make_item, make_journey, make_theme, make_touchpoint

pytestmark = pytest.mark.either

SAID = "Herr Maier sagt: bitte rufen Sie 0171 2345678 an, das Paket kam zu spät."
KEY = "0123456789abcdefXYZ"


@pytest.fixture
def cast(cast):
    """The people of tests/cast.py; ann, eve and sam read English."""
    with work():
        for person in (cast.ann, cast.eve, cast.sam):
            person.language = "en"
    return cast


def items() -> list[Item]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Item).order_by(Item.id)))


def press(browser, path: str = "/feedback/heard", **facts):
    return browser.post(path, data={"text": SAID, "polarity": "negative", "submit_key": KEY, **facts})


def test_whoever_is_signed_in_passes_on_what_a_customer_said(cast, client, client_as, clock):
    today = utc_now().date()
    assert client.get("/feedback/heard").status_code == 302
    browser = client_as(cast.ann)
    page = browser.get("/feedback/heard").text
    assert f'value="{today.isoformat()}"' in page
    assert press(browser).status_code == 302
    (item,) = items()
    assert (item.text, item.channel, item.audience, item.by_id, item.meant, item.said_on, item.state, item.customer_hash) == (
        SAID, "employee", "customers", cast.ann.id, "negative", today, "new", None,
    )


def test_day_touchpoint_and_theme_are_kept_where_they_are_chosen(cast, client_as):
    with work():
        touchpoint = make_touchpoint(make_journey(), "parcel")
        theme = make_theme("late", touchpoint)
    ids = {"touchpoint_id": touchpoint.id, "theme_id": theme.id}
    assert press(client_as(cast.ann), said_on="2026-10-05", **ids).status_code == 302
    (item,) = items()
    (row,) = db.session.scalars(sa.select(Assignment))
    assert (item.said_on, item.touchpoint_id, row.theme_id, row.polarity, row.state, row.origin) == (
        date(2026, 10, 5), touchpoint.id, theme.id, "negative", "assigned", "person",
    )


def test_lists_offer_only_what_is_there_for_this_audience(cast, client_as):
    with work():
        make_touchpoint(make_journey(), "parcel")
        make_touchpoint(make_journey("inside", name_en="Inside", audience="employees"), "holidays")
        make_theme("late")
        make_theme("approval", audience="employees")
    browser = client_as(cast.ann)
    shown = {path: re.findall(r"<option[^>]*>\s*(\w+)</option>", browser.get(path).text)
             for path in ("/feedback/heard", "/feedback/own-voice")}
    assert shown == {"/feedback/heard": ["Parcel", "Late"], "/feedback/own-voice": ["Holidays", "Approval"]}


def test_the_thank_you_page_shows_it_masked_and_says_what_happens(cast, client_as):
    with work():
        make_cx_manager(cast)
    browser = client_as(cast.ann)
    page = browser.get(press(browser).headers["Location"]).text
    assert ["das Paket kam zu spät" in page, "0171" in page, "Maier" in page, "Cem Celik sees to that." in page, "Thank you, Ann." in page] == [
        True, False, False, True, True,
    ]


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"polarity": ""}, "Please press one of the three."), ({"polarity": "sour"}, "Please press one of the three."),
        ({"text": "  "}, "Please write something here."), ({"text": "x" * 5001}, "at most 5000 fit"),
        ({"said_on": "2999-01-01"}, "not in the future"), ({"said_on": "1999-12-31"}, "not in the future"),
        ({"said_on": "nonsense"}, "Not a valid date value."),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(cast, client_as, facts, sentence):
    answer = press(client_as(cast.ann), **facts)
    page = answer.text
    assert (answer.status_code, sentence in page, items()) == (422, True, [])
    if "text" not in facts:
        assert "das Paket kam zu spät" in page
    if "polarity" not in facts:
        assert re.search(r'value="negative" required checked', page)


def test_a_theme_archived_meanwhile_does_not_lose_the_words(cast, client_as):
    with work():
        theme = make_theme("late", archived_at=utc_now())
    assert press(client_as(cast.ann), theme_id=theme.id, touchpoint_id="77").status_code == 302
    assert [(item.text, item.touchpoint_id) for item in items()] == [(SAID, None)]


def test_a_second_press_passes_nothing_on_twice(cast, client_as):
    ann = client_as(cast.ann)
    places = [press(ann).headers["Location"] for _ in range(2)]
    assert (len(set(places)), len(items())) == (1, 1)
    anew = press(ann, text="Something else").headers["Location"]
    press(client_as(cast.eve))
    assert (anew in places, [item.text for item in items()]) == (False, [SAID, "Something else", SAID])


def test_two_presses_at_the_same_moment_are_one(cast, client_as, monkeypatch):
    ann, asked = client_as(cast.ann), []
    first = press(ann).headers["Location"]
    look = heard_routes._earlier

    def not_yet_there(key):
        asked.append(key)
        return look(key) if len(asked) > 1 else None

    monkeypatch.setattr(heard_routes, "_earlier", not_yet_there)
    assert (press(ann).headers["Location"], len(items()), len(asked)) == (first, 1, 2)


def test_the_form_is_kept_on_the_device_until_the_server_has_it(cast, client_as):
    browser = client_as(cast.ann)
    form = browser.get("/feedback/heard").text
    done = browser.get(press(browser).headers["Location"]).text
    assert re.findall(r'data-draft-(?:key|done)="([^"]+)" data-draft-person="(\d+)"', form + done) == [
        ("heard", str(cast.ann.id)), ("heard", str(cast.ann.id)),
    ]
    assert re.search(r"<input[^>]*data-draft-keep[^>]*submit_key|<input[^>]*submit_key[^>]*data-draft-keep", form)


# -- an own voice ------------------------------------------------------------------------------------------------------


def test_nobody_learns_whose_voice_it_is_and_yet_people_are_told_apart(cast, client_as):
    ann, eve = client_as(cast.ann), client_as(cast.eve)
    press(ann, "/feedback/own-voice", text="Urlaub dauert zu lange")
    press(ann, "/feedback/own-voice", text="Formulare sind gut", polarity="positive", submit_key="another-key-0123456")
    press(eve, "/feedback/own-voice", text="Der Drucker klemmt")
    found = items()
    assert [(item.audience, item.by_id, item.meant) for item in found] == [
        ("employees", None, "negative"), ("employees", None, "positive"), ("employees", None, "negative"),
    ]
    one, two, other = (item.customer_hash for item in found)
    assert (one == two, one == other, len(one)) == (True, False, 64)
    assert [entry.actor_id for entry in db.session.scalars(sa.select(Entry).where(Entry.kind.startswith("feedback.")))] == [
        None] * 3


def test_the_own_list_has_both_and_nobody_elses(cast, client_as):
    ann, eve = client_as(cast.ann), client_as(cast.eve)
    mine = [press(ann).headers["Location"],
            press(ann, "/feedback/own-voice", text="Urlaub dauert", submit_key="another-key-0123456").headers["Location"]]
    with work():
        make_item("Aus einer Umfrage")
    page = ann.get("/feedback/heard/mine").text
    assert (page.count("<blockquote"), "0171" in page, "Urlaub dauert" in page, "Umfrage" in page) == (2, False, True, False)
    assert "Nothing here yet" in eve.get("/feedback/heard/mine").text
    assert ([ann.get(place).status_code for place in mine], [eve.get(place).status_code for place in mine]) == (
        [200, 200], [404, 404],
    )


def test_whoever_passed_it_on_reads_why_it_was_hidden(cast, client_as):
    browser = client_as(cast.ann)
    press(browser)
    (item,) = items()
    with work():
        hide_item(db.session.merge(item), "Nennt eine Kundin", by_id=cast.lea.id, now=utc_now())
    assert "It was hidden and does not count: Nennt eine Kundin" in browser.get("/feedback/heard/mine").text


def test_the_own_list_asks_equally_often_for_one_row_and_for_thirty(cast, client_as, count_queries):
    browser, counts = client_as(cast.ann), []
    with work():
        theme = make_theme("late")
    for wanted in (1, 30):
        with work():
            for n in range(wanted):
                make_item(f"Nummer {n}", (theme, "negative"), by_id=cast.ann.id, channel="employee",
                          said_on=date(2026, 10, 1) + timedelta(days=n))
        browser.get("/feedback/heard/mine")
        with count_queries() as statements:
            assert browser.get("/feedback/heard/mine").status_code == 200
        counts.append(len(statements))
    assert counts == [11, 11], statements


# -- where it is found -------------------------------------------------------------------------------------------------


def test_the_start_page_leads_to_it_while_the_module_is_on(cast, client_as):
    browser = client_as(cast.ann)
    on = "/feedback/heard" in browser.get("/").text
    with work():
        set_rule("modules.feedback", False, now=utc_now())
    off = browser.get("/")
    assert (on, off.status_code, "/feedback/heard" in off.text) == (True, 200, False)
    assert [browser.get(path).status_code for path in ("/feedback/heard", "/feedback/own-voice", "/feedback/heard/mine")] == [
        404] * 3
