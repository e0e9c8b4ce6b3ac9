"""Which rows of a counted report are hidden: small ones by the rules of the house, and those that would give them away."""

from collections.abc import Iterator, Mapping
from typing import Any

from suggestbox.core.settings import rule

from . import neighbours
from . import settings as _settings  # noqa: F401 -- declares the rules asked for below
from .counting import ALL, Backing, Counted, Group, Row, View, atom_of
from .crowd import Crowd, Limits, too_small
from .lines import CHANGE, COMPLEMENT, SMALL, Atom, Known, Line
from .periods import Period

OWNERS = "owners"
OF_IDEAS = ("area", "outcome", "year")
"""Dimensions that tell ideas apart, not people: a row of no idea at all hides nobody."""

MADE_OF: dict[str, tuple[str, ...]] = {
    "implementation": ("handins",), "per_head": ("benefit",), "per_idea": ("benefit", "implemented"), "return": ("benefit",),
    "award_rate": ("benefit",), "confirmed": ("closings",), "instead": ("closings", "owed"), "owed": ("closings",),
}
"""Groups whose figures keep numbers of other groups of the same report: hidden at least where those are. Of a year,
the ideas handed in are what the implementation rate is divided by."""

COUNTED_BY_ALL = ("handins", "decisions")
"""Groups whose company row is shown in any house of enough people: every employee can count those ideas in the list."""

Hidden = dict[Row, str]
"""{row: why it is hidden}; rows that are shown are not in it."""


def limits_of(kind: str) -> Limits:
    """Give from how many people on a row is shown, by the settings of the house. Takes Group.limits."""
    if kind == "ratings":
        # Whoever is in such a row has answered: behind it and in it are the same people.
        return Limits(behind=rule("reports.least_ratings"), headcount=0, complement=False)
    if kind == "process":
        return Limits(behind=rule("reports.least_owners"), headcount=0, complement=False)
    if kind == "submitters":
        return Limits(behind=rule("reports.least_submitters"), headcount=0, complement=False)
    return Limits(behind=rule("reports.least_submitters"), headcount=rule("reports.least_headcount"), complement=True)


def why_small(group: Group, row: Row, backing: Backing) -> str:
    """Say why a row must not be shown for its own sake: "small", "owners", or "" where it may."""
    few = 0 < backing.behind < rule("reports.least_submitters")
    if row == ALL and group.key in COUNTED_BY_ALL and backing.people >= rule("reports.least_headcount"):
        return ""
    if group.limits == "process":
        if row == ALL:
            return ""
        if backing.owners is not None and backing.owners < rule("reports.least_owners"):
            return OWNERS
        return SMALL if few else ""
    if group.limits == "submitters":
        if backing.owners is not None and backing.owners < rule("reports.least_owners"):
            return OWNERS
        return SMALL if few or backing.extreme or 0 < (backing.others or 0) < rule("reports.least_submitters") else ""
    if group.limits == "people" and row[0] in OF_IDEAS:
        return SMALL if few or backing.extreme else ""
    if not backing.people and not backing.behind:
        return ""
    limits = limits_of(group.limits)
    return SMALL if backing.extreme or too_small(backing.people, backing.behind, limits, others=backing.others) else ""


def hide(group: Group, kind: str, period: Period, also: Mapping[Row, str]) -> Hidden:
    """Give the hidden rows of a group of a report of this kind.

    Takes   also: rows hidden for another reason: in an earlier version, with another group, or since a correction
                  changed them by few
    """
    if not group.limits:
        return {}
    from . import protect  # loads numpy, which no process that serves pages needs

    why = {row: why_small(group, row, backing) for row, backing in group.backing.items()}
    for row, reason in also.items():
        if row in why and not why[row]:
            why[row] = reason
    if group.limits == "people":
        for row in neighbours.moved(group, kind, period, rule("reports.least_submitters")):
            why[row] = why.get(row) or CHANGE
    for row in neighbours.for_the_quarter(group, kind, period):
        if row in why:
            why[row] = why[row] or COMPLEMENT
    hidden = {row: reason for row, reason in why.items() if reason}
    for again in (False, True):
        known = hidden.get(ALL)
        for view in group.views:
            published = neighbours.known(group, kind, view, period)
            found = protect.protect(
                lines_of(group, view, period, why), [*published, *_counted_anyway(group, view, period, why, published)],
                crowd=crowd_of(group, view), limits=limits_of(group.limits),
            )
            for row, reason in found.items():
                if not reason and row != ALL:
                    hidden.pop(row, None)  # the same people as the whole company's row, which is shown
                elif reason:
                    hidden.setdefault(row, reason)
        if again or hidden.get(ALL) == known:
            break
        why[ALL] = hidden[ALL]  # the row all views share: once hidden by one, none may give it away
    return hidden


def _counted_anyway(
    group: Group, view: View, period: Period, why: Mapping[Row, str], published: list[Known]
) -> Iterator[Known]:
    """Give the company's row of months of which no report was kept, as those before the first idea.

    Everybody can count those ideas: that a quarter less its one kept month leaves nobody's is no secret. Rows of the same
    people, such as a division above all others, say the same.
    """
    if group.key not in COUNTED_BY_ALL or why.get(ALL):
        return
    there, everything = {row.report for row in published}, view.classes[ALL]
    same = [row for row in group.backing if row == ALL or view.classes.get(row) == everything]
    for month in period.months():
        if month != period and month.key not in there:
            atoms = frozenset(atom_of(month.key, kind) for kind in everything)
            yield from (Known(month.key, *row, atoms) for row in same)


def lines_of(group: Group, view: View, period: Period, why: Mapping[Row, str]) -> list[Line]:
    """Give the rows of a view as protection takes them."""
    months = [month.key for month in period.months()]
    return [
        Line(
            row[0], row[1], frozenset(atom_of(month, kind) for kind in view.classes[row] for month in months),
            backing.people, backing.behind, small=why[row] not in ("", CHANGE), must_show=row == ALL,
            changed=why[row] == CHANGE,
        )
        for row, backing in group.backing.items() if row == ALL or row[0] in view.dimensions
    ]


def atoms_of(view: View, period: Period) -> set[Atom]:
    """Give all atoms of a view."""
    months = [month.key for month in period.months()]
    kinds: set[Any] = set().union(*view.classes.values())
    return {atom_of(month, kind) for kind in kinds for month in months}


def crowd_of(group: Group, view: View) -> Crowd:
    """Give who stands behind which atoms of a view."""
    behind: dict[Any, set[int]] = dict(view.behind.items())
    people: dict[Any, set[int]] = dict(view.people.items())
    return Crowd(behind, people, limits_of(group.limits))


def hide_all(counted: Counted, kind: str, period: Period, also: Mapping[str, Mapping[Row, str]]) -> dict[str, Hidden]:
    """Give the hidden rows of every group of a report, by group. Takes rows hidden for another reason, by group."""
    found: dict[str, Hidden] = {}
    for group in counted.groups:
        mine = dict(also.get(group.key, {}))
        for base in MADE_OF.get(group.key, ()):
            if base != "handins" or period.kind == "year":
                mine = {**found.get(base, {}), **mine}
        found[group.key] = hide(group, kind, period, mine)
    return found
