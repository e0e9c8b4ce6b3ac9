"""Home, list and idea page: a fixed number of statements, pages that neither lose nor repeat, filters in the address."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.core.settings import set_rule
from suggestbox.ideas import queries, remarks
from suggestbox.ideas.models import Idea
from suggestbox.people.queries import here
from suggestbox.workflow.operations import move
from tests.factories import START, closed, in_review, submitted


def make(cast, count: int) -> None:
    """Ideas of several people in several states, with comments and support."""
    people = (cast.ann, cast.eve, cast.sam)
    set_rule("reviews.open_at_most", 50, now=START)
    for n in range(count):
        person = people[n % 3]
        idea = in_review(cast, person, now=START + timedelta(minutes=n), confidential=n % 5 == 4,
                         title=f"Drucker Nummer {n:02d}")
        others = [p for p in people if p is not person]
        remarks.add_comment(idea, f"Remark {n}", actor=others[0], now=START)
        for supporter in others[: n % 3]:
            remarks.set_support(idea, True, actor=supporter, now=START)


@pytest.mark.either
@pytest.mark.parametrize(
    ("path", "most"),
    [("/", 18), ("/ideas", 9), ("/ideas?sort=supported&area=process", 9),
     ("/ideas?show=to_support", 9), ("/ideas/drafts", 6)],
)
def test_lists_ask_the_database_equally_often_for_one_row_and_for_thirty(cast, client_as, count_queries, path, most):
    browser = client_as(cast.ann)
    counts = []
    for wanted in (1, 30):
        with work():
            make(cast, wanted)
        browser.get(path)
        with count_queries() as statements:
            assert browser.get(path).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1], statements
    assert counts[1] <= most, statements


def test_a_search_asks_once_more_only_where_it_found_little(cast, client_as, count_queries):
    browser, counts = client_as(cast.ann), []
    for wanted in (1, 30):
        with work():
            make(cast, wanted)
        browser.get("/ideas?q=Drucker")
        with count_queries() as statements:
            browser.get("/ideas?q=Drucker")
        counts.append(len(statements))
    assert (counts[0] - counts[1], counts[1] <= 10) == (1, True)


def test_an_idea_page_asks_equally_often_with_many_comments(cast, client_as, count_queries):
    with work():
        idea = in_review(cast)
        remarks.add_comment(idea, "First", actor=cast.eve, now=START)
        number = idea.number
    browser, counts = client_as(cast.sam), []
    for _ in range(2):
        browser.get(f"/ideas/{number}")
        with count_queries() as statements:
            browser.get(f"/ideas/{number}")
        counts.append(len(statements))
        with work():
            for n in range(30):
                remarks.add_comment(db.session.get(Idea, idea.id), f"More {n}", actor=cast.eve, now=START)
    assert counts[0] == counts[1]
    assert counts[1] <= 30, statements


@pytest.mark.parametrize("sort", ["newest", "supported", "moved"])
def test_pages_show_every_idea_once_and_lead_back(cast, client_as, sort):
    with work():
        make(cast, 35)
    browser = client_as(cast.cat)
    first = browser.get(f"/ideas?sort={sort}").get_data(as_text=True)
    following = re.search(r'href="([^"]*page=[^"]*)" rel="next"', first).group(1).replace("&amp;", "&")
    second = browser.get(following).get_data(as_text=True)
    numbers = re.findall(r'href="/ideas/(2026-\d{4})"', first) + re.findall(r'href="/ideas/(2026-\d{4})"', second)
    assert sorted(numbers) == sorted(db.session.scalars(sa.select(Idea.number)))
    back = re.search(r'href="([^"]*page=[^"]*)" rel="prev"', second).group(1).replace("&amp;", "&")
    assert re.findall(r'href="/ideas/(2026-\d{4})"', browser.get(back).get_data(as_text=True)) == numbers[:30]


def test_search_results_come_in_pages_too(cast, client_as):
    with work():
        make(cast, 35)
    book, seen, key = here(), [], None
    for _ in range(2):
        page = queries.list_ideas(queries.Filters(text="Drucker"), cast.cat.id, book, key=key)
        seen += [row.idea.title for row in page.rows]
        key = page.next_key
    assert (len(seen), len(set(seen)), key) == (35, 35, None)


def test_filters_narrow_down(cast):
    with work():
        in_review(cast, title="A", area="product")
        closed(cast, cast.eve, title="B", area="process")
        submitted(cast, cast.sam, title="C", area="process", department_id=cast.it.id)
        book = here()

        def found(person, **wanted):
            return [row.idea.title for row in queries.list_ideas(queries.Filters(**wanted), person.id, book).rows]

        assert sorted(found(cast.ida)) == ["A", "B", "C"]
        assert found(cast.ida, stage="examined") == ["A"]
        assert found(cast.ida, area="process", stage="new") == ["C"]
        assert found(cast.ida, department_id=cast.it.id) == ["C"]
        assert sorted(found(cast.ida, department_id=cast.direction.id)) == ["A", "B", "C"]
        assert found(cast.ida, outcome="adopted") == ["B"]
        assert found(cast.eve, mine=True) == ["B"]
        assert found(cast.eve, to_support=True) == ["A"]
        assert found(cast.eve, stage="new") == []


def test_home_shows_my_ideas_my_steps_and_what_became_of_others(cast, client_as, clock):
    with work():
        idea = submitted(cast, title="My own thought")
        ended = closed(cast, cast.eve, title="A good ending")
        asked = in_review(cast, title="Asked about")
        move(asked, "ask", actor=cast.rex, now=START, text="Which gate?")
        assert idea.stage == "submitted"
    body = client_as(cast.ann).get("/", headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert "Hello, Ann" in body
    for words in ("My own thought", "A good ending", "Asked about", "Answer the question", "Bob Brandt"):
        assert words in body, words
    assert f'Adopted, <time datetime="{ended.closed_at.isoformat()}"' in body


def test_home_of_somebody_new_offers_the_first_step(cast, client_as):
    body = client_as(cast.sam).get("/").get_data(as_text=True)
    assert "/ideas/new" in body
    assert "Nothing here yet" in body


def test_home_of_somebody_who_may_not_hand_in_asks_for_nothing(cast, client_as):
    with work():
        cast.sam.entitled = False
    body = client_as(cast.sam).get("/").get_data(as_text=True)
    assert "/ideas/new" not in body
    assert "one sentence is enough" not in body


@pytest.mark.either
@pytest.mark.parametrize("foreign", ["endpoint=x", "_method=POST", "_external=1&_scheme=javascript", "_anchor=zz"])
def test_what_an_address_names_besides_is_not_kept(foreign, cast, client_as):
    page = client_as(cast.ann).get(f"/ideas?q=ramp&{foreign}")
    assert (page.status_code, 'href="/ideas?q=ramp&amp;show=mine"' in page.text) == (200, True)
