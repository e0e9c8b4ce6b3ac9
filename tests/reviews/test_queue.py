"""The queue: what stands in it, what stays, what is blind, and how many statements it takes."""

import re
from datetime import timedelta

import pytest

from suggestbox.core.database import db, work
from suggestbox.ideas.remarks import add_comment
from suggestbox.steps.models import Step
from tests import factories as f
from tests.conftest import NOON

pytestmark = pytest.mark.usefixtures("clock")

EARLIER = NOON - timedelta(days=1)


def titles(page):
    return re.findall(r'<span class="sb-queue-title">([^<]*)</span>', page)


def get(client, url):
    return client.get(url).get_data(as_text=True)


@pytest.mark.parametrize("rows", [1, 30])
def test_queue_takes_the_same_statements_for_1_and_30_rows(rows, cast, client_as, count_queries):
    with work():
        for _n in range(rows):
            f.submitted(cast, now=EARLIER)
    client = client_as(cast.bob)
    client.get("/queue")
    with count_queries() as statements:
        page = get(client, "/queue")
    assert len(titles(page)) == rows
    assert len(statements) == QUEUE_STATEMENTS


QUEUE_STATEMENTS = 17


@pytest.mark.parametrize("rows", [1, 30])
def test_my_next_steps_take_the_same_statements_for_1_and_30_rows(rows, cast, client_as, count_queries):
    with work():
        for _n in range(rows):
            f.submitted(cast, now=EARLIER)
    client = client_as(cast.bob)
    client.get("/steps")
    with count_queries() as statements:
        page = get(client, "/steps")
    assert page.count('class="bench-step"') == rows
    assert len(statements) == STEPS_STATEMENTS


STEPS_STATEMENTS = 7


def test_before_my_own_score_i_read_nobody(cast, client_as):
    with work():
        idea = f.in_review(cast, now=EARLIER)
        f.answer_review(idea, cast.ria, NOON - timedelta(hours=1), points=2, recommendation="decline")
        add_comment(idea, "Only among ourselves: I doubt it.", audience="handlers", actor=cast.ria, now=NOON)
    rex = client_as(cast.rex)
    for url in ("/queue", f"/ideas/{idea.number}/moves/score", f"/ideas/{idea.number}"):
        page = rex.get(url).data
        assert (b"Ria says" in page, b"Small effort" in page, b"I doubt it" in page, b"Do not do it</strong>" in page) \
            == (False, False, False, False), url
    with work():
        f.answer_review(idea, cast.rex, NOON, points=5)
    page = rex.get(f"/ideas/{idea.number}/moves/reconsider").data
    assert (b"Ria says" in page, b"Small effort" in page, b"I doubt it" in page) == (True, True, True)


def test_submitters_never_read_assessments(cast, client_as):
    with work():
        idea = f.in_review(cast, now=EARLIER)
        f.answer_review(idea, cast.ria, NOON - timedelta(hours=1))
    page = client_as(cast.ann).get(f"/ideas/{idea.number}/moves/withdraw").data
    assert (b"Ria says" in page, b"Small effort" in page) == (False, False)


def test_saving_leads_to_the_next_one_and_counts(cast, client_as):
    with work():
        first = f.in_review(cast, now=EARLIER)
        second = f.in_review(cast, now=EARLIER + timedelta(minutes=5))
    rex = client_as(cast.rex)
    page = get(rex, "/queue?kind=review")
    assert titles(page) == [first.title, second.title]
    following = re.search(r'name="next_step" value="(\d+)"', page).group(1)
    from suggestbox.reviews.queries import criteria_of

    answer = rex.post(f"/ideas/{first.number}/moves/score", data={
        **{f"criterion_{c.id}": "none" for c in criteria_of()}, "recommendation": "adopt", "for_submitter": "Good.",
        "turn": str(first.turn), "queue": "1", "kind": "review", "next_step": following})
    assert answer.status_code == 303
    assert answer.location == f"/queue?kind=review&step={following}"
    page = get(rex, answer.location)
    assert titles(page) == [second.title]
    assert "1 von 2" in page or "1 of 2" in page


def test_skipping_moves_a_step_to_the_end(cast, client_as):
    with work():
        first = f.submitted(cast, now=EARLIER)
        second = f.submitted(cast, now=EARLIER + timedelta(minutes=5))
    bob = client_as(cast.bob)
    step = db.session.query(Step).filter_by(idea_id=first.id, kind="triage").one()
    before = step.due_on
    assert bob.post("/queue/skip", data={"step": step.id}).status_code == 303
    assert titles(get(bob, "/queue")) == [second.title, first.title]
    db.session.refresh(step)
    assert step.due_on == before
    assert client_as(cast.sam).post("/queue/skip", data={"step": step.id}).status_code == 404


def test_filters_stay(cast, client_as):
    with work():
        f.submitted(cast, now=EARLIER)
    bob = client_as(cast.bob)
    assert len(titles(get(bob, "/queue?all=1&kind=review"))) == 0
    assert len(titles(get(bob, "/queue"))) == 0
    assert len(titles(get(bob, "/queue?all=1&kind="))) == 1
    assert len(titles(get(bob, "/queue"))) == 1


def test_several_ideas_get_the_same_reviewers_each_on_its_own(cast, client_as):
    with work():
        one = f.submitted(cast, now=EARLIER)
        two = f.submitted(cast, cast.ria, now=EARLIER)  # ria cannot review her own
        three = f.submitted(cast, now=EARLIER)
    bob = client_as(cast.bob)
    steps = [s.id for s in db.session.query(Step).filter_by(kind="triage").order_by(Step.id)]
    answer = bob.post("/queue/several", data={
        "steps": steps, "experts": "Rex Reed <rex@example.com>", "for_departments": "ria@example.com"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    db.session.expire_all()
    assert [one.stage, two.stage, three.stage] == ["in_review", "submitted", "in_review"]
    assert "Ria Richter" in page
    assert "Rex Reed &lt;rex@example.com&gt;" in page


def test_suggestions_leave_out_who_may_not(cast, client_as):
    from suggestbox.workflow.operations import case_of
    from suggestbox.workflow.suggest import suggestions

    with work():
        idea = f.submitted(cast, now=EARLIER, problem="Our scanners fail.", excluded_reviewer_id=cast.dan.id)
    found = suggestions(case_of(idea, actor=cast.bob, now=NOON))
    names = {s.person.given_name for s in found}
    assert names.isdisjoint({"Ann", "Dan", "Cat"})
    assert {s.person.given_name for s in found if s.preselected} == {"Rex", "Bob"}
    assert next(s.why for s in found if s.person.id == cast.rex.id).startswith("expert for scanners")
