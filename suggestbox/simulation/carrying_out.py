"""What follows from a yes: measures that are planned, begun, moved, done or given up, and what they bring."""

from random import Random
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.ideas.models import ADOPTING, Idea
from suggestbox.ideas.parts import people_behind
from suggestbox.measures import policy
from suggestbox.measures.figures import confirm_figure, doubt_figure, record_figure
from suggestbox.measures.models import ASPECTS, OPEN_STATES, Measure, MeasureFigure
from suggestbox.measures.operations import (
    abandon_measure,
    finish_measure,
    link_project,
    move_measure,
    open_step,
    plan_measure,
    start_measure,
)
from suggestbox.measures.soft import rate_aspect
from suggestbox.measures.tasks import add_task, remove_task, tasks_of, tick_task
from suggestbox.people.models import Person
from suggestbox.steps.models import Step
from suggestbox.workflow.operations import settle

from .storytelling import to_be_told
from .world import Event, NotNow, World

PLANNED = 0.2
"""So many adopted ideas get a measure with somebody who carries it out; the others are simply done."""


def after_talk(w: World, idea: Idea, host: Person, dice: Random) -> None:
    """The talk about an adopted idea is over: whoever may plans what it sets in motion."""
    team = len(people_behind(idea)) > 1
    if idea.outcome in ADOPTING and w.leans("measure of a team" if team else "measure", dice, 0.9 if team else PLANNED, 2):
        w.later("plan_measure", idea.id, person_id=host.id, days=(0.2, 3), dice=dice)
    if idea.outcome in ADOPTING and team and w.leans("shares after the talk", dice, 0.1, 0.9):
        w.later("share", idea.id, person_id=min(people_behind(idea).values()), days=(0.2, 4), dice=dice)


def plan(w: World, event: Event) -> None:
    """A measure with an owner and a date, and what it is expected to bring."""
    idea, actor, dice = w.idea(event.args[0]), w.person(event.person_id), w.dice("plan", event.args[0])
    known = db.session.scalar(sa.select(Measure.id).where(Measure.idea_id == idea.id).limit(1))
    if known is not None or not w.book.is_available(actor.id) or not policy.may_plan(idea, actor, w.book):
        return
    owner_id = w.choose(dice, people_behind(idea).values()) if dice.random() < 0.15 and not idea.confidential else None
    owner_id = owner_id or w.choose(dice, w.members(idea.department_id)) or actor.id
    due_on = w.book.calendar_of(owner_id).add_working_days(w.today, dice.randint(6, 32))
    measure = plan_measure(idea, title=idea.title, owner_id=owner_id, due_on=due_on, by_id=actor.id, now=w.now, book=w.book)
    if dice.random() < 0.65:
        _figure(w, measure, "expected", actor, dice)
    if w.leans("tasks", dice, 0.15):
        for title in ("Angebote einholen", "Mit der Schicht sprechen", "Bestellen"):
            add_task(measure, title=title, due_on=due_on, by_id=actor.id, now=w.now, today=w.today)
    if w.leans("link_project", dice, 0.1):
        link_project(measure, address=f"https://projekte.feldrath.example/{measure.id}", by_id=actor.id, now=w.now)
    settle(idea, now=w.now, mover_id=actor.id)
    w.later("start_measure", measure.id, person_id=owner_id, days=(1, 6), dice=dice)


def _figure(w: World, measure: Measure, kind: str, actor: Person, dice: Random, reason: str = "") -> None:
    euros = dice.choice((300, 700, 1200, 2500, 6000, 9000, 26000))
    lines: list[dict[str, Any]] = [{"what": "Weniger Suchen", "amount": "1", "unit": "", "unit_cents": euros * 100,
                                    "per_year": "1", "column": "savings"}]
    record_figure(measure, kind=kind, lines=lines, by_id=actor.id, now=w.now, reason=reason, book=w.book)


def start(w: World, event: Event) -> None:
    """Its owner begins."""
    measure, actor = db.session.get_one(Measure, event.args[0]), w.person(event.person_id)
    if measure.state == "planned" and w.book.is_available(actor.id) \
            and policy.may_carry_out(open_step(measure), actor, w.book):
        start_measure(measure, by_id=actor.id, now=w.now)
        if tasks := tasks_of(measure):  # two of them are enough
            tick_task(measure, tasks[0].id, done=True, by_id=actor.id, now=w.now)
            remove_task(measure, tasks[-1].id, by_id=actor.id, now=w.now)
        settle(w.idea(measure.idea_id), now=w.now, mover_id=actor.id)


def measure(w: World, step: Step, idea: Idea, actor: Person, event: Event) -> None:
    """Its day has come: it is done, or slips with a reason, or is given up."""
    dice, row = w.dice("measure", step.id, event.attempt, step.due_moves), db.session.get_one(Measure, step.subject_id)
    if row.state not in OPEN_STATES:
        return
    if not policy.may_carry_out(step, actor, w.book):
        raise NotNow(2)
    if row.due_moves < 2 and w.leans("move_measure", dice, 0.12):
        later = w.book.calendar_of(row.owner_id).add_working_days(max(row.due_on, w.today), dice.randint(4, 15))
        move_measure(row, due_on=later, reason="Die Lieferung fehlt noch.", by_id=actor.id, now=w.now, book=w.book)
    elif w.leans("abandon_measure", dice, 0.05, 0.9, behind=0.5) and (giver := _who_gives_up(w, row, idea)) is not None:
        abandon_measure(row, reasons="Die Anlage wird verkauft.", by_id=giver.id, now=w.now)
        w.note("measure_given_up")
    else:
        finish_measure(row, words="Es ist eingerichtet.", done_on=w.day_of(actor.id), by_id=actor.id, now=w.now, book=w.book)
        _what_it_brings(w, row, idea, actor, dice)
        if w.leans("story", dice, 0.7, 3, behind=0.9):
            to_be_told(w, idea, dice)
    settle(idea, now=w.now, mover_id=actor.id)


def _who_gives_up(w: World, row: Measure, idea: Idea) -> Person | None:
    for person_id in (row.created_by_id, *w.company.offices["idea_manager"]):
        somebody = w.person(person_id)
        if w.book.is_available(person_id) and policy.may_abandon(row, idea, somebody, w.book):
            return somebody
    return None


def _what_it_brings(w: World, row: Measure, idea: Idea, actor: Person, dice: Random) -> None:
    """Whoever carried it out says what it brings, unless the idea is their own."""
    if dice.random() < 0.6 and policy.may_calculate(row, idea, actor, w.book):
        rate_aspect(row, aspect=dice.choice(ASPECTS), points=dice.randint(1, 4), words="Man merkt es.", by_id=actor.id,
                    now=w.now)


def confirm_benefit(w: World, step: Step, idea: Idea, actor: Person, event: Event) -> None:
    """A second person finds a large figure right, or doubts it: then it is written down anew."""
    dice, figure = w.dice("second", step.id), db.session.get_one(MeasureFigure, step.subject_id)
    row = db.session.get_one(Measure, figure.measure_id)
    if w.leans("doubt_figure", dice, 0.15, behind=0.45):
        doubt_figure(figure, row, by_id=actor.id, now=w.now, words="Der Stundensatz stimmt nicht.")
        w.later("figure_again", row.id, figure.kind, person_id=figure.by_id, days=(0.5, 4), dice=dice)
    else:
        confirm_figure(figure, row, by_id=actor.id, now=w.now)
    settle(idea, now=w.now, mover_id=actor.id)


def figure_again(w: World, event: Event) -> None:
    """A figure somebody doubted is written down anew, with a reason."""
    measure_id, kind = event.args
    row, actor = db.session.get_one(Measure, measure_id), w.person(event.person_id)
    idea = w.idea(row.idea_id)
    late = row.state == "abandoned" or (kind == "expected" and row.state == "done")
    if not late and w.book.is_available(actor.id) and policy.may_calculate(row, idea, actor, w.book):
        _figure(w, row, kind, actor, w.dice("again", measure_id, kind), "Mit dem richtigen Stundensatz.")
        settle(idea, now=w.now, mover_id=actor.id)


def prove_benefit(w: World, step: Step, idea: Idea, actor: Person, event: Event) -> None:
    """After its time: what it really brought."""
    row = db.session.get_one(Measure, step.subject_id)
    if not policy.may_calculate(row, idea, actor, w.book):
        raise NotNow(2)
    _figure(w, row, "measured", actor, w.dice("prove", step.id), "Nachgemessen.")
    settle(idea, now=w.now, mover_id=actor.id)
