"""Reading stories: the list and its filters, the page of one, who is named, and what leads where."""

import re

import pytest

from suggestbox.core.database import db, work
from suggestbox.core.settings import set_rule
from suggestbox.stories import queries
from suggestbox.stories.models import Story, StoryText
from tests import factories as f
from tests.stories import told

pytestmark = pytest.mark.either


@pytest.fixture
def at(clock):
    clock.move_to(told.TOLD_AT)
    return clock


def test_first(cast, client_as, at):
    with work():
        story = told.story(cast, picture=True)
        story_id = story.id
    page = client_as(cast.sam).get(f"/stories/{story_id}")
    assert page.status_code == 200
    assert client_as(cast.sam).get("/stories").status_code == 200
    assert client_as(cast.sam).get("/").status_code == 200
