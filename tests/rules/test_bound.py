"""An idea keeps the rules it was handed in under: a deadline changed later concerns only later ideas."""

from datetime import timedelta

import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.core.settings import set_rule
from suggestbox.rules.bound import rule_of
from suggestbox.steps.models import Step
from suggestbox.workflow.operations import move
from tests import factories as f
from tests.conftest import NOON

BEFORE, LATER, AFTERWARDS = (NOON + timedelta(minutes=minutes) for minutes in (1, 2, 3))


def before_and_after(cast):
    """Give an idea from before a longer deadline for assessments, and one from after it."""
    with work():
        before = f.submitted(cast, now=BEFORE)
    with work():
        set_rule("workflow.review_days", 20, now=LATER)
    with work():
        after = f.submitted(cast, now=AFTERWARDS)
    return before, after


def test_a_deadline_changed_later_concerns_only_later_ideas(clock, cast):
    due = []
    for idea in before_and_after(cast):
        with work():
            move(idea, "assign", actor=cast.bob, now=AFTERWARDS,
                 reviewers=f.reviewers((cast.rex, "expert"), (cast.ria, "department")))
        due.append(db.session.scalar(sa.select(Step.due_on).where(Step.idea_id == idea.id, Step.owner_id == cast.rex.id)))
    assert [(day - NOON.date()).days for day in due] == [14, 28]


def test_only_ideas_from_before_a_change_cost_a_statement_and_only_the_first_of_them(clock, cast, count_queries):
    before, after = before_and_after(cast)
    rule_of(after, "workflow.triage_days")  # the rules of today, which everything asks for
    with count_queries() as asked:
        assert rule_of(after, "workflow.review_days") == 20
    assert len(asked) == 0
    assert rule_of(before, "workflow.review_days") == 10
    with count_queries() as asked:
        assert rule_of(before, "workflow.triage_days") == 3
    assert len(asked) == 0
