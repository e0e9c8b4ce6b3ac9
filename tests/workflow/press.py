"""Pressing buttons at random: for every move the facts a sensible person would type."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from suggestbox.conversations.groups import askable
from suggestbox.conversations.models import SETTLED
from suggestbox.ideas.models import Idea
from suggestbox.people.models import Person
from suggestbox.workflow import owners, together
from suggestbox.workflow.case import Case
from suggestbox.workflow.operations import case_of, move, moves_for
from tests import factories as f
from tests.cast import Cast


def facts_for(name: str, case: Case, cast: Cast, dice: Random) -> dict[str, Any]:
    """Give facts that may be right; the move itself refuses the rest."""
    people = list(cast.people().values())
    party = next((p for p in case.parties if p.state not in SETTLED), None)
    anybody = dice.choice(people).id
    soon = case.today + timedelta(days=dice.randint(1, 9))
    if name in ("assign", "add_reviewers"):
        pool = [cast.rex, cast.ria, cast.coo, cast.pia, cast.sam, cast.wes, cast.kim, cast.eve]
        chosen = dice.sample(pool, dice.randint(2, 3))
        capacities = ["expert", "department", "department"]
        return {"reviewers": f.reviewers(*zip(chosen, capacities, strict=False)), "later_ok": True}
    if name in ("score", "reconsider"):
        return {
            "keep": name == "reconsider" and dice.random() < 0.5,
            "scores": {c.id: dice.choice([None, 1, 2, 3, 4, 5, 4, 4]) for c in case.criteria},
            "recommendation": dice.choice(["adopt", "adopt", "adopt_in_part", "trial", "park", "decline"]),
            "for_submitter": "Thank you, I looked at it.", "for_colleagues": "",
        }
    if name in ("decide", "vote"):
        outcome = dice.choice(["adopted", "adopted_in_part", "trial", "declined", "parked", "already_planned"])
        return {
            "outcome": outcome, "reasons": "Because it helps.", "change_for_yes": "A cheaper printer.",
            "hypothesis": "Fewer searches.", "return_on": case.today + timedelta(days=dice.randint(5, 60)),
            "proof": "Plan of the year", "proof_on": case.local(case.idea.submitted_at) - timedelta(days=9), "words": "",
        }
    if name == "offer_talk":
        return {"party_id": party and party.id, "slots": f.slots(case.now, dice.randint(2, 6)), "words": ""}
    if name in ("propose_group", "move_group"):
        return a_time_together(case, dice)
    if name == "pick_time":
        offer = case.my_party.offers[-1] if case.my_party and case.my_party.offers else None
        return {"slot_id": offer.slots[0].id if offer else 0, "companion": ""}
    if name == "change_place":
        return {"party_id": party and party.id, "form": "video", "place": f"https://meet.example/{dice.randint(1, 99)}"}
    if name == "record_talk":
        return {"party_ids": [party and party.id], "held_on": case.today, "form": "phone", "said": "We talked.",
                "promises": [{"text": "I show it.", "owner_id": anybody, "due_on": soon}]}
    if name == "name_panel":
        return {"person_ids": [p.id for p in dice.sample(people, 3)]}
    if name == "reassign":
        steps = [s for s in case.steps if s.owner_id]
        deciders = owners.deciders(case)
        return {"step_id": dice.choice(steps).id if steps else 0, "reason": "Holidays",
                "person_id": dice.choice(deciders) if deciders else anybody}
    if name == "move_due":
        steps = [s for s in case.steps if s.owner_id == case.actor_id]
        step = dice.choice(steps) if steps else None
        due_on = case.book.calendar_of(case.actor_id).add_working_days(step.due_on, 3) if step else None
        return {"step_id": step and step.id, "due_on": due_on, "reason": "A machine stands still."}
    return {
        "text": "What exactly?", "reason": "There is a reason.", "words": "A few words.", "said": "On the phone.",
        "department_id": dice.choice([cast.logistics.id, cast.purchasing.id, cast.it.id]),
        "kind": dice.choice(["invention", "safety", "department", "closing", "submitters"]),
        "add_person_id": cast.sam.id, "number": "2026-0001", "office_id": cast.wes.id, "person_id": anybody,
        "party_id": party and party.id, "who": dice.choice(["submitter", "host"]), "held_on": case.today,
        "owner_id": anybody, "due_on": soon, "agreed": True, "do_until": case.today + timedelta(days=3),
        "expert_id": cast.rex.id, "follows": dice.choice(["yes", "partly", "no"]), "appreciated": dice.randint(1, 5),
        "title": "Another title", "problem": f"Text {dice.random()}", "proposal": "Do it", "benefit": "",
    }


def a_time_together(case: Case, dice: Random) -> dict[str, Any]:
    """Give a time for a talk with several that suits everybody most of the time."""
    day = case.book.calendar_of(case.actor_id).add_working_days(case.today, dice.choice([2, 5, 6, 8]))
    starts_at = datetime(day.year, day.month, day.day, dice.choice([9, 10, 13]), tzinfo=UTC)
    return {"starts_at": starts_at, "minutes": 60, "form": "in_person", "place": "Room 7", "words": ""}


def press_something(idea: Idea, person: Person, cast: Cast, now: datetime, dice: Random) -> str:
    """Let a person press one of the buttons they have; give its name, or nothing when there was none."""
    presses = [p.name for p in moves_for(idea, person, now) if not p.unmet]
    rare = {"withdraw", "leave_team", "hand_over", "decline_talk", "flag"}
    presses = [p for p in presses if p not in rare or dice.random() < 0.15]
    if not presses:
        return ""
    return press_one(idea, person, cast, now, dice, dice.choice(presses))


def press_one(idea: Idea, person: Person, cast: Cast, now: datetime, dice: Random, name: str) -> str:
    """Let a person press this button; give its name."""
    facts = facts_for(name, case_of(idea, actor=person, now=now), cast, dice)
    if name == "propose_group":  # over several ideas at once
        together.propose(person, [party.id for party, _idea, _submitter in askable(person.id)], facts, now=now)
        return name
    move(idea, name, actor=person, now=now, **facts)
    return name
