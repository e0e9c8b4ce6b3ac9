"""The blueprint of the measures room, and what its pages share: loading a measure with its idea."""

from flask import Blueprint

from suggestbox.core.database import db
from suggestbox.core.errors import NotFound
from suggestbox.ideas.models import Idea
from suggestbox.people.models import Person
from suggestbox.people.queries import here

from . import operations, policy
from .models import Measure, MeasureFigure

bp = Blueprint("measures", __name__)

Thing = tuple[Measure, Idea]


def load_measure(me: Person, measure_id: int, **_more: object) -> Thing:
    """Give a measure and its idea for a door.

    Raises  NotFound when there is none, or not for this person
    """
    measure = db.session.get(Measure, measure_id)
    idea = db.session.get(Idea, measure.idea_id) if measure else None
    if measure is None or idea is None or not policy.may_read(measure, idea, me, here()):
        raise NotFound()
    return measure, idea


def load_figure(me: Person, figure_id: int) -> tuple[MeasureFigure, Measure, Idea]:
    """Give a figure this person sees, with its measure and idea.

    Raises  NotFound
    """
    figure = db.session.get(MeasureFigure, figure_id)
    if figure is None:
        raise NotFound()
    measure, idea = load_measure(me, figure.measure_id)
    if not policy.may_see_figure(figure, policy.kinds_shown(measure, idea, me, here())):
        raise NotFound()
    return figure, measure, idea


def may_carry_out(me: Person, thing: Thing) -> bool:
    """Say whether the measure is this person's to carry out; its owner hears from the operation that it is done."""
    return thing[0].owner_id == me.id or policy.may_carry_out(operations.open_step(thing[0]), me)


def may_tend(me: Person, thing: Thing) -> bool:
    """Say whether the person keeps the list of steps and the link of a measure."""
    return thing[0].owner_id == me.id or policy.may_tend(*thing, me, operations.open_step(thing[0]), here())
