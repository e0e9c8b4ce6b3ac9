"""Awards in a browser: proposed by one, granted by another, read by the submitter; every page fit to be seen."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from suggestbox.awards.examples import STEP_AT_5000
from suggestbox.core.database import work
from tests.awards import scene
from tests.browser.server import House
from tests.browser.visitor import Visitor
from tests.cast import grant

pytestmark = pytest.mark.browser

Visit = Callable[..., Visitor]
WAYS = [{"language": "de", "width": 390, "scheme": "dark"}, {"language": "en", "width": 1280}]


@pytest.mark.parametrize("way", [WAYS[0], pytest.param(WAYS[1], marks=pytest.mark.slow)], ids=lambda way: way["language"])
def test_an_award_from_the_proposal_to_the_payment(house: House, visit: Visit, way: dict[str, Any]) -> None:
    house.clock.move_to(scene.NOW + timedelta(hours=3))
    with house.inside(), work():
        cast = house.cast()
        grant(cast.sam, "hr_analyst")
        scene.rules(cast, STEP_AT_5000, name_de="Unsere Prämienregeln", name_en="Our award rules")
        number = scene.worth(cast, cast.ann, cast.eve, euros=4_001).number
        points = scene.worth(cast, euros=None, soft={"safety": 3}).number
    address = f"/awards/ideas/{number}"
    ann, ida, ivo, sam = (visit(name, **way).sign_in() for name in ("ann", "ida", "ivo", "sam"))
    for person, paths in (
        (ann, (f"{address}/shares", "/awards/rules", "/awards/rules/1?basis=benefit&benefit=12000", f"/ideas/{number}")),
        (ida, ("/awards", f"/awards/ideas/{points}", f"/awards/ideas/{points}?basis=recognition", "/awards/rules/new", address)),
    ):
        for path in paths:
            person.go(path)
            person.look()
    ida.press("#propose button[type=submit]")
    ida.look()
    ivo.go(address)
    ivo.press(f"form[action$='{number}/grant'] button")
    ivo.look()
    ann.go(f"/ideas/{number}")
    ann.look()
    ann.reads("500,13" if way["language"] == "de" else "500.13")
    for path in ("/awards/payments", "/awards/payments/0"):
        sam.go(path)
        sam.look()
    ida.go("/awards?show=granted")
    ida.look()
