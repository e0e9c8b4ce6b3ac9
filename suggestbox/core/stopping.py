"""Whether this process has been asked to end: who does many small things looks here between two of them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_asked = threading.Event()


@contextmanager
def announced() -> Iterator[None]:
    """Have everybody know, while what runs is waited for, that this process has been asked to end."""
    _asked.set()
    try:
        yield
    finally:
        _asked.clear()


def is_stopping() -> bool:
    """Say whether this process has been asked to end, so that what is left is left to others."""
    return _asked.is_set()
