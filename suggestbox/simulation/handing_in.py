"""Submitters before the talk: handing in, teams, second thoughts, answers."""

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.ideas.models import OPEN_STAGES, Idea
from suggestbox.ideas.operations import Words, create_draft
from suggestbox.ideas.parts import part_of, people_behind
from suggestbox.people.models import Person
from suggestbox.steps.models import Step
from suggestbox.workflow.table import BEFORE_DECISION

from .calling import answered
from .wording import invented
from .world import Event, NotNow, World


def hand_in(w: World, event: Event) -> None:
    """Somebody hands an idea in, alone or with colleagues, under their name or confidentially."""
    dice = w.dice("hand in", *event.args, event.attempt)
    book = w.book
    department_id = dice.choice(w.company.departments)
    if dice.random() < 0.1:
        department_id = dice.choice(w.company.staff)
    call = answered(w, dice)
    if call is not None:
        department_id = call[1]
    person_id = w.choose(dice, w.members(department_id))
    if person_id is None or not book.calendar_of(person_id).is_working_day(w.day_of(person_id)):
        raise NotNow
    actor = w.person(person_id)
    words = _words(w, event, actor, department_id)
    if call is not None:
        words.call_id, words.department_id = call[0], department_id
    colleague = w.choose(dice, [p for p in w.members(department_id) if not book.people[p].has_desk], person_id)
    lead = w.choose(dice, book.holders("coordinator", department_id) + book.holders("team_lead", department_id), colleague)
    if colleague and lead and w.leans("on behalf", dice, 0.02):
        actor, words.on_behalf_of_id, words.co_submitter_ids = w.person(lead), colleague, ()
        words.confidential = False
        w.note("on_behalf")
    idea = create_draft(words, actor=actor, now=w.now)
    w.do(idea, "submit", actor)
    w.draft.told.append(("idea", idea.id))
    _second_thoughts(w, idea)


def _words(w: World, event: Event, actor: Person, department_id: int) -> Words:
    dice = w.dice("words", *event.args, event.attempt)
    elsewhere = dice.random() < 0.3
    title, problem, proposal = invented(dice)
    words = Words(
        title=f"{title} ({event.args[0]})", problem=problem, proposal=proposal,
        area=dice.choice(("process", "product", "service", "company")), language="de",
        department_id=dice.choice(w.company.departments) if elsewhere else department_id,
    )
    if w.leans("team idea", dice, 0.1, 2):
        others = [w.choose(dice, w.members(department_id), actor.id) for _n in range(dice.randint(1, 3))]
        words.co_submitter_ids = sorted({p for p in others if p})
        w.note("team")
    elif w.leans("confidential", dice, 0.08, 2):
        words.confidential = True
        w.note("confidential")
    elif w.leans("short wish", dice, 0.06, 3):
        words.short_way, words.department_id = True, department_id
    words.exclude_superior = dice.random() < 0.05
    words.handlers_only = dice.random() < 0.05
    return words


def _second_thoughts(w: World, idea: Idea) -> None:
    dice = w.dice("second thoughts", idea.id)
    accepted = list(people_behind(idea).values())
    for person_id in people_behind(idea, "invited").values():
        kind = "decline_part" if w.leans("decline_part", dice, 0.15) else "accept_part"
        if dice.random() < 0.93:
            w.later("part", idea.id, kind, person_id=person_id, days=(0.2, 5), dice=dice)
            if kind == "accept_part" and w.leans("leave_team", dice, 0.08, 1.3):
                w.later("part", idea.id, "leave_team", person_id=person_id, days=(5, 9), dice=dice)
    if (idea.confidential or len(idea.submitters) == 1) and w.leans("withdraw", dice, 0.02, 1.3):
        w.later("part", idea.id, "withdraw", person_id=accepted[0], days=(0.5, 12), dice=dice)
    if idea.way == "short" and w.leans("leave_short_way", dice, 0.05, 1.5):
        w.later("part", idea.id, "leave_short_way", person_id=accepted[0], days=(0.3, 1.5), dice=dice)
    if w.leans("flag", dice, 0.04, 2):
        reader = w.choose(dice, w.company.experts, *people_behind(idea, "accepted", "invited").values())
        if reader:
            w.later("flag", idea.id, person_id=reader, days=(0.5, 15), dice=dice)


def part(w: World, event: Event) -> None:
    """A submitter, or somebody named as one, does something about being part of it."""
    idea_id, name = event.args
    idea, actor = w.idea(idea_id), w.person(event.person_id)
    if idea.stage not in BEFORE_DECISION or not w.book.is_here(event.person_id):
        return
    if name in ("accept_part", "decline_part"):
        if part_of(idea, actor.id, "invited"):
            w.do(idea, name, actor)
        return
    if part_of(idea, actor.id) is None:
        return
    alone = len(people_behind(idea)) == 1
    if name == "leave_short_way" and (idea.way != "short" or idea.stage not in ("submitted", "in_review")):
        return
    if (name == "withdraw" and not alone) or (name == "leave_team" and alone):
        return
    w.do(idea, name, actor)


def flag(w: World, event: Event) -> None:
    """Somebody who reads an idea says that it belongs elsewhere."""
    (idea_id,) = event.args
    idea, dice = w.idea(idea_id), w.dice("flag", idea_id)
    if idea.stage in OPEN_STAGES and idea.outcome != "handed_over" and w.book.is_here(event.person_id):
        kind = dice.choice(("invention", "safety", "complaint", "reporting"))
        if part_of(idea, event.person_id, "accepted", "invited") is None and not _flag_open(idea):
            w.do(idea, "flag", w.person(event.person_id), kind=kind, words="Das gehört woandershin.")


def _flag_open(idea: Idea) -> bool:
    query = sa.select(Step.id).where(Step.idea_id == idea.id, Step.kind == "look_at_flag", Step.done_at.is_(None))
    return db.session.scalar(query) is not None


def answer(w: World, step: Step, idea: Idea, actor: Person, event: Event) -> None:
    """A question was asked: the text is made clearer, or only the question answered, or nothing at all."""
    dice = w.dice("answer", step.id)
    if w.leans("silent answer", dice, 0.12, 1.5):
        w.leave_alone(step.id, "question_unanswered")
        return
    before_the_decision = idea.waiting_from == "deciding"  # then the assessments are of another text
    if w.leans("text changed before the decision", dice, 0.3, 1.0, behind=0.9) if before_the_decision \
            else w.leans("edit_text", dice, 0.3, 2):
        w.do(idea, "edit_text", actor, title=idea.title, problem=idea.problem,
             proposal=f"{idea.proposal} Jetzt genauer.", benefit="Weniger Suchen.")
    w.do(idea, "answer", actor, text="Gemeint ist die Halle drei, jeden Morgen.")
