"""Keeping reports: a period that is over is counted once and stays so; a correction is a further version, with a reason.

A period still running is kept as version 0, for the whole company only and only with figures that say nothing about
single people (figures.WHILE_RUNNING), and replaced whenever it is counted anew: differences between two looks would name
them.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app

from suggestbox.core.clock import local_date
from suggestbox.core.database import db
from suggestbox.core.errors import Invalid
from suggestbox.core.language import gettext as _
from suggestbox.core.modules import is_on
from suggestbox.core.settings import rule
from suggestbox.ideas.models import Idea
from suggestbox.journal import operations as journal
from suggestbox.people.directory import directory

from .counting import ALL, Counted, Number, Row
from .counting_money import count_awards, count_benefit
from .counting_people import count_participation
from .counting_process import count_closings, count_flow
from .counting_voices import count_customers
from .facts_people import bounds
from .figures import WHILE_RUNNING, figures_of
from .hiding import Hidden, hide_all
from .lines import CHANGE, COMPLEMENT, share
from .models import Report, ReportCell
from .periods import KINDS as PERIOD_KINDS
from .periods import Period, is_over, latest_closed, open_period, period_of
from .queries import Sheet, kept, sheet_of, versions

IN_ORDER = ("participation", "flow", "closings", "awards", "benefit", "customers")
"""Benefit stands behind the headcounts of participation and the awards its rates are made of."""

FEWEST_CHANGED = 5
"""A correction that changes a row by fewer shows whom it was about."""

LONGEST_REASON = 1000


@dataclass
class Draft:
    """A report that is counted and protected, and not kept yet: plain data."""

    kind: str
    period: Period
    version: int
    as_of: datetime
    rules: dict[str, Any]
    rows: dict[str, list[list[Any]]]
    protection: dict[str, Any]
    cells: list[dict[str, Any]]


def _zone() -> str:
    return str(current_app.config["HEADQUARTERS_ZONE"])


def count(kind: str, period: Period, now: datetime) -> Counted:
    """Count a report, as things stood at the end of its period, or now if it still runs. Reads only."""
    zone = _zone()
    today = local_date(now, zone)
    until = min(period.until, today)
    if kind == "participation":
        return count_participation(period, until, zone)
    if kind == "benefit":
        return count_benefit(period, until, zone)
    if kind == "awards":
        return count_awards(period, until, zone)
    if kind == "customers":
        return count_customers(period, until)
    book = directory(today)
    if kind == "closings":
        return count_closings(period, until, zone, book)
    return count_flow(period, until, min(now, bounds(until, until, zone)[1]), zone, book)


def prepare(kind: str, period: Period, *, now: datetime, again: bool = False) -> Draft | None:
    """Count and protect a report; None when the period is over and already kept. Reads only.

    Takes   again: count the next version of one that is kept
    """
    over = is_over(period, local_date(now, _zone()))
    earlier = [report for report in versions(kind, period.key) if report.version > 0]
    if earlier and over and not again:
        return None
    counted = count(kind, period, now)
    figures = {figure.key: figure for figure in figures_of(kind)}
    if not over:
        _only_the_company(counted)
    before = [sheet_of(report) for report in earlier]
    also = {group.key: _hidden_before(group.cells, before, figures) for group in counted.groups}
    if kind == "benefit":
        also.setdefault("per_head", {}).update(_hidden_headcounts(counted, period))
        for made_of_awards in ("award_rate", *(["return"] if is_on("awards") else [])):
            also.setdefault(made_of_awards, {}).update(_hidden_awards(period))
    hidden = hide_all(counted, kind, period, also=also)
    return Draft(
        kind, period, len(earlier) + 1 if over else 0, now, _rules(), counted.rows,
        {key: share({row: mine.get(row, "") for row in _rows(counted, key)}) for key, mine in hidden.items()},
        list(_cells(counted, hidden, figures)),
    )


def _rows(counted: Counted, key: str) -> list[Row]:
    return [row for group in counted.groups if group.key == key for row in group.backing]


def _rules() -> dict[str, Any]:
    names = ("least_submitters", "least_headcount", "least_ratings", "least_owners")
    found: dict[str, Any] = {name: rule(f"reports.{name}") for name in names}
    return {**found, "zone": _zone()}


def _only_the_company(counted: Counted) -> None:
    counted.groups = [group for group in counted.groups if group.key in WHILE_RUNNING]
    for group in counted.groups:
        group.cells = {place: number for place, number in group.cells.items() if place[1:] == ALL}
        group.backing = {row: backing for row, backing in group.backing.items() if row == ALL}
        group.views = []
    counted.rows = {dimension: rows for dimension, rows in counted.rows.items() if dimension == "all"}


def _hidden_before(cells: dict[Any, Number], before: list[Sheet], figures: dict[str, Any]) -> Hidden:
    """What earlier versions hid stays hidden; and so does what a correction changed by few."""
    found: Hidden = {}
    for (figure, dimension, row), number in cells.items():
        for sheet in before:
            cell = sheet.cell(figure, dimension, row)
            if cell is None or (dimension, row) == ALL or not figures[figure].protect:
                continue
            if cell.hidden:
                found.setdefault((dimension, row), cell.hidden)
            elif any(
                0 < abs((new or 0) - (old or 0)) < FEWEST_CHANGED
                for new, old in ((number.numerator, cell.numerator), (number.denominator, cell.denominator))
                if figures[figure].unit != "cents" or new is number.denominator
            ):
                found[dimension, row] = CHANGE
    return found


def _hidden_headcounts(counted: Counted, period: Period) -> Hidden:
    """Rows whose people entitled are hidden in the report on participation of the same period, or not kept there."""
    sheet = kept("participation", period.key)
    found: Hidden = {}
    for dimension, row in _rows(counted, "per_head"):
        cell = sheet.cell("entitled", dimension, row) if sheet else None
        if cell is not None and cell.hidden:
            found[dimension, row] = cell.hidden
        elif cell is None and (dimension, row) != ALL:
            found[dimension, row] = COMPLEMENT
    return found


def _hidden_awards(period: Period) -> Hidden:
    """The whole company's row where its awards are hidden in the report on awards of the same period, or not kept there."""
    sheet = kept("awards", period.key)
    cell = sheet.cell("awards") if sheet else None
    why = cell.hidden if cell is not None else COMPLEMENT
    return {ALL: why} if why else {}


def _cells(counted: Counted, hidden: dict[str, Hidden], figures: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for group in counted.groups:
        for (key, dimension, row), number in group.cells.items():
            if dimension not in figures[key].dimensions:
                continue
            why = hidden[group.key].get((dimension, row), "")
            yield {
                "figure": key, "dimension": dimension, "row": row, "hidden": why,
                "numerator": None if why else number.numerator, "denominator": None if why else number.denominator,
                "value": None if why else number.value, "more": {} if why else number.more,
            }


# -- writing ---------------------------------------------------------------------------------------------------------


def digest_of(rows: dict[str, Any], cells: Iterable[dict[str, Any]]) -> str:
    """Give the digest of a report's rows and cells."""
    ordered = sorted(cells, key=lambda cell: (cell["figure"], cell["dimension"], cell["row"]))
    plain = [[cell[name] for name in ("figure", "dimension", "row", "numerator", "denominator", "value", "more", "hidden")]
             for cell in ordered]
    return hashlib.sha256(json.dumps([rows, plain], sort_keys=True).encode()).hexdigest()


def store(draft: Draft, *, now: datetime, by_id: int | None = None, reason: str = "") -> Report:
    """Keep a draft. Somebody may have been quicker: then theirs stays, and is given. Flushes, never commits.

    Raises  Invalid when a further version has no reason
    """
    reason = reason.strip()
    if draft.version > 1 and not reason:
        raise Invalid(fields={"reason": _("Please say why the figures are counted anew.")})
    if len(reason) > LONGEST_REASON:
        raise Invalid(fields={"reason": _("At most %(most)s characters, please.", most=LONGEST_REASON)})
    session = db.session
    for report in versions(draft.kind, draft.period.key):
        if report.version == draft.version and draft.version > 0:
            return report
        if report.version == 0:  # replaced, or the period is over now
            session.execute(sa.delete(ReportCell).where(ReportCell.report_id == report.id))
            session.execute(sa.delete(Report).where(Report.id == report.id))
            session.expunge(report)
    report = Report(
        kind=draft.kind, period=draft.period.key, version=draft.version, since=draft.period.since,
        until=draft.period.until, as_of=draft.as_of, made_at=now, made_by_id=by_id, reason=reason, rules=draft.rules,
        rows=draft.rows, protection=draft.protection, digest=digest_of(draft.rows, draft.cells),
    )
    session.add(report)
    session.flush()
    if draft.cells:
        session.execute(sa.insert(ReportCell), [{"report_id": report.id, **cell} for cell in draft.cells])
    if by_id is not None or draft.version > 1:
        journal.write("reports.corrected" if draft.version > 1 else "reports.kept", now=now, actor_id=by_id,
                      kind=draft.kind, period=draft.period.key, version=draft.version)
    return report


def keep(kind: str, period: Period, *, now: datetime, by_id: int | None = None, reason: str = "") -> Report:
    """Count and keep a report. With a reason, the next version of one that is kept. Flushes, never commits.

    Of a period that is over and kept already, without a reason, gives what is kept.
    """
    draft = prepare(kind, period, now=now, again=bool(reason.strip()))
    if draft is None:
        return versions(kind, period.key)[-1]
    return store(draft, now=now, by_id=by_id, reason=reason if draft.version > 1 else "")


# -- what is due -----------------------------------------------------------------------------------------------------


def due(now: datetime) -> list[tuple[str, Period]]:
    """Give the reports of periods that are over and not kept yet, months before quarters before years.

    From the month of the first idea on.
    """
    zone = _zone()
    first = db.session.scalar(sa.select(sa.func.min(Idea.submitted_at)))
    if first is None:
        return []
    known = {
        (kind, key) for kind, key in db.session.execute(sa.select(Report.kind, Report.period).where(Report.version > 0))
    }
    found = []
    for length in PERIOD_KINDS:
        for period in _between(period_of(local_date(first, zone), length), local_date(now, zone)):
            found += [(kind, period) for kind in IN_ORDER if (kind, period.key) not in known]
    return found


def _between(period: Period, today: date) -> Iterator[Period]:
    last = latest_closed(period.kind, today)
    while period.since <= last.since:
        yield period
        period = period.after()


def running(now: datetime) -> list[tuple[str, Period]]:
    """Give the reports of periods that are running now."""
    today = local_date(now, _zone())
    return [(kind, open_period(length, today)) for length in PERIOD_KINDS for kind in IN_ORDER]


def keep_due(now: datetime) -> list[Report]:
    """Keep every report that is due, in one transaction. Flushes, never commits."""
    return [keep(kind, period, now=now) for kind, period in due(now)]


# -- checking --------------------------------------------------------------------------------------------------------


def changed_reports() -> Iterator[Report]:
    """Give the kept reports of closed periods whose cells are not those that were kept."""
    for report in db.session.scalars(sa.select(Report).where(Report.version > 0).order_by(Report.id)):
        cells = [
            {name: getattr(cell, name) for name in ("figure", "dimension", "row", "numerator", "denominator", "value",
                                                     "more", "hidden")}
            for cell in sheet_of(report).cells.values()
        ]
        if digest_of(report.rows, cells) != report.digest:
            yield report
