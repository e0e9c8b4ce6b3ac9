"""Stories, declined ideas and rules in a browser: every page fit to be seen, and the way of a story to its readers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from suggestbox.core.clock import utc_now
from suggestbox.core.database import work
from tests import factories
from tests.browser.server import House
from tests.browser.visitor import Visitor
from tests.priority import scene as priority
from tests.stories import scene, told

pytestmark = pytest.mark.browser

Visit = Callable[..., Visitor]
WAYS = [{"language": "de", "width": 390, "scheme": "dark"}, {"language": "en", "width": 1280}]
TEXTS = {"de": told.GERMAN, "en": told.ENGLISH}


@pytest.mark.parametrize("way", [WAYS[0], pytest.param(WAYS[1], marks=pytest.mark.slow)], ids=lambda way: way["language"])
def test_every_page_is_fit_to_be_seen(house: House, visit: Visit, way: dict[str, Any]) -> None:
    house.clock.move_to(priority.LATER + timedelta(days=1))
    with house.inside(), work():
        cast = house.cast()
        story, asked = told.story(cast, picture=True, shows_money=True, facts={"net_cents": 1_200_000, "net_kind": "agreed"}), \
            scene.asked(cast, now=utc_now(), texts=TEXTS)
        earlier, later = priority.declined(cast), priority.later(cast)
        priority.named(cast, later, earlier)
        invention = factories.submitted(cast)
        factories.move(invention, "hand_over", actor=cast.ida, now=utc_now(), kind="invention", office_id=cast.rex.id,
                       reason="Clever.")
        numbers = earlier.number, later.number
        story_id, asked_id = story.id, asked.id
    before, after = numbers
    pages = {
        "ann": ("/", "/stories", f"/stories/{story_id}", f"/stories/{asked_id}/agree", f"/ideas/{before}"),
        "sam": (f"/stories/{story_id}", f"/ideas/{after}"),
        "bob": ("/stories/candidates", f"/stories/{asked_id}/edit", "/priority", f"/ideas/{after}"),
        "ida": ("/priority", "/rules/clocks", "/awards/rules/new?like=step", f"/ideas/{before}/moves/look_again"),
    }
    for name, paths in pages.items():
        person = visit(name, **way).sign_in()
        person.look_at(*paths)
    person.expect(422)
    person.go("/awards/rules/new?like=share")
    person.page.fill("#benefit-bands-1-percent", "lots")
    person.press("main form .btn-primary")
    person.look()


def test_a_story_is_agreed_to_published_and_answered(house: House, visit: Visit) -> None:
    house.clock.move_to(scene.NOW + timedelta(hours=1))
    with house.inside(), work():
        cast = house.cast()
        story_id = scene.asked(cast, texts=TEXTS).id
    for name, answer in (("ann", "unnamed"), ("eve", "named")):
        person = visit(name, language="en", width=1280, hands="keyboard").sign_in(f"/stories/{story_id}/agree")
        person.choose(f"input[name=answer][value={answer}]")
        person.press("main form .btn-primary")
    bob = visit("bob", language="en", width=1280).sign_in(f"/stories/{story_id}/edit")
    bob.press("form[action$='/publish'] button")
    sam = visit("sam", language="de", width=390).sign_in(f"/stories/{story_id}")
    sam.look()
    sam.reads_nothing_of("Albers")
    sam.press("form:has(input[value=well_done]) button")
    sam.reads("1")
