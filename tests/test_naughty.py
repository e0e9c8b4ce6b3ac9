"""Whatever people type comes back the same over the network, from every field; and every bad form gets a clear answer.

The list is our own. Further ones in the same spirit: the Big List of Naughty Strings (Max Woolf, MIT licence).
"""

import secrets
from collections.abc import Iterable, Iterator

import pytest

from suggestbox.core.database import db
from suggestbox.core.forms import one_line, tidy
from suggestbox.ideas.models import Idea
from tests import factories
from tests.browser.plain import PlainBrowser, as_sent
from tests.browser.server import House, at_noon, open_house
from tests.ideas.naughty import NAUGHTY as FIT_FOR_A_TITLE

NAUGHTY = [
    *FIT_FOR_A_TITLE,
    # what no keyboard has
    "a\x00b", "\x00", "bell\x07", "esc\x1b[31mred\x1b[0m", "\x7fdelete", "next\x85line", "form\x0cfeed", "\x1a", "\x08\x08\x08",
    "line one\nline two", "windows\r\nline", "old mac\rline", "\ttab\tbetween", "paragraph\n\n\n\nparagraph", "\n\n",
    # halves of characters, and what looks like them
    "\ud800", "half \udc00 a pair", "\ud83d", "\ude00\ud83d", "\ufdd0", "\U0010ffff", "\ufffe",
    # direction, joiners, marks
    "\u202dleft\u202c to \u202eright\u202c", "\u200fעברית\u200e (mixed)", "\u2068a\u2069b", "‮﷽", "\u0301alone",
    "ก็็็็็็็็็็", "༒༼༽༒", "e" + "\u0301" * 40, "👨‍👩‍👧‍👦" * 8, "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "1️⃣2️⃣", "\u2800", "\u3000wide\u3000", "a\u180eb", "\u00ad" * 9,
    # other people's languages once more
    "{{ config.items() }}", "{{ ''.__class__.__mro__[1] }}", "{# comment #}", "{% include 'shared/layout.html' %}", "{0.__class__}",
    "{name!r:>{width}}", "%(name)s %(count)d %n %x", "%%", "&amp;amp;", "&lt;script&gt;alert(1)&lt;/script&gt;", "<![CDATA[x]]>",
    "</p></div></main></body></html>", "</title><script>alert(1)</script>", "<iframe srcdoc='<script>alert(1)</script>'>",
    "<style>*{display:none}</style>", "<base href='https://evil.example/'>", "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<form action='https://evil.example'><input name=csrf_token>", "<img src=https://evil.example/x.png>", "' autofocus onfocus=alert(1) x='",
    '" style="position:fixed;inset:0" x="', "javascript:/*--></title></style></textarea></script><svg onload=alert(1)>",
    "data:text/html,<script>alert(1)</script>", "Robert'); DROP TABLE idea; --", "1; SELECT pg_sleep(5)", "\\'; --", "LIKE '%_'",
    "=1+1", "@SUM(A1)", "+49 421 1234", "-2+3", "=HYPERLINK(\"https://evil.example\")", "CON", "NUL.txt", "aux", "lpt1", "C:\\nul\\..",
    "..\\..\\windows", "%2e%2e%2f", "%00", "%0d%0aSet-Cookie:x=y", "/etc/passwd\x00.png", "con:", "~root", "; rm -rf /", "| cat",
    "9" * 60, "00000", "1e-400", "Infinity", "-0", "0.1+0.2", "1.7976931348623157e+309", "0b1", "१२३", "Ⅷ", "²", "1_000",
    "[object Object]", "__proto__", "constructor", "hasOwnProperty", "self", "__class__", "True", "False", "nil", "NULL", "(null)",
    "x" * 199, "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 3, "W" * 120 + " " + "i" * 60, "a b" * 60,
]  # fmt: skip


@pytest.fixture(scope="module")
def one_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("naughty")) as house:
        yield house


@pytest.fixture
def house(one_house: House) -> Iterator[House]:
    with at_noon(one_house) as house:
        yield house


@pytest.fixture(params=["some", pytest.param("all", marks=pytest.mark.slow)])
def texts(request: pytest.FixtureRequest) -> list[str]:
    """The list; every fifth of it in a quick run."""
    return NAUGHTY if request.param == "all" else NAUGHTY[::5]


def kept(text: str) -> str:
    """What the database keeps of it: see core.database.CleanText."""
    return text.replace("\x00", "\ufffd")


def goes_through_an_idea(ann: PlainBrowser, text: str) -> None:
    """Hand it in as title and text, and read it on the idea's page."""
    title, words = kept(one_line(as_sent(text)) or ""), kept(tidy(as_sent(text)) or "")
    if len(title) > 200:
        title = ""  # refused with a sentence, see test_bad_input.py
    fields = {"title": text if title else "", "problem": f"{text}\nend", "proposal": text, "submit_key": secrets.token_hex(8),
              "confidential": "named", "visibility": "open"}
    answer = ann.post("/ideas/new", fields)
    assert answer.status == 302, (text, answer.status)
    page = ann.get(answer.place.removesuffix("/receipt"))
    assert page.status == 200, repr(text)
    if title:
        assert page.inside(r"<h1[^>]*>(.*?)</h1>") == title, repr(text)
    if words and "\n" not in words:
        proposal = page.inside(r'<section class="sb-section sb-text"><h2>[^<]*</h2>(.*?)</section>')
        assert proposal == words, repr(text)
    with ann.house.inside():
        idea = db.session.query(Idea).order_by(Idea.id.desc()).first()
        assert idea is not None
        assert (idea.problem, idea.proposal) == (kept(tidy(as_sent(f"{text}\nend")) or ""), words), repr(text)


def goes_through_comments(eve: PlainBrowser, number: str, texts: Iterable[str]) -> None:
    """Say all of them beside an idea, and read them there."""
    said = {}
    for text in texts:
        words = kept(tidy(as_sent(text)) or "")
        answer = eve.post(f"/ideas/{number}/comments", {"text": text, "audience": "everyone"})
        assert answer.status == (302 if words.strip() else 422), (text, answer.status)
        if answer.status == 302:
            said[answer.place.partition("#")[2]] = words
    page = eve.get(f"/ideas/{number}")
    for mark, words in said.items():
        if "\n" not in words:
            found = page.inside(rf'<li class="sb-comment" id="{mark}">.*?<div class="sb-text">(.*?)</div>')
            assert found == words, repr(words)


def goes_through_a_name(dot: PlainBrowser, text: str) -> None:
    """Call somebody this, and read it on their page."""
    name = kept(one_line(as_sent(text)) or "")
    with dot.house.inside():
        eve = dot.house.person("eve")
        person_id, email, site_id = eve.id, eve.email, eve.site_id
    fields = {"given_name": text, "family_name": "Ebert", "email": email, "site_id": site_id, "salutation": "Frau",
              "language": "de", "employment_group": eve.employment_group, "entitled": "y", "has_desk": "y"}
    answer = dot.post(f"/people/{person_id}/edit", fields)
    if len(name) > 80:
        assert answer.status == 422, (text, answer.status)
        return
    assert answer.status in (302, 303), (text, answer.status)
    page = dot.get(f"/people/{person_id}")
    assert (page.status, page.inside(r"<h1>(.*?)</h1>")) == (200, f"{name} Ebert".strip()), repr(text)


def goes_through_a_search(eve: PlainBrowser, text: str) -> None:
    """Look for it, and find it in the field again."""
    page = eve.get("/ideas", q=text)
    assert page.status == 200, repr(text)
    assert page.inside(r'name="q" value="([^"]*)"') is not None
    assert eve.post("/ideas/similar", {"q": text}).status == 200, repr(text)
    assert eve.get("/queue", kind=text, department=text, due=text, after=text).status in (200, 422), repr(text)


def test_texts_come_back_the_same_from_an_idea(house: House, texts: list[str]) -> None:
    ann = PlainBrowser(house, "ann")
    for text in texts:
        goes_through_an_idea(ann, text)
    assert ann.get("/").status == 200
    assert ann.get("/ideas", show="mine").status == 200


def test_texts_come_back_the_same_from_a_comment(house: House, texts: list[str]) -> None:
    number = house.made(factories.in_review)
    goes_through_comments(PlainBrowser(house, "eve"), number, texts)


def test_texts_come_back_the_same_from_a_name(house: House, texts: list[str]) -> None:
    dot = PlainBrowser(house, "dot")
    for text in texts:
        goes_through_a_name(dot, text)
    assert dot.get("/people").status == 200


def test_texts_can_be_searched_for(house: House, texts: list[str]) -> None:
    house.made(factories.in_review)
    eve = PlainBrowser(house, "eve")
    for text in texts:
        goes_through_a_search(eve, text)


def through_everything(house: House, texts: Iterable[str]) -> list[str]:
    """Take further texts through all of it, and give what went wrong: for lists that are not ours."""
    number = house.made(factories.in_review)
    ann, eve, dot = (PlainBrowser(house, name) for name in ("ann", "eve", "dot"))
    wrong = []
    for text in texts:
        for go, *given in (
            (goes_through_an_idea, ann), (goes_through_a_name, dot), (goes_through_a_search, eve),
            (lambda one: goes_through_comments(eve, number, [one]),),
        ):
            try:
                go(*given, text)
            except AssertionError as fault:
                wrong.append(f"{text!r}: {fault}")
    return wrong + house.faults.found
