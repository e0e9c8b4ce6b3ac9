"""The same reviewers for several new ideas at once."""

from typing import Any

import sqlalchemy as sa
from wtforms import BooleanField, SelectMultipleField
from wtforms.validators import InputRequired

from suggestbox.calls.reviewing import reviewers_of
from suggestbox.core.database import db
from suggestbox.core.forms import HouseForm
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.ideas.forms import PeopleField
from suggestbox.ideas.models import Idea
from suggestbox.people.directory import Directory
from suggestbox.reviews.queries import open_reviews

from .agenda import Item, my_steps
from .fields import SeveralColleagues

AT_ONCE = 50
"""First looks that stand on one page."""


def triage_items(person_id: int, book: Directory) -> list[Item]:
    """Give the first looks that are this person's, the most urgent first."""
    return list(my_steps(person_id, book, kinds=("triage",), size=AT_ONCE).rows)


def calls_among(items: list[Item]) -> dict[int, list[Item]]:
    """Give {call id: first looks at ideas of that call}, the call with the most first. One statement."""
    ids = {item.idea.id: item for item in items}
    if not ids:
        return {}
    found: dict[int, list[Item]] = {}
    query = sa.select(Idea.id, Idea.call_id).where(Idea.id.in_(sorted(ids)), Idea.call_id.is_not(None)).order_by(Idea.id)
    for idea_id, call_id in db.session.execute(query):
        if call_id is not None:
            found.setdefault(call_id, []).append(ids[idea_id])
    return dict(sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0])))


class BulkForm(HouseForm):
    """Which ideas, which experts, who for the departments."""

    steps = SelectMultipleField(_l("Which ideas?"), coerce=int, validate_choice=False,
                                validators=[InputRequired(_l("Please choose at least one idea."))])
    experts = SeveralColleagues(_l("Experts"), description=_l("Names or e-mail addresses, separated by commas."))
    for_departments = SeveralColleagues(_l("For their departments"),
                                        description=_l("Names or e-mail addresses, separated by commas."))
    later_ok = BooleanField(_l("A later date is fine for people who have a lot to do; the submitter sees it."))

    def prepare(self, items: list[Item], book: Directory) -> None:
        """Offer the ideas and, in the pickers, those first who have the fewest open assessments."""
        self.steps.choices = [(i.step.id, i.idea.title) for i in items]
        load = open_reviews()
        self.experts.offer(sorted(book.experts(), key=lambda p: load.get(p, 0)), book)
        inside = {i.idea.department_id for i in items}
        near = [b.id for b in book.people.values() if b.department_id in inside]
        self.for_departments.offer(sorted(near, key=lambda p: load.get(p, 0)), book)

    def take_call(self, call_id: int, items: list[Item], book: Directory) -> None:
        """Choose the ideas of a call, and write in who was named with it."""
        self.steps.data = [item.step.id for item in items]
        for field, capacity in ((self.experts, "expert"), (self.for_departments, "department")):
            named = [book.person(row.person_id) for row in reviewers_of(call_id) if row.capacity == capacity]
            field.fill(brief for brief in named if brief is not None and brief.active)

    def read(self, book: Directory) -> bool:
        """Give whether everything could be understood."""
        good = self.validate()
        for field in (self.experts, self.for_departments):
            if isinstance(field, PeopleField) and (field.data or "").strip():
                good = field.find(book) and good
        if not self.experts.people and not self.for_departments.people and good:
            self.experts.errors = [_("Please choose at least one person.")]
            return False
        return good

    def asked(self) -> list[dict[str, Any]]:
        """Give the reviewers as the move takes them."""
        return [
            {"person_id": brief.id, "capacity": capacity, "department_id": None}
            for field, capacity in ((self.experts, "expert"), (self.for_departments, "department"))
            for brief in field.people
        ]
