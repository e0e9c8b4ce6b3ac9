"""The form for hiding an item."""

from suggestbox.core.forms import AtMost, Filled, HouseForm, LongText
from suggestbox.core.language import lazy_gettext as _l


class HideForm(HouseForm):
    reason = LongText(_l("Why should nobody read it?"), validators=[Filled(_l("Please give a reason.")), AtMost(2_000)])
