"""The Atom feed: read by a second parser and held against the rules of RFC 4287; its private address; what it forgets."""

import xml.etree.ElementTree as ET
from datetime import timedelta

import feedparser
import pytest

from suggestbox.core.database import db, work
from suggestbox.mail.calendar_feed import renew_key, switch_off
from suggestbox.people.models import Person
from suggestbox.stories import feed
from suggestbox.stories.models import Story, StoryText
from tests.stories import told

pytestmark = pytest.mark.either

NOW = told.TOLD_AT
A = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def at(clock):
    clock.move_to(NOW + timedelta(hours=1))
    return clock


@pytest.fixture
def address(cast, app, at):
    """The address of sam's feed."""
    with work():
        me = db.session.get_one(Person, cast.sam.id)
        renew_key(me, now=NOW)
        return f"/stories/feed/{feed.key_of(me)}.atom"


def made(cast, count=1, **kw):
    """Stories of one after another, an hour apart, the last one the newest."""
    with work():
        return [told.story(cast, at=NOW - timedelta(hours=count - n - 1), **kw).id for n in range(count)]


def test_a_second_parser_reads_what_was_told(cast, client, address):
    first, second = made(cast, 2)
    with work():
        text = db.session.get_one(StoryText, (second, "de"))
        text.title, text.lead = 'Fisch & Chips <b>"mit"</b> \x07Ö 🐟', "Zeile eins\nZeile zwei ]]>"
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "application/atom+xml")
    read = feedparser.parse(answer.data)
    assert (read.bozo, read.version, read.feed.title, read.feed.author) == (False, "atom10", "Erfolgsgeschichten", "Ideenmanagement")
    assert [(e.id, e.title, e.link, e.published) for e in read.entries] == [
        (f"tag:localhost,2026:story:{second}", 'Fisch & Chips <b>"mit"</b> Ö 🐟',
         f"http://localhost/stories/{second}", "2026-11-16T09:00:00Z"),
        (f"tag:localhost,2026:story:{first}", told.GERMAN["title"], f"http://localhost/stories/{first}", "2026-11-16T08:00:00Z"),
    ]
    assert [e.summary for e in read.entries] == ["Zeile eins\nZeile zwei ]]>", told.GERMAN["lead"]]
    root = ET.fromstring(answer.data)
    assert root.find(f"{A}entry/{A}title").text == 'Fisch & Chips <b>"mit"</b> Ö 🐟'


def test_it_keeps_the_musts_of_the_standard(cast, client, address):
    """RFC 4287, 4.1.1 and 4.1.2: what a feed and an entry must have, and must not have more than once."""
    made(cast, 3)
    root = ET.fromstring(client.get(address).data)
    feed_children = [child.tag.removeprefix(A) for child in root if child.tag != f"{A}entry"]
    assert sorted(feed_children) == ["author", "id", "link", "link", "title", "updated"]
    assert [(link.get("rel"), link.get("href")) for link in root.findall(f"{A}link")] == [
        ("self", f"http://localhost{address}"), ("alternate", "http://localhost/stories"),
    ]
    entries = root.findall(f"{A}entry")
    for entry in entries:
        assert [child.tag.removeprefix(A) for child in entry] == ["id", "title", "published", "updated", "link", "summary"]
    assert len({entry.find(f"{A}id").text for entry in entries}) == 3
    assert root.find(f"{A}updated").text == max(entry.find(f"{A}updated").text for entry in entries)


def test_no_name_and_no_picture_leaves_the_house(cast, client, address):
    """What a feed reader has fetched cannot be called back."""
    made(cast, picture=True)
    file = client.get(address).get_data(as_text=True)
    names = [word for word in ("Albers", "Ebert", "picture", told.GERMAN["quote"], told.GERMAN["done"]) if word in file]
    assert names == []


def test_it_is_sent_again_only_when_something_changed(cast, client, address):
    [story_id] = made(cast)
    first = client.get(address)
    assert first.headers["Last-Modified"] == "Mon, 16 Nov 2026 09:00:00 GMT"
    by_mark = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    by_date = client.get(address, headers={"If-Modified-Since": first.headers["Last-Modified"]})
    assert (by_mark.status_code, by_date.status_code) == (304, 304)
    with work():
        db.session.get_one(StoryText, (story_id, "de")).title = "Anders"
    assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_readers_forget_what_was_taken_down(cast, client, address):
    stays, goes = made(cast, 2)
    with work():
        story = db.session.get_one(Story, goes)
        story.state, story.withdrawn_at = "withdrawn", NOW + timedelta(minutes=30)
    answer = client.get(address)
    root = ET.fromstring(answer.data)
    gone = root.findall("{http://purl.org/atompub/tombstones/1.0}deleted-entry")
    assert [(one.get("ref"), one.get("when")) for one in gone] == [(f"tag:localhost,2026:story:{goes}", "2026-11-16T09:30:00Z")]
    assert [e.id for e in feedparser.parse(answer.data).entries] == [f"tag:localhost,2026:story:{stays}"]
    assert (root.find(f"{A}updated").text, answer.headers["Last-Modified"]) == (
        "2026-11-16T09:30:00Z", "Mon, 16 Nov 2026 09:30:00 GMT")
    with work():  # never published: nobody has anything to forget
        story = db.session.get_one(Story, goes)
        story.published_at = None
    assert b"deleted-entry" not in client.get(address).data


def test_an_empty_feed_is_one_too(client, address):
    read = feedparser.parse(client.get(address).data)
    assert (read.bozo, read.entries, read.feed.updated) == (False, [], "2000-01-01T00:00:00Z")


def test_the_address_is_given_on_the_page_and_stays_the_same(cast, client_as, client, at):
    browser = client_as(cast.rex)
    assert "/stories/feed/" not in browser.get("/stories").get_data(as_text=True).replace('action="/stories/feed"', "")
    shown = []
    for _press in range(2):
        assert browser.post("/stories/feed").headers["Location"] == "/stories#follow"
        page = browser.get("/stories").get_data(as_text=True)
        shown.append(page.split('readonly value="', 1)[1].split('"', 1)[0])
    assert shown[0] == shown[1]
    read = feedparser.parse(client.get(shown[0].removeprefix("http://localhost")).data)
    assert read.feed.title == "Success stories"  # rex reads English


def test_only_the_present_key_of_somebody_who_is_here_opens_it(cast, app, client, address, at):
    """A wrong key, an old one, one of somebody who left, and the calendar's own: all of them are not there."""
    assert client.get(address).status_code == 200
    with work():
        me = db.session.get_one(Person, cast.sam.id)
        calendar_key = renew_key(me, now=NOW)
        present = f"/stories/feed/{feed.key_of(me)}.atom"
    wrong = present[:-8] + ("x" if present[-8] != "x" else "y") + present[-7:]
    paths = [address, wrong, f"/stories/feed/{calendar_key}.atom", "/stories/feed/x.atom", present]
    assert [client.get(path).status_code for path in paths] == [404, 404, 404, 404, 200]
    assert client.get(f"/calendar/{feed.key_of(db.session.get_one(Person, cast.sam.id))}.ics").status_code == 404
    with work():
        db.session.get_one(Person, cast.sam.id).left_on = NOW.date() - timedelta(days=1)
    assert client.get(present).status_code == 404
    with work():
        me = db.session.get_one(Person, cast.sam.id)
        me.left_on = None
        switch_off(me, now=NOW)
    assert client.get(present).status_code == 404
