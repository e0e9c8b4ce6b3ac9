"""What the journal does by itself: sealing."""

from suggestbox.core.database import work

from .operations import seal


def seal_committed() -> None:
    """Chain the entries committed since the last time."""
    with work():
        seal()


JOBS = (("journal.seal", {"minute": "*"}, seal_committed),)
