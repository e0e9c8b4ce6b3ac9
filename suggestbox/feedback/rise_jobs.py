"""The early morning's look for unusual rises. The letters go out with the next working hours of whoever gets them."""

from flask import current_app

from suggestbox.core.clock import local_date, utc_now
from suggestbox.core.database import work
from suggestbox.core.modules import is_on
from suggestbox.people.directory import directory

from .landscape import landscape
from .rises import note_rises


def look_for_rises() -> None:
    """Write down what rose, and have those told who answer for it."""
    if not is_on("feedback"):
        return
    now = utc_now()
    today = local_date(now, current_app.config["HEADQUARTERS_ZONE"])
    with work():
        note_rises(on=today, lands=landscape(), book=directory(today), now=now)


RISE_JOBS = (("feedback.rises", {"hour": 4, "minute": 40}, look_for_rises),)
"""(name, when, what), to stand in the room's JOBS."""
