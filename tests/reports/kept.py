"""Kept reports written by hand: what the pages draw, without counting anything."""

from datetime import datetime
from typing import Any

from suggestbox.core.database import db
from suggestbox.reports.keeping import digest_of
from suggestbox.reports.models import Report, ReportCell
from suggestbox.reports.periods import Period

Cells = dict[tuple[str, str, str], Any]
"""(figure, dimension, row): a value, or (numerator, denominator), or the reason why it is hidden, or a whole dict."""


def write_report(
    kind: str, period: str, cells: Cells, *, now: datetime, rows: dict[str, list[list[Any]]] | None = None,
    version: int = 1, reason: str = "", by_id: int | None = None,
) -> Report:
    """Keep a report with just these cells; inside `work()`. Two numbers make a percentage of the one in the other."""
    whole = Period(period)
    report = Report(
        kind=kind, period=period, version=version, since=whole.since, until=whole.until, as_of=now, made_at=now,
        made_by_id=by_id, reason=reason, rules={}, rows={"all": [["all", "", 0, "Ganzes Unternehmen", "Whole company"]],
                                                        **(rows or {})}, protection={},
    )
    empty = {"numerator": None, "denominator": None, "value": None, "hidden": ""}
    found = [{"figure": figure, "dimension": dimension, "row": row, **empty, **columns(given)}
             for (figure, dimension, row), given in cells.items()]
    report.digest = digest_of(report.rows, found)
    db.session.add(report)
    db.session.flush()
    db.session.add_all(ReportCell(report_id=report.id, **one) for one in found)
    db.session.flush()
    return report


def columns(given: Any) -> dict[str, Any]:
    """Give the columns of a cell as it was written down."""
    if isinstance(given, dict):
        return {"more": {}, **given}
    if isinstance(given, str):
        return {"hidden": given, "more": {}}
    if isinstance(given, tuple):
        part, whole = given
        return {"numerator": part, "denominator": whole, "value": part / whole * 100 if whole else None, "more": {}}
    return {"numerator": given if isinstance(given, int) else None, "value": None if given is None else float(given),
            "more": {}}

