"""What readers type to a story."""

from suggestbox.core.forms import AtMost, Filled, LongText, SeenForm
from suggestbox.core.language import lazy_gettext as _l

from .reactions import WORDS_LENGTH


class WishForm(SeenForm):
    """A sentence to whoever carried it out."""

    words = LongText(_l("What could you use it for?"), validators=[Filled(), AtMost(WORDS_LENGTH)])
