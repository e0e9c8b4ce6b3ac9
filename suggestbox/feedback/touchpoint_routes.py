"""A touchpoint's page: who answers for it, what is said there, and what is being done about it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import render_template, request
from flask_login import current_user

from suggestbox.core.database import db
from suggestbox.core.errors import NotFound
from suggestbox.core.guard import door
from suggestbox.evidence.queries import ideas_of
from suggestbox.measures.models import OPEN_STATES
from suggestbox.measures.queries import MeasureLine, for_themes, running_on
from suggestbox.people.directory import Brief, Directory
from suggestbox.people.queries import here

from .blueprint import bp
from .landscape import JourneyBrief, Landscape, TouchpointBrief, landscape
from .masking import staff_names
from .models import Item, Touchpoint
from .policy import may_curate
from .quotes import shown_text
from .slices import choice_from
from .stations import colleagues_at, quotes_at, rises_at, side, spots_at

QUOTED = 6
"""Of so many themes on each side a voice is heard; further ones are told with their figures."""

RISES_DAYS = 28


@dataclass(frozen=True)
class Standing:
    """A touchpoint in its landscape."""

    lands: Landscape
    touchpoint: TouchpointBrief
    journey: JourneyBrief
    row: Touchpoint


def _load_touchpoint(_me: Any, touchpoint_id: int) -> Standing:
    lands = landscape()
    touchpoint, row = lands.touchpoints.get(touchpoint_id), db.session.get(Touchpoint, touchpoint_id)
    if touchpoint is None or row is None or touchpoint.gone or lands.journeys[touchpoint.journey_id].gone:
        raise NotFound(reason="touchpoint_gone")
    return Standing(lands, touchpoint, lands.journeys[touchpoint.journey_id], row)


@bp.get("/feedback/touchpoints/<int:touchpoint_id>", endpoint="touchpoint")
@door("feedback.touchpoint", load=_load_touchpoint)
def touchpoint(standing: Standing) -> str:
    """What is said at a touchpoint, and what is being done."""
    me, book = current_user._get_current_object(), here()
    lands, brief = standing.lands, standing.touchpoint
    choice = choice_from(request.args, today=book.today, audience=standing.journey.audience, offer=True)
    spots = spots_at(choice, lands, [brief.id])[brief.id]
    good, bad = side(spots, "positive", lands), side(spots, "negative", lands)
    heard = quotes_at(choice, lands, brief.id, {v.theme_id for v in (*good[:QUOTED], *bad[:QUOTED])}, most=1)
    homes = [spot.theme_id for spot in spots]
    themes = {below for theme_id in homes for below in lands.below(theme_id)}
    names = staff_names(book)

    def words_of(item: Item) -> str:
        return shown_text(item, whole=False, names=names)  # this page is printed and passed round

    own = standing.journey.audience == "employees"
    return render_template(
        "feedback/touchpoint.html", touchpoint=brief, journey=standing.journey, process=standing.row.process,
        department=book.department(brief.department_id), responsible=responsible_for(brief, book),
        sides=(("good", good), ("bad", bad)), heard=heard, words_of=words_of,
        silent=[lands.themes[spot.theme_id] for spot in spots if spot.silent], choice=choice, said=choice.words(),
        audience=choice.slice.audience, colleagues=None if own else colleagues_at(choice, lands, brief.id),
        rises=rises_at(themes, since=book.today - timedelta(days=RISES_DAYS)), lands=lands, book=book,
        measures=_measures(running_on(brief.id, me), for_themes(themes, me)), ideas=ideas_of(themes, me, limit=20),
        neighbours=_neighbours(brief, lands), changes=may_curate(me),
    )


def responsible_for(touchpoint: TouchpointBrief, book: Directory) -> Brief | None:
    """Give who answers for a touchpoint: its owner, else the head of its department, else that one's coordinator."""
    if touchpoint.owner_id is not None and book.is_here(touchpoint.owner_id):
        return book.person(touchpoint.owner_id)
    if touchpoint.department_id is None:
        return None
    for role in ("head", "coordinator"):
        for person_id in book.nearest_holders(role, touchpoint.department_id):
            if book.is_here(person_id):
                return book.person(person_id)
    return None


def _measures(at_it: list[MeasureLine], of_ideas: list[MeasureLine]) -> dict[str, list[MeasureLine]]:
    every = list({line.id: line for line in (*at_it, *of_ideas)}.values())
    return {"open": [m for m in every if m.state in OPEN_STATES], "done": [m for m in every if m.state == "done"]}


def _neighbours(touchpoint: TouchpointBrief, lands: Landscape) -> dict[str, TouchpointBrief | None]:
    along = lands.stations(touchpoint.journey_id)
    place = next(n for n, station in enumerate(along) if station.id == touchpoint.id)
    return {
        "before": along[place - 1] if place else None,
        "next": along[place + 1] if place + 1 < len(along) else None,
    }
