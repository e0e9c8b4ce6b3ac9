"""The page everybody starts on: one question, my ideas, my next steps, what became of ideas."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import g, render_template, url_for
from flask_login import current_user

from suggestbox.calls.policy import may_draft
from suggestbox.calls.queries import calls_at_home
from suggestbox.conversations.groups import asked_in_teams
from suggestbox.core.clock import utc_now
from suggestbox.core.guard import door
from suggestbox.core.language import due_words
from suggestbox.core.language import gettext as _
from suggestbox.core.modules import is_on
from suggestbox.people.directory import Directory
from suggestbox.people.models import Person
from suggestbox.people.queries import here, today_for
from suggestbox.steps.words import step_title
from suggestbox.stories.queries import newest
from suggestbox.workflow.addresses import url_for_step
from suggestbox.workflow.agenda import Item, my_steps
from suggestbox.workflow.journey import line_of
from suggestbox.workflow.words import outcome_word

from . import queries
from .blueprint import bp
from .list_routes import BEING_ARRANGED, Card, acting_names, action_of, department_name, names_of, where_it_is

STORIES = 2
"""So many stories stand on the page."""


@bp.route("/", endpoint="home")
@door("ideas.home")
def home() -> str:
    """The page everybody starts on."""
    me, book, today = current_user, here(), today_for()
    ideas = queries.my_ideas(me.id)
    steps: list[Item] = my_steps(me.id, book, today=today).rows
    own = {item.idea.id: item.step for item in reversed(steps) if item.step.submitter_id is not None}
    acting = acting_names(ideas, book)
    teams = asked_in_teams(idea.id for idea in ideas if idea.next_kind in BEING_ARRANGED and idea.id not in own)
    cards = [
        Card(
            idea, line_of(idea), url=url_for("ideas.show", number=idea.number),
            sentence=where_it_is(idea, acting.get(idea.id), today, yours=own.get(idea.id), theirs=idea.id not in own
                                 and idea.id not in teams),
            action=action_of(own.get(idea.id), idea),
        )
        for idea in ideas
    ]
    calls, answered = calls_at_home(me, today) if is_on("calls") else ([], [])
    return render_template(
        "ideas/home.html", greeting=greeting(), given_name=me.given_name, cards=cards,
        steps=[_step_line(item, book, today) for item in steps[:6]], more_steps=max(0, len(steps) - 6),
        drafts=queries.my_drafts(me.id, limit=4), lately=_lately(me, book),
        calls=calls[:3], answered_calls=answered[:2],
        may_call=is_on("calls") and may_draft(me, book=book), today=today, hears=is_on("feedback"),
        stories=newest(STORIES) if is_on("stories") else [], tells=is_on("stories"),
    )


def greeting() -> str:
    """Give a greeting that fits the time of day where the reader works."""
    hour = utc_now().astimezone(ZoneInfo(g.get("zone") or "UTC")).hour
    if 4 <= hour < 11:
        return _("Good morning")
    return _("Hello") if hour < 17 else _("Good evening")


def _step_line(item: Item, book: Directory, today: date) -> dict[str, Any]:
    step, idea = item.step, item.idea
    late = step.due_on < today
    soon = not late and (step.due_on - today).days <= 1
    icons = {"answer": "question-lg", "confirm": "chat-square-text", "pick_time": "calendar-event"}
    stands_in_for = book.person(item.for_id)
    return {
        "title": step_title(step.kind), "idea": idea.title, "url": url_for_step(step, idea),
        "icon": icons.get(step.kind, "arrow-right"), "due": due_words(step.due_on, today=today),
        "state": "late" if late else "soon" if soon else None, "stands_in_for": stands_in_for,
    }


def _lately(me: Person, book: Directory) -> list[Card]:
    cards = []
    for row in queries.lately_adopted(me.id, book):
        idea, named = row.idea, names_of([book.person(p) for p in row.submitters])
        cards.append(Card(idea, None, url=url_for("ideas.show", number=idea.number), people=named,
                          department=department_name(idea, book), outcome=outcome_word(idea.outcome)))
    return cards
