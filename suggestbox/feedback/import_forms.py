"""Forms of an import: the file and its source, then which column is what."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, SelectField, StringField
from wtforms.validators import Optional, ValidationError

from suggestbox.core.forms import AtMost, HouseForm, one_line, whole_number
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.people.forms import choices_of
from suggestbox.people.queries import folded

from .intake import FIELDS, OPTIONS
from .landscape import Landscape
from .models import Source
from .words import AUDIENCE_WORDS, CHANNEL_WORDS

SEEN_AT_ONCE = ("channel", "rating_scale", "mask")
"""Options that stand in sight; the others are folded."""

ONLY_FOR = {"sheet": ("xlsx",), "encoding": ("csv",), "separator": ("csv",), "create_themes": ("csv", "xlsx", "json"),
            "empty_open": ("csv", "xlsx", "json"), "rating_scale": ("csv", "xlsx", "json")}
"""Options that make sense for some kinds of files only."""

SCHOOL_MARKS = re.compile(r"\b(schul)?noten?\b")
"""Columns of marks as German schools give them: 1 is the best one, 6 the worst."""

COLUMN, OPTION = "column_", "option_"
"""How the names of the two kinds of fields begin."""


class UploadForm(HouseForm):
    upload = FileField(_l("File"))
    source_id = SelectField(_l("Where does it come from?"), default="", validate_choice=False)
    source_name = StringField(_l("Name of the new source"), filters=[one_line], validators=[AtMost(120)])

    def __init__(self, *args: Any, sources: Iterable[tuple[int, str]], **kw: Any):
        super().__init__(*args, **kw)
        self.known = {str(source_id): name for source_id, name in sources}
        self.source_id.choices = [*self.known.items(), ("", _("A new source"))]

    def validate_upload(self, field: Any) -> None:
        """Say what is missing where no file was chosen."""
        if not field.data or not field.data.filename:
            raise ValidationError(_("Please choose a file."))

    def validate_source_name(self, field: Any) -> None:
        """A new source has a name; without one the next file would not know its columns."""
        if self.source_id.data not in self.known and not field.data:
            raise ValidationError(_("Please give the source a name, such as “Customer survey”."))

    def chosen_source(self) -> int | None:
        """Give the id of the source that was chosen; None for a new one. Whoever types a name means that one."""
        return whole_number(self.source_id.data) if self.source_id.data in self.known and not self.source_name.data else None


def key_of(name: str) -> str:
    """Give the key of a source with this name."""
    return re.sub(r"[^a-z0-9]+", "-", folded(name).replace("ß", "ss")).strip("-")[:60] or "source"


def mapping_form(
    import_row: Any, source: Source, columns: Mapping[str, str], sheets: Iterable[str], lands: Landscape,
    mapping: Mapping[str, str],
) -> Any:
    """Give the form in which columns and options are chosen, filled with what is proposed.

    Takes   columns: column -> what it holds in the first rows
            mapping: field -> column, as proposed
    """
    fields: dict[str, Any] = {}
    named = ((name, f"{name}: {sample}" if sample else name) for name, sample in columns.items())
    choices = choices_of([("", _("not in the file")), *named])
    for name, field in FIELDS.items():
        fields[COLUMN + name] = SelectField(field.label, description=field.help, choices=choices, validate_choice=False,
                                            default=mapping.get(name, ""))
    given = options_of(import_row, source, mapping)
    for name, option in OPTIONS.items():
        if import_row.kind in ONLY_FOR.get(name, (import_row.kind,)):
            fields[OPTION + name] = _option_field(name, option, given.get(name, option.default), sheets, lands)
    return type("MappingForm", (HouseForm,), fields)()


def options_of(import_row: Any, source: Source, mapping: Mapping[str, str]) -> dict[str, Any]:
    """Give the options chosen for this file, else those of the last one; the day of all rows was that file's own.

    Takes   mapping: field -> column, as proposed: a column of school marks is read as such unless somebody said otherwise
    """
    proposed = {"rating_scale": "6-1"} if SCHOOL_MARKS.search(mapping.get("rating", "").casefold()) else {}
    remembered = {name: value for name, value in source.options.items() if name != "said_on"}
    return {**proposed, **remembered, **import_row.options}


def read_day(text: Any) -> date | None:
    """Give the day an option names, or None."""
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


def _option_field(name: str, option: Any, value: Any, sheets: Iterable[str], lands: Landscape) -> Any:
    about: dict[str, Any] = {"description": option.help, "default": value}
    if isinstance(option.default, bool):
        return BooleanField(option.label, **about)
    if name == "sheet":
        return SelectField(option.label, choices=choices_of([("", _("the first one")), *((s, s) for s in sheets)]),
                           validate_choice=False, **about)
    if name == "touchpoint":
        places = [(t.key, t.name) for journey in lands.ways() for t in lands.stations(journey.id)]
        return SelectField(option.label, choices=choices_of([("", _("none")), *places]), validate_choice=False, **about)
    if name == "said_on":
        return DateField(option.label, validators=[Optional()], **about | {"default": read_day(value)})
    if option.choices:
        choices = choices_of((value, _choice_words(name, value)) for value in option.choices)
        return SelectField(option.label, choices=choices, validate_choice=False, **about)
    return StringField(option.label, filters=[one_line], **about)


def _choice_words(name: str, value: str) -> Any:
    """What a choice is called for people."""
    if not value:
        return _("as the file says") if name == "channel" else _("recognised")
    if name == "rating_scale":
        worst, _sign, best = value.partition("-")
        return _("%(worst)s (worst) to %(best)s (best)", worst=worst, best=best)
    words: dict[str, dict[str, Any]] = {
        "channel": CHANNEL_WORDS, "audience": AUDIENCE_WORDS,
        "date_order": {"dmy": _("day, month, year"), "mdy": _("month, day, year")},
        "separator": {",": _("Comma"), ";": _("Semicolon"), "\t": _("Tab"), "|": _("Bar")},
        "encoding": {"utf-8": "UTF-8", "cp1252": "Windows-1252", "utf-16": "UTF-16"},
    }
    return words.get(name, {}).get(value, value)


def chosen_mapping(form: Any, columns: Iterable[str]) -> dict[str, str]:
    """Give field -> column, as chosen; a column that is not in the file counts as not chosen."""
    known = set(columns)
    return {
        field.name.removeprefix(COLUMN): field.data
        for field in form if field.name.startswith(COLUMN) and field.data in known
    }


def raw_options(form: Any) -> dict[str, str]:
    """Give the options as texts, as `intake.clean_options` takes them."""
    found = {}
    for field in form:
        if field.name.startswith(OPTION):
            value = field.data
            if isinstance(value, bool):
                value = "yes" if value else "no"
            found[field.name.removeprefix(OPTION)] = str(value) if value is not None else ""
    return found
