"""Looking up what the pages of an idea's way show: the idea itself, and everything said about it."""

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from suggestbox.conversations.models import Offer, Party, Record
from suggestbox.core.database import db
from suggestbox.core.errors import NotFound
from suggestbox.ideas.models import Idea, Submitter
from suggestbox.ideas.queries import visible_idea
from suggestbox.people.models import Person
from suggestbox.people.queries import here
from suggestbox.reviews.models import Assignment


def the_idea(me: Person, number: str) -> Idea:
    """Give the idea for a door; one the person may not see does not exist.

    Raises  NotFound
    """
    idea = visible_idea(number, me.id, here())
    if idea is None:
        raise NotFound()
    return idea


def read_together(idea: Idea) -> None:
    """Read people, assessments and talks of an idea in a fixed number of statements, however many there are.

    A case that asks for them afterwards finds everything below them in memory already.
    """
    db.session.scalars(
        sa.select(Submitter).where(Submitter.idea_id == idea.id).options(selectinload(Submitter.identity))
    ).all()
    assignments = sa.select(Assignment).where(Assignment.idea_id == idea.id)
    kept = list(db.session.scalars(assignments.options(selectinload(Assignment.scores))))
    parties = sa.select(Party).where(Party.idea_id == idea.id).options(
        selectinload(Party.offers).selectinload(Offer.slots),
        selectinload(Party.appointments),
        selectinload(Party.records).selectinload(Record.promises),
    )
    kept += list(db.session.scalars(parties))
    # The session keeps only weak references: what nobody holds would be read again, one by one.
    db.session.info["read_together"] = kept
