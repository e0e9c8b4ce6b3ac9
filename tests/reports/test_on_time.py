"""Whether a talk was held in time is told by the rules its idea was handed in under."""

from datetime import date, timedelta

from suggestbox.conversations.models import Party
from suggestbox.core.clock import local_date
from suggestbox.core.database import db, work
from suggestbox.core.settings import set_rule
from suggestbox.people.queries import here
from suggestbox.reports.facts_talks import talks_due
from tests import factories as f
from tests.conftest import NOON


def working_days_given(ideas) -> list[int]:
    """Give how many working days (of an office without holidays in these weeks) each idea's talk may take."""
    due = {talk.idea_id: talk.due_on for talk in talks_due(date(2026, 1, 1), date(2027, 12, 31), "Europe/Berlin", here())}
    owed = {party.idea_id: local_date(party.owed_at, "Europe/Berlin") for party in db.session.query(Party)}
    return [sum((owed[idea.id] + timedelta(days=n)).weekday() < 5 for n in range(1, (due[idea.id] - owed[idea.id]).days + 1))
            for idea in ideas]


def test_a_talk_is_due_by_the_rules_its_idea_was_handed_in_under(clock, cast):
    with work():
        before = f.conversation(cast, now=NOON)
    with work():
        set_rule("workflow.talk_days", 4, now=NOON + timedelta(hours=1))
    with work():
        after = f.conversation(cast, cast.eve, now=NOON + timedelta(hours=2))
    assert working_days_given([before, after]) == [10, 4]
    with work():
        set_rule("workflow.talk_days", 40, now=NOON + timedelta(days=3))
    assert working_days_given([before, after]) == [10, 4]


def test_old_rules_are_read_once_however_many_talks_there_are(clock, cast, count_queries):
    with work():
        set_rule("workflow.talk_days", 4, now=NOON)
    with work():
        ideas = [f.conversation(cast, now=NOON + timedelta(hours=n)) for n in range(3)]
    with work():
        set_rule("workflow.talk_days", 5, now=NOON + timedelta(days=3))
    book = here()
    with count_queries() as asked:
        found = talks_due(date(2026, 1, 1), date(2027, 12, 31), "Europe/Berlin", book)
    assert sorted(talk.idea_id for talk in found) == [idea.id for idea in ideas]
    assert len(asked) == 6  # talks, records, answers; rules of today, the starts of versions, the one version
