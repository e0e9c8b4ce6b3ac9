"""What the reports room watches: that kept reports are as they were kept, and that none is missing."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from suggestbox.core.health import Trouble, watch
from suggestbox.core.language import gettext as _
from suggestbox.core.language import ngettext
from suggestbox.core.modules import is_on

from .keeping import changed_reports, due
from .words import KIND_NAMES

LATE = timedelta(days=3)


def kept_reports(_now: datetime) -> Iterator[Trouble]:
    """Say which report of a closed period is not what was kept."""
    for report in changed_reports():
        yield Trouble(
            "reports", _("The report %(report)s of %(period)s, version %(version)s, is not what was kept.",
                         report=str(KIND_NAMES[report.kind]), period=report.period, version=report.version),
            None, "alarm", _("Somebody changed the database past the program. Compare it with the last backup."),
        )


def missing_reports(now: datetime) -> Iterator[Trouble]:
    """Say when periods have been over for days and their figures are not kept."""
    if not is_on("reports"):
        return
    late = [period for _kind, period in due(now) if now.date() - period.until > LATE]
    if late:
        yield Trouble(
            "missing_reports",
            ngettext("One report of a period that is over has not been kept.",
                     "%(num)d reports of periods that are over have not been kept.", len(late)),
            None, "warning", _("Run “suggestbox reports keep”. If it goes on, the log says why the job reports.keep fails."),
        )


def register_checks() -> None:
    """Have the house watched by these checks."""
    watch("reports", kept_reports, thorough=True)
    watch("missing_reports", missing_reports, thorough=True)
