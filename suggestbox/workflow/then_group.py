"""What changes with a talk with several submitters: ask, agree, rather alone, set, move, call off."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from suggestbox.conversations.groups import Seat, seats_of
from suggestbox.conversations.models import FORMS, Appointment
from suggestbox.core.clock import local_date
from suggestbox.core.database import db
from suggestbox.core.errors import Invalid, Refused
from suggestbox.core.forms import one_line
from suggestbox.core.language import full_date
from suggestbox.core.language import gettext as _
from suggestbox.core.settings import rule
from suggestbox.people.directory import Directory

from . import facts, group_needs
from .case import Case
from .then_talk import EARLIEST_HOUR, LATEST_HOUR, release

LONGEST_WORDS = 2000


def propose_group(case: Case) -> None:
    """the host asks several submitters for one talk; with it the outcome is released"""
    seats = [seat for seat in group_needs.just_asked(case) if seat.group.id == case.facts.get("group_id")]
    if not seats:
        raise Invalid(fields={"party_ids": _("Please choose at least two submitters.")})
    release(case)
    case.notes.update(group_id=seats[0].group.id, party_ids=[seat.party.id for seat in seats])


def when_and_where(
    book: Directory, people: set[int], given: dict[str, Any], *, host_id: int, now: datetime
) -> tuple[dict[str, Any], date]:
    """Give the columns of a talk with several as the host wishes it, and until when everybody answers.

    Takes   people: everybody who would come; given: starts_at (UTC), minutes, form, place, words
    Raises  Invalid with a sentence for each field; no sentence tells of whom it speaks
    """
    starts_at, minutes = given.get("starts_at"), given.get("minutes")
    if not isinstance(starts_at, datetime) or starts_at.tzinfo is None:
        raise Invalid(fields={"starts_at": _("Please give date and time like 2026-03-31T14:00.")})
    if given.get("form") not in FORMS:
        raise Invalid(fields={"form": _("Please choose phone, video or in person.")})
    if not isinstance(minutes, int) or not 5 <= minutes <= 240:
        raise Invalid(fields={"minutes": _("Please choose how long it takes.")})
    place = (one_line(str(given.get("place") or "")) or "")[:200]
    words = str(given.get("words") or "").strip()
    if len(words) > LONGEST_WORDS:
        raise Invalid(fields={"words": _("This is too long.")})
    answer_by = max(
        book.calendar_of(person_id).add_working_days(local_date(now, book.zone_of(person_id)), rule("workflow.group_days"))
        for person_id in people
    )
    if local_date(starts_at, book.zone_of(host_id)) <= answer_by:
        raise Invalid(fields={"starts_at": _("Everybody has until %(date)s to answer. Please choose a later day.",
                                             date=full_date(answer_by))})
    for person_id in people:
        zone = book.zone_of(person_id)
        if not book.calendar_of(person_id).is_working_day(local_date(starts_at, zone)):
            raise Invalid(fields={"starts_at": _("This is not a working day of everybody you ask.")})
        if not EARLIEST_HOUR <= starts_at.astimezone(ZoneInfo(zone)).hour < LATEST_HOUR:
            raise Invalid(fields={"starts_at": _("On the clock of one of them this is before %(from)s or after "
                                                 "%(until)s o’clock.",
                                                 **{"from": EARLIEST_HOUR, "until": LATEST_HOUR})})
    columns = {"starts_at": starts_at, "minutes": minutes, "form": given["form"], "place": place, "words": words}
    return columns, answer_by


def _mine(case: Case) -> Seat:
    seat = group_needs.seat_of(case, case.my_party)
    if seat is None:
        raise Refused(reason="not_asked_together")
    return seat


def agree_group(case: Case) -> None:
    """the submitter would like to talk together with the others"""
    seat = _mine(case)
    seat.member.answer, seat.member.answered_at = "yes", case.now  # the last one's own idea sets it, or calls it off


def rather_alone(case: Case) -> None:
    """the submitter would rather talk alone; the others never learn who that was"""
    seat = _mine(case)
    seat.member.answer, seat.member.answered_at, seat.member.ended_at = "alone", case.now, case.now
    group_needs.left(case, seat.group.id)


def call_off_group(case: Case) -> None:
    """the host calls the talk with several off; everybody is offered times of their own"""
    words = facts.text(case, "words", required=False, longest=1000)
    group = group_needs.hosted_group(case)
    if group is None:
        raise Refused(reason="no_group")
    group.state, group.ended_at, group.ended_words = "called_off", case.now, words
    end_seats(case, group_needs.my_seats(case))
    group_needs.touch_others(case, group.id)
    case.notes["group_id"] = group.id


def end_seats(case: Case, seats: list[Seat]) -> None:
    """End what was asked or agreed about coming together; a time that was agreed is void."""
    for seat in seats:
        appointment = seat.appointment
        if appointment is not None:
            appointment.state = "cancelled"
        seat.member.ended_at = case.now
    for group_id in sorted({seat.group.id for seat in seats}):
        group_needs.left(case, group_id)
    case.notes["party_ids"] = [seat.party.id for seat in seats]


def move_group(case: Case) -> None:
    """the host would like another time; whoever agreed is asked again"""
    group = group_needs.hosted_group(case)
    if group is None:
        raise Refused(reason="no_group")
    seats = [seat for seat in seats_of(group.id) if seat.live]
    columns, answer_by = when_and_where(case.book, {seat.person_id for seat in seats}, case.facts,
                                        host_id=group.host_id, now=case.now)
    if columns["starts_at"] == group.starts_at:
        raise Invalid(fields={"starts_at": _("This is what was agreed before. Nothing was changed.")})
    for column, value in columns.items():
        setattr(group, column, value)
    group.state, group.asked_at, group.answer_by = "asked", case.now, answer_by
    for seat in seats:
        seat.member.answer, seat.member.answered_at = "", None
    _old_times(case)
    group_needs.touch_others(case, group.id)
    case.notes["group_id"] = group.id


def follow_moved(case: Case) -> None:
    """the old time is void; the submitter is asked about the new one"""
    _old_times(case)


def _old_times(case: Case) -> None:
    seats = group_needs.seats_to_move(case)
    for seat in seats:
        if (appointment := seat.appointment) is not None:
            appointment.state = "cancelled"
    case.notes["party_ids"] = [seat.party.id for seat in seats]


def set_group(case: Case) -> None:
    """the talk is set for everybody who agreed; whoever stayed silent is offered times of their own"""
    seats = group_needs.seats_to_set(case)
    for seat in seats:
        if seat.member.answer != "yes":
            seat.member.ended_at = case.now
            continue
        group = seat.group
        seat.party.appointments.append(
            Appointment(attempt=seat.party.attempt, starts_at=group.starts_at, minutes=group.minutes, form=group.form,
                        place=group.place, state="set", group_id=group.id)
        )
    for group in {seat.group.id: seat.group for seat in seats}.values():
        if group.state == "asked":
            group.state = "set"
            group_needs.touch_others(case, group.id)
    db.session.flush()
    case.notes["party_ids"] = [seat.party.id for seat in seats if seat.member.answer == "yes"]


def end_group(case: Case) -> None:
    """it does not take place together; the host offers times of their own"""
    seats = group_needs.seats_to_end(case)
    for group in {seat.group.id: seat.group for seat in seats}.values():
        if group_needs.fell_through(group, case):
            group.state, group.ended_at = "called_off", case.now
    end_seats(case, seats)


def follow_elsewhere(case: Case) -> None:
    """the talk with several is in another place; the time stays"""
    seats = group_needs.seats_elsewhere(case)
    for seat in seats:
        if (appointment := seat.appointment) is not None:
            appointment.form, appointment.place = seat.group.form, seat.group.place
    case.notes["party_ids"] = [seat.party.id for seat in seats]


def earliest_day(book: Directory, people: set[int], now: datetime) -> date:
    """Give the first day on which such a talk can be: everybody has answered by then."""
    days = rule("workflow.group_days")
    return max(book.calendar_of(p).add_working_days(local_date(now, book.zone_of(p)), days) for p in people) \
        + timedelta(days=1)
