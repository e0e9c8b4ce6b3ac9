"""Other ways of using the house: without scripts, in the dark, enlarged, in the other language, with single keys."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from tests import factories
from tests.browser.server import House
from tests.browser.visitor import Visitor
from tests.conftest import NOON

pytestmark = pytest.mark.browser

HAND_IN = "form[data-draft-key] button[type=submit]:not([name])"
SEND = "form[data-queue-form] [data-save-next]"

Visit = Callable[..., Visitor]


# -- without scripts ---------------------------------------------------------------------------------------------------


def test_handing_in_works_without_scripts(visit: Visit) -> None:
    ann = visit("ann", script=False, width=390).sign_in()
    ann.write("textarea[name=noticed]", "The lamp above the stairs is too weak.")
    ann.press(".sb-hero button")
    ann.press(HAND_IN)
    ann.reads("The lamp above the stairs is too weak", "Thank you, Ann")


def test_an_assessment_works_without_scripts(house: House, visit: Visit) -> None:
    number = house.made(factories.in_review)
    rex = visit("rex", script=False).sign_in("/queue")
    rex.expect(422)
    rex.press(SEND)
    rex.reads("Please write something here.")
    for scale in rex.page.locator("fieldset[data-scale]").all():
        rex.choose(f"[id='{scale.get_attribute('id')}-4']")
    rex.choose("input[name=recommendation][value=adopt]")
    rex.write("textarea[name=for_submitter]", "A good thought.")
    rex.press(SEND)
    with house.inside():
        assert [a.state for a in house.assignments(number) if a.capacity == "expert"] == ["answered"]


def test_picking_a_time_works_without_scripts(house: House, visit: Visit) -> None:
    number = house.made(factories.offered)
    house.clock.move_to(NOON + timedelta(days=2, hours=3))
    ann = visit("ann", script=False, width=390).sign_in(f"/ideas/{number}/talk")
    ann.choose("#slot_id-0")
    ann.press("#pick-time [data-save-next]")
    with house.inside():
        assert [party.appointments[0].state for party in house.parties(number)] == ["set"]


# -- eyes and hands ----------------------------------------------------------------------------------------------------


def test_the_dark_is_as_readable_as_the_light(house: House, visit: Visit) -> None:
    number = house.made(factories.in_review)
    house.made(factories.submitted)
    for name, paths in {"ann": ("/", f"/ideas/{number}"), "bob": ("/queue",), "rex": ("/queue", "/me")}.items():
        person = visit(name, scheme="dark", motion="reduce", width=390).sign_in()
        for path in paths:
            person.go(path)
            assert person.find("html").get_attribute("data-bs-theme") == "dark"
            person.look()


def test_the_dark_can_be_chosen(visit: Visit) -> None:
    ann = visit("ann").sign_in("/ideas/new")
    ann.unfold("header details[data-menu] > summary")
    ann.look()
    ann.press("header button[name=theme][value=dark]")
    assert ann.page.url.endswith("/ideas/new")
    assert ann.find("html").get_attribute("data-bs-theme") == "dark"
    ann.look()


def test_nothing_moves_for_those_who_want_it_still(house: House, visit: Visit) -> None:
    house.made(factories.in_review)
    rex = visit("rex", motion="reduce").sign_in("/queue")
    moving = rex.page.evaluate("""() => [...document.querySelectorAll("*")].filter((part) => {
      const style = getComputedStyle(part);
      const longest = (times) => Math.max(...times.split(",").map(parseFloat));
      return longest(style.transitionDuration) > 0.01 || longest(style.animationDuration) > 0.01;
    }).map((part) => part.outerHTML.slice(0, 80))""")
    assert moving == []


def test_everything_fits_when_enlarged_to_200_percent(house: House, visit: Visit) -> None:
    number = house.made(factories.offered)
    house.clock.move_to(NOON + timedelta(days=2, hours=3))
    house.made(factories.submitted)
    pages = {
        "ann": ("/", "/ideas", "/ideas/new", f"/ideas/{number}", f"/ideas/{number}/talk", "/me"),
        "bob": ("/queue", "/queue/several", "/steps"),
        "cat": (f"/ideas/{number}/talk", f"/ideas/{number}/talk?print=1"),
    }
    for name, paths in pages.items():
        person = visit(name, width=640).sign_in()
        person.look_at(*paths, axe=False)


def test_the_language_changes_where_one_is(visit: Visit) -> None:
    stranger = visit("ann", language="en")
    stranger.go("/sign-in")
    stranger.press("button[name=language][value=de]")
    stranger.language = "de"
    stranger.look()
    ann = visit("ann", language="de", width=390).sign_in("/ideas?q=Tor")
    ann.look()
    ann.unfold("header details[data-menu] > summary")
    ann.press("button[name=language][value=en]")
    ann.language = "en"
    assert ann.page.url.endswith("/ideas?q=Tor")
    ann.look()


def test_single_keys_can_be_switched_on_and_off(house: House, visit: Visit) -> None:
    for _idea in range(2):
        house.made(factories.in_review)
    rex = visit("rex").sign_in("/me")

    def switch(on: bool) -> None:
        rex.go("/me")
        rex.tick("input[name=shortcut_keys]", on)
        rex.press("form[action$='/preferences'] button[type=submit]")
        rex.go("/queue")

    def press_4() -> int:
        rex.page.keyboard.press("4")
        return rex.page.locator("fieldset[data-scale] input:checked").count()

    rex.go("/queue")
    assert press_4() == 0
    switch(True)
    rex.look()
    assert (press_4(), press_4()) == (1, 2)
    rex.page.keyboard.press("0")
    assert rex.page.locator("fieldset[data-scale] input[value=none]:checked").count() == 1
    first = rex.find(".bench-idea h2").inner_text()
    with rex.page.expect_navigation():
        rex.page.keyboard.press("j")
    second = rex.find(".bench-idea h2").inner_text()
    assert first != second
    rex.find("textarea[name=for_submitter]").click()
    rex.page.keyboard.type("just 4 jokes")
    assert rex.find("textarea[name=for_submitter]").input_value() == "just 4 jokes"
    switch(False)
    assert press_4() == 0


# -- beside the text ---------------------------------------------------------------------------------------------------


def test_similar_ideas_show_while_typing_and_never_stand_in_the_way(house: House, visit: Visit) -> None:
    house.made(factories.in_review, title="Labels for pallets", problem="The labels on pallets are missing.")
    ann = visit("ann").sign_in("/ideas/new")
    ann.write("textarea[name=problem]", "Nobody finds the pallets, their labels are missing.")
    ann.page.wait_for_selector("#similar a")
    ann.reads("Labels for pallets")
    ann.look()
    ann.expect(500)
    ann.context.route("**/ideas/similar*", lambda route: route.fulfill(status=500, body="broken"))
    with ann.page.expect_response("**/ideas/similar*"):
        ann.write("textarea[name=proposal]", "Print the labels when the pallets arrive.")
    ann.press(HAND_IN)
    assert "/receipt" in ann.page.url


def test_a_photo_comes_back_without_place_and_camera(visit: Visit, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0110] = "SecretCamera"
    exif.get_ifd(0x8825)[2] = (53.0, 4.0, 30.0)
    Image.new("RGB", (320, 200), "orange").save(tmp_path / "tor.jpg", exif=exif.tobytes())
    assert b"SecretCamera" in (tmp_path / "tor.jpg").read_bytes()
    ann = visit("ann", width=390).sign_in("/ideas/new")
    ann.write("textarea[name=problem]", "The gate sticks; see the photo.")
    ann.unfold("form details.sb-fold > summary")
    ann.find("input[type=file]").set_input_files(tmp_path / "tor.jpg")
    ann.press(HAND_IN)
    ann.press(".sb-receipt .btn-primary")
    picture = ann.find(".sb-photos img")
    picture.scroll_into_view_if_needed()
    ann.wait_until("document.querySelector('.sb-photos img').naturalWidth === 320")
    ann.look()
    sent = ann.context.request.get(picture.get_attribute("src")).body()
    assert b"SecretCamera" not in sent
    assert dict(Image.open(io.BytesIO(sent)).getexif()) == {}
