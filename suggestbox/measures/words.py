"""Measures in plain words."""

from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l

STATES = {"planned": _l("planned"), "running": _l("running"), "done": _l("done")}
"""Where a measure stands."""


def state_word(state: str) -> str:
    """Give where a measure stands in plain words."""
    return str(STATES[state])


def filter_words() -> list[tuple[str, str]]:
    """Give (key, words) of the tabs above the list of measures."""
    return [("open", _("Open")), ("planned", _("Planned")), ("running", _("Running")), ("late", _("Late")),
            ("done", _("Done"))]
