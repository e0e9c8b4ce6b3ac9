"""Rows of reports as what they add up: the shapes protection works on."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

SMALL, CHANGE, COMPLEMENT = "small", "change", "complement"
NOWHERE = "none"
"""The row of those who belong to no department, no site, no group."""

IDEA_DIMENSIONS = frozenset({"area", "outcome"})
"""Rows about kinds of ideas, not about kinds of people: they have no headcount, and none is as good as many."""


class Atom(NamedTuple):
    """The smallest class any row is made of: of people in a month; of figures about ideas also their area and outcome."""

    month: str  # 2026-09
    department: int
    site: int
    group: str
    service: str
    area: str = ""
    outcome: str = ""


@dataclass(frozen=True)
class Line:
    """A row of a report: what it adds up, how many people it is about, how many of them stand behind its numbers.

    `must_show`: hidden only if it is small, or if nothing else helps. `changed`: a correction altered it by so little
    that the change is about few people.
    """

    dimension: str
    row: str
    atoms: frozenset[Hashable] = field(repr=False)
    people: int
    behind: int
    small: bool
    must_show: bool = False
    changed: bool = False

    @property
    def key(self) -> tuple[str, str]:
        return self.dimension, self.row


@dataclass(frozen=True)
class Known:
    """A row of a report that is kept already, shown or hidden: nothing done now changes that."""

    report: str  # 2026-09
    dimension: str
    row: str
    atoms: frozenset[Hashable] = field(repr=False)
    shown: bool = True

    @property
    def key(self) -> tuple[str, str]:
        return self.dimension, self.row


def share(hidden: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    """Give how much of a report is hidden, for its page: rows, small ones, those hidden beyond, and their share."""
    why = list(hidden.values())
    beyond = why.count(COMPLEMENT) + why.count(CHANGE)
    return {
        "rows": len(why), "small": sum(1 for one in why if one) - beyond, "beyond": beyond,
        "beyond_percent": round(100 * beyond / len(why), 1) if why else 0.0,
    }
