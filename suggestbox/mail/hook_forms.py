"""The form of an own webhook."""

from wtforms import RadioField, SelectChoice, StringField

from suggestbox.core.forms import AtMost, Filled, HouseForm, one_line
from suggestbox.core.language import lazy_gettext as _l

from .hook_guard import LONGEST_ADDRESS


class HookForm(HouseForm):
    kind = RadioField(
        _l("Where?"), default="teams",
        choices=[SelectChoice(value="teams", label="Microsoft Teams"), SelectChoice(value="slack", label="Slack")],
    )
    url = StringField(
        _l("Address of the webhook"), filters=[one_line],
        validators=[Filled(_l("Please paste the address here.")), AtMost(LONGEST_ADDRESS)],
        description=_l("Long, and secret: whoever has it can write there."),
    )
