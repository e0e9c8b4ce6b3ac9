"""Reports written down by hand, with whatever a test of exports needs in them and without counting anything."""

from datetime import UTC, datetime
from typing import Any

from suggestbox.core.database import db
from suggestbox.reports.models import Report, ReportCell
from suggestbox.reports.periods import Period

AS_OF = datetime(2026, 10, 1, 2, 30, tzinfo=UTC)

ROWS = {
    "all": [["all", "", 0, "Gesamtes Unternehmen", "Whole company"]],
    "department": [["1", "", 0, "=Leitung", "=Direction"], ["2", "1", 1, "Logistik", "Logistics"],
                   ["3", "1", 1, "+Einkauf", "+Purchasing"]],
    "site": [["7", "", 0, "Bremen", "Bremen"], ["8", "", 0, "Leeds", "Leeds"]],
}


def keep_by_hand(
    kind: str, period: str, cells: list[dict[str, Any]], *, version: int = 1, reason: str = "", **columns: Any
) -> Report:
    """Write a report with these cells; needs `work()` around it."""
    span = Period(period)
    report = Report(kind=kind, period=period, version=version, since=span.since, until=span.until, as_of=AS_OF,
                    made_at=AS_OF, reason=reason, rules={}, rows=ROWS, protection={}, **columns)
    db.session.add(report)
    db.session.flush()
    for cell in cells:
        full = {"dimension": "all", "row": "all", "numerator": None, "denominator": None, "value": None, "more": {}, **cell}
        db.session.add(ReportCell(report_id=report.id, **full))
    db.session.flush()
    return report


def participation(period: str = "2026-Q3", **columns: Any) -> Report:
    """Write a report on participation with one department hidden; needs `work()` around it."""
    rate = {"figure": "participation_rate"}
    return keep_by_hand("participation", period, [
        {**rate, "numerator": 300, "denominator": 1200, "value": 25.0},
        {"figure": "submitters", "numerator": 300, "value": 300},
        {**rate, "dimension": "department", "row": "1", "numerator": 300, "denominator": 1200, "value": 25.0},
        {**rate, "dimension": "department", "row": "2", "numerator": 70, "denominator": 210, "value": 100 / 3},
        {**rate, "dimension": "department", "row": "3", "hidden": "small"},
        {"figure": "submitters", "dimension": "department", "row": "2", "numerator": 70, "value": 70},
    ], **columns)
