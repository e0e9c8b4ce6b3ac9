"""What the clock wakes: the reconciler every five minutes; every night lateness of long closed ideas is forgotten."""

from suggestbox.core.clock import utc_now
from suggestbox.core.database import work

from .operations import forget_lateness, remind, write_digests


def reconcile() -> None:
    """Put in every notice and digest that should be there and is not, in small transactions."""
    after: int | None = 0
    while after is not None:
        with work():
            after = remind(now=utc_now(), after_id=after)
    with work():
        write_digests(now=utc_now())


def forget() -> None:
    """Remove who was late, three months after an idea closed."""
    with work():
        forget_lateness(now=utc_now())


JOBS = (
    ("reminders.reconcile", {"minute": "*/5"}, reconcile),
    ("reminders.forget", {"hour": 3, "minute": 50}, forget),
)
