"""Targets: what leadership aims at, figure by figure, from a day on. Never changed, only followed by a later one."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.errors import Invalid
from suggestbox.core.language import gettext as _
from suggestbox.core.modules import is_on
from suggestbox.journal import operations as journal
from suggestbox.people.models import Person

from .figures import FIGURES, Figure
from .models import Target

HIGHEST = 1e12
WITHOUT_BOUND = ("award_rate",)
"""Rates that may be above 100: an award may be more than a small benefit."""

ALSO = ("average_award", "award_rate")
"""Figures of which neither higher nor lower is better, for which leadership may all the same say what it aims at."""

OF_AWARDS = frozenset(ALSO)
"""Figures there are only in a house that pays awards."""


@dataclass(frozen=True)
class TargetRow:
    """One target as it was set: what, from which day on, when and by whom."""

    figure: str
    value: float | None
    from_on: date
    set_at: datetime
    set_by_id: int
    set_by: str


def targets_on(day: date) -> dict[str, float]:
    """Give figure -> target as they stood on a day; a figure without a target is not in it."""
    rows = db.session.execute(
        sa.select(Target.figure, Target.value).where(Target.from_on <= day).order_by(Target.from_on, Target.id)
    )
    latest = {row.figure: row.value for row in rows}
    return {figure: float(value) for figure, value in latest.items() if value is not None}


def targets_stamp() -> int:
    """Give a number that grows whenever a target is set; targets are only added to."""
    return db.session.scalar(sa.select(sa.func.max(Target.id))) or 0


def targets_set() -> list[TargetRow]:
    """Give every target that was ever set, the latest first."""
    rows = db.session.execute(
        sa.select(Target, Person).join(Person, Person.id == Target.set_by_id)
        .order_by(Target.from_on.desc(), Target.id.desc())
    )
    return [TargetRow(row.Target.figure, row.Target.value, row.Target.from_on, row.Target.set_at, row.Target.set_by_id,
                      row.Person.name) for row in rows]


def with_target() -> list[Figure]:
    """Give the figures that can have a target, in the order of the pages."""
    return [figure for figure in FIGURES.values() if (figure.better or figure.key in ALSO) and is_told(figure.key)]


def is_told(key: str) -> bool:
    """Say whether a figure is one of this house: those of awards are not where none are paid, nor customers' unheard."""
    if FIGURES[key].kind == "customers":
        return is_on("feedback")
    return key not in OF_AWARDS or is_on("awards")


def most_of(figure: Figure) -> float:
    """Give what a target of this figure cannot be above. Marks end at 5, most rates at 100."""
    most = {"percent": 100.0, "score": 5.0, "net": 100.0}
    return HIGHEST if figure.key in WITHOUT_BOUND else most.get(figure.unit, HIGHEST)


def check(figure: Figure, value: float | None) -> None:
    """Say what is wrong with a target.

    Raises  Invalid at the figure's key when it is below nought or above what can be
    """
    most, least = most_of(figure), -100.0 if figure.unit == "net" else 0.0
    if value is not None and not least <= value <= most:
        if least:
            raise Invalid(fields={figure.key: _("Please give a number from -100 to 100.")})
        raise Invalid(fields={figure.key: _("Please give a number from 0 on.") if most == HIGHEST
                              else _("Please give a number from 0 to %(most)s.", most=f"{most:g}")})


def set_target(
    figure: Figure, value: float | None, *, from_on: date, today: date, actor_id: int, now: datetime
) -> Target | None:
    """Set what is aimed at from a day on; an empty value: nothing any more. Flushes, never commits.

    Gives   the new row, or None when just this target stands on that day anyway
    Raises  Invalid for a value below nought or above what can be, or a day that has passed
    """
    if from_on < today:
        # What a target said on a day that has passed was shown to people: it stays what it was.
        raise Invalid(fields={"from_on": _("A target begins today or later.")})
    check(figure, value)
    before = targets_on(from_on).get(figure.key)
    if before == value:
        return None
    row = Target(figure=figure.key, value=value, from_on=from_on, set_at=now, set_by_id=actor_id)
    db.session.add(row)
    db.session.flush()
    journal.write("target_set", now=now, actor_id=actor_id, figure=figure.key, before=before,
                  after=value, from_on=from_on.isoformat())
    return row
