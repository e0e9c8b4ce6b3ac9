"""The page that answers: why was nobody reminded?"""

from collections import Counter
from datetime import date
from typing import Any

from flask import Blueprint, render_template
from flask_login import current_user

from suggestbox.core.clock import utc_now
from suggestbox.core.guard import door
from suggestbox.core.language import due_words
from suggestbox.ideas import policy
from suggestbox.ideas.blueprint import load_idea
from suggestbox.ideas.models import Idea
from suggestbox.people.book import Directory
from suggestbox.people.policy import may_hand_over
from suggestbox.people.queries import here, today_for

from . import why as answers

bp = Blueprint("reminders", __name__)


@bp.get("/ideas/<number>/reminders", endpoint="why")
@door("reminders.why", load=load_idea)
def why(idea: Idea) -> str:
    """Each next step that the reader has to do with: who is reminded when, and what became of it."""
    book, today = here(), today_for()
    parts = policy.involved(idea, current_user.id, book)
    everything = "idea_manager" in parts and not parts & policy.SUBMITTERS
    answer = answers.why(idea, book, answers.Viewer(current_user.id, everything, everything), now=utc_now())
    steps = [
        {"step": step, "times": times, "until": due_words(step.due_on, today=today), "state": _state(step, today),
         "hand_over": _hands_over(step, book),
         "come": _together([row for row in step.rows if row.state != "later"]),
         "later": _together([row for row in step.rows if row.state == "later"])}
        for step, times in Counter(answer.steps).items()
    ]
    return render_template("reminders/why.html", idea=idea, steps=steps, earlier=_together(answer.earlier),
                           further=answer.further)


def _hands_over(step: answers.StepRows, book: Directory) -> bool:
    """Say whether the reader may hand over everything that waits with the person who has the step."""
    brief = book.person(step.owner_id)
    return brief is not None and not step.mine and may_hand_over(current_user, brief)


def _state(step: answers.StepRows, today: date) -> str | None:
    return "late" if not step.rests and step.due_on < today else None


def _together(rows: list[answers.Row]) -> list[dict[str, Any]]:
    """Rungs of which the same became, with everybody they go to: one entry each."""
    found: dict[Any, dict[str, Any]] = {}
    for row in rows:
        entry = {"rung": row.rung, "on": row.on, "state": row.state, "text": row.text}
        found.setdefault(tuple(entry.values()), {**entry, "to": []})["to"].append(_whom(row))
    return list(found.values())


def _whom(row: answers.Row) -> str:
    if not row.name:
        return row.to
    return row.name if row.plain else f"{row.name} ({row.to})"
