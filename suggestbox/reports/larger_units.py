"""Process figures by department without naming anybody: a unit whose steps fewer than five people can own is shown
only as part of the next larger one.

Units lie in a tree, so whatever can be computed from the rows shown is made of what is left of each of them once the
rows shown below it are taken off. All of that is checked here, the company's own rest included: each is somebody's work
of at least `least` people. Source: kpis.md, "Small groups"; docs/decisions/0022_small_groups.md.
"""

from collections import defaultdict
from collections.abc import Mapping

from suggestbox.people.book import Directory

from .ageing import STAGES
from .owning import owners_of

SUBMITTERS = "submitter"
"""The stage whose steps are the submitters' own: shown for the whole company only, as people are."""

Tree = Mapping[int, int | None]
Owners = Mapping[int | None, frozenset[int]]


def units_shown(parents: Tree, owners: Owners, least: int) -> set[int]:
    """Give the units that may have a row of their own beside the whole company's.

    Takes   parents: {unit: the one above, None at the top}
            owners: {unit: who can own steps of this very unit}; None: of what belongs to no unit
    """
    below: dict[int | None, list[int]] = defaultdict(list)
    for unit, above in parents.items():
        below[above if above in parents else None].append(unit)
    shown: set[int] = set()
    left: dict[int | None, frozenset[int]] = {}

    def rest_of(unit: int | None) -> frozenset[int]:
        people = set(owners.get(unit, frozenset()))
        for part in below[unit]:
            rest = rest_of(part)
            if len(rest) >= least:
                shown.add(part)
            else:
                people |= rest
        left[unit] = frozenset(people)
        return left[unit]

    if len(rest_of(None)) < least:
        # The company's row is always there; so the rest it leaves must be large enough, too.
        highest = [unit for unit in shown if not _has_shown_above(unit, parents, shown)]
        shown.discard(min(highest, key=lambda unit: (len(left[unit]), unit), default=0))
    return shown


def _has_shown_above(unit: int, parents: Tree, shown: set[int]) -> bool:
    above = parents[unit]
    while above is not None and above in parents:
        if above in shown:
            return True
        above = parents[above]
    return False


def owners_by_unit(stage: str, book: Directory) -> Owners:
    """Give {department: who can own the steps of this stage there}; None: where an idea has no department."""
    places: tuple[int | None, ...] = (None, *book.departments)
    return {place: frozenset().union(*(owners_of(kind, place, book) for kind in STAGES[stage])) for place in places}


def stages_shown(book: Directory, least: int) -> dict[str, tuple[str, ...]]:
    """Give {stage with a row of its own: the stages counted in it}, for the whole company.

    Stages whose steps fewer than `least` people can own are counted together as "other", with a larger one if need be.
    """
    def work_out() -> dict[str, tuple[str, ...]]:
        people = {stage: frozenset().union(*owners_by_unit(stage, book).values())
                  for stage in STAGES if stage != SUBMITTERS}
        together = [stage for stage in people if stage == "other" or len(people[stage]) < least]
        apart = sorted((stage for stage in people if stage not in together), key=lambda s: (len(people[s]), s))
        while apart and len(frozenset().union(*(people[stage] for stage in together))) < least:
            together.append(apart.pop(0))
        found = {stage: (stage,) for stage in STAGES if stage in apart or stage == SUBMITTERS}
        return {**found, "other": tuple(stage for stage in STAGES if stage in together)}

    return book.keep(("stages_shown", least), work_out)


def departments_shown(stage: str, book: Directory, least: int) -> frozenset[int]:
    """Give the departments that may have a row of their own for a stage."""
    def work_out() -> frozenset[int]:
        parents = {department.id: department.parent_id for department in book.departments.values()}
        return frozenset(units_shown(parents, owners_by_unit(stage, book), least))

    if stage == SUBMITTERS:
        return frozenset()
    return book.keep(("departments_shown", stage, least), work_out)
