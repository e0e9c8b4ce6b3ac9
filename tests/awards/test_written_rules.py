"""Rules for awards written in fields: what is shown and sent back unchanged is the same rules, and nothing typed is lost."""

import re
from typing import Any

import pytest

from suggestbox.awards import rulesets, typed_rules
from suggestbox.awards.document import read
from suggestbox.awards.examples import EXAMPLES
from suggestbox.core.database import work

pytestmark = pytest.mark.either


def fields_of(page: str) -> dict[str, str]:
    """Give what a browser would send back of a page as it came: inputs, ticked boxes, chosen options."""
    sent = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or " checked" in tag):
            sent[name[1]] = value[1] if value else ""
    for name, inner in re.findall(r'<select[^>]*name="([^"]*)">(.*?)</select>', page, re.S):
        chosen = re.search(r'value="([^"]*)" selected', inner)
        sent[name] = chosen[1] if chosen else ""
    return sent


def names(**more: Any) -> dict[str, str]:
    """What every new rule set needs beside its rules."""
    return {"name_de": "Neu", "name_en": "New", "from_on": "2027-01-01", "reason": "Agreed.", **more}


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("key", sorted(EXAMPLES))
def test_what_is_shown_and_sent_back_is_the_same_rules(cast, client_as, key, language):
    browser = client_as(cast.ida)
    browser.set_cookie("language", language)
    sent = fields_of(browser.get(f"/awards/rules/new?like={key}").text) | names()
    answer = browser.post("/awards/rules/new", data=sent)
    assert answer.status_code == 303
    assert rulesets.versions()[0].rules == read(EXAMPLES[key][0])


def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(cast, client_as):
    sent = names(**{"benefit.on": "1", "benefit.bands[1].percent": "250", "benefit.bands[1].up_to": "abc",
                    "benefit.bands[3].percent": "10", "points.tables[2].en": "Safety", "recognition.maximum": "20"})
    answer = client_as(cast.ida).post("/awards/rules/new", data=sent)
    back = fields_of(answer.text)
    assert answer.status_code == 422
    assert {name: back[name] for name in ("benefit.bands[1].percent", "benefit.bands[1].up_to", "benefit.bands[2].percent",
                                          "points.tables[1].en", "reason") if name in back} == {
        "benefit.bands[1].percent": "250", "benefit.bands[1].up_to": "abc", "benefit.bands[2].percent": "10",
        "points.tables[1].en": "Safety"}
    wrong = re.findall(r'name="([^"]+)"[^>]*aria-invalid="true"', answer.text)
    assert wrong == ["benefit.bands[1].percent", "benefit.bands[1].up_to"]
    assert len(rulesets.versions()) == 1


def test_rules_without_a_way_to_an_award_are_refused(cast, client_as):
    with work():
        cast.ida.language = "en"
    answer = client_as(cast.ida).post("/awards/rules/new", data=names())
    assert answer.status_code == 422 and "Please switch on a share of the benefit, or points, or both." in answer.text


def test_a_table_is_added_without_losing_anything_and_gets_its_key_by_itself(cast, client_as):
    browser = client_as(cast.ida)
    added = browser.post("/awards/rules/new", data=names(**{"add": "points.tables", "points.euros_per_point": "25"}))
    sent = fields_of(added.text) | names(**{
        "points.tables[1].de": "Sicherheit", "points.tables[1].en": "Safety first!", "points.tables[1].choices[1].de": "ja",
        "points.tables[1].choices[1].en": "yes", "points.tables[1].choices[1].value": "2,5"})
    assert (added.status_code, sent["points.euros_per_point"], sent["points.on"]) == (200, "25", "1")
    assert browser.post("/awards/rules/new", data={name: text for name, text in sent.items() if name != "benefit.on"}
                        ).status_code == 303
    points = rulesets.versions()[0].document["points"]
    assert points["tables"] == [{"key": "safety_first", "de": "Sicherheit", "en": "Safety first!",
                                 "choices": [{"de": "ja", "en": "yes", "value": "2.5"}]}]


def test_names_that_are_no_fields_change_nothing():
    found = typed_rules.typed([("benefit.bands[999].percent", "5"), ("benefit.__class__", "x"), ("points.tables[1].x", "y"),
                               ("csrf_token", "z")])
    assert found == typed_rules.typed([])


def test_a_huge_form_is_refused_by_its_limits(cast, client_as):
    many = {f"points.tables[{n}].en": "Safety" for n in range(60)}
    answer = client_as(cast.ida).post("/awards/rules/new", data=names(**many, **{
        "points.on": "1", "recognition.maximum": "9" * 5000, "benefit.bands[0].percent": "9" * 5000}))
    assert (answer.status_code, len(rulesets.versions())) == (422, 1)
