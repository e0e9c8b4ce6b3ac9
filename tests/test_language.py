"""Every text has its German, and nothing in the catalogue is dead, doubtful or fills in other things."""

import pytest

from suggestbox.core import messages
from suggestbox.core.clock import utc_now
from suggestbox.core.database import work
from suggestbox.core.language import force_locale, forget_form_of_address, gettext
from suggestbox.core.settings import set_rule


def test_texts_are_found_in_code_and_templates():
    places = {name.split("/")[0] for text in messages.collect_texts() for name, _line in text.locations}
    assert places == {"suggestbox", "templates"}


@pytest.mark.parametrize("language", messages.CATALOGUES)
def test_every_text_is_translated(language):
    assert sorted(messages.flaws(language)) == []


@pytest.mark.parametrize("language", messages.CATALOGUES)
def test_the_catalogue_is_written_as_the_tool_writes_it(language, tmp_path, monkeypatch):
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


def test_texts_that_say_du_differ_from_those_that_say_sie():
    sie = {(m.id, m.context): m.string for m in messages.read_catalogue("de")}
    same = [m.id for m in messages.read_catalogue(messages.FAMILIAR) if m.id and sie.get((m.id, m.context)) == m.string]
    assert same == []


def test_a_catalogue_of_du_is_watched_like_the_other(tmp_path, monkeypatch):
    """A text that is gone, and one that fills in something else, are named; one that is missing is not."""
    words = ('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Never said"\nmsgstr "Nie gesagt"\n\n'
             'msgid "Hello %(name)s,"\nmsgstr "Hallo %(nom)s,"\n')
    path = tmp_path / "messages.po"
    path.write_text(words, encoding="utf-8")
    monkeypatch.setattr(messages, "catalogue_path", lambda _language: path)
    assert sorted(messages.flaws(messages.FAMILIAR)) == [
        "no longer used: 'Never said'", "other placeholders: 'Hello %(name)s,' -> 'Hallo %(nom)s,'"
    ]
