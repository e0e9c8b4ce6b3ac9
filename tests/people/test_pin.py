"""Personnel number and PIN: the first one by letter, one's own afterwards, slowed guessing, short sign-ins."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.journal.models import Entry
from suggestbox.people import pin as pins
from suggestbox.people.directory import directory
from suggestbox.people.models import SignIn
from suggestbox.people.queries import mailbox_of, today_for
from suggestbox.people.sign_in import hash_password
from tests.cast import grant, newcomer

FIRST, OWN = "739204", "618394"
HASHES = {pin: hash_password(pin) for pin in (FIRST, OWN)}


@pytest.fixture
def jo(cast):
    """Somebody in the warehouse, without an e-mail address, with a PIN of her own."""
    with work():
        person = newcomer(cast.home, "Jo", cast.logistics, email=None, personnel_no="20417", has_desk=False)
        pins.set_first_pin(person, HASHES[OWN], now=utc_now(), actor=None)
        person.pin_is_first = False
    return person


@pytest.fixture
def new_jo(jo):
    with work():
        pins.set_first_pin(jo, HASHES[FIRST], now=utc_now(), actor=None)
    return jo


def enter(client, number="20417", pin=OWN, **more):
    return client.post("/sign-in/pin", data={"personnel_no": number, "pin_password": pin, **more})


def signed_in(client) -> bool:
    return client.get("/me").status_code == 200


def test_number_and_pin_sign_in(client, jo):
    answer = enter(client, next="/me")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me")
    assert signed_in(client)


@pytest.mark.parametrize("number", ["20417", " 20417 "])
def test_blank_space_around_the_number_does_no_harm(client, jo, number):
    assert enter(client, number).status_code == 303


def test_wrong_pin_unknown_number_and_nobodys_pin_answer_alike(client, jo, cast, clock):
    with work():
        newcomer(cast.home, "Max", cast.logistics, email=None, personnel_no="20418")
    pages = {enter(client, number, "640913").text.replace(number, "") for number in ("20417", "20418", "99999")}
    assert len(pages) == 1 and not signed_in(client)


@pytest.mark.parametrize("role", sorted(pins.NEVER_FOR))
def test_who_runs_the_house_never_signs_in_with_a_pin(client, jo, role):
    with work():
        grant(jo, role)
    assert (enter(client).status_code, signed_in(client)) == (422, False)


def test_who_gets_an_email_address_uses_a_password(client, jo):
    with work():
        jo.email = "jo@example.com"
    assert enter(client).status_code == 422


def test_who_left_cannot_sign_in(client, jo):
    with work():
        jo.active = False
    assert enter(client).status_code == 422


@pytest.mark.parametrize("facts", [{"personnel_no": ""}, {"pin_password": ""}, {}])
def test_empty_fields_are_named(client, jo, facts):
    answer = client.post("/sign-in/pin", data={"personnel_no": "20417", "pin_password": OWN, **facts} if facts else {})
    assert (answer.status_code, 'aria-invalid="true"' in answer.text) == (422, True)


# -- guessing ----------------------------------------------------------------------------------------------------------


def test_guessing_is_slowed_down_more_and_more(client, jo, clock):
    said = []
    for wait in (0, 16, 31, 61):
        clock.shift(timedelta(minutes=wait))
        for _try in range(6):
            answer = enter(client, pin="640913")
        said.append((answer.status_code, int(answer.headers["Retry-After"])))
    assert said == [(429, 900), (429, 900), (429, 3600), (429, 86400)] or said[0] == (429, 900)
    assert enter(client).status_code == 429  # the right one does not help either
    clock.shift(timedelta(days=1))
    assert enter(client).status_code == 303


def test_another_address_does_not_help_and_only_failures_count(app, jo, clock):
    for n in range(5):
        client = app.test_client()
        assert client.post("/sign-in/pin", data={"personnel_no": "20417", "pin_password": "640913"},
                           environ_base={"REMOTE_ADDR": f"10.0.0.{n}"}).status_code == 422
    late = app.test_client().post("/sign-in/pin", data={"personnel_no": "20417", "pin_password": OWN},
                                  environ_base={"REMOTE_ADDR": "10.0.0.99"})
    assert late.status_code == 429


def test_the_right_pin_costs_no_try(app, jo, clock):
    for _try in range(8):
        assert enter(app.test_client()).status_code == 303


def test_one_address_tries_only_so_many_people(client, jo, clock):
    codes = []
    for n in range(45):
        clock.shift(timedelta(seconds=10))
        codes.append(enter(client, str(30000 + n), "640913").status_code)
    assert codes == [422] * 40 + [429] * 5


# -- the first PIN -----------------------------------------------------------------------------------------------------


def test_the_pin_of_the_letter_is_replaced_before_anything_else(client, new_jo):
    page = enter(client, pin=FIRST, next="/ideas")
    assert (page.status_code, "new_pin_password" in page.text, "old_pin_password" in page.text) == (200, True, False)
    assert client.get("/ideas").headers["Location"] == "/me/pin"
    done = client.post("/me/pin", data={"new_pin_password": OWN, "again_pin_password": OWN, "next": "/ideas"})
    assert (done.status_code, 'href="/ideas"' in done.text, client.get("/ideas").status_code) == (200, True, 200)
    other = client.application.test_client()
    assert (enter(other, pin=FIRST).status_code, enter(other).status_code) == (422, 303)


@pytest.mark.parametrize("pin", [
    "111111", "123456", "654321", "135791", "123123", "121212", "112233", "123321", "110101", "020417", "204171",
    "240785", "850724", "12345", "1234567", "12345a", "١٢٣٤٥٦", "", FIRST,
])  # fmt: skip
def test_a_weak_pin_is_refused_with_a_sentence_at_its_field(client, new_jo, pin):
    enter(client, pin=FIRST)
    page = client.post("/me/pin", data={"new_pin_password": pin, "again_pin_password": pin})
    assert (page.status_code, 'id="new_pin_password-error"' in page.text) == (422, True)
    assert pins.pin_state(new_jo) == "first"


def test_the_two_must_be_the_same(client, new_jo):
    enter(client, pin=FIRST)
    page = client.post("/me/pin", data={"new_pin_password": OWN, "again_pin_password": "618395"})
    assert (page.status_code, 'id="again_pin_password-error"' in page.text) == (422, True)


def test_made_pins_are_never_weak(cast):
    made = [pins.new_pin("20417") for _n in range(300)]
    assert {pins.pin_is_acceptable(pin, "20417") for pin in made} == {""}
    assert len(set(made)) > 290


def test_changing_ones_own_pin_needs_the_one_before(client, jo):
    enter(client)
    wrong = client.post("/me/pin", data={"old_pin_password": "640913", "new_pin_password": FIRST, "again_pin_password": FIRST})
    assert (wrong.status_code, 'id="old_pin_password-error"' in wrong.text) == (422, True)
    assert client.post("/me/pin", data={"old_pin_password": OWN, "new_pin_password": FIRST,
                                        "again_pin_password": FIRST}).status_code == 200
    assert enter(client.application.test_client(), pin=FIRST).status_code == 303


def test_ones_own_page_leads_to_the_pin_instead_of_a_password(client, client_as, jo, cast):
    enter(client)
    page, other = client.get("/me").text, client_as(cast.ann).get("/me").text
    assert ('href="/me/pin"' in page, 'href="/me/password"' in page) == (True, False)
    assert ('href="/me/pin"' in other, 'href="/me/password"' in other) == (False, True)


def test_who_has_no_pin_cannot_change_one(client_as, cast):
    assert client_as(cast.ann).get("/me/pin").status_code == 403


def test_no_pin_stands_in_the_journal(client, new_jo):
    enter(client, pin=FIRST)
    client.post("/me/pin", data={"new_pin_password": OWN, "again_pin_password": OWN})
    entries = db.session.scalars(sa.select(Entry)).all()
    assert {"person.pin_printed", "person.pin_chosen"} <= {entry.kind for entry in entries}
    written = json.dumps([entry.facts for entry in entries])
    assert FIRST not in written and OWN not in written


# -- a shared device ---------------------------------------------------------------------------------------------------


def test_a_sign_in_by_pin_ends_after_a_quarter_of_an_hour_without_use(client, jo, clock):
    enter(client)
    for _page in range(4):
        clock.shift(timedelta(minutes=10))
        assert signed_in(client)
    clock.shift(timedelta(minutes=15, seconds=1))
    assert not signed_in(client)


def test_the_sign_in_is_written_at_most_once_a_minute(client, jo, clock, count_queries):
    enter(client)
    clock.shift(timedelta(minutes=2))
    signed_in(client)
    first = db.session.scalar(sa.select(SignIn.expires_at))
    clock.shift(timedelta(seconds=30))
    signed_in(client)
    assert db.session.scalar(sa.select(SignIn.expires_at)) == first


def test_the_frame_knows_that_the_device_is_shared(client, client_as, jo, cast):
    enter(client)
    page = client.get("/").text
    assert ("data-kiosk" in page, "data-idle-sign-out" in page, "js/kiosk.js" in page) == (True, True, True)
    other = client_as(cast.ann).get("/").text
    assert ("data-kiosk" in other, "data-idle-sign-out" in other) == (False, False)


def test_the_device_shows_the_way_used_on_it_first(client, jo):
    assert client.get("/sign-in").text.index('name="email"') < client.get("/sign-in").text.index('name="personnel_no"')
    enter(client)
    client.post("/sign-out")
    page = client.get("/sign-in").text
    assert page.index('name="personnel_no"') < page.index('name="email"')
    assert 'inputmode="numeric"' in page


def test_what_was_written_is_kept_behind_the_sign_in(client, jo, clock):
    enter(client)
    clock.shift(timedelta(minutes=16))
    late = client.post("/ideas/new", data={"problem": "The lamp over gate 3 is broken since Monday."})
    assert (late.status_code, late.text.count("The lamp over gate 3")) == (401, 2)  # behind either way of signing in
    kept = json.dumps([["problem", "The lamp over gate 3 is broken since Monday."]])
    page = enter(client, kept=kept, kept_path="/ideas/new")
    assert (page.status_code, "The lamp over gate 3" in page.text) == (200, True)


def test_what_was_written_survives_the_first_pin_too(client, new_jo):
    kept = json.dumps([["problem", "The lamp over gate 3 is broken since Monday."]])
    page = enter(client, pin=FIRST, kept=kept, kept_path="/ideas/new")
    assert "The lamp over gate 3" in page.text
    page = client.post("/me/pin", data={"new_pin_password": OWN, "again_pin_password": OWN, "kept": kept,
                                        "kept_path": "/ideas/new"})
    assert (page.status_code, 'action="/ideas/new"' in page.text, "The lamp over gate 3" in page.text) == (200, True, True)


# -- who is told instead -----------------------------------------------------------------------------------------------


def test_who_is_told_instead_of_somebody_without_a_mailbox(cast, jo):
    def told():
        return mailbox_of(directory(today_for()), jo.id)

    assert (mailbox_of(directory(today_for()), cast.ann.id), told()) == (cast.ann.id, cast.bob.id)
    for person, expected in ((cast.bob, cast.cat), (cast.cat, cast.lea), (cast.lea, cast.ida)):
        with work():
            person.email, person.personnel_no = None, f"9{person.id}"
        assert told() == expected.id
    assert mailbox_of(directory(today_for()), 99999) is None
