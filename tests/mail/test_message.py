"""A letter as a message: headers nobody can add to, any Unicode, parts that calendars accept, unsubscribing."""

import email
from datetime import UTC, datetime, timedelta
from email.policy import default
from typing import Any

import pytest

from suggestbox.core.database import db, work
from suggestbox.mail.frame import frame
from suggestbox.mail.invitation import Guest, Invitation
from suggestbox.mail.letters import Line, Reader, Text
from suggestbox.mail.message import build
from suggestbox.mail.models import Letter, LetterAttempt, Notice
from suggestbox.mail.readers import person_told, speaking_to
from suggestbox.mail.stopping import person_of_token, stop_token
from suggestbox.workflow.letters import KINDS
from tests.mail.scenes import SCENES
from tests.mail.telling import mail_on, reader_at, text_for

pytestmark = pytest.mark.either

AT_ONCE = {kind.name for kind in KINDS if not kind.waits}
NOW = datetime(2026, 11, 4, 11, 0, tzinfo=UTC)
NASTY = "Bad\r\nBcc: everybody@example.com\n\n<b>bold</b>\x00\u2028\u202eevil\ud800 💡 Übermaß"


def letter(**columns: Any) -> Letter:
    values: dict[str, Any] = {"id": 1, "key": "k", "kind": "mail.test", "attempts": 0, "created_at": NOW,
                              "message_id": f"<{'a' * 40}@example.com>"}
    return Letter(**{**values, **columns})


def sent(text: Text, reader: Reader, now: datetime = NOW, **columns: Any) -> tuple[bytes, Any]:
    with speaking_to(reader):
        raw = build(letter(**columns), reader, text, now=now)
    return raw, email.message_from_bytes(raw, policy=default)


@pytest.fixture
def ann(cast) -> Reader:
    mail_on()
    return reader_at(cast.ann.id, NOW)


def invitation(**changes: Any) -> Invitation:
    values: dict[str, Any] = {
        "uid": "talk-1@ideas.example.com", "sequence": 1, "method": "REQUEST", "starts_at": NOW + timedelta(days=7),
        "minutes": 30, "zone": "Europe/Berlin", "summary": "Gespräch", "description": "Über Idee 1", "location": "Raum 3",
        "guests": (Guest("Ann Albers", "ann@example.com"),), "made_at": NOW,
    }
    return Invitation(**{**values, **changes})


def test_a_letter_has_the_headers_of_an_automatic_one(ann):
    _raw, message = sent(Text("Thank you", ("One.",)), ann)
    assert dict(message.items()) == {
        "Date": "Wed, 04 Nov 2026 11:00:00 +0000", "Message-ID": f"<{'a' * 40}@example.com>",
        "From": "suggestbox <ideas@example.com>", "To": "Ann Albers <ann@example.com>", "Subject": "Thank you",
        "Content-Language": "de", "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "OOF, AutoReply",
        "MIME-Version": "1.0", "Content-Type": message["Content-Type"],
    }
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]


@pytest.mark.parametrize("title", [NASTY, "x" * 5000, "ä" * 3000, "💡" * 900, "\r\n\r\nbody", "=?utf-8?q?fake?=", "نص عربي" * 50])
def test_whatever_people_wrote_adds_no_header_and_no_long_line(title, ann):
    text = Text(title, (title, f"{title}\n{title}"), quote=title, quote_by=title, button=(title, "/x"),
                lines=(Line(title, "/y", title),), links=((title, "/z"),), why=title)
    raw, message = sent(text, ann)
    assert {name for name in message} == {"Date", "Message-ID", "From", "To", "Subject", "Content-Language", "Auto-Submitted",
                                          "X-Auto-Response-Suppress", "MIME-Version", "Content-Type"}
    assert message.defects == []
    lines = raw.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert [line for line in lines if b"\n" in line or b"\r" in line or not line.isascii()] == []
    assert "\n" not in message["Subject"] and len(message["Subject"]) <= 180


def test_what_people_wrote_is_only_text_in_html_too(ann):
    with speaking_to(ann):
        plain, html = frame(Text("S", ('<script>alert("x")</script> & "q"',), quote="<img src=x>"), ann)
    assert "<script>" in plain and "<script" not in html and "<img" not in html
    assert "&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt; &amp; &#34;q&#34;" in html


def test_nothing_in_a_letter_is_fetched_from_anywhere(ann):
    with speaking_to(ann):
        _plain, html = frame(Text("S", ("P",), button=("Go", "/x")), ann)
    assert [word for word in ("<img", "<link", "url(", "@import", "@font-face", "src=", "http://localhost") if word in html] == []


def test_a_name_and_address_of_any_sort(cast):
    mail_on()
    with work():
        cast.ann.given_name, cast.ann.family_name = 'Zoë "Z"\r\nBcc: x@example.com', "Ångström, Ltd."
        cast.ann.email = "zoe@bücher.example"
    _raw, message = sent(Text("S"), reader_at(cast.ann.id, NOW))
    assert [(a.display_name, a.addr_spec) for a in message["To"].addresses] == [
        ('Zoë "Z" Bcc: x@example.com Ångström, Ltd.', "zoe@xn--bcher-kva.example")
    ]


def test_without_an_address_there_is_no_message(cast):
    mail_on()
    with work():
        cast.ann.email = "nobody"
    with pytest.raises(ValueError, match="no e-mail address"):
        sent(Text("S"), reader_at(cast.ann.id, NOW))


def test_a_letter_tried_again_keeps_the_date_of_its_first_try(cast):
    mail_on()
    with work():
        row = letter(id=None, person_id=cast.ann.id, not_before=NOW, attempts=2)
        db.session.add(row)
        db.session.flush()
        for n in (1, 2):
            db.session.add(LetterAttempt(letter_id=row.id, n=n, token=str(n), started_at=NOW + timedelta(hours=n)))
        letter_id = row.id
    _raw, message = sent(Text("S"), reader_at(cast.ann.id, NOW), NOW + timedelta(days=1), id=letter_id, attempts=2)
    assert message["Date"] == "Wed, 04 Nov 2026 12:00:00 +0000"


def test_an_appointment_comes_as_calendars_want_it(ann):
    _raw, message = sent(Text("Talk", ("P",), invitation=invitation()), ann)
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar", "application/ics"
    ]
    entry, attached = list(message.walk())[-2:]
    assert (entry.get_param("method"), entry.get_param("charset"), entry["Content-Disposition"]) == ("REQUEST", "utf-8", None)
    assert attached.get_filename() == "invite.ics"
    assert entry.get_payload(decode=True) == attached.get_payload(decode=True)
    assert b"METHOD:REQUEST\r\n" in entry.get_payload(decode=True)
    _raw, message = sent(Text("Talk", invitation=invitation(method="CANCEL", sequence=2)), ann)
    entry = list(message.walk())[-2]
    assert (entry.get_param("method"), b"METHOD:CANCEL" in entry.get_payload(decode=True)) == ("CANCEL", True)


def test_optional_letters_can_be_unsubscribed_from_with_one_click(ann):
    raw, message = sent(Text("News", lines=(Line("New", "/", duty=False),), optional=True), ann)
    url = message["List-Unsubscribe"].strip("<>")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert url == f"https://ideas.example.com/mail/stop/{stop_token(ann.person_id)}"
    assert f"List-Unsubscribe: <{url}>\r\n".encode() in raw
    assert url in message.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_a_token_names_one_person_and_nobody_can_make_one(ann, app):
    token = stop_token(ann.person_id)
    assert person_of_token(token) == ann.person_id
    assert [person_of_token(wrong) for wrong in ("", token[:-1], "1." + token, token.swapcase(), "x" * 5000, "ä")] == [None] * 6


@pytest.mark.parametrize("name", [name for name in SCENES if name.partition("-")[0] in AT_ONCE and "paper" not in name])
def test_every_letter_becomes_a_message(name, cast):
    mail_on()
    told, now = SCENES[name](cast)
    assert isinstance(told, Notice)
    text = text_for(told, now)
    assert text is not None
    reader = reader_at(person_told(told) or 0, now)
    _raw, message = sent(text, reader, now)
    assert (message.defects, message["To"].addresses[0].addr_spec) == ([], reader.email)
    methods = [part.get_param("method") for part in message.walk() if part.get_content_type() == "text/calendar"]
    assert methods == ([told.facts["method"]] if told.kind == "conversations.invitation" else [])
    if text.invitation:
        others = {guest.email for guest in text.invitation.guests} - {reader.email}
        assert bool(others) is ("confidential" not in name and methods == ["REQUEST"])
