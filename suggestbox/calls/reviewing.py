"""Who assesses the ideas of a call: named with it, offered first when reviewers are chosen, never forced on anybody."""

from collections.abc import Sequence

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.errors import Invalid
from suggestbox.core.language import gettext as _
from suggestbox.people.book import Brief, Directory

from .models import Call, CallReviewer

CAPACITIES = ("expert", "department")
MOST = 40

Chosen = Sequence[tuple[int, str]]
"""Who, and in which capacity."""


def reviewers_of(call_id: int | None) -> list[CallReviewer]:
    """Give who was named with a call, experts first; nobody for an idea without a call."""
    if call_id is None:
        return []
    query = sa.select(CallReviewer).where(CallReviewer.call_id == call_id)
    return list(db.session.scalars(query.order_by(CallReviewer.capacity.desc(), CallReviewer.person_id)))


def gone_reviewers(call_id: int, book: Directory) -> list[Brief]:
    """Give those named with a call who do not work here any more: somebody else has to be named."""
    people = [book.person(row.person_id) for row in reviewers_of(call_id)]
    return [brief for brief in people if brief is not None and not brief.active]


def check_reviewers(chosen: Chosen, book: Directory) -> dict[int, str]:
    """Give {person: capacity} of those who are to assess.

    Raises  Invalid, tied to `reviewers`
    """
    wanted: dict[int, str] = {}
    for person_id, capacity in chosen:
        brief = book.person(person_id)
        if brief is None or not brief.active:
            raise Invalid(fields={"reviewers": _("This person does not work here (any more).")})
        if capacity not in CAPACITIES:
            raise Invalid(fields={"reviewers": _("Please say in which capacity %(name)s is asked.", name=brief.name)})
        if wanted.setdefault(person_id, capacity) != capacity:
            raise Invalid(fields={"reviewers": _("%(name)s is named as an expert and for a department. Please choose one.",
                                                 name=brief.name)})
    if len(wanted) > MOST:
        raise Invalid(fields={"reviewers": _("At most %(count)s people can be named.", count=MOST)})
    return wanted


def write_reviewers(call: Call, chosen: Chosen, book: Directory) -> bool:
    """Name these people for a call, and nobody else; give whether that changes anything. Flushes, never commits.

    Raises  Invalid, tied to `reviewers`
    """
    wanted = check_reviewers(chosen, book)
    before = {row.person_id: row for row in reviewers_of(call.id)}
    if {person_id: row.capacity for person_id, row in before.items()} == wanted:
        return False
    for person_id, row in before.items():
        if person_id not in wanted:
            db.session.delete(row)
    for person_id, capacity in wanted.items():
        if person_id in before:
            before[person_id].capacity = capacity
        else:
            db.session.add(CallReviewer(call_id=call.id, person_id=person_id, capacity=capacity))
    db.session.flush()
    return True


def forget_reviewers(call: Call) -> None:
    """Take everybody's name out, of a draft that is thrown away."""
    for row in reviewers_of(call.id):
        db.session.delete(row)
