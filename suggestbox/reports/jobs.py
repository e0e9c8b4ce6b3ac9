"""What the clock wakes: closed periods are kept at night, running ones counted anew every hour; exports are made."""

from suggestbox.core import stopping
from suggestbox.core.clock import utc_now
from suggestbox.core.database import let_go, work
from suggestbox.core.modules import is_on

from .export_jobs import EXPORT_JOBS, EXPORT_TICKS
from .keeping import due, prepare, running, store
from .periods import Period
from .warm_jobs import WARM_TICKS


def _keep(rows: list[tuple[str, Period]]) -> None:
    """Count each outside the writing transaction, so that nobody waits for it."""
    for kind, period in rows:
        if stopping.is_stopping():
            return
        draft = prepare(kind, period, now=utc_now())
        let_go()
        if draft is not None:
            with work():
                store(draft, now=utc_now())


def keep_closed() -> None:
    """Keep the reports of periods that are over, those missed while nothing ran too."""
    if is_on("reports"):
        _keep(due(utc_now()))


def refresh_running() -> None:
    """Count the periods that still run anew, for the whole company."""
    if is_on("reports"):
        _keep(running(utc_now()))


JOBS = (
    ("reports.keep", {"hour": 2, "minute": 20}, keep_closed),
    ("reports.refresh", {"minute": 35}, refresh_running),
    *EXPORT_JOBS,
)

TICKS = (*EXPORT_TICKS, *WARM_TICKS)
