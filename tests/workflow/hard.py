"""What the hard cases share: the moment they begin, and one transaction around each of them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from suggestbox.core.database import work
from suggestbox.workflow.operations import moves_for
from tests import factories as f

T = f.START


@pytest.fixture
def one_transaction(cast: Any) -> Iterator[None]:
    """Everything of a case happens in one transaction that is committed at the end."""
    with work():
        yield


def days(count: float, hours: float = 0) -> datetime:
    """Give the moment so long after the start."""
    return T + timedelta(days=count, hours=hours)


def names(idea: Any, person: Any, when: datetime) -> list[str]:
    """Give the moves the person may make."""
    return [press.name for press in moves_for(idea, person, when)]
