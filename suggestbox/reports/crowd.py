"""How many people stand behind any part of a report, and whether that is too few to be shown."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Limits:
    """From how many people on a row is shown.

    `behind`: distinct submitters (answers, owners of steps). `headcount`: people in the row at all. `complement`: those
    who did not take part are a group as well, so neither few of them nor none, and not everybody.
    """

    behind: int = 5
    headcount: int = 10
    complement: bool = True


PEOPLE = Limits()
RATINGS = Limits(behind=10, headcount=10, complement=False)
PROCESS = Limits(behind=5, headcount=0, complement=False)


def too_small(people: int, behind: int, limits: Limits = PEOPLE, *, others: int | None = None) -> bool:
    """Say whether a group must not be shown.

    Takes the people in it, those behind its numbers, and how many of the people in it are not behind them (where that
    is not simply the difference, because somebody took part and left since). A group of nobody at all is not small:
    there is nobody to protect.
    """
    if not people and not behind:
        return False
    if behind < limits.behind or people < limits.headcount:
        return True
    if not limits.complement:
        return False
    return (people - behind if others is None else others) < limits.behind


class Crowd:
    """Who stands behind which atoms, as sets of people, so that nobody is counted twice.

    Takes the people behind each atom, and the people in it. Those are the same in every month of a period, so they are
    given by `place(atom)`; leave them out where only who is behind matters.
    """

    def __init__(
        self, behind: Mapping[Any, Iterable[int]], people: Mapping[Any, Iterable[int]] | None = None,
        limits: Limits = PEOPLE,
    ) -> None:
        self.limits = limits
        self._bit: dict[int, int] = {}
        self._behind: dict[Any, int] = {atom: self._mask(ids) for atom, ids in behind.items()}
        self._people: dict[Any, int] = {place: self._mask(ids) for place, ids in (people or {}).items()}

    def _mask(self, ids: Iterable[int]) -> int:
        mask = 0
        for person in ids:
            mask |= 1 << self._bit.setdefault(person, len(self._bit))
        return mask

    def masks(self, atoms: Iterable[Hashable]) -> tuple[int, int]:
        """Give who is in these atoms and who is behind them, a bit a person."""
        people = behind = 0
        places = set()
        for atom in atoms:
            behind |= self._behind.get(atom, 0)
            places.add(place(atom))
        for one in places:
            people |= self._people.get(one, 0)
        return people, behind

    def small(self, people: int, behind: int) -> bool:
        """Say whether the people of two such masks are too few to be shown."""
        return too_small(
            people.bit_count(), behind.bit_count(), self.limits, others=(people & ~behind).bit_count()
        )


def place(atom: Hashable) -> Hashable:
    """Give what an atom says about people: department, site, group and service, whatever the month."""
    return tuple(atom[1:5]) if isinstance(atom, tuple) else atom
