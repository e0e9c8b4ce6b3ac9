"""Every text has its German, and nothing in the catalogue is dead, doubtful or fills in other things."""

import ast
import re
from copy import deepcopy

import pytest

from suggestbox.core import messages
from suggestbox.core.clock import utc_now
from suggestbox.core.database import work
from suggestbox.core.language import force_locale, forget_form_of_address, gettext
from suggestbox.core.places import PACKAGE
from suggestbox.core.settings import set_rule


@pytest.fixture(scope="module")
def collected():
    """Every text that people can see, collected once for all tests of this file."""
    return messages.collect_texts()


@pytest.fixture
def texts(collected, monkeypatch):
    """The texts, which is also what is found by whoever collects them in this test."""
    monkeypatch.setattr(messages, "collect_texts", lambda: deepcopy(collected))
    return collected


def test_texts_are_found_in_code_and_templates(texts):
    places = {name.split("/")[0] for text in texts for name, _line in text.locations}
    assert places == {"suggestbox", "templates"}


def test_no_text_hides_in_another():
    """Before Python 3.12 whoever collects the texts does not look into f-strings."""
    asked = {"_", "_l", "gettext", "ngettext", "lazy_gettext"}
    hidden = [
        f"{path.name}:{call.lineno}"
        for path in PACKAGE.rglob("*.py")
        if "{_" in (source := path.read_text(encoding="utf-8")) or "gettext(" in source
        for outer in ast.walk(ast.parse(source)) if isinstance(outer, ast.JoinedStr)
        for call in ast.walk(outer) if isinstance(call, ast.Call) and getattr(call.func, "id", "") in asked
    ]
    assert hidden == []


@pytest.mark.parametrize("language", messages.CATALOGUES)
def test_every_text_is_translated(language, texts):
    assert sorted(messages.flaws(language)) == []


@pytest.mark.parametrize("language", messages.CATALOGUES)
def test_the_catalogue_is_written_as_the_tool_writes_it(language, tmp_path, monkeypatch, texts):
    kept = messages.catalogue_path(language).read_text(encoding="utf-8")
    catalogue = messages.read_catalogue(language)
    if language in messages.TRANSLATED:
        catalogue.update(messages.collect_texts(), no_fuzzy_matching=True)
    monkeypatch.setattr(messages, "catalogue_path", lambda _language: tmp_path / "messages.po")
    assert messages.write_catalogue(catalogue, language).read_text(encoding="utf-8") == kept


@pytest.mark.parametrize(
    ("text", "names"),
    [("%(name)s asks you", {"name"}), ("{name} asks", {"name"}), ("100 %", set()), ("no names", set()),
     ("%(a)s of 100%", {"a", "unreadable: %(a)s of 100%"})],
)
def test_placeholders_are_read(text, names):
    assert messages.placeholders(text) == names


# -- du --------------------------------------------------------------------------------------------------------------


def test_the_house_may_say_du_to_its_german_readers(app):
    text = "Your idea management"

    def said(language: str) -> str:
        forget_form_of_address()
        with force_locale(language):
            return gettext(text)

    assert (said("de"), said("en")) == ("Ihr Ideenmanagement", text)
    with work():
        set_rule("language.du", True, now=utc_now())
    assert (said("de"), said("en")) == ("Dein Ideenmanagement", text)
    with force_locale("de"):
        assert gettext("Ideas") == "Ideen"  # a text that is the same in both comes from the one catalogue


def test_pages_say_du_too(cast, client_as):
    with work():
        set_rule("language.du", True, now=utc_now())
    page = client_as(cast.ann).get("/inbox").get_data(as_text=True)
    assert "Sobald mit deinen Ideen etwas geschieht" in page


SENTENCE = re.compile(r"(?<=[.:!?])\s+|[„(]")
SHE_OR_IT = re.compile(r"Sie (?!selbst\b|sind\b)\w*[^\Wn]\b")
"""The beginning of "Sie ist angekommen" or "Sie ging verloren": the verb of an address ends in n, or is "sind"."""

POLITE = re.compile(r"\b(?:Sie|Ihnen|Ihr(?:e[mnrs]?)?)\b")
CAPITAL = re.compile(r"\b(?:Sie|Ihnen|Ihr(?:e[mnrs]?)?|Du|Di(?:r|ch)|Dein(?:e[mnrs]?)?|Euch|Eure?[mnrs]?)\b")

NO_ADDRESS = {"German letters and pages say du instead of Sie."}
"""English texts whose German holds a Sie that is not its reader. Of things better write "The letters are" than "Sie sind"."""


def speaks_politely(text: str) -> bool:
    """Say whether a German text says Sie to its reader."""
    return any(POLITE.search(SHE_OR_IT.sub("", sentence, count=1) if SHE_OR_IT.match(sentence) else sentence)
               for sentence in SENTENCE.split(text))


@pytest.mark.parametrize(
    ("text", "polite"),
    [("Sie sehen es.", True), ("Sie", True), ("Da sind Sie.", True), ("Fertig. Sie sind dabei.", True), ("Ihr Text", True),
     ("Sie selbst oder jemand anderes", True), ("Was wissen Sie jetzt?", True), ("Es liegt bei Ihnen (%(name)s)", True),
     ("Sie ist da. Sehen Sie sie an.", True), ("Ihre Idee: Sie wird geprüft.", True), ("So (Ihres): eins", True),
     ("Sie ist angekommen.", False), ("Die Idee: Sie wird geprüft.", False), ("Sie ging verloren.", False),
     ("wenn sie kommen", False), ("ihre Ideen", False), ("Siegel", False), ("„Sie kommt zurück“", False)],
)
def test_a_text_that_says_sie_is_known(text, polite):
    assert speaks_politely(text) is polite


def forms(language: str) -> dict[str, list[str]]:
    """Give the German of every text by its English, in all its numbers."""
    return {
        str(m.id): list(m.string) if isinstance(m.string, tuple | list) else [m.string]
        for m in messages.read_catalogue(language) if m.id
    }


def test_every_text_that_says_sie_has_its_du():
    polite = {english for english, german in forms("de").items() if any(map(speaks_politely, german))}
    assert polite - NO_ADDRESS - forms(messages.FAMILIAR).keys() == set()
    assert NO_ADDRESS - polite == set()


def test_texts_that_say_du_never_say_sie_between():
    """A capital letter in the middle of a sentence would be Sie, or a du of letters of long ago."""
    said = [text for german in forms(messages.FAMILIAR).values() for text in german]
    wrong = [text for text in said if any(CAPITAL.search(rest.partition(" ")[2]) for rest in SENTENCE.split(text))]
    assert wrong == []


def test_texts_that_say_du_differ_from_those_that_say_sie():
    sie = {(m.id, m.context): m.string for m in messages.read_catalogue("de")}
    same = [m.id for m in messages.read_catalogue(messages.FAMILIAR) if m.id and sie.get((m.id, m.context)) == m.string]
    assert same == []


def test_a_catalogue_of_du_is_watched_like_the_other(tmp_path, monkeypatch, texts):
    """A text that is gone, and one that fills in something else, are named; one that is missing is not."""
    words = ('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Never said"\nmsgstr "Nie gesagt"\n\n'
             'msgid "Hello %(name)s,"\nmsgstr "Hallo %(nom)s,"\n')
    path = tmp_path / "messages.po"
    path.write_text(words, encoding="utf-8")
    monkeypatch.setattr(messages, "catalogue_path", lambda _language: path)
    assert sorted(messages.flaws(messages.FAMILIAR)) == [
        "no longer used: 'Never said'", "other placeholders: 'Hello %(name)s,' -> 'Hallo %(nom)s,'"
    ]
