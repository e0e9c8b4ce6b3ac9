"""Needs of a talk with several submitters, and what follows from how it stands.

Everything is derived from the rows of the group: who was asked, what they answered, whether something came between.
Whichever idea of the group is settled first sets the talk or calls it off; the others follow in the same transaction.
"""

from suggestbox.conversations.groups import (
    MOVED_AT_MOST,
    Seat,
    askable,
    people_of,
    read_seats,
    seats_of,
)
from suggestbox.conversations.models import Appointment, Party, TalkGroup
from suggestbox.core.database import db, touch

from . import who
from .case import Case


def group_of(case: Case, party: Party | None) -> TalkGroup | None:
    """Give the talk with several this party is asked or has agreed to come to; one statement where there is none known."""
    for member in case.members:
        if party is not None and member.party_id == party.id and member.ended_at is None:
            return db.session.get(TalkGroup, member.group_id)
    return None


def seat_of(case: Case, party: Party | None) -> Seat | None:
    """Give the party's own seat in it."""
    group = group_of(case, party)
    if group is None or party is None:
        return None
    return next(seat for seat in seats_of(group.id) if seat.party.id == party.id and seat.member.ended_at is None)


def my_seats(case: Case) -> list[Seat]:
    """Give the seats of the idea's own parties in talks with several that are not over for them."""
    groups = sorted({member.group_id for member in case.members if member.ended_at is None})
    if not groups:
        return []
    read_seats(groups)
    return [seat for group_id in groups for seat in seats_of(group_id)
            if seat.idea.id == case.idea.id and seat.member.ended_at is None]


def coming(group_id: int, case: Case) -> list[Seat]:
    """Give the seats of those who can still come: asked or agreed, here, and nothing came between."""
    return [seat for seat in seats_of(group_id) if seat.live and case.book.is_here(seat.person_id)
            and case.book.is_here(seat.group.host_id)]


def counted(group_id: int, case: Case) -> list[Seat]:
    """Give the seats everybody else still counts with, whatever was answered."""
    return [seat for seat in seats_of(group_id) if seat.counts and case.book.is_here(seat.person_id)]


def is_complete(group: TalkGroup, case: Case) -> bool:
    """Say whether nothing is waited for any more: everybody said yes, time is over, or two can no longer be asked.

    Whoever would rather talk alone is counted with as if silent until the day. Were it over at once, one of two could
    read out of the day what the other said.
    """
    seats, can = counted(group.id, case), coming(group.id, case)
    if not can or len(people_of(seats)) < 2 or case.today > group.answer_by:
        return True
    return len(agreed(can)) == len(seats)


def agreed(seats: list[Seat]) -> list[Seat]:
    """Give the seats of those who come together."""
    return [seat for seat in seats if seat.member.answer == "yes"]


def fell_through(group: TalkGroup, case: Case) -> bool:
    """Say whether a talk that is asked for can no longer be: nobody is waited for, and fewer than two people agreed."""
    seats = coming(group.id, case)
    return group.state == "asked" and is_complete(group, case) and len(people_of(agreed(seats))) < 2


def touch_others(case: Case, group_id: int) -> None:
    """Have every other idea that is still part of the group settled in the same transaction."""
    for idea_id in sorted({seat.idea.id for seat in seats_of(group_id) if seat.member.ended_at is None}):
        if idea_id != case.idea.id:
            touch(idea_id)


def leave_group(case: Case, party: Party) -> None:
    """Something else was agreed with this submitter: they do not come together with others any more."""
    for member in case.members:
        if member.party_id == party.id and member.ended_at is None:
            member.ended_at = case.now
            left(case, member.group_id)


def left(case: Case, group_id: int) -> None:
    """Somebody left the question, or the talk: it is over when that was the last one, and the other ideas are looked at."""
    group = db.session.get(TalkGroup, group_id)
    if group is not None and group.state in ("asked", "set") and all(seat.member.ended_at for seat in seats_of(group_id)):
        group.state, group.ended_at = "called_off", case.now
    touch_others(case, group_id)


def leave_with_the_round(case: Case) -> None:
    """A new round begins, and what was asked or agreed in this one is void; the others go on without this idea."""
    for seat in my_seats(case):
        if seat.appointment is not None:
            seat.appointment.state = "cancelled"
        leave_group(case, seat.party)


def held(case: Case, party: Party) -> None:
    """The talk with this submitter is on record; the group's is held as soon as one of them is."""
    group = group_of(case, party)
    if group is not None and group.state == "set":
        group.state, group.ended_at = "held", case.now
    leave_group(case, party)


def change_place(case: Case, appointment: Appointment) -> None:
    """Let everybody else of a talk with several follow to another place."""
    group = db.session.get(TalkGroup, appointment.group_id or 0)
    if group is not None and group.state == "set":
        group.form, group.place = appointment.form, appointment.place
        touch_others(case, group.id)


# -- needs -----------------------------------------------------------------------------------------------------------


def several_owed(case: Case) -> str | None:
    """this host owes talks to at least two submitters to whom nothing is offered yet"""
    mine = [p for p in who.hosted(case) if p.state == "owed" and p.host_id == case.actor_id]
    if not mine or case.actor_id is None:
        return "one_talk_only"
    if just_asked(case):
        return None  # in the middle of asking them, idea by idea
    found = [party.id for party, _idea, _submitter in askable(case.actor_id)]
    return None if len(found) > 1 and any(p.id in found for p in mine) else "one_talk_only"


def just_asked(case: Case) -> list[Seat]:
    """Give the idea's own seats the actor is asking at this moment: they have no step yet."""
    known = {(step.subject_id, step.submitter_id) for step in case.all_steps if step.kind == "agree_group"}
    return [seat for seat in my_seats(case) if seat.live and seat.group.host_id == case.actor_id
            and (seat.group.id, seat.submitter.id) not in known]


def asked_together(case: Case) -> str | None:
    """this submitter is asked for a talk together with others, and has not answered"""
    seat = seat_of(case, case.my_party)
    good = seat is not None and seat.live and seat.group.state == "asked" and not seat.member.answer
    return None if good else "not_asked_together"


def asked_or_agreed(case: Case) -> str | None:
    """this submitter is asked for a talk together with others, and it is not set yet"""
    seat = seat_of(case, case.my_party)
    return None if seat is not None and seat.live and seat.group.state == "asked" else "not_asked_together"


def group_open(case: Case) -> str | None:
    """this host asked several submitters for one talk, and it was neither held nor called off"""
    return None if hosted_group(case) else "no_group"


def group_set_ahead(case: Case) -> str | None:
    """a talk with several is agreed and still to come, and got another time less than three times"""
    group = hosted_group(case)
    if group is None or group.state != "set":
        return "no_group"
    if group.starts_at <= case.now:
        return "too_late"
    return None if times_moved(group.id) < MOVED_AT_MOST else "moved_twice"


def hosted_group(case: Case) -> TalkGroup | None:
    """Give the open talk with several the actor hosts and this idea is part of."""
    mine = {party.id for party in who.hosted(case)}
    for seat in my_seats(case):
        if seat.group.state in ("asked", "set") and seat.party.id in mine:
            return seat.group
    return None


def times_moved(group_id: int) -> int:
    """Give how often an agreed talk got another time: so many appointments of one party were called off."""
    counts = [sum(a.group_id == group_id and a.state == "cancelled" for a in seat.party.appointments)
              for seat in seats_of(group_id) if seat.member.ended_at is None]
    return max(counts, default=0)


def group_ready(case: Case) -> str | None:
    """at least two of those asked agreed, and nobody else is waited for"""
    return None if seats_to_set(case) else "group_waits"


def seats_to_set(case: Case) -> list[Seat]:
    """Give the idea's own seats of talks that are agreed, and of which these have no appointment yet or stayed silent."""
    found = []
    for seat in my_seats(case):
        if not seat.live or seat.appointment is not None:
            continue
        seats = coming(seat.group.id, case)
        is_set = seat.group.state == "set"
        if is_set or (is_complete(seat.group, case) and len(people_of(agreed(seats))) > 1):
            found.append(seat)
    return found


def group_over(case: Case) -> str | None:
    """fewer than two of those asked agreed, it was called off, or something came between"""
    return None if seats_to_end(case) else "group_waits"


def seats_to_end(case: Case) -> list[Seat]:
    """Give the idea's own seats of talks with several that do not take place for them."""
    found = []
    for seat in my_seats(case):
        group, here = seat.group, case.book.is_here(seat.group.host_id) and case.book.is_here(seat.person_id)
        if group.state == "held" and seat.appointment is not None:
            continue  # the others' talk is on record, this one's is not yet
        if not (seat.live and here) or fell_through(group, case):
            found.append(seat)
    return found


def group_moved(case: Case) -> str | None:
    """the talk with several is to get another time, and the old one still stands"""
    return None if seats_to_move(case) else "group_waits"


def seats_to_move(case: Case) -> list[Seat]:
    """Give the idea's own seats whose old time still stands although another one is asked about."""
    return [seat for seat in my_seats(case) if seat.live and seat.group.state == "asked" and seat.appointment is not None]


def group_elsewhere(case: Case) -> str | None:
    """the talk with several got another place, and this appointment has the old one"""
    return None if seats_elsewhere(case) else "group_waits"


def seats_elsewhere(case: Case) -> list[Seat]:
    """Give the idea's own seats whose appointment names another place than the group."""
    return [seat for seat in my_seats(case) if seat.live and seat.group.state == "set" and (a := seat.appointment)
            and (a.form, a.place) != (seat.group.form, seat.group.place)]
