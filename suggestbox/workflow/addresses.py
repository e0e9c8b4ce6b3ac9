"""Where a move is made and where a step is done: one registry for buttons, lists and mails."""

from typing import Any

from flask import url_for

from suggestbox.ideas.models import Idea
from suggestbox.steps.models import Step
from suggestbox.stories.due import story_of_step

from .table import ROWS

ON_THE_TALK_PAGE = frozenset({
    "pick_time", "none_suits", "ask_in_writing", "ask_other_host", "decline_talk", "dispute_missed", "confirm",
    "deny_talk", "cannot_follow", "offer_talk", "record_talk", "write_closing", "cancel_appointment",
    "change_place", "report_missed", "change_host", "agree_group", "rather_alone", "propose_group", "move_group",
    "call_off_group",
})
"""Moves whose form stands on the page of the conversation, beside everything one needs for it."""

TALK_STEPS = frozenset({"offer_talk", "hold_talk", "write_closing", "find_host", "pick_time", "agree_group", "confirm"})

AWARD_STEPS = frozenset({"propose_award", "grant_award"})

AT_ONCE = frozenset({"accept_part", "decline_part", "suggest_short_way", "confirm_correction", "reject_correction",
                     "confirm_duplicate", "ask_once_more", "leave_short_way"})
"""Moves without anything to fill in that may be a button right where they are offered."""

MOVE_OF_STEP = {
    "hold_talk": "record_talk", "promise": "keep_promise", "find_host": "change_host", "look_at_flag": "settle_flag",
    "find_reviewers": "add_reviewers", "team_answer": "team_does_it", "short_check": "nothing_against",
    "triage": "assign",
}
"""Which form opens first for a step; for all others the move that bears the step's own name."""


def first_move(kind: str) -> str | None:
    """Give the move that is the obvious thing to do for a step of this kind, or None when it only waits."""
    if kind in MOVE_OF_STEP:
        return MOVE_OF_STEP[kind]
    named = [row.name for row in ROWS if row.name == kind or kind in row.does]
    return named[0] if named else None


def moves_of_step(kind: str) -> tuple[str, ...]:
    """Give every move that finishes a step of this kind, the obvious one first."""
    first = first_move(kind)
    others = [row.name for row in ROWS if kind in row.does and row.name != first]
    return (first, *others) if first else tuple(others)


def url_for_move(idea: Idea, name: str, **more: Any) -> str:
    """Give the address of the page on which the move is made."""
    if name == "propose_group":
        return url_for("conversations.together", **more)
    if name in ON_THE_TALK_PAGE:
        return url_for("conversations.show", number=idea.number, _anchor=name.replace("_", "-"), **more)
    return url_for("workflow.press", number=idea.number, name=name, **more)


def url_for_step(step: Step, idea: Idea) -> str:
    """Give the address of the page on which the step is done."""
    if step.kind in TALK_STEPS:
        return url_for("conversations.show", number=idea.number)
    if step.kind == "measure":
        return url_for("measures.show", measure_id=step.subject_id)
    if step.kind == "confirm_benefit":
        return url_for("measures.figure", figure_id=step.subject_id)
    if step.kind == "prove_benefit":
        return url_for("measures.new_figure", measure_id=step.subject_id, kind="measured")
    if step.kind == "law_date":
        return url_for("rules.clocks", _anchor=idea.number)
    if step.kind in AWARD_STEPS:
        return url_for("awards.show", number=idea.number)
    if step.kind == "agree_story":
        return url_for("stories.agree", story_id=story_of_step(step.subject_id))
    if step.kind == "write_story":
        return url_for("stories.edit", story_id=step.subject_id)
    name = first_move(step.kind)
    if name is None:
        return url_for("ideas.show", number=idea.number)
    names = {"promise": "promise_id", "compare_earlier": "likeness_id"}
    subject: dict[str, Any] = {names[step.kind]: step.subject_id} if step.kind in names else {}
    return url_for("workflow.press", number=idea.number, name=name, **subject)
