"""The names of rows about what customers say, as they are frozen with a report: journeys, touchpoints, segments."""

from collections.abc import Iterable

from suggestbox.core.language import force_locale
from suggestbox.core.language import gettext as _
from suggestbox.feedback.landscape import Landscape

from .counting import Row
from .facts_people import NONE
from .naming import Rows


def name_places(used: Iterable[Row], lands: Landscape) -> Rows:
    """Give journeys with their touchpoints in the order of the map, and last what named no touchpoint."""
    wanted = {key for dimension, key in used if dimension == "touchpoint"}
    found: Rows = {"touchpoint": []}
    for journey in lands.journeys.values():
        key = f"j{journey.id}"
        if key not in wanted:
            continue
        found["touchpoint"].append([key, "", 0, journey.name_de or journey.name_en, journey.name_en or journey.name_de])
        found["touchpoint"] += [
            [str(one.id), key, 1, one.name_de or one.name_en, one.name_en or one.name_de]
            for one in lands.touchpoints.values() if one.journey_id == journey.id and str(one.id) in wanted
        ]
    if NONE in wanted:
        found["touchpoint"].append([NONE, "", 0, *_in_both("touchpoint")])
    return found if found["touchpoint"] else {}


def name_segments(used: Iterable[Row]) -> Rows:
    """Give segments by their name, and last what has none."""
    wanted = {key for dimension, key in used if dimension == "segment"} - {NONE}
    found = [[key, "", 0, key, key] for key in sorted(wanted, key=lambda key: (key.casefold(), key))]
    if any(row == ("segment", NONE) for row in used):
        found.append([NONE, "", 0, *_in_both("segment")])
    return {"segment": found} if found else {}


def _in_both(dimension: str) -> list[str]:
    names = []
    for language in ("de", "en"):
        with force_locale(language):
            names.append(_("No touchpoint named") if dimension == "touchpoint" else _("No segment known"))
    return names
