"""The form in which one rule is changed, with the reason that stands with the new version."""

from typing import Any

from wtforms import DateField, RadioField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import Optional

from suggestbox.core.errors import Invalid
from suggestbox.core.forms import AtMost, Filled, HouseForm, LongText, SeenForm, one_line
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.core.settings import Setting

from .keeping_dates import LONGEST_WORDS
from .operations import LONGEST_REASON, LONGEST_VALUE


class ChangeForm(HouseForm):
    reason = LongText(_l("Why does it change?"), description=_l("Everybody reads this with the new version of the rules."),
                      validators=[Filled(), AtMost(LONGEST_REASON)])
    agreed_on = DateField(_l("When did the works council agree?"), validators=[Optional()])
    agreed_words = StringField(_l("Where is it written?"), description=_l("For example the section of the works agreement."),
                               filters=[one_line], validators=[AtMost(LONGEST_VALUE)])


class SwitchForm(ChangeForm):
    value = RadioField(_l("What holds from now on?"), validate_choice=False,
                       choices=[SelectChoice("yes", _l("yes")), SelectChoice("no", _l("no"))])


class ValueForm(ChangeForm):
    value = StringField(_l("What holds from now on?"), filters=[one_line], validators=[AtMost(LONGEST_VALUE)])


def form_for(setting: Setting, value: Any) -> ChangeForm:
    """Give the form for one setting, filled with the value that holds."""
    if isinstance(setting.default, bool):
        return SwitchForm(value="yes" if value else "no")
    return ValueForm(value=str(value))


def typed_value(setting: Setting, text: str | None) -> Any:
    """Give what was typed as a value of the setting.

    Raises  Invalid at `value`, with what would fit
    """
    text = (text or "").strip()
    if isinstance(setting.default, bool):
        if text not in ("yes", "no"):
            raise Invalid(fields={"value": _("Please choose yes or no.")})
        return text == "yes"
    if isinstance(setting.default, str):
        return text
    # A point or a narrow space may tell the thousands apart, as the page itself writes them.
    digits = text.replace(".", "").replace(",", "").replace("\u202f", "").replace(" ", "")
    try:
        number = int(digits)
    except ValueError:
        raise Invalid(fields={"value": _("Please give a whole number.")}) from None
    if (setting.least is not None and number < setting.least) or (setting.most is not None and number > setting.most):
        raise Invalid(fields={"value": _("Please give a number from %(least)s to %(most)s.", least=setting.least,
                                         most=setting.most)})
    return number


class KeepForm(SeenForm):
    """How a date of the law was kept, or why there was nothing to do."""

    words = LongText(_l("What was done, and where is it filed?"), validators=[Filled(), AtMost(LONGEST_WORDS)])

    def __init__(self, idea_id: int, key: str, **given: Any):
        super().__init__(prefix=f"{key}-{idea_id}-", **given)
        self.of = (idea_id, key)
