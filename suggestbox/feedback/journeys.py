"""Customer journeys and their touchpoints: made, changed, put in order, archived and brought back.

Operations flush and never commit. Nothing is deleted: what customers said at a touchpoint stays.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.errors import Invalid, NotFound, Refused, Stale
from suggestbox.core.language import gettext as _
from suggestbox.journal.operations import write

from .models import Journey, Touchpoint
from .tree import free_key, refuse_nameless

JOURNEY_FACTS = ("name_de", "name_en", "description_de", "description_en", "audience")
TOUCHPOINT_FACTS = ("journey_id", "name_de", "name_en", "department_id", "owner_id", "process")

READY_KEY = "customer-journey"
READY_MADE = (
    # key, German name, English name
    ("find-out", "Informieren und auswählen", "Finding out and choosing"),
    ("order", "Bestellen", "Ordering"),
    ("delivery", "Lieferung und Empfang", "Delivery and arrival"),
    ("use", "Nutzen", "Using"),
    ("help", "Fragen und Hilfe", "Questions and help"),
)
"""Five touchpoints most houses have, to begin with."""


def journey_by_id(journey_id: int) -> Journey:
    """Give the journey, or raise NotFound."""
    journey = db.session.get(Journey, journey_id)
    if journey is None:
        raise NotFound()
    return journey


def touchpoint_by_id(touchpoint_id: int) -> Touchpoint:
    """Give the touchpoint, or raise NotFound."""
    touchpoint = db.session.get(Touchpoint, touchpoint_id)
    if touchpoint is None:
        raise NotFound()
    return touchpoint


def fingerprint(row: Journey | Touchpoint) -> str:
    """Give what tells whether somebody changed this row since a form was shown."""
    names = JOURNEY_FACTS if isinstance(row, Journey) else TOUCHPOINT_FACTS
    facts = [getattr(row, name) for name in names]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def refuse_stale(row: Journey | Touchpoint, seen: str) -> None:
    """Refuse when somebody changed the row since the reader's form was shown.

    Raises  Stale
    """
    if seen and seen != fingerprint(row):
        raise Stale(_("Somebody changed this meanwhile. Please look at the changes first."), reason="changed_meanwhile")


def _write(kind: str, row: Journey | Touchpoint, now: datetime, by_id: int | None, **facts: Any) -> None:
    noun = "journey" if isinstance(row, Journey) else "touchpoint"
    facts[f"{noun}_id"] = row.id
    write(f"{noun}.{kind}", now=now, actor_id=by_id, role="person" if by_id is not None else "house", **facts)


def _last(query: Any) -> int:
    return int(db.session.scalar(query) or 0) + 1


# -- journeys ----------------------------------------------------------------------------------------------------------


def create_journey(*, now: datetime, by_id: int | None, key: str = "", **facts: Any) -> Journey:
    """Give the new journey, behind the others; without a key one is made from its name.

    Takes   facts: some of JOURNEY_FACTS
    """
    refuse_nameless(facts)
    facts.setdefault("name_de", "")
    facts.setdefault("name_en", "")
    position = _last(sa.select(sa.func.max(Journey.position)))
    journey = Journey(key=key or free_key(Journey, facts["name_de"] or facts["name_en"]), position=position, **facts)
    db.session.add(journey)
    db.session.flush()
    _write("created", journey, now, by_id)
    return journey


def change(row: Journey | Touchpoint, *, now: datetime, by_id: int | None, **facts: Any) -> list[str]:
    """Change a journey (JOURNEY_FACTS) or a touchpoint (TOUCHPOINT_FACTS); give what is different now.

    A touchpoint that goes to another journey stands last there.
    """
    refuse_nameless({"name_de": row.name_de, "name_en": row.name_en, **facts})
    different = sorted(name for name, value in facts.items() if getattr(row, name) != value)
    if isinstance(row, Touchpoint) and "journey_id" in different:
        _open_journey(facts["journey_id"])
        row.position = _last(
            sa.select(sa.func.max(Touchpoint.position)).where(Touchpoint.journey_id == facts["journey_id"])
        )
    for name in different:
        setattr(row, name, facts[name])
    if different:
        _write("changed", row, now, by_id, fields=different)
        db.session.flush()
    return different


def start_journey(*, now: datetime, by_id: int | None) -> Journey:
    """Give a journey of five ordinary touchpoints in both languages; a second time the same one."""
    known = db.session.scalars(sa.select(Journey).where(Journey.key == READY_KEY)).first()
    if known is not None and known.archived_at is None:
        return known
    journey = create_journey(
        now=now, by_id=by_id, key="" if known else READY_KEY, name_de="Vom ersten Interesse bis zur Hilfe",
        name_en="From first interest to help",
    )  # fmt: skip
    taken = set(db.session.scalars(sa.select(Touchpoint.key)))
    for key, name_de, name_en in READY_MADE:
        own = "" if key in taken else key
        create_touchpoint(journey, now=now, by_id=by_id, key=own, name_de=name_de, name_en=name_en)
    return journey


# -- touchpoints -------------------------------------------------------------------------------------------------------


def _open_journey(journey_id: int) -> None:
    journey = db.session.get(Journey, journey_id)
    if journey is None or journey.archived_at is not None:
        sentence = _("This journey is no longer there. Please choose another one.")
        raise Invalid(sentence, reason="no_journey", fields={"journey_id": sentence})


def create_touchpoint(
    journey: Journey, *, now: datetime, by_id: int | None, key: str = "", **facts: Any
) -> Touchpoint:
    """Give the new touchpoint, at the end of its journey; without a key one is made from its name.

    Takes   facts: some of TOUCHPOINT_FACTS
    Raises  Refused when the journey is archived
    """
    if journey.archived_at is not None:
        raise Refused(_("This journey is archived. Bring it back first."), reason="archived")
    facts = {**facts, "journey_id": journey.id}
    refuse_nameless(facts)
    facts.setdefault("name_de", "")
    facts.setdefault("name_en", "")
    position = _last(sa.select(sa.func.max(Touchpoint.position)).where(Touchpoint.journey_id == journey.id))
    key = key or free_key(Touchpoint, facts["name_de"] or facts["name_en"])
    touchpoint = Touchpoint(key=key, position=position, **facts)
    db.session.add(touchpoint)
    db.session.flush()
    _write("created", touchpoint, now, by_id)
    return touchpoint


# -- order, archive ----------------------------------------------------------------------------------------------------


def _siblings(row: Journey | Touchpoint) -> Sequence[Any]:
    """The rows in whose order this one stands, without archived ones, locked against a second mover."""
    query: Any
    if isinstance(row, Journey):
        query = sa.select(Journey).where(Journey.archived_at.is_(None)).order_by(Journey.position, Journey.id)
    else:
        query = (
            sa.select(Touchpoint)
            .where(Touchpoint.journey_id == row.journey_id, Touchpoint.archived_at.is_(None))
            .order_by(Touchpoint.position, Touchpoint.id)
        )
    return db.session.scalars(query.with_for_update()).all()


def shift(row: Journey | Touchpoint, by: int, *, now: datetime, by_id: int | None) -> bool:
    """Move a journey or a touchpoint one place towards the beginning (-1) or the end (1); say whether it moved."""
    row_order = list(_siblings(row))
    if row not in row_order:
        return False
    place = row_order.index(row)
    there = place + (1 if by > 0 else -1)
    if not 0 <= there < len(row_order):
        return False
    row_order.insert(there, row_order.pop(place))
    for number, one in enumerate(row_order, 1):
        if one.position != number:
            one.position = number
    db.session.flush()
    _write("moved", row, now, by_id, position=there + 1)
    return True


def archive(row: Journey | Touchpoint, *, now: datetime, by_id: int | None) -> None:
    """Archive a touchpoint, or a journey with its touchpoints. What was said there stays and still counts.

    Raises  Refused when it is archived already
    """
    if row.archived_at is not None:
        raise Refused(_("This is archived already."), reason="archived")
    row.archived_at = now
    if isinstance(row, Journey):
        for touchpoint in _touchpoints(row.id, Touchpoint.archived_at.is_(None)):
            touchpoint.archived_at = now
    _write("archived", row, now, by_id)
    db.session.flush()


def restore(row: Journey | Touchpoint, *, now: datetime, by_id: int | None) -> None:
    """Bring a touchpoint back, or a journey with the touchpoints that were archived along with it.

    Raises  Refused when it is not archived, or a touchpoint whose journey is
    """
    if row.archived_at is None:
        raise Refused(_("This is not archived."), reason="not_archived")
    if isinstance(row, Journey):
        for touchpoint in _touchpoints(row.id, Touchpoint.archived_at == row.archived_at):
            touchpoint.archived_at = None
    elif journey_by_id(row.journey_id).archived_at is not None:
        raise Refused(_("This journey is archived. Bring it back first."), reason="archived")
    row.archived_at = None
    _write("restored", row, now, by_id)
    db.session.flush()


def _touchpoints(journey_id: int, *which: Any) -> Sequence[Touchpoint]:
    return db.session.scalars(sa.select(Touchpoint).where(Touchpoint.journey_id == journey_id, *which)).all()
