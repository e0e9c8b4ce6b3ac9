"""A declined idea is protected, looked at again on its day, and examined anew when the reasons do not stand any more."""

from datetime import date, timedelta

from suggestbox.core.database import work
from suggestbox.priority.queries import looks_of, protection_of
from suggestbox.workflow.operations import settle
from tests import factories as f
from tests.priority import scene


def test_a_declined_idea_is_protected_from_the_day_it_is_closed(cast):
    with work():
        idea = scene.declined(cast)
        row = protection_of(idea.id)
        assert (row.since, row.until, row.look_on, row.look_reason, row.ended_at) == (
            date(2026, 11, 12), date(2029, 11, 12), date(2027, 11, 12), "planned", None)
        assert f.open_kinds(idea) == []
        near = scene.CLOSED_AT.replace(year=2027) - timedelta(days=14)
        settle(idea, now=near)
        assert f.open_kinds(idea) == ["second_look"]
        step = f.step(idea, "second_look")
        assert (step.owner_id, step.due_on) == (cast.bob.id, date(2027, 11, 12))
        assert looks_of(idea.id) == []
