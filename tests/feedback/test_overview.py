"""The first page of customer feedback: at a glance for everybody, what waits for whoever looks after it, first steps."""

import re
from datetime import date, timedelta

import pytest

from suggestbox.core.database import db, work
from suggestbox.evidence.models import IdeaTheme
from suggestbox.feedback.models import Import, Proposal, Rise, Source
from tests.calls.scene import opened
from tests.factories import START, closed
from tests.feedback.scene import AT, make_cx_manager, make_item, make_journey, make_theme, make_touchpoint
from tests.measures.scene import done

EARLY = START - timedelta(days=60)


@pytest.fixture
def cem(cast):
    """Whoever looks after feedback, reading English."""
    with work():
        person = make_cx_manager(cast)
        person.language = "en"
    return person


@pytest.fixture
def reader(cast, client_as, clock):
    """Sam's browser in English."""
    with work():
        cast.sam.language = "en"
    return client_as(cast.sam)


def part(page: str, heading: str) -> str:
    """The words of the section with this id, without markup."""
    start = page.index(f'id="{heading}"')
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page[start:page.index("</section>", start)]))


def fill(count: int, key: str = "") -> None:
    """A journey where many customers complain about themes and praise one; a measure is done, something rose."""
    journey = make_journey(f"way{key}", position=1 if not key else 2)
    for n in range(count):
        place = make_touchpoint(journey, f"p{key}{n}", position=n)
        bad, good = make_theme(f"bad{key}{n}", place), make_theme(f"good{key}{n}", place)
        for c in range(12):
            make_item(f"Nobody called me, Frau Meier! {c}", (bad, "negative"), customer_hash=f"{c:064d}")
        make_item("So kind of Frau Meier", (good, "positive"), said_on=date(2026, 10, 21))
        db.session.add(Rise(theme_id=bad.id, polarity="negative", on=date(2026, 11, 2), days=7, customer_count=31, usual=12.4))


def test_at_a_glance_what_annoys_what_rose_and_what_is_praised(reader):
    with work():
        fill(2)
    page = reader.get("/feedback").text
    assert "Last 90 days, 26 comments from 14 customers." in page
    assert page.count('class="jm-map-theme is-bad" href') == 2
    assert "Bad0 12 customers in 12 months" in part(page, "open")
    assert re.findall(r'href="/ideas/new\?theme=\d+"', page) != []
    praise = part(page, "praise")
    assert ("So kind of Frau [Name]" in praise, "Good0 1 customer" in praise) == (True, True)
    assert "Bad0 31 customers within 7 days, usually about 12.4." in part(page, "rises")
    assert "Meier" not in page
    assert "Once a measure for a theme is finished" in part(page, "since")


def test_the_first_page_is_about_customers_whatever_the_address_says(reader):
    with work():
        theme = make_theme("ours", audience="employees")
        make_item("Great canteen", (theme, "positive"), audience="employees")
        make_item("Anything")
    page = reader.get("/feedback?audience=employees&segment=Plant").text
    assert ("Great canteen" in page, "Colleagues" in page) == (False, False)


def test_whoever_may_calls_for_ideas_with_one_click(cem, reader, client_as):
    with work():
        fill(1)
    assert [re.findall(r'href="(/calls/new\?theme=\d+)"', browser.get("/feedback").text) != []
            for browser in (reader, client_as(cem))] == [False, True]


def test_what_is_called_for_already_leads_to_its_call(cast, cem, client_as):
    with work():
        fill(1)
    browser = client_as(cem)
    theme_id = re.findall(r'href="/calls/new\?theme=(\d+)"', browser.get("/feedback").text)[0]
    with work():
        call_id = opened(cast, theme_id=int(theme_id)).id
    page = browser.get("/feedback").text
    assert (f'href="/calls/new?theme={theme_id}"' in page, f'href="/calls/{call_id}"' in page) == (False, True)


def test_a_measure_that_is_done_stands_with_what_customers_say_since(reader, cast):
    with work():
        fill(1)
        idea = closed(cast, cast.ann, now=EARLY)
        theme = make_theme("callback")
        for n in range(3):
            make_item("Nobody calls", (theme, "negative"), said_on=date(2026, 9, 1 + n))
        db.session.add(IdeaTheme(idea_id=idea.id, theme_id=theme.id, linked_as="submitter", at=START))
        measure = done(cast, idea, now=EARLY + timedelta(days=9), title="A list on the screen")
    page = reader.get("/feedback").text
    assert "A list on the screen" in part(page, "since")
    assert f'href="/measures/{measure.id}/since"' in page


def test_what_waits_is_told_to_whoever_looks_after_feedback_alone(cem, reader, client_as):
    with work():
        make_item("Hm", state="unsure")
        make_item("Hm too", state="unsure")
        db.session.add(Proposal(words=["app"], item_ids=[], item_count=3, customer_count=3, at=AT))
        db.session.add(Proposal(words=["no"], item_ids=[], item_count=3, customer_count=3, at=AT, state="dismissed"))
        source = Source(key="s", name="s", created_at=AT, changed_at=AT)
        db.session.add(source)
        db.session.flush()
        db.session.add(Import(source_id=source.id, kind="csv", state="uploaded", created_at=AT))
    waits = part(client_as(cem).get("/feedback").text, "waiting")
    assert waits.endswith(" 2 comments to sort 1 proposed theme 1 file whose columns are to be chosen ")
    assert 'id="waiting"' not in reader.get("/feedback").text


def test_an_empty_house_begins_with_three_steps_in_order(cem, reader, client_as):
    page = client_as(cem).get("/feedback").text
    steps = re.findall(r'<li class="(is-done|)">\s*<h2>([^<]+?)\s*<', page)
    assert steps == [("", "Bring in what customers said"), ("", "Name the themes"), ("", "Lay out the journey")]
    with work():
        make_theme("a")
    page = client_as(cem).get("/feedback").text
    assert re.findall(r'<li class="(is-done|)">', page) == ["", "is-done", ""]
    employee = reader.get("/feedback").text
    assert ("Nobody has been heard here yet" in employee, "Bring in a file" in employee) == (True, False)


def test_the_line_of_pages_shows_more_to_whoever_looks_after_feedback(cem, reader, client_as):
    def pages(browser):
        line = re.search(r'<ul class="sb-tabs sb-tabs-line" data-line>(.*?)</ul>', browser.get("/feedback").text, re.S)
        return re.findall(r">([^<>]+)</a>", line[1])

    assert pages(reader) == ["Overview", "Journey map", "Themes"]
    assert pages(client_as(cem)) == [
        "Overview", "Journey map", "Themes", "Items", "To sort", "Proposals", "Imports", "Model",
    ]


def test_off_means_not_there(reader, app):
    from suggestbox.core.clock import utc_now
    from suggestbox.core.settings import set_rule

    with work():
        set_rule("modules.feedback", False, now=utc_now())
    assert [reader.get(path).status_code for path in ("/feedback", "/feedback/map", "/feedback/touchpoints/1")] == [404] * 3


def test_it_costs_the_same_with_one_touchpoint_and_with_thirty(reader, count_queries):
    with work():
        fill(1)
    reader.get("/feedback")  # the directory is read once
    counts = []
    for more in (30, 0):
        with count_queries() as statements:
            reader.get("/feedback")
        counts.append(len(statements))
        with work():
            fill(more, f"m{more}")
    assert counts == [18, 18]
