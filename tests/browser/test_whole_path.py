"""The whole path of one idea as its six people walk it, by mouse and by keyboard alone, wide and narrow, in both languages.

Everybody looks at every page they pass as a critic does: see Visitor.look.
"""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.browser.server import House
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

WORDS = {
    "de": {
        "noticed": "Jeden Morgen suchen wir Paletten, weil die Etiketten fehlen.",
        "proposal": "Das Etikett gleich beim Abladen drucken, mit dem Handscanner.",
        "title": "Etiketten schon beim Abladen drucken",
        "department": "Logistik",
        "ria_says": "Der Einkauf kann die Rollen sofort mitbestellen.",
        "ria_adds": "Kosten etwa vierzig Euro im Monat.",
        "rex_says": "Die Scanner sind technisch dafür bereit.",
        "rex_adds": "Das Modul liegt unbenutzt im Schrank.",
        "reasons": "Vierzig Minuten am Tag sind viel Zeit, und die Technik ist da.",
        "greeting": "Danke, ich freue mich auf das Gespräch mit Ihnen.",
        "said": "Wir haben die Etiketten angesehen und den Ablauf geklärt.",
        "promise": "Der Drucker steht bis Monatsende am Tor.",
        "farewell": "Es hat mich gefreut, dass jemand zugehört hat.",
    },
    "en": {
        "noticed": "Every morning we look for pallets because the labels are missing.",
        "proposal": "Print the label while unloading, with the handheld scanner.",
        "title": "Print labels while unloading",
        "department": "Logistics",
        "ria_says": "Purchasing can order the rolls at once.",
        "ria_adds": "Costs about forty euros a month.",
        "rex_says": "The scanners are ready for it.",
        "rex_adds": "The module lies unused in the cupboard.",
        "reasons": "Forty minutes a day are a lot of time, and the machines are there.",
        "greeting": "Thank you, I look forward to our talk.",
        "said": "We looked at the labels and went through the steps.",
        "promise": "The printer stands at the gate by the end of the month.",
        "farewell": "I was glad that somebody listened.",
    },
}

RUNS = (
    ("en", 1280, "keyboard"), pytest.param("de", 1280, "mouse", marks=pytest.mark.slow),
    pytest.param("en", 390, "mouse", marks=pytest.mark.slow), pytest.param("de", 390, "keyboard", marks=pytest.mark.slow),
)
"""Four of eight: each language, each width and each kind of hands meets each other one. German, phones and the mouse have
tests enough of their own, so one of them goes with every run."""


@pytest.mark.parametrize(("language", "width", "hands"), RUNS)
def test_an_idea_goes_its_whole_way(
    house: House, visit: Callable[..., Visitor], language: str, width: int, hands: str
) -> None:
    words = WORDS[language]

    def arrive(name: str) -> Visitor:
        person = visit(name, language=language, width=width, hands=hands)
        person.go("/")
        person.look()
        return person.sign_in_with_the_form()

    ann = arrive("ann")
    number = hand_in(ann, words)
    idea_page = f"/ideas/{number}"
    eve = arrive("eve")
    eve.go("/ideas")
    eve.reads_nothing_of(words["title"])

    triage(arrive("bob"), words)
    ria, rex = arrive("ria"), arrive("rex")
    assess(ria, 4, words["ria_says"], words["ria_adds"])
    blind(rex, idea_page, words)
    assess(rex, 5, words["rex_says"], words["rex_adds"])
    open_eyed(rex, idea_page, words)
    ann.go(idea_page)
    ann.look()
    ann.reads_nothing_of(words["ria_says"], words["rex_says"], words["ria_adds"])

    house.pass_time(days=2)
    cat = arrive("cat")
    decide(cat, words)
    ann.go(idea_page)
    ann.reads_nothing_of(words["reasons"])
    offer(cat, idea_page, words)
    pick(ann, words)

    house.move_to(appointment_of(house, number))
    house.pass_time(hours=3)
    record(cat, words)
    eve.go(idea_page)
    eve.look()
    eve.reads(words["title"])
    eve.reads_nothing_of(words["reasons"], words["ria_says"])
    confirm(ann, words)

    with house.inside():
        assert house.idea(number).stage == "closed"
    for person in (ann, eve):
        person.go(idea_page)
        person.look()
        person.reads(words["title"], words["reasons"])
        assert person.find(".sb-journey > li:last-child").get_attribute("aria-current") == "step"
    assert ann.page.locator(".sb-story > li").count() >= 8
    eve.reads_nothing_of(words["farewell"], words["rex_adds"], words["said"])
    ann.go("/")
    ann.look()
    cat.go("/steps")
    cat.look()
    cat.reads(words["title"])


def hand_in(ann: Visitor, words: dict[str, str]) -> str:
    """Write the idea down from the start page, hand it in, look at the receipt and the idea; give its number."""
    ann.look()
    ann.write("textarea[name=noticed]", words["noticed"])
    ann.press(".sb-hero button")
    assert ann.find("textarea[name=problem]").input_value() == words["noticed"]
    ann.write("textarea[name=proposal]", words["proposal"])
    ann.write("input[name=title]", words["title"])
    ann.unfold("form details.sb-fold > summary")
    ann.look()
    ann.pick("select[name=department_id]", words["department"])
    ann.press("form[data-draft-key] button[type=submit]:not([name])")
    ann.look()
    ann.reads(words["title"], "Brandt")
    number = ann.find(".sb-receipt-number strong").inner_text()
    ann.press(".sb-receipt .btn-primary")
    ann.look()
    ann.reads(words["noticed"], words["proposal"], "Brandt")
    return number


def triage(bob: Visitor, words: dict[str, str]) -> None:
    """The first look: rex as an expert, ria for her department."""
    bob.look()
    bob.press("header a[href='/queue']")
    bob.look()
    bob.reads(words["noticed"], words["proposal"])
    for box in bob.page.locator("input[name=reviewers]").all():
        name = box.locator("xpath=ancestor::label").inner_text()
        bob.tick(f"input[name=reviewers][value='{box.get_attribute('value')}']", "Rex Reed" in name)
    bob.write("input[name=other_department]", "Ria Richter")
    bob.press("form[data-queue-form] [data-save-next]")
    bob.look()


def assess(person: Visitor, points: int, says: str, adds: str) -> None:
    """Score every criterion, recommend, write a sentence for the submitter and one for colleagues."""
    person.go("/")
    person.press("header a[href='/queue']")
    person.look()
    for scale in person.page.locator("fieldset[data-scale]").all():
        person.choose(f"[id='{scale.get_attribute('id')}-{points}']")
    person.choose("input[name=recommendation][value=adopt]")
    person.write("textarea[name=for_submitter]", says)
    person.write("textarea[name=for_colleagues]", adds)
    person.press("form[data-queue-form] [data-save-next]")
    person.look()


def blind(rex: Visitor, idea_page: str, words: dict[str, str]) -> None:
    """Before the own assessment nothing of the others' can be read anywhere, nor that there is one."""
    for path in (idea_page, "/queue", f"{idea_page}/moves/score", f"{idea_page}/moves/pass_on?here=1"):
        rex.go(path)
        rex.look(axe=path != "/queue")
        rex.reads_nothing_of(words["ria_says"], words["ria_adds"])


def open_eyed(rex: Visitor, idea_page: str, words: dict[str, str]) -> None:
    """After the own assessment the others' can be read."""
    rex.go(idea_page)
    rex.look()
    rex.reads(words["ria_says"], words["ria_adds"])


def decide(cat: Visitor, words: dict[str, str]) -> None:
    """The decision, with the assessments before one's eyes."""
    cat.press("header a[href='/queue']")
    cat.look()
    cat.reads(words["ria_says"], words["rex_says"], words["rex_adds"])
    cat.choose("input[name=outcome][value=adopted]")
    cat.write("textarea[name=reasons]", words["reasons"])
    cat.press("form[data-queue-form] [data-save-next]")
    cat.look()


def offer(cat: Visitor, idea_page: str, words: dict[str, str]) -> None:
    """The page of the talk: the guide, and two times that would do."""
    cat.go(idea_page)
    cat.press("a[href*='/talk'], .sb-moves a.btn-primary")
    cat.look()
    cat.reads(words["ria_says"], words["rex_says"])
    for line in (1, 2):
        cat.write(f"#slot-place-{line}", "2.14")
    cat.write("#offer-talk textarea[name=words]", words["greeting"])
    cat.press("#offer-talk [data-save-next]")
    cat.look()


def pick(ann: Visitor, words: dict[str, str]) -> None:
    """The outcome is released with the offer; one of the times is taken, from the start page on."""
    ann.go("/")
    ann.look()
    ann.press(".sb-idea .sb-journey-note a")
    ann.look()
    ann.reads(words["reasons"], words["greeting"], words["ria_says"], words["rex_says"])
    ann.reads_nothing_of(words["ria_adds"], words["rex_adds"], "Rex Reed", "Ria Richter")
    ann.choose("#slot_id-1")
    ann.press("#pick-time [data-save-next]")
    ann.look()


def appointment_of(house: House, number: str) -> datetime:
    """Give the moment the talk is agreed for."""
    with house.inside():
        (party,) = house.parties(number)
        return party.appointments[0].starts_at.astimezone(UTC)


def record(cat: Visitor, words: dict[str, str]) -> None:
    """What was said, and a promise with a name and a date."""
    cat.go("/")
    cat.press(".sb-steps a")
    cat.look()
    cat.write("textarea[name=said]", words["said"])
    cat.write("#promise-1", words["promise"])
    cat.write("#promise-owner-1", "Cat Conrad")
    cat.write("#promise-due-1", "2026-11-30")
    cat.press("#record-talk [data-save-next]")
    cat.look()
    cat.reads(words["promise"])


def confirm(ann: Visitor, words: dict[str, str]) -> None:
    """The submitter alone says how it was."""
    ann.go("/")
    ann.look()
    ann.press(".sb-idea .sb-journey-note a")
    ann.look()
    ann.reads(words["said"], words["promise"])
    ann.choose("input[name=took_place][value=yes]")
    ann.choose("input[name=follows][value=yes]")
    ann.choose("input[name=appreciated][value='5']")
    ann.write("#confirm textarea[name=words]", words["farewell"])
    ann.press("#confirm [data-save-next]")
    ann.look()
