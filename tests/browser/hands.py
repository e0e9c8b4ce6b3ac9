"""Two ways of working at a page: with the mouse, and with the keyboard alone."""

from typing import Any

MANY_TABS = 220

IN_HAND = """(wanted) => {
  const held = document.activeElement;
  return held === wanted || (wanted.type === "radio" && held?.type === "radio" && held.name === wanted.name);
}"""

SEEN = """(held) => {
  const tile = held.closest("label") ?? held;
  const box = tile.getBoundingClientRect();
  const marked = [held, tile, tile.parentElement].some((part) => {
    const style = getComputedStyle(part);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  });
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return { marked: marked && held.matches(":focus-visible"), inside, what: held.outerHTML.slice(0, 200) };
}"""


class Mouse:
    """Clicks on what it wants, and types only where it has clicked."""

    def __init__(self, page: Any):
        self.page = page

    def press(self, target: Any) -> None:
        """Press a link, a button, the head of something folded, a tick."""
        target.click()

    def write(self, target: Any, text: str) -> None:
        """Write into a field, over what stands there."""
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
        if self.page.evaluate("document.activeElement === document.body") and wanted.evaluate(
            "(wanted) => Boolean(wanted.closest('main'))"
        ):
            self.page.keyboard.press("Tab")
            assert self.page.evaluate("document.activeElement.matches('.sb-skip')"), "the first stop is the skip link"
            self.page.keyboard.press("Enter")
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
        """Press a link, a button, the head of something folded, a tick."""
        self.reach(target)
        tick = target.evaluate("(target) => target.type === 'checkbox'")
        self.page.keyboard.press("Space" if tick else "Enter")

    def write(self, target: Any, text: str) -> None:
        """Write into a field, over what stands there."""
        self.reach(target)
        if target.get_attribute("type") == "date":
            self._write_date(target, text)
            return
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)

    def _write_date(self, target: Any, text: str) -> None:
        year, month, day = text.split("-")
        for order in (month + day + year, day + month + year, year + month + day):
            self.page.keyboard.type(order)
            if target.input_value() == text:
                return
            for _part in range(3):
                self.page.keyboard.press("Shift+Tab")
            self.reach(target)
        raise AssertionError(f"{text} cannot be typed")

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
