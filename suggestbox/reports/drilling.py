"""Which rows of a tree of departments are in sight: the upper levels that fit, and on a click those below one of them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from suggestbox.core.language import gettext as _

from .queries import RowName

MOST_ROWS = 20
"""A tree with more rows shows its upper levels first."""

FEWEST_ROWS = 5
"""Of fewer there is hardly anything to compare."""

Address = Callable[[str], str]
"""Gives where the rows below a department stand; of "" the top of the tree."""


def depth_in_sight(depths: Sequence[int]) -> int:
    """Give how deep a tree is shown at once: all of it, or of a large one the upper levels that fit.

    Where that leaves hardly anything to compare, one level more, if it is not far too long; a single row is never alone.
    """
    deepest = max(depths, default=0)
    counts = [sum(depth <= level for depth in depths) for level in range(deepest + 1)]
    found = max((level for level, count in enumerate(counts) if count <= MOST_ROWS), default=0)
    if found < deepest and (counts[found] == 1 or (counts[found] < FEWEST_ROWS and counts[found + 1] <= MOST_ROWS * 2)):
        return found + 1
    return found


@dataclass(frozen=True)
class Sight:
    """What is seen of a tree: its rows, how many lie further down under each of them, and the way back up."""

    rows: list[RowName]
    further: dict[str, int] = field(default_factory=dict)
    trail: list[tuple[str, str]] = field(default_factory=list)
    left_out: int = 0


def in_sight(tree: Iterable[RowName], below: str = "", address: Address | None = None) -> Sight:
    """Give what is seen of a tree whose rows stand below the ones they belong to.

    Takes   below: the key of a row: this one, and what lies under it; a key that is not there: the top
    Gives   trail: (name, address) from the whole company down to the row above; empty at the top
    """
    rows = list(tree)
    at = next((n for n, row in enumerate(rows) if row.key == below), None) if below else None
    trail: list[tuple[str, str]] = []
    if at is not None:
        head, above = rows[at], list[RowName]()
        for row in reversed(rows[:at]):
            if row.depth < (above[-1] if above else head).depth:
                above.append(row)
        if address is not None:
            trail = [(_("Whole company"), address("")), *((row.name, address(row.key)) for row in reversed(above))]
        rows = [head, *_under(rows, at)]
    top = min((row.depth for row in rows), default=0)
    deepest = top + depth_in_sight([row.depth - top for row in rows])
    further = {}
    for n, row in enumerate(rows):
        if row.depth <= deepest and not (n == 0 and at is not None):
            hidden = sum(one.depth > deepest for one in _under(rows, n))
            if hidden:
                further[row.key] = hidden
    seen = [RowName(row.key, row.parent, row.depth - top, row.name) for row in rows if row.depth <= deepest]
    return Sight(seen, further, trail, len(rows) - len(seen))


def _under(rows: Sequence[RowName], at: int) -> list[RowName]:
    """The rows that lie under one of them."""
    end = next((n for n in range(at + 1, len(rows)) if rows[n].depth <= rows[at].depth), len(rows))
    return list(rows[at + 1:end])
