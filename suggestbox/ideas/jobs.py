"""What the clock wakes for ideas: files nobody refers to are removed after a day."""

from datetime import timedelta

from suggestbox.core.clock import utc_now

from .files import sweep_orphans
from .queries import all_stored_names


def sweep_files() -> None:
    """Remove files of uploads that never became part of an idea, a day after they came."""
    sweep_orphans(all_stored_names(), older_than=(utc_now() - timedelta(days=1)).timestamp())


JOBS = (("ideas.sweep_files", {"hour": 4, "minute": 10}, sweep_files),)
