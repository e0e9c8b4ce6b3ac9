"""What a story can say of customers: the theme of its idea before and since, as far as something can be said."""

from collections.abc import Sequence
from typing import Any

from suggestbox.core.modules import is_on
from suggestbox.evidence.queries import themes_of
from suggestbox.evidence.since import compare_since
from suggestbox.feedback.landscape import landscape
from suggestbox.ideas.models import Idea
from suggestbox.measures.models import Measure
from suggestbox.measures.queries import MeasureLine
from suggestbox.people.models import Person
from suggestbox.people.queries import today_for


def heard_about(idea: Idea, measures: Sequence[Measure], me: Person) -> dict[str, Any]:
    """Give theme and figures of customers before and since the last measure, as a story keeps them; empty without a theme.

    Of the idea's themes the first one of which so much was heard that something can be said.
    """
    done = [measure for measure in measures if measure.done_on]
    if not done or not is_on("feedback"):
        return {}
    lands, last = landscape(), done[-1]
    line = MeasureLine(last.id, last.title, last.state, last.owner_id, last.due_on, last.done_on, last.touchpoint_id,
                       idea.id, idea.number or "", idea.title)
    themes = [link.theme for link in themes_of(idea.id, lands) if link.theme.audience == "customers"]
    for theme in themes:
        found = compare_since(line, theme, lands, me, today=today_for())
        if found.verdict in ("fewer", "more", "unclear", "with_all"):
            row = found.row(found.judged)
            return {"theme": theme.name, "theme_id": theme.id, "days": found.days, "judged": found.judged,
                    "before": row.before.customers, "since": row.since.customers, "verdict": found.verdict}
    return {"theme": themes[0].name, "theme_id": themes[0].id} if themes else {}
