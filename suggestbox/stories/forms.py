"""Forms of those who write stories, and of those who are in them. Field names are the names operations use."""

from typing import Any

from wtforms import BooleanField, FileField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields import SelectChoice

from suggestbox.core.forms import AtMost, LongText, SeenForm, one_line, whole_number
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l

from .models import Story, StoryText
from .operations import WORDS_LENGTH
from .wording import LANGUAGES, LENGTHS, PICTURE_WORDS_LENGTH

PARTS = {
    "title": _l("Title"), "lead": _l("In two sentences"), "before": _l("How it was"), "idea": _l("The idea"),
    "done": _l("What was done"), "since": _l("Since then"), "quote": _l("A sentence of the submitter"),
}
"""The parts of a story as the form calls them."""


def _part(part: str) -> Any:
    most = AtMost(LENGTHS[part])
    if part == "title":
        return StringField(PARTS[part], filters=[one_line], validators=[most])
    return LongText(PARTS[part], validators=[most])


class StoryForm(SeenForm):
    """Words in both languages, the picture, and what is shown of the benefit."""

    de_title, de_lead, de_before, de_idea = _part("title"), _part("lead"), _part("before"), _part("idea")
    de_done, de_since, de_quote = _part("done"), _part("since"), _part("quote")
    en_title, en_lead, en_before, en_idea = _part("title"), _part("lead"), _part("before"), _part("idea")
    en_done, en_since, en_quote = _part("done"), _part("since"), _part("quote")
    picture = RadioField(_l("Picture"), validate_choice=False)
    upload = FileField(_l("A new picture"))
    picture_words_de = TextAreaField(_l("What can be seen in it (German)"), validators=[AtMost(PICTURE_WORDS_LENGTH)])
    picture_words_en = TextAreaField(_l("What can be seen in it (English)"), validators=[AtMost(PICTURE_WORDS_LENGTH)])
    shows_money = BooleanField(_l("Show what it brings in money"))

    def offer(self, pictures: list[tuple[int, str]]) -> None:
        """Offer no picture, and these."""
        none = SelectChoice("", _("No picture"))
        self.picture.choices = [none, *(SelectChoice(str(key), words) for key, words in pictures)]

    def fill(self, story: Story, texts: dict[str, StoryText]) -> None:
        """Show a story as it stands."""
        for language, text in texts.items():
            for part in LENGTHS:
                self[f"{language}_{part}"].data = getattr(text, part)
        self.picture.data = str(story.picture_id or "")
        self.picture_words_de.data, self.picture_words_en.data = story.picture_words_de, story.picture_words_en
        self.shows_money.data = story.shows_money
        self.version.data = str(story.version)

    @property
    def texts(self) -> dict[str, dict[str, str]]:
        """The words typed, by language and part."""
        return {code: {part: self[f"{code}_{part}"].data or "" for part in LENGTHS} for code in LANGUAGES}

    @property
    def picture_words(self) -> dict[str, str]:
        """What can be seen in the picture, by language."""
        return {"de": self.picture_words_de.data or "", "en": self.picture_words_en.data or ""}

    @property
    def picture_id(self) -> int | None:
        """The picture chosen."""
        return whole_number(self.picture.data)


class BeginForm(SeenForm):
    """In which languages the story is told."""

    languages = RadioField(_l("In which language is it told?"), validate_choice=False)

    def offer(self) -> None:
        """Offer one of them, or both."""
        self.languages.choices = [
            SelectChoice("both", _("German and English")), SelectChoice("de", _("German")), SelectChoice("en", _("English")),
        ]

    @property
    def codes(self) -> tuple[str, ...]:
        """The languages chosen; both, when nothing sensible was."""
        return (self.languages.data,) if self.languages.data in LANGUAGES else LANGUAGES


class AnswerForm(SeenForm):
    """Whether a story may be told, and what should be different."""

    seen_wording = HiddenField()
    answer = RadioField(_l("May this be told?"), validate_choice=False)
    words = LongText(_l("What should be different?"), validators=[AtMost(WORDS_LENGTH)])

    def offer(self, *, owner: bool) -> None:
        """Offer the three answers."""
        no = _("No, leave me out of it") if owner else _("No, do not tell it")
        self.answer.choices = [
            SelectChoice("named", _("Yes, with my name")), SelectChoice("unnamed", _("Yes, without my name")),
            SelectChoice("no", no),
        ]


class WhyForm(SeenForm):
    """Why a story is taken down."""

    reason = LongText(_l("Why?"), validators=[AtMost(WORDS_LENGTH)])
