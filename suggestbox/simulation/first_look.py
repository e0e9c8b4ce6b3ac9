"""Coordinators and team leads: the first look, looking for reviewers, duplicates, hints, corrections."""

from random import Random
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.settings import rule
from suggestbox.ideas.models import Concern, Idea
from suggestbox.ideas.parts import part_of, people_behind
from suggestbox.people.models import Person
from suggestbox.reviews.models import Assignment, Correction
from suggestbox.steps.models import Step
from suggestbox.workflow.belongings import QUESTIONS, STEPS, values_of
from suggestbox.workflow.operations import case_of, moves_for
from suggestbox.workflow.owners import deciders

from .calling import named_reviewers
from .remembering import may_remember
from .world import Event, NotNow, World

DAYS_FOR = {"fault": 5, "short": 6}

NAMED_FIRST = 0.7
"""How likely each of those a call names is thought of."""


def triage(w: World, step: Step, idea: Idea, actor: Person, event: Event) -> None:
    """Whoever has the first look asks reviewers, or does one of the many other things one can do with an idea."""
    dice = w.dice("triage", step.id, idea.round, idea.routings, event.attempt)
    seen_before = event.attempt > 0 or idea.routings > 0 or idea.round > 1
    if idea.way == "ordinary" and not is_proposed(idea):
        if w.leans("duplicate", dice, 0.04, 2) and propose_duplicate(w, idea, actor, dice):
            return
        if not seen_before and aside(w, step, idea, actor, dice):
            return
    if is_proposed(idea):
        raise NotNow(1)
    ask_reviewers(w, "assign", idea, actor, dice, later_ok=event.attempt > 1)
    if w.leans("wrong", dice, 0.01, 1.2):
        w.later("correction", idea.id, dice.choice(("department", "submitters")), person_id=actor.id, days=(0.5, 6),
                dice=dice)
    if w.leans("reassign", dice, 0.02):
        w.later("reassign", idea.id, person_id=actor.id, days=(0.5, 9), dice=dice)
    may_remember(w, idea, actor, dice)


def aside(w: World, step: Step, idea: Idea, actor: Person, dice: Random) -> bool:
    """Do something else with the idea than asking reviewers; give whether that was done."""
    if w.leans("fault", dice, 0.04, 1.2):
        owner = w.choose(dice, w.members(idea.department_id))
        if owner:
            due = w.book.calendar_of(owner).add_working_days(w.today, DAYS_FOR["fault"])
            w.do(idea, "pass_on_fault", actor, said="Wir haben telefoniert.", held_on=w.today, owner_id=owner,
                 due_on=due, agreed=True)
            return True
    if w.leans("hand_over at first look", dice, 0.02, 1.4):
        hand_over(w, idea, actor, dice)
        return True
    if w.leans("suggest_short_way", dice, 0.05, 4) and may_be_short(w, idea):
        w.do(idea, "suggest_short_way", actor)
        if w.leans("leave_short_way", dice, 0.05, 1.5):
            w.later("part", idea.id, "leave_short_way", person_id=next(iter(people_behind(idea).values())),
                    days=(0.2, 1), dice=dice)
        return True
    if w.leans("route", dice, 0.04):
        w.do(idea, "route", actor, reason="Dort kennt man sich besser aus.",
             department_id=dice.choice([d for d in w.company.departments if d != idea.department_id]))
        return True
    if w.leans("ask at first look", dice, 0.06) and has_question_left(idea, actor):
        w.do(idea, "ask", actor, text="Welche Halle ist gemeint?")
        return True
    return more_time(w, step, idea, actor, dice)


def more_time(w: World, step: Step, idea: Idea, actor: Person, dice: Random) -> bool:
    """Ask for more time, with a reason the submitter reads; give whether that was done."""
    if step.due_moves or not w.leans("move_due", dice, 0.02):
        return False
    later = w.book.calendar_of(step.owner_id).add_working_days(max(step.due_on, w.today), dice.randint(2, 6))
    w.do(idea, "move_due", actor, step_id=step.id, due_on=later, reason="Ein Kollege muss erst zurück sein.")
    w.note("date_moved")
    return True


def may_be_short(w: World, idea: Idea) -> bool:
    """Say whether the submitters' own team could simply do it."""
    departments = {w.book.department_of(p) for p in people_behind(idea).values()}
    leads = w.book.holders("team_lead", idea.department_id)
    return not idea.confidential and departments == {idea.department_id} and bool(leads)


def has_question_left(idea: Idea, actor: Person) -> bool:
    """Say whether the person may ask the submitters once more."""
    asked = [q for q in values_of(idea, QUESTIONS) if q.asker_id == actor.id and q.round == idea.round]
    return len(asked) < int(rule("workflow.questions_per_asker"))


def is_proposed(idea: Idea) -> bool:
    """Say whether somebody proposed that it was there before, and nobody answered yet."""
    return any(step.kind == "confirm_duplicate" and step.done_at is None for step in values_of(idea, STEPS))


# -- reviewers -------------------------------------------------------------------------------------------------------


def ask_reviewers(w: World, name: str, idea: Idea, actor: Person, dice: Random, *, later_ok: bool = False) -> None:
    """Ask experts and people of the department; so many that one of them may stay silent."""
    asked = set(db.session.scalars(sa.select(Assignment.person_id).where(Assignment.idea_id == idea.id)))
    asked |= set(people_behind(idea, "accepted", "invited").values())
    asked |= w.book.reporting_to(people_behind(idea, "accepted", "invited").values())
    asked |= {idea.excluded_reviewer_id} if idea.excluded_reviewer_id else set()
    concerned = [idea.department_id]
    further: list[int] = []
    if name == "assign" and dice.random() < 0.06:
        further = [d for d in dice.sample(w.company.departments, 1) if d != idea.department_id]
    rows: list[dict[str, Any]] = []

    def add(people: list[int], capacity: str, department_id: int | None = None) -> None:
        named = [p for p in named_reviewers(idea, capacity) if dice.random() < NAMED_FIRST]
        able = [p for p in people if department_id is not None or w.book.department_of(p) not in concerned]
        person_id = w.choose(dice, [p for p in named if p in able], actor.id, *asked) \
            or w.choose(dice, able, actor.id, *asked)
        if person_id is not None:
            asked.add(person_id)
            rows.append({"person_id": person_id, "capacity": capacity, "department_id": department_id})

    for _n in range(1 if dice.random() < 0.7 else 2):
        add(w.company.experts, "expert")
    spoken = sa.select(Assignment.department_id).where(
        Assignment.idea_id == idea.id, Assignment.round == idea.round, Assignment.capacity == "department",
        Assignment.state.in_(("open", "answered")), Assignment.department_id.is_not(None))
    owed = sa.select(Concern.department_id).where(Concern.idea_id == idea.id, Concern.department_id.not_in(spoken))
    further += [d for d in db.session.scalars(owed.order_by(Concern.department_id)) if d not in concerned]
    for department_id in dict.fromkeys([*concerned, *further]):
        add([p for p in w.members(department_id) if w.book.people[p].has_desk], "department", department_id)
    if not any(row["capacity"] == "department" for row in rows):
        add([p for p in w.members(dice.choice(w.company.departments)) if w.book.people[p].has_desk], "department")
    if not rows:
        raise NotNow(3)
    facts: dict[str, Any] = {"further_departments": further} if further and name == "assign" else {}
    w.do(idea, name, actor, reviewers=rows, later_ok=later_ok, **facts)


def find_reviewers(w: World, step: Step, idea: Idea, actor: Person, event: Event) -> None:
    """The quorum cannot stand any more: further people are asked."""
    dice = w.dice("find", step.id, event.attempt)
    if more_time(w, step, idea, actor, dice):
        return
    w.note("reviewers_replaced")
    ask_reviewers(w, "add_reviewers", idea, actor, dice, later_ok=event.attempt > 1)


def end_review(w: World, step: Step, idea: Idea, actor: Person, event: Event) -> None:
    """The quorum stands; whoever still owes an answer is thanked, once everybody could read each other for a day."""
    if not any_owing(idea):
        raise NotNow(1)
    if event.attempt > 12:
        ask_reviewers(w, "add_reviewers", idea, actor, w.dice("more", step.id, event.attempt))
        return
    press = next((p for p in moves_for(idea, actor, w.now) if p.name == "end_review"), None)
    if press is None or press.unmet:
        raise NotNow(1)
    w.do(idea, "end_review", actor)


def any_owing(idea: Idea) -> bool:
    """Say whether somebody asked has not answered yet."""
    query = sa.select(Assignment.id).where(Assignment.idea_id == idea.id, Assignment.round == idea.round,
                                           Assignment.state == "open")
    return db.session.scalar(query.limit(1)) is not None


# -- duplicates, hints, corrections -----------------------------------------------------------------------------------


def propose_duplicate(w: World, idea: Idea, actor: Person, dice: Random) -> bool:
    """Say that it was there before; give whether there is one to name."""
    query = sa.select(Idea.number).where(
        Idea.shown_at.is_not(None), Idea.visibility == "open", Idea.submitted_at < idea.submitted_at,
        sa.or_(Idea.outcome.is_(None), Idea.outcome.not_in(("handed_over", "duplicate"))),
    )
    numbers = list(db.session.scalars(query.order_by(Idea.id.desc()).limit(12)))
    if not numbers:
        return False
    w.do(idea, "propose_duplicate", actor, number=dice.choice(numbers), reason="Das stand schon einmal hier.")
    return True


def confirm_duplicate(w: World, step: Step, idea: Idea, actor: Person, event: Event) -> None:
    """A second person says whether it is the same."""
    dice = w.dice("same", step.id)
    if w.leans("reject_duplicate", dice, 0.35):
        w.do(idea, "reject_duplicate", actor, reason="Ähnlich, aber nicht dasselbe.")
    else:
        w.do(idea, "confirm_duplicate", actor)


def look_at_flag(w: World, step: Step, idea: Idea, actor: Person, event: Event) -> None:
    """Somebody said it belongs elsewhere: it stays here, or goes to the office in charge."""
    dice = w.dice("hint", step.id, event.attempt)
    if idea.outcome != "handed_over" and idea.stage != "closed" and w.leans("hand_over", dice, 0.3):
        hand_over(w, idea, actor, dice)
    else:
        w.do(idea, "settle_flag", actor, words="Das bleibt bei uns.")


def hand_over(w: World, idea: Idea, actor: Person, dice: Random) -> None:
    """Hand it over at once to whoever is in charge of such things."""
    offices = w.company.offices["hr_analyst"] + w.company.offices["works_council"]
    office = w.choose(dice, offices, actor.id, *people_behind(idea, "accepted", "invited").values())
    if office is None:
        raise NotNow
    w.do(idea, "hand_over", actor, kind=dice.choice(("invention", "safety", "complaint", "reporting")),
         office_id=office, reason="Das gehört dorthin.")
    if w.leans("not_ours", dice, 0.15, 1.8):
        w.later("not_ours", idea.id, person_id=office, days=(0.2, 1.5), dice=dice)


def not_ours(w: World, event: Event) -> None:
    """The office in charge gives it back."""
    idea = w.idea(event.args[0])
    if idea.stage == "conversation" and idea.office_id == event.person_id and idea.outcome == "handed_over":
        w.do(idea, "not_ours", w.person(event.person_id), reason="Das ist nichts für uns.")


def correction(w: World, event: Event) -> None:
    """Somebody sees that something is recorded wrongly."""
    idea_id, kind = event.args
    idea, dice, actor = w.idea(idea_id), w.dice("correction", *event.args, event.attempt), w.person(event.person_id)
    stages = ("closed",) if kind == "closing" else ("submitted", "in_review", "waiting", "deciding", "conversation")
    open_one = sa.select(Correction.id).where(Correction.idea_id == idea.id, Correction.answered_at.is_(None))
    if idea.stage not in stages or idea.outcome == "handed_over" or db.session.scalar(open_one):
        return
    if part_of(idea, actor.id, "accepted", "invited") or not w.book.is_here(actor.id):
        return
    facts: dict[str, Any] = {"reason": "So stimmt es nicht."}
    if kind == "department":
        facts["department_id"] = dice.choice([d for d in w.company.departments if d != idea.department_id])
    elif kind == "submitters":
        if idea.confidential:
            return
        asked = sa.select(Assignment.person_id).where(Assignment.idea_id == idea.id)
        facts["add_person_id"] = w.choose(dice, w.members(w.book.department_of(next(iter(people_behind(idea).values())))),
                                          actor.id, *people_behind(idea).values(), *db.session.scalars(asked))
        if facts["add_person_id"] is None:
            return
    w.do(idea, "propose_correction", actor, kind=kind, **facts)


def confirm_correction(w: World, step: Step, idea: Idea, actor: Person, event: Event) -> None:
    """A second person makes the correction, or says that it is right as it is."""
    dice = w.dice("right", step.id)
    row = db.session.get(Correction, step.subject_id)
    closed = idea.stage == "closed" and row is not None and row.kind != "closing"
    if row is None or closed or w.leans("reject_correction", dice, 0.2):
        w.do(idea, "reject_correction", actor)
    elif row.kind == "closing":
        w.do(idea, "reopen_closing" if idea.stage == "closed" else "reject_correction", actor)
    else:
        w.do(idea, "confirm_correction", actor)


def reassign(w: World, event: Event) -> None:
    """Somebody else gets a step of the coordinator or the decision maker."""
    idea, dice = w.idea(event.args[0]), w.dice("reassign", *event.args, event.attempt)
    kinds = ("triage", "find_reviewers", "end_review", "decide")
    query = sa.select(Step).where(Step.idea_id == idea.id, Step.done_at.is_(None), Step.kind.in_(kinds))
    step = db.session.scalars(query.order_by(Step.id)).first()
    if step is None or idea.stage not in ("submitted", "in_review", "deciding") or idea.outcome == "handed_over":
        raise NotNow(2)
    if event.attempt > 20:
        return
    if step.kind == "decide":
        others = [p for p in deciders(case_of(idea, actor=None, now=w.now)) if p != step.owner_id]
        person_id = w.choose(dice, others)
        if person_id is None or step.body_id:
            return
    else:
        person_id = w.choose(dice, w.company.offices["idea_manager"] + w.members(idea.department_id), step.owner_id)
    if person_id:
        w.do(idea, "reassign", w.person(event.person_id), step_id=step.id, person_id=person_id, reason="Vertretung.")
        w.note("step_reassigned")
