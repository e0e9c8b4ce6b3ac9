"""What the lines of many readers rest on, asked of the database once for all of them.

A kind makes its lines for one reader at a time, each in their own language. What it reads for that follows, most often,
from the notices alone: the steps, entries or stories they tell of.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from .models import Notice

Found = TypeVar("Found")


class _Batch:
    """The notices of many readers, by kind, and what was asked about them."""

    def __init__(self, notices: Iterable[Notice]) -> None:
        self.notices: dict[str, list[Notice]] = defaultdict(list)
        for notice in notices:
            self.notices[notice.kind].append(notice)
        self.found: dict[tuple[Any, str], Any] = {}


_batch: ContextVar[_Batch | None] = ContextVar("notices of many readers", default=None)


@contextmanager
def asking_for_many(notices: Iterable[Notice]) -> Iterator[None]:
    """Have `asked_together` ask about all these notices at once, while lines for many readers are written.

    Within one transaction, in which nothing they tell of is changed: nothing is known any more when it is left.
    """
    kept = _batch.set(_Batch(notices))
    try:
        yield
    finally:
        _batch.reset(kept)


def asked_together(ask: Callable[[Sequence[Notice]], Found], notices: Sequence[Notice]) -> Found:
    """Give what is asked about notices of one kind; while lines for many readers are written, for those of all of them.

    Takes   ask: a function of its room; what it gives follows from the notices alone, not from reader or language
    """
    batch = _batch.get()
    if batch is None or not notices:
        return ask(notices)
    key = (ask, notices[0].kind)
    if key not in batch.found:
        batch.found[key] = ask(batch.notices[notices[0].kind])
    found: Found = batch.found[key]
    return found
