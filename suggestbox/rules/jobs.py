"""What the clock wakes for the rules: what changed without anybody changing a setting gets its version, too."""

from suggestbox.core.clock import utc_now
from suggestbox.core.database import work

from .operations import keep_what_changed


def keep_rules() -> None:
    """Compare the rules with the newest version, and write the next one when they differ."""
    now = utc_now()
    with work():
        keep_what_changed(now)


JOBS = (("rules.keep", {"hour": "0", "minute": "10"}, keep_rules),)
