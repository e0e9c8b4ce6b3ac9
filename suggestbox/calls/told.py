"""What customers said, as employees passed it on for a call: counted apart from ideas, read without names."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.feedback.items import visible
from suggestbox.feedback.masking import staff_names
from suggestbox.feedback.models import Item
from suggestbox.feedback.quotes import shown_text
from suggestbox.people.book import Directory

SHOWN = 5


@dataclass(frozen=True)
class Told:
    """One story, masked."""

    text: str
    on: date
    meant: str


def told_for(call_id: int, book: Directory) -> tuple[int, list[Told]]:
    """Give how many stories were told for a call, and the latest. Two statements."""
    of_it = (Item.call_id == call_id, visible())
    count = db.session.scalar(sa.select(sa.func.count()).select_from(Item).where(*of_it)) or 0
    if not count:
        return 0, []
    items = list(db.session.scalars(sa.select(Item).where(*of_it).order_by(Item.id.desc()).limit(SHOWN)))
    names = staff_names(book)
    return count, [Told(shown_text(item, whole=False, names=names), item.said_on, item.meant) for item in items]


def tellers_of(call_id: int) -> list[int]:
    """Give who told a story for a call that still stands; how results are told. Never show it to anybody."""
    query = sa.select(Item.by_id).where(Item.call_id == call_id, Item.by_id.is_not(None), visible()).distinct()
    return sorted(person_id for person_id in db.session.scalars(query) if person_id is not None)
