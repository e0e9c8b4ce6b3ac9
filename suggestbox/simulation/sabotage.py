"""Switches one safeguard of the running program off, to prove that the watch sees it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from suggestbox.mail import postman
from suggestbox.workflow import operations, table

KINDS = ("quorum", "reconciler", "postman")

GUARDS_OF_THE_QUORUM = ("quorum_stands", "nobody_owes", "disagreement_settled", "text_looked_at", "read_a_day")


@contextmanager
def without_quorum() -> Iterator[None]:
    """Let everything pass that guards the quorum: the review is over as soon as it began."""

    def open_to_all(row: table.Move) -> table.Move:
        return replace(row, needs=tuple(need for need in row.needs if need.__name__ not in GUARDS_OF_THE_QUORUM))

    rows = dict(table.MOVES)
    swapped: Any = operations
    automatic = swapped.AUTOMATIC_FROM
    open_rows = {name: open_to_all(row) for name, row in rows.items()}
    try:
        table.MOVES.update(open_rows)
        swapped.AUTOMATIC_FROM = {
            stage: tuple(open_rows[row.name] for row in there if row.name != "quorum_lost")
            for stage, there in automatic.items()
        }
        yield
    finally:
        table.MOVES.update(rows)
        swapped.AUTOMATIC_FROM = automatic


@contextmanager
def without_stages() -> Iterator[None]:
    """Let the postman send without noting that it is about to: whoever dies then sends again, and nobody knows."""
    before: Any = postman.hand_over
    swapped: Any = postman
    try:
        swapped.hand_over = lambda _taken, *, now: True
        yield
    finally:
        swapped.hand_over = before


@contextmanager
def nothing_switched_off() -> Iterator[None]:
    """Leave every safeguard as it is."""
    yield


SWITCHES = {"quorum": without_quorum, "postman": without_stages}
"""The reconciler's is in the clockwork itself: its jobs do not run."""
