"""The page everybody starts on: one question, my ideas, my next steps, what became of ideas."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import g, render_template, url_for
from flask_login import current_user

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db
from suggestbox.core.guard import door
from suggestbox.core.language import due_words
from suggestbox.core.language import gettext as _
from suggestbox.people.directory import Directory
from suggestbox.people.models import Person
from suggestbox.people.queries import here, today_for
from suggestbox.steps.models import Step
from suggestbox.steps.queries import is_mine, mine
from suggestbox.steps.words import step_title
from suggestbox.workflow.journey import line_of
from suggestbox.workflow.words import outcome_word

from . import queries
from .blueprint import bp
from .list_routes import SUBMITTER_STEPS, Card, acting_names, action_of, department_name, names_of, where_it_is
from .models import Idea
from .parts import my_submitter_ids, people_behind_many


@bp.route("/", endpoint="home")
@door("ideas.home")
def home() -> str:
    """The page everybody starts on."""
    me, book, today = current_user, here(), today_for()
    ideas = queries.my_ideas(me.id)
    steps = my_steps(me, book)
    mine_by_idea = {step.idea_id: step for step, _idea in reversed(steps) if step.submitter_id is not None}
    acting = acting_names(ideas, book)
    cards = [
        Card(
            idea, line_of(idea), url=url_for("ideas.show", number=idea.number),
            sentence=where_it_is(idea, acting.get(idea.id), today),
            action=action_of(mine_by_idea.get(idea.id), idea),
        )
        for idea in ideas
    ]
    return render_template(
        "ideas/home.html", greeting=greeting(), given_name=me.given_name, cards=cards,
        steps=[_step_line(step, idea, book, today) for step, idea in steps[:6]], more_steps=max(0, len(steps) - 6),
        drafts=queries.my_drafts(me.id, limit=4), lately=_lately(me, book),
    )


def greeting() -> str:
    """Give a greeting that fits the time of day where the reader works."""
    hour = utc_now().astimezone(ZoneInfo(g.get("zone") or "UTC")).hour
    if 4 <= hour < 11:
        return _("Good morning")
    return _("Good day") if hour < 17 else _("Good evening")


def my_steps(me: Person, book: Directory, *, limit: int = 60) -> list[tuple[Step, Idea]]:
    """Give what the person has to do today, the most urgent first, in two statements."""
    query = (
        sa.select(Step, Idea)
        .join(Idea, Idea.id == Step.idea_id)
        .where(mine(me.id, book, my_submitter_ids(me.id)))
        .order_by(Step.due_on, Step.id)
        .limit(limit)
    )
    found = [(step, idea) for step, idea in db.session.execute(query)]
    others = {step.idea_id for step, _idea in found if step.submitter_id is None and step.owner_id != me.id}
    behind = people_behind_many(others) if others else {}
    return [(step, idea) for step, idea in found if is_mine(step, me.id, book, behind.get(step.idea_id, set()))]


def _step_line(step: Step, idea: Idea, book: Directory, today: date) -> dict[str, Any]:
    late = step.due_on < today
    soon = not late and (step.due_on - today).days <= 1
    own = step.submitter_id is not None
    address = (
        url_for("workflow.press", number=idea.number, name=step.kind)
        if own and step.kind in SUBMITTER_STEPS else url_for("ideas.show", number=idea.number)
    )
    asked_by = book.person(idea.next_owner_id) if own else None
    return {
        "title": step_title(step.kind), "idea": idea.title, "url": address, "who": asked_by,
        "icon": {"answer": "question-lg", "confirm": "chat-square-text", "pick_time": "calendar-event"}.get(
            step.kind, "arrow-right"),
        "due": due_words(step.due_on, today=today), "due_on": step.due_on,
        "state": "late" if late else "soon" if soon else None,
    }



def _lately(me: Person, book: Directory) -> list[Card]:
    cards = []
    for idea in queries.lately_adopted(me.id, book):
        named = [] if idea.confidential else [book.person(s.person_id) for s in idea.submitters if s.state == "accepted"]
        cards.append(Card(idea, None, url=url_for("ideas.show", number=idea.number), people=names_of(named),
                          department=department_name(idea, book), outcome=outcome_word(idea.outcome)))
    return cards
