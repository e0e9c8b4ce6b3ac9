"""What can be computed from published sums: linear algebra over the rows of a report, without rounding.

A row of a report is a sum over atoms, the smallest classes of people (or ideas) any row is made of. Whoever sees the
published rows can compute exactly those rows that are combinations of them. That is decided in whole numbers modulo two
primes of 31 bits. A row that follows from the published ones is missed only if the fractions it takes have a common
denominator that both primes divide, so one of at least 4 * 10**18; sums over people take ones, twos and threes.
"""

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

PRIMES = (2**31 - 1, 2**31 - 19)
_HALF = 16  # bits: products of halves, added up, stay whole numbers in a double
_EXACT = 2.0**52

Matrix = NDArray[np.int64]


def times(left: Matrix, right: Matrix, prime: int) -> Matrix:
    """Give the product of two matrices modulo a prime. Takes numbers from 0 to prime - 1."""
    small, other = _signed(left, prime), _signed(right, prime)
    largest = float(np.abs(small).max(initial=0)) * float(np.abs(other).max(initial=0))
    if largest * left.shape[1] < _EXACT:
        return (small @ other).astype(np.int64) % prime
    found = np.zeros((left.shape[0], right.shape[1]), dtype=np.int64)
    upper, lower = (right >> _HALF).astype(np.float64), (right & 0xFFFF).astype(np.float64)
    for half in (1, 0):  # the upper bits, then the lower ones
        bits = (left >> _HALF if half else left & 0xFFFF).astype(np.float64)
        part = ((bits @ upper).astype(np.int64) % prime << _HALF) + (bits @ lower).astype(np.int64)
        found += (part % prime << _HALF * half) % prime
    return found % prime


def _signed(numbers: Matrix, prime: int) -> NDArray[np.float64]:
    return np.where(numbers > prime // 2, numbers - prime, numbers).astype(np.float64)


def reduced(rows: Matrix, prime: int) -> tuple[list[int], Matrix]:
    """Give the pivot columns and the reduced row echelon form (without rows of noughts) modulo a prime.

    Takes numbers from 0 to prime - 1. Columns of noughts cost nothing.
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
        if work[rank, column] != 1:
            work[rank, column:] = work[rank, column:] * pow(int(work[rank, column]), -1, prime) % prime
        others = np.flatnonzero(work[:, column])
        others = others[others != rank]
        if others.size:
            factors = work[others, column]
            work[others, column:] = (work[others, column:] - factors[:, None] * work[rank, column:]) % prime
        pivots.append(column)
    found = np.zeros((len(pivots), rows.shape[1]), dtype=np.int64)
    found[:, used] = work[:len(pivots)]
    return [int(used[column]) for column in pivots], found


class Space:
    """Everything that follows from the rows added so far, kept in layers: rows of one report at a time stay cheap."""

    def __init__(self, prime: int = PRIMES[0]) -> None:
        self.prime = prime
        self.layers: list[tuple[list[int], NDArray[np.intp], Matrix]] = []  # pivots, columns used, rows in those

    def remainder(self, rows: Matrix) -> Matrix:
        """Give what is left of rows when everything known is taken off; only noughts: the row follows."""
        rows = rows % self.prime
        for pivots, used, basis in self.layers:
            factors = rows[:, pivots]
            touched = np.flatnonzero(factors.any(axis=1))
            if touched.size:
                cells = np.ix_(touched, used)
                rows[cells] = (rows[cells] - times(factors[touched], basis, self.prime)) % self.prime
        return rows

    def add(self, rows: Matrix) -> None:
        """Add rows to what is known."""
        left = self.remainder(rows)
        left = left[left.any(axis=1)]
        if left.shape[0]:
            pivots, basis = reduced(left, self.prime)
            used = np.flatnonzero(basis.any(axis=0))
            self.layers.append((pivots, used, basis[:, used]))


def follows(hidden: Matrix, published: Sequence[Matrix]) -> NDArray[np.bool_]:
    """Say for each hidden row whether it follows from the published ones, given in groups (a report each)."""
    found = np.zeros(hidden.shape[0], dtype=bool)
    for prime in PRIMES:
        space = Space(prime)
        for rows in published:
            space.add(rows)
        found |= ~space.remainder(hidden).any(axis=1)
    return found


def independent_columns(rows: NDArray[Any]) -> list[int]:
    """Give columns that tell as much about the rows as all of them: a row that follows in these follows in all.

    Takes rows of noughts and ones. Works through wide tables in slices.
    """
    rows = np.array(list({row.tobytes(): row for row in rows}.values()), dtype=np.int64)
    height, width = rows.shape
    chosen: list[int] = []
    left = np.arange(width)
    while left.size:
        part = left[:: max(1, left.size // (2 * height))] if left.size > 2 * height else left
        tried = np.concatenate([np.array(chosen, dtype=np.int64), part])
        pivots, _ = reduced(rows[:, tried], PRIMES[0])
        chosen = [int(tried[column]) for column in pivots]
        if len(chosen) == height:
            break
        ways = relations(rows[:, chosen], Space())  # a column that breaks one of them is needed
        left = left[times(ways, rows[:, left], PRIMES[0]).any(axis=0)]
    return sorted(chosen)


def relations(rows: Matrix, space: Space) -> Matrix:
    """Give all ways in which rows follow from each other: a result times the rows is nought, or known in the space.

    The relations say how a later row is made of earlier ones, so put the finest rows first.
    """
    pivots, basis = reduced(space.remainder(rows).T.copy(), space.prime)
    independent = set(pivots)
    others = [at for at in range(rows.shape[0]) if at not in independent]
    found = np.zeros((len(others), rows.shape[0]), dtype=np.int64)
    for at, other in enumerate(others):
        found[at, other] = 1
        found[at, pivots] = -basis[:, other] % space.prime
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
    found = follows(table[:len(asked)], [table[len(asked):]])
    return [line for line, given in zip(asked, found, strict=True) if given]
