"""The form for what an employee heard from a customer, or has to say about an internal process."""

from datetime import date
from typing import Any

from wtforms import DateField, HiddenField, RadioField, SelectField
from wtforms.validators import Optional, ValidationError

from suggestbox.core.forms import AtMost, Filled, HouseForm, LongText, whole_number
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l

from .landscape import Landscape, ThemeBrief
from .models import POLARITIES

TEXT_LENGTH = 5_000

EARLIEST = date(2000, 1, 1)
"""A day before this is a slip of the finger."""


class HeardForm(HouseForm):
    """One big field and one press; everything else may stay as it is."""

    text = LongText(_l("What did the customer say?"), validators=[Filled(), AtMost(TEXT_LENGTH)])
    polarity = RadioField(_l("How was it meant?"), validate_choice=False)
    said_on = DateField(_l("On which day was it?"), validators=[Optional()])
    touchpoint_id = SelectField(_l("Where was it?"), default="", validate_choice=False)
    theme_id = SelectField(_l("What is it about?"), default="", validate_choice=False)
    submit_key = HiddenField(render_kw={"data-draft-keep": ""})
    call_id = HiddenField()

    def __init__(self, *args: Any, lands: Landscape, audience: str, today: date, **kw: Any):
        super().__init__(*args, **kw)
        self.today = today
        self.touchpoint_id.choices = touchpoint_choices(lands, audience, _("I do not know"))
        self.theme_id.choices = theme_choices(lands, audience, _("I do not know"))
        if not self.is_submitted():
            self.said_on.data = today

    def validate_polarity(self, field: Any) -> None:
        """Say what to press where nothing was pressed."""
        if field.data not in POLARITIES:
            raise ValidationError(_("Please press one of the three."))

    def validate_said_on(self, field: Any) -> None:
        """Refuse days that cannot be meant."""
        if field.data is not None and not EARLIEST <= field.data <= self.today:
            raise ValidationError(_("Please choose a day that is not in the future."))

    @property
    def said(self) -> date:
        """The day it was said; today where the field was emptied."""
        return self.said_on.data or self.today

    @property
    def folded_open(self) -> bool:
        """Whether something stands behind the fold that must be seen."""
        changed = self.said_on.data not in (None, self.today)
        return bool(changed or self.said_on.errors or self.touchpoint_id.data or self.theme_id.data)

    def chosen(self, name: str, known: Any) -> int | None:
        """Give the id chosen in a list, as long as it is there (somebody may have archived it meanwhile)."""
        number = whole_number(getattr(self, name).data)
        return number if number in known else None


def touchpoint_choices(lands: Landscape, audience: str, nothing: str) -> dict[str, list[tuple[str, str]]]:
    """Give the touchpoints of an audience's journeys for a list, under the names of the journeys."""
    found = {"": [("", nothing)]}
    for journey in lands.ways(audience):
        stations = [(str(station.id), station.name) for station in lands.stations(journey.id)]
        if stations:
            found[journey.name] = found.get(journey.name, []) + stations
    return found


def theme_choices(lands: Landscape, audience: str, nothing: str) -> list[tuple[str, str]]:
    """Give the themes of an audience for a list, each below the one it belongs to; "" for both audiences."""
    found = [("", nothing)]
    for theme, depth in lands.walk():
        if audience in ("", theme.audience):
            found.append((str(theme.id), _indented(theme, depth)))
    return found


def _indented(theme: ThemeBrief, depth: int) -> str:
    return "\u2003" * depth + theme.name
