"""Finding out that a new idea may be one that was declined before: by its words, or because somebody knows."""

import math
from datetime import date, datetime

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.ideas.models import Idea
from suggestbox.ideas.similar import alike

from . import queries
from .models import Likeness

ALIKE_FROM = 0.35
"""From here on a person is asked; how sure that is: docs/decisions/0028_second_look.md."""

LOOKED_AT = 30

ASKED_AT_ONCE = 2
"""Of one idea at most so many earlier ones are asked about by themselves."""


def find_earlier(idea: Idea, *, today: date, now: datetime) -> list[Likeness]:
    """Note which protected ideas this one may be, by its words; each once, whatever somebody answered. Flushes.

    Nothing is noted of an earlier idea all of whose submitters hand it in again themselves: they are credited anyway. Not
    so with a confidential one: that nobody is asked about the very same words would tell who handed in both.
    """
    among = queries.protected_ids(today) - {idea.id}
    if not among or idea.submitted_at is None:
        return []
    scored = _alike(idea, among)
    if not scored:
        return []
    known = {one.earlier_id for one in queries.likenesses_of(idea.id)}
    candidates = {row.id: row for row in db.session.scalars(sa.select(Idea).where(Idea.id.in_([i for _s, i in scored])))}
    teams = queries.teams_of([idea.id, *candidates])
    found = []
    for score, other in scored:
        earlier = candidates[other]
        own = teams[other] <= teams[idea.id] and not (earlier.confidential or idea.confidential)
        if other in known or own or not came_before(earlier, idea):
            continue
        found.append(Likeness(idea_id=idea.id, earlier_id=other, score=round(score, 3), found_at=now))
        if len(found) == ASKED_AT_ONCE:
            break
    db.session.add_all(found)
    db.session.flush()
    return found


def _alike(idea: Idea, among: frozenset[int]) -> list[tuple[float, int]]:
    """(how much alike, earlier idea): as well by its title as by its whole text, for short titles are often the same."""
    everything = sa.and_(Idea.stage != "draft", Idea.id != idea.id)
    titled = {other: score for score, other in alike(idea.title, everything, among, limit=LOOKED_AT)
              if score >= ALIKE_FROM ** 2}
    if not titled:
        return []
    text = f"{idea.title}\n{idea.problem}\n{idea.proposal}"
    both = ((math.sqrt(score * titled[other]), other)
            for score, other in alike(text, everything, frozenset(titled), limit=LOOKED_AT))
    return sorted(((score, other) for score, other in both if score >= ALIKE_FROM), reverse=True)


def came_before(earlier: Idea, later: Idea) -> bool:
    """Say whether one idea was handed in before the other, and everybody in charge may still read it."""
    if earlier.submitted_at is None or later.submitted_at is None:
        return False
    readable = earlier.outcome != "handed_over" and earlier.stage != "withdrawn"
    # Of two at the same moment one comes first all the same: were each before the other, each would credit the other.
    return readable and (earlier.submitted_at, earlier.id) < (later.submitted_at, later.id)
