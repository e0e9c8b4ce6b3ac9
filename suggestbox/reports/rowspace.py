"""What can be computed from published sums: exact linear algebra over the rows of a report.

A row of a report is a sum over atoms, the smallest classes of people (or ideas) any row is made of. Whoever sees the
published rows can compute exactly those rows that are combinations of them. A hidden row is safe when there are two
companies with the same published rows and different numbers in the hidden one: their difference is a vector of whole
numbers with which every published row gives nought and the hidden one does not. That vector is looked for with
arithmetic modulo a prime, which is fast, and then proven in whole numbers. What cannot be proven counts as computable,
so a coincidence modulo the prime can hide too much and never show too much.
"""

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

PRIME = 2**31 - 1
_HALF = 16  # bits: products of halves, added up, stay whole numbers in a double
_EXACT = float(2**52)
_ROUNDS = 6

Matrix = NDArray[np.int64]


def times(left: Matrix, right: Matrix) -> Matrix:
    """Give the product modulo PRIME of two matrices of numbers from 0 to PRIME - 1."""
    found = np.zeros((left.shape[0], right.shape[1]), dtype=np.int64)
    for half in (1, 0):  # the upper bits, then the lower ones
        bits = (left >> _HALF if half else left & 0xFFFF).astype(np.float64)
        if not bits.any():
            continue
        upper, lower = (right >> _HALF).astype(np.float64), (right & 0xFFFF).astype(np.float64)
        part = ((bits @ upper).astype(np.int64) % PRIME << _HALF) + (bits @ lower).astype(np.int64)
        found += (part % PRIME << _HALF * half) % PRIME
    return found % PRIME


def reduced(rows: Matrix) -> tuple[list[int], Matrix]:
    """Give the pivot columns and the reduced row echelon form (without rows of noughts) modulo PRIME.

    Takes rows of numbers from 0 to PRIME - 1. Columns of noughts cost nothing.
    """
    used = np.flatnonzero(rows.any(axis=0))
    work = rows[:, used].copy()
    pivots: list[int] = []
    for column in range(work.shape[1]):
        rank = len(pivots)
        if rank == work.shape[0]:
            break
        below = np.flatnonzero(work[rank:, column])
        if not below.size:
            continue
        at = rank + int(below[0])
        if at != rank:
            work[[rank, at]] = work[[at, rank]]
        work[rank, column:] = work[rank, column:] * pow(int(work[rank, column]), -1, PRIME) % PRIME
        others = np.flatnonzero(work[:, column])
        others = others[others != rank]
        if others.size:
            factors = work[others, column]
            work[others, column:] = (work[others, column:] - factors[:, None] * work[rank, column:]) % PRIME
        pivots.append(column)
    found = np.zeros((len(pivots), rows.shape[1]), dtype=np.int64)
    found[:, used] = work[:len(pivots)]
    return [int(used[column]) for column in pivots], found


class Space:
    """Everything that follows from the rows added so far, kept in layers: rows of one report at a time stay cheap."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.layers: list[tuple[list[int], Matrix]] = []

    def remainder(self, rows: Matrix) -> Matrix:
        """Give what is left of rows (modulo PRIME) when everything known is taken off; noughts: the row follows."""
        rows = rows % PRIME
        for pivots, basis in self.layers:
            factors = rows[:, pivots]
            touched = np.flatnonzero(factors.any(axis=1))
            if touched.size:
                rows[touched] = (rows[touched] - times(factors[touched], basis)) % PRIME
        return rows

    def add(self, rows: Matrix) -> None:
        """Add rows to what is known."""
        left = self.remainder(rows)
        left = left[left.any(axis=1)]
        if left.shape[0]:
            self.layers.append(reduced(left))

    def unknown(self) -> Matrix:
        """Give vectors, one a column, with which every row added gives nought modulo PRIME: all such are sums of them."""
        pivots = {column for layer, _ in self.layers for column in layer}
        free = [column for column in range(self.width) if column not in pivots]
        found = np.zeros((self.width, len(free)), dtype=np.int64)
        found[free, range(len(free))] = 1
        for layer, basis in reversed(self.layers):
            others = basis.copy()
            others[:, layer] = 0
            found[layer] = -times(others, found) % PRIME
        return found


def _denominator(number: int) -> int:
    """Give the smallest denominator with which a number modulo PRIME is a small fraction."""
    old, new = (PRIME, 0), (number, 1)
    while new[0] * new[0] > PRIME // 2:
        times_ = old[0] // new[0]
        old, new = new, (old[0] - times_ * new[0], old[1] - times_ * new[1])
    return abs(new[1])


def _whole(vectors: Matrix) -> NDArray[np.float64]:
    """Give multiples of vectors modulo PRIME that are vectors of small whole numbers, wherever there are such."""
    vectors = vectors.copy()
    for _ in range(_ROUNDS):
        signed = np.where(vectors > PRIME // 2, vectors - PRIME, vectors)
        largest = np.abs(signed).argmax(axis=0)
        wild = [at for at, row in enumerate(largest) if abs(int(signed[row, at])) > 2**14]
        if not wild:
            break
        scales = [_denominator(int(vectors[largest[at], at])) for at in wild]
        vectors[:, wild] = vectors[:, wild] * np.array(scales, dtype=np.int64) % PRIME
    return np.where(vectors > PRIME // 2, vectors - PRIME, vectors).astype(np.float64)


def unproven(hidden: Matrix, published: Sequence[Matrix]) -> NDArray[np.bool_]:
    """Say for each hidden row whether it is computable from the published ones, or not proven to be safe.

    Takes rows of small whole numbers, the published ones in groups (a report each). The answer holds for fractions and
    real numbers as well as for whole ones.
    """
    space = Space(hidden.shape[1])
    for rows in published:
        space.add(rows)
    vectors = _whole(space.unknown())
    for rows in (hidden, *published):
        bound = np.abs(rows).astype(np.float64) @ np.abs(vectors)
        vectors = vectors[:, (bound < _EXACT).all(axis=0)]
    for rows in published:
        vectors = vectors[:, ~(rows.astype(np.float64) @ vectors).any(axis=0)]
    return ~(hidden.astype(np.float64) @ vectors).any(axis=1)


def independent_columns(rows: Matrix) -> list[int]:
    """Give columns that tell as much about the rows as all of them: a row that follows in these follows in all.

    Takes rows of noughts and ones. Works through wide tables in slices.
    """
    rows = np.unique(rows, axis=0)
    height, width = rows.shape
    chosen: list[int] = []
    left = np.arange(width)
    while left.size:
        part = left[:: max(1, left.size // (2 * height))] if left.size > 2 * height else left
        tried = np.concatenate([np.array(chosen, dtype=np.int64), part])
        pivots, _ = reduced(rows[:, tried].astype(np.int64))
        chosen = [int(tried[column]) for column in pivots]
        if len(chosen) == height:
            break
        space = Space(height)
        space.add(rows[:, chosen].T.astype(np.int64))
        ways = space.unknown()  # in which the rows follow from each other here: a column that breaks one is needed
        left = left[times(ways.T.copy(), rows[:, left].astype(np.int64)).any(axis=0)]
    return sorted(chosen)


def relations(rows: Matrix, space: Space) -> Matrix:
    """Give all ways in which rows follow from each other: each result times the rows gives nought modulo PRIME.

    Takes what is known anyway as a space: nought means that what is left follows from that. The relations say how a
    later row is made of earlier ones, so put the finest rows first.
    """
    left = space.remainder(rows)
    pivots, basis = reduced(left.T.copy())
    others = [at for at in range(rows.shape[0]) if at not in set(pivots)]
    found = np.zeros((len(others), rows.shape[0]), dtype=np.int64)
    for at, other in enumerate(others):
        found[at, other] = 1
        found[at, pivots] = -basis[:, other] % PRIME
    return found


def computable(hidden: Iterable[Any], published: Iterable[Any]) -> list[Any]:
    """Give those hidden lines whose numbers follow from the published lines, in their order.

    Takes lines: anything with `atoms`, a set of hashable things.
    """
    asked, known = list(hidden), list(published)
    atoms: dict[Hashable, list[int]] = {}
    for at, line in enumerate([*asked, *known]):
        for atom in line.atoms:
            atoms.setdefault(atom, []).append(at)
    columns = list({tuple(members): None for members in atoms.values()})
    table = np.zeros((len(asked) + len(known), len(columns)), dtype=np.int64)
    for column, members in enumerate(columns):
        table[list(members), column] = 1
    if columns:
        table = table[:, independent_columns(table)]
    found = unproven(table[:len(asked)], [table[len(asked):]])
    return [line for line, follows in zip(asked, found, strict=True) if follows]
