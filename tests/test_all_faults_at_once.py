"""Whoever mends a form hears of everything that is wrong with it at once, each at its field, and loses nothing typed."""

import re

import pytest
import sqlalchemy as sa

from suggestbox.awards import rulesets
from suggestbox.calls.models import Call
from suggestbox.core.database import db, work
from suggestbox.measures.models import Measure
from tests import factories as f
from tests.calls import scene as calls
from tests.measures import scene as measures

pytestmark = pytest.mark.either


@pytest.fixture(autouse=True)
def everybody_reads_english(cast, clock):
    clock.move_to(calls.NOW)
    with work():
        for person in cast.people().values():
            person.language = "en"


def wrong(answer):
    """Give the fields something is said at, and check that each line of the summary names what it is about."""
    assert answer.status_code == 422
    summary = re.search(r'data-error-summary>.*?<ul>(.*?)</ul>', answer.text, re.S)
    assert summary is not None
    lines = re.findall(r"<li>(.*?)</li>", summary[1], re.S)
    assert [line for line in lines if not re.search(r'href="#[^"]+">[^<]+[:?] ', line)] == []
    said = " ".join(re.findall(r'aria-describedby="([^"]*)"', answer.text)).split()
    return sorted(at.removesuffix("-error") for at in said if at.endswith("-error"))


def test_a_call_with_unknown_reviewers_and_wrong_dates(cast, client_as):
    answer = client_as(cast.ida).post("/calls/new", data={
        "question": "", "background": "We wonder.", "sponsor": "nobody", "starts_on": "2026-12-10", "ends_on": "2026-12-01",
        "whom": "some", "reviewers": "nobody at all", "decide_on": "2026-12-02"})
    assert wrong(answer) == ["departments", "ends_on", "question", "reviewers", "sponsor"]
    assert ("We wonder." in answer.text, "nobody at all" in answer.text, 'value="2026-12-02"' in answer.text) == (True,) * 3
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Call)) == 0


def test_a_call_without_any_date_and_with_a_plan_that_is_too_quick(cast, client_as):
    ida = client_as(cast.ida)
    typed = {"question": "", "sponsor": "lea@example.com", "whom": "all"}
    assert wrong(ida.post("/calls/new", data=typed)) == ["ends_on", "question", "starts_on"]
    typed |= {"starts_on": "2026-12-01", "ends_on": "2026-12-10", "review_on": "2026-12-11", "decide_on": "2026-12-13"}
    assert wrong(ida.post("/calls/new", data=typed)) == ["decide_on", "question", "review_on"]


def test_the_dates_and_the_last_day_of_a_call(cast, client_as):
    with work():
        call_id = calls.opened(cast).id
    ida = client_as(cast.ida)
    assert wrong(ida.post(f"/calls/{call_id}/dates", data={"results_due_on": "2026-01-05"})) == ["reason", "results_due_on"]
    assert wrong(ida.post(f"/calls/{call_id}/prolong", data={"prolong-ends_on": "2026-01-05"})) \
        == ["prolong-ends_on", "prolong-reason"]


def test_rules_for_awards_in_fields(cast, client_as):
    answer = client_as(cast.ida).post("/awards/rules/new", data={
        "name_de": "Neu", "benefit.on": "1", "benefit.bands[1].percent": "viel", "recognition.maximum": "x"})
    assert wrong(answer) == ["benefit-bands-1-percent", "from_on", "name_en", "reason", "recognition-maximum"]
    assert "A share of the benefit, Band 1, So much is paid: Here should stand a number." in answer.text
    assert "Recognition, At most: Here should stand a number." in answer.text
    assert ('value="viel"' in answer.text, len(rulesets.versions())) == (True, 1)


def test_rules_for_awards_as_data(cast, client_as):
    answer = client_as(cast.ida).post("/awards/rules/new", data={"name_de": "Neu", "document": "{", "from_on": ""})
    assert wrong(answer) == ["document", "from_on", "name_en", "reason"]


def test_a_measure_and_its_new_date(cast, client_as):
    with work():
        idea = f.closed(cast)
        number, measure_id = idea.number, measures.planned(cast, idea).id
    bob = client_as(cast.bob)
    answer = bob.post(f"/measures/new/{number}", data={
        "title": "", "description": "At ramp 3.", "owner": "nobody", "due_on": "2020-01-01", "project_url": "ftp://x"})
    assert wrong(answer) == ["due_on", "owner", "project_url", "title"]
    assert ("At ramp 3." in answer.text, db.session.scalar(sa.select(sa.func.count()).select_from(Measure))) == (True, 1)
    assert wrong(client_as(cast.eve).post(f"/measures/{measure_id}/move", data={"due_on": "2026-11-14"})) \
        == ["moving-due_on", "moving-reason"]


def test_a_calculation_sheet(cast, client_as):
    with work():
        measure = measures.planned(cast, f.closed(cast))
        measures.figure(cast, measure)
        measure_id = measure.id
    answer = client_as(cast.bob).post(f"/measures/{measure_id}/figures/expected", data={
        "what": ["", "Time"], "amount": ["2", "x"], "unit": ["h", "h"], "price": ["20", "20"], "per_year": ["1", "1"],
        "column": ["savings", "savings"], "use_years": "99", "assumptions": "We counted.", "reason": ""})
    assert answer.status_code == 422
    said = ["Line 1: please say what it is.", "Line 2: please give a number.", "from 1 to 30", "Please write something here."]
    assert [text for text in (*said, "We counted.") if text not in answer.text] == []


def test_a_rule_of_the_house(cast, client_as):
    answer = client_as(cast.ivo).post("/rules/change/workflow.triage_days", data={
        "value": "soon", "reason": "", "agreed_on": "2199-11-05", "agreed_words": "section 4"})
    assert (wrong(answer), 'value="section 4"' in answer.text) == (["agreed_on", "reason", "value"], True)
