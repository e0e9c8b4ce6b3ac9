"""Forms for files: the ideas of a period, and a subscription."""

from datetime import date
from typing import Any

from wtforms import BooleanField, RadioField, SelectField
from wtforms.fields import SelectChoice

from suggestbox.core.forms import HouseForm
from suggestbox.core.language import lazy_gettext as _l

from .models import RHYTHMS
from .periods import Period, open_period
from .subscriptions import RHYTHM_WORDS
from .words import KIND_NAMES

FORMAT_WORDS = {"xlsx": _l("Excel workbook"), "csv": _l("CSV, for other programs"), "pdf": _l("PDF, to print")}
SEPARATOR_WORDS = {
    "": _l("as usual in my language"), "comma": _l("comma"), "semicolon": _l("semicolon"), "tab": _l("tab"),
}
TO_CHOOSE = (("quarter", 6), ("month", 13), ("year", 3))
"""So many periods can be chosen, the running one among them."""


def periods_to_choose(today: date) -> list[Period]:
    """Give quarters, months and years up to today, the latest of each first."""
    found = []
    for kind, most in TO_CHOOSE:
        period = open_period(kind, today)
        for _n in range(most):
            found.append(period)
            period = period.before()
    return found


class IdeasForm(HouseForm):
    """Which ideas go out, and as what."""

    period = SelectField(_l("Handed in during"))
    format = RadioField(_l("Kind of file"), default="xlsx")
    separator = SelectField(_l("Between the cells of a CSV file"), default="")
    bom = BooleanField(_l("Mark a CSV file as UTF-8, so that Excel shows umlauts"), default=True)

    def __init__(self, *args: Any, today: date, **kw: Any):
        super().__init__(*args, **kw)
        self.period.choices = [SelectChoice(period.key, period.label()) for period in periods_to_choose(today)]
        self.format.choices = [SelectChoice(key, FORMAT_WORDS[key]) for key in ("xlsx", "csv")]
        self.separator.choices = [SelectChoice(key, words) for key, words in SEPARATOR_WORDS.items()]


class SubscriptionForm(HouseForm):
    """Which report, how often, and as what."""

    kind = SelectField(_l("Which report"))
    rhythm = RadioField(_l("How often"), default="quarter")
    format = RadioField(_l("Kind of file"), default="pdf")

    def __init__(self, *args: Any, kinds: list[str], **kw: Any):
        super().__init__(*args, **kw)
        self.kind.choices = [SelectChoice(kind, KIND_NAMES[kind]) for kind in kinds]
        self.rhythm.choices = [SelectChoice(key, RHYTHM_WORDS[key]) for key in RHYTHMS]
        self.format.choices = [SelectChoice(key, words) for key, words in FORMAT_WORDS.items()]
