"""Words and picture of a story: put down, compared, and whole enough to be asked about. Flush, never commit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from suggestbox.core.database import db
from suggestbox.core.errors import Invalid
from suggestbox.core.language import gettext as _
from suggestbox.core.typed import typed_text
from suggestbox.ideas.files import KeptFile
from suggestbox.ideas.models import Attachment, Idea

from .models import Story, StoryText
from .queries import texts_of

LANGUAGES = ("de", "en")
LENGTHS = {"title": 160, "lead": 400, "before": 3000, "idea": 3000, "done": 3000, "since": 3000, "quote": 400}
"""The parts of a story in the order they are read, and how many characters each may have."""

NEEDED = ("title", "lead", "idea", "done")
"""Without these nothing is told: who only reads the list wants the lead, who reads on what was suggested and done."""

PICTURE_WORDS_LENGTH = 300


def missing(field: str) -> Invalid:
    """Give the error that something has to be filled in."""
    said = _("Please choose one of these.") if field == "answer" else _("Please write something here.")
    return Invalid(fields={field: said})


def put_texts(story: Story, texts: Mapping[str, Mapping[str, str]]) -> None:
    """Put the words of a story down, as far as there are any; a language without a single word is taken out of it.

    Raises  Invalid at `<language>_<part>`
    """
    given: dict[str, dict[str, str]] = {}
    wrong: dict[str, Any] = {}
    for language in LANGUAGES:
        words = texts.get(language, {})
        for part, longest in LENGTHS.items():
            try:
                given.setdefault(language, {})[part] = typed_text(part, words.get(part), longest, required=False)
            except Invalid as refused:
                wrong[f"{language}_{part}"] = refused.fields[part]
    if wrong:
        raise Invalid(fields=wrong)
    there = texts_of(story.id)
    for language, words in given.items():
        row = there.get(language)
        if not any(words.values()):
            if row is not None:
                db.session.delete(row)
            continue
        if row is None:
            row = StoryText(story_id=story.id, language=language)
            db.session.add(row)
        for part, said in words.items():
            if getattr(row, part) != said:
                setattr(row, part, said)
    db.session.flush()


def put_picture(
    story: Story, idea: Idea, *, picture_id: int | None, upload: KeptFile | None, words: Mapping[str, str], now: datetime
) -> None:
    """Choose a picture of the idea (or of what was done), or add a new one, and say what can be seen in it.

    Raises  Invalid
    """
    if upload is not None:
        if not upload.is_image:
            raise Invalid(fields={"upload": _("Please choose a photo (JPEG, PNG, WebP or GIF).")})
        added = Attachment(
            idea_id=idea.id, stored_name=upload.stored_name, shown_name=upload.shown_name, media_type=upload.media_type,
            is_image=True, width=upload.width, height=upload.height, size_bytes=upload.size_bytes, added_at=now,
        )
        db.session.add(added)
        db.session.flush()
        picture_id = added.id
        own = [*story.facts.get("uploads", ()), added.id]  # none of the idea's own files
        replaced = story.picture_id if story.asked_at is None and story.picture_id in own else None
        story.facts = {**story.facts, "uploads": [kept for kept in own if kept != replaced]}
        if replaced is not None:  # nobody ever saw it; its file is swept up at night
            story.picture_id = None
            db.session.flush()
            db.session.delete(db.session.get(Attachment, replaced))
    elif picture_id is not None:
        chosen = db.session.get(Attachment, picture_id)
        if chosen is None or chosen.idea_id != idea.id or not chosen.is_image:
            raise Invalid(fields={"picture": _("Please choose one of these.")})
    story.picture_id = picture_id
    for language in LANGUAGES:
        said = typed_text(f"picture_words_{language}", words.get(language), PICTURE_WORDS_LENGTH, required=False)
        setattr(story, f"picture_words_{language}", said if picture_id is not None else "")
    db.session.flush()


SHOWN_FACTS = ("done_on", "net_cents", "net_kind")
"""Figures that stand in the story itself."""


def print_of(story: Story) -> tuple[Any, ...]:
    """Give everything readers see of a story, to tell whether it is still the same."""
    texts = texts_of(story.id)
    words = tuple((language, *(getattr(texts[language], part) for part in LENGTHS)) for language in sorted(texts))
    figures = SHOWN_FACTS if story.shows_money else SHOWN_FACTS[:1]
    shown = tuple(story.facts.get(name) for name in figures)
    return (words, story.picture_id, story.picture_words_de, story.picture_words_en, story.shows_money, shown)


def must_be_whole(story: Story) -> None:
    """Refuse a story in which something is missing that readers need.

    Raises  Invalid at the fields
    """
    texts = texts_of(story.id)
    wrong: dict[str, Any] = {}
    if not texts:
        raise missing("de_title")
    for language, text in texts.items():
        for part in NEEDED:
            if not getattr(text, part).strip():
                wrong[f"{language}_{part}"] = _("Please write something here.")
        if story.picture_id is not None and not getattr(story, f"picture_words_{language}").strip():
            wrong[f"picture_words_{language}"] = _("Please say what can be seen in the picture.")
    if wrong:
        raise Invalid(fields=wrong)
