"""Who may plan measures, read them and carry them out; who sees and writes down what they cost and bring."""

from typing import Any

from suggestbox.ideas import policy as ideas
from suggestbox.ideas.models import ADOPTING, Idea
from suggestbox.people.directory import Directory
from suggestbox.people.policy import Somebody, has_role
from suggestbox.people.queries import here
from suggestbox.steps.models import Step
from suggestbox.steps.queries import acting_on

from .figures import awaits_second, counts
from .models import FIGURE_KINDS, Measure, MeasureFigure
from .queries import benefit_steps, owns_any

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


def may_tend(
    measure: Measure, idea: Idea, me: Somebody, step: Step | None = None, book: Directory | None = None
) -> bool:
    """Say whether the person keeps its list of steps and its link: whoever carries it out, or might have planned it."""
    return may_carry_out(step, me, book) or may_abandon(measure, idea, me, book)


def may_abandon(
    _measure: Measure, idea: Idea, me: Somebody, book: Directory | None = None, *, parts: frozenset[str] | None = None
) -> bool:
    """Say whether the person may give up what was promised: who plans measures for the idea, never a submitter."""
    if me is None:
        return False
    mine = ideas.involved(idea, me.id, book) if parts is None else parts
    return bool(mine & PLANNERS) and not mine & ideas.OWN_PARTS


def may_calculate(
    measure: Measure, idea: Idea, me: Somebody, book: Directory | None = None, *, parts: frozenset[str] | None = None
) -> bool:
    """Say whether the person writes down what a measure costs and brings.

    Its owner, who plans measures for the idea, whoever has a step about figures of it, and HR's analyst; never a
    submitter, since an award hangs on it.
    """
    if me is None:
        return False
    mine = ideas.involved(idea, me.id, book) if parts is None else parts
    if mine & ideas.OWN_PARTS:
        return False
    if measure.owner_id == me.id or mine & PLANNERS or has_role(me, "hr_analyst", book=book):
        return True
    return "owner_of_step" in mine and any(may_carry_out(step, me, book) for step in benefit_steps(idea.id))


def kinds_shown(
    measure: Measure, idea: Idea, me: Somebody, book: Directory | None = None, *, parts: frozenset[str] | None = None
) -> tuple[str, ...]:
    """Give the kinds of figures the person sees; a submitter sees what was agreed and measured."""
    if me is None:
        return ()
    mine = ideas.involved(idea, me.id, book) if parts is None else parts
    if measure.owner_id == me.id or may_calculate(measure, idea, me, book, parts=mine) \
            or (has_role(me, "leadership", book=book) and not mine & ideas.OWN_PARTS):
        return FIGURE_KINDS
    return ("agreed", "measured") if "submitter" in mine else ()


def may_see_figure(figure: MeasureFigure, kinds: tuple[str, ...]) -> bool:
    """Say whether whoever sees these kinds sees this figure: a submitter only sees what counts."""
    return figure.kind in kinds and (kinds == FIGURE_KINDS or counts(figure))


def may_answer(
    figure: MeasureFigure, step: Step | None, me: Somebody, book: Directory | None = None,
    writers: frozenset[int] = frozenset(),
) -> bool:
    """Say whether the person is the second person a figure waits for: whose step it is today, and who did not write it.

    Takes   writers: whoever may not be it, the idea's submitters and everybody below them in line among them
    """
    if me is None or step is None or not awaits_second(figure) or me.id == figure.by_id or me.id in writers:
        return False
    acting = acting_on(step, book or here(), writers | {figure.by_id})
    return step.owner_id == me.id or (acting.person_id == me.id and acting.may_do)


def may_list(me: Somebody, _thing: Any = None) -> bool:
    """Say whether the person finds the list of measures: who handles ideas, and whoever has a measure."""
    if me is None:
        return False
    book = here()
    return any(book.has_role(me.id, role, any_=True) for role in LOOKERS) or owns_any(me.id)
