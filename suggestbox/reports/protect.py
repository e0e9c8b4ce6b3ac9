"""Which rows of a report are hidden so that nobody can be computed out of it.

Small rows are hidden first. Then further ones, until no hidden row follows from what is published (here, and in the
reports of periods that overlap this one), and until nothing small is left over when shown rows are taken off each
other. What is hidden is decided once for all figures that count the same people, since their rows are sums of the same
atoms whatever is counted. How it is proven: `rowspace`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

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


def share(hidden: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    """Give how much of a report is hidden, for its page: rows, small ones, those hidden beyond, and their share."""
    why = list(hidden.values())
    beyond = why.count(COMPLEMENT) + why.count(CHANGE)
    return {
        "rows": len(why), "small": sum(1 for one in why if one) - beyond, "beyond": beyond,
        "beyond_percent": round(100 * beyond / len(why), 1) if why else 0.0,
    }


class _Search:
    def __init__(
        self, lines: Sequence[Line], known: Sequence[Known], crowd: Crowd | None, limits: Limits | None,
    ) -> None:
        self.lines = lines
        self.lattice = Lattice(lines, known, crowd, limits)
        self.why: list[str] = [SMALL if line.small else CHANGE if line.changed else "" for line in lines]
        most = max((line.behind for line in lines), default=0) or 1
        self.cost = [
            _DEAR if line.must_show else _WORTH.get(line.dimension, 1.0) * (1 + 2 * line.behind / most) for line in lines
        ]
        self.needed: set[int] = set()  # hidden by the last check
        self._follow()

    def _follow(self) -> None:
        """Find all ways in which rows follow from each other when what is known already is taken off."""
        lattice, mine = self.lattice, len(self.lines)
        self.table = lattice.table()
        self.known_shown = [self.table[rows] for rows in lattice.by_report()]
        space = rowspace.Space()
        for rows in self.known_shown:
            space.add(rows)
        kept = [at for at, row in enumerate(lattice.known, mine) if not row.shown and lattice.bits[at]]
        order = [at for at in range(mine) if lattice.bits[at]]
        order.sort(key=lambda at: lattice.bits[at].bit_count())
        self.order = order + self._reachable(space, kept)
        self.relations = rowspace.relations(self.table[self.order], space)

    def _reachable(self, space: rowspace.Space, kept: list[int]) -> list[int]:
        """Give those hidden rows of other reports that the rows of this one could give away."""
        if not kept:
            return []
        left = space.remainder(self.table[kept])
        own = rowspace.Space()
        own.add(space.remainder(self.table[:len(self.lines)]))
        follows = ~own.remainder(left).any(axis=1)
        return [at for at, new, can in zip(kept, left.any(axis=1), follows, strict=True) if new and can]

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
        self.why[min(choice, key=lambda at: self.cost[at])] = COMPLEMENT
        return True

    def _computable(self) -> list[set[int]]:
        """Give for each hidden row that follows from shown ones the rows of this report it follows from."""
        hidden = [place for place, at in enumerate(self.order) if self._hidden(at)]
        shown = [place for place, at in enumerate(self.order) if not self._hidden(at)]
        pivots, basis = rowspace.reduced(self.relations[:, hidden + shown], rowspace.PRIMES[0])
        found = []
        for row, pivot in enumerate(pivots):
            if pivot < len(hidden) and np.count_nonzero(basis[row, :len(hidden)]) == 1:
                used = np.flatnonzero(basis[row, len(hidden):])
                found.append({self.order[shown[int(one)]] for one in used})
        return [used for used in found if used]

    def _hide_computable(self) -> bool:
        found = self._computable()
        some = bool(found)
        while found:
            counts: dict[int, int] = {}
            for used in found:
                for at in used:
                    counts[at] = counts.get(at, 0) + 1
            best = min(counts, key=lambda at: (self.cost[at] / counts[at], at))
            self.why[best] = COMPLEMENT
            found = [used for used in found if best not in used]
        return some

    def _show_again(self) -> None:
        """Show what was hidden on the way and is not needed after all, the most telling rows first."""
        beyond = [at for at, why in enumerate(self.why) if why == COMPLEMENT and at not in self.needed]
        for at in sorted(beyond, key=lambda at: -self.cost[at]):
            self.why[at] = ""
            families = self.lattice.families_of.get(at, [])
            if any(self._small_left(family) for family in families) or any(self._mixed()) or self._computable():
                self.why[at] = COMPLEMENT

    def _hide_for_sure(self) -> bool:
        """Check everything once more from the start, with two primes, and hide a row more if something follows."""
        hidden = [at for at in self.order if self._hidden(at)]
        shown = [at for at in self.order if at < len(self.lines) and not self.why[at]]
        given = rowspace.follows(self.table[hidden], [*self.known_shown, self.table[shown]])
        for at in (hidden[int(place)] for place in np.flatnonzero(given)):
            near = [one for one in shown if self.lattice.bits[one] & self.lattice.bits[at]]
            if near:
                cheapest = min(near, key=lambda one: self.cost[one])
                self.needed.add(cheapest)
                self.why[cheapest] = COMPLEMENT
                return True
        return False
