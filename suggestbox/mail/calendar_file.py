"""An appointment as an iCalendar file, as Outlook, Google and Thunderbird accept it from an automatic sender."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import current_app
from icalendar import Alarm, Calendar, Event, vCalAddress, vText

from suggestbox.core.config import Deployment

from .calendar_zone import time_zone_part
from .invitation import Guest, Invitation

PRODID = "-//suggestbox//suggestbox//EN"
REMIND_BEFORE = timedelta(minutes=15)
LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")
CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f]")


def plain(text: str) -> str:
    """Give the text as a calendar may hold it: every end of a line the same one, no control characters.

    Source: RFC 5545, 3.3.11; some programs take every line end Unicode knows as the end of the property
    """
    return CONTROL.sub("", LINE_ENDS.sub("\n", text))


def _name(text: str) -> vText:
    """A name as a parameter: RFC 5545 has no way to write a quotation mark there."""
    return vText(" ".join(plain(text).replace('"', "'").split()))


def _organizer() -> vCalAddress:
    deployment: Deployment = current_app.config["DEPLOYMENT"]
    organizer = vCalAddress(f"mailto:{deployment.mail_from or 'noreply@suggestbox.invalid'}")
    organizer.params["CN"] = _name(deployment.mail_from_name)
    return organizer


def _attendee(guest: Guest) -> vCalAddress:
    attendee = vCalAddress(f"mailto:{guest.email}")
    attendee.params["CUTYPE"] = vText("INDIVIDUAL")
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
    attendee.params["RSVP"] = vText("TRUE")
    attendee.params["CN"] = _name(guest.name)
    return attendee


def _on_the_wall(invitation: Invitation) -> tuple[datetime, datetime, bool]:
    """Give begin and end on the clock of the zone, or in UTC where that clock shows the time twice."""
    zone = ZoneInfo(invitation.zone)
    ends_at = invitation.starts_at + timedelta(minutes=invitation.minutes)
    begin, end = invitation.starts_at.astimezone(zone), ends_at.astimezone(zone)
    if invitation.zone == "UTC" or begin.fold or end.fold:
        return invitation.starts_at.astimezone(UTC), ends_at.astimezone(UTC), False
    return begin, end, True


def calendar_file(invitation: Invitation) -> bytes:
    """Give the appointment as an iCalendar file with CRLF and folded lines. Inside the application.

    Organiser is the house itself, so that every guest, the host too, gets it as an invitation. Names and addresses in it
    are those of `guests` alone.
    Source: RFC 5545; RFC 5546, 3.2.2 and 3.2.5; docs/decisions/0010_invitations.md
    """
    begin, end, in_zone = _on_the_wall(invitation)
    called_off = invitation.method == "CANCEL"
    event = Event()
    event.add("uid", invitation.uid)
    event.add("sequence", invitation.sequence)
    event.add("dtstamp", invitation.made_at.astimezone(UTC))
    event.add("dtstart", begin)
    event.add("dtend", end)
    event.add("organizer", _organizer())
    for guest in invitation.guests:
        event.add("attendee", _attendee(guest))
    event.add("status", "CANCELLED" if called_off else "CONFIRMED")
    event.add("summary", plain(invitation.summary))
    event.add("description", plain(invitation.description))
    if invitation.location:
        event.add("location", plain(invitation.location))
    event.add("class", "PRIVATE")  # who may look into somebody's calendar sees that they are busy, not with what
    event.add("transp", "TRANSPARENT" if called_off else "OPAQUE")
    event.add("x-microsoft-disallow-counter", "TRUE")  # nobody reads what Outlook proposes; the page has a button
    if not called_off:  # RFC 5546 forbids one in a cancellation
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", plain(invitation.summary))
        alarm.add("trigger", -REMIND_BEFORE)
        event.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", invitation.method)
    if in_zone:
        calendar.add_component(time_zone_part(invitation.zone, invitation.starts_at))
    calendar.add_component(event)
    return calendar.to_ical(sorted=False)
