"""Looking up what the pages of an idea's way show: the idea itself, and everything said about it."""

import sqlalchemy as sa
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import set_committed_value

from suggestbox.conversations.models import Offer, Party, Record
from suggestbox.core.database import db
from suggestbox.core.errors import NotFound
from suggestbox.ideas.models import Idea, Submitter
from suggestbox.ideas.queries import visible_idea
from suggestbox.people.models import Person
from suggestbox.people.queries import here
from suggestbox.reviews.models import Assignment

from . import belongings
from .case import Case


def the_idea(me: Person, number: str) -> Idea:
    """Give the idea for a door; one the person may not see does not exist.

    Raises  NotFound
    """
    idea = visible_idea(number, me.id, here())
    if idea is None:
        raise NotFound()
    return idea


_SUBMITTERS = (
    sa.select(Submitter).where(Submitter.idea_id == belongings.IDEA).order_by(Submitter.position)
    .options(selectinload(Submitter.identity))
)
_ASSIGNMENTS = belongings.ASSIGNMENTS.options(selectinload(Assignment.scores))
_PARTIES = belongings.PARTIES.options(
    selectinload(Party.offers).selectinload(Offer.slots),
    selectinload(Party.appointments),
    selectinload(Party.records).selectinload(Record.promises),
)


def read_together(case: Case) -> None:
    """Read people, assessments and talks of a case's idea in a fixed number of statements, however many there are."""
    given = {"idea_id": case.idea.id}
    set_committed_value(case.idea, "submitters", list(db.session.scalars(_SUBMITTERS, given)))
    if "assignment" in case.kinds:
        case.__dict__["all_assignments"] = list(db.session.scalars(_ASSIGNMENTS, given))
    if "party" in case.kinds:
        case.__dict__["all_parties"] = list(db.session.scalars(_PARTIES, given))
