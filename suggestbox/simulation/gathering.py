"""One talk with several: hosts who owe more than one ask, submitters agree or would rather talk alone, it is moved."""

from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from suggestbox.conversations.groups import MOVED_AT_MOST, askable, ideas_of, people_of_rows, seats_of
from suggestbox.conversations.models import Appointment, Party, TalkGroup
from suggestbox.core.database import db
from suggestbox.ideas.models import Idea
from suggestbox.people.hours import works_on
from suggestbox.people.models import Person
from suggestbox.steps.models import Step
from suggestbox.workflow import together
from suggestbox.workflow.group_needs import times_moved
from suggestbox.workflow.then_group import earliest_day

from .carrying_out import after_talk
from .world import Event, NotNow, World

MOST_TOGETHER = 6
DAYS_BETWEEN = 2
"""Working days between the last answer and the talk: something may come between."""

ROOMS = ("Raum 4", "Raum 11", "Kantine, hinterer Tisch")


# -- the host --------------------------------------------------------------------------------------------------------


def ask_together(w: World, party: Party, actor: Person, event: Event, dice: Random) -> bool:
    """A host who owes talks to several asks for one talk; give whether that was done.

    Whoever is about to decide about another idea may wait a day or two for it: then both are talked about together.
    """
    if party.host_id != actor.id or party.attempt > 1:
        return False
    rows = askable(actor.id)
    if all(row[0].id != party.id for row in rows):
        return False
    if len(people_of_rows(rows)) < 2:
        if event.attempt == 0 and _decides_soon(actor.id) and w.leans("waits for another talk", dice, 0.1, 2):
            raise NotNow(2)
        return False
    several = len({row[1].id for row in rows}) > 1
    name, usual, weight = ("talk about several ideas", 0.05, 2.3) if several else ("talk with a team", 0.05, 0.85)
    if not w.leans(name, dice, usual, weight, behind=0.5):
        return False
    rows = sorted(rows, key=lambda row: row[0].id != party.id)[:MOST_TOGETHER]
    people = people_of_rows(rows)
    starts_at = _time(w, actor.id, people, dice) if len(people) > 1 else None
    if starts_at is None:
        return False
    group = together.propose(actor, [row[0].id for row in rows], _when(starts_at, dice), now=w.now)
    w.note("talk_together_proposed" if several else "talk_with_a_team_proposed")
    if w.leans("call_off_group", dice, 0.05, 0.4):
        w.later("group", group.id, "call_off_group", person_id=actor.id, days=(0.4, 4), dice=dice)
    return True


def _decides_soon(person_id: int) -> bool:
    query = sa.select(Step.id).where(Step.owner_id == person_id, Step.kind == "decide", Step.done_at.is_(None),
                                     Step.body_id.is_(None))
    return db.session.scalar(query.limit(1)) is not None


def _when(starts_at: datetime, dice: Random) -> dict[str, Any]:
    return {"starts_at": starts_at, "minutes": 60, "form": "in_person", "place": dice.choice(ROOMS),
            "words": "Das gehört zusammen, deshalb frage ich alle."}


def _time(w: World, host_id: int, people: set[int], dice: Random) -> datetime | None:
    """Give a time on the first day on which everybody works as far as is known, or None within a month."""
    book, everybody = w.book, sorted({*people, host_id})
    day = book.calendar_of(host_id).add_working_days(earliest_day(book, people, w.now), DAYS_BETWEEN)
    for _further in range(30):
        if all(works_on(book, p, day) and book.calendar_of(p).is_working_day(day) for p in everybody):
            at = time(dice.randint(9, 15), dice.choice((0, 30)))
            return datetime.combine(day, at, ZoneInfo(book.zone_of(everybody[0]))).astimezone(UTC)
        day += timedelta(days=1)
    return None


def group(w: World, event: Event) -> None:
    """The host calls it off, or would like another time, or another room."""
    group_id, name = event.args
    row, dice = db.session.get(TalkGroup, group_id), w.dice("group", *event.args, event.attempt)
    actor = w.person(event.person_id)
    seats = [seat for seat in seats_of(group_id) if seat.live]
    if row is None or row.host_id != actor.id or not seats or not w.book.is_available(actor.id):
        return
    idea = seats[0].idea
    if row.starts_at <= w.now:
        return
    if name == "call_off_group":
        w.do(idea, name, actor, words="Es kommt etwas dazwischen.")
        return
    if row.state != "set":
        return
    if name == "group_elsewhere":
        w.do(idea, "change_place", actor, party_id=seats[0].party.id, form="in_person", place="Raum 12")
        return
    starts_at = _time(w, actor.id, {seat.person_id for seat in seats}, dice)
    if starts_at is not None and starts_at != row.starts_at:
        w.do(idea, "move_group", actor, **_when(starts_at, dice))


def agreed(w: World, group_id: int, starts_at: datetime) -> None:
    """It is agreed; now and then the host needs another time or room all the same, or cannot do it at all."""
    row, dice = db.session.get_one(TalkGroup, group_id), w.dice("agreed", group_id, starts_at)
    at = w.at_work_after(row.host_id, dice.uniform(0.1, 0.9), dice)
    if len(ideas_of(group_id)) < 2 or at >= starts_at:
        return
    moved = times_moved(group_id)
    names = []
    if moved < MOVED_AT_MOST and w.leans("move_group", dice, 0.1, 1.0, behind=0.65):
        names = ["move_group"]
    else:
        names += ["group_elsewhere"] if w.leans("group_elsewhere", dice, 0.15, 1.0, behind=0.95) else []
        names += ["call_off_group"] if w.leans("call off what is agreed", dice, 0.05, 0.5, behind=0.5) else []
    w.leanings.keep()
    for hours, name in enumerate(names):
        w.put(at + timedelta(hours=hours), "group", group_id, name, person_id=row.host_id)


def hold(w: World, appointment: Appointment, actor: Person, event: Event) -> bool:
    """The time has come: everybody who came has a record of their own; give whether it was held together."""
    row, dice = db.session.get_one(TalkGroup, appointment.group_id), w.dice("hold together", appointment.group_id)
    if event.attempt or row.state != "set":
        return False  # one of the others cannot be recorded by whoever stands in: each alone then
    seats = together.agreed_seats(row.id)
    if w.leans("missed by host together", dice, 0.02, 0.3):
        together.nobody_came(actor, row, now=w.now)
        w.note("missed_by_host")
        return True
    came = [together.Came(seat.party.id, "came" if w.book.is_available(seat.person_id) and dice.random() > 0.04
                          else "missed", "Im Einzelnen besprochen.") for seat in seats]
    if not any(one.how == "came" for one in came):
        return False
    together.record(actor, row, came, {"held_on": w.day_of(actor.id), "form": row.form,
                                       "said": "Wir sind alles gemeinsam durchgegangen."}, now=w.now)
    w.note("talk_together_held")
    w.draft.told += [("talk", one.party_id) for one in came if one.how == "came"]
    for seat in seats:
        if seat.party.state == "held":
            after_talk(w, seat.idea, actor, w.dice("after together", seat.party.id))
    return True


# -- the submitter ---------------------------------------------------------------------------------------------------


def agree(w: World, step: Step, idea: Idea, actor: Person, event: Event) -> None:
    """A submitter agrees, would rather talk alone, wants no talk at all, or says nothing."""
    dice, row = w.dice("together", step.id, event.attempt), db.session.get(TalkGroup, step.subject_id)
    if row is None or row.state != "asked":
        return
    if times_moved(row.id):  # whoever agreed to come once comes at another time as well
        together.answer(actor, row, yes=True, now=w.now)
        return
    if w.leans("asked together, silent", dice, 0.04, 0.75):
        w.leave_alone(step.id, "asked_together_left_unanswered")
        return
    if w.leans("asked together, otherwise", dice, 0.03, 0.75):
        w.do(idea, dice.choice(("decline_talk", "ask_in_writing", "ask_other_host")), actor, words="Danke.")
        w.note("asked_together_settled_otherwise")
        return
    alone = w.leans("rather_alone", dice, 0.08, 0.8, behind=0.2)
    together.answer(actor, row, yes=not alone, now=w.now)
    if row.state == "asked" and not alone and w.leans("rather alone after all", dice, 0.02, 0.3):
        w.later("rather_alone", row.id, person_id=actor.id, days=(0.1, 1), dice=dice)


def rather_alone(w: World, event: Event) -> None:
    """Somebody who had agreed thinks again, while the others are still asked."""
    row = db.session.get(TalkGroup, event.args[0])
    mine = [seat for seat in seats_of(event.args[0]) if seat.live and seat.person_id == event.person_id]
    if row is not None and row.state == "asked" and mine:
        together.answer(w.person(event.person_id), row, yes=False, now=w.now)
