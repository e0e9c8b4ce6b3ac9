"""Rows as sets of atoms: which lie in which, what is left over between them, and which follow from each other."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from . import rowspace
from .crowd import PEOPLE, Crowd, Limits, too_small
from .lines import IDEA_DIMENSIONS, NOWHERE, Known, Line

_AT_ONCE = 64


@dataclass(frozen=True)
class Family:
    """A row and those rows of one kind that lie in it, the largest first."""

    whole: int
    parts: tuple[int, ...]
    ideas: bool  # the parts tell ideas apart, not people


class Lattice:
    """The rows of a report (numbered from 0) and those of overlapping reports (numbered after them)."""

    def __init__(
        self, lines: Sequence[Line], known: Sequence[Known], crowd: Crowd | None, limits: Limits | None,
    ) -> None:
        self.lines, self.known, self.crowd = lines, known, crowd
        self.limits = limits or (crowd.limits if crowd else PEOPLE)
        self.rows: list[Line | Known] = [*lines, *known]
        self.classes = _classes(self.rows)
        self.bits = _bits(self.classes, len(self.rows))
        self._masks = [crowd.masks(atoms) for atoms in self.classes.values()] if crowd else []
        self._small: dict[tuple[int, bool], bool] = {}
        self.families = list(self._families())
        self.families_of: dict[int, list[Family]] = {}
        for family in self.families:
            for at in (family.whole, *family.parts):
                self.families_of.setdefault(at, []).append(family)

    # -- what is left over ----------------------------------------------------------------------------------

    def _families(self) -> Iterator[Family]:
        mine = len(self.lines)
        by_kind: dict[Hashable, list[int]] = {}
        for at, row in enumerate(self.rows):
            if self.bits[at]:
                by_kind.setdefault(row.key, []).append(at)
                if at < mine:
                    by_kind.setdefault(row.dimension, []).append(at)
        for members in by_kind.values():
            members.sort(key=lambda at: (-self.bits[at].bit_count(), at))
        dimensions = list(dict.fromkeys(line.dimension for line in self.lines))
        for whole, row in enumerate(self.rows):
            kinds: list[Hashable] = [row.key, *(dimensions if whole < mine else [])]
            for kind in kinds if self.bits[whole] else ():
                inside = tuple(at for at in by_kind.get(kind, ()) if self._lies_in(at, whole))
                if inside and (whole < mine or any(at < mine for at in inside)):
                    yield Family(whole, inside, self.rows[inside[0]].dimension in IDEA_DIMENSIONS)

    def _lies_in(self, part: int, whole: int) -> bool:
        return self.bits[part] != self.bits[whole] and not self.bits[part] & ~self.bits[whole]

    def left_over(self, family: Family, hidden: Callable[[int], bool]) -> list[tuple[int, list[int]]]:
        """Give what is left when shown parts are taken off the whole (a bit a class), and the parts taken.

        Twice where it makes a difference: down to shown parts of hidden parts, and without looking into hidden parts.
        """
        left = shallow = self.bits[family.whole]
        taken: list[int] = []
        first: list[int] = []
        passed = 0
        for at in family.parts:
            bits = self.bits[at]
            if hidden(at):
                passed |= bits
            elif not bits & ~left:
                left &= ~bits
                taken.append(at)
                if not bits & passed:
                    shallow &= ~bits
                    first.append(at)
        found = [(left, taken)] if taken else []
        return [*found, (shallow, first)] if first and first != taken else found

    def is_small(self, left: int, family: Family, taken: Iterable[int] = ()) -> bool:
        """Say whether what is left over is about too few people."""
        if not left:
            return False
        if self.crowd is None:
            return self._small_by_numbers(family, taken)
        key = left, family.ideas
        if key not in self._small:
            self._small[key] = self._count(left, family.ideas)
        return self._small[key]

    def _small_by_numbers(self, family: Family, taken: Iterable[int]) -> bool:
        numbers = []
        for at in (family.whole, *taken):
            row = self.rows[at]
            if not isinstance(row, Line):
                return False  # how many were behind it nobody knows any more
            numbers.append((row.people, row.behind))
        people = max(2 * numbers[0][0] - sum(one for one, _ in numbers), 0)
        behind = max(2 * numbers[0][1] - sum(one for _, one in numbers), 0)
        return 0 < behind < self.limits.behind if family.ideas else too_small(people, behind, self.limits)

    def _count(self, left: int, ideas: bool) -> bool:
        limits, people, behind = self.limits, 0, 0
        plenty = limits.headcount + (self._most if limits.complement else 0)
        for part in _chunks(left):
            for at in part:
                inside, active = self._masks[at]
                people |= inside
                behind |= active
            if behind.bit_count() >= limits.behind and (ideas or people.bit_count() >= plenty):
                return False
        if ideas:
            return 0 < behind.bit_count() < limits.behind
        return bool(self.crowd and self.crowd.small(people, behind))

    @cached_property
    def _nested(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.int64]]:
        """Which rows of people of this report lie in which, which have nobody in common, and their numbers."""
        mine = range(len(self.lines))
        people = [at for at in mine if self.bits[at] and self.lines[at].dimension not in IDEA_DIMENSIONS]
        inside = np.zeros((len(mine), len(mine)), dtype=bool)
        apart = np.zeros((len(mine), len(mine)), dtype=bool)
        for at in people:
            for other in people:
                inside[at, other] = self._lies_in(other, at)
                apart[at, other] = not self.bits[at] & self.bits[other]
        return inside, apart, np.array([[line.people, line.behind] for line in self.lines], dtype=np.int64).reshape(-1, 2)

    def mixed_pairs(self, shown: Sequence[int]) -> Iterator[Family]:
        """Give rows with two shown rows in them, of whatever kinds, that may leave few people over."""
        inside, apart, numbers = self._nested
        wide = 2 * np.array([self.limits.headcount, self.limits.behind])
        for whole in shown:
            parts = np.array([at for at in shown if inside[whole, at]], dtype=np.int64)
            if parts.size < 2:
                continue
            left = numbers[whole] - numbers[parts][:, None] - numbers[parts][None, :]
            few = (left < wide).any(axis=2) | (left[..., 0] - left[..., 1] < wide[1])
            for one, other in np.argwhere(np.triu(few & apart[np.ix_(parts, parts)])):
                yield Family(whole, (int(parts[one]), int(parts[other])), ideas=False)

    @cached_property
    def _most(self) -> int:
        """From how many people on enough of them cannot be behind anything."""
        behind = 0
        for _, active in self._masks:
            behind |= active
        return behind.bit_count() + self.limits.behind

    # -- what follows from what -----------------------------------------------------------------------------

    def table(self) -> rowspace.Matrix:
        """Give the rows as noughts and ones over as few classes as tell everything about them."""
        lengths = np.fromiter(map(len, self.classes), dtype=np.int64, count=len(self.classes))
        if not lengths.size:
            return np.zeros((len(self.rows), 0), dtype=np.int64)
        rows = np.fromiter(chain.from_iterable(self.classes), dtype=np.int64, count=int(lengths.sum()))
        columns = np.repeat(np.arange(lengths.size), lengths)
        reports = list(dict.fromkeys(row.report for row in self.known))
        marks = np.array([1] * len(self.lines) + [2 << reports.index(row.report) for row in self.known], dtype=np.int64)
        touched = np.bitwise_or.reduceat(marks[rows], np.concatenate(([0], lengths.cumsum()[:-1])))
        chosen: list[NDArray[np.int64]] = []
        for mark in np.unique(touched):  # the classes of the same reports, a month's for instance
            block = np.flatnonzero(touched == mark)
            here = np.flatnonzero(touched[columns] == mark)
            members, row_places = np.unique(rows[here], return_inverse=True)
            table = np.zeros((members.size, block.size), dtype=np.int8)
            table[row_places, np.searchsorted(block, columns[here])] = 1
            chosen.append(block[rowspace.independent_columns(table)])
        places = np.full(lengths.size, -1, dtype=np.int64)
        kept = np.sort(np.concatenate(chosen))
        places[kept] = np.arange(kept.size)
        found = np.zeros((len(self.rows), kept.size), dtype=np.int64)
        inside = places[columns] >= 0
        found[rows[inside], places[columns[inside]]] = 1
        return found

    def outside(self, table: rowspace.Matrix) -> NDArray[np.bool_]:
        """Say of which classes of a table few people are that belong to no department, site or group."""
        rows = [at for at, line in enumerate(self.lines) if line.row == NOWHERE and line.small]
        return np.asarray(table[rows].any(axis=0))

    def by_report(self) -> list[list[int]]:
        """Give the shown rows of the overlapping reports, a list a report, those of fewer atoms first."""
        found: dict[str, list[int]] = {}
        for at, row in enumerate(self.known, len(self.lines)):
            if row.shown:
                found.setdefault(row.report, []).append(at)
        return sorted(found.values(), key=lambda rows: max(self.bits[at].bit_count() for at in rows))


def _classes(rows: Sequence[Line | Known]) -> dict[tuple[int, ...], list[Hashable]]:
    """Give the atoms by the rows they are in: atoms that are always together count as one.

    In an order of their own, not that of sets: the same report is hidden in the same way every time.
    """
    members: dict[Hashable, list[int]] = {}
    for at, row in enumerate(rows):
        for atom in row.atoms:
            members.setdefault(atom, []).append(at)
    found: dict[tuple[int, ...], list[Hashable]] = {}
    for atom, inside in members.items():
        found.setdefault(tuple(inside), []).append(atom)
    return dict(sorted(found.items()))


def _bits(classes: Iterable[tuple[int, ...]], count: int) -> list[int]:
    columns: list[list[int]] = [[] for _ in range(count)]
    width = 0
    for at, members in enumerate(classes):
        width = at + 1
        for row in members:
            columns[row].append(at)
    found = []
    for mine in columns:
        flags = np.zeros(width, dtype=np.uint8)
        flags[mine] = 1
        found.append(int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little"))
    return found


def _chunks(bits: int) -> Iterator[list[int]]:
    flags = np.frombuffer(bits.to_bytes((bits.bit_length() + 7) // 8, "little"), dtype=np.uint8)
    found = np.flatnonzero(np.unpackbits(flags, bitorder="little")).tolist()
    for first in range(0, len(found), _AT_ONCE):
        yield found[first:first + _AT_ONCE]
