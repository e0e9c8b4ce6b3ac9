"""What comes in as JSON, as a letter, or from employees."""

from datetime import date

import pytest
import sqlalchemy as sa

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.errors import Invalid
from suggestbox.feedback import intake
from suggestbox.feedback.customer_key import hash_customer
from suggestbox.feedback.models import Assignment
from suggestbox.journal.models import Entry
from tests.feedback.coming_in import bring, counts, items, lines, texts
from tests.feedback.scene import make_theme

pytestmark = pytest.mark.usefixtures("app", "clock")


# -- JSON and mail -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("as_list", [False, True])
def test_json_comes_in_as_a_list_or_line_by_line(as_list):
    rows = [{"id": 7, "text": "slow", "meta": {"customer": "k1"}, "rating": 4}, {"id": 8, "text": "dear\nand slow"}]
    content = lines(*rows) if not as_list else "[" + ",\n".join(lines(row).strip() for row in rows) + "]"
    mapping = {"key": "id", "text": "text", "customer": "meta.customer", "rating": "rating"}
    assert counts(bring(content, "voices.json", mapping=mapping)) == ("visible", 2, 2, 0, 0)
    assert [(i.source_key, i.text, i.rating, i.customer_hash) for i in items()] == [
        ("7", "slow", 4.0, hash_customer("k1")), ("8", "dear\nand slow", None, None)
    ]


@pytest.mark.parametrize(("content", "error"), [
    ('{"text": "a"}\n{"text": }\n', {"line": 2, "error": "Here the file is no JSON. It should be a list of objects, or one object per line."}),
    ('[{"text": "a"},\n{"text": "b"}', {"line": 2, "error": "The file ends before its list does. Was it cut off?"}),
    ('{"text": "a"}\n["b"]\n', {"line": 2, "error": 'Here should be an object: {"text": "..."}.'}),
])
def test_broken_json_names_the_line_and_keeps_all_out(content, error):
    assert bring(content, "voices.json", mapping={"text": "text"}).errors == [error]
    assert items() == []


MBOX = """\
From someone@example.org Mon Nov  2 10:00:00 2026
From: =?utf-8?q?J=C3=B6rg?= <joerg@example.org>
Subject: Re: =?utf-8?q?Zu_sp=C3=A4t?=
Date: Mon, 02 Nov 2026 23:30:00 +0000
Message-ID: <1@example.org>
Content-Type: text/plain; charset=utf-8

Das Paket war nicht da.

>From now on I order elsewhere.

Am 1.11.2026 um 10:00 schrieb Service <service@example.org>:
> Ihr Paket ist da.

From other@example.org Tue Nov  3 10:00:00 2026
From: other@example.org
Date: Tue, 03 Nov 2026 10:00:00 +0000
Message-ID: <2@example.org>
Content-Type: text/html

<p>Thank you &amp; <b>bye</b></p><script>alert(1)</script>
"""


def test_letters_come_in_with_what_the_customer_wrote():
    assert counts(bring(MBOX, "folder.mbox")) == ("visible", 2, 2, 0, 0)
    one, two = items()
    assert one.text == "Zu spät\n\nDas Paket war nicht da.\n\nFrom now on I order elsewhere."
    assert (one.source_key, one.said_on, one.channel) == ("1@example.org", date(2026, 11, 3), "email")
    assert one.customer_hash == hash_customer("joerg@example.org")
    assert (two.text, two.language) == ("Thank you & bye", "en")


def test_a_single_letter_comes_in():
    letter = "From: a@example.org\r\nSubject: Slow\r\nDate: Mon, 02 Nov 2026 10:00:00 +0000\r\n\r\nFar too slow.\r\n-- \r\nAnn\r\n"
    assert counts(bring(letter, "a.eml")) == ("visible", 1, 1, 0, 0)
    assert texts() == ["Slow\n\nFar too slow."]


# -- what employees pass on --------------------------------------------------------------------------------------------


def test_what_somebody_heard_keeps_their_name_and_an_own_voice_does_not(cast):
    facts = {"person": cast.ann, "said_on": date(2026, 11, 4), "touchpoint_id": None, "polarity": "negative", "rating": 2,
             "now": utc_now()}
    with work():
        theme = make_theme("delivery")
        heard = intake.add_heard(" Zu spät\r\n", theme_ids=[theme.id], own_voice=False, **facts)
        own = intake.add_heard("Urlaubsantrag dauert", theme_ids=[theme.id], own_voice=True, **facts)
        other = intake.add_heard("Noch etwas", theme_ids=[], own_voice=True, **facts)
        assert (heard.text, heard.by_id, heard.audience, heard.channel, heard.state) == (
            "Zu spät", cast.ann.id, "customers", "employee", "settled")
        assert (own.by_id, own.settled_by_id, own.audience, other.state, own.meant) == (
            None, None, "employees", "new", "negative")
        assert own.customer_hash == other.customer_hash
        assert heard.customer_hash is None
    assert db.session.scalars(sa.select(Assignment.by_id).order_by(Assignment.id)).all() == [cast.ann.id, None]
    actors = db.session.scalars(sa.select(Entry.actor_id).where(Entry.kind == "feedback.heard").order_by(Entry.id)).all()
    assert actors == [cast.ann.id, None, None]


def test_nothing_said_and_a_day_to_come_are_refused(cast):
    with pytest.raises(Invalid) as wrong, work():
        intake.add_heard("  ", person=cast.ann, said_on=date(2027, 1, 1), touchpoint_id=None, theme_ids=[], polarity="so",
                         rating=9, own_voice=False, now=utc_now())
    assert sorted(wrong.value.fields) == ["polarity", "rating", "said_on", "text"]
