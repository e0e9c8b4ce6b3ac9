"""Forms of the awards room. Field names are the names operations use, so that a wrong fact finds its field."""

import json
from collections.abc import Iterable
from typing import Any

from wtforms import DateField, HiddenField, IntegerField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import Optional

from suggestbox.core.errors import Invalid
from suggestbox.core.forms import AtMost, Filled, LongText, SeenForm, one_line, whole_number
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.core.typed_numbers import number_typed

from .document import MOST_EUROS, ByBenefit, ByPoints, Table
from .operations import REASON_LENGTH, WORDS_LENGTH
from .rulesets import NAME_LENGTH
from .shares import MOST_PARTS
from .words import choice_names, table_name


def euros_as_cents(text: str | None) -> int | None:
    """Give an amount somebody typed ("1.250,50", "1,250.50", "20") in cents, or None when it is none."""
    value = number_typed(text)
    if value is None or value * 100 != int(value * 100) or abs(value) > MOST_EUROS * 100:
        return None
    return int(value * 100)


class ProposeForm(SeenForm):
    """What an award is worked out from. Tables of the rules come in by `propose_form`."""

    basis = HiddenField()
    recognition = StringField(_l("How much is the recognition, in euros?"), filters=[one_line], validators=[AtMost(20)])
    words = LongText(_l("What do you want to say with it?"), validators=[AtMost(WORDS_LENGTH)])

    @property
    def tables(self) -> list[Any]:
        """The fields something is chosen in."""
        return [field for name, field in self._fields.items() if name.startswith("choice-")]

    @property
    def choices(self) -> dict[str, int | None]:
        """{key: number of the entry} of what was chosen."""
        return {field.name.removeprefix("choice-"): whole_number(field.data) for field in self.tables}

    @property
    def recognition_cents(self) -> int:
        """The recognition in cents; -1 for something that is no amount, which no rules allow."""
        typed = (self.recognition.data or "").strip()
        cents = euros_as_cents(typed) if typed else 0
        return -1 if cents is None else cents


def propose_form(tables: Iterable[Table], multipliers: Iterable[Table], **kw: Any) -> ProposeForm:
    """Give a form with one choice for each table, in their order."""
    times = tuple(multipliers)
    fields: dict[str, Any] = {}
    for table in (*tables, *times):
        names = choice_names(table, times=table in times)
        fields[f"choice-{table.key}"] = SelectField(
            table_name(table), validate_choice=False,
            choices=[SelectChoice("", _("Please choose")), *(SelectChoice(str(n), name) for n, name in enumerate(names))],
        )
    return type("FilledProposeForm", (ProposeForm,), fields)(**kw)  # type: ignore[no-any-return]


def method_tables(method: ByBenefit | ByPoints | None) -> tuple[tuple[Table, ...], tuple[Table, ...]]:
    """Give (tables, multipliers) of a way to find an award."""
    if method is None:
        return (), ()
    return (method.tables if isinstance(method, ByPoints) else ()), method.multipliers


class GrantForm(SeenForm):
    """Granting needs nothing but the state one looked at."""


class BackForm(SeenForm):
    """Why a proposal goes back."""

    reason = LongText(_l("Why?"), validators=[Filled(), AtMost(REASON_LENGTH)])


class EligibleForm(SeenForm):
    """Whether somebody may get money for it."""

    percent = IntegerField(_l("How much of the share is paid, in percent?"), validators=[Optional()])
    reason = LongText(_l("Why?"), validators=[AtMost(REASON_LENGTH)])


def shares_form(people: Iterable[tuple[int, str]], **kw: Any) -> SeenForm:
    """Give a form with a number of parts for each (submitter id, name)."""
    fields: dict[str, Any] = {
        f"part-{key}": IntegerField(name, validators=[Optional()], render_kw={"min": 0, "max": MOST_PARTS})
        for key, name in people
    }
    return type("FilledSharesForm", (SeenForm,), fields)(**kw)  # type: ignore[no-any-return]


class NamesForm(SeenForm):
    """What a rule set is called, from when it holds, and why there is a new one."""

    name_de = StringField(_l("Name in German"), filters=[one_line], validators=[Filled(), AtMost(NAME_LENGTH)])
    name_en = StringField(_l("Name in English"), filters=[one_line], validators=[Filled(), AtMost(NAME_LENGTH)])
    from_on = DateField(_l("For ideas handed in from this day on"), validators=[Optional()])
    reason = LongText(_l("Why are they changed, and who agreed?"), validators=[Filled(), AtMost(REASON_LENGTH)])


class RulesForm(NamesForm):
    """A rule set with its document as data, for whoever has it as a file."""

    document = LongText(_l("The rules"), validators=[Filled(), AtMost(50_000)])

    def read_document(self) -> Any:
        """Give the document as data.

        Raises  Invalid at `document`, naming the line
        """
        return document_of(self.document.data or "")


LONGEST_INT = 20
"""Whole numbers with more digits stay text: every amount there is has fewer, so the document is refused by its limits."""


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) <= LONGEST_INT else digits


def document_of(text: str) -> Any:
    """Give a document that somebody wrote down as JSON; numbers keep every place they were written with.

    Raises  Invalid at `document`, naming the line
    """
    try:
        return json.loads(text, parse_float=str, parse_int=_whole)
    except json.JSONDecodeError as wrong:
        words = _("This cannot be read: something is wrong in line %(line)d, at character %(column)d.", line=wrong.lineno,
                  column=wrong.colno)
        raise Invalid(fields={"document": words}, reason="wrong_rules") from wrong
    except RecursionError as deep:
        raise Invalid(fields={"document": _("This cannot be read.")}, reason="wrong_rules") from deep


def document_text(document: Any) -> str:
    """Give a document as it is shown and changed: what fits stands on one line."""
    return _written(document, "")


def _written(value: Any, indent: str) -> str:
    short = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(short) <= 100 or not isinstance(value, dict | list):
        return short
    further = indent + "  "
    if isinstance(value, list):
        return "[\n" + ",\n".join(further + _written(one, further) for one in value) + f"\n{indent}]"
    entries = (f"{further}{json.dumps(key, ensure_ascii=False)}: {_written(one, further)}" for key, one in value.items())
    return "{\n" + ",\n".join(entries) + f"\n{indent}}}"
