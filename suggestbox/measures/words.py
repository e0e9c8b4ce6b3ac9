"""Measures in plain words."""

from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l

STATES = {"planned": _l("planned"), "running": _l("running"), "done": _l("done"), "abandoned": _l("abandoned")}
"""Where a measure stands."""


KINDS = {"expected": _l("expected"), "agreed": _l("agreed"), "measured": _l("measured")}
"""What a figure is."""

COLUMNS = {
    "savings": _l("saves"), "revenue": _l("brings in"), "running": _l("costs every year"), "one_off": _l("costs once"),
}
"""What a line of a calculation sheet adds to."""

ASPECTS = {
    "safety": _l("Safety"), "customers": _l("Customers"), "environment": _l("Environment"), "quality": _l("Quality"),
    "joy": _l("Joy at work"),
}
"""What a measure can be good for beside money."""

POINTS = (
    _l("not at all"), _l("a little: single people notice it now and then"), _l("somewhat: a team notices it every week"),
    _l("much: a department notices it every day"), _l("very much: the whole company or its customers notice it"),
)
"""The point table: how much a measure helps, from 0 to 4 points."""


def kind_word(kind: str) -> str:
    """Say what a figure is."""
    return str(KINDS[kind])


def column_words() -> list[tuple[str, str]]:
    """Give (key, words) of what a line of a sheet adds to."""
    return [(key, str(words)) for key, words in COLUMNS.items()]


def aspect_word(aspect: str) -> str:
    """Give what a measure is good for."""
    return str(ASPECTS[aspect])


def point_words() -> list[str]:
    """Give the point table: words for 0 to 4 points."""
    return [str(words) for words in POINTS]


def state_word(state: str) -> str:
    """Give where a measure stands in plain words."""
    return str(STATES[state])


def filter_words() -> list[tuple[str, str]]:
    """Give (key, words) of the tabs above the list of measures."""
    return [("open", _("Open")), ("planned", _("Planned")), ("running", _("Running")), ("late", _("Late")),
            ("done", _("Done")), ("abandoned", _("Abandoned"))]
