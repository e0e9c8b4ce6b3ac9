"""Forms of the moves about who said it first."""

from typing import Any

from flask import request
from wtforms import HiddenField, IntegerField, RadioField, StringField
from wtforms.validators import Optional

from suggestbox.core.forms import AtMost, Filled, LongText, one_line, whole_number
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l

from .case import Case
from .fields import MoveForm
from .forms import reason_form


class TakeUpForm(MoveForm):
    words = LongText(_l("What is done?"), description=_l("The submitters read this."), validators=[Filled(), AtMost(3000)])
    number = StringField(_l("Number of the later idea, if there is one"), filters=[one_line],
                         description=_l("Like 2026-0042."), validators=[AtMost(20)])


class NameEarlierForm(MoveForm):
    number = StringField(_l("Number of the declined idea"), filters=[one_line], description=_l("Like 2026-0042."),
                         validators=[Filled(), AtMost(20)])


class CompareForm(MoveForm):
    likeness_id = HiddenField()
    answer = RadioField(_l("Is it the same idea?"), validate_choice=False)
    percent = IntegerField(_l("If partly: how much of the earlier idea, in percent?"), validators=[Optional()])
    words = LongText(_l("What is the same, what is different?"), validators=[AtMost(3000)],
                     description=_l("Those who handle this idea read it."))

    def prepare(self, case: Case) -> None:
        self.answer.choices = [("same", _("The same")), ("partly", _("Partly the same")), ("other", _("Something else"))]
        asked = whole_number(request.values.get("likeness_id", ""))
        if asked:
            case.facts["likeness_id"] = asked
        mine = case.earlier.my_likeness
        if mine is not None and not self.is_submitted():
            self.likeness_id.data = str(mine.id)

    def facts(self) -> dict[str, Any]:
        found = super().facts()
        found["likeness_id"] = whole_number(found["likeness_id"])
        return found


EARLIER_FORMS: dict[str, type[MoveForm]] = {
    "keep_decline": reason_form(_l("Why do the reasons still stand?"), name="words", longest=3000),
    "look_again": reason_form(_l("What is different today?"), name="words", longest=3000),
    "take_up": TakeUpForm,
    "name_earlier": NameEarlierForm,
    "compare_earlier": CompareForm,
}
