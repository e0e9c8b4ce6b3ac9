"""What a report's address asks for: which kind, which period, which version."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from suggestbox.core.errors import Invalid, NotFound
from suggestbox.core.language import gettext as _

from . import memory
from .memory import Mark
from .periods import Period, parse
from .queries import Sheet


@dataclass(frozen=True)
class Choice:
    """A report to look at: None where none was kept yet, with what else there is to choose."""

    kind: str
    sheet: Sheet | None
    period: Period | None
    periods: list[Period] = field(default_factory=list)
    versions: list[Any] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    """Of every report of this kind: what is written of them is remembered under these."""

    @property
    def is_open(self) -> bool:
        """Say whether the period still runs, so that only the whole company is shown."""
        return self.sheet is not None and self.sheet.report.version == 0


def choose(
    kind: str, period_text: str, version_text: str, today: date, known: Iterable[Mark] | None = None
) -> Choice:
    """Give the report an address asks for; without a period the latest closed quarter, else the latest there is.

    Takes   known: which reports there are, of this kind at least, where the caller has asked already
    Raises  Invalid for something that is no period; NotFound for one that was not kept
    """
    marks = memory.marks([kind]) if known is None else [mark for mark in known if mark.kind == kind]
    periods = _periods(marks)
    if period_text:
        chosen = parse(period_text, today)
    else:
        latest = _latest(periods, today)
        if latest is None:
            return Choice(kind, None, None)
        chosen = latest
    if version_text and not version_text.isdecimal():
        raise Invalid(_("A version is a whole number."))
    of_period = [mark for mark in marks if mark.period == chosen.key]
    found = [mark for mark in of_period if not version_text or mark.version == int(version_text[:6])]
    if not found:
        raise NotFound(_("No figures were kept for %(period)s.", period=chosen.label()))
    heads = memory.heads(of_period)
    head = next(head for head in heads if head.id == found[-1].id)
    return Choice(kind, Sheet(head, partial(memory.cells, found[-1])), chosen, periods, list(heads), marks)


def glance(kind: str, today: date, period: Period | None = None, marks: list[Mark] | None = None) -> Choice:
    """Give the latest version of a report with the figures of the whole company alone, for pages that show no rows.

    Takes   period: that one, else the one `choose` gives without an address; marks: of this kind, if they are known
    Gives   a choice without a sheet where the period was not kept. Its cells are read by who asks for them.
    """
    marks = memory.marks([kind]) if marks is None else [mark for mark in marks if mark.kind == kind]
    period = period or latest_of(marks, today)
    found = [mark for mark in marks if period is not None and mark.period == period.key]
    if not found:
        return Choice(kind, None, None, marks=marks)
    heads = memory.heads(found)
    sheet = Sheet(heads[-1], partial(memory.cells_of, found[-1].id, "all"))
    return Choice(kind, sheet, period, versions=list(heads), marks=marks)


def latest_of(marks: Iterable[Mark], today: date) -> Period | None:
    """Give the period that is shown without an address; None where nothing is kept."""
    return _latest(_periods(marks), today)


def _periods(marks: Iterable[Mark]) -> list[Period]:
    """The periods there is a report of, the latest first; years before quarters before months that end alike."""
    found = {mark.period: mark.until for mark in marks}
    longest_first = ("year", "quarter", "month")
    return sorted((Period(key) for key in found), key=lambda p: (-found[p.key].toordinal(), longest_first.index(p.kind)))


def _latest(periods: list[Period], today: date) -> Period | None:
    """The latest quarter that is over, else the latest of any length that is over, else what still runs."""
    over = [period for period in periods if period.until < today]
    quarters = [period for period in over if period.kind == "quarter"]
    for some in (quarters, over, periods):
        if some:
            return max(some, key=lambda period: (period.until, period.since))
    return None
