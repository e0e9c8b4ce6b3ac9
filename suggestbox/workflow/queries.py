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

from .case import Case


def the_idea(me: Person, number: str) -> Idea:
    """Give the idea for a door; one the person may not see does not exist.

    Raises  NotFound
    """
    idea = visible_idea(number, me.id, here())
    if idea is None:
        raise NotFound()
    return idea


def read_together(case: Case) -> None:
    """Read people, assessments and talks of a case's idea in a fixed number of statements, however many there are."""
    idea = case.idea
    submitters = db.session.scalars(
        sa.select(Submitter).where(Submitter.idea_id == idea.id).order_by(Submitter.position)
        .options(selectinload(Submitter.identity))
    ).all()
    set_committed_value(idea, "submitters", list(submitters))
    assignments = sa.select(Assignment).where(Assignment.idea_id == idea.id).order_by(Assignment.id)
    case.__dict__["all_assignments"] = list(
        db.session.scalars(assignments.options(selectinload(Assignment.scores)))
    )
    parties = sa.select(Party).where(Party.idea_id == idea.id).order_by(Party.id).options(
        selectinload(Party.offers).selectinload(Offer.slots),
        selectinload(Party.appointments),
        selectinload(Party.records).selectinload(Record.promises),
    )
    case.__dict__["all_parties"] = list(db.session.scalars(parties))
