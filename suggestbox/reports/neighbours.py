"""What kept reports of overlapping periods publish already: months of a quarter, quarters of a year, and the other way.

Sums of one period are sums of others: a quarter less two of its months is the third. A new report must not give away
what those hid, nor they what it hides. A later version of a report counts instead of the earlier one, whose hidden rows
it hides too.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db

from .counting import ALL, Group, Row, View, atom_of
from .facts_people import NONE
from .lines import Atom, Known
from .models import Report, ReportCell
from .periods import Period, period_of

OWN_TIME = frozenset({"implementation"})
"""Groups whose figures are about a year of hand-in, whatever the period: their periods do not add up."""

ADDS_UP = ("ideas", "decided", "closed", "implemented", "awarded")
"""Counts of a period that are the sum of those of its months, unless people moved in between."""

_MOVING = frozenset({"site", "group", "service", "site_group"})

Tree = Mapping[str, str]


def known(group: Group, kind: str, view: View, period: Period) -> list[Known]:
    """Give the rows of a view in the kept reports of this kind that overlap a period, shown or hidden there."""
    if group.key in OWN_TIME:
        return []
    figures = sorted({figure for figure, _dimension, _row in group.cells})
    parents = _parents(view)
    found: list[Known] = []
    atoms: dict[str, dict[Any, Atom]] = {}  # by month, each made once
    for report in _overlapping(kind, period):
        months = [month.key for month in Period(report.period).months()]
        for month in months:
            if month not in atoms:
                atoms[month] = {one: atom_of(month, one) for one in set().union(*view.classes.values())}
        tree = {str(row[0]): str(row[1]) for row in report.rows.get("department", [])}
        made_of = dict(_rows_then(view, tree, parents))
        for row, hidden in sorted(_cells(report.id, figures, (*view.dimensions, "all")).items()):
            kinds = made_of.get(row)
            if kinds:
                inside = frozenset(atoms[month][one] for month in months for one in kinds)
                found.append(Known(report.period, *row, inside, shown=not hidden))
    return found


def moved(group: Group, kind: str, period: Period, least: int) -> set[Row]:
    """Give the rows that differ by few from the sum of their shown parts, because few people moved in between.

    Takes   least: so many ideas are no longer few
    """
    figures = [figure for figure in ADDS_UP if any(name == figure for name, _dimension, _row in group.cells)]
    if not figures or not period.parts():
        return set()
    sums: dict[tuple[str, str, str], list[int]] = {}
    parts = {part.key for part in period.parts()}
    reports = [report.id for report in _overlapping(kind, period) if report.period in parts]
    if len(reports) < len(parts):
        return set()
    for figure, dimension, row, number in db.session.execute(
        sa.select(ReportCell.figure, ReportCell.dimension, ReportCell.row, ReportCell.numerator).where(
            ReportCell.report_id.in_(reports), ReportCell.figure.in_(figures),
            ReportCell.dimension.in_(sorted(_MOVING)), ReportCell.hidden == "",
        )
    ):
        sums.setdefault((figure, dimension, row), []).append(number or 0)
    found = set()
    for (figure, dimension, row), numbers in sums.items():
        mine = group.cells.get((figure, dimension, row))
        if mine and len(numbers) == len(parts) and 0 < abs((mine.numerator or 0) - sum(numbers)) < least:
            found.add((dimension, row))
    return found


def for_the_quarter(group: Group, kind: str, period: Period) -> set[Row]:
    """Give the rows that had better be hidden in the last month of a quarter, so that the quarter need not hide them.

    A quarter less its two shown months is the hidden third: where one of the first two is hidden, the quarter can only be
    shown when the last one is hidden too. A quarter says more than a month.
    """
    quarter = period_of(period.since, "quarter")
    if period.kind != "month" or period.until != quarter.until or group.key in OWN_TIME:
        return set()
    kept = {report.period: report.id for report in (*_overlapping(kind, period), *_overlapping(kind, quarter))}
    earlier = [kept[month.key] for month in quarter.months()[:2] if month.key in kept]
    if quarter.key in kept or len(earlier) < 2:
        return set()
    figures = sorted({figure for figure, _dimension, _row in group.cells})
    dimensions = sorted({row[0] for row in group.backing if row != ALL})
    first, second = (_cells(report_id, figures, dimensions) for report_id in earlier)
    return {row for row in first.keys() & second.keys() if bool(first[row]) != bool(second[row])}


def _overlapping(kind: str, period: Period) -> list[Report]:
    reports = db.session.scalars(
        sa.select(Report).where(
            Report.kind == kind, Report.version > 0, Report.period != period.key, Report.since <= period.until,
            Report.until >= period.since,
        ).order_by(Report.until, Report.since.desc(), Report.version)
    )
    return list({report.period: report for report in reports}.values())


def _cells(report_id: int, figures: list[str], dimensions: Iterable[str]) -> dict[Row, str]:
    """{row: why it is hidden, or ""}: a row is shown as soon as one figure of it is."""
    rows = db.session.execute(
        sa.select(ReportCell.dimension, ReportCell.row, sa.func.min(ReportCell.hidden)).where(
            ReportCell.report_id == report_id, ReportCell.figure.in_(figures),
            ReportCell.dimension.in_(sorted(dimensions)),
        ).group_by(ReportCell.dimension, ReportCell.row)
    )
    return {(dimension, row): hidden for dimension, row, hidden in rows}


def _parents(view: View) -> Tree:
    """Give each department's nearest one above among the rows of today, by what lies in which."""
    sizes = sorted(
        ((key, kinds) for (dimension, key), kinds in view.classes.items() if dimension == "department"),
        key=lambda found: len(found[1]),
    )
    found = {}
    for at, (key, kinds) in enumerate(sizes):
        for above, wider in sizes[at + 1:]:
            if len(wider) > len(kinds) and kinds <= wider:
                found[key] = above
                break
    return found


def _rows_then(view: View, tree: Tree, parents: Tree) -> Iterator[tuple[Row, set[Any]]]:
    """Give what each row was made of when a report was kept: departments by the tree of then."""
    departments: dict[str, set[Any]] = {}
    paths: dict[str, list[str]] = {}
    for row, kinds in view.classes.items():
        if row[0] != "department":
            yield row, kinds
    for kind in view.classes[ALL]:
        department = _department(kind)
        if department not in paths:
            paths[department] = _path(department, tree, parents)
        for key in paths[department]:
            departments.setdefault(key, set()).add(kind)
    for key, kinds in departments.items():
        yield ("department", key), kinds


def _department(kind: Any) -> str:
    return str(kind[0]) if kind[0] else NONE


def _path(department: str, tree: Tree, parents: Tree) -> list[str]:
    at = department
    while at and at not in tree:  # not a row then: counted in the nearest one above
        at = parents.get(at, "")
    path: list[str] = []
    while at and at not in path:
        path.append(at)
        at = tree.get(at, "")
    return path
