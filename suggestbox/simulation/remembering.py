"""Declined ideas that are not forgotten: looked at again, found in new ones, done after all."""

from random import Random

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.ideas.models import OPEN_STAGES, Idea
from suggestbox.ideas.parts import people_behind
from suggestbox.people.models import Person
from suggestbox.priority.due import is_protected
from suggestbox.priority.models import Likeness, Protection
from suggestbox.priority.queries import credits_of, protected_ids, protection_of
from suggestbox.steps.models import Step
from suggestbox.workflow.operations import case_of
from suggestbox.workflow.who import handler

from .world import Event, World


def second_look(w: World, step: Step, idea: Idea, actor: Person, event: Event) -> None:
    """The reasons still stand, or somebody has it examined again."""
    dice = w.dice("look", step.id)
    if w.leans("look_again", dice, 0.1, 1.0):
        w.do(idea, "look_again", actor, words="Die neue Halle steht jetzt.")
        return
    w.do(idea, "keep_decline", actor, words="Die Gründe gelten noch.")
    if w.leans("take_up", dice, 0.1, 1.1, behind=0.4):
        w.later("take_up", idea.id, person_id=dice.choice(w.company.offices["idea_manager"]), days=(1, 8), dice=dice)


def take_up(w: World, event: Event) -> None:
    """The house does it after all, without anybody else having handed it in."""
    idea = w.idea(event.args[0])
    done = any(row.later_id is None for row in credits_of(idea.id))
    if idea.stage != "closed" or idea.outcome != "declined" or done or not is_protected(protection_of(idea.id), w.today) \
            or event.person_id in people_behind(idea, "accepted", "invited").values():
        return
    w.do(idea, "take_up", w.person(event.person_id), words="Mit dem Umbau kommt es doch.")


def may_remember(w: World, idea: Idea, actor: Person, dice: Random) -> None:
    """Now and then whoever had the first look remembers later that there was something like it."""
    if protected_ids(w.today) and w.leans("name_earlier", dice, 0.01, 1.1):
        w.later("name_earlier", idea.id, person_id=actor.id, days=(0.1, 4), dice=dice)


def name_earlier(w: World, event: Event) -> None:
    """Whoever has the idea on the desk remembers that it was declined before."""
    idea, dice = w.idea(event.args[0]), w.dice("earlier", event.args[0])
    if idea.stage not in OPEN_STAGES or idea.outcome == "handed_over" or not w.book.is_available(event.person_id):
        return
    if not handler(case_of(idea, actor=w.person(event.person_id), now=w.now)):
        return  # only stood in for whoever had the first look
    named = sa.select(Likeness.earlier_id).where(Likeness.idea_id == idea.id)
    query = sa.select(Idea.number).join(Protection, Protection.idea_id == Idea.id).where(
        Protection.ended_at.is_(None), Protection.until >= w.today, Idea.visibility == "open", Idea.shown_at.is_not(None),
        Idea.stage == "closed", Idea.submitted_at < idea.submitted_at, Idea.id.not_in(named),
    )
    numbers = list(db.session.scalars(query.order_by(Idea.id)))
    if numbers:
        w.do(idea, "name_earlier", w.person(event.person_id), number=dice.choice(numbers))


def compare_earlier(w: World, step: Step, idea: Idea, actor: Person, event: Event) -> None:
    """The same, a part of it, or something else."""
    dice = w.dice("compare", step.id)
    alike = w.leans("found to be like an earlier one", dice, 0.26, 2, behind=0.45)
    answer = dice.choices(("same", "partly"), (6, 20))[0] if alike else "other"
    w.do(idea, "compare_earlier", actor, likeness_id=step.subject_id, answer=answer, percent=dice.choice((30, 50, 80)),
         words="Ein Teil davon." if answer == "partly" else "")
