"""Every text has its German, and nothing in the catalogue is dead, doubtful or fills in other things."""

import pytest

from suggestbox.core import messages


def test_texts_are_found_in_code_and_templates():
    places = {name.split("/")[0] for text in messages.collect_texts() for name, _line in text.locations}
    assert places == {"suggestbox", "templates"}


@pytest.mark.parametrize("language", messages.TRANSLATED)
def test_every_text_is_translated(language):
    assert sorted(messages.flaws(language)) == []


@pytest.mark.parametrize("language", messages.TRANSLATED)
def test_the_catalogue_is_written_as_the_tool_writes_it(language, tmp_path, monkeypatch):
    kept = messages.catalogue_path(language).read_text(encoding="utf-8")
    catalogue = messages.read_catalogue(language)
    catalogue.update(messages.collect_texts(), no_fuzzy_matching=True)
    monkeypatch.setattr(messages, "catalogue_path", lambda _language: tmp_path / "messages.po")
    assert messages.write_catalogue(catalogue).read_text(encoding="utf-8") == kept


@pytest.mark.parametrize(
    ("text", "names"),
    [("%(name)s asks you", {"name"}), ("{name} asks", {"name"}), ("100 %", set()), ("no names", set()),
     ("%(a)s of 100%", {"a", "unreadable: %(a)s of 100%"})],
)
def test_placeholders_are_read(text, names):
    assert messages.placeholders(text) == names
