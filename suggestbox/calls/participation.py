"""Who takes part in a call, in numbers that name nobody: in steps of five people, by departments of ten people and more.

What is shown follows from one rule. Everybody who is asked sits in one unit of at least ten people, made from the tree of
departments alone, whatever anybody handed in. A unit counts at most as many people as leave five of it over, and every
number is rounded down to a step of five. So whoever knows everything about all others, and looks as often as they like,
never learns more of a unit than that somebody of at least six people took part
(docs/decisions/0035_participation_in_calls.md).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.language import gettext as _
from suggestbox.ideas.models import Idea, Submitter
from suggestbox.people.book import Directory

from .queries import audience

STEP = 5
"""Numbers grow by so many people at once, and so many of every unit stay out of them."""

HEADCOUNT = 10
"""People of smaller departments count with the larger unit they belong to."""


@dataclass(frozen=True)
class Unit:
    """People who are counted together: how many of them are asked, and the departments they sit in."""

    people: int
    tops: tuple[int | None, ...]  # the departments that name it, None: who sits in none
    departments: frozenset[int | None]


@dataclass(frozen=True)
class Participation:
    """How many took part so far, in steps of five; `units` are the departments that have a number, by name."""

    people: int = 0
    units: tuple[tuple[str, int], ...] = ()
    countable: bool = False
    """Whether so many are asked that there can be a number at all."""

    @property
    def shown(self) -> bool:
        return self.people > 0


def steps(number: int) -> int:
    """Give a number rounded down to whole steps."""
    return number // STEP * STEP


# -- who is counted together -------------------------------------------------------------------------------------------


def units_of(department_ids: Collection[int], book: Directory) -> tuple[Unit, ...]:
    """Give the units of those a call for these departments asks; none where fewer than ten people are asked."""
    return book.keep(("units of calls", tuple(sorted(department_ids))), lambda: _units(department_ids, book))


def _units(department_ids: Collection[int], book: Directory) -> tuple[Unit, ...]:
    heads = Counter(book.department_of(person_id) for person_id in audience(department_ids, book))
    children: dict[int | None, list[int]] = {}
    for department in sorted(book.departments.values(), key=lambda d: d.id):
        above = department.parent_id if department.parent_id in book.departments else None
        children.setdefault(above, []).append(department.id)
    units: list[Unit] = []
    rest = _close(None, children, heads, units)
    left = sum(heads[d] for d in rest)
    if not left or not units:
        return tuple(units)
    # A few people at the top that no unit took in: they count with the smallest one, so that nobody is left over.
    smallest = min(range(len(units)), key=lambda n: units[n].people)
    unit = units[smallest]
    tops = tuple(d for d in sorted(rest, key=lambda d: d or 0) if heads[d])
    units[smallest] = Unit(unit.people + left, unit.tops + tops, unit.departments | rest)
    return tuple(units)


def _close(
    top: int | None, children: Mapping[int | None, list[int]], heads: Mapping[int | None, int], units: list[Unit]
) -> frozenset[int | None]:
    """Make units of what lies below, the smallest possible; give the departments that are still too small for one."""
    rest: frozenset[int | None] = frozenset({top})
    for below in children.get(top, ()):
        rest |= _close(below, children, heads, units)
    people = sum(heads.get(d, 0) for d in rest)
    if people < HEADCOUNT:
        return rest
    units.append(Unit(people, (top,), rest))
    return frozenset()


def name_of(unit: Unit, book: Directory) -> str:
    """Give a unit's name: its department, or what is left of it where others below it count for themselves."""
    names = []
    for top in unit.tops:
        department = book.department(top)
        if department is None:
            names.append(_("other departments") if None in unit.departments else "")
            continue
        whole = book.below(department.id) <= unit.departments
        names.append(department.name if whole or unit.tops[0] != top else _("%(name)s, all others", name=department.name))
    return ", ".join(name for name in names if name)


# -- what is shown -----------------------------------------------------------------------------------------------------


def numbers(units: Iterable[Unit], named: Iterable[Collection[int]], unnamed: int) -> tuple[int, tuple[int, ...]]:
    """Give how many people are shown altogether and of each unit, nought where nothing is said.

    Takes   named: of each unit the people who took part with their names; unnamed: parts of confidential submitters,
            each counted for itself: whether two of them, or one of the named, are the same person must not show
    """
    room = [max(0, unit.people - STEP) for unit in units]
    counted = [min(len(people), most) for people, most in zip(named, room, strict=True)]
    return steps(min(sum(counted) + unnamed, sum(room))), tuple(map(steps, counted))


_PARTS = (
    sa.select(Idea.call_id, Submitter.person_id, Submitter.department_id)
    .join(Submitter, Submitter.idea_id == Idea.id)
    # Who takes an idea back, or leaves a team, took part: a number that went down would tell who it was.
    .where(Idea.call_id.in_(sa.bindparam("calls", expanding=True)), Idea.stage != "draft",
           Submitter.state.in_(("accepted", "left")))
    .order_by(Submitter.id)
)


def participation(asked: Mapping[int, Collection[int]], book: Directory) -> dict[int, Participation]:
    """Give {call id: how many took part}. One statement.

    Takes   asked: {call id: departments that are asked, none for everybody}
    """
    parts: dict[int, list[tuple[int | None, int | None]]] = {call_id: [] for call_id in asked}
    if parts:
        for call_id, person_id, department_id in db.session.execute(_PARTS, {"calls": sorted(parts)}):
            parts[call_id or 0].append((person_id, department_id))
    return {call_id: _counted(units_of(asked[call_id], book), found, book) for call_id, found in parts.items()}


def _counted(units: tuple[Unit, ...], parts: list[tuple[int | None, int | None]], book: Directory) -> Participation:
    where = {department: n for n, unit in enumerate(units) for department in unit.departments}
    named: list[set[int]] = [set() for _unit in units]
    seen: set[int] = set()
    unnamed = 0
    for person_id, department_id in parts:
        if person_id is None:
            unnamed += 1
        elif person_id not in seen and (unit := where.get(department_id)) is not None:
            seen.add(person_id)
            named[unit].add(person_id)
    people, of_units = numbers(units, named, unnamed)
    several = len(units) > 1  # one alone would say the same again
    shown = sorted((name_of(unit, book), number) for unit, number in zip(units, of_units, strict=True) if number and several)
    return Participation(people, tuple(shown), bool(units))
