"""In this room's tests everybody reads English, whatever language their site has."""

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.people.models import Person


@pytest.fixture
def cast(cast):
    """The people of tests/cast.py, reading English."""
    with work():
        for person in db.session.scalars(sa.select(Person)):
            person.language = "en"
    return cast
