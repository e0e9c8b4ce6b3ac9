"""What a case knows of declined ideas: whether this one is still first, and which earlier ones it may be."""

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any
from weakref import proxy

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.ideas.models import Idea
from suggestbox.ideas.policy import state_of
from suggestbox.priority import due, queries
from suggestbox.priority import settings as _settings  # noqa: F401 -- declares the rules asked for in `wanted`
from suggestbox.priority.models import Credit, Likeness, Protection

from . import belongings

if TYPE_CHECKING:
    from .case import Case


_IDEAS = sa.select(Idea).where(Idea.id.in_(sa.bindparam("ids", expanding=True)))


class Earlier:
    """The part of a case that is about who said it first; read once and only when asked, as the case itself.

    It lives in its case and does not hold it: two that hold each other, and every row they read, would stay in memory,
    to be expired by each commit, until Python looks for such rings.
    """

    def __init__(self, case: "Case"):
        self._case: Case = proxy(case)

    @cached_property
    def protection(self) -> Protection | None:
        """How long the idea stays first, when it was declined."""
        return next(iter(self._case.read("protection", belongings.PROTECTION)), None)

    @cached_property
    def likenesses(self) -> list[Likeness]:
        """Earlier ideas this one may be, answered or not."""
        return self._case.read("likeness", belongings.LIKENESSES)

    @cached_property
    def credits(self) -> list[Credit]:
        """What became of it after all, when it had been declined."""
        return self._case.read("credit", belongings.CREDITS)

    @property
    def open_likenesses(self) -> list[Likeness]:
        """Those somebody still has to look at."""
        idea = self._case.idea
        return [one for one in self.likenesses if due.wants_answer(one, idea.stage, idea.outcome)]

    @property
    def my_likeness(self) -> Likeness | None:
        """The one the actor has to look at: the one that was named, else the first."""
        asked: Any = self._case.facts.get("likeness_id")
        mine = [one for one in self.open_likenesses if self._case.my_step("compare_earlier", subject_id=one.id)]
        return next((one for one in mine if one.id == asked), None) if asked else next(iter(mine), None)

    @cached_property
    def earlier_ideas(self) -> dict[int, Idea]:
        """{id: idea} of the earlier ideas."""
        ids = sorted({one.earlier_id for one in self.likenesses})
        return {row.id: row for row in db.session.scalars(_IDEAS, {"ids": ids})} if ids else {}

    @property
    def compares_hidden(self) -> bool:
        """Whether one of the earlier ideas is not for everybody to read, or its submitter not for everybody to know."""
        asked = (self.earlier_ideas.get(one.earlier_id) for one in self.open_likenesses)
        return any(idea is None or idea.confidential or state_of(idea) != "open" for idea in asked)

    @cached_property
    def not_looking(self) -> frozenset[int]:
        """Whoever declined it does not look at it again."""
        idea_id = self._case.idea.id
        return queries.kept_from_looking([idea_id]).get(idea_id, frozenset()) if self.protection else frozenset()

    @cached_property
    def not_comparing(self) -> frozenset[int]:
        """Whoever handed in the earlier idea, or decided one of the two."""
        idea_id = self._case.idea.id
        ids = [idea_id] if any(not one.answer for one in self.likenesses) else []
        return queries.kept_from_comparing(ids).get(idea_id, frozenset())

    def yes(self) -> due.Yes | None:
        """Give since when its submitters know of a yes, if there was one."""
        at = due.first_yes((d.outcome, d.released_at, d.revoked_at) for d in self._case.decisions)
        return due.Yes(at, self._case.local(at)) if at else None

    def credits_due(self) -> list[Likeness]:
        """Give the likenesses from which a credit follows that nobody has got yet."""
        answered = [one for one in self.likenesses if one.answer in due.CREDITING]
        yes = self.yes() if answered and not self._case.handed_over else None
        if yes is None:
            return []
        done = {row.idea_id for row in queries.credits_by(self._case.idea.id)}
        return [one for one in answered if one.earlier_id not in done
                and due.is_credit_due(one, queries.protection_of(one.earlier_id), yes)]


def on_a_working_day(case: "Case", person_id: int | None, day: date) -> date:
    """Give the day, or the first one after it on which the person works."""
    calendar = case.book.calendar_of(person_id)
    return day if calendar.is_working_day(day) else calendar.add_working_days(day, 1)
