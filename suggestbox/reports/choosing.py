"""What a report's address asks for: which kind, which period, which version."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.errors import Invalid, NotFound
from suggestbox.core.language import gettext as _

from .models import ReportCell
from .periods import Period, parse
from .queries import Sheet, kept, periods_kept, versions


@dataclass(frozen=True)
class Choice:
    """A report to look at: None where none was kept yet, with what else there is to choose."""

    kind: str
    sheet: Sheet | None
    period: Period | None
    periods: list[Period] = field(default_factory=list)
    versions: list[Any] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Say whether the period still runs, so that only the whole company is shown."""
        return self.sheet is not None and self.sheet.report.version == 0


def choose(kind: str, period_text: str, version_text: str, today: date) -> Choice:
    """Give the report an address asks for; without a period the latest closed quarter, else the latest there is.

    Raises  Invalid for something that is no period; NotFound for one that was not kept
    """
    periods = periods_kept(kind)
    if period_text:
        chosen = parse(period_text, today)
    else:
        latest = _latest(periods, today)
        if latest is None:
            return Choice(kind, None, None)
        chosen = latest
    if version_text and not version_text.isdecimal():
        raise Invalid(_("A version is a whole number."))
    sheet = kept(kind, chosen.key, int(version_text[:6]) if version_text else None)
    if sheet is None:
        raise NotFound(_("No figures were kept for %(period)s.", period=chosen.label()))
    return Choice(kind, sheet, chosen, periods, versions(kind, chosen.key))


def glance(kind: str, today: date, period: Period | None = None) -> Choice:
    """Give the latest version of a report with the figures of the whole company alone, for pages that show no rows.

    Takes   period: that one, else the one `choose` gives without an address
    Gives   a choice without a sheet where the period was not kept. Three statements, however large the house is.
    """
    period = period or _latest(periods_kept(kind), today)
    found = versions(kind, period.key) if period else []
    if not found:
        return Choice(kind, None, None)
    of_company = sa.select(ReportCell).where(ReportCell.report_id == found[-1].id, ReportCell.dimension == "all")
    cells = {(cell.figure, cell.dimension, cell.row): cell for cell in db.session.scalars(of_company)}
    return Choice(kind, Sheet(found[-1], cells), period, versions=found)


def _latest(periods: list[Period], today: date) -> Period | None:
    """The latest quarter that is over, else the latest of any length that is over, else what still runs."""
    over = [period for period in periods if period.until < today]
    quarters = [period for period in over if period.kind == "quarter"]
    for some in (quarters, over, periods):
        if some:
            return max(some, key=lambda period: (period.until, period.since))
    return None
