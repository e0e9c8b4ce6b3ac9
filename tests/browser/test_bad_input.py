"""Bad input over the network, needing no browser: a clear sentence in the reader's language, and the text is kept."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import pytest
import wtforms.i18n

from suggestbox.core import messages
from suggestbox.core.clock import utc_now
from suggestbox.core.database import work
from suggestbox.workflow.operations import moves_for
from tests import factories
from tests.browser.plain import Answer, PlainBrowser
from tests.browser.server import House
from tests.conftest import NOON

WORDS = "Das Tor 3 klemmt seit Wochen, und niemand kommt mehr mit dem Stapler durch."
IDEA = {"problem": WORDS, "confidential": "named", "visibility": "open", "submit_key": "k"}
MOST = 6 * 1024 * 1024


@dataclass(frozen=True)
class Bad:
    """One bad thing to send: who sends what where, and what they read."""

    who: str
    send: Callable[[PlainBrowser, str], Answer]
    status: int
    sentence: str
    values: dict[str, Any] = field(default_factory=dict)
    keeps: bool = True


def form(path: str, **fields: Any) -> Callable[[PlainBrowser, str], Answer]:
    return lambda page, number: page.post(path.format(number=number), {**fields})


def idea(**fields: Any) -> Callable[[PlainBrowser, str], Answer]:
    return form("/ideas/new", **{**IDEA, **fields})


def file(name: str, content: bytes) -> Callable[[PlainBrowser, str], Answer]:
    return lambda page, _number: page.upload("/ideas/new", IDEA, ("attachments", name, content))


TOO_LONG = "This is too long: %(length)s characters, at most %(most)s fit."
NOT_A_KIND = "The file “%(name)s” cannot be added. Photos (JPEG, PNG, WebP, GIF), PDF and office files work."
NO_PAGE = "The page does not exist, or it is not meant for you."
WRONG_WAY = "The address was called in a way it does not understand."
MOVE = "/ideas/{number}/moves/"

CASES = {
    "title too long": Bad("ann", idea(title="x" * 201), 422, TOO_LONG, {"length": 201, "most": 200}),
    "text too long": Bad("ann", idea(proposal="ä" * 20_001), 422, TOO_LONG, {"length": 20_001, "most": 20_000}),
    "nothing at all": Bad(
        "ann", idea(problem=" \t ", title=WORDS), 422,
        "Please say what you have noticed, or what you suggest. One sentence is enough.",
    ),
    "a colleague nobody knows": Bad(
        "ann", idea(co_submitters="Rumpelstilz"), 422, "Nobody by the name “%(name)s” was found.", {"name": "Rumpelstilz"},
    ),
    "a program as a photo": Bad("ann", file("photo.jpg", b"MZ\x90\x00" + bytes(range(256)) * 40), 422, NOT_A_KIND,
                                {"name": "photo.jpg"}),
    "a broken photo": Bad("ann", file("tor.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 400), 422, NOT_A_KIND, {"name": "tor.png"}),
    "an empty file": Bad("ann", file("leer.pdf", b""), 422, "The file “%(name)s” is empty.", {"name": "leer.pdf"}),
    "an empty comment": Bad("eve", form("/ideas/{number}/comments", text=" ", audience="everyone"), 422,
                            "Please write something here.", keeps=False),
    "a comment too long": Bad("eve", form("/ideas/{number}/comments", text=WORDS * 100, audience="everyone"), 422, TOO_LONG,
                              {"length": len(WORDS) * 100, "most": 5000}),
    "an assessment with gaps": Bad("rex", form(MOVE + "score", for_submitter=WORDS), 422,
                                   "Please answer, or say that you cannot judge it."),
    "a question without words": Bad("rex", form(MOVE + "ask", text=""), 422, "Please write something here.", keeps=False),
    "a move nobody knows": Bad("rex", form(MOVE + "fly", text=WORDS), 404, NO_PAGE),
    "a move of the house": Bad("rex", form(MOVE + "review_complete", text=WORDS), 404, NO_PAGE),
    "somebody else's move": Bad("eve", form(MOVE + "ask", text=WORDS), 403,
                                "Somebody else has to do this, or it is not your turn yet."),
    "an idea that is not there": Bad("ann", form("/ideas/2026-9999/comments", text=WORDS), 404, NO_PAGE),
    "a number too large": Bad("dot", form("/people/99999999999999999999999/edit", given_name=WORDS), 404, NO_PAGE),
    "somebody else's draft": Bad("ann", form("/ideas/drafts/2", **IDEA), 404, NO_PAGE),
    "a draft handed in meanwhile": Bad(
        "ann", form("/ideas/drafts/1", **IDEA), 409,
        "The idea has moved on since you opened this page. Your words were not used; you find them below.",
    ),
    "a page for others": Bad("ann", form("/people/1/edit", given_name=WORDS), 403,
                             "Somebody else has to do this, or it is not your turn yet."),
    "an expired form": Bad("ann", lambda page, _number: page.post("/ideas/new", IDEA, mark="old"), 400,
                           "Nothing was sent yet, and nothing is lost. Send it now if it is what you want to send."),
    "a wrong method": Bad("ann", lambda page, number: page.send("DELETE", f"/ideas/{number}"), 405, WRONG_WAY, keeps=False),
    "a form asked for": Bad("ann", lambda page, number: page.get(f"/ideas/{number}/support"), 405, WRONG_WAY, keeps=False),
    "far too much": Bad("ann", file("film.mp4", bytes(MOST)), 413, "What you sent is larger than this server accepts.",
                        keeps=False),
}  # fmt: skip


@lru_cache
def german() -> Any:
    """The catalogue, read once."""
    return messages.read_catalogue("de")


def in_language(sentence: str, values: dict[str, Any], language: str) -> str:
    """Give a text of the catalogue as a reader of the language sees it."""
    words = sentence
    if language == "de":
        found = german().get(sentence)
        assert found is not None, sentence
        words = str(found.string)
        assert words != sentence
    return words % values if values else words


@pytest.mark.parametrize("language", ["de", "en"])
def test_bad_input_gets_a_clear_answer(house: House, language: str) -> None:
    number = house.made(factories.in_review)
    with house.inside(), work():
        factories.draft(house.cast(), house.person("eve"))
    pages: dict[str, PlainBrowser] = {}
    for name, bad in CASES.items():
        page = pages.setdefault(bad.who, PlainBrowser(house, bad.who, language))
        answer = bad.send(page, number)
        assert answer.status == bad.status, (name, answer.status, answer.words[:500])
        sentence = in_language(bad.sentence, bad.values, language)
        assert sentence in answer.words, (name, sentence, answer.words)
        assert f'<html lang="{language}"' in answer.text, name
        assert not bad.keeps or WORDS in answer.words or WORDS in answer.text, name


@pytest.mark.parametrize("language", ["de", "en"])
def test_wrong_dates_get_a_clear_answer(house: House, language: str) -> None:
    number = house.made(factories.conversation)
    house.clock.move_to(NOON.replace(day=6))
    ann, cat = PlainBrowser(house, "ann", language), PlainBrowser(house, "cat", language)
    not_a_date = wtforms.i18n.get_translations([language]).gettext("Not a valid date value.")
    for text in ("2026-02-30", "31.12.2026", "tomorrow", "2026-13-01", "0000-00-00", "١٢٣٤-٠١-٠١"):
        answer = ann.post("/me/absences", {"from_on": text, "until_on": "2026-11-09"})
        assert (answer.status, not_a_date in answer.words) == (422, True), (text, answer.words)
        assert f'value="{text}"' in answer.text, text
    for text in ("2026-02-30T10:00", "morgen um drei", "99999-01-01T10:00", "0001-01-01T00:00", "2026-11-12"):
        slots = [("slot_at", text), ("slot_at", "2026-11-12T10:00")]
        rest = [("slot_form", "phone"), ("slot_place", "1234"), ("slot_minutes", "30")] * 2
        answer = cat.post(f"/ideas/{number}/moves/offer_talk", [*slots, *rest, ("words", WORDS)])
        assert (answer.status, WORDS in answer.text) == (422, True), (text, answer.words)
    for text in ("2026-02-30", "0001-01-01", "9999-12-31", "2026-11-05T10", "x"):
        answer = cat.post(f"/ideas/{number}/moves/record_talk", {
            "held_on": text, "form": "phone", "said": WORDS, "promise_text": "A promise", "promise_owner": "Cat Conrad",
            "promise_due": text,
        })  # fmt: skip
        assert (answer.status, WORDS in answer.text) == (422, True), (text, answer.words)


RUBBISH = ("x" * 30_000, "²", "9" * 30, "-1", "\x00", "9999-12-31T23:59")
AT_EVERY_MOVE = 2
"""So many kinds of rubbish are sent with a move, others with the next; the slow test sends all."""

STAGES = (
    ("bob", factories.submitted), ("rex", factories.in_review), ("bob", factories.in_review), ("cat", factories.deciding),
    ("cat", factories.conversation), ("ann", factories.offered), ("cat", factories.appointed),
)  # fmt: skip


@pytest.mark.parametrize("kinds", [AT_EVERY_MOVE, pytest.param(len(RUBBISH), marks=pytest.mark.slow)])
@pytest.mark.parametrize(("name", "make"), STAGES, ids=lambda value: getattr(value, "__name__", value))
def test_rubbish_in_every_field_of_every_move_is_no_fault(house: House, name: str, make: Any, kinds: int) -> None:
    number = house.made(make)
    house.clock.move_to(NOON.replace(day=9))
    person = PlainBrowser(house, name)
    with house.inside():
        presses = moves_for(house.idea(number), house.person(name), utc_now())
    house.keep("before")
    for place, move in enumerate(press.name for press in presses if not press.unmet):
        path = f"/ideas/{number}/moves/{move}"
        page = person.get(path, here=1)
        assert page.status == 200, move
        for text in (RUBBISH * 2)[place * AT_EVERY_MOVE % len(RUBBISH):][:kinds]:
            answer = person.post(path, [(field, text) for field in page.fields_of(path)])
            assert answer.status in (303, 403, 404, 409, 422), (move, text, answer.status)
            if answer.status == 303:
                house.renew("before")
