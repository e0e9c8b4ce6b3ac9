"""Who may plan measures, read them, and carry them out."""

from typing import Any

from suggestbox.ideas import policy as ideas
from suggestbox.ideas.models import ADOPTING, Idea
from suggestbox.people.directory import Directory
from suggestbox.people.policy import Somebody
from suggestbox.people.queries import here
from suggestbox.steps.models import Step
from suggestbox.steps.queries import acting_on

from .models import Measure
from .queries import owns_any

PLANNERS = frozenset({"decision_maker", "decider", "coordinator", "idea_manager"})
"""Who plans what an adopted idea sets in motion: who decides for its department, its coordinator, the idea management."""

LOOKERS = ("coordinator", "decision_maker", "head", "team_lead", "idea_manager", "cx_manager", "leadership", "admin")


def is_adopted(idea: Idea) -> bool:
    """Say whether there is something to carry out, and the submitters know of it."""
    return idea.outcome in ADOPTING and idea.released_at is not None and idea.stage not in ("draft", "withdrawn")


def may_plan(
    idea: Idea, me: Somebody, book: Directory | None = None, *, parts: frozenset[str] | None = None
) -> bool:
    """Say whether the person may plan a measure for the idea; nobody does so for an idea of their own."""
    if me is None or not is_adopted(idea):
        return False
    mine = ideas.involved(idea, me.id, book) if parts is None else parts
    return bool(mine & PLANNERS) and not mine & ideas.OWN_PARTS and ideas.may_see(idea, me, parts=mine)


def may_read(measure: Measure, idea: Idea, me: Somebody, book: Directory | None = None) -> bool:
    """Say whether the person reads the measure: whoever reads the idea's outcome, and whoever has to carry it out."""
    if me is None:
        return False
    mine = ideas.involved(idea, me.id, book)
    if not ideas.may_see(idea, me, parts=mine):
        return False
    return measure.owner_id == me.id or "owner_of_step" in mine or ideas.may_read_outcome(idea, me, parts=mine)


def may_carry_out(step: Step | None, me: Somebody, book: Directory | None = None) -> bool:
    """Say whether the open step of a measure is this person's today: its owner's, or of whoever stands in."""
    if step is None or me is None:
        return False
    acting = acting_on(step, book or here(), ())  # also a submitter may carry it out
    return step.owner_id == me.id or (acting.person_id == me.id and acting.may_do)


def may_list(me: Somebody, _thing: Any = None) -> bool:
    """Say whether the person finds the list of measures: who handles ideas, and whoever has a measure."""
    if me is None:
        return False
    book = here()
    return any(book.has_role(me.id, role, any_=True) for role in LOOKERS) or owns_any(me.id)
