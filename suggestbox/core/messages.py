"""The words of the house: finds every text in code and templates, and keeps the German catalogue in step."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from . import places
from .language import FAMILIAR

TRANSLATED = ("de",)
"""English is the language of the texts in the code; these are written beside it."""

CATALOGUES = (*TRANSLATED, FAMILIAR)
"""The last one holds only texts that differ from their German one, because they say du."""

KEYWORDS: dict[str, Any] = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None, "lazy_ngettext": (1, 2)}
TEMPLATE_OPTIONS = {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true", "silent": "false"}
NOTE_MARK = "translators:"


def catalogue_path(language: str) -> Path:
    """Give the file of a language's catalogue."""
    return places.translations() / language / "LC_MESSAGES" / "messages.po"


def collect_texts() -> Catalog:
    """Give every text that people can see, with the files it stands in."""
    found = Catalog(project="suggestbox", charset="utf-8")
    for folder, prefix, method, options in (
        (places.PACKAGE, "suggestbox", "python", {}),
        (places.templates(), "templates", "jinja2.ext.babel_extract", TEMPLATE_OPTIONS),
    ):
        pattern = "**.py" if method == "python" else "**.html"
        texts = extract_from_dir(
            folder,
            method_map=[(pattern, method)],
            options_map={pattern: options},
            keywords=KEYWORDS,
            comment_tags=[NOTE_MARK],
            strip_comment_tags=True,
        )
        for name, _line, message, notes, context in texts:
            found.add(message, locations=[(f"{prefix}/{name}", 0)], auto_comments=notes, context=context)
    return found


def read_catalogue(language: str) -> Catalog:
    """Give a language's catalogue; an empty one where there is no file yet."""
    path, locale = catalogue_path(language), language.partition("_")[0]
    if not path.exists():
        return Catalog(locale=locale, project="suggestbox", fuzzy=False)
    with path.open("rb") as words:
        return read_po(words, locale=locale)


def write_catalogue(catalogue: Catalog, language: str) -> Path:
    """Write a language's catalogue, sorted, without line numbers and dates, so that only changed words differ."""
    path = catalogue_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    for message in catalogue:
        message.locations = sorted({(name, 0) for name, _line in message.locations})
    catalogue.obsolete.clear()
    catalogue.mime_headers = [
        (name, value) for name, value in catalogue.mime_headers
        if name in ("Language", "Plural-Forms", "MIME-Version", "Content-Type", "Content-Transfer-Encoding")
    ]
    catalogue.header_comment = f"# Words of suggestbox in the language '{language}'."
    with path.open("wb") as out:
        write_po(out, catalogue, width=118, sort_output=True, include_lineno=False, omit_header=False)
    _drop_dates(path)
    return path


def _drop_dates(path: Path) -> None:
    changing = ('"POT-Creation-Date', '"PO-Revision-Date', '"Generated-By', '"Last-Translator', '"Language-Team',
                '"Report-Msgid', '"Project-Id')
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith(changing)), encoding="utf-8")


def update_catalogue(language: str, *further: Path) -> Path:
    """Bring a catalogue in step with the texts: new ones come in, dead ones go; give its file.

    Into the catalogue of texts that say du nothing comes by itself.

    Takes   further: PO files with translations, taken where the catalogue has none or another one
    """
    catalogue = read_catalogue(language)
    for path in further:
        with path.open("rb") as words:
            for message in read_po(words, locale=language.partition("_")[0]):
                if message.id and is_translated(message):
                    catalogue.delete(message.id, message.context)
                    catalogue.add(message.id, message.string, context=message.context)
    catalogue.update(collect_texts(), no_fuzzy_matching=True)
    if language == FAMILIAR:
        for message in [message for message in catalogue if message.id and not is_translated(message)]:
            catalogue.delete(message.id, message.context)
    return write_catalogue(catalogue, language)


def compile_catalogues() -> list[Path]:
    """Write the .mo files the program reads; give their paths."""
    written = []
    for language in CATALOGUES:
        path = catalogue_path(language).with_suffix(".mo")
        with path.open("wb") as out:
            write_mo(out, read_catalogue(language))
        written.append(path)
    return written


def is_translated(message: Message) -> bool:
    """Say whether every form of the message has words."""
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)


def placeholders(text: str) -> set[str]:
    """Give the names in `text` that are filled in: `%(name)s` and `{name}`; and what could not be filled in."""
    names = re.findall(r"%\((\w+)\)", text)
    found = {*names, *re.findall(r"\{(\w+)\}", text)}
    try:
        if names:
            text % dict.fromkeys(names, 0)
    except (ValueError, TypeError):
        found.add(f"unreadable: {text}")
    return found


def flaws(language: str) -> Iterator[str]:
    """Give what is wrong with a catalogue, one line per flaw; nothing when it is complete."""
    catalogue = read_catalogue(language)
    texts = {(message.id, message.context): message for message in collect_texts() if message.id}
    kept = {(message.id, message.context): message for message in catalogue if message.id}
    for key in texts.keys() - kept.keys() if language in TRANSLATED else ():
        yield f"missing: {key[0]!r} in {texts[key].locations[0][0]}"
    for key in kept.keys() - texts.keys():
        yield f"no longer used: {key[0]!r}"
    for key in texts.keys() & kept.keys():
        message = kept[key]
        if message.fuzzy:
            yield f"fuzzy: {key[0]!r}"
        if not is_translated(message):
            yield f"not translated: {key[0]!r} in {texts[key].locations[0][0]}"
            continue
        ids = message.id if isinstance(message.id, tuple | list) else [message.id]
        strings = message.string if isinstance(message.string, tuple | list) else [message.string]
        wanted = placeholders(ids[-1])
        for string in map(str, strings):
            # The singular may leave its number out: "one day".
            if placeholders(string) - wanted or (wanted - placeholders(string) - ({"num"} if len(ids) > 1 else set())):
                yield f"other placeholders: {key[0]!r} -> {string!r}"
