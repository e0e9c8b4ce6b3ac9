"""What the clock wakes: calls that open today are told of in the early morning, before the daily messages go."""

from suggestbox.core.clock import utc_now
from suggestbox.core.database import work
from suggestbox.core.modules import is_on
from suggestbox.people.queries import here

from .operations import tell_of_open_calls
from .reminding import remind_of_results


def tell_of_calls() -> None:
    """Tell of every open call whom it asks and who does not know of it yet; remind of results that are owed."""
    if is_on("calls"):
        with work():
            tell_of_open_calls(now=utc_now(), book=here())
            remind_of_results(now=utc_now(), book=here())


JOBS = (("calls.tell", {"hour": 3, "minute": 50}, tell_of_calls),)
