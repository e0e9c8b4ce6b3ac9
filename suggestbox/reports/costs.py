"""What the programme costs in a year beside the awards: administration and promotion. Only added to, never changed."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.errors import Invalid
from suggestbox.core.language import gettext as _
from suggestbox.core.typed import typed_text
from suggestbox.journal import operations as journal
from suggestbox.people.models import Person

from .models import COSTS, ProgrammeCost

FIRST_YEAR = 1990
MOST_CENTS = 100_000_000_000  # a thousand million: more is a slip of the hand
LONGEST_NOTE = 300


@dataclass(frozen=True)
class CostRow:
    """One entry: what was entered for a year, when and by whom."""

    id: int
    year: int
    kind: str
    cents: int
    note: str
    at: datetime
    by: str


def cost_of_year(year: int) -> int:
    """Give what the programme cost in a year without the awards, in cents; 0 when nothing was entered."""
    return sum(row.cents for row in standing(year).values())


def costs_entered(year: int) -> bool:
    """Say whether anything was entered for a year: a return on nothing cannot be computed."""
    return bool(standing(year))


def standing(year: int) -> dict[str, CostRow]:
    """Give kind -> the entry that counts for a year."""
    return {row.kind: row for row in reversed(entries(year))}


def entries(year: int | None = None) -> list[CostRow]:
    """Give every entry, of one year or of all, the latest first."""
    query = sa.select(ProgrammeCost, Person).join(Person, Person.id == ProgrammeCost.by_id)
    if year is not None:
        query = query.where(ProgrammeCost.year == year)
    rows = db.session.execute(query.order_by(ProgrammeCost.year.desc(), ProgrammeCost.id.desc()))
    return [CostRow(one.id, one.year, one.kind, one.cents, one.note, one.at, person.name) for one, person in rows]


def enter_cost(
    year: int, kind: str, cents: int, *, note: str = "", this_year: int, actor_id: int, now: datetime
) -> ProgrammeCost:
    """Enter what one kind of cost came to in a year; an earlier entry stays beside it and counts no more.

    Flushes, never commits.

    Raises  Invalid for an unknown kind, a year that has not begun, or an amount that cannot be
    """
    if kind not in COSTS:
        raise Invalid(reason="unknown_cost", kind=kind)
    if not FIRST_YEAR <= year <= this_year:
        raise Invalid(fields={"year": _("Please give a year from %(first)s to %(last)s.", first=FIRST_YEAR, last=this_year)})
    if not 0 <= cents <= MOST_CENTS:
        raise Invalid(fields={kind: _("Please give an amount from 0 on.")})
    note = typed_text("note", note, LONGEST_NOTE, required=False)
    row = ProgrammeCost(year=year, kind=kind, cents=cents, note=note, at=now, by_id=actor_id)
    db.session.add(row)
    db.session.flush()
    journal.write("programme_cost", now=now, actor_id=actor_id, id=row.id, year=year, kind=kind, cents=cents)
    return row
