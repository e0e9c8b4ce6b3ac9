"""Declined ideas, and later ones that are the same, for tests: plain functions; call them inside `work()`."""

from datetime import datetime, timedelta
from typing import Any

from suggestbox.core.database import db
from suggestbox.ideas.models import Idea
from suggestbox.people.models import Person
from suggestbox.priority.models import Likeness
from suggestbox.priority.queries import likenesses_of
from suggestbox.workflow.operations import case_of, move
from tests import factories as f
from tests.cast import Cast

CLOSED_AT = f.START + f.AFTER_TALK + timedelta(hours=1)
"""The Thursday on which a declined idea of the factories is closed."""

LATER = f.START + timedelta(days=60)
"""When somebody hands in the same again."""

OTHER_TITLE = "Bicycle stands behind the canteen"
"""An idea that has no word in common with the factories' ideas."""

NO = {"change_for_yes": "A cheaper printer."}


def declined(cast: Cast, *people: Person, **kw: Any) -> Idea:
    """Make an idea of ann's that was declined and closed."""
    return f.closed(cast, *people, outcome="declined", facts=NO, **kw)


def other_words(**more: Any) -> dict[str, Any]:
    """Give words the search takes for something else."""
    return {"title": OTHER_TITLE, "problem": "Nobody knows where to put theirs.", "proposal": "Ten of them.", **more}


def later(cast: Cast, *people: Person, now: datetime = LATER, make: Any = f.in_review, **kw: Any) -> Idea:
    """Make an idea of eve's that has other words, handed in later."""
    return make(cast, *(people or (cast.eve,)), now=now, **other_words(**kw))


def named(cast: Cast, idea: Idea, earlier: Idea, *, by: Person | None = None, now: datetime | None = None) -> Likeness:
    """Have bob say that it was declined before."""
    move(idea, "name_earlier", actor=by or cast.bob, now=now or idea.changed_at, number=earlier.number)
    return likenesses_of(idea.id)[-1]


def judge_of(idea: Idea) -> Person:
    """Give who has to compare."""
    person = db.session.get(Person, f.step(idea, "compare_earlier").owner_id)
    assert person is not None
    return person


def compared(idea: Idea, answer: str = "same", *, now: datetime | None = None, **facts: Any) -> Idea:
    """Have whoever is asked answer."""
    return move(idea, "compare_earlier", actor=judge_of(idea), now=now or idea.changed_at, answer=answer, **facts)


def released(idea: Idea, now: datetime) -> Idea:
    """Have the host offer the talk about a decided idea: its submitters know now."""
    for party in case_of(idea, actor=None, now=now).parties:
        move(idea, "offer_talk", actor=f.host_of(party), now=now, party_id=party.id, slots=f.slots(now), words="")
    return idea
