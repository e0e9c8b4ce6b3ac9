"""Which rows of a report are hidden so that nobody can be computed out of it.

Small rows are hidden first. Then further ones, until no hidden row follows from what is published (here, and in the
reports of periods that overlap this one), and until nothing small is left over when shown rows are taken off each
other. What is hidden is decided once for all figures that count the same people, since their rows are sums of the same
atoms whatever is counted. How it is proven: `rowspace`.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Sequence

import numpy as np

from . import rowspace
from .crowd import Crowd, Limits
from .lattice import Family, Lattice
from .lines import CHANGE, COMPLEMENT, SMALL, Known, Line

_DEAR = 1_000_000.0
_WORTH = {"site": 3.0, "group": 3.0, "service": 3.0, "area": 2.0, "outcome": 2.0}


def protect(
    lines: Sequence[Line], published: Iterable[Known] = (), *, crowd: Crowd | None = None, limits: Limits | None = None,
) -> dict[tuple[str, str], str]:
    """Give for each row why it is hidden: "small", "change", "complement", or "" for shown.

    Takes the rows of one report, those of kept reports that overlap it, and who stands behind the atoms. Without a
    crowd, what is left over is judged by the rows' own numbers: right as long as nobody is behind two atoms.
    """
    return _Search(lines, list(published), crowd, limits).run()


class _Ways:
    """All ways in which the rows of a report follow from each other, when what is known from others is taken off.

    Rows of the same atoms are one row here, and shown as soon as one of them is.
    """

    def __init__(self, lattice: Lattice, table: rowspace.Matrix) -> None:
        self.mine, self.table = len(lattice.lines), table
        self.known_shown = [table[rows] for rows in lattice.by_report()]
        same: dict[bytes, list[int]] = {}
        for at in np.flatnonzero(table.any(axis=1)):
            same.setdefault(table[at].tobytes(), []).append(int(at))
        self.same = {rows[0]: rows for rows in same.values()}
        space = rowspace.Space()
        for rows in self.known_shown:
            space.add(rows)
        order = [at for at in self.same if at < self.mine]
        order.sort(key=lambda at: lattice.bits[at].bit_count())
        self.order = order + self._reachable(space, [at for at in self.same if at >= self.mine])
        self.relations = rowspace.relations(table[self.order], space)

    def _reachable(self, space: rowspace.Space, kept: list[int]) -> list[int]:
        """Give those rows of other reports, not known yet, that the rows of this one could give away."""
        left = space.remainder(self.table[kept])
        own = rowspace.Space()
        own.add(space.remainder(self.table[:self.mine]))
        new, beyond = np.asarray(left.any(axis=1)), np.asarray(own.remainder(left).any(axis=1))
        return [kept[int(place)] for place in np.flatnonzero(new & ~beyond)]

    def _split(self, is_hidden: Callable[[int], bool]) -> tuple[list[int], list[int]]:
        hidden = [place for place, at in enumerate(self.order) if all(is_hidden(one) for one in self.same[at])]
        closed = set(hidden)
        return hidden, [place for place in range(len(self.order)) if place not in closed]

    def leading_to_hidden(self, is_hidden: Callable[[int], bool]) -> list[set[int]]:
        """Give for each hidden row that follows from shown ones the rows of this report it follows from."""
        hidden, shown = self._split(is_hidden)
        pivots, basis = rowspace.reduced(self.relations[:, hidden + shown], rowspace.PRIMES[0])
        found = []
        for row, pivot in enumerate(pivots):
            if pivot < len(hidden) and np.count_nonzero(basis[row, :len(hidden)]) == 1:
                used = [self.order[shown[int(one)]] for one in np.flatnonzero(basis[row, len(hidden):])]
                found.append({one for at in used for one in self.same[at] if one < self.mine and not is_hidden(one)})
        return [used for used in found if used]

    def told_before(self) -> set[int]:
        """Give the rows of this report that follow from other reports alone: whether they are shown makes no difference."""
        given = rowspace.follows(self.table[:self.mine], self.known_shown) if self.known_shown else np.zeros(0, dtype=bool)
        return {int(at) for at in np.flatnonzero(given)}

    def given_away(self, is_hidden: Callable[[int], bool], told: Container[int]) -> list[int]:
        """Give the hidden rows that follow from shown ones, found from the start and with two primes.

        Takes   told: rows that follow from other reports alone, which nothing hidden here can keep back
        """
        hidden = [at for place in self._split(is_hidden)[0] if (at := self.order[place]) not in told]
        shown = [at for at in range(self.mine) if not is_hidden(at)]
        given = rowspace.follows(self.table[hidden], [*self.known_shown, self.table[shown]])
        return [hidden[int(place)] for place in np.flatnonzero(given)]


class _Search:
    def __init__(
        self, lines: Sequence[Line], known: Sequence[Known], crowd: Crowd | None, limits: Limits | None,
    ) -> None:
        self.lines = lines
        self.lattice = Lattice(lines, known, crowd, limits)
        self.twins = self._rows_of_the_same_atoms()
        self.why: list[str] = [self._at_first(self.twins[at]) for at in range(len(lines))]
        most = max((line.behind for line in lines), default=0) or 1
        cost = [
            _DEAR if line.must_show else _WORTH.get(line.dimension, 1.0) * (1 + 2 * line.behind / most) for line in lines
        ]
        self.cost = [sum(cost[one] for one in twins) for twins in self.twins]
        self.needed: set[int] = set()  # hidden by the last check
        table = self.lattice.table()
        self.ways = [_Ways(self.lattice, table)]
        outside = self.lattice.outside(table)
        if outside.any():
            # Whoever belongs to no department is so few that a company without them is the company.
            self.ways.append(_Ways(self.lattice, np.where(outside, 0, table)))
        self.told = [ways.told_before() for ways in self.ways]

    def _rows_of_the_same_atoms(self) -> list[list[int]]:
        """A department that is the whole company, the only site: they are shown or hidden together."""
        same: dict[int, list[int]] = {}
        for at, _line in enumerate(self.lines):
            same.setdefault(self.lattice.bits[at] or -1 - at, []).append(at)
        return [same[self.lattice.bits[at] or -1 - at] for at, _line in enumerate(self.lines)]

    def _at_first(self, twins: list[int]) -> str:
        """Say why rows of the same atoms are hidden from the start: the one that must be shown decides, else any."""
        lines = [self.lines[at] for at in twins]
        lines = [line for line in lines if line.must_show] or lines
        return SMALL if any(line.small for line in lines) else CHANGE if any(line.changed for line in lines) else ""

    def _put(self, at: int, why: str) -> None:
        for one in self.twins[at]:
            self.why[one] = why

    # -- the search -----------------------------------------------------------------------------------------

    def run(self) -> dict[tuple[str, str], str]:
        while True:
            self._settle()
            self._show_again()
            if not self._hide_for_sure():
                break
        return {line.key: why for line, why in zip(self.lines, self.why, strict=True)}

    def _hidden(self, at: int) -> bool:
        if at < len(self.lines):
            return bool(self.why[at])
        return not self.lattice.known[at - len(self.lines)].shown

    def _settle(self) -> None:
        while self._hide_left_over() or self._hide_mixed() or self._hide_computable():
            pass

    def _hide_left_over(self) -> bool:
        some = False
        again = True
        while again:
            again = False
            for family in self.lattice.families:
                while (found := self._small_left(family)) and self._hide_for(family, *found):
                    again = some = True
        return some

    def _mixed(self) -> Iterator[tuple[Family, tuple[int, list[int]]]]:
        shown = [at for at, why in enumerate(self.why) if not why]
        for family in self.lattice.mixed_pairs(shown):
            found = self._small_left(family)
            if found:
                yield family, found

    def _hide_mixed(self) -> bool:
        some = False
        for family, found in self._mixed():  # hidden meanwhile: then it is none any more
            if not any(self.why[at] for at in (family.whole, *family.parts)):
                some = self._hide_for(family, *found) or some
        return some

    def _small_left(self, family: Family) -> tuple[int, list[int]] | None:
        if self._hidden(family.whole):
            return None
        for left, taken in self.lattice.left_over(family, self._hidden):
            if self.lattice.is_small(left, family, taken):
                return left, taken
        return None

    def _hide_for(self, family: Family, left: int, taken: list[int]) -> bool:
        """Hide one row so that more is left over: the cheapest part that is enough, else the cheapest row.

        Gives False where nothing can be done, because all of it was published before.
        """
        mine = [at for at in taken if at < len(self.lines)]
        enough = [
            at for at in mine
            if not self.lattice.is_small(left | self.lattice.bits[at], family, [one for one in taken if one != at])
        ]
        choice = enough or mine
        if family.whole < len(self.lines):
            choice = [*choice, family.whole]
        if not choice:
            return False
        self._put(min(choice, key=lambda at: self.cost[at]), COMPLEMENT)
        return True

    def _computable(self) -> list[set[int]]:
        """Give for each hidden row that follows from shown ones the rows of this report it follows from."""
        return [used for ways in self.ways for used in ways.leading_to_hidden(self._hidden)]

    def _hide_computable(self) -> bool:
        found = self._computable()
        some = bool(found)
        while found:
            counts: dict[int, int] = {}
            for used in found:
                for at in used:
                    counts[at] = counts.get(at, 0) + 1
            best = min(counts, key=lambda at: (self.cost[at] / counts[at], at))
            self._put(best, COMPLEMENT)
            found = [used for used in found if best not in used]
        return some

    def _show_again(self) -> None:
        """Show what was hidden on the way and is not needed after all, the most telling rows first."""
        beyond = [at for at, why in enumerate(self.why) if why == COMPLEMENT and at not in self.needed]
        for at in sorted(beyond, key=lambda at: -self.cost[at]):
            if not self.why[at]:
                continue  # shown with one of the same atoms
            self._put(at, "")
            families = [family for one in self.twins[at] for family in self.lattice.families_of.get(one, [])]
            if any(self._small_left(family) for family in families) or any(self._mixed()) or self._computable():
                self._put(at, COMPLEMENT)

    def _hide_for_sure(self) -> bool:
        """Check everything once more from the start, with two primes, and hide a row more if something follows."""
        for ways, told in zip(self.ways, self.told, strict=True):
            for at in ways.given_away(self._hidden, told):
                near = [
                    one for one, why in enumerate(self.why) if not why and self.lattice.bits[one] & self.lattice.bits[at]
                ]
                if near:
                    cheapest = min(near, key=lambda one: self.cost[one])
                    self.needed.update(self.twins[cheapest])
                    self._put(cheapest, COMPLEMENT)
                    return True
        return False
