"""The form that makes a theme of a proposal."""

from typing import Any

from wtforms import RadioField, SelectField, StringField
from wtforms.fields import SelectChoice

from suggestbox.core.forms import AtMost, HouseForm, one_line, whole_number
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l

from .heard_forms import theme_choices
from .landscape import Landscape
from .words import POLARITY_WORDS

NAME_LENGTH = 120


class TakeForm(HouseForm):
    """Name of the theme, where it hangs, and what becomes of the items."""

    name_de = StringField(_l("Name in German"), filters=[one_line], validators=[AtMost(NAME_LENGTH)])
    name_en = StringField(_l("Name in English"), filters=[one_line], validators=[AtMost(NAME_LENGTH)])
    parent_id = SelectField(_l("Below which theme?"), default="", validate_choice=False)
    how = RadioField(_l("What becomes of its comments?"), default="guess", choices=[
        SelectChoice("guess", _l("Somebody looks at each of them first")),
        SelectChoice("assigned", _l("They all get the theme at once")),
    ])
    polarity = RadioField(_l("How are they meant, most of them?"), choices=[
        SelectChoice(name, POLARITY_WORDS[name]) for name in ("negative", "neutral", "positive")
    ], default="negative")

    def __init__(self, *args: Any, lands: Landscape, audience: str, **kw: Any):
        super().__init__(*args, **kw)
        self.parent_id.choices = [SelectChoice(*pair) for pair in theme_choices(lands, audience, _("At the top"))]

    @property
    def parent(self) -> int | None:
        """The id of the theme above, or None for the top."""
        return whole_number(self.parent_id.data)
