"""What the clock wakes for evidence: submitters hear what customers say since their idea's measure."""

from flask import current_app

from suggestbox.core.clock import local_date, utc_now
from suggestbox.core.database import work
from suggestbox.core.modules import is_on

from .telling import tell_submitters


def tell_since() -> None:
    """Tell submitters of measures that were done long enough ago, each once."""
    if not is_on("feedback"):
        return
    now = utc_now()
    with work():
        tell_submitters(today=local_date(now, current_app.config["HEADQUARTERS_ZONE"]), now=now)


JOBS = (("evidence.since", {"hour": "5", "minute": "20"}, tell_since),)
