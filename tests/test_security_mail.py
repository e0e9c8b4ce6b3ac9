"""Attacks on letters, notices, PINs, feeds and webhooks: each of them once worked, or was tried in earnest."""

import logging
from datetime import timedelta
from email.parser import BytesParser
from email.policy import SMTP

import pytest
import sqlalchemy as sa

from suggestbox.admin.outbox import letters_page
from suggestbox.core import watchman
from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.mail import calendar_feed, printing
from suggestbox.mail.first_pin import order_first_pin, waiting_pins
from suggestbox.mail.hook_guard import is_outside
from suggestbox.mail.models import Hook, Letter, Notice
from suggestbox.mail.postman import deliver
from suggestbox.mail.stopping import stop_token
from suggestbox.people import operations, throttle
from suggestbox.people import pin as pins
from suggestbox.people.models import Person
from suggestbox.people.queries import here
from suggestbox.people.sign_in import hash_password
from suggestbox.workflow.operations import move
from tests import factories as f
from tests.cast import grant, newcomer
from tests.mail.outbox import Hand
from tests.mail.telling import mail_on
from tests.reminders.diary import reconcile

pytestmark = pytest.mark.either


@pytest.fixture(autouse=True)
def _mail(app):
    mail_on()


@pytest.fixture
def jo(cast, clock):
    """Somebody in the warehouse without an e-mail address."""
    with work():
        return newcomer(cast.home, "Jo", cast.logistics, email=None, personnel_no="20417", salutation="Frau")


def carry(now) -> None:
    deliver(clock=lambda: now, carriers={"mail": Hand(), "teams": Hand()})


def printed_by(person) -> list[str]:
    """The kinds of letters somebody may print."""
    return sorted(w.letter.kind for w in printing.waiting_for(person.id, here()))


def silence() -> None:
    with work():
        db.session.execute(sa.delete(Notice))
        db.session.execute(sa.delete(Letter))


# -- paper: who prints a letter reads it -----------------------------------------------------------------------------


def test_a_printed_digest_says_nothing_of_what_its_reader_handed_in_confidentially(cast, jo, clock):
    with work():
        idea = f.in_review(cast, jo, confidential=True, title="Secret of the loading ramp")
        move(idea, "ask", actor=cast.rex, now=f.START + timedelta(hours=2), text="Which ramp?")
    silence()
    now = f.START + timedelta(days=14)
    clock.move_to(now)
    reconcile(now)
    carry(now)
    for person in (cast.bob, cast.dot, cast.ida):
        waiting = printing.waiting_for(person.id, here())
        with work():
            sheets, _gone, _failed = printing.write_sheets(waiting, here(), now=now)
        assert [s.parts for s in sheets.values()] == [], person.given_name


def test_letters_about_what_was_handed_over_are_printed_by_the_idea_management_alone(cast, jo, clock):
    with work():
        idea = f.submitted(cast, jo)
        move(idea, "hand_over", actor=cast.bob, now=f.START + timedelta(hours=1), kind="safety", office_id=cast.wes.id,
             reason="An accident.")
    now = f.START + timedelta(hours=2)
    clock.move_to(now)
    carry(now)
    assert {p.given_name: printed_by(p) for p in (cast.bob, cast.dot, cast.ida)} == {
        "Bob": [], "Dot": [], "Ida": ["ideas.receipt", "workflow.handed_over"]}


# -- PINs ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def with_pin(jo):
    with work():
        pins.set_first_pin(jo, hash_password("618394"), now=utc_now(), actor=None)
        jo.pin_is_first = False
    return jo


def enter(app, pin: str, address: str) -> int:
    return app.test_client().post("/sign-in/pin", data={"personnel_no": "20417", "pin_password": pin},
                                  environ_base={"REMOTE_ADDR": address}).status_code


def test_nobody_far_away_locks_somebody_out_of_the_device_in_their_hall(app, with_pin, clock):
    assert enter(app, "618394", "10.0.0.1") == 303
    assert [enter(app, "640913", f"203.0.113.{n}") for n in range(6)] == [422] * 5 + [429]
    assert (enter(app, "618394", "10.0.0.1"), enter(app, "618394", "203.0.113.9")) == (303, 429)
    assert [enter(app, "640913", "10.0.0.1") for _n in range(6)] == [422] * 5 + [429]  # guessing there is slowed as well
    assert enter(app, "618394", "10.0.0.1") == 429
    throttle.forget_pins(throttle.account_of(with_pin, ""))
    assert (enter(app, "618394", "10.0.0.1"), enter(app, "618394", "203.0.113.9")) == (303, 303)


@pytest.mark.parametrize("number", ["A20417", "A99999"])
def test_how_tries_are_counted_tells_not_which_numbers_exist(app, cast, clock, number):
    with work():
        newcomer(cast.home, "Max", cast.logistics, email=None, personnel_no="A20417")

    def code(typed: str) -> int:
        return app.test_client().post("/sign-in/pin", data={"personnel_no": typed, "pin_password": "640913"}).status_code

    assert [code(number) for _n in range(6)] == [422] * 5 + [429]
    assert (code(number.lower()), code(f" {number} ")) == (422, 429)


@pytest.mark.parametrize("role", ["coordinator", "decision_maker", "works_council", "expert"])
def test_a_coordinator_never_holds_the_pin_of_somebody_with_a_role(cast, jo, client_as, role):
    with work():
        grant(jo, role)
    for name, count in (("bob", 0), ("ida", 1)):
        client_as(getattr(cast, name)).post("/letters/pins", data={"person": str(jo.id)})
        assert len(waiting_pins([jo.id])) == count
    assert (printed_by(cast.bob), printed_by(cast.ida)) == ([], ["people.first_pin"])


def test_nobody_orders_a_pin_for_another_department_an_admin_or_somebody_with_a_mailbox(cast, jo, client_as):
    with work():
        other = newcomer(cast.home, "Max", cast.purchasing, email=None, personnel_no="20418")
        boss = newcomer(cast.home, "Uli", cast.logistics, email=None, personnel_no="20419")
        grant(boss, "admin")
    for name in ("bob", "dot", "ida"):
        for person in (boss, cast.ann, cast.dot):
            client_as(getattr(cast, name)).post("/letters/pins", data={"person": str(person.id)})
    client_as(cast.bob).post("/letters/pins", data={"person": str(other.id)})
    assert waiting_pins([other.id, boss.id, cast.ann.id, cast.dot.id]) == {}


def test_a_letter_whose_pin_was_used_takes_no_pin_away(cast, jo, client_as, clock):
    with work():
        letter_id = order_first_pin(jo, now=utc_now(), actor=cast.bob).id
    assert client_as(cast.bob).post("/letters/pdf", data={"letter": str(letter_id)}).mimetype == "application/pdf"
    with work():
        person = db.session.get(Person, jo.id)
        own = person.pin_hash
        person.pin_is_first = False
    client_as(cast.dot).post("/letters/pdf", data={"letter": str(letter_id)})
    assert db.session.get(Person, jo.id).pin_hash == own
    assert db.session.get(Letter, letter_id).state == "cancelled"


# -- addresses that need no sign-in ----------------------------------------------------------------------------------


def test_a_calendar_address_ends_with_the_password_the_pin_and_the_last_day(cast, jo, client, clock):
    def ends_by(change) -> tuple[int, int]:
        with work():
            key = calendar_feed.renew_key(db.session.get(Person, jo.id), now=utc_now())
        before = client.get(f"/calendar/{key}.ics").status_code
        with work():
            change(db.session.get(Person, jo.id))
        return before, client.get(f"/calendar/{key}.ics").status_code

    def left_and_came_back(person):
        operations.let_leave(person, on=f.START.date(), today=f.START.date(), now=utc_now(), actor=None)
        operations.let_return(person, on=f.START.date(), now=utc_now(), actor=None)

    assert [ends_by(change) for change in (
        lambda person: operations.set_password(person, "new", now=utc_now(), actor=None),
        lambda person: operations.change_password(person, old_hash="new", new_hash="x", keep_token=None, now=utc_now()),
        lambda person: pins.set_first_pin(person, "h", now=utc_now(), actor=None),
        lambda person: pins.choose_pin(person, old_hash="h", new_hash="i", keep_token=None, now=utc_now()),
        left_and_came_back,
    )] == [(200, 404)] * 5


def test_neither_feed_nor_stop_addresses_stand_in_a_log(app, cast, client, caplog, monkeypatch):
    caplog.set_level(logging.DEBUG)
    with work():
        key = calendar_feed.renew_key(db.session.get(Person, cast.ann.id), now=utc_now())
    with app.test_request_context():
        token = stop_token(cast.ann.id)
    monkeypatch.setitem(app.config, "TESTING", False)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setattr(calendar_feed, "feed_file", lambda *_a, **_k: 1 / 0)
    assert (client.get(f"/calendar/{key}.ics").status_code, client.get(f"/mail/stop/{token}").status_code) == (500, 200)
    assert "ZeroDivisionError" in caplog.text and key not in caplog.text and token not in caplog.text


def test_the_address_in_a_letter_changes_one_wish_of_one_person_and_not_without_end(app, cast, client, clock):
    with app.test_request_context():
        token = stop_token(cast.ann.id)
    before = row_of(cast.ann)
    assert client.post(f"/mail/stop/{token}", data={"List-Unsubscribe": "One-Click", "email": "x@y", "person_id": "1"}
                       ).status_code == 200
    after = row_of(cast.ann)
    assert {name for name in before if before[name] != after[name]} == {"mail_news"}
    codes = [client.post(f"/mail/stop/{token}", data={"again": str(n % 2)}).status_code for n in range(1, 25)]
    assert codes == [200] * 19 + [429, 200, 429, 200, 429]  # what changes nothing is no change
    for forged in (token[:-1], token + "x", "NQ." + token.partition(".")[2], "", "1", token.replace(".", "")):
        assert client.post(f"/mail/stop/{forged}").status_code in (404, 405)


def row_of(person) -> dict:
    return dict(db.session.execute(sa.select(Person.__table__).where(Person.id == person.id)).mappings().one())


def test_the_address_of_the_watchman_stands_in_no_log(caplog):
    assert not watchman.call("https://ping.example.com/very secret")
    assert "ping.example.com: InvalidURL" in caplog.text and "secret" not in caplog.text


# -- webhooks --------------------------------------------------------------------------------------------------------


def test_what_was_handed_over_in_confidence_goes_into_no_channel(cast, clock):
    with work():
        for person in (cast.ann, cast.wes):
            db.session.add(Hook(person_id=person.id, kind="teams", url="https://x.webhook.office.com/a", created_at=f.START))
        idea = f.submitted(cast)
        move(idea, "hand_over", actor=cast.bob, now=f.START + timedelta(hours=1), kind="safety", office_id=cast.wes.id,
             reason="An accident.")
    now = f.START + timedelta(days=1)
    clock.move_to(now)
    carry(now)
    query = sa.select(Letter.channel, Letter.state, sa.func.count()).group_by(Letter.channel, Letter.state)
    assert {tuple(row) for row in db.session.execute(query.where(Letter.channel == "teams"))} == {("teams", "cancelled", 3)}


@pytest.mark.parametrize("address", [
    "192.0.0.192", "168.63.129.16", "169.254.169.254", "100.64.0.1", "192.88.99.1", "0.0.0.0", "::1", "::ffff:127.0.0.1",
    "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::7f00:1", "2002:7f00:1::", "2001:0:1::1", "fec0::1", "fe80::1%eth0",
    "fd00::1", "3fff::1", "ff0e::1", "localhost", "2130706433", "0x7f.1",
])
def test_no_webhook_reaches_a_machine_only_the_server_can_reach(address):
    assert not is_outside(address)


# -- the outbox ------------------------------------------------------------------------------------------------------


def test_the_outbox_tells_an_admin_nothing_of_a_confidential_submitters_mailbox_or_hours(cast, jo, client_as, clock):
    """Four letters that differ in everything their readers differ in look the same to an admin."""
    with work():
        parts = [f.submitted(cast, person, confidential=True).submitters[0].id for person in (jo, cast.ann, cast.eve, cast.sam)]
        db.session.execute(sa.delete(Letter))
        fates = (
            {"channel": "print", "state": "to_print", "attempts": 2, "not_before": f.START},
            {"channel": "mail", "state": "queued", "not_before": f.START + timedelta(days=20)},
            {"channel": "mail", "state": "queued", "attempts": 3, "not_before": f.START, "last_answer": "450 4.2.1 box full"},
            {"channel": "mail", "state": "queued", "not_before": f.START},
        )
        for n, (part, fate) in enumerate(zip(parts, fates, strict=True)):
            db.session.add(Letter(key=f"k{n}", kind="ideas.receipt", submitter_id=part, message_id=f"<{n}@x>",
                                  created_at=f.START, facts={}, **fate))
    ids = list(db.session.scalars(sa.select(Letter.id).order_by(Letter.id)))
    dot = client_as(cast.dot)
    pages = {dot.get(f"/admin/outbox/{letter_id}").text.replace(f"/admin/outbox/{letter_id}", "") for letter_id in ids}
    assert len({page.split("<main")[1].split("</main")[0] for page in pages}) == 1
    assert {dot.post(f"/admin/outbox/{letter_id}/retry").status_code for letter_id in ids} == {409}
    assert {entry.not_before for entry in letters_page(cast.ida.id, here())} != {f.START}


def test_when_a_confidential_letter_came_to_its_end_is_not_told(cast, clock):
    with work():
        part = f.submitted(cast, confidential=True).submitters[0].id
        db.session.execute(sa.delete(Letter))
        db.session.add(Letter(key="k", kind="ideas.receipt", submitter_id=part, message_id="<1@x>", created_at=f.START,
                              facts={}, state="cancelled", not_before=f.START, done_at=f.START + timedelta(hours=9),
                              last_answer="house:reader_left"))
    for viewer_id in (cast.dot.id, 0):
        (entry,) = letters_page(viewer_id, here())
        assert (entry.name, entry.done_at, entry.answer, entry.channel) == ("", None, "", "")


def test_the_log_of_a_mail_server_says_not_who_handed_in_confidentially(cast, clock):
    """Administrators of the mail server read addresses and subjects for months."""
    hand = Hand()
    with work():
        hidden = f.offered(cast, title="Secret of the loading ramp", confidential=True)
        open_ = f.offered(cast, cast.eve, title="Labels at gate 3")
        db.session.execute(sa.update(Letter).values(not_before=f.START))
    now = f.START + timedelta(days=9)
    clock.move_to(now)
    deliver(clock=lambda: now, carriers={"mail": hand})
    subjects: dict[str, list[str]] = {}
    for outgoing in hand.accepted:
        head = BytesParser(policy=SMTP).parsebytes(outgoing.message, headersonly=True)
        subjects.setdefault(outgoing.recipient, []).append(head["Subject"])
    assert subjects[cast.ann.email] and not [s for s in subjects[cast.ann.email] if hidden.title in s or hidden.number in s]
    assert [s for s in subjects[cast.eve.email] if open_.title in s] == subjects[cast.eve.email] != []


def test_no_dropped_digest_tells_of_somebody_who_handed_in_confidentially(cast, clock):
    """A digest by mail that went out and one for Teams without a reason, on one day: so what it said was confidential."""
    with work():
        idea = f.in_review(cast, confidential=True)
        move(idea, "ask", actor=cast.rex, now=f.START + timedelta(hours=2), text="Which printer?")
        db.session.add(Hook(person_id=cast.ann.id, kind="teams", url="https://x.webhook.office.com/a", created_at=f.START))
    silence()
    now = f.START + timedelta(days=14)
    clock.move_to(now)
    reconcile(now)
    carry(now)
    query = sa.select(Letter.channel, Letter.state).where(Letter.person_id == cast.ann.id)
    assert [tuple(row) for row in db.session.execute(query)] == [("mail", "sent")]


@pytest.mark.parametrize(("visibility", "named"), [("open", True), ("handlers", False)])
def test_a_printed_digest_names_only_ideas_everybody_may_read(cast, jo, clock, visibility, named):
    with work():
        idea = f.in_review(cast, jo, title="Lamp over gate 3")
        idea.visibility = visibility
        move(idea, "ask", actor=cast.rex, now=f.START + timedelta(hours=2), text="Which lamp?")
    silence()
    now = f.START + timedelta(days=14)
    clock.move_to(now)
    reconcile(now)
    carry(now)
    with work():
        sheets, _gone, _failed = printing.write_sheets(printing.waiting_for(cast.dot.id, here()), here(), now=now)
    ((_heading, lines),) = next(iter(sheets.values())).parts
    assert [(line["text"], "Lamp" in line["idea"]) for line in lines] == [("Eine Frage wartet auf Ihre Antwort.", named)]
