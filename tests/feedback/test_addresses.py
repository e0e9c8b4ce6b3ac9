"""What an address names besides its own questions is not carried on: it would reach the making of the next address."""

import re
from typing import Any

import pytest

from suggestbox.core.database import work
from suggestbox.core.paging import PAGE_SIZE
from tests.cast import Cast
from tests.feedback.scene import AT, make_cx_manager, make_item, make_theme

pytestmark = pytest.mark.either

FOREIGN = "endpoint=x&_method=POST&_external=1&_scheme=javascript&_anchor=zz&theme_id=9"


def test_a_merged_theme_leads_on_with_its_own_questions_only(cast: Cast, client_as: Any) -> None:
    with work():
        cem, into = make_cx_manager(cast), make_theme("into")
        gone = make_theme("gone", merged_into_id=into.id, archived_at=AT)
        old, new = gone.id, into.id
    answer = client_as(cem).get(f"/feedback/themes/{old}?period=all&{FOREIGN}")
    assert (answer.status_code, answer.location) == (302, f"/feedback/themes/{new}?period=all")


def test_the_next_page_of_items_too(cast: Cast, client_as: Any) -> None:
    with work():
        cem = make_cx_manager(cast)
        for n in range(PAGE_SIZE + 1):
            make_item(f"Late {n}")
    answer = client_as(cem).get(f"/feedback/items?q=late&{FOREIGN}")
    links = re.findall(r'href="([^"]*page=[^"]*)"', answer.text)
    assert (answer.status_code, len(links) > 0) == (200, True)
    assert [link for link in links if not re.fullmatch(r"/feedback/items\?q=late&amp;page=[^&#]+", link)] == []
