"""Forms of the measures room. Field names are the names operations use, so that a wrong fact finds its field."""

from typing import Any

from wtforms import DateField, HiddenField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import Optional

from suggestbox.core.errors import Invalid
from suggestbox.core.forms import AtMost, Filled, HouseForm, LongText, one_line, whole_number
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.feedback.landscape import Landscape
from suggestbox.ideas.forms import PeopleField
from suggestbox.people.directory import Directory

from .operations import REASON_LENGTH, TITLE_LENGTH, WORDS_LENGTH


class OneOwner(PeopleField):
    """One colleague; `offered` are names to choose from."""

    def __init__(self, *args: Any, **kw: Any):
        super().__init__(*args, most=1, **kw)
        self.offered: list[str] = []

    @property
    def person_id(self) -> int | None:
        return self.people[0].id if self.people else None


class MeasureForm(HouseForm):
    """What everything about a measure shares: the state one looked at, and sentences tied to fields."""

    version = HiddenField()

    @property
    def seen(self) -> int | None:
        """The version the form was drawn for."""
        return whole_number(self.version.data)

    def put_errors(self, wrong: Invalid) -> None:
        """Tie what an operation refused to the fields it is about; what has no field stands above."""
        for name, sentence in wrong.fields.items():
            field: Any = self._fields.get(name)
            if field is not None:
                field.errors = [*field.errors, sentence]
            else:
                self.form_errors.append(sentence)
        if not wrong.fields:
            self.form_errors.append(str(wrong.text))


class PlanForm(MeasureForm):
    """What is to be done, who sees to it, until when."""

    title = StringField(_l("What is to be done?"), filters=[one_line], validators=[Filled(), AtMost(TITLE_LENGTH)])
    description = LongText(_l("What belongs to it?"), validators=[AtMost(WORDS_LENGTH)])
    owner = OneOwner(_l("Who sees to it?"), validators=[Filled(), AtMost(300)])
    due_on = DateField(_l("Until when?"), validators=[Optional()])
    touchpoint_id = SelectField(_l("Where will customers notice it?"), validate_choice=False)

    def offer(self, lands: Landscape | None, names: list[str]) -> None:
        """Offer these names, and the touchpoints; without any the question is left out."""
        self.owner.offered = names
        stations = [(way, spot) for way in lands.ways() for spot in lands.stations(way.id)] if lands else []
        if not stations:
            del self.touchpoint_id
            return
        self.touchpoint_id.choices = [
            SelectChoice("", _("Nowhere in particular")),
            *(SelectChoice(str(spot.id), _("%(journey)s: %(touchpoint)s", journey=way.name, touchpoint=spot.name))
              for way, spot in stations),
        ]

    def read(self, book: Directory) -> bool:
        """Say whether everything typed could be understood."""
        good = self.validate()
        if (self.owner.data or "").strip():
            good = self.owner.find(book) and good
        return good

    @property
    def spot(self) -> int | None:
        """The touchpoint chosen."""
        field: Any = self._fields.get("touchpoint_id")
        return whole_number(field.data) if field is not None and field.data else None


class MoveForm(MeasureForm):
    """Another date, and why."""

    due_on = DateField(_l("New date"), validators=[Optional()])
    reason = LongText(_l("Why?"), validators=[Filled(), AtMost(REASON_LENGTH)])


class DoneForm(MeasureForm):
    """What was done, and since when one can notice it."""

    words = LongText(_l("What was done?"), validators=[Filled(), AtMost(WORDS_LENGTH)])
    done_on = DateField(_l("Since when can customers or colleagues notice it?"), validators=[Optional()])
