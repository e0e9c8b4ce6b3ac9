"""Pages of the rules: everybody reads them, the idea management changes them, and every change is told."""

import re

import pytest

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.settings import declared, rule, set_rule
from suggestbox.journal.models import Entry
from suggestbox.rules.models import RulesVersion
from suggestbox.rules.operations import change_rule
from suggestbox.rules.queries import latest_version
from suggestbox.rules.words import LINES, SECTIONS
from tests import factories as f

pytestmark = pytest.mark.either


def rows(answer) -> dict[str, str]:
    """Label -> value of every row of the tables on a page."""
    found = re.findall(r'<tr><th scope="row">(?:<a [^>]*>)?([^<]*)(?:</a>)?</th><td>([^<]*)</td></tr>', answer.text)
    return dict(found)


def test_every_setting_of_the_house_has_its_line_in_words(app):
    assert sorted(LINES) == [setting.name for setting in declared()]
    assert {line.section for line in LINES.values()} == set(SECTIONS)


def test_everybody_reads_the_rules_as_they_stand(clock, cast, client_as):
    with work():
        change_rule("workflow.triage_days", 1, reason="Quicker.", by_id=cast.ida.id, now=utc_now())
        change_rule("measures.second_from_euros", 12500, reason="More.", by_id=cast.ida.id, now=utc_now())
    english, german = client_as(cast.rex).get("/rules"), client_as(cast.ann).get("/rules")
    assert (english.status_code, german.status_code) == (200, 200)
    assert rows(english)["First look at a new idea"] == "1 working day"
    assert rows(german)["Erste Durchsicht einer neuen Idee"] == "1 Arbeitstag"
    assert rows(english)["A second person confirms figures, from a benefit or cost of"] == "EUR 12,500"
    assert "Version 3 of the rules, since" in english.text
    with work():
        set_rule("modules.reports", False, now=utc_now())
    assert ('id="groups"' in english.text, 'id="groups"' in client_as(cast.rex).get("/rules").text) == (True, False)


def test_only_the_idea_management_and_admins_change_rules(clock, cast, client_as):
    answers = {name: (client_as(person).get("/rules/change").status_code,
                      client_as(person).post("/rules/change/workflow.triage_days").status_code)
               for name, person in cast.people().items()}
    assert answers == {name: (200, 422) if name in ("ida", "ivo", "dot") else (403, 404) for name in answers}


def test_a_change_is_made_with_a_reason_and_read_by_everybody(clock, cast, client_as):
    ida = client_as(cast.ida)
    answer = ida.post("/rules/change/workflow.triage_days", data={
        "value": "5", "reason": "Agreed with the works council.", "agreed_on": "2026-11-02", "agreed_words": "section 4"})
    assert (answer.status_code, answer.location) == (303, "/rules/versions")
    assert rule("workflow.triage_days") == 5
    entry = db.session.query(Entry).filter_by(kind="setting_changed").one()
    assert (entry.actor_id, entry.facts) == (cast.ida.id, {"name": "workflow.triage_days", "before": 3, "after": 5})
    page = client_as(cast.rex).get("/rules/versions")
    told = re.findall(r"<del>(.*?)</del></td><td[^>]*><ins>(.*?)</ins>", page.text)
    assert told[0] == ("3 working days", "5 working days")
    assert "Agreed with the works council." in page.text and "section 4" in page.text and "Ida Ihde" in page.text
    again = ida.post("/rules/change/workflow.triage_days", data={"value": "5", "reason": "Once more."})
    assert (again.location, latest_version().number) == ("/rules/change", 2)


@pytest.mark.parametrize(("name", "data", "field"), [
    ("workflow.triage_days", {"value": "0", "reason": "x"}, "value"),
    ("workflow.triage_days", {"value": "21", "reason": "x"}, "value"),
    ("workflow.triage_days", {"value": "soon", "reason": "x"}, "value"),
    ("workflow.triage_days", {"value": "4", "reason": " "}, "reason"),
    ("workflow.triage_days", {"value": "4", "reason": "x", "agreed_on": "2026-11-05"}, "agreed_on"),
    ("reviews.two_departments", {"value": "perhaps", "reason": "x"}, "value"),
])
def test_what_does_not_fit_stands_at_its_field_and_nothing_is_lost(clock, cast, client_as, name, data, field):
    before = latest_version().number
    page = client_as(cast.ivo).post(f"/rules/change/{name}", data=data)
    assert page.status_code == 422
    assert re.findall(r'class="sb-wrong" id="(\w+)-error"', page.text) == [field]
    kept = re.search(rf">\s*{data['reason'].strip()}</textarea>", page.text) is not None
    assert (latest_version().number, kept) == (before, True)
    assert name.startswith("reviews") or f'value="{data["value"]}"' in page.text


def test_an_earlier_version_is_read_whole_and_an_idea_shows_its_own(clock, cast, client_as):
    with work():
        number = f.submitted(cast, now=utc_now()).number
    clock.shift(3600)
    with work():
        change_rule("workflow.triage_days", 5, reason="Slower.", by_id=cast.ida.id, now=utc_now())
    rex = client_as(cast.rex)
    earlier, latest = rex.get("/rules/versions/1"), rex.get("/rules/versions/2")
    assert [rows(page)["First look at a new idea"] for page in (earlier, latest)] == ["3 working days", "5 working days"]
    assert ["no longer in force" in page.text for page in (earlier, latest)] == [True, False]
    assert rex.get("/rules/versions/3").status_code == 404
    page = client_as(cast.ann).get(f"/ideas/{number}")
    assert re.findall(r'href="/rules/versions/(\d+)"', page.text) == ["1"]


def test_versions_cost_as_many_statements_for_one_as_for_thirty(clock, cast, client_as, count_queries):
    browser, counts = client_as(cast.rex), []
    browser.get("/rules/versions")
    for more in (0, 29):
        with work():
            first = db.session.query(RulesVersion).filter_by(number=1).one()
            db.session.add_all(RulesVersion(number=n + 2, from_at=utc_now(), document=first.document, changes=first.changes,
                                            reason="x", made_by_id=cast.ida.id) for n in range(more))
        with count_queries() as statements:
            assert browser.get("/rules/versions").text.count('<li id="version-') == more + 1
        counts.append(len(statements))
    assert counts[0] == counts[1]
