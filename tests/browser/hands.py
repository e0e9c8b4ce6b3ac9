"""Two ways of working at a page: with the mouse, and with the keyboard alone."""

from collections.abc import Callable
from typing import Any

MANY_TABS = 220

IN_HAND = """(wanted) => {
  const held = document.activeElement;
  return held === wanted || (wanted.type === "radio" && held?.type === "radio" && held.name === wanted.name);
}"""

A_MOMENT = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"

SEEN = """async (held) => {
  const tile = held.closest("label") ?? held;
  const inside = () => {
    const box = tile.getBoundingClientRect();
    return box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  };
  for (const start = performance.now(); !inside() && performance.now() - start < 2000;) await new Promise(requestAnimationFrame);
  const marked = [held, tile, tile.parentElement].some((part) => {
    const style = getComputedStyle(part);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  });
  return { marked: marked && held.matches(":focus-visible"), inside: inside(), what: held.outerHTML.slice(0, 200) };
}"""


def write_date(target: Any, text: str, begin: Callable[[], None]) -> None:
    """Type a date into its parts, in whichever order this browser shows them.

    Takes   begin: puts the focus on the first part
    """
    year, month, day = text.split("-")
    for order in (month + day + year, day + month + year, year + month + day):
        begin()
        target.page.keyboard.type(order)
        if target.input_value() == text:
            return
        target.page.keyboard.press("Shift+Tab")
        target.page.keyboard.press("Shift+Tab")
        target.page.keyboard.press("Shift+Tab")
    raise AssertionError(f"{text} cannot be typed")


class Mouse:
    """Clicks on what it wants, and types only where it has clicked."""

    def __init__(self, page: Any):
        self.page = page

    def press(self, target: Any) -> None:
        """Press the head of something folded, a tick, a button that stays on the page."""
        target.click()

    def follow(self, target: Any) -> None:
        """Press a link or a button that leads to another page, and wait for it."""
        with self.page.expect_navigation():
            target.click()

    def write(self, target: Any, text: str) -> None:
        """Write into a field, over what stands there."""
        if target.get_attribute("type") == "date":
            write_date(target, text, begin=lambda: target.click(position={"x": 16, "y": 20}))
            return
        target.click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)

    def choose(self, target: Any) -> None:
        """Choose one of several answers."""
        label = target.locator("xpath=ancestor::label")
        label.click()
        assert target.is_checked()

    def pick(self, target: Any, words: str) -> None:
        """Pick a line of a list that opens; a headless browser draws none, so this goes through the element."""
        target.select_option(label=words)


class Keyboard:
    """Gets everywhere with Tab, arrows, Space and Enter, and looks whether the focus can be seen on its way."""

    def __init__(self, page: Any):
        self.page = page

    def reach(self, target: Any) -> None:
        """Go on with Tab until the focus is there, over the skip link at the top of a page."""
        wanted = target.element_handle()
        assert wanted is not None
        if self.page.evaluate("document.activeElement === document.body && !location.hash") and wanted.evaluate(
            "(wanted) => Boolean(wanted.closest('main'))"
        ):
            self.page.keyboard.press("Tab")
            assert self.page.evaluate("document.activeElement.matches('.sb-skip')"), "the first stop is the skip link"
            self.page.keyboard.press("Enter")
            self.page.evaluate(A_MOMENT)  # the browser scrolls there in its own time
        for _stop in range(MANY_TABS):
            if wanted.evaluate(IN_HAND):
                break
            self.page.keyboard.press("Tab")
        else:
            raise AssertionError(f"Tab never gets to {target}")
        seen = self.page.evaluate_handle("document.activeElement").evaluate(SEEN)
        assert seen["marked"], f"the focus cannot be seen: {seen['what']}"
        assert seen["inside"], f"the focus is outside of what can be seen: {seen['what']}"

    def press(self, target: Any) -> None:
        """Press the head of something folded, a tick, a button that stays on the page."""
        self.reach(target)
        tick = target.evaluate("(target) => target.type === 'checkbox'")
        self.page.keyboard.press("Space" if tick else "Enter")

    def follow(self, target: Any) -> None:
        """Press a link or a button that leads to another page, and wait for it."""
        self.reach(target)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def write(self, target: Any, text: str) -> None:
        """Write into a field, over what stands there."""
        if target.get_attribute("type") == "date":
            write_date(target, text, begin=lambda: self.reach(target))
            return
        self.reach(target)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)

    def choose(self, target: Any) -> None:
        """Choose one of several answers with Space or the arrows."""
        self.reach(target)
        for _answer in range(12):
            if target.evaluate("(target) => target === document.activeElement"):
                break
            self.page.keyboard.press("ArrowDown")
        if not target.is_checked():
            self.page.keyboard.press("Space")
        assert target.is_checked()

    def pick(self, target: Any, words: str) -> None:
        """Pick a line of a list by typing its first letters."""
        self.reach(target)
        self.page.keyboard.type(words)
        assert target.locator("option:checked").inner_text() == words


HANDS = {"mouse": Mouse, "keyboard": Keyboard}
