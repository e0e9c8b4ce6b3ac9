"""From facts to numbers: rows of every dimension, what is counted in them, and who stands behind it.

A report is counted by group of figures, since figures of one group are hidden in the same rows. A group has one or more
views: the rows that cut people (or departments) into classes, and the rows that tell ideas apart by area or outcome.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from .facts_people import NONE, People, Trait, Unit
from .lines import Atom

Row = tuple[str, str]
"""(dimension, key)."""

ALL: Row = ("all", "all")
NOBODY = Trait(None, NONE, NONE, NONE)
DAY_BINS: tuple[tuple[int, int | None], ...] = (
    (0, 5), (6, 10), (11, 20), (21, 40), (41, 60), (61, 90), (91, 180), (181, None),
)


@dataclass
class Number:
    """What a cell keeps."""

    numerator: int | None = None
    denominator: int | None = None
    value: float | None = None
    more: dict[str, Any] = field(default_factory=dict)


@dataclass
class Backing:
    """Who stands behind a row: people in it, people behind its numbers, whether it says "all" or "nobody" of them.

    `others`: people in it who are not behind it; None for the difference. `owners`: how many people can own the steps
    it is about; None where that is not the question.
    """

    people: int
    behind: int
    extreme: bool = False
    others: int | None = None
    owners: int | None = None


@dataclass
class View:
    """One way of cutting a group of figures: the classes each row is made of, and who is in them and behind them."""

    dimensions: tuple[str, ...]
    classes: dict[Row, set[tuple[Any, ...]]] = field(default_factory=lambda: defaultdict(set))
    behind: dict[Atom, set[int]] = field(default_factory=lambda: defaultdict(set))
    people: dict[tuple[Any, ...], set[int]] = field(default_factory=lambda: defaultdict(set))

    def put(self, rows: Iterable[Row], kind: tuple[Any, ...]) -> None:
        """Note that a class of people or ideas lies in these rows."""
        for row in rows:
            if row == ALL or row[0] in self.dimensions:
                self.classes[row].add(kind)


@dataclass
class Group:
    """A group of figures, counted: its cells, its rows with who stands behind them, and its views.

    `limits`: "people", "submitters", "ratings" or "process"; "" for what is always shown.
    """

    key: str
    limits: str
    cells: dict[tuple[str, str, str], Number] = field(default_factory=dict)
    backing: dict[Row, Backing] = field(default_factory=dict)
    views: list[View] = field(default_factory=list)

    def put(self, figure: str, row: Row, number: Number) -> None:
        """Keep the number of a figure in a row."""
        self.cells[figure, row[0], row[1]] = number


@dataclass
class Counted:
    """A report, counted and not yet protected. `rows`: as Report.rows keeps them."""

    groups: list[Group] = field(default_factory=list)
    rows: dict[str, list[list[Any]]] = field(default_factory=dict)


# -- numbers ---------------------------------------------------------------------------------------------------------


def count(amount: int, denominator: int | None = None) -> Number:
    """Give a plain count."""
    return Number(amount, denominator, float(amount))


def rate(numerator: int, denominator: int, factor: float = 100.0) -> Number:
    """Give a rate; without a denominator it has no value."""
    return Number(numerator, denominator, numerator * factor / denominator if denominator else None)


def spread(days: Iterable[int]) -> Number:
    """Give how long things took: the median, the 90th percentile (nearest rank), the mean, and how they spread."""
    ordered = sorted(days)
    n = len(ordered)
    if not n:
        return Number(None, 0, None)
    middle = (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
    bins = [[low, high, sum(low <= day and (high is None or day <= high) for day in ordered)] for low, high in DAY_BINS]
    more = {"median": middle, "p90": float(ordered[ceil(n * 0.9) - 1]), "mean": sum(ordered) / n, "bins": bins}
    return Number(None, n, middle, more)


# -- places ----------------------------------------------------------------------------------------------------------


class Places:
    """Knows in which rows somebody, or an idea of a department, counts."""

    def __init__(self, departments: Mapping[int, Unit], people: People | None = None) -> None:
        self.departments, self.people = departments, people or People()
        self._paths: dict[int | None, tuple[Row, ...]] = {}
        self._rows: dict[Trait, tuple[Row, ...]] = {}

    def path(self, department_id: int | None) -> tuple[Row, ...]:
        """Give the rows of a department and of all above it."""
        if department_id not in self._paths:
            path: list[Row] = []
            at = department_id
            while at is not None and at in self.departments and ("department", str(at)) not in path:
                path.append(("department", str(at)))
                at = self.departments[at].parent_id
            self._paths[department_id] = tuple(path) or (("department", NONE),)
        return self._paths[department_id]

    def rows(self, trait: Trait) -> tuple[Row, ...]:
        """Give every row somebody counts in, the whole company first."""
        if trait not in self._rows:
            self._rows[trait] = (
                ALL, *self.path(trait.department_id), ("site", trait.site), ("group", trait.group),
                ("service", trait.service), ("site_group", f"{trait.site}|{trait.group}"),
            )
        return self._rows[trait]

    def trait(self, person_id: int | None, department_id: int | None) -> Trait:
        """Give what somebody counts in who handed in from a department."""
        own = self.people.traits.get(person_id or 0)
        return Trait(department_id, own.site, own.group, own.service) if own else NOBODY


def kind_of(trait: Trait) -> tuple[Any, ...]:
    """Give the class of people somebody belongs to, as the fields of an Atom behind its month."""
    return trait.department_id or 0, int(trait.site) if trait.site != NONE else 0, trait.group, trait.service


def by_area(area: str) -> tuple[Any, ...]:
    """Give the class of ideas of an area."""
    return 0, 0, "", "", area


def by_outcome(outcome: str) -> tuple[Any, ...]:
    """Give the class of ideas with an outcome."""
    return 0, 0, "", "", "", outcome


def by_department(department_id: int | None) -> tuple[Any, ...]:
    """Give the class of ideas a department decides."""
    return department_id or 0, 0, "", ""


def atom_of(month: str, kind: Iterable[Any]) -> Atom:
    """Give the atom of a class in a month ("2026-09")."""
    return Atom(month, *kind)
