"""Reviewers, team leads and deciders: assessments, the short way, votes, decisions."""

from datetime import timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from suggestbox.core.clock import local_date
from suggestbox.core.database import db
from suggestbox.ideas.models import MERIT_OUTCOMES, Idea
from suggestbox.ideas.parts import people_behind
from suggestbox.people.models import Person
from suggestbox.reviews.models import Assignment, Decision, Vote
from suggestbox.reviews.queries import criteria_of
from suggestbox.steps.models import Step

from .calling import waits_for_its_date
from .first_look import has_question_left, is_proposed, more_time, propose_duplicate
from .world import Event, NotNow, World, pick

SENTENCE = "Einschätzung Nummer"
"""Stands in every sentence a reviewer writes for the submitter: none may read it before the release."""


def review(w: World, step: Step, idea: Idea, actor: Person, event: Event) -> None:
    """A reviewer answers, or abstains, passes it on, is too close to it, asks first."""
    dice = w.dice("review", step.id, event.attempt)
    if event.attempt == 0:
        if w.leans("abstain", dice, 0.03):
            return w.do(idea, "abstain", actor, reason="Das kann ich nicht beurteilen.")
        if w.leans("declare_conflict", dice, 0.02):
            return w.do(idea, "declare_conflict", actor, reason="Wir arbeiten zu eng zusammen.")
        if idea.stage == "in_review" and w.leans("pass_on", dice, 0.04, 1.3):
            asked = sa.select(Assignment.person_id).where(Assignment.idea_id == idea.id)
            other = w.choose(dice, w.company.experts, actor.id, *db.session.scalars(asked),
                             *people_behind(idea, "accepted", "invited").values())
            if other:
                return w.do(idea, "pass_on", actor, person_id=other, reason="Da weiß jemand anders mehr.")
        if idea.stage == "in_review" and w.leans("ask in review", dice, 0.04) and not is_proposed(idea) \
                and has_question_left(idea, actor):
            return w.do(idea, "ask", actor, text="Wie oft kommt das vor?")
        if idea.stage == "in_review" and w.leans("duplicate in review", dice, 0.01) and not is_proposed(idea) \
                and propose_duplicate(w, idea, actor, dice):
            return None
        if more_time(w, step, idea, actor, dice):
            return None
    score(w, idea, actor, step.subject_id, dice)
    if w.leans("conflict comes out late", dice, 0.005, 2.4):
        w.later("late_conflict", idea.id, person_id=actor.id, days=(2, 9), dice=dice)
    if w.leans("conflict comes out after the release", dice, 0.01, 2):
        w.later("conflict_after", idea.id, person_id=actor.id, days=(9, 16), dice=dice)
    return None


def _opinion(w: World, idea: Idea, dice: Random) -> tuple[int, str]:
    """What somebody thinks of the idea: mostly what the others think of it too."""
    worth = w.dice("worth", idea.id, idea.round).uniform(1.8, 4.8)
    if w.dice("divided", idea.id, idea.round).random() < 0.12:
        worth = dice.choice((1.5, 4.7))
    points = min(5, max(1, round(dice.gauss(worth, 0.45))))
    says = {1: "decline", 2: "decline", 3: "adopt_in_part", 4: "adopt", 5: "adopt"}[points]
    if points in (2, 3) and dice.random() < 0.25:
        says = dice.choice(("trial", "park"))
    return points, says


def score(w: World, idea: Idea, actor: Person, subject_id: int, dice: Random, name: str = "score") -> None:
    """Answer every question, now and then with "I cannot judge this"."""
    points, says = _opinion(w, idea, dice)
    given: dict[int, int | None] = {}
    assignment = db.session.get_one(Assignment, subject_id)
    for criterion in criteria_of(assignment.criteria_set):
        given[criterion.id] = None if dice.random() < 0.06 else min(5, max(1, points + dice.choice((-1, 0, 0, 0, 1))))
    w.do(idea, name, actor, scores=given, recommendation=says, for_submitter=f"{SENTENCE} {subject_id}: gut erklärt.",
         for_colleagues="Wenig Aufwand.")
    w.draft.told.append(("review", subject_id))


def reconsider(w: World, step: Step, idea: Idea, actor: Person, event: Event) -> None:
    """After reading the others, or the new text: keep it or change it."""
    dice = w.dice("reconsider", step.id, event.attempt)
    if dice.random() < 0.6:
        w.do(idea, "reconsider", actor, keep=True)
    else:
        score(w, idea, actor, step.subject_id, dice, "reconsider")


def late_conflict(w: World, event: Event) -> None:
    """A reviewer notices, before the submitters know the outcome, that they are too close to it."""
    idea = w.idea(event.args[0])
    if idea.stage in ("in_review", "waiting") and event.attempt < 15:
        raise NotNow(1)
    if idea.stage in ("deciding", "conversation") and idea.released_at is None and _mine(idea, event.person_id):
        w.do(idea, "declare_conflict_late", w.person(event.person_id), reason="Das ist mein Schwager.")


def conflict_after(w: World, event: Event) -> None:
    """A reviewer notices it when the submitters know the outcome already."""
    idea = w.idea(event.args[0])
    if idea.stage in ("in_review", "waiting", "deciding", "conversation") and idea.released_at is None:
        if event.attempt < 15:
            raise NotNow(2)
        return
    if idea.stage in ("conversation", "confirming", "closed") and idea.released_at and _mine(idea, event.person_id):
        w.do(idea, "declare_conflict_after", w.person(event.person_id), reason="Das ist meine Schwägerin.")


def _mine(idea: Idea, person_id: int) -> Assignment | None:
    query = sa.select(Assignment).where(
        Assignment.idea_id == idea.id, Assignment.round == idea.round, Assignment.person_id == person_id,
        Assignment.state.in_(("open", "answered")),
    )
    return db.session.scalars(query).first()


# -- short way -------------------------------------------------------------------------------------------------------


def team_answer(w: World, step: Step, idea: Idea, actor: Person, event: Event) -> None:
    """The team lead says "we do it", or has it examined."""
    dice = w.dice("team", step.id, event.attempt)
    expert = w.choose(dice, [p for p in w.company.experts if w.book.department_of(p) != w.book.department_of(actor.id)],
                      actor.id, *people_behind(idea, "accepted", "invited").values())
    if expert is None or w.leans("have_it_examined", dice, 0.25):
        w.do(idea, "have_it_examined", actor)
        return
    until = w.book.calendar_of(actor.id).add_working_days(w.today, dice.randint(3, 9))
    w.do(idea, "team_does_it", actor, words="Das machen wir selbst.", do_until=until, expert_id=expert)


def short_check(w: World, step: Step, idea: Idea, actor: Person, event: Event) -> None:
    """An expert of another department: nothing speaks against it, or something does, or no word."""
    dice = w.dice("check", step.id)
    if w.leans("short silence", dice, 0.1, 1.6):
        w.leave_alone(step.id, "short_check_unanswered")
        return
    if w.leans("short_doubt", dice, 0.15, 1.6, behind=0.45):
        w.do(idea, "short_doubt", actor, reason="Da hängt die Brandmeldeanlage dran.")
    else:
        w.do(idea, "nothing_against", actor, words=f"{SENTENCE} {step.subject_id}: nichts dagegen.")


# -- decision --------------------------------------------------------------------------------------------------------


def intended(w: World, idea: Idea) -> str:
    """Give the outcome everybody tends to, the same for all who vote or decide on this round."""
    weights = {"adopted": 34, "adopted_in_part": 18, "declined": 25, "trial": 8, "parked": 8, "already_planned": 7}
    found: str = pick(w.dice("outcome", idea.id, idea.round), [(name, float(weights[name])) for name in MERIT_OUTCOMES])
    if found == "parked":
        before = sa.select(Decision.id).where(Decision.idea_id == idea.id, Decision.outcome == "parked")
        if db.session.scalar(before.limit(1)) is not None:
            return "adopted"
    return found


def vote(w: World, step: Step, idea: Idea, actor: Person, event: Event) -> None:
    """A member of a body or a panel votes, mostly like the others."""
    dice = w.dice("vote", step.id, event.attempt)
    cast = sa.select(Vote.id).where(Vote.idea_id == idea.id, Vote.round == idea.round, Vote.person_id == actor.id)
    again = db.session.scalar(cast) is not None
    outcome = intended(w, idea) if again or dice.random() < 0.85 else "declined"
    w.do(idea, "vote", actor, outcome=outcome, words="")


def decide(w: World, step: Step, idea: Idea, actor: Person, event: Event) -> None:
    """The decision with its reasons; a body's only when most of its members voted."""
    dice = w.dice("decide", step.id, event.attempt)
    outcome = intended(w, idea)
    if event.attempt == 0 and not step.body_id and (days := waits_for_its_date(idea, w.today)) > 1:
        raise NotNow(days)
    if step.body_id or step.role == "panel":
        found = _elected(w, idea, event)
        if found is None:
            raise NotNow(1)
        outcome = found
        w.note("decided_by_body" if step.body_id else "decided_by_panel")
    elif event.attempt == 0:
        if w.leans("ask before deciding", dice, 0.04, 2) and has_question_left(idea, actor):
            return w.do(idea, "ask", actor, text="Was kostet das heute?")
        if more_time(w, step, idea, actor, dice):
            return None
        if w.leans("reassign decision", dice, 0.01):
            coordinators = w.book.holders("coordinator", idea.department_id) or w.company.offices["idea_manager"]
            w.later("reassign", idea.id, person_id=coordinators[0], days=(0.1, 0.3), dice=dice)
            raise NotNow(2)
    if step.owner_id != actor.id:
        w.note("decided_by_deputy")
    w.do(idea, "decide", actor, **_reasons(w, idea, outcome, dice))
    w.draft.told.append(("decision", idea.id))
    if not (step.body_id or step.role == "panel") and w.leans("revoke_decision", dice, 0.01, 1.6):
        w.later("revoke", idea.id, person_id=actor.id, days=(0.05, 0.2), dice=dice)
    return None


def _elected(w: World, idea: Idea, event: Event) -> str | None:
    """The outcome most members voted for; where they cannot agree, the others are talked round one by one."""
    voters = sa.select(Step.owner_id).where(Step.idea_id == idea.id, Step.round == idea.round, Step.kind == "vote")
    all_voters = set(db.session.scalars(voters))
    votes = dict(db.session.execute(sa.select(Vote.person_id, Vote.outcome).where(
        Vote.idea_id == idea.id, Vote.round == idea.round)).all())  # type: ignore[arg-type]
    tally: dict[str, int] = {}
    for outcome in votes.values():
        tally[outcome] = tally.get(outcome, 0) + 1
    best = max(tally, key=lambda name: (tally[name], name), default=None)
    if best and tally[best] * 2 > len(all_voters):
        return best
    if len(votes) == len(all_voters):
        wanted = intended(w, idea)
        dissenter = next((p for p in sorted(votes) if votes[p] != wanted and w.book.is_available(p)), None)
        if dissenter:
            w.do(idea, "vote", w.person(dissenter), outcome=wanted, words="")
    return None


def _reasons(w: World, idea: Idea, outcome: str, dice: Random) -> dict[str, Any]:
    facts: dict[str, Any] = {"outcome": outcome, "reasons": "Es spart jeden Tag eine halbe Stunde."}
    if outcome == "declined":
        facts["change_for_yes"] = "Wenn die neue Halle steht, sieht es anders aus."
    elif outcome == "trial":
        facts |= {"hypothesis": "Die Suche wird kürzer.", "return_on": w.today + timedelta(days=dice.randint(25, 70))}
    elif outcome == "parked":
        facts["return_on"] = w.today + timedelta(days=dice.randint(40, 110))
    elif outcome == "already_planned":
        handed_in = local_date(idea.submitted_at or w.now, w.zone)
        facts |= {"proof": "Protokoll der Werkleitung", "proof_on": handed_in - timedelta(days=dice.randint(3, 90))}
    return facts


def revoke(w: World, event: Event) -> None:
    """The decision is taken back before the submitters know of it."""
    idea = w.idea(event.args[0])
    standing = sa.select(Decision).where(Decision.idea_id == idea.id, Decision.round == idea.round,
                                         Decision.revoked_at.is_(None))
    decision = db.session.scalars(standing).first()
    if idea.stage == "conversation" and idea.released_at is None and decision and decision.kind == "merit" \
            and decision.decided_by_id == event.person_id:
        w.do(idea, "revoke_decision", w.person(event.person_id), reason="Eine Zahl war falsch.")


def name_panel(w: World, step: Step, idea: Idea, actor: Person, event: Event) -> None:
    """Nobody is left to decide an objection: three people are named, one from the works council."""
    dice = w.dice("panel", step.id, event.attempt)
    kept_out = set(people_behind(idea, "accepted", "invited").values())
    kept_out |= set(db.session.scalars(sa.select(Assignment.person_id).where(Assignment.idea_id == idea.id)))
    before = set(db.session.scalars(sa.select(Decision.decided_by_id).where(Decision.idea_id == idea.id)))
    council = w.choose(dice, w.company.offices["works_council"], *kept_out, *before)
    heads = [p for p in w.company.head_of.values() if p not in kept_out | before and w.book.is_available(p)]
    if council is None or len(heads) < 2:
        raise NotNow(1)
    w.do(idea, "name_panel", actor, person_ids=[council, *dice.sample(sorted(heads), 2)])
