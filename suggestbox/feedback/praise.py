"""Praise reaches its team: a customer's words, passed on to the people of a department."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.errors import Invalid, Refused
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.journal.operations import write
from suggestbox.mail.models import Notice
from suggestbox.mail.operations import tell_waiting
from suggestbox.people.directory import Directory

from .landscape import Landscape, ThemeBrief
from .models import Assignment, Item, Praise, Theme

KIND = "feedback.praise"


@dataclass(frozen=True)
class Team:
    """A department praise can be passed on to."""

    id: int
    name: str


@dataclass(frozen=True)
class Passed:
    """Praise that was passed on to a team."""

    id: int
    department_id: int
    by_id: int
    at: datetime


def teams_for(
    items: Iterable[Item], theme_id: int, lands: Landscape, book: Directory
) -> dict[int, tuple[Team, ...]]:
    """Give {item id: the teams its praise may be passed on to}: of the touchpoint the item itself names, else of those
    the theme, or one above it, lies on.
    """
    usual: list[int] = []
    for theme in reversed(lands.path(theme_id)):
        usual = usual or [lands.touchpoints[tp].department_id or 0 for tp in theme.touchpoint_ids]
    found = {}
    for item in items:
        own = lands.touchpoints.get(item.touchpoint_id or 0)
        ids = [own.department_id] if own is not None and own.department_id else usual
        places = [book.department(where) for where in dict.fromkeys(ids)]
        found[item.id] = tuple(Team(place.id, place.name) for place in places if place is not None and place.active)
    return found


def passed_on(item_ids: Iterable[int]) -> dict[int, tuple[Passed, ...]]:
    """Give {item id: where its praise was passed on to}. One statement."""
    query = sa.select(Praise).where(Praise.item_id.in_(sorted(item_ids))).order_by(Praise.id)
    found: dict[int, list[Passed]] = defaultdict(list)
    for row in db.session.scalars(query):
        found[row.item_id].append(Passed(row.id, row.department_id, row.by_id, row.at))
    return {item_id: tuple(all_of) for item_id, all_of in found.items()}


def _team(department_id: int, book: Directory) -> list[int]:
    below = book.below(department_id)
    return sorted(brief.id for brief in book.people.values() if brief.active and brief.department_id in below)


def _key(row: Praise, person_id: int) -> str:
    return f"praise:{row.id}:{person_id}"


def pass_praise_on(
    item: Item, department_id: int, *, theme_id: int, by_id: int, book: Directory, now: datetime
) -> tuple[Praise, int]:
    """Tell everybody of a department that a customer praised them; give the row and how many are told.

    Raises  Invalid for an item that is no praise, Refused when nobody works there or it was passed on before
    """
    if not is_praise(item.id, theme_id):
        raise Invalid(_l("This is not praise about this theme."), reason="no_praise")
    known = db.session.scalar(
        sa.select(Praise.id).where(Praise.item_id == item.id, Praise.department_id == department_id)
    )
    if known is not None:
        raise Refused(_l("The team has got this praise already."), reason="praise_passed_on")
    told = [person_id for person_id in _team(department_id, book) if person_id != by_id]
    if not told:
        raise Refused(_l("Nobody works in this department at present."), reason="nobody_there")
    row = Praise(item_id=item.id, department_id=department_id, by_id=by_id, at=now)
    db.session.add(row)
    db.session.flush()
    tell_waiting(KIND, [
        {"key": _key(row, person_id), "person_id": person_id, "facts": {"praise_id": row.id, "theme_id": theme_id}}
        for person_id in told
    ], now=now)
    write("feedback.praised", now=now, actor_id=by_id, item_id=item.id, department_id=department_id, praise_id=row.id)
    return row, len(told)


def is_praise(item_id: int, theme_id: int) -> bool:
    """Say whether an item speaks well of the theme, or of one below it."""
    below = sa.select(Theme.id).where(Theme.id == theme_id).cte(recursive=True)
    below = below.union(sa.select(Theme.id).where(Theme.parent_id == below.c.id))
    query = sa.exists().where(
        Assignment.item_id == item_id, Assignment.state == "assigned", Assignment.polarity == "positive",
        Assignment.theme_id.in_(sa.select(below.c.id)),
    )
    return bool(db.session.scalar(sa.select(query)))


def take_praise_back(row: Praise, *, by_id: int, book: Directory, now: datetime) -> None:
    """Take praise back that nobody read yet, together with the notices of it.

    Raises  Refused when somebody read it, or a letter went out with it
    """
    keys = [_key(row, person_id) for person_id in _team(row.department_id, book)]
    read = sa.or_(Notice.read_at.is_not(None), Notice.letter_id.is_not(None))
    if db.session.scalar(sa.select(sa.exists().where(Notice.key.in_(keys), read))):
        raise Refused(_l("Somebody has read it already, so it cannot be taken back."), reason="praise_read")
    db.session.execute(sa.delete(Notice).where(Notice.key.in_(keys)))
    write("feedback.praise_taken_back", now=now, actor_id=by_id, item_id=row.item_id, department_id=row.department_id,
          praise_id=row.id)
    db.session.delete(row)
    db.session.flush()


def themes_of(item_id: int, lands: Landscape) -> list[ThemeBrief]:
    """Give the themes an item praises, without gone ones. One statement."""
    query = sa.select(Assignment.theme_id).where(
        Assignment.item_id == item_id, Assignment.state == "assigned", Assignment.polarity == "positive"
    )
    return [lands.themes[t] for t in sorted(db.session.scalars(query)) if t in lands.themes and not lands.themes[t].gone]
