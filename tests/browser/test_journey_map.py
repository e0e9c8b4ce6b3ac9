"""The journey map in a real browser: labels never overlap, everything by keyboard, a layout of its own on a phone."""

from collections.abc import Callable
from typing import Any

import pytest

from suggestbox.core.database import work
from tests.browser.server import House
from tests.browser.visitor import Visitor
from tests.feedback.scene import make_item, make_journey, make_theme, make_touchpoint

pytestmark = pytest.mark.browser

Visit = Callable[..., Visitor]

NAMES = ("Rückruf", "Freundlichkeit der Mitarbeiterinnen und Mitarbeiter", "Reklamationsbearbeitungsdauer", "Kein Ersatz")
STATIONS = ("Bestellen", "Terminvereinbarung mit dem Kundendienst", "Inbetriebnahme und Funktionsprüfung", "Garantieabwicklung")

OVERLAPS = """() => [...document.querySelectorAll('svg.jm-map')].flatMap((map) => {
  const picture = map.getBoundingClientRect(), wrong = [];
  const parts = [...map.querySelectorAll('text:not(.jm-map-number), .jm-map-circle')]
    .map((part) => [part.textContent.trim() || 'circle', part.getBoundingClientRect()]);
  parts.forEach(([name, a], n) => {
    if (a.left < picture.left - 1 || a.right > picture.right + 1 || a.top < picture.top - 1 || a.bottom > picture.bottom + 1)
      wrong.push(`${name} leaves the picture`);
    for (const [other, b] of parts.slice(n + 1)) {
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 0.5 && high > 4) wrong.push(`${name} lies on ${other}`);  // lines of words share a little air
    }
  });
  return wrong;
})"""


@pytest.fixture
def journey(house: House) -> Any:
    """Sixteen touchpoints with long names, crowded and empty ones."""
    with house.inside(), work():
        way = make_journey(name_de="Der lange Weg", name_en="The long way")
        for n in range(16):
            name = STATIONS[n % 4]
            place = make_touchpoint(way, f"p{n}", position=n, name_de=name, name_en=name)
            for k in range((0, 2, 8, 1)[n % 4]):
                name = NAMES[k % 4]
                theme = make_theme(f"t{n}-{k}", place, name_de=name, name_en=name)
                for c in range(8 - k):
                    make_item("Lange gewartet.", (theme, "positive" if k % 3 == 0 else "negative"), customer_hash=f"{c:064d}")
        return way.id


@pytest.mark.parametrize(("language", "scheme"), [("de", "light"), ("en", "dark")])
def test_labels_never_overlap_and_every_mark_is_reached_by_keyboard(journey, visit: Visit, language, scheme) -> None:
    sam = visit("sam", width=1280, language=language, scheme=scheme).sign_in(f"/feedback/map/{journey}")
    sam.look()
    assert sam.page.evaluate(OVERLAPS) == []
    assert sam.page.locator("svg.jm-map").count() == 2
    sam.page.locator("a.jm-map-stop").nth(1).focus()
    sam.page.keyboard.press("Tab")
    assert sam.page.evaluate("document.activeElement.getAttribute('class')") == "jm-map-theme is-good"
    sam.page.keyboard.press("Enter")
    sam.page.wait_for_url("**/feedback/themes/*")


def test_on_a_phone_the_line_runs_down(journey, visit: Visit) -> None:
    sam = visit("sam", width=390, language="de").sign_in(f"/feedback/map/{journey}")
    sam.look()
    assert (sam.page.locator("svg.jm-map").first.is_visible(), sam.page.locator(".jm-way > li").count()) == (False, 16)
    sam.press(".jm-way-name a")
    sam.look()
    sam.go("/feedback")
    sam.look()
