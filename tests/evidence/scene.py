"""Ideas that answer themes, measures that were done long ago, and customers before and since, for tests; inside `work()`."""

from datetime import date, timedelta
from typing import Any

from suggestbox.core.database import db
from suggestbox.evidence.operations import link_theme
from suggestbox.feedback.models import Theme
from suggestbox.ideas.models import Idea
from suggestbox.measures.models import Measure
from tests import factories as f
from tests.cast import Cast
from tests.factories import START
from tests.feedback import scene

DONE = date(2026, 6, 1)
TODAY = date(2026, 11, 4)
SINCE_DAYS = (TODAY - DONE).days


def done_measure(cast: Cast, idea: Idea, *, done_on: date = DONE, title: str = "A printer at the ramp") -> Measure:
    """A measure that was done long ago; measures of the factories are done near the day of the test."""
    at = START.replace(year=done_on.year, month=done_on.month, day=done_on.day)
    measure = Measure(
        idea_id=idea.id, title=title, owner_id=cast.eve.id, state="done", due_on=done_on, first_due_on=done_on,
        created_at=at, created_by_id=cast.bob.id, started_at=at, done_at=at, done_on=done_on, done_by_id=cast.eve.id,
        done_words="It stands.",
    )
    db.session.add(measure)
    db.session.flush()
    return measure


def say(theme: Theme | None, first: date, count: int, *, days: int = 100, start: int = 0, polarity: str = "negative",
        **columns: Any) -> None:
    """So many customers, one comment each, spread over the days."""
    for n in range(count):
        day = first + timedelta(days=n * days // max(count, 1))
        scene.make_item("…", *([(theme, polarity)] if theme else []), said_on=day, customer_hash=f"{start + n:064d}", **columns)


def answered(cast: Cast, theme: Theme, *, up_to_date: bool = True, **kw: Any) -> tuple[Idea, Measure]:
    """An adopted idea of ann's that answers the theme, with a measure that is done; the last comment is of today."""
    idea = f.closed(cast)
    link_theme(idea, theme.id, actor=cast.ann, now=START)
    if up_to_date:
        scene.make_item("…", said_on=TODAY)
    return idea, done_measure(cast, idea, **kw)
