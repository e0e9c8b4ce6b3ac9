"""Somebody who wants to know more than a report says: plain fractions over plain rows, nothing of the application."""

from fractions import Fraction
from itertools import combinations


def computed(hidden, published):
    """Give the hidden sets of atoms whose sum follows from the sums of published sets, by elimination in fractions."""
    atoms = sorted({atom for row in [*hidden, *published] for atom in row})
    echelon = []  # (pivot atom, {atom: fraction})

    def left_of(row):
        row = {atom: Fraction(1) for atom in row}
        for pivot, known in echelon:
            factor = row.get(pivot)
            if factor:
                for atom, number in known.items():
                    value = row.get(atom, 0) - factor * number
                    if value:
                        row[atom] = value
                    else:
                        row.pop(atom, None)
        return row

    for row in sorted(published, key=len):
        left = left_of(row)
        if left:
            pivot = min(left, key=atoms.index)
            factor = left[pivot]
            echelon.append((pivot, {atom: number / factor for atom, number in left.items()}))
    return [row for row in hidden if not left_of(row)]


def small_differences(shown, is_small):
    """Give the groups that are left over when one or two shown rows are taken off a larger one, and are too small."""
    found = []
    for whole in shown:
        inside = [part for part in shown if part < whole]
        for taken in [*combinations(inside, 1), *combinations(inside, 2)]:
            if len(taken) == 2 and taken[0] & taken[1]:
                continue
            left = whole.difference(*taken)
            if left and is_small(left):
                found.append(left)
    return found
