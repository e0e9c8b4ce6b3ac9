"""Who does an open step, and when: people look into their queue, were told, stand in, or let it lie."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from suggestbox.conversations.models import Appointment
from suggestbox.core.database import db, work
from suggestbox.ideas.models import Idea, Submitter, SubmitterIdentity
from suggestbox.ideas.parts import person_behind
from suggestbox.mail.inbox import mark_read
from suggestbox.mail.models import Notice
from suggestbox.people.hours import works_on
from suggestbox.people.models import Person
from suggestbox.steps.models import Step
from suggestbox.steps.queries import REVIEWER_KINDS
from suggestbox.workflow.operations import case_of

from . import (
    awarding,
    calling,
    carrying_out,
    first_look,
    gathering,
    handing_in,
    judging,
    remembering,
    storytelling,
    talking,
)
from .habits import FORGETFUL, PROMPT, days_late, days_taken, manner
from .world import Event, NotNow, World

Hand = Callable[[World, Step, Idea, Person, Event], None]

DOES: dict[str, Hand] = {
    "triage": first_look.triage, "find_reviewers": first_look.find_reviewers, "end_review": first_look.end_review,
    "confirm_duplicate": first_look.confirm_duplicate, "look_at_flag": first_look.look_at_flag,
    "confirm_correction": first_look.confirm_correction, "answer": handing_in.answer,
    "team_answer": judging.team_answer, "short_check": judging.short_check, "review": judging.review,
    "reconsider": judging.reconsider, "decide": judging.decide, "vote": judging.vote,
    "name_panel": judging.name_panel, "offer_talk": talking.offer_talk, "pick_time": talking.pick_time,
    "hold_talk": talking.hold_talk, "find_host": talking.find_host, "write_closing": talking.write_closing,
    "confirm": talking.confirm, "ask_once_more": talking.ask_once_more, "promise": talking.promise,
    "resolve_conflict": talking.resolve_conflict, "law_date": talking.law_date,
    "second_look": remembering.second_look, "compare_earlier": remembering.compare_earlier,
    "agree_group": gathering.agree, "measure": carrying_out.measure, "confirm_benefit": carrying_out.confirm_benefit,
    "prove_benefit": carrying_out.prove_benefit, "propose_award": awarding.propose, "grant_award": awarding.grant,
    "agree_story": storytelling.agree, "write_story": storytelling.go_on,
}
"""What is done with a step of each kind; "return" does itself."""

HANDS: dict[str, Callable[[World, Event], None]] = {
    "hand_in": handing_in.hand_in, "part": handing_in.part, "flag": handing_in.flag,
    "not_ours": first_look.not_ours, "correction": first_look.correction, "reassign": first_look.reassign,
    "late_conflict": judging.late_conflict, "conflict_after": judging.conflict_after, "revoke": judging.revoke,
    "call_off": talking.call_off, "change_place": talking.change_place, "dispute": talking.dispute,
    "object": talking.object_, "contradict": talking.contradict, "hand_over": talking.hand_over_late,
    "after_closing": talking.after_closing, "ask_for_talk": talking.ask_for_talk,
    "group": gathering.group, "rather_alone": gathering.rather_alone, "take_up": remembering.take_up,
    "name_earlier": remembering.name_earlier, "plan_measure": carrying_out.plan, "start_measure": carrying_out.start,
    "figure_again": carrying_out.figure_again, "share": awarding.share, "answer_shares": awarding.answer_shares,
    "payday": awarding.payday, "write_story": storytelling.write, "tell_stories": storytelling.tell,
    "take_story_down": storytelling.take_down, "take_up_story": storytelling.write_on, "relent": storytelling.think_again,
    "react": storytelling.react, "call": calling.call,
    "call_changes": calling.changes, "call_results": calling.results,
}
"""What people do without a step asking for it."""

ON_THE_DAY = ("promise", "measure", "prove_benefit")
"""Done about the day they are due, however early that is known."""

WAITS_FOR_OWNER = 2
"""Working days overdue after which somebody stands in for an absent owner, having been told."""


def do_step(w: World, event: Event) -> None:
    """Let whoever acts on the step today do it; nothing happens when it was done meanwhile."""
    step = db.session.get(Step, event.args[0])
    if step is None or step.done_at is not None:
        return
    idea = w.idea(step.idea_id)
    actor = _actor(w, step, idea)
    if manner(actor.id, w.seed) == FORGETFUL and event.attempt < 4 and not _told(step):
        raise NotNow(3)
    DOES[step.kind](w, step, idea, actor, event)
    if step.submitter_id is None and actor.id != step.owner_id:
        w.note("done_by_somebody_standing_in")


def _told(step: Step) -> bool:
    return db.session.scalar(sa.select(Notice.id).where(Notice.step_id == step.id).limit(1)) is not None


def _actor(w: World, step: Step, idea: Idea) -> Person:
    if step.submitter_id is not None:
        submitter = db.session.get(Submitter, step.submitter_id)
        person_id = person_behind(submitter) if submitter else 0
        if not w.book.is_available(person_id):
            raise NotNow(2)
        return w.person(person_id)
    if w.book.is_available(step.owner_id):
        return w.person(step.owner_id)
    overdue = w.book.calendar_of(step.owner_id).add_working_days(step.due_on, WAITS_FOR_OWNER) < w.today
    waits = not overdue and w.book.is_here(step.owner_id)
    if step.kind not in REVIEWER_KINDS and (step.kind == "decide" or not waits):
        actor = _standing_in(w, step, idea)
        if actor and (not waits or w.leans("deputy decides", w.dice("deputy", step.id), 0.1, 1.2, behind=0.8)):
            return actor
    raise NotNow(2)


def _standing_in(w: World, step: Step, idea: Idea) -> Person | None:
    """Give who may do the step today in place of its owner; the idea management stands in for many, but never decides."""
    acting_id, may_do = case_of(idea, actor=None, now=w.now).acting(step)
    actor = w.person(acting_id) if acting_id and may_do else None
    if actor and step.kind == "decide" and case_of(idea, actor=actor, now=w.now).my_step("decide") is None:
        return None
    return actor


_READER: Any = sa.func.coalesce(Notice.person_id, Submitter.person_id, SubmitterIdentity.person_id).label("reader")
_LATEST: Any = (
    sa.select(_READER, sa.func.max(Notice.id))
    .outerjoin(Submitter, Submitter.id == Notice.submitter_id)
    .outerjoin(SubmitterIdentity, SubmitterIdentity.submitter_id == Submitter.id)
    .where(Notice.waits, Notice.letter_id.is_(None), Notice.read_at.is_(None))
    .group_by(_READER).order_by(_READER)
)
"""Everybody with something new in their inbox that no letter carries yet, and the last of it."""


def read_inboxes(w: World) -> None:
    """Let those who are quick look into their inbox on the site before they go home: what they read needs no letter."""
    with work():
        for person_id, notice_id in db.session.execute(_LATEST).all():
            brief = w.book.person(person_id)
            if brief and brief.email and manner(person_id, w.seed) == PROMPT and works_on(w.book, person_id, w.today):
                mark_read(person_id, until_id=notice_id, now=w.now)


_OPEN: Any = sa.select(Step.id).where(Step.done_at.is_(None))
_STEPS: Any = sa.select(
    Step.id, Step.kind, Step.owner_id, Step.submitter_id, Step.due_on, Step.subject_id, Step.body_id, Step.role,
).where(Step.id.in_(sa.bindparam("ids", expanding=True))).order_by(Step.id)


class Planner:
    """Looks at the open steps and has somebody do each that nobody has looked at yet."""

    def __init__(self, world: World):
        self.world = world
        self.seen: set[int] = set()
        """The steps that were open when it looked before; one that rested for an answer comes back."""

    def plan(self) -> None:
        """Look at the open steps, and have somebody do each new one; inside no transaction."""
        with work():
            found = self._look()
        for at, step, person_id in found:
            self.world.put(at, "step", step.id, step.kind, person_id=person_id)

    def _look(self) -> list[tuple[datetime, Any, int]]:
        known = self.seen - self.world.to_look_at
        self.world.to_look_at = set()
        self.seen = set(db.session.scalars(_OPEN))
        fresh = db.session.execute(_STEPS, {"ids": sorted(self.seen - known)}).all()
        talks = sa.select(Appointment.id, Appointment.starts_at, Appointment.group_id).where(
            Appointment.id.in_([step.subject_id for step in fresh if step.kind == "hold_talk"]))
        starts, together = {}, set()
        for appointment_id, starts_at, group_id in db.session.execute(talks.order_by(Appointment.id)):
            starts[appointment_id] = starts_at
            if group_id:
                together.add((group_id, starts_at))
        for group_id, starts_at in sorted(together):
            gathering.agreed(self.world, group_id, starts_at)
        parts = sa.select(Submitter).where(Submitter.id.in_([step.submitter_id for step in fresh if step.submitter_id]))
        people = {part.id: person_behind(part) for part in db.session.scalars(parts)}
        found = []
        for step in fresh:
            if step.kind in DOES and step.subject_id >= 0:  # below: agreed with others, and not everybody has answered
                person_id: int = people[step.submitter_id] if step.submitter_id else step.owner_id or 0
                found.append((self._moment(step, person_id, starts), step, person_id))
        return found

    def _moment(self, step: Any, person_id: int, starts: dict[int, datetime]) -> datetime:
        w = self.world
        dice = w.dice("when", step.id)
        if step.kind == "hold_talk":
            starts_at = starts[step.subject_id]
            if w.leans("change_place", dice, 0.03):
                w.leanings.keep()
                w.put(w.now + (starts_at - w.now) * 0.5, "change_place", step.id, person_id=person_id)
            return starts_at + timedelta(minutes=dice.randint(31, 90))
        calendar, how = w.book.calendar_of(person_id), manner(person_id, w.seed)
        due_on: date = step.due_on
        late = days_late(step.kind, how, dice) if not step.submitter_id else None
        if late is not None:
            return w.moment_on(person_id, calendar.add_working_days(max(due_on, w.today), round(late)), dice.random())
        if step.kind in ON_THE_DAY:
            early = calendar.add_working_days(due_on, -dice.randint(0, 4))
            if dice.random() < 0.12:
                early = calendar.add_working_days(due_on, dice.randint(1, 6))
            return w.moment_on(person_id, max(early, w.day_of(person_id)), dice.random())
        if step.kind == "end_review":  # the others have their days first
            return w.moment_on(person_id, max(due_on, w.day_of(person_id)), dice.random())
        if step.body_id and step.kind == "vote":
            return w.moment_on(person_id, max(due_on, w.day_of(person_id)), dice.uniform(0.05, 0.5))
        if step.body_id and step.kind == "decide":
            return w.moment_on(person_id, max(due_on, w.day_of(person_id)), dice.uniform(0.6, 0.95))
        return w.at_work_after(person_id, days_taken(step.kind, how, dice), dice)
