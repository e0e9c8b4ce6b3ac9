"""Ideas in every stage, made by walking real moves: test data that cannot be impossible."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.ideas.models import Idea, Submitter, SubmitterIdentity
from suggestbox.people.models import Person
from suggestbox.reviews.models import Assignment
from suggestbox.reviews.queries import criteria_of
from suggestbox.steps.models import Step
from suggestbox.workflow.operations import case_of, move, settle
from tests.cast import Cast

START = datetime(2026, 11, 4, 9, 0, tzinfo=UTC)
"""A Wednesday morning."""

_serial = count(1)


def draft(cast: Cast, *people: Person, now: datetime = START, confidential: bool = False, **columns: Any) -> Idea:
    """Make a draft of the people (ann when nobody is named), not handed in."""
    people = people or (cast.ann,)
    values: dict[str, Any] = {
        "title": f"Labels at goods receipt {next(_serial)}", "problem": "We look for pallets every morning.",
        "proposal": "Print the label when the pallet arrives.", "area": "process",
        "department_id": cast.logistics.id, "created_at": now, "changed_at": now, "confidential": confidential,
    }
    idea = Idea(**{**values, **columns})
    for position, person in enumerate(people, 1):
        part = Submitter(person_id=None if confidential else person.id, position=position)
        if confidential:
            part.identity = SubmitterIdentity(person_id=person.id)
        idea.submitters.append(part)
    db.session.add(idea)
    db.session.flush()
    return idea


def submitted(cast: Cast, *people: Person, now: datetime = START, **columns: Any) -> Idea:
    """Make an idea that was handed in."""
    idea = draft(cast, *people, now=now, **columns)
    return move(idea, "submit", actor=(people or (cast.ann,))[0], now=now)


def reviewers(*asked: tuple[Person, str]) -> list[dict[str, Any]]:
    """Give the fact `reviewers` of assign and add_reviewers."""
    return [{"person_id": person.id, "capacity": capacity} for person, capacity in asked]


def in_review(cast: Cast, *people: Person, now: datetime = START, **columns: Any) -> Idea:
    """Make an idea rex (expert, IT) and ria (for Purchasing) are asked about."""
    idea = submitted(cast, *people, now=now, **columns)
    return move(idea, "assign", actor=cast.bob, now=now + timedelta(hours=1),
                reviewers=reviewers((cast.rex, "expert"), (cast.ria, "department")))


def scores(points: int | None = 4) -> dict[int, int | None]:
    """Give the same points for every criterion in force."""
    return {criterion.id: points for criterion in criteria_of()}


def answer_review(idea: Idea, person: Person, now: datetime, points: int | None = 4,
                  recommendation: str = "adopt") -> Idea:
    """Let a reviewer answer."""
    return move(idea, "score", actor=person, now=now, scores=scores(points), recommendation=recommendation,
                for_submitter=f"{person.given_name} says: a good thought.", for_colleagues="Small effort.")


def deciding(cast: Cast, *people: Person, now: datetime = START, **columns: Any) -> Idea:
    """Make an idea cat has to decide."""
    idea = in_review(cast, *people, now=now, **columns)
    answer_review(idea, cast.rex, now + timedelta(hours=2))
    answer_review(idea, cast.ria, now + timedelta(hours=3))
    settle(idea, now=now + timedelta(days=2))
    assert idea.stage == "deciding", idea.stage
    return idea


def decide(idea: Idea, person: Person, now: datetime, outcome: str = "adopted", **facts: Any) -> Idea:
    """Let somebody decide."""
    return move(idea, "decide", actor=person, now=now, outcome=outcome, reasons="It saves forty minutes a day.",
                **facts)


def conversation(cast: Cast, *people: Person, now: datetime = START, outcome: str = "adopted", facts: Any = None,
                 **columns: Any) -> Idea:
    """Make an idea cat has decided and owes a talk about."""
    idea = deciding(cast, *people, now=now, **columns)
    return decide(idea, cast.cat, now + timedelta(days=2, hours=1), outcome, **(facts or {}))


def slots(now: datetime, days: int = 5) -> list[dict[str, Any]]:
    """Give two times on the next suitable weekdays."""
    found: list[dict[str, Any]] = []
    day = now + timedelta(days=days)
    while len(found) < 2:
        if day.weekday() < 5:
            found.append({"starts_at": day.replace(hour=10, minute=0), "minutes": 30, "form": "phone", "place": "1234"})
        day += timedelta(days=1)
    return found


def offered(cast: Cast, *people: Person, now: datetime = START, **kw: Any) -> Idea:
    """Make an idea whose talk is offered; the outcome is released."""
    idea = conversation(cast, *people, now=now, **kw)
    for party in parties(idea):
        move(idea, "offer_talk", actor=host_of(party), now=now + timedelta(days=2, hours=2), party_id=party.id,
             slots=slots(now + timedelta(days=2)), words="I would like to talk with you.")
    return idea


def appointed(cast: Cast, *people: Person, now: datetime = START, **kw: Any) -> Idea:
    """Make an idea with an appointment for every submitter."""
    people = people or (cast.ann,)
    idea = offered(cast, *people, now=now, **kw)
    for person in people:
        slot = case_of(idea, actor=person, now=now).my_party.offers[-1].slots[0]  # type: ignore[union-attr]
        move(idea, "pick_time", actor=person, now=now + timedelta(days=3), slot_id=slot.id)
    return idea


AFTER_TALK = timedelta(days=8)


def confirming(cast: Cast, *people: Person, now: datetime = START, promises: Any = (), **kw: Any) -> Idea:
    """Make an idea whose talk was held; the submitters are asked how it was."""
    idea = appointed(cast, *people, now=now, **kw)
    held_at = now + AFTER_TALK
    move(idea, "record_talk", actor=host_of(parties(idea)[0]), now=held_at, party_ids=[p.id for p in parties(idea)],
         held_on=(now + timedelta(days=7)).date(), form="phone", said="We went through it.", promises=list(promises))
    assert idea.stage == "confirming", idea.stage
    return idea


def confirm(idea: Idea, person: Person, now: datetime, follows: str = "yes", appreciated: int | None = 5) -> Idea:
    """Let a submitter say how it was."""
    return move(idea, "confirm", actor=person, now=now, follows=follows, appreciated=appreciated, words="Thank you.")


def closed(cast: Cast, *people: Person, now: datetime = START, **kw: Any) -> Idea:
    """Make an idea that is closed and confirmed."""
    people = people or (cast.ann,)
    idea = confirming(cast, *people, now=now, **kw)
    for person in people:
        confirm(idea, person, now + AFTER_TALK + timedelta(hours=1))
    assert idea.stage == "closed", idea.stage
    return idea


def withdrawn(cast: Cast, *people: Person, now: datetime = START, **columns: Any) -> Idea:
    """Make an idea that was taken back."""
    idea = submitted(cast, *people, now=now, **columns)
    return move(idea, "withdraw", actor=(people or (cast.ann,))[0], now=now + timedelta(hours=2))


def waiting(cast: Cast, *people: Person, now: datetime = START, **columns: Any) -> Idea:
    """Make an idea with an open question of its reviewer rex."""
    idea = in_review(cast, *people, now=now, **columns)
    return move(idea, "ask", actor=cast.rex, now=now + timedelta(hours=2), text="Which printer do you mean?")


IN_STAGE = {
    "draft": draft, "submitted": submitted, "in_review": in_review, "waiting": waiting, "deciding": deciding,
    "conversation": conversation, "confirming": confirming, "closed": closed, "withdrawn": withdrawn,
}


def parties(idea: Idea) -> list[Any]:
    """Give the parties of the current round."""
    return case_of(idea, actor=None, now=START).parties


def host_of(party: Any) -> Person:
    """Give the person who hosts the talk."""
    host = db.session.get(Person, party.host_id)
    assert host is not None
    return host


def open_kinds(idea: Idea) -> list[str]:
    """Give the kinds of the open steps, sorted."""
    return sorted(db.session.scalars(sa.select(Step.kind).where(Step.idea_id == idea.id, Step.done_at.is_(None))))


def step(idea: Idea, kind: str) -> Step:
    """Give the one open step of a kind."""
    return db.session.scalars(
        sa.select(Step).where(Step.idea_id == idea.id, Step.done_at.is_(None), Step.kind == kind)
    ).one()


def assignment(idea: Idea, person: Person) -> Assignment:
    """Give somebody's assignment in the current round."""
    return db.session.scalars(
        sa.select(Assignment).where(
            Assignment.idea_id == idea.id, Assignment.round == idea.round, Assignment.person_id == person.id
        )
    ).one()
