"""Reports of random companies in random shapes: trees, tables, overlaps, over one month or several."""

from dataclasses import dataclass

from suggestbox.reports.crowd import PEOPLE, Crowd, too_small
from suggestbox.reports.lines import Atom, Known, Line


@dataclass
class Company:
    """People by class, and who handed in from which class in which month."""

    parents: dict[int, int]
    people: dict[tuple, set[int]]
    behind: dict[Atom, set[int]]
    months: list[str]

    def crowd(self):
        return Crowd(self.behind, self.people)

    def counts(self, atoms):
        people = set().union(*(self.people.get(tuple(atom[1:5]), set()) for atom in atoms))
        return people, set().union(*(self.behind.get(atom, set()) for atom in atoms))

    def small(self, atoms):
        people, behind = self.counts(atoms)
        return too_small(len(people), len(behind), PEOPLE, others=len(people - behind))


def company(rng, months=1, *, departments=None, sites=None, groups=None, services=None, size=None):
    departments = departments or rng.randint(1, 12)
    sites, groups, services = sites or rng.randint(1, 4), groups or rng.randint(1, 5), services or rng.randint(1, 3)
    parents = {d: rng.choice([0, *range(1, d)]) for d in range(1, departments + 1)}
    weights = [rng.paretovariate(1.1) for _ in parents]
    keen = rng.choice((0.1, 0.3, 0.6))
    people: dict[tuple, set[int]] = {}
    behind: dict[Atom, set[int]] = {}
    names = [f"2026-{month:02}" for month in range(1, months + 1)]
    for person in range(size or rng.randint(5, 400)):
        place = (
            rng.choices(list(parents), weights)[0], rng.randint(1, sites), f"g{rng.randint(1, groups)}",
            f"s{rng.randint(1, services)}",
        )
        people.setdefault(place, set()).add(person)
        for name in names:
            if rng.random() < keen:
                behind.setdefault(Atom(name, *place), set()).add(person)
    return Company(parents, people, behind, names)


def rows_of(firm, atom):
    found = [("all", "all"), ("site", str(atom.site)), ("group", atom.group), ("service", atom.service),
             ("site_group", f"{atom.site}|{atom.group}")]
    at = atom.department
    while at:
        found.append(("department", str(at)))
        at = firm.parents[at]
    return found


def lines(firm, months, dimensions=("department", "site", "group", "service", "site_group"), where=lambda atom: True):
    """Give the rows of a report over months. `where`: of an export of a part of the company."""
    sets: dict[tuple[str, str], set[Atom]] = {}
    for place in firm.people:
        for month in months:
            atom = Atom(month, *place)
            if where(atom):
                for row in rows_of(firm, atom):
                    if row[0] in ("all", *dimensions):
                        sets.setdefault(row, set()).add(atom)
    found = []
    for row, atoms in sets.items():
        people, behind = firm.counts(atoms)
        found.append(Line(*row, frozenset(atoms), len(people), len(behind), firm.small(atoms), must_show=row[0] == "all"))
    return found


def kept(report, report_lines, why):
    return [Known(report, line.dimension, line.row, line.atoms, shown=not why[line.key]) for line in report_lines]
