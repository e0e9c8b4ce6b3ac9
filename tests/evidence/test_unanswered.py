"""Themes many customers complain about and no idea answers."""

from datetime import date
from typing import Any

import pytest

from suggestbox.core.database import work
from suggestbox.core.settings import set_rule
from suggestbox.evidence.operations import link_theme
from suggestbox.evidence.unanswered import unanswered
from suggestbox.feedback.landscape import landscape
from suggestbox.feedback.models import Theme
from suggestbox.workflow.operations import move
from tests import factories as f
from tests.cast import Cast
from tests.factories import START
from tests.feedback import scene

TODAY = date(2026, 11, 4)


def _theme(key: str, customers: int, *, comments: int = 1, polarity: str = "negative", parent: Theme | None = None,
           first: int = 0, said_on: date = date(2026, 9, 1), **columns: Any) -> Theme:
    """A theme so many customers speak of, each so many times."""
    theme = scene.make_theme(key, parent=parent, **columns)
    for n in range(first, first + customers):
        for _comment in range(comments):
            scene.make_item("…", (theme, polarity), customer_hash=f"{n:064d}", said_on=said_on,
                            audience=columns.get("audience", "customers"))
    return theme


def _found(person: Any = None, **kw: Any) -> list[tuple[str, int, int]]:
    return [(row.theme.key, row.customers, row.comments) for row in unanswered(person, landscape(), today=TODAY, **kw)]


def test_many_distinct_customers_before_one_loud_one(cast: Cast):
    """Forty comments of four customers are below the five it takes; six customers come before five with ten times as many."""
    with work():
        _theme("loud", 4, comments=10)
        _theme("few", 5, comments=10)
        _theme("many", 6)
        _theme("pleased", 9, polarity="positive")
        _theme("long ago", 9, said_on=date(2025, 11, 4))
    assert _found(cast.sam) == [("many", 6, 6), ("few", 5, 50)]


@pytest.mark.parametrize(("stage", "answers"), [
    ("draft", False), ("submitted", True), ("in_review", True), ("deciding", True), ("withdrawn", False),
])
def test_ideas_on_their_way_are_answers(cast: Cast, stage: str, answers: bool):
    with work():
        theme = _theme("delay", 6)
        idea = f.IN_STAGE["in_review" if stage == "withdrawn" else stage](cast)
        link_theme(idea, theme.id, actor=cast.ann, now=START)
        if stage == "withdrawn":
            move(idea, "withdraw", actor=cast.ann, now=START)
    assert _found(cast.ann) == ([] if answers else [("delay", 6, 6)])


@pytest.mark.parametrize(("outcome", "facts", "answers"), [
    ("adopted", {}, True),
    ("declined", {"change_for_yes": "A cheaper printer."}, False),
    ("parked", {"return_on": date(2027, 3, 1)}, False),
])
def test_adopted_ideas_are_answers_and_others_are_named_apart(cast: Cast, outcome: str, facts: Any, answers: bool):
    with work():
        theme = _theme("delay", 6)
        link_theme(f.closed(cast, outcome=outcome, facts=facts), theme.id, actor=cast.ann, now=START)
        told = unanswered(cast.sam, landscape(), today=TODAY)
    assert [(row.declined, row.later) for row in told] == (
        [] if answers else [(int(outcome == "declined"), int(outcome == "parked"))])


def test_an_idea_the_reader_may_not_see_is_no_answer_for_them(cast: Cast):
    """Else its absence would tell that it exists."""
    with work():
        theme = _theme("delay", 6)
        link_theme(f.in_review(cast, visibility="handlers"), theme.id, actor=cast.ann, now=START)
    assert (_found(cast.sam), _found(cast.ann)) == ([("delay", 6, 6)], [])


def test_the_tree_a_theme_above_is_told_by_the_one_below_that_has_most_of_it(cast: Cast):
    with work():
        above = _theme("delivery", 1)
        _theme("delay", 6, parent=above, first=10)
        broad = _theme("service", 9, first=20)
        _theme("hotline", 5, parent=broad, first=20)
    assert _found(cast.sam) == [("delay", 6, 6), ("hotline", 5, 5)]


def test_an_answer_below_or_above_counts(cast: Cast):
    with work():
        above = _theme("delivery", 6)
        below = _theme("delay", 6, parent=above, first=10)
        beside = _theme("damage", 6, parent=above, first=20)
        link_theme(f.in_review(cast), below.id, actor=cast.ann, now=START)
    assert _found(cast.sam) == [("damage", 6, 6)]
    with work():
        link_theme(f.in_review(cast), above.id, actor=cast.ann, now=START)
    assert _found(cast.sam) == []
    assert beside.parent_id == above.id


def test_customers_and_colleagues_are_told_apart(cast: Cast):
    with work():
        _theme("delay", 6)
        _theme("access", 7, audience="employees")
    assert (_found(cast.sam), _found(cast.sam, audience="employees")) == ([("delay", 6, 6)], [("access", 7, 7)])


def test_the_house_says_how_many_are_many(cast: Cast):
    with work():
        _theme("delay", 6)
        set_rule("feedback.unanswered_customers", 7, now=START)
    assert _found(cast.sam) == []


def test_as_many_statements_for_one_theme_as_for_thirty(cast: Cast, count_queries: Any):
    counts = []
    for some in (range(1), range(1, 30)):
        with work():
            for n in some:
                _theme(f"theme {n}", 5)
        lands = landscape()
        unanswered(cast.sam, lands, today=TODAY)
        with count_queries() as statements:
            rows = unanswered(cast.sam, lands, today=TODAY)
        counts.append((len(rows), len(statements)))
    assert counts == [(1, 2), (30, 2)]


def test_the_page_leads_to_a_call(cast: Cast, client_as, clock):
    """Whoever may call for ideas does it with one click; others read."""
    with work():
        theme_id = _theme("delay", 6, name_de="Verspätung").id
    page, other = client_as(cast.ida).get("/feedback/unanswered").text, client_as(cast.sam).get("/feedback/unanswered").text
    assert [text.count(f"/calls/new?theme={theme_id}") for text in (page, other)] == [1, 0]
    assert [text.count("Verspätung</a>") for text in (page, other)] == [1, 1]
    with work():
        set_rule("modules.calls", False, now=START)
    assert "/calls/new" not in client_as(cast.ida).get("/feedback/unanswered").text


def test_nothing_unanswered(cast: Cast, client_as, clock):
    assert "Jedes Thema hat seine Idee" in client_as(cast.sam).get("/feedback/unanswered?audience=employees").text
