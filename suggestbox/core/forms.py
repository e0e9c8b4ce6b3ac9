"""What every form shares: CSRF, the reader's language in its messages, text that is kept as it was typed."""

from collections.abc import Callable, Collection
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, TextAreaField
from wtforms.i18n import get_translations
from wtforms.validators import ValidationError

from . import wording
from .database import tried
from .errors import HouseError, Invalid
from .language import current_language, lazy_gettext

_TRANSLATIONS: dict[str, Any] = {}


class HouseForm(FlaskForm):
    """Base of all forms; WTForms' own messages come in the reader's language."""

    class Meta(FlaskForm.Meta):  # type: ignore[name-defined]
        def get_translations(self, form: Any) -> Any:
            language = current_language()
            if language not in _TRANSLATIONS:
                _TRANSLATIONS[language] = get_translations([language])
            return _TRANSLATIONS[language]

    def facts(self) -> dict[str, Any]:
        """Give the values as a dict, without the CSRF token and buttons."""
        skipped = ("csrf_token", "turn", "submit")
        return {name: value for name, value in self.data.items() if name not in skipped}

    def hear(self, attempt: Callable[[], object], *, but: Collection[str] = ()) -> None:
        """Put at the fields without a fault what an operation would refuse besides, so that all of it is said at once.

        Takes   attempt: the operation with what was typed; nothing it does is kept
                but: what is told elsewhere already
        """
        try:
            with tried():
                attempt()
        except Invalid as wrong:
            known = {name for name, field in self._fields.items() if field.errors} | set(but)
            if more := {name: said for name, said in wrong.fields.items() if self.SHOWN_AT.get(name, name) not in known}:
                self.put_errors(Invalid(fields=more))
        except HouseError:  # something else speaks against it: that is told when the fields are right
            return

    SHOWN_AT: dict[str, str] = {}
    """Where a form shows what an operation calls otherwise: the operation's name -> the field, or a list of sentences."""

    def put_errors(self, wrong: Invalid) -> None:
        """Tie what an operation refused to the fields it is about; what has no field stands above."""
        for name, sentence in wrong.fields.items():
            place = self.SHOWN_AT.get(name, name)
            field: Any = self._fields.get(place)
            if field is not None:
                field.errors = [*field.errors, sentence]
            else:
                sentences: list[Any] = getattr(self, place) if name in self.SHOWN_AT else self.form_errors
                sentences.append(sentence)
        if not wrong.fields:
            self.form_errors.append(str(wrong.text) or wording.sentence(wrong.reason, wrong.status))


LARGEST = 2**31 - 1
"""The largest number either database takes where ids and counts stand."""


def whole_number(text: Any) -> int | None:
    """Give the number a field or an address means; None where there is none that could stand in the database."""
    digits = str(text or "").strip()
    if not digits.isascii() or not digits.isdigit() or len(digits) > 10:
        return None
    return number if (number := int(digits)) <= LARGEST else None


class SeenForm(HouseForm):
    """A form about something with a version: the state one looked at."""

    version = HiddenField()

    @property
    def seen(self) -> int | None:
        """The version the form was drawn for."""
        return whole_number(self.version.data)


def one_line(value: str | None) -> str | None:
    """Filter: a single line without control characters, for titles and names."""
    if value is None:
        return None
    kept = "".join(" " if ch in "\r\n\t\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029" else ch for ch in value)
    return "".join(ch for ch in kept if ch >= " " and ch != "\x7f").strip()


def tidy(value: str | None) -> str | None:
    """Filter: line ends as \\n, nothing else touched but blank space around the whole."""
    if value is None:
        return None
    return value.replace("\r\n", "\n").replace("\r", "\n").strip()


class Filled:
    """Validator: something other than blank space, with a sentence of our own."""

    field_flags = {"required": True}

    def __init__(self, message: Any = None):
        self.message = message or lazy_gettext("Please write something here.")

    def __call__(self, form: Any, field: Field) -> None:
        if not (field.data or "").strip():
            raise ValidationError(str(self.message))


class AtMost:
    """Validator: at most `most` characters; says how many there are."""

    def __init__(self, most: int):
        self.most = most
        self.field_flags = {"maxlength": most}

    def __call__(self, form: Any, field: Field) -> None:
        # Browsers count a line break as one character and send two.
        length = len((field.data or "").replace("\r\n", "\n"))
        if length > self.most:
            raise ValidationError(
                lazy_gettext(
                    "This is too long: %(length)s characters, at most %(most)s fit.", length=length, most=self.most
                )
            )


class LongText(TextAreaField):
    """A text area whose line ends are tidied."""

    def __init__(self, *args: Any, **kw: Any):
        kw.setdefault("filters", []).append(tidy)
        super().__init__(*args, **kw)
