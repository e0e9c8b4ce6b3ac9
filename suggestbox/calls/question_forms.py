"""The form of one question reviewers answer: both languages side by side, five worded answers each, weight."""

from typing import Any

from wtforms import BooleanField, Field, IntegerField, StringField

from suggestbox.core.forms import AtMost, Filled, LongText, SeenForm, one_line
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.reviews.models import Criterion

from .criteria import ANCHOR_LENGTH, HELP_LENGTH, LANGUAGES, NAME_LENGTH, Question

POINTS = (1, 2, 3, 4, 5)
LANGUAGE_WORDS = {"de": _l("In German"), "en": _l("In English")}


def _answer(label: Any) -> StringField:
    return StringField(label, filters=[one_line], validators=[Filled(), AtMost(ANCHOR_LENGTH)])


def _german(n: int) -> StringField:
    return _answer(_l("Answer %(number)s of 5 in German", number=n))


def _english(n: int) -> StringField:
    return _answer(_l("Answer %(number)s of 5 in English", number=n))


class QuestionForm(SeenForm):
    """One question; field names are those operations name when something is wrong."""

    name_de = StringField(_l("What is judged, in German"), filters=[one_line], validators=[Filled(), AtMost(NAME_LENGTH)])
    name_en = StringField(_l("What is judged, in English"), filters=[one_line], validators=[Filled(), AtMost(NAME_LENGTH)])
    help_de = LongText(_l("The question in German"), validators=[AtMost(HELP_LENGTH)])
    help_en = LongText(_l("The question in English"), validators=[AtMost(HELP_LENGTH)])
    anchor_de_1, anchor_de_2, anchor_de_3, anchor_de_4, anchor_de_5 = (_german(n) for n in POINTS)
    anchor_en_1, anchor_en_2, anchor_en_3, anchor_en_4, anchor_en_5 = (_english(n) for n in POINTS)
    weight = IntegerField(_l("Weight, from 1 to 100"), default=20)
    required = BooleanField(_l("Everybody answers it; “I cannot judge this” is an answer too."), default=True)

    def fill(self, row: Criterion) -> None:
        """Write a question into the form as it stands."""
        for code in LANGUAGES:
            self[f"name_{code}"].data = getattr(row, f"name_{code}")
            self[f"help_{code}"].data = getattr(row, f"help_{code}")
            for n in POINTS:
                self[f"anchor_{code}_{n}"].data = row.anchors[code][n - 1]
        self.weight.data, self.required.data = row.weight, row.required

    def question(self) -> Question:
        """Give what was typed as operations take it."""
        def of(name: str) -> dict[str, Any]:
            return {code: self[f"{name}_{code}"].data or "" for code in LANGUAGES}

        return Question(of("name"), of("help"), {code: [f.data or "" for f in self.answers(code)] for code in LANGUAGES},
                        self.weight.data, bool(self.required.data))

    def answers(self, code: str) -> list[Field]:
        """Give the five fields of answers in a language."""
        return [self[f"anchor_{code}_{n}"] for n in POINTS]

    @property
    def languages(self) -> list[tuple[str, Any]]:
        """(code, words) of both languages, in the order of the form."""
        return list(LANGUAGE_WORDS.items())
