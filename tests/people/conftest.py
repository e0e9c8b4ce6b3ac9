"""What the tests of the people room share: passwords."""

from collections.abc import Callable
from typing import Any

import pytest

from suggestbox.core.clock import utc_now
from suggestbox.core.database import work
from suggestbox.people import operations
from suggestbox.people.sign_in import hash_password

_hashes: dict[str, str] = {}


@pytest.fixture
def with_password(app: Any) -> Callable[[Any, str], None]:
    """Give a function that gives somebody a password."""

    def give(person: Any, password: str) -> None:
        if password not in _hashes:
            _hashes[password] = hash_password(password)
        with work():
            operations.set_password(person, _hashes[password], now=utc_now(), actor=None)

    return give
