"""Journeys, themes and items for tests of feedback: plain functions; call them inside `work()`."""

from datetime import UTC, date, datetime
from typing import Any

from suggestbox.core.database import db
from suggestbox.feedback.models import Assignment, Item, Journey, Theme, ThemeTouchpoint, Touchpoint
from suggestbox.people.models import Department, Person
from tests.cast import Cast, grant, newcomer

AT = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)


def make_cx_manager(cast: Cast) -> Person:
    """Add Cem of the direction, who looks after feedback and themes."""
    cem = newcomer(cast.home, "Cem", cast.direction, family_name="Celik", salutation="Herr")
    grant(cem, "cx_manager")
    db.session.flush()
    return cem


def make_journey(key: str = "buying", **columns: Any) -> Journey:
    """Add a journey."""
    return _added(Journey(key=key, **{"name_de": "Einkaufen", "name_en": "Buying", **columns}))


def make_touchpoint(
    journey: Journey, key: str = "delivery", department: Department | None = None, **columns: Any
) -> Touchpoint:
    """Add a touchpoint."""
    names = {"name_de": key.capitalize(), "name_en": key.capitalize()}
    return _added(Touchpoint(journey_id=journey.id, key=key, department_id=department.id if department else None,
                             **{**names, **columns}))


def make_theme(key: str, *touchpoints: Touchpoint, parent: Theme | None = None, **columns: Any) -> Theme:
    """Add a theme, lying on touchpoints."""
    names = {"name_de": key.capitalize(), "name_en": key.capitalize(), "created_at": AT}
    theme = _added(Theme(key=key, parent_id=parent.id if parent else None, **{**names, **columns}))
    for touchpoint in touchpoints:
        _added(ThemeTouchpoint(theme_id=theme.id, touchpoint_id=touchpoint.id))
    return theme


def make_item(text: str = "Das Paket kam zu spät.", *themes: tuple[Theme, str], **columns: Any) -> Item:
    """Add an item, settled with these (theme, polarity) when there are some."""
    given = {"said_on": date(2026, 10, 20), "channel": "survey", "language": "de", "created_at": AT, **columns}
    if themes:
        given = {"state": "settled", "settled_at": AT, **given}
    item = _added(Item(text=text, **given))
    for theme, polarity in themes:
        _added(Assignment(item_id=item.id, theme_id=theme.id, polarity=polarity, origin="person", at=AT))
    return item


def _added(row: Any) -> Any:
    db.session.add(row)
    db.session.flush()
    return row
