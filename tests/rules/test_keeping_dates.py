"""Dates of the law are next steps of the office in charge: due early, done when somebody says how they were kept."""

from datetime import date

import pytest
import sqlalchemy as sa

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.ideas.models import Idea
from suggestbox.rules.jobs import ask_for_law_dates
from suggestbox.rules.models import ClockKept
from suggestbox.steps.models import Step
from tests import factories as f
from tests.rules.test_clocks import handed_over


def dates(idea) -> list[tuple[int, int | None, date, str]]:
    """Give the steps about dates of the law, as they stand."""
    db.session.rollback()
    rows = db.session.execute(
        sa.select(Step.subject_id, Step.owner_id, Step.due_on, Step.outcome)
        .where(Step.idea_id == idea.id, Step.kind == "law_date").order_by(Step.id))
    return [tuple(row) for row in rows]


def test_the_office_has_a_step_for_each_date_well_before_its_last_day(clock, cast):
    invention, report = handed_over(cast, clock, "invention"), handed_over(cast, clock, "reporting")
    assert dates(invention) == [(1, cast.rex.id, date(2026, 12, 16), ""), (2, cast.rex.id, date(2027, 2, 4), "")]
    assert [row[0] for row in dates(report)] == [3, 4]
    assert dates(handed_over(cast, clock, "safety")) == []


def test_a_date_is_kept_once_with_words_and_can_be_taken_back(clock, cast, client_as):
    idea = handed_over(cast, clock, "invention")
    browser, url = client_as(cast.rex), f"/rules/clocks/{idea.number}/complete"
    assert browser.post(url, data={f"complete-{idea.id}-words": " "}).status_code == 422
    assert browser.post(url, data={f"complete-{idea.id}-words": "Nothing is missing."}).status_code == 303
    assert "Kept by Rex" in browser.get("/rules/clocks").text
    assert browser.post(url, data={f"complete-{idea.id}-words": "Twice."}).status_code == 409
    assert [(number, outcome) for number, _owner, _due, outcome in dates(idea)] == [(1, "done"), (2, "")]
    assert db.session.scalars(sa.select(ClockKept.words)).all() == ["Nothing is missing."]
    assert browser.post(url + "/back").status_code == 303
    assert [(number, outcome) for number, _owner, _due, outcome in dates(idea)] == [(1, "done"), (2, ""), (1, "")]
    assert browser.post(url + "/back").status_code == 404


def test_nobody_else_keeps_a_date_and_none_is_left_when_it_comes_back(clock, cast, client_as):
    idea = handed_over(cast, clock, "invention")
    url, data = f"/rules/clocks/{idea.number}/claim", {f"claim-{idea.id}-words": "Done."}
    assert [client_as(person).post(url, data=data).status_code for person in (cast.ann, cast.bob, cast.ria)] == [404] * 3
    assert client_as(cast.rex).post(f"/rules/clocks/{idea.number}/answer", data=data).status_code in (404, 422)
    with work():
        f.move(idea, "not_ours", actor=cast.rex, now=utc_now(), reason="Not ours.")
    assert {outcome for *_rest, outcome in dates(idea)} == {"dropped"}
    assert client_as(cast.ida).post(url, data=data).status_code == 404


@pytest.mark.parametrize(("days", "asked"), [(0, [1, 2]), (50, [2]), (200, [])])
def test_matters_closed_before_the_house_asked_for_dates_are_asked_for_what_is_still_ahead(clock, cast, days, asked):
    """As an older version left them: closed, without a step. What was over before anybody was asked is no step."""
    idea = handed_over(cast, clock, "invention")
    with work():
        db.session.execute(sa.delete(Step).where(Step.kind == "law_date"))
        db.session.execute(sa.update(Idea).values(
            stage="closed", ending="confirmed", released_at=utc_now(), closed_at=utc_now()))
    clock.shift(days * 24 * 3600)
    ask_for_law_dates()
    assert [row[0] for row in dates(idea)] == asked
    ask_for_law_dates()
    assert len(dates(idea)) == len(asked)


def test_an_office_that_left_leaves_its_dates_to_the_idea_management(clock, cast):
    idea = handed_over(cast, clock, "invention")
    with work():
        cast.rex.active = False
        db.session.add(cast.rex)
        f.settle(idea, now=utc_now())
    assert {owner for _n, owner, _due, outcome in dates(idea) if not outcome} == {cast.ida.id}
