"""What changes with the closing conversation: offer, pick, record, miss, write."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from suggestbox.conversations.models import (
    FORMS,
    SETTLED,
    Appointment,
    Offer,
    Party,
    Promise,
    Record,
    Slot,
)
from suggestbox.core.clock import local_date
from suggestbox.core.database import db
from suggestbox.core.errors import Invalid, Refused
from suggestbox.core.forms import one_line
from suggestbox.core.language import gettext as _

from . import facts, group_needs, needs, who
from .case import Case

EARLIEST_HOUR, LATEST_HOUR = 6, 20


def release(case: Case) -> None:
    """the submitters know the outcome from now on"""
    if case.idea.released_at is None:
        case.idea.released_at = case.now
        if case.decision:
            case.decision.released_at = case.now


def _hosted(case: Case, party_id: Any) -> Party:
    mine = who.hosted(case) or (list(case.parties) if who.idea_manager(case) else [])
    party = next((p for p in mine if p.id == party_id), None)
    if party is None:
        open_ones = [p for p in mine if p.state not in SETTLED]
        if party_id in (None, "") and len(open_ones) == 1:
            return open_ones[0]
        raise Invalid(fields={"party_id": _("Please choose whom the talk is with.")})
    return party


def _appointment(party: Party) -> Appointment | None:
    return next((a for a in party.appointments if a.state == "set"), None)


def my_party(case: Case) -> Party:
    """Give the party of the actor, who is a submitter."""
    if case.my_party is None:
        raise Refused(reason="no_party")
    return case.my_party


def offer_talk(case: Case) -> None:
    """the host offers at least two times; with the offer the outcome is released"""
    party = _hosted(case, case.facts.get("party_id"))
    if party.state in SETTLED or _appointment(party):
        raise Refused(reason="settled" if party.state in SETTLED else "appointment_set")
    slots = _slots(case, party)
    words = facts.text(case, "words", required=False, longest=2000)
    for earlier in party.offers:
        if earlier.ended_at is None:
            earlier.ended_at, earlier.ending = case.now, "replaced"
    group_needs.leave_group(case, party)
    offer = Offer(party_id=party.id, attempt=party.attempt, by_id=case.actor_id, words=words, offered_at=case.now)
    offer.slots = slots
    party.offers.append(offer)
    party.state = "offered"
    db.session.flush()  # the offer gets its number; the idea is written with its next step
    release(case)
    case.notes["party_id"] = party.id


def _slots(case: Case, party: Party) -> list[Slot]:
    given = case.facts.get("slots") or []
    person_id = case.submitters[party.submitter_id]
    zone = case.book.zone_of(person_id)
    calendar = case.book.calendar_of(person_id)
    made: list[Slot] = []
    for row in given:
        starts_at = row.get("starts_at")
        if not isinstance(starts_at, datetime) or starts_at.tzinfo is None:
            raise Invalid(fields={"slots": _("Please give a date and a time for each offer.")})
        on = local_date(starts_at, zone)
        minutes = int(row.get("minutes") or 30)
        form = row.get("form") or "phone"
        if form not in FORMS or not 5 <= minutes <= 240:
            raise Invalid(fields={"slots": _("Please choose phone, video or in person.")})
        if starts_at < case.now + timedelta(days=1):
            raise Invalid(fields={"slots": _("Each time must be at least a day ahead.")})
        if not calendar.is_working_day(on):
            raise Invalid(fields={"slots": _("%(date)s is not a working day of the submitter.", date=on.isoformat())})
        hour = _local_hour(starts_at, zone)
        if not EARLIEST_HOUR <= hour < LATEST_HOUR:
            raise Invalid(fields={"slots": _("Please offer times between %(from)s and %(until)s o'clock.",
                                             **{"from": EARLIEST_HOUR, "until": LATEST_HOUR})})
        place = (one_line(str(row.get("place") or "")) or "")[:200]
        made.append(Slot(starts_at=starts_at, minutes=minutes, form=form, place=place))
    if len({slot.starts_at for slot in made}) < 2:
        raise Invalid(fields={"slots": _("Please offer at least two different times.")})
    return made


def _local_hour(moment: datetime, zone: str) -> int:
    return moment.astimezone(ZoneInfo(zone)).hour


def pick_time(case: Case) -> None:
    """the submitter picks one of the times"""
    party = my_party(case)
    offer = party.offers[-1]
    slot = next((s for s in offer.slots if s.id == facts.number(case, "slot_id")), None)
    if slot is None:
        raise Invalid(fields={"slot_id": _("Please choose one of the times.")})
    if slot.starts_at <= case.now:
        raise Invalid(fields={"slot_id": _("This time has passed already.")})
    party.companion = facts.text(case, "companion", required=False, longest=200)
    offer.ended_at, offer.ending = case.now, "picked"
    party.appointments.append(
        Appointment(attempt=party.attempt, starts_at=slot.starts_at, minutes=slot.minutes, form=slot.form,
                    place=slot.place, state="set")
    )
    db.session.flush()
    case.notes["party_id"] = party.id


def none_suits(case: Case) -> None:
    """none of the times suits; the host offers others"""
    party = my_party(case)
    offer = party.offers[-1]
    offer.words_back = facts.text(case, "words", required=False, longest=1000)
    offer.ended_at, offer.ending = case.now, "none_suits"
    party.state = "owed"
    case.notes["party_id"] = party.id


def _end_offer(case: Case, party: Party, ending: str) -> None:
    for offer in party.offers:
        if offer.ended_at is None:
            offer.ended_at, offer.ending = case.now, ending


def _cancel(case: Case, party: Party) -> None:
    appointment = _appointment(party)
    if appointment:
        appointment.state = "cancelled"
    _end_offer(case, party, "replaced")
    group_needs.leave_group(case, party)


def ask_in_writing(case: Case) -> None:
    """the submitter would rather have it in writing"""
    party = my_party(case)
    _cancel(case, party)
    party.state, party.wants_writing = "owed", True
    case.notes["party_id"] = party.id


def ask_other_host(case: Case) -> None:
    """the submitter would rather talk with somebody else"""
    party = my_party(case)
    facts.text(case, "words", required=False, longest=1000)
    _cancel(case, party)
    party.state, party.other_host_asked = "owed", True
    case.notes["party_id"] = party.id


def change_host(case: Case) -> None:
    """somebody else hosts the talk"""
    party = _hosted(case, case.facts.get("party_id"))
    person_id = facts.person(case, "person_id")
    give_talk(case, party, person_id)
    case.notes.update(people=[person_id], party_id=party.id)


def give_talk(case: Case, party: Party, person_id: int) -> None:
    """Let somebody else host the talk; times offered or agreed so far are void."""
    if party.state in SETTLED:
        raise Refused(reason="settled")
    if person_id in case.below_submitters:
        if case.idea.confidential:
            raise Invalid(fields={"person_id": _("This person may not handle this idea.")})
        raise Invalid(fields={"person_id": _("This person reports to a submitter.")})
    if party.other_host_asked and person_id == party.host_id:
        raise Invalid(fields={"person_id": _("The submitter asked for somebody else.")})
    _cancel(case, party)
    party.state = "owed"
    party.host_id, party.other_host_asked = person_id, False


def cancel_appointment(case: Case) -> None:
    """the time agreed is called off; the host offers others"""
    facts.text(case, "words", required=False, longest=1000)
    party = case.my_party or _hosted(case, case.facts.get("party_id"))
    if _appointment(party) is None:
        raise Refused(reason="no_appointment")
    _cancel(case, party)
    party.state = "owed"
    case.notes["party_id"] = party.id


def change_place(case: Case) -> None:
    """the talk keeps its time; the number, the room or the link is another one"""
    party = _hosted(case, case.facts.get("party_id"))
    appointment = _appointment(party)
    if appointment is None or appointment.starts_at <= case.now:
        raise Refused(reason="no_appointment" if appointment is None else "too_late")
    form = facts.choice(case, "form", FORMS)
    place = one_line(facts.text(case, "place", longest=200)) or ""
    if (form, place) == (appointment.form, appointment.place):
        raise Invalid(fields={"place": _("This is what was agreed before. Nothing was changed.")})
    appointment.form, appointment.place = form, place
    group_needs.change_place(case, appointment)
    case.notes["party_id"] = party.id


def _settle(case: Case, party: Party, state: str) -> None:
    _cancel(case, party)
    party.state, party.settled_at = state, case.now
    party.other_host_asked = False


def decline_talk(case: Case) -> None:
    """the submitter does not want a talk"""
    party = my_party(case)
    _settle(case, party, "declined")
    case.notes["party_id"] = party.id


def record_talk(case: Case) -> None:
    """the host writes down when it was, who took part, what was said and what was promised"""
    wanted = case.facts.get("party_ids") or [None]
    parties = [_hosted(case, party_id) for party_id in wanted]
    earliest = case.local(case.idea.decided_at or case.now, case.actor_id)
    held_on = facts.day(case, "held_on", earliest=earliest, latest=case.local(case.now, case.actor_id))
    form = facts.choice(case, "form", FORMS)
    said = facts.text(case, "said", longest=3000)
    took_part = facts.text(case, "took_part", required=False, longest=500)
    promises = _promises(case)
    release(case)
    for index, party in enumerate(parties):
        if party.state in SETTLED:
            raise Refused(reason="settled")
        appointment = _appointment(party)
        if appointment:
            if appointment.starts_at > case.now and held_on == case.local(appointment.starts_at, case.actor_id):
                raise Invalid(fields={"held_on": _("The time agreed has not come yet.")})
            appointment.state = "held"
        group_needs.held(case, party)
        record = Record(attempt=party.attempt, host_id=case.actor_id, held_on=held_on, form=form,
                        took_part=took_part, said=said, recorded_at=case.now)
        party.records.append(record)
        db.session.flush()
        if index == 0:
            for text, owner_id, due_on in promises:
                db.session.add(
                    Promise(record_id=record.id, idea_id=case.idea.id, text=text, owner_id=owner_id, due_on=due_on)
                )
        _end_offer(case, party, "replaced")
        party.state, party.settled_at, party.other_host_asked = "held", case.now, False
    db.session.flush()
    case.__dict__.pop("promises", None)
    case.notes["party_ids"] = [party.id for party in parties]


def _promises(case: Case) -> list[tuple[str, int, Any]]:
    found = []
    for row in case.facts.get("promises") or []:
        text = str(row.get("text") or "").strip()
        if not text:
            continue
        inner = Case(case.idea, actor_id=case.actor_id, now=case.now, zone="UTC", facts=row)
        inner.today = case.today
        try:
            owner_id = facts.person(inner, "owner_id", handles=False)
            due_on = facts.day(inner, "due_on", earliest=case.today)
        except Invalid as wrong:
            raise Invalid(fields={"promises": next(iter(wrong.fields.values()))}) from wrong
        found.append((text[:2000], owner_id, due_on))
    return found


def report_missed(case: Case) -> None:
    """somebody did not come to the time agreed; the host's own miss never counts against the submitter"""
    if case.my_part:
        party, missed_by = my_party(case), "host"
    else:
        party, missed_by = _hosted(case, case.facts.get("party_id")), facts.choice(case, "who", ("submitter", "host"))
    appointment = _appointment(party)
    if appointment is None or appointment.starts_at > case.now:
        raise Refused(reason="no_appointment" if appointment is None else "still_to_come")
    appointment.state = f"missed_by_{missed_by}"
    if missed_by == "submitter":
        party.missed_by_submitter += 1
    else:
        party.missed_by_host += 1
    party.state = "owed"
    group_needs.leave_group(case, party)
    case.notes.update(who=missed_by, party_id=party.id)


def dispute_missed(case: Case) -> None:
    """the submitter was there: the miss does not count, the idea management sees to it"""
    party = my_party(case)
    appointment = [a for a in party.appointments if a.state == "missed_by_submitter" and a.disputed_at is None][-1]
    appointment.disputed_at = case.now
    party.missed_by_submitter -= 1
    party.other_host_asked = True
    if party.state in SETTLED:
        party.state, party.settled_at = "owed", None
    case.notes["party_id"] = party.id


def write_closing(case: Case) -> None:
    """the host writes what a talk would have said"""
    party = _hosted(case, case.facts.get("party_id"))
    text = facts.text(case, "text")
    if party.state in SETTLED:
        raise Refused(reason="settled")
    if party.wants_writing:
        state = "written"
    elif party.missed_by_submitter >= 2:
        state = "missed"
    elif party.unanswered_offers >= 2:
        state = "unanswered"
    else:
        raise Refused(reason="writing_not_asked")
    party.written_text = text
    release(case)
    _settle(case, party, state)
    case.notes["party_id"] = party.id


def offers_ran_out(case: Case) -> None:
    """an offer stayed unanswered; after two the host writes"""
    parties = needs.unanswered(case)
    for party in parties:
        _end_offer(case, party, "silence")
        party.unanswered_offers += 1
        party.state = "owed"
    case.notes["party_ids"] = [party.id for party in parties]


def mark_unreachable(case: Case) -> None:
    """the submitter left and cannot be reached"""
    party = case.party(case.facts.get("party_id"))
    left = [p for p in case.parties if p.state not in SETTLED
            and not ((b := case.book.person(case.submitters[p.submitter_id])) and b.active)]
    party = party or (left[0] if len(left) == 1 else None)
    if party not in left or party is None:
        raise Invalid(fields={"party_id": _("This submitter still works here.")})
    release(case)
    _settle(case, party, "unreachable")
