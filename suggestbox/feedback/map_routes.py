"""The customer journey map: touchpoints along a line, what pleases above it and what annoys below."""

from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask_login import current_user

from suggestbox.core.errors import NotFound
from suggestbox.core.guard import door
from suggestbox.core.language import ngettext
from suggestbox.measures.queries import running_on_touchpoints
from suggestbox.people.queries import today_for

from .blueprint import bp
from .landscape import JourneyBrief, Landscape, landscape
from .map_layout import lay_out
from .slices import choice_from
from .stations import stations_of, voices


@dataclass(frozen=True)
class Place:
    """A journey in its landscape; no journey where the house has none yet."""

    lands: Landscape
    journey: JourneyBrief | None


def _load_journey(_me: Any, journey_id: int | None = None) -> Place:
    lands = landscape()
    if journey_id is None:
        ways = sorted(lands.ways(), key=lambda j: (j.audience != "customers", j.position, j.id))
        return Place(lands, ways[0] if ways else None)
    journey = lands.journeys.get(journey_id)
    if journey is None or journey.gone:
        raise NotFound(reason="journey_gone")
    return Place(lands, journey)


@bp.get("/feedback/map", endpoint="map")
@bp.get("/feedback/map/<int:journey_id>", endpoint="map")
@door("feedback.map", load=_load_journey)
def journey_map(place: Place) -> str:
    """What customers experience on their way."""
    journey, lands = place.journey, place.lands
    audience = journey.audience if journey else "customers"
    choice = choice_from(request.args, today=today_for(), audience=audience, offer=True)
    stations = stations_of(journey.id, choice, lands, _measures_running(journey.id, lands)) if journey else []
    return render_template(
        "feedback/map.html", journey=journey, ways=lands.ways(), choice=choice, stations=stations,
        stretches=lay_out(stations), said=choice.words(voices(choice.slice)), audience=choice.slice.audience,
    )


def _measures_running(journey_id: int, lands: Landscape) -> dict[int, str]:
    """{touchpoint: how many measures are running there, as far as the reader sees them}"""
    me = current_user._get_current_object()
    found = running_on_touchpoints([t.id for t in lands.stations(journey_id)], me)
    running = {t: sum(line.state == "running" for line in lines) for t, lines in found.items()}
    return {t: ngettext("%(num)d measure running", "%(num)d measures running", n) for t, n in running.items() if n}
