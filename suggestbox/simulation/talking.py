"""The closing conversation: offered, picked, held, missed, declined, written, and what is said of it afterwards."""

from datetime import datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from suggestbox.conversations.models import SETTLED, Appointment, Objection, Party, Promise
from suggestbox.core.database import db
from suggestbox.ideas.models import Idea, Submitter
from suggestbox.ideas.parts import people_behind, person_behind
from suggestbox.people.hours import works_on
from suggestbox.people.models import Person
from suggestbox.rules.clocks import KEYS
from suggestbox.rules.keeping_dates import keep_date
from suggestbox.steps.models import Step
from suggestbox.workflow.belongings import PARTIES, values_of

from .carrying_out import after_talk
from .first_look import hand_over
from .gathering import ask_together, hold
from .world import Event, NotNow, World

FORMS = ("phone", "video", "in_person")


def party_of(step: Step, idea: Idea) -> Party:
    """Give the party a step of the conversation is about."""
    party: Party
    for party in values_of(idea, PARTIES):  # as the move that follows reads them
        if party.round != idea.round:
            continue
        subject = party.id * 100 + party.attempt
        about = {
            "offer_talk": step.subject_id // 100 == subject, "write_closing": step.subject_id == subject,
            "find_host": step.subject_id == subject, "ask_once_more": step.subject_id == subject,
            "confirm": step.subject_id // 2 == subject, "pick_time": party.submitter_id == step.submitter_id,
            "hold_talk": any(a.id == step.subject_id for a in party.appointments),
        }
        if about[step.kind]:
            return party
    raise NotNow


def submitter_of(w: World, party: Party) -> Person:
    """Give the person a talk is with."""
    row = db.session.get(Submitter, party.submitter_id)
    assert row is not None
    return w.person(person_behind(row))


# -- the host --------------------------------------------------------------------------------------------------------


def offer_talk(w: World, step: Step, idea: Idea, actor: Person, event: Event) -> None:
    """The host offers times, or talks on the spot, or has somebody else do it."""
    dice, party = w.dice("offer", step.id, event.attempt), party_of(step, idea)
    with_ = submitter_of(w, party)
    if step.id % 7 == 0 and idea.outcome == "handed_over" and dice.random() < 0.3:
        raise NotNow(1)
    if w.leans("talk on the spot", dice, 0.06) and w.book.is_available(with_.id):
        w.note("talk_on_the_spot")
        return record(w, idea, actor, party, dice)
    if idea.outcome != "handed_over" and ask_together(w, party, actor, event, dice):
        return None
    if w.leans("change_host", dice, 0.03) and not idea.confidential:
        other = other_host(w, idea, party, dice)
        if other:
            return w.do(idea, "change_host", actor, party_id=party.id, person_id=other)
    w.do(idea, "offer_talk", actor, party_id=party.id, slots=slots(w, actor, with_, dice), words="Ich freue mich darauf.")
    if w.leans("wrong in conversation", dice, 0.01, 0.6):
        w.later("correction", idea.id, dice.choice(("department", "submitters")), days=(0.2, 1), dice=dice,
                person_id=w.company.offices["idea_manager"][0])
    if idea.outcome == "duplicate" and w.leans("contradict_duplicate", dice, 0.15, 1.5):
        w.later("contradict", idea.id, person_id=with_.id, days=(0.5, 8), dice=dice)
    if idea.outcome != "handed_over" and w.leans("hand_over after the decision", dice, 0.01):
        w.later("hand_over", idea.id, person_id=w.company.offices["idea_manager"][0], days=(0.2, 2), dice=dice)
    return None


def other_host(w: World, idea: Idea, party: Party, dice: Random) -> int | None:
    """Give somebody else who could host: no submitter, nobody who reports to one."""
    below = w.book.reporting_to(people_behind(idea).values())
    candidates = [*w.book.holders("coordinator", idea.department_id), *w.company.head_of.values()]
    people = [p for p in candidates if p not in below]
    return w.choose(dice, people, party.host_id, *people_behind(idea, "accepted", "invited").values())


def slots(w: World, host: Person, with_: Person, dice: Random) -> list[dict[str, Any]]:
    """Give two or three times in the submitter's daytime on days both are there, as far as is known."""
    book, zone = w.book, ZoneInfo(w.book.zone_of(with_.id))
    day, found, wanted = w.day_of(with_.id) + timedelta(days=1), [], dice.randint(2, 3)
    for _further in range(90):
        day += timedelta(days=1)
        there = works_on(book, with_.id, day) and book.calendar_of(with_.id).is_working_day(day)
        if not there or (not book.calendar_of(host.id).is_working_day(day) and _further < 20):
            continue
        at = datetime.combine(day, time(dice.randint(8, 15), dice.choice((0, 30))), zone)
        found.append({"starts_at": at, "minutes": 30, "form": dice.choice(FORMS), "place": "Raum 4"})
        if len(found) == wanted:
            return found
    raise NotNow(3)


def record(w: World, idea: Idea, actor: Person, party: Party, dice: Random) -> None:
    """Write down that the talk was held, and what was promised in it."""
    promises = []
    if idea.outcome in ("adopted", "adopted_in_part") and w.leans("promise", dice, 0.35):
        owner = actor.id if idea.confidential else dice.choice((actor.id, party.host_id))
        due = w.book.calendar_of(owner).add_working_days(w.today, dice.randint(5, 25))
        promises.append({"text": "Wir richten es ein.", "owner_id": owner, "due_on": due})
    w.do(idea, "record_talk", actor, party_ids=[party.id], held_on=w.day_of(actor.id), form=dice.choice(FORMS),
         said="Wir sind alles durchgegangen.", took_part="", promises=promises)
    w.draft.told.append(("talk", party.id))
    after_talk(w, idea, actor, dice)


def hold_talk(w: World, step: Step, idea: Idea, actor: Person, event: Event) -> None:
    """The time agreed has come: the talk is held, or one of the two does not come."""
    dice, party = w.dice("hold", step.id, event.attempt), party_of(step, idea)
    appointment = next(a for a in party.appointments if a.id == step.subject_id)
    if appointment.starts_at > w.now:
        raise NotNow(0.5)
    if appointment.group_id and hold(w, appointment, actor, event):
        return
    with_ = submitter_of(w, party)
    away = not w.book.is_available(with_.id)
    misses = "misses" if w.dice("misses", party.id).random() < 0.08 else ""
    if away or (misses and dice.random() < 0.7) or w.leans("missed by submitter", dice, 0.03):
        w.do(idea, "report_missed", actor, party_id=party.id, who="submitter")
        w.note("missed_by_submitter")
        if not away and w.leans("dispute_missed", dice, 0.1, 1.3, behind=0.4):
            w.later("dispute", idea.id, person_id=with_.id, days=(0.1, 1), dice=dice)
        return
    if event.attempt == 0 and w.leans("missed by host", dice, 0.03):
        w.note("missed_by_host")
        if dice.random() < 0.5:
            w.do(idea, "report_missed", actor, party_id=party.id, who="host")
        else:
            w.do(idea, "report_missed", with_)
        return
    record(w, idea, actor, party, dice)


def call_off(w: World, event: Event) -> None:
    """One of the two calls the appointment off."""
    idea_id, appointment_id = event.args
    idea, appointment = w.idea(idea_id), db.session.get(Appointment, appointment_id)
    if appointment is None or appointment.state != "set" or idea.stage != "conversation":
        return
    w.do(idea, "cancel_appointment", w.person(event.person_id), party_id=appointment.party_id, words="Ich bin krank.")


def change_place(w: World, event: Event) -> None:
    """The host moves the talk to another room, or to the telephone."""
    step = db.session.get(Step, event.args[0])
    if step is None or step.done_at is not None or not w.book.is_available(step.owner_id):
        return
    idea = w.idea(step.idea_id)
    party = party_of(step, idea)
    if any(a.state == "set" and a.starts_at > w.now for a in party.appointments):
        w.do(idea, "change_place", w.person(step.owner_id), party_id=party.id, form="in_person", place="Raum 7")


def find_host(w: World, step: Step, idea: Idea, actor: Person, event: Event) -> None:
    """The idea management: somebody else hosts, or the submitter cannot be reached any more."""
    dice, party = w.dice("host", step.id, event.attempt), party_of(step, idea)
    with_, host = w.book.person(submitter_of(w, party).id), w.book.person(party.host_id)
    if not (with_ and with_.active):
        w.do(idea, "mark_unreachable", actor, party_id=party.id)
        w.note("unreachable")
        return
    if host and host.active and not party.other_host_asked:
        raise NotNow(1)
    other = other_host(w, idea, party, dice)
    if other is None:
        raise NotNow(1)
    w.do(idea, "change_host", actor, party_id=party.id, person_id=other)


def write_closing(w: World, step: Step, idea: Idea, actor: Person, event: Event) -> None:
    """The host writes what the talk would have said."""
    w.do(idea, "write_closing", actor, party_id=party_of(step, idea).id, text="Das ist der Stand, und so geht es weiter.")


# -- the submitter ---------------------------------------------------------------------------------------------------


def pick_time(w: World, step: Step, idea: Idea, actor: Person, event: Event) -> None:
    """The submitter picks a time, or says that it should be otherwise, or nothing at all."""
    dice, party = w.dice("pick", step.id, event.attempt), party_of(step, idea)
    if (party.unanswered_offers and dice.random() < 0.6) or w.leans("offer unanswered", dice, 0.03):
        w.leave_alone(step.id, "offer_left_unanswered")
        return
    for name, usual in (("decline_talk", 0.06), ("ask_in_writing", 0.04), ("ask_other_host", 0.02), ("none_suits", 0.04)):
        if w.leans(name, dice, usual):
            w.do(idea, name, actor, words="Danke.")
            return
    coming = [s for s in party.offers[-1].slots if s.starts_at > w.now + timedelta(minutes=30)]
    there = [s for s in coming if works_on(w.book, actor.id, s.starts_at.date())]
    if not there:
        w.do(idea, "none_suits", actor, words="Da bin ich nicht da.")
        return
    slot = dice.choice(there)
    w.do(idea, "pick_time", actor, slot_id=slot.id, companion="")
    if w.leans("cancel_appointment", dice, 0.03, 1.3):
        set_ = next(a for a in party.appointments if a.state == "set")
        person_id = dice.choice((actor.id, party.host_id))
        w.later("call_off", idea.id, set_.id, person_id=person_id, days=(0.1, 0.9), dice=dice)


def dispute(w: World, event: Event) -> None:
    """The submitter says: I was there."""
    idea, actor = w.idea(event.args[0]), w.person(event.person_id)
    query = sa.select(Appointment.id).join(Party, Party.id == Appointment.party_id).where(
        Party.idea_id == idea.id, Party.round == idea.round, Appointment.state == "missed_by_submitter",
        Appointment.disputed_at.is_(None),
    )
    mine = [s for s, p in people_behind(idea).items() if p == actor.id]
    in_time = idea.stage in ("conversation", "confirming")
    if in_time and mine and db.session.scalar(query.where(Party.submitter_id == mine[0])):
        w.do(idea, "dispute_missed", actor)


def confirm(w: World, step: Step, idea: Idea, actor: Person, event: Event) -> None:
    """Each submitter says how it was, or denies the talk, or cannot follow, or stays silent."""
    dice, party = w.dice("confirm", step.id, event.attempt), party_of(step, idea)
    if (party.asked_again_at is None and w.leans("silent at the end", dice, 0.12, 1.5)) \
            or (party.asked_again_at is not None and dice.random() < 0.6):
        w.leave_alone(step.id, "end_unconfirmed")
        return None
    if party.state == "held":
        if w.leans("deny_talk", dice, 0.015):
            return w.do(idea, "deny_talk", actor, words="Es hat niemand angerufen.")
        if not party.second_host_used and w.leans("cannot_follow", dice, 0.03):
            return w.do(idea, "cannot_follow", actor, appreciated=2, words="Das habe ich nicht verstanden.")
    follows = dice.choices(("yes", "partly", "no"), (75, 22, 3))[0]
    if follows == "no" and party.state == "held" and not party.second_host_used:
        follows = "partly"
    w.do(idea, "confirm", actor, follows=follows, appreciated=dice.randint(2, 5), words="")
    if w.leans("object", dice, 0.02, 0.9) \
            or (_by_the_chief(w, idea) and w.leans("object to the top", dice, 0.1, 1.3, behind=0.8)):
        w.later("object", idea.id, person_id=actor.id, days=(0.5, 14), dice=dice)
    return None


def _by_the_chief(w: World, idea: Idea) -> bool:
    return idea.department_id in w.company.staff


def ask_once_more(w: World, step: Step, idea: Idea, actor: Person, event: Event) -> None:
    """Somebody other than the host asks once more."""
    w.do(idea, "ask_once_more", actor)


# -- afterwards ------------------------------------------------------------------------------------------------------


def object_(w: World, event: Event) -> None:
    """A submitter does not accept the outcome."""
    idea, actor = w.idea(event.args[0]), w.person(event.person_id)
    merit = ("adopted", "adopted_in_part", "trial", "declined", "parked", "already_planned")
    before = db.session.scalar(sa.select(Objection.id).where(Objection.idea_id == idea.id))
    mine = [s for s, p in people_behind(idea).items() if p == actor.id]
    party = db.session.scalars(sa.select(Party).where(
        Party.idea_id == idea.id, Party.round == idea.round, Party.submitter_id.in_(mine))).first()
    if idea.stage in ("confirming", "closed") and idea.outcome in merit and before is None and w.book.is_here(actor.id) \
            and party and party.state in SETTLED:
        w.do(idea, "object", actor, reason="Die Begründung stimmt nicht.")


def contradict(w: World, event: Event) -> None:
    """The submitter says that it is not the same idea."""
    idea = w.idea(event.args[0])
    if idea.outcome == "duplicate" and idea.stage in ("conversation", "confirming", "closed") and idea.released_at \
            and event.person_id in people_behind(idea).values():
        w.do(idea, "contradict_duplicate", w.person(event.person_id), reason="Bei mir geht es um die andere Halle.")


def hand_over_late(w: World, event: Event) -> None:
    """It turns out late that the matter belongs elsewhere."""
    idea = w.idea(event.args[0])
    if idea.stage in ("conversation", "confirming") and idea.outcome != "handed_over" \
            and event.person_id not in people_behind(idea, "accepted", "invited").values():
        hand_over(w, idea, w.person(event.person_id), w.dice("late hand-over", idea.id))


def after_closing(w: World, event: Event) -> None:
    """Something more happens after the end: a talk after all, a correction of the closing."""
    idea = w.idea(event.args[0])
    dice = w.dice("after closing", idea.id, idea.round)
    if idea.stage != "closed":
        return
    parties = db.session.scalars(sa.select(Party).where(Party.idea_id == idea.id, Party.round == idea.round)).all()
    for party in parties:
        if party.state not in ("held", "written") and party.attempt == 1 and w.leans("ask_for_talk", dice, 0.1, 2):
            with_ = submitter_of(w, party)
            if w.book.is_here(with_.id) and party.submitter_id in people_behind(idea):
                w.later("ask_for_talk", idea.id, person_id=with_.id, days=(0.5, 8), dice=dice)
                return
    if idea.outcome != "handed_over" and w.leans("wrong closing", dice, 0.02, 1.6):
        w.later("correction", idea.id, "closing", person_id=w.company.offices["idea_manager"][0], days=(0.5, 9), dice=dice)


def ask_for_talk(w: World, event: Event) -> None:
    """A submitter who had none asks for a talk after all."""
    idea = w.idea(event.args[0])
    if idea.stage == "closed" and event.person_id in people_behind(idea).values() and w.book.is_here(event.person_id):
        w.do(idea, "ask_for_talk", w.person(event.person_id))


def promise(w: World, step: Step, idea: Idea, actor: Person, event: Event) -> None:
    """What was promised is done, in time or later."""
    row = db.session.get(Promise, step.subject_id)
    if row is None or row.kept_at is not None:
        return
    if w.today > row.due_on:
        w.note("promise_kept_late")
    w.do(idea, "keep_promise", actor, promise_id=row.id, words="Erledigt.")


def law_date(w: World, step: Step, idea: Idea, actor: Person, event: Event) -> None:
    """The office in charge keeps a date of the law."""
    keep_date(idea, KEYS[step.subject_id - 1], words="Erledigt, abgelegt.", by_id=actor.id, now=w.now)


def resolve_conflict(w: World, step: Step, idea: Idea, actor: Person, event: Event) -> None:
    """The idea management settles a conflict that came out late."""
    w.do(idea, "resolve_conflict", actor, words="Besprochen, Einspruch ist möglich.")
