"""Somebody of the cast at a browser, who complains about everything that is wrong with a page."""

import re
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe

from tests.browser.hands import HANDS
from tests.browser.server import PASSWORD, House
from tests.browser.words import foreign_words

AXE_RULES = {
    "preload": False,  # fetching style sheets and media again is for turned pages and for sound, and is a third of its time
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
}

PARTS = re.compile(r'<[a-z0-9]+|(?:class|role|type|lang|data-bs-theme)="[^"]*"|aria-[a-z]+=')
SEEN_BY_AXE: set[int] = set()
"""Pages axe has looked at in this process: the same parts with other words are not worth a second look."""

HEIGHTS = {390: 844, 640: 512, 1280: 900}
LOCALES = {"de": "de-DE", "en": "en-GB"}

REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`content policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
});
"""

TEXTS = """() => {
  const found = [document.title];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const typed = "script, style, textarea, [data-typed]";
  while (walk.nextNode()) {
    const text = walk.currentNode.data.trim();
    if (text && !walk.currentNode.parentElement.closest(typed)) found.push(text);
  }
  for (const name of ["aria-label", "title", "placeholder", "alt"])
    for (const part of document.querySelectorAll(`[${name}]`)) found.push(part.getAttribute(name));
  for (const value of Object.values(document.getElementById("sb-words")?.dataset ?? {})) found.push(value);
  return found;
}"""

TOO_WIDE = """() => {
  const wide = document.scrollingElement.scrollWidth;
  if (wide <= innerWidth) return [];
  const parts = [...document.querySelectorAll("body *")].filter((part) => part.getBoundingClientRect().right > innerWidth + 1);
  return [`${wide} wide`, ...parts.slice(-4).map((part) => part.outerHTML.slice(0, 160))];
}"""


class Visitor:
    """One person, one browser of their own, one language, one width, one kind of hands."""

    def __init__(
        self, chromium: Any, house: House, name: str, *, language: str = "en", width: int = 1280, hands: str = "mouse",
        script: bool = True, scheme: str = "light", motion: str = "no-preference",
    ):
        self.house, self.name, self.language, self.width, self.scheme = house, name, language, width, scheme
        self.complaints: list[str] = []
        self.expected: set[int] = set()
        house.speak(name, language)
        self.context = chromium.new_context(
            base_url=house.address, viewport={"width": width, "height": HEIGHTS[width]}, locale=LOCALES[language],
            java_script_enabled=script, color_scheme=scheme, reduced_motion=motion, service_workers="block",
        )
        self.context.set_default_timeout(8000)
        self.context.add_init_script(REPORT_VIOLATIONS)
        self.page = self.context.new_page()
        self._listen(self.page)
        self.context.on("page", self._listen)
        self.hands = HANDS[hands](self.page)

    def _listen(self, page: Any) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("dialog", self._dialog)
        page.on("request", self._request)
        page.on("response", self._response)

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.complaints.append(f"console: {message.text}")

    def _dialog(self, dialog: Any) -> None:
        self.complaints.append(f"a window opened: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Any) -> None:
        where = urlsplit(request.url)
        if where.scheme in ("http", "https", "ws", "wss") and f"{where.scheme}://{where.netloc}" != self.house.address:
            self.complaints.append(f"a request to somebody else: {request.url}")

    def _response(self, response: Any) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.complaints.append(f"{response.status} {response.request.method} {response.url}")

    def expect(self, *statuses: int) -> None:
        """From now on pages with these statuses are meant to come."""
        self.expected.update(statuses)

    # -- looking -----------------------------------------------------------------------------------------------------

    def look(self, *, axe: bool = True) -> None:
        """Look at the whole page as a critic: language, width, headings, everything axe knows."""
        page, where = self.page, urlsplit(self.page.url).path
        page.wait_for_load_state("load")
        assert page.locator("html").get_attribute("lang") == self.language, where
        foreign = foreign_words(page.evaluate(TEXTS), self.language)
        assert foreign == [], f"{where} is in {self.language}, but says: {foreign}"
        assert page.evaluate(TOO_WIDE) == [], where
        if axe and self._is_new(page):
            found = Axe().run(page, options=AXE_RULES).response["violations"]
            lines = [f"{v['id']}: {v['help']}: {node['html'][:300]} {node.get('failureSummary', '')[:300]}"
                     for v in found for node in v["nodes"][:3]]
            assert lines == [], f"{where}:\n" + "\n".join(lines)
        assert self.complaints == [], f"{where}: {self.complaints}"

    def _is_new(self, page: Any) -> bool:
        """Say whether axe has not yet seen a page built of the same parts, in this language, width and light."""
        built = hash((self.language, self.width, self.scheme, tuple(PARTS.findall(page.content()))))
        return built not in SEEN_BY_AXE and not SEEN_BY_AXE.add(built)

    def reads(self, *texts: str) -> None:
        """Be sure that the page says all this."""
        said = self.said()
        for text in texts:
            assert text in said, f"{text!r} is missing on {self.page.url}:\n{said}"

    def reads_nothing_of(self, *texts: str) -> None:
        """Be sure that the page, and everything behind it, says nothing of this."""
        source = self.page.content()
        for text in texts:
            assert text not in source, f"{text!r} stands on {self.page.url}"

    def said(self) -> str:
        """Give the words of the page."""
        return " ".join(self.page.locator("body").inner_text().split())

    # -- going and doing ---------------------------------------------------------------------------------------------

    def find(self, selector: str) -> Any:
        """Give the first thing on the page that fits."""
        return self.page.locator(selector).first

    def go(self, path: str) -> None:
        """Type an address."""
        self.page.goto(path)

    def look_at(self, *paths: str, axe: bool = True) -> None:
        """Go to each of the addresses, and look at it as a critic."""
        for path in paths:
            self.go(path)
            self.look(axe=axe)

    def press(self, selector: str) -> None:
        """Press a link or a button that leads to another page, and wait for it."""
        self.hands.follow(self.find(selector))

    def unfold(self, selector: str) -> None:
        """Open what is folded, where it is."""
        if not self.find(selector).evaluate("(head) => head.closest('details').open"):
            self.hands.press(self.find(selector))

    def write(self, selector: str, text: str) -> None:
        """Write into a field, over what stands there."""
        self.hands.write(self.find(selector), text)

    def choose(self, selector: str) -> None:
        """Choose an answer."""
        self.hands.choose(self.find(selector))

    def tick(self, selector: str, wanted: bool = True) -> None:
        """Set or take away a tick."""
        if self.find(selector).is_checked() != wanted:
            self.hands.press(self.find(selector))
        assert self.find(selector).is_checked() == wanted

    def pick(self, selector: str, words: str) -> None:
        """Pick a line of a list that opens."""
        self.hands.pick(self.find(selector), words)

    def sign_in(self, path: str = "/") -> "Visitor":
        """Come to an address, signed in already."""
        self.context.add_cookies([self.house.cookie(self.name)])
        self.go(path)
        return self

    def sign_in_with_the_form(self, path: str = "/") -> "Visitor":
        """Come to an address and sign in with the form."""
        self.go(path)
        self.write("input[name=email]", f"{self.name}@example.com")
        self.write("input[name=password]", PASSWORD)
        self.press("main button[type=submit]")
        return self

    def wait_until(self, expression: str) -> None:
        """Wait for something scripts do; the page's own policy forbids Playwright's way, which evaluates text."""
        for _try in range(160):
            if self.page.evaluate(expression):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"it never came to this: {expression}")

    def leave(self) -> None:
        """Close the browser."""
        self.context.close()
