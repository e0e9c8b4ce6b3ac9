"""A touchpoint's page: who answers, what is said, colleagues beneath customers, measures, ideas, rises, neighbours."""

import re
from datetime import date, timedelta

import pytest

from suggestbox.core.database import db, work
from suggestbox.evidence.models import IdeaTheme
from suggestbox.feedback.models import Rise
from tests.factories import START, closed, submitted
from tests.feedback.scene import AT, make_cx_manager, make_item, make_journey, make_theme, make_touchpoint
from tests.measures.scene import done, planned

EARLY = START - timedelta(days=60)


@pytest.fixture
def reader(cast, client_as, clock):
    """Sam's browser in English: an employee without any part in it."""
    with work():
        cast.sam.language = "en"
    return client_as(cast.sam)


@pytest.fixture
def place(cast):
    """A touchpoint between two others, of Logistics."""
    with work():
        journey = make_journey()
        make_touchpoint(journey, "before", position=1, name_en="Ordering")
        there = make_touchpoint(journey, "there", cast.logistics, position=2, name_en="Waiting",
                                process="Orders are confirmed within two days.\nRule 7.2")
        make_touchpoint(journey, "after", position=3, name_en="Receiving")
        return there


def part(page: str, heading: str) -> str:
    """The words of the section with this id, without markup."""
    start = page.index(f'id="{heading}"')
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page[start:page.index("</section>", start)]))


def test_it_says_who_answers_and_what_rule_stands_behind_it(reader, place, cast):
    page = reader.get(f"/feedback/touchpoints/{place.id}").text
    assert "Department Logistics Owner Cat Conrad" in part(page, "who")  # the head, while nobody is named
    assert part(page, "process").endswith("Orders are confirmed within two days. Rule 7.2 ")
    assert re.findall(r'rel="(prev|next)" href="/feedback/touchpoints/(\d+)"', page) == [
        ("prev", str(place.id - 1)), ("next", str(place.id + 1)),
    ]
    assert "Change the touchpoint" not in page
    with work():
        db.session.merge(place).owner_id = cast.bob.id
    assert "Owner Bob Brandt" in part(reader.get(f"/feedback/touchpoints/{place.id}").text, "who")


def test_praise_and_trouble_stand_apart_with_masked_quotes(reader, place, cast, client_as):
    with work():
        slow, kind = make_theme("slow", place), make_theme("kind", place)
        make_item("Frau Meier called back after a week, my number is 0171 2345678.", (slow, "negative"),
                  customer_hash="a" * 64)
        make_item("Again.", (slow, "negative"), customer_hash="a" * 64, said_on=date(2026, 10, 1))
        make_item("So kind!", (kind, "positive"))
        make_theme("silent", place, name_en="Never heard")
        cem = make_cx_manager(cast)
        cem.language = "en"
    page = reader.get(f"/feedback/touchpoints/{place.id}").text
    bad, good = part(page, "side-bad"), part(page, "side-good")
    assert ("Slow 1 customer , 2 comments" in bad, "Kind" in bad) == (True, False)
    assert "Kind 1 customer , 1 comment So kind!" in good
    assert (page.count("Meier"), page.count("2345678"), "called back after a week" in page) == (0, 0, True)
    assert "Never heard" in part(page, "silent")
    curated = client_as(cem).get(f"/feedback/touchpoints/{place.id}").text
    assert ("Change the touchpoint" in curated, curated.count("2345678")) == (True, 0)  # it is printed and passed round


def test_colleagues_stand_beneath_customers_but_not_in_small_parts(reader, place):
    with work():
        theme = make_theme("callback list", place, audience="employees")
        for n in range(4):
            make_item(f"The list is on paper, {n}", audience="employees", customer_hash=f"{n:064d}", touchpoint_id=place.id,
                      segment="Plant")
        make_item("A theme of ours", (theme, "negative"), audience="employees", customer_hash="e" * 64)
        make_item("Somewhere else", audience="employees", customer_hash="f" * 64)
    page = reader.get(f"/feedback/touchpoints/{place.id}").text
    told = part(page, "colleagues")
    assert ("5 colleagues , 5 comments" in told, "A theme of ours" in told, "Somewhere else" in page) == (True, True, False)
    narrowed = reader.get(f"/feedback/touchpoints/{place.id}?segment=Plant").text
    assert "fewer than five colleagues spoke" in part(narrowed, "colleagues")
    assert "The list is on paper" not in narrowed


def test_measures_ideas_and_rises_are_named_as_far_as_the_reader_sees_them(reader, place, cast):
    with work():
        theme = make_theme("callback", place)
        below = make_theme("late callback", parent=theme)
        make_item("Nobody called", (below, "negative"))
        idea = closed(cast, cast.ann, now=EARLY)
        hidden = submitted(cast, cast.ann)  # seen by its submitters and the coordinator until triage
        for one in (idea, hidden):
            db.session.add(IdeaTheme(idea_id=one.id, theme_id=below.id, linked_as="submitter", at=START))
        planned(cast, idea, now=EARLY + timedelta(days=9), title="A list on the screen")
        done(cast, idea, now=EARLY + timedelta(days=9), title="A second line")
        db.session.add(Rise(theme_id=theme.id, polarity="negative", on=date(2026, 11, 2), days=7, customer_count=31, usual=12.4))
        db.session.add(Rise(theme_id=theme.id, polarity="positive", on=date(2026, 6, 2), days=7, customer_count=30, usual=9.0))
    page = reader.get(f"/feedback/touchpoints/{place.id}").text
    measures, ideas = part(page, "measures"), part(page, "ideas")
    assert "A list on the screen" in measures.split("Done")[0]
    assert "A second line" in measures.split("Done")[1]
    assert (idea.title in ideas, hidden.title in ideas) == (True, False)
    rises = part(page, "rises")
    assert "31 customers within 7 days, usually about 12.4." in rises
    assert rises.count("within") == 1  # June is long ago


def test_without_a_voice_it_says_so_and_what_to_do(reader, place):
    page = reader.get(f"/feedback/touchpoints/{place.id}").text
    assert ("Nobody said anything about it yet" in page, f'href="/feedback/heard?touchpoint={place.id}"' in page) == (True, True)
    narrowed = reader.get(f"/feedback/touchpoints/{place.id}?channel=email").text
    assert "Nobody said anything about it in this part of the feedback" in narrowed


def test_what_is_gone_is_not_there(reader):
    with work():
        gone = make_touchpoint(make_journey("one"), "gone", archived_at=AT)
        lost = make_touchpoint(make_journey("two", archived_at=AT), "lost")
    assert [reader.get(f"/feedback/touchpoints/{n}").status_code for n in (gone.id, lost.id, 9999)] == [404, 404, 404]


def test_it_costs_the_same_with_one_theme_and_with_thirty(reader, place, count_queries):
    def fill(themes: int) -> None:
        for n in range(themes):
            theme = make_theme(f"t{themes}-{n}", place)
            make_item("bad", (theme, "negative"))
            make_item("good", (theme, "positive"))

    with work():
        fill(1)
        make_item("We say so too", audience="employees", touchpoint_id=place.id)
    address = f"/feedback/touchpoints/{place.id}"
    reader.get(address)  # the directory is read once
    counts = []
    for more in (29, 0):
        with count_queries() as statements:
            reader.get(address)
        counts.append(len(statements))
        with work():
            fill(more)
    assert counts == [20, 20]
