"""Forms about time: of a site, its closing days, and one's own weekdays and hours."""

from typing import Any

from wtforms import DateField, SelectChoice, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, ValidationError
from wtforms.widgets import TimeInput

from suggestbox.core.forms import AtMost, Filled, HouseForm, one_line
from suggestbox.core.language import LANGUAGES, current_language
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l

from .public_holidays import NEIGHBOURS, countries, country_name, states
from .shifts import clock_time, hours_objection
from .words import WEEKDAY_NAMES


class ClockField(StringField):
    """A time of day, kept as "06:00"; empty is allowed."""

    widget = TimeInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = (one_line(valuelist[0]) or "")[:20] if valuelist else ""

    def pre_validate(self, form: Any) -> None:
        if self.data:
            time = clock_time(self.data)
            if time is None:
                raise ValidationError(_("Please give a time, like 06:00."))
            self.data = time


def weekday_field(description: Any) -> SelectMultipleField:
    """Give a field of weekdays, Monday first."""
    return SelectMultipleField(
        _l("Working days"), coerce=int, description=description,
        choices=[SelectChoice(value=day, label=name) for day, name in enumerate(WEEKDAY_NAMES)],
    )


class WithHours(HouseForm):
    """A form with weekdays and hours; `weekdays` are digits of a row's `working_weekdays`."""

    SHOWN_AT = {"working_weekdays": "weekdays"}

    def validate(self, extra_validators: Any = None) -> bool:
        good = super().validate(extra_validators)
        fields: Any = self
        wrong = hours_objection(fields.works_from.data or "", fields.works_until.data or "") if good else {}
        for name, sentence in wrong.items():
            fields[name].errors = [*fields[name].errors, sentence]
        return good and not wrong

    def facts(self) -> dict[str, Any]:
        """Give the values as the rows hold them."""
        facts = super().facts()
        facts["working_weekdays"] = "".join(str(day) for day in sorted(facts.pop("weekdays") or []))
        return facts


class HoursForm(WithHours):
    """When one person works, where that differs from the site."""

    weekdays = weekday_field(_l("None chosen: as everybody at the site."))
    works_from = ClockField(_l("Work begins"))
    works_until = ClockField(_l("Work ends"))


def hours_form(person: Any) -> HoursForm:
    """Give the form filled in with a person's own weekdays and hours."""
    return HoursForm(formdata=None, data={
        "weekdays": [int(day) for day in person.working_weekdays], "works_from": person.works_from,
        "works_until": person.works_until,
    })


class SiteForm(WithHours):
    name = StringField(_l("Name"), filters=[one_line], validators=[Filled(_l("The name is missing.")), AtMost(120)])
    time_zone = StringField(
        _l("Time zone"), filters=[one_line], validators=[Filled(_l("The time zone is missing.")), AtMost(60)],
        description=_l("For example Europe/Berlin."),
    )
    country = SelectField(
        _l("Country"), coerce=lambda code: str(code or "").upper(), validate_choice=False,
        description=_l("Its public holidays are no working days."),
    )
    subdivision = SelectField(
        _l("State or canton"), coerce=lambda code: str(code or ""), validate_choice=False,
        description=_l("For states of another country save the country first."),
    )
    language = SelectField(_l("Language"), choices=[SelectChoice(value=v, label=label) for v, label in LANGUAGES])
    weekdays = weekday_field(_l("Deadlines count only these days, without holidays and closing days."))
    works_from = ClockField(_l("Work begins"), validators=[InputRequired(_l("Please give a time, like 06:00."))])
    works_until = ClockField(_l("Work ends"), validators=[InputRequired(_l("Please give a time, like 06:00."))])

    def __init__(self, *args: Any, **kw: Any):
        super().__init__(*args, **kw)
        language = current_language()
        self.country.choices = [SelectChoice(value=code, label=name) for code, name in countries(language)]
        state = self.subdivision.data or ""
        if state and "-" not in state:  # as the row holds it
            self.subdivision.data = f"{self.country.data}-{state.upper()}"
        shown = dict.fromkeys((self.country.data or "", *NEIGHBOURS))
        none = SelectChoice(value="", label=_("Holidays of the whole country"))
        self.subdivision.choices = [none, *(
            SelectChoice(value=f"{country}-{code}", label=name, optgroup=country_name(country, language))
            for country in shown for code, name in states(country)
        )]

    def validate_subdivision(self, field: Any) -> None:
        country, _dash, _state = (field.data or "").partition("-")
        if country and country != self.country.data:
            raise ValidationError(_("This state belongs to another country: %(country)s.",
                                    country=country_name(country, current_language())))

    def facts(self) -> dict[str, Any]:
        facts = super().facts()
        facts["subdivision"] = (facts["subdivision"] or "").partition("-")[2]
        return facts


class ClosingDayForm(HouseForm):
    on = DateField(_l("Day"), validators=[InputRequired(_l("Please choose a day."))])
    name = StringField(_l("What for?"), filters=[one_line], validators=[AtMost(120)])
