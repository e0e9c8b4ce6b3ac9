"""Versions of the rules: every change is one, whole, with who, when and why; an idea keeps the one of its hand-in."""

from datetime import UTC, date, datetime

import pytest

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.errors import Invalid
from suggestbox.core.modules import MODULES
from suggestbox.core.settings import set_rule
from suggestbox.people.models import Body, BodyMember
from suggestbox.rules.models import RulesVersion
from suggestbox.rules.operations import change_rule, keep_what_changed
from suggestbox.rules.queries import all_versions, latest_version, version_at

TODAY = date(2026, 11, 4)


def numbers() -> list[int]:
    """The numbers of all versions, the newest first."""
    return [version.number for version in all_versions()]


def changes(version: RulesVersion | None) -> list[tuple[str, object, object]]:
    """What a version says is different."""
    assert version is not None
    return [(row["name"], row["old"], row["new"]) for row in version.changes]


def test_the_first_change_writes_the_first_version_and_the_next_one_only_what_differs(clock, cast):
    assert numbers() == [1]  # the cast switches the modules on, all in one go
    first = latest_version()
    assert changes(first) == [(f"modules.{name}", False, True) for name in sorted(MODULES)]
    with work():
        change_rule("workflow.triage_days", 5, reason="So agreed.", by_id=cast.ida.id, now=utc_now())
    second = latest_version()
    assert numbers() == [2, 1] and changes(second) == [("workflow.triage_days", 3, 5)]
    assert (second.reason, second.made_by_id, second.from_at) == ("So agreed.", cast.ida.id, utc_now())
    assert second.document["settings"]["workflow.triage_days"] == 5
    assert first.document["settings"]["workflow.triage_days"] == 3  # whole and as it was


def test_several_changes_in_one_go_are_one_version_and_none_is_none(clock, cast):
    with work():
        set_rule("workflow.triage_days", 4, now=utc_now(), reason="a")
        set_rule("workflow.review_days", 8, now=utc_now(), reason="b")
    assert numbers() == [2, 1]
    assert changes(latest_version()) == [("workflow.review_days", 10, 8), ("workflow.triage_days", 3, 4)]
    assert latest_version().reason == "a\nb"
    with work():
        set_rule("workflow.triage_days", 4, now=utc_now())
    assert numbers() == [2, 1]
    with work():
        set_rule("workflow.triage_days", 9, now=utc_now())
        set_rule("workflow.triage_days", 4, now=utc_now())
    assert numbers() == [2, 1]


def test_what_was_rolled_back_is_in_no_version(clock, cast):
    with pytest.raises(RuntimeError), work():
        set_rule("workflow.triage_days", 4, now=utc_now())
        raise RuntimeError
    with work():
        set_rule("workflow.review_days", 8, now=utc_now())
    assert changes(latest_version()) == [("workflow.review_days", 10, 8)]


def test_what_nobody_changed_by_a_setting_gets_a_version_without_a_name(clock, cast):
    with work():
        assert keep_what_changed(utc_now()) is None
        body = Body(key="kommission", name="Kommission", name_en="Committee")
        db.session.add(body)
        db.session.flush()
        db.session.add_all([BodyMember(body_id=body.id, person_id=cast.lea.id, seat="chair"),
                            BodyMember(body_id=body.id, person_id=cast.wes.id, seat="works_council")])
    seats = {"name_de": "Kommission", "name_en": "Committee", "seats": 2, "works_council": 1}
    with work():  # the nightly look had not been there yet: two versions, told apart
        change_rule("workflow.triage_days", 5, reason="So agreed.", by_id=cast.ida.id, now=utc_now())
    drift, change = all_versions()[1], all_versions()[0]
    assert (drift.number, changes(drift), drift.made_by_id) == (2, [("kommission", None, seats)], None)
    assert drift.document["settings"]["workflow.triage_days"] == 3
    assert (change.number, changes(change), change.made_by_id) == (3, [("workflow.triage_days", 3, 5)], cast.ida.id)
    with work():
        db.session.get(BodyMember, 1).until_on = date(2026, 11, 3)
    with work():
        made = keep_what_changed(utc_now())
        assert changes(made) == [("kommission", seats, {**seats, "seats": 1})]
    assert numbers() == [4, 3, 2, 1]


def test_with_a_works_agreement_no_rule_changes_without_a_reason(clock, cast):
    with work():
        change_rule("rules.agreement", True, reason="Signed today.", by_id=cast.ida.id, now=utc_now(),
                    agreed_on=TODAY, agreed_words="section 3")
    assert (latest_version().agreed_on, latest_version().agreed_words) == (TODAY, "section 3")
    for name, value in (("workflow.triage_days", 4), ("rules.agreement", False)):
        with pytest.raises(Invalid) as wrong, work():
            set_rule(name, value, now=utc_now())
        assert wrong.value.reason == "reason_needed"
    assert numbers() == [2, 1]
    with work():
        set_rule("workflow.triage_days", 4, now=utc_now(), reason="As agreed in section 4.")
    assert changes(latest_version()) == [("workflow.triage_days", 3, 4)]


def test_a_reason_and_a_day_that_was_are_asked_for(clock, cast):
    for arguments, field in (({"reason": " "}, "reason"), ({"reason": "x" * 1001}, "reason"),
                             ({"reason": "x", "agreed_on": date(2026, 11, 5)}, "agreed_on")):
        with pytest.raises(Invalid) as wrong, work():
            change_rule("workflow.triage_days", 4, by_id=cast.ida.id, now=utc_now(), **arguments)
        assert list(wrong.value.fields) == [field]
    assert numbers() == [1]


def test_an_idea_is_bound_to_the_version_of_its_hand_in(clock, cast):
    with work():
        db.session.query(RulesVersion).delete()
    assert version_at(utc_now()) is None
    moments = [datetime(2026, 11, day, 8, 0, tzinfo=UTC) for day in (1, 2, 3)]
    for moment, days in zip(moments, (4, 5, 6), strict=True):
        with work():
            set_rule("workflow.triage_days", days, now=moment)
    found = [version_at(moment) for moment in (datetime(2026, 10, 31, tzinfo=UTC), *moments, utc_now())]
    assert [version and version.document["settings"]["workflow.triage_days"] for version in found] == [None, 4, 5, 6, 6]
