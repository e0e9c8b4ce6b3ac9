"""The handbook says what the tables say, in a language it can be translated from."""

import pytest
from markupsafe import escape

from suggestbox.core.settings import declared
from suggestbox.handbook.phrases import OF_MOVES, OF_RULES
from suggestbox.handbook.queries import phrases_of
from suggestbox.workflow.table import ROWS

pytestmark = pytest.mark.either


def test_every_docstring_of_the_table_is_listed_for_translation(app):
    spoken = {text for row in ROWS for text in phrases_of(row) if text}
    assert {str(phrase) for phrase in OF_MOVES} == spoken


def test_every_rule_of_the_house_is_listed_for_translation(app):
    assert [str(phrase) for phrase in OF_RULES] == [setting.help for setting in declared()]


@pytest.mark.usefixtures("clock")
def test_handbook_prints_every_move_and_rule(cast, client_as):
    page = client_as(cast.coo).get("/handbook").get_data(as_text=True)
    assert page.count('class="sb-fold" id="stage-') == 9
    assert all(str(escape(setting.help)) in page for setting in declared())
    assert "At least two complete assessments stand: one by an expert" in page
