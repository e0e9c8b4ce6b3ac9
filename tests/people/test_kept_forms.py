"""A form that arrives from somebody who is signed out, or from an old page, is kept and sent again."""

import html
import json
import re

import pytest

pytestmark = pytest.mark.either

TEXT = "Die Leuchte über Regal 7 flackert. <b>Bitte</b> tauschen & danke."
PASSWORD = "korrekt pferd batterie"
TARGET = "/me/absences"


def hidden_fields(page: str) -> dict[str, str]:
    found = re.findall(r'<input[^>]*type="hidden"[^>]*>', page)
    pairs = [(re.search(r'name="([^"]*)"', tag)[1], re.search(r'value="([^"]*)"', tag)) for tag in found]
    return {name: html.unescape(value[1]) if value else "" for name, value in pairs}


@pytest.fixture
def ann(cast, with_password):
    with_password(cast.ann, PASSWORD)
    return cast.ann


def test_a_form_is_kept_through_sign_in_and_sent_again(app, client, ann):
    fields = {
        "from_on": "2030-05-01",
        "until_on": "2030-05-02",
        "words": TEXT,
        "csrf_token": "old",
        "topic": ["a", "b"],
    }
    page = client.post(TARGET + "?from=phone", data=fields)
    assert page.status_code == 401
    kept = hidden_fields(page.text)
    assert kept["kept_path"] == TARGET + "?from=phone"
    assert json.loads(kept["kept"]) == [
        ["from_on", "2030-05-01"], ["until_on", "2030-05-02"], ["words", TEXT], ["topic", "a"], ["topic", "b"],
    ]  # fmt: skip
    wrong = client.post("/sign-in", data={**kept, "email": "ann@example.com", "password": "wrong"})
    assert hidden_fields(wrong.text)["kept"] == kept["kept"]
    again = client.post("/sign-in", data={**kept, "email": "ann@example.com", "password": PASSWORD})
    assert again.status_code == 200
    assert html.escape(TEXT) in again.text
    assert f'action="{TARGET}?from=phone"' in again.text
    sent = client.post(TARGET, data=hidden_fields(again.text))
    assert sent.status_code == 303
    assert "2030" in client.get("/me").text


def test_passwords_and_foreign_forms_are_not_kept(client, cast):
    page = client.post("/me/password", data={"old_password": "my secret secret", "new_password": "x", "again": "x"})
    assert (page.status_code, "my secret secret" in page.text) == (401, False)
    foreign = client.post(TARGET, data={"words": TEXT}, headers={"Origin": "https://evil.example"})
    assert "flackert" not in foreign.text
    foreign = client.post(TARGET, data={"words": TEXT}, headers={"Sec-Fetch-Site": "cross-site"})
    assert "flackert" not in foreign.text


def test_a_form_that_is_too_large_is_not_carried(client, cast):
    page = client.post(TARGET, data={"words": "x" * 600_000})
    assert (page.status_code, hidden_fields(page.text)["kept"]) == (401, "")


def test_an_expired_mark_shows_the_form_again(app, client, ann, client_as):
    browser = client_as(ann)
    app.config["WTF_CSRF_ENABLED"] = True
    page = browser.post(TARGET, data={"from_on": "2030-05-01", "until_on": "2030-05-02", "words": TEXT})
    assert page.status_code == 400
    assert f'action="{TARGET}"' in page.text
    sent = browser.post(TARGET, data=hidden_fields(page.text))
    assert sent.status_code == 303


def test_an_expired_mark_at_sign_in_shows_the_sign_in_page(app, client, ann):
    app.config["WTF_CSRF_ENABLED"] = True
    page = client.post("/sign-in", data={"email": "ann@example.com", "password": PASSWORD})
    assert (page.status_code, PASSWORD in page.text, 'value="ann@example.com"' in page.text) == (400, False, True)
    fresh = hidden_fields(page.text)
    answer = client.post("/sign-in", data={**fresh, "email": "ann@example.com", "password": PASSWORD})
    assert answer.status_code == 303


@pytest.mark.parametrize("path", ["//evil.example", "https://evil.example/x", "/\\evil.example"])
def test_kept_forms_go_only_to_this_site(client, ann, path):
    fields = {"kept": '[["words", "x"]]', "kept_path": path, "email": "ann@example.com", "password": PASSWORD}
    answer = client.post("/sign-in", data=fields)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


@pytest.mark.parametrize("kept", ["{", "[1]", '{"a": "b"}', '[["a"]]', '[["a", 1]]', "null", '"x"'])
def test_broken_kept_fields_are_dropped(client, ann, kept):
    fields = {"kept": kept, "kept_path": "/me", "email": "ann@example.com", "password": PASSWORD}
    assert client.post("/sign-in", data=fields).status_code == 303
