"""Signing in: passwords, sign-ins kept on the server, cookies that die, guessing that is slowed down."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.people import operations
from suggestbox.people import sign_in as signing
from suggestbox.people.models import Person, SignIn
from tests.conftest import IN_EARNEST

PASSWORD = "korrekt pferd batterie"
OTHER = "ganz anderes geheimnis"


@pytest.fixture
def ann(cast, with_password):
    with_password(cast.ann, PASSWORD)
    with work():
        operations.update_person(cast.ann, personnel_no="4711", now=utc_now(), actor=None)
    return cast.ann


def enter(client, login="ann@example.com", password=PASSWORD, **more):
    return client.post("/sign-in", data={"email": login, "password": password, **more})


def signed_in(client) -> bool:
    return client.get("/me").status_code == 200


def cookie_of(client) -> str:
    return client.get_cookie("session").value


def with_cookie(app, value: str):
    thief = app.test_client()
    thief.set_cookie("session", value)
    return thief


@pytest.mark.parametrize("login", ["ann@example.com", "  Ann@Example.COM ", "4711"])
def test_sign_in_takes_email_or_personnel_number(client, ann, login):
    answer = enter(client, login, next="/me")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me")
    assert signed_in(client)


def test_next_to_the_sign_in_page_leads_home(client, ann):
    assert enter(client, next="/sign-in?next=/me").headers["Location"] == "/"


def test_signed_out_reader_is_led_to_sign_in_and_back(client, ann):
    answer = client.get("/me?x=1")
    assert answer.headers["Location"] == "/sign-in?next=/me?x%3D1"
    assert 'value="/me?x=1"' in client.get(answer.headers["Location"]).text


def test_wrong_password_and_unknown_account_answer_alike(client, ann, clock):
    wrong, unknown = enter(client, password="wrong"), enter(client, "nobody@example.com")
    assert wrong.status_code == unknown.status_code == 422
    assert wrong.text.replace("ann@example.com", "") == unknown.text.replace("nobody@example.com", "")


@pytest.mark.parametrize("facts", [{"active": False}, {"left_on": date(2026, 1, 1)}])
def test_who_left_cannot_sign_in(client, ann, facts):
    with work():
        for name, value in facts.items():
            setattr(ann, name, value)
    assert enter(client).status_code == 422
    assert not signed_in(client)


def test_leaving_ends_an_open_session(client, ann):
    enter(client)
    with work():
        operations.let_leave(ann, on=date(2026, 1, 1), today=date(2026, 1, 2), now=utc_now(), actor=None)
    assert not signed_in(client)


def test_stolen_cookie_is_dead_after_sign_out(app, client, ann):
    enter(client)
    thief = with_cookie(app, cookie_of(client))
    assert signed_in(thief)
    assert client.post("/sign-out").status_code == 303
    assert not signed_in(client)
    assert not signed_in(thief)


def test_stolen_cookie_is_dead_after_password_change(app, client, ann):
    enter(client)
    elsewhere = app.test_client()
    enter(elsewhere)
    stolen = with_cookie(app, cookie_of(elsewhere))
    fields = {"old_password": PASSWORD, "new_password": OTHER, "again": OTHER}
    assert client.post("/me/password", data=fields).status_code == 303
    assert [signed_in(c) for c in (client, elsewhere, stolen)] == [True, False, False]
    assert enter(app.test_client(), password=PASSWORD).status_code == 422
    assert enter(app.test_client(), password=OTHER).status_code == 303


def test_sign_in_changes_the_session(app, client, ann):
    client.get("/sign-in")
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
    enter(client)
    with client.session_transaction() as session:
        assert "planted" not in session


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"old_password": "wrong"}, "This is not your password."),
        ({"new_password": "short", "again": "short"}, "Please use at least 10 characters."),
        ({"new_password": "ann albers", "again": "ann albers"}, "This is your own name or e-mail address."),
        ({"new_password": "passwort123", "again": "passwort123"}, "Many people use this password"),
        ({"again": "something else"}, "The two entries are not the same."),
    ],
)
def test_change_password_says_what_is_wrong(client, ann, fields, sentence):
    enter(client)
    client.post("/language", data={"language": "en"})
    sound = {"old_password": PASSWORD, "new_password": OTHER, "again": OTHER}
    answer = client.post("/me/password", data={**sound, **fields})
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert PASSWORD not in answer.text
    assert enter(client.application.test_client()).status_code == 303


def test_an_old_sign_in_expires(app, client, ann, clock):
    enter(client)
    clock.shift(timedelta(days=29, hours=23))
    assert signed_in(client)
    clock.shift(timedelta(hours=2))
    assert not signed_in(client)


def test_person_of_token_is_one_statement(app, ann, count_queries):
    with work():
        token = signing.begin_sign_in(ann, utc_now())
    db.session.rollback()
    with count_queries() as statements:
        person = signing.person_of_token(token)
    assert (person.id, person.get_id(), len(statements)) == (ann.id, token, 1)
    assert signing.person_of_token("x" + token) is None
    assert signing.person_of_token("\ud800") is None


def test_only_the_hash_of_a_token_is_kept(app, ann):
    with work():
        token = signing.begin_sign_in(ann, utc_now())
    kept = db.session.scalar(sa.select(SignIn.token_hash))
    assert (token in kept, len(kept)) == (False, 64)


def test_people_who_are_not_signed_in_are_different_people(cast):
    assert cast.ann != cast.bob
    assert len({cast.ann, cast.bob}) == 2


def test_a_password_hashed_with_other_parameters_is_hashed_anew(client, ann):
    from argon2 import PasswordHasher

    with work():
        ann.password_hash = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    assert signing.needs_new_hash(ann) is True
    assert enter(client).status_code == 303
    assert signing.needs_new_hash(db.session.get_one(Person, ann.id)) is False


def test_a_password_costs_who_guesses_it_19_mib_and_two_passes():
    assert IN_EARNEST.hash(PASSWORD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_sign_out_of_other_devices(app, client, ann):
    enter(client)
    other = app.test_client()
    enter(other)
    client.post("/me/sign-ins/end")
    assert [signed_in(client), signed_in(other)] == [True, False]


# -- guessing --------------------------------------------------------------------------------------------------------


def test_five_failures_a_minute_then_a_plain_page(client, ann, clock):
    assert [enter(client, password="wrong").status_code for _ in range(6)] == [422] * 5 + [429]
    answer = enter(client, password=PASSWORD)  # the right one comes too late
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert "Please wait for a minute" in answer.text
    assert PASSWORD not in answer.text
    clock.shift(timedelta(seconds=61))
    assert enter(client).status_code == 303


def test_personnel_number_and_email_count_as_one_account(client, ann, clock):
    logins = ["ann@example.com", "4711"] * 3
    assert [enter(client, login, "wrong").status_code for login in logins] == [422] * 5 + [429]


def test_unknown_accounts_are_slowed_down_alike(client, ann, clock):
    assert [enter(client, "nobody@example.com").status_code for _ in range(6)] == [422] * 5 + [429]


def test_success_does_not_count(app, ann, clock):
    assert [enter(app.test_client()).status_code for _ in range(8)] == [303] * 8
    assert [enter(app.test_client(), password="wrong").status_code for _ in range(6)] == [422] * 5 + [429]


def test_twenty_failures_an_hour(client, ann, clock):
    found = []
    for _ in range(5):
        found += [enter(client, password="wrong").status_code for _ in range(5)]
        clock.shift(timedelta(seconds=61))
    assert found == [422] * 20 + [429] * 5
    clock.shift(timedelta(hours=1))
    assert enter(client).status_code == 303


def test_thirty_tries_a_minute_from_one_address(client, ann, clock):
    found = [enter(client, f"nobody{n}@example.com").status_code for n in range(31)]
    assert found == [422] * 30 + [429]
    elsewhere = client.post(
        "/sign-in", data={"email": "ann@example.com", "password": PASSWORD}, environ_base={"REMOTE_ADDR": "192.0.2.7"}
    )
    assert elsewhere.status_code == 303


# -- language --------------------------------------------------------------------------------------------------------


def test_language_of_somebody_signed_out_is_kept_in_a_cookie(client, app):
    answer = client.post("/language", data={"language": "de", "next": "/sign-in"})
    assert (answer.headers["Location"], client.get_cookie("language").value) == ("/sign-in", "de")


def test_language_of_somebody_signed_in_is_kept_with_the_person(client, ann):
    enter(client)
    client.post("/language", data={"language": "en", "next": "//evil.example"})
    assert db.session.get_one(Person, ann.id).language == "en"


def test_an_unknown_language_is_refused(client, app):
    assert client.post("/language", data={"language": "xx"}).status_code == 422
