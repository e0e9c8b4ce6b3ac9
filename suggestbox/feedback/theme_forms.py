"""Forms of the tree of themes and of the journeys: their fields and their shape; what may be is asked by the operations."""

from collections.abc import Iterable
from typing import Any

from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.fields import StringField
from wtforms.validators import ValidationError

from suggestbox.core.forms import AtMost, HouseForm, LongText, one_line, tidy, whole_number
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.people.forms import PersonField, WithPeople, call_name, choices_of

from .landscape import Landscape
from .models import AUDIENCES, NEEDS, POLARITIES
from .words import AUDIENCE_WORDS, NEED_WORDS, POLARITY_WORDS

MOST_EXAMPLES = 20
LONGEST_EXAMPLE = 300
LONGEST_TEXT = 2000


def _something(value: str | None) -> str:
    """Filter: a field that was not sent is an empty one."""
    return value or ""


def _line(label: Any, most: int, **kw: Any) -> StringField:
    return StringField(label, filters=[_something, one_line], validators=[AtMost(most)], **kw)


def _text(label: Any, **kw: Any) -> LongText:
    return LongText(label, filters=[_something], validators=[AtMost(LONGEST_TEXT)], **kw)


def maybe_id(value: Any) -> int | None:
    """Give the id a select field holds; None for none."""
    return whole_number(value)


class Lines(TextAreaField):
    """A text area of which every line is a text of its own; its data is a list."""

    def _value(self) -> str:
        return "\n".join(self.data or [])

    def process_formdata(self, valuelist: list[str]) -> None:
        text = tidy(valuelist[0]) or "" if valuelist else ""
        self.data = [line for line in ((one_line(part) or "") for part in text.split("\n")) if line]

    def pre_validate(self, form: Any) -> None:
        if len(self.data or []) > MOST_EXAMPLES:
            raise ValidationError(_("These are too many: at most %(most)s lines.", most=MOST_EXAMPLES))
        if any(len(line) > LONGEST_EXAMPLE for line in self.data or []):
            raise ValidationError(_("One line is too long: at most %(most)s characters each.", most=LONGEST_EXAMPLE))


def theme_choices(lands: Landscape, none: str, *, without: Iterable[int] = ()) -> list[SelectChoice]:
    """Give the themes that are there as a list, indented as a tree; the first choice means none."""
    left_out = set(without)
    tree = ((theme.id, "\u2003" * depth + theme.name) for theme, depth in lands.walk() if theme.id not in left_out)
    return choices_of([("", none), *tree])


class ThemeForm(WithPeople):
    name_de = _line(_l("Name in German"), 120)
    name_en = _line(_l("Name in English"), 120)
    description_de = _text(_l("Description in German"))
    description_en = _text(_l("Description in English"))
    examples_de = Lines(_l("Examples in German"))
    examples_en = Lines(_l("Examples in English"))
    parent_id = SelectField(_l("Lies below"), coerce=maybe_id)
    audience = RadioField(_l("Who is heard?"), choices=choices_of(AUDIENCE_WORDS.items()), default=AUDIENCES[0])
    need = RadioField(_l("What kind of need is it?"), default="")
    owner = PersonField(_l("Owner"), description=_l("E-mail address, personnel number or full name."))
    touchpoint_ids = SelectMultipleField(_l("Lies on these touchpoints"), coerce=int)
    version = HiddenField()

    def __init__(self, *args: Any, lands: Landscape, without: Iterable[int] = (), **kw: Any):
        super().__init__(*args, **kw)
        self.lands = lands
        self.parent_id.choices = theme_choices(lands, _("nothing, it is at the top"), without=without)
        self.need.choices = choices_of([("", _("Not said")), *((need, NEED_WORDS[need]) for need in NEEDS if need)])
        self.touchpoint_ids.choices = choices_of(
            (touchpoint.id, touchpoint.name) for journey in lands.ways() for touchpoint in lands.stations(journey.id)
        )

    def stations(self) -> list[tuple[str, list[tuple[int, str, bool]]]]:
        """Give the touchpoints to choose, by journey: (id, name, whether it is chosen)."""
        chosen = set(self.touchpoint_ids.data or [])
        found = []
        for journey in self.lands.ways():
            stations = self.lands.stations(journey.id)
            if stations:
                found.append((journey.name, [(t.id, t.name, t.id in chosen) for t in stations]))
        return found

    def validate_name_de(self, field: Any) -> None:
        if not field.data and not self.name_en.data:
            raise ValidationError(_("The theme needs a name in at least one language."))

    def texts(self) -> dict[str, Any]:
        """Give what `change_theme` takes."""
        facts = self.facts()
        for name in ("parent_id", "touchpoint_ids", "version", "owner"):
            facts.pop(name)
        return {**facts, "owner_id": self.owner.person_id}


def shown_person(book: Any, person_id: int | None) -> str:
    """Give what a person field shows for somebody; empty for nobody."""
    person = book.person(person_id) if person_id is not None else None
    return call_name(person) if person else ""


class RuleForm(HouseForm):
    words = _line(_l("These words must all be there"), 200)
    but_not = _line(_l("But none of these"), 200)
    polarity = RadioField(_l("How is it meant?"), default="negative",
                          choices=choices_of((p, POLARITY_WORDS[p]) for p in POLARITIES))  # fmt: skip
    earlier = BooleanField(_l("Also for comments that are there already"), default=True)


class MergeForm(HouseForm):
    into = SelectField(_l("Which theme takes it in?"), coerce=maybe_id)
    version = HiddenField()

    def validate_into(self, field: Any) -> None:
        if field.data is None:
            raise ValidationError(_("Please choose a theme."))


class SplitForm(HouseForm):
    name_de = _line(_l("Name of the new theme in German"), 120)
    name_en = _line(_l("Name of the new theme in English"), 120)
    below = RadioField(_l("Where does the new theme lie?"), default="beside")
    which = RadioField(_l("Which comments go there?"), default="chosen")
    with_rule = BooleanField(_l("Keep the words as a rule of the new theme"))
    words = HiddenField()
    but_not = HiddenField()
    version = HiddenField()

    def __init__(self, *args: Any, theme_name: str, count: int, **kw: Any):
        super().__init__(*args, **kw)
        self.below.choices = choices_of([
            ("beside", _("beside “%(theme)s”", theme=theme_name)), ("below", _("below “%(theme)s”", theme=theme_name))
        ])
        self.which.choices = choices_of([
            ("chosen", _("those ticked below")), ("all", _("all that were found (%(count)s)", count=count))
        ])

    def validate_name_de(self, field: Any) -> None:
        if not field.data and not self.name_en.data:
            raise ValidationError(_("The theme needs a name in at least one language."))


class JourneyForm(HouseForm):
    name_de = _line(_l("Name in German"), 120)
    name_en = _line(_l("Name in English"), 120)
    description_de = _text(_l("Description in German"))
    description_en = _text(_l("Description in English"))
    audience = RadioField(_l("Whose way is it?"), choices=choices_of(AUDIENCE_WORDS.items()), default=AUDIENCES[0])
    seen = HiddenField()

    def validate_name_de(self, field: Any) -> None:
        if not field.data and not self.name_en.data:
            raise ValidationError(_("The journey needs a name in at least one language."))


class TouchpointForm(WithPeople):
    name_de = _line(_l("Name in German"), 120)
    name_en = _line(_l("Name in English"), 120)
    journey_id = SelectField(_l("Journey"), coerce=maybe_id)
    department_id = SelectField(_l("Responsible department"), coerce=maybe_id, description=_l("not said yet"))
    owner = PersonField(_l("Owner"), description=_l("Empty: the head of the department, then its coordinator."))
    behind = _text(_l("The process or rule behind it"))
    seen = HiddenField()

    def __init__(self, *args: Any, lands: Landscape, **kw: Any):
        super().__init__(*args, **kw)
        self.journey_id.choices = choices_of((journey.id, journey.name) for journey in lands.ways())

    def validate_name_de(self, field: Any) -> None:
        if not field.data and not self.name_en.data:
            raise ValidationError(_("The touchpoint needs a name in at least one language."))

    def texts(self) -> dict[str, Any]:
        """Give what the operations take."""
        facts = self.facts()
        facts.pop("seen")
        facts.pop("owner")
        behind = facts.pop("behind")
        return {**facts, "process": behind, "owner_id": self.owner.person_id}
