"""What employees pass on: something a customer said to them, or what they have to say as internal customers."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.errors import Invalid
from suggestbox.core.language import gettext as _
from suggestbox.journal.operations import write
from suggestbox.people.models import Person

from .assigning import apply_rules
from .customer_key import hash_person
from .intake_cells import LONGEST_TEXT, tidy
from .intake_dates import EARLIEST
from .models import POLARITIES, RATING_MOST, Assignment, Item, Source, Theme
from .tongue import language_of

HEARD = "heard"
"""Key of the source of everything that employees pass on."""


def add_heard(
    text: str, *, person: Person, said_on: date, touchpoint_id: int | None, theme_ids: Sequence[int], polarity: str,
    rating: float | None, own_voice: bool, now: datetime, submit_key: str = "", call_id: int | None = None,
) -> Item:
    """Give the new item. Flushes, never commits.

    Takes   polarity: how it was meant, or nothing; own_voice: the person speaks as an internal customer: then no row
            says who it was, and only a keyed hash tells that person from others
            submit_key: of the form, so that a second press adds nothing
            call_id: of the call that asks for it, once it is known that the person may answer it
    Raises  Invalid with a sentence per field
    """
    text = tidy(text)
    wrong: dict[str, str] = {}
    if not text:
        wrong["text"] = _("Please write down what was said.")
    elif len(text) > LONGEST_TEXT:
        wrong["text"] = _("The text is longer than %(most)s characters.", most=LONGEST_TEXT)
    if not EARLIEST <= said_on <= now.date() + timedelta(days=1):
        wrong["said_on"] = _("%(date)s lies in the future or too far back.", date=said_on.isoformat())
    if polarity not in ("", *POLARITIES):
        wrong["polarity"] = _("Please choose how it was meant.")
    if rating is not None and not 1 <= rating <= RATING_MOST:
        wrong["rating"] = _("Please choose a mark from 1 to 5.")
    if wrong:
        raise Invalid(fields=wrong, reason="heard_incomplete")
    by_id = None if own_voice else person.id
    item = Item(
        source_id=_source(now).id, source_key=submit_key[:200] or None, text=text, said_on=said_on, channel="employee",
        audience="employees" if own_voice else "customers", touchpoint_id=touchpoint_id, rating=rating, by_id=by_id,
        customer_hash=hash_person(person.id) if own_voice else None, language=language_of(text), meant=polarity,
        state="settled" if theme_ids else "new", settled_at=now if theme_ids else None,
        settled_by_id=by_id if theme_ids else None, created_at=now, call_id=call_id,
    )
    db.session.add(item)
    db.session.flush()
    standing = set(db.session.scalars(sa.select(Theme.id).where(Theme.id.in_(list(theme_ids)), Theme.archived_at.is_(None))))
    for theme_id in dict.fromkeys(theme_ids):
        if theme_id not in standing:
            raise Invalid(fields={"theme_id": _("This theme is not there any more.")}, reason="theme_gone")
        db.session.add(Assignment(item_id=item.id, theme_id=theme_id, polarity=polarity or "neutral", state="assigned",
                                  origin="person", at=now, by_id=by_id, decided_at=now))
    if not theme_ids:
        apply_rules([item], now=now)
    write("feedback.heard", now=now, actor_id=by_id, role="person" if by_id else "submitter", item_id=item.id)
    db.session.flush()
    return item


def _source(now: datetime) -> Source:
    found = db.session.scalars(sa.select(Source).where(Source.key == HEARD)).first()
    if found is None:
        found = Source(key=HEARD, name="Employees", mapping={}, options={}, created_at=now, changed_at=now)
        db.session.add(found)
        db.session.flush()
    return found
